"""Second step of span search: every start and end in a stretch is scored, so that spans are found and not only chosen.

An end stands before a mark, before a word with و or ف, or at the stretch's end; a start is any word: on the freely
written benchmark 317 of 321 gold spans are among these to nine tenths, of the composed ones 651 of 655.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from align.match.anchors import names_of, numbers_of, spells
from align.match.likeness import Sentence, Tables
from align.match.links import mutual_best
from align.match.stretch import LEFT, RIGHT, Floats, Ints, Stretch, prefix
from align.protocols import Matrix
from align.records import BlockKind
from align.text.quotation import MARKS

_MOST_WORDS = 90  # of a span; the longest gold span has 48
_FAR = -5.0  # what counts as the word beyond an edge of the sentence
_COLON, _BRACKETS = frozenset(":"), frozenset("()[]")
_USUAL_LENGTH = 0.1  # log of English over Arabic letters in the benchmarks' right pairs


@dataclass(frozen=True, slots=True)
class Spans:
    """All spans of one stretch, by first and last word (both inside)."""

    stretch: Stretch
    first: Ints  # (m,)
    last: Ints
    shared: dict[str, Floats]  # features that do not depend on the sentence


def all_spans(stretch: Stretch) -> Spans:
    """Every start and end within one sentence of the stretch."""
    left, right, (begin, _) = stretch.left, stretch.right, stretch.sentence_edges
    n = len(stretch)
    waw_follows = np.r_[left[1:] == LEFT.index("waw"), False]
    ends = np.flatnonzero((right != RIGHT.index("plain")) | waw_follows)
    firsts = [np.arange(max(begin[end], end - _MOST_WORDS + 1), end + 1) for end in ends]
    first = np.concatenate(firsts) if firsts else np.zeros(0, np.int64)
    last = np.repeat(ends, [len(f) for f in firsts]) if firsts else np.zeros(0, np.int64)
    # A single word is a rendering only where it stands alone: "لماذا؟" as a whole quote or sentence.
    stands = np.isin(left, [LEFT.index(k) for k in ("quote", "start", "stop")])
    closes = np.isin(right, [RIGHT.index(k) for k in ("quote", "end", "stop")])
    keep = (first < last) | (stands[first] & closes[last]) if n else np.zeros(0, bool)
    first, last = first[keep], last[keep]
    return Spans(stretch, first, last, _shared_features(stretch, first, last))


def _shared_features(stretch: Stretch, first: Ints, last: Ints) -> dict[str, Floats]:
    size = last - first + 1
    kind = stretch.segment.block
    quoted = stretch.is_quoted
    low, high = stretch.sentence_edges
    left, right = stretch.left[first], stretch.right[last]
    verbs, complements = prefix(stretch.is_verb), prefix(stretch.is_complement)
    marks = stretch.count_before(MARKS)
    colons, brackets = stretch.count_before(_COLON), stretch.count_before(_BRACKETS)
    turns = prefix(np.r_[0, np.diff(quoted.astype(int)) != 0])
    inner_turns = np.minimum(turns[last + 1] - turns[first + 1], 4)  # how often it goes into a quote or out of one
    inner_verbs = verbs[last + 1] - verbs[first]
    is_framed = stretch.is_speech[first] | quoted[first] | (kind is not BlockKind.PARAGRAPH)
    is_torn = quoted[first] != quoted[last]  # begins in a quote and ends outside it, or the other way
    features = {
        "words": np.log(np.maximum(1, size)),
        "is_quoted": (prefix(quoted)[last + 1] - prefix(quoted)[first]) == size,
        "is_headline": np.full(len(first), kind is BlockKind.HEADLINE),
        "is_standfirst": np.full(len(first), kind is BlockKind.STANDFIRST),
        "is_whole_quote": (left == LEFT.index("quote")) & (right == RIGHT.index("quote")),
        "is_whole_sentence": (first == low[first]) & (last == high[first]),
        "is_torn_quote": is_torn,
        "inner_marks": np.minimum(marks[last] - marks[first], 4) * ~is_torn,
        "starts_quoted": quoted[first],
        "inner_turns": inner_turns,
        "inner_frame": (inner_turns > 0) & (inner_verbs > 0),  # a quote, its وأضاف, and the next quote in one span
        "is_unframed": ~is_framed,
        "is_background": stretch.is_background[first],
        "verbs": np.minimum(inner_verbs, 2),
        "starts_with_verb": np.minimum(verbs[np.minimum(first + 2, last + 1)] - verbs[first], 1),
        "verb_before": np.minimum(verbs[first] - verbs[np.maximum(0, first - 10)], 1),
        "inner_colon": np.minimum(colons[last] - colons[first], 1),
        "complements": np.minimum(complements[last + 1] - complements[first], 2),
        "torn_bracket": (brackets[last] - brackets[first]) % 2,
        "is_one_word": first == last,
    }
    features |= {f"left_{name}": left == place for place, name in enumerate(LEFT[:-1])}
    features |= {f"right_{name}": right == place for place, name in enumerate(RIGHT[:-1])}
    return {name: np.asarray(values, np.float64) for name, values in features.items()}


def span_features(
    spans: Spans,
    tables: Tables,
    logits: Floats,
    sentences: Sequence[Sentence],
    number: int,
    cosines: Floats,
) -> dict[str, Floats]:
    """The edge model's features of every span for sentence `number`.

    `logits` is (sentences, n) of the word model, `cosines` (spans, sentences) of the spans' own vectors.
    """
    return (
        spans.shared
        | _likeness(spans, cosines, number)
        | _coverage(spans, tables.cosines[number], sentences[number].weights)
        | _edges(spans, logits, number)
        | _extent(spans, sentences[number])
        | _anchors(spans, sentences[number])
        | _speaker(spans, sentences[number].tweet)
    )


def _likeness(spans: Spans, cosines: Floats, number: int) -> dict[str, Floats]:
    own = cosines[:, number]
    others = np.delete(cosines, number, axis=1)
    rival = others.max(1) if others.size else np.zeros(len(own))
    return {"late_cosine": own, "late_rival": own - rival}


def _coverage(spans: Spans, table: NDArray[np.float32], weights: Floats) -> dict[str, Floats]:
    """How much of the English is linked into the span, and of the span to the English."""
    first, last, whole = spans.first, spans.last, max(float(weights.sum()), 1e-9)
    linked = mutual_best(table)
    inside = prefix((linked * weights[:, None]).sum(0))
    into = (inside[last + 1] - inside[first]) / whole
    columns, best = prefix(np.asarray(linked.any(0))), prefix(table.max(0))
    size = last - first + 1
    return {
        "coverage_en": into,
        "coverage_outside": inside[-1] / whole - into,
        "soft_en": _best_links(table, weights, last)[last, first] / whole,
        "coverage_ar": (columns[last + 1] - columns[first]) / size,
        "soft_ar": (best[last + 1] - best[first]) / size,
    }


def _best_links(table: NDArray[np.float32], weights: Floats, ends: Ints) -> Floats:
    """Weighted sum over the English words of each one's best cosine within words start..end, at [end, start]."""
    words = table.T.astype(np.float64)
    best, sums = np.full(words.shape, -np.inf), np.zeros((len(words), len(words)))
    wanted = set(ends.tolist())
    for end, word in enumerate(words):  # for all starts at once: three times as fast as start by start
        open_now = best[: end + 1]
        np.maximum(open_now, word, out=open_now)
        if end in wanted:
            sums[end, : end + 1] = open_now @ weights
    return sums


def _edges(spans: Spans, logits: Floats, number: int) -> dict[str, Floats]:
    """What the word model says of the words inside, of those next to the edges, and of those left out."""
    first, last, z = spans.first, spans.last, logits[number]
    low, high = (edge[first] for edge in spans.stretch.sentence_edges)
    total, good, bad = prefix(z), prefix(np.maximum(z, 0)), prefix(np.maximum(-z, 0))
    inside = good[last + 1] - good[first]
    has_left, has_right = first > low, last < high
    left3, right3 = np.maximum(low, first - 3), np.minimum(high + 1, last + 4)
    head, tail = np.minimum(first + 2, last + 1), np.maximum(last - 1, first)
    others = np.delete(logits, number, axis=0)
    free = prefix(others.max(0) < 0 if others.size else np.ones(len(z)))  # words that no other sentence claims
    begin, end = spans.stretch.unit_edges
    orphans_left = np.log1p(free[first] - free[begin[first]])
    orphans_right = np.log1p(free[end[last] + 1] - free[last + 1])
    quoted = spans.stretch.is_quoted
    return {
        "logit_mean": (total[last + 1] - total[first]) / (last - first + 1),
        "logit_good": np.sqrt(inside),
        "logit_bad": np.sqrt(np.maximum(0, bad[last + 1] - bad[first])),
        "logit_left_out": np.sqrt(np.maximum(0, good[high + 1] - good[low] - inside)),
        "logit_head": (total[head] - total[first]) / (head - first),
        "logit_tail": (total[last + 1] - total[tail]) / (last + 1 - tail),
        "logit_before": np.where(has_left, z[np.maximum(first - 1, 0)], _FAR),
        "logit_behind": np.where(has_right, z[np.minimum(last + 1, len(z) - 1)], _FAR),
        "logit_before3": np.where(has_left, (total[first] - total[left3]) / np.maximum(1, first - left3), _FAR),
        "logit_behind3": np.where(
            has_right, (total[right3] - total[last + 1]) / np.maximum(1, right3 - last - 1), _FAR
        ),
        "orphans_left_quoted": orphans_left * quoted[first],
        "orphans_right_quoted": orphans_right * quoted[last],
        "orphans_left": orphans_left * ~quoted[first],
        "orphans_right": orphans_right * ~quoted[last],
        "is_alone": np.full(len(first), float(len(logits) == 1)),
    }


def _extent(spans: Spans, sentence: Sentence) -> dict[str, Floats]:
    first, last, stretch = spans.first, spans.last, spans.stretch
    letters = stretch.ends[last] - stretch.starts[first]
    ratio = np.log(np.maximum(1, letters) / max(1, len(sentence.text))) + _USUAL_LENGTH
    return {
        "too_short": np.maximum(0, -ratio),
        "too_long": np.maximum(0, ratio),
    }


def _anchors(spans: Spans, sentence: Sentence) -> dict[str, Floats]:
    """Shares of the sentence's numbers and names that each span holds, and how many numbers it holds besides."""
    first, last, stretch = spans.first, spans.last, spans.stretch
    wanted = [values for _, values in numbers_of(sentence.text, arabic=False)]
    names = names_of(sentence.text)
    equal = [np.zeros(len(stretch)) for _ in wanted]
    foreign = np.zeros(len(stretch))
    for owner, values in stretch.numbers:
        agreeing = [k for k, other in enumerate(wanted) if values & other]
        for k in agreeing:
            equal[k][owner] = 1
        foreign[owner] += not agreeing
    spelt = [np.array([spells(name, word) for word in stretch.printed]) for name in names]
    beyond, quoted = prefix(foreign * ~stretch.is_quoted), prefix(foreign * stretch.is_quoted)
    return {
        "numbers_shared": _share_held(equal, first, last),
        "numbers_foreign": np.minimum(beyond[last + 1] - beyond[first], 2),
        "numbers_quoted": np.minimum(quoted[last + 1] - quoted[first], 2),  # a quote may hold what its rendering adds
        "has_numbers": np.full(len(first), float(bool(wanted))),
        "names_shared": _share_held(spelt, first, last),
        "has_names": np.full(len(first), float(bool(names))),
    }


def _share_held(places: Sequence[NDArray[Any]], first: Ints, last: Ints) -> Floats:
    """The share of `places`, each (words,), that have a one within words first..last."""
    sums = [prefix(at) for at in places]
    held = [(total[last + 1] > total[first]).astype(float) for total in sums]
    return np.mean(held, axis=0) if held else np.zeros(len(first))


def _speaker(spans: Spans, tweet: int) -> dict[str, Floats]:
    first, stretch = spans.first, spans.stretch
    names = prefix(stretch.names[tweet])
    speech = stretch.in_speech[tweet][first] if len(first) else np.zeros(0)
    return {
        "author_in_stretch": np.full(len(first), float(names[-1] > 0)),
        "author_before": np.minimum(1, names[first] - names[np.maximum(0, first - 14)]),
        "speech_of_author": (speech > 0).astype(float),
        "speech_of_other": (speech < 0).astype(float),
    }


def span_cosines(spans: Spans, english: Matrix, mean: NDArray[np.float32]) -> Floats:
    """Cosine of every span with every sentence, (spans, sentences)."""
    return spans.stretch.likeness_of_spans(spans.first, spans.last, english, mean)
