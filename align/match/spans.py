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
from align.match.likeness import Sentence, Tables, best_other
from align.match.links import mutual_best
from align.match.stretch import LEFT, RIGHT, Floats, Ints, Stretch, prefix
from align.records import BlockKind

_MOST_WORDS = 90  # of a span; the longest gold span has 48
_FAR = -5.0  # what counts as the word beyond an edge of the sentence
_USUAL_LENGTH = 0.1  # log of English over Arabic letters in the benchmarks' right pairs
# A single word is a rendering only where it stands alone: "لماذا؟" as a whole quote or sentence.
_OPENS_ALONE = np.isin(LEFT, ("quote", "start", "stop"))
_CLOSES_ALONE = np.isin(RIGHT, ("quote", "end", "stop"))


@dataclass(frozen=True, slots=True)
class Spans:
    """All spans of one stretch, by first and last word (both inside)."""

    stretch: Stretch
    first: Ints  # (m,)
    last: Ints

    def sums(self, values: NDArray[Any]) -> Floats:
        """What `values`, (..., n), one entry a word, come to within each span: (..., m)."""
        totals = prefix(values)
        return np.asarray(totals[..., self.last + 1] - totals[..., self.first])


def all_spans(stretch: Stretch) -> Spans:
    """Every start and end within one sentence of the stretch."""
    left, right, (begin, _) = stretch.left, stretch.right, stretch.sentence_edges
    if not len(stretch):
        return Spans(stretch, np.zeros(0, np.int64), np.zeros(0, np.int64))
    is_end = right != RIGHT.index("plain")
    is_end[:-1] |= left[1:] == LEFT.index("waw")
    ends = np.flatnonzero(is_end)
    starts = np.maximum(begin[ends], ends - _MOST_WORDS + 1)
    first = np.concatenate([np.arange(a, b + 1) for a, b in zip(starts.tolist(), ends.tolist(), strict=True)])
    last = np.repeat(ends, ends - starts + 1)
    keep = (first < last) | (_OPENS_ALONE[left[first]] & _CLOSES_ALONE[right[last]])
    return Spans(stretch, first[keep], last[keep])


def span_features(
    spans: Spans, tables: Tables, logits: Floats, sentences: Sequence[Sentence], rows: Sequence[int], cosines: Floats
) -> tuple[tuple[str, ...], Floats]:
    """The edge model's features of every span for the sentences of these `rows`: names, and (rows, names, spans).

    `logits` is (sentences, n) of the word model, `cosines` (sentences, spans) of the spans' own vectors.
    """
    chosen = [sentences[row] for row in rows]
    features = (
        _print(spans)
        | {"late_cosine": cosines[rows], "late_rival": (cosines - best_other(cosines))[rows]}
        | _stacked([_coverage(spans, tables.cosines[row], sentences[row].weights) for row in rows])
        | _edges(spans, logits[rows], best_other(logits, -np.inf)[rows])
        | _extent(spans, chosen)
        | _stacked([_anchors(spans, sentence) for sentence in chosen])
        | _speaker(spans, chosen)
        | {"is_alone": np.array(float(len(sentences) == 1))}
    )
    values = np.empty((len(rows), len(features), len(spans.first)))
    for place, feature in enumerate(features.values()):
        values[:, place] = feature  # what is the same for all sentences, or for all spans, is spread here
    return tuple(features), values


def _stacked(parts: Sequence[dict[str, Floats]]) -> dict[str, Floats]:
    return {name: np.stack([part[name] for part in parts]) for name in parts[0]}


def _print(spans: Spans) -> dict[str, NDArray[Any]]:
    """What the spans' words and marks tell whatever the sentence: (spans,) each, or () where all are alike."""
    first, last, stretch = spans.first, spans.last, spans.stretch
    size = last - first + 1
    kind, quoted = stretch.segment.block, stretch.is_quoted
    low, high = stretch.sentence_edges
    left, right = stretch.left[first], stretch.right[last]
    verbs, complements = prefix(stretch.is_verb), prefix(stretch.is_complement)
    marks, colons, brackets = stretch.marks_before
    turns = np.cumsum(np.diff(quoted, prepend=quoted[:1]))
    inner_turns = np.minimum(turns[last] - turns[first], 4)  # how often it goes into a quote or out of one
    inner_verbs = verbs[last + 1] - verbs[first]
    is_framed = stretch.is_speech[first] | quoted[first] | (kind is not BlockKind.PARAGRAPH)
    is_torn = quoted[first] != quoted[last]  # begins in a quote and ends outside it, or the other way
    features = {
        "words": np.log(size),
        "is_quoted": spans.sums(quoted) == size,
        "is_headline": np.array(kind is BlockKind.HEADLINE),
        "is_standfirst": np.array(kind is BlockKind.STANDFIRST),
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
    return features


def _coverage(spans: Spans, table: NDArray[np.float32], weights: Floats) -> dict[str, Floats]:
    """How much of the English is linked into the span, and of the span to the English: (spans,) each."""
    whole = max(float(weights.sum()), 1e-9)
    size = spans.last - spans.first + 1
    linked = mutual_best(table)
    into_words = weights @ linked
    into, columns, best = spans.sums(np.stack([into_words, linked.any(0), table.max(0)]))
    return {
        "coverage_en": into / whole,
        "coverage_outside": (into_words.sum() - into) / whole,
        "soft_en": _best_links(table, weights, spans.last)[spans.last, spans.first] / whole,
        "coverage_ar": columns / size,
        "soft_ar": best / size,
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


def _edges(spans: Spans, z: Floats, rival: Floats) -> dict[str, Floats]:
    """What the word model says of the words inside, of those next to the edges, and of those left out: (rows, spans).

    `z` is (rows, n), the sentences' logits, and `rival` the best logit of any other sentence.
    """
    first, last = spans.first, spans.last
    size = last - first + 1
    low, high = (edge[first] for edge in spans.stretch.sentence_edges)
    total, good, bad = prefix(np.stack([z, np.maximum(z, 0), np.maximum(-z, 0)]))
    inside = good[:, last + 1] - good[:, first]
    has_left, has_right = first > low, last < high
    left3, right3 = np.maximum(low, first - 3), np.minimum(high + 1, last + 4)
    head, tail = np.minimum(first + 2, last + 1), np.maximum(last - 1, first)
    free = prefix(rival < 0)  # words that no other sentence claims
    begin, end = spans.stretch.unit_edges
    orphans_left = np.log1p(free[:, first] - free[:, begin[first]])
    orphans_right = np.log1p(free[:, end[last] + 1] - free[:, last + 1])
    quoted = spans.stretch.is_quoted
    to_first, to_last = total[:, first], total[:, last + 1]
    return {
        "logit_mean": (to_last - to_first) / size,
        "logit_good": np.sqrt(inside),
        "logit_bad": np.sqrt(np.maximum(0, bad[:, last + 1] - bad[:, first])),
        "logit_left_out": np.sqrt(np.maximum(0, good[:, high + 1] - good[:, low] - inside)),
        "logit_head": (total[:, head] - to_first) / (head - first),
        "logit_tail": (to_last - total[:, tail]) / (last + 1 - tail),
        "logit_before": np.where(has_left, z[:, first - 1], _FAR),
        "logit_behind": np.where(has_right, z[:, np.minimum(last + 1, z.shape[1] - 1)], _FAR),
        "logit_before3": np.where(has_left, (to_first - total[:, left3]) / np.maximum(1, first - left3), _FAR),
        "logit_behind3": np.where(has_right, (total[:, right3] - to_last) / np.maximum(1, right3 - last - 1), _FAR),
        "orphans_left_quoted": orphans_left * quoted[first],
        "orphans_right_quoted": orphans_right * quoted[last],
        "orphans_left": orphans_left * ~quoted[first],
        "orphans_right": orphans_right * ~quoted[last],
    }


def _extent(spans: Spans, sentences: Sequence[Sentence]) -> dict[str, Floats]:
    letters = np.log(np.maximum(1, spans.stretch.ends[spans.last] - spans.stretch.starts[spans.first]))
    english = np.log([max(1, len(sentence.text)) for sentence in sentences])
    ratio = letters - english[:, None] + _USUAL_LENGTH
    return {
        "too_short": np.maximum(0, -ratio),
        "too_long": np.maximum(0, ratio),
    }


def _anchors(spans: Spans, sentence: Sentence) -> dict[str, Floats]:
    """Shares of the sentence's numbers and names that each span holds, and how many numbers it holds besides."""
    stretch = spans.stretch
    wanted = [values for _, values in numbers_of(sentence.text, arabic=False)]
    names = names_of(sentence.text)
    equal = np.zeros((len(wanted), len(stretch)), bool)
    foreign = np.zeros(len(stretch))
    for owner, values in stretch.numbers:
        agreeing = [k for k, other in enumerate(wanted) if values & other]
        equal[agreeing, owner] = True
        foreign[owner] += not agreeing
    spelt = np.array([[spells(name, word) for word in stretch.printed] for name in names], bool)
    beyond, quoted = spans.sums(np.stack([foreign * ~stretch.is_quoted, foreign * stretch.is_quoted]))
    return {
        "numbers_shared": _share_held(spans, equal),
        "numbers_foreign": np.minimum(beyond, 2),
        "numbers_quoted": np.minimum(quoted, 2),  # a quote may hold what its rendering adds
        "has_numbers": np.array([bool(wanted)]),
        "names_shared": _share_held(spans, spelt),
        "has_names": np.array([bool(names)]),
    }


def _share_held(spans: Spans, places: NDArray[np.bool_]) -> Floats:
    """The share of `places`, each (words,), that each span holds one of; 0 where there are none."""
    return (spans.sums(places) > 0).mean(0) if len(places) else np.zeros(len(spans.first))


def _speaker(spans: Spans, sentences: Sequence[Sentence]) -> dict[str, Floats]:
    first, stretch = spans.first, spans.stretch
    names = prefix(np.stack([stretch.names[sentence.tweet] for sentence in sentences]))
    speech = np.stack([stretch.in_speech[sentence.tweet] for sentence in sentences])[:, first]
    return {
        "author_in_stretch": names[:, -1:] > 0,
        "author_before": np.minimum(1, names[:, first] - names[:, np.maximum(0, first - 14)]),
        "speech_of_author": speech > 0,
        "speech_of_other": speech < 0,
    }
