"""Second step of span search: every start and end in a sentence is scored, so that spans are found and not only chosen.

An end stands before a mark, before a word with و or ف, or at the segment's end; a start is any word: on the freely
written benchmark 317 of 321 gold spans are among these to nine tenths, of the composed ones 651 of 655.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from align.match.anchors import names_of, numbers_of, spells
from align.match.window import LEFT, RIGHT, ArabicWindow, running_sums
from align.match.word_features import Sentence, WordComparison, best_other
from align.protocols import Floats, Ints
from align.records import BlockKind

_MOST_SPAN_WORDS = 90  # of a span; the longest gold span has 48
_LOGIT_BEYOND = -5.0  # of the word that is not there beyond an edge of the sentence
_USUAL_LOG_RATIO = 0.1  # log of English over Arabic letters in the benchmarks' right pairs
# A single word is a rendering only where it stands alone: "لماذا؟" as a whole quote or sentence, "كلا،" at its start.
_OPENS_ALONE = np.isin(LEFT, ("quote", "start", "stop", "comma"))
_CLOSES_ALONE = np.isin(RIGHT, ("quote", "end", "stop", "comma"))


@dataclass(frozen=True, slots=True)
class Spans:
    """All spans of one window, by first and last word (both inside)."""

    window: ArabicWindow
    first: Ints  # (m,)
    last: Ints

    def sums(self, values: NDArray[Any]) -> Floats:
        """What `values`, (..., n), one entry a word, come to within each span: (..., m)."""
        totals = running_sums(values)
        return np.asarray(totals[..., self.last + 1] - totals[..., self.first])


class SpanFeatures(NamedTuple):
    """What tells which span renders a sentence."""

    names: tuple[str, ...]
    values: Floats  # (rows, names, spans)


def all_spans(window: ArabicWindow) -> Spans:
    """Every start and end within one sentence of the window."""
    left, right, (begin, _) = window.left, window.right, window.sentence_edges
    is_end = right != RIGHT.index("plain")
    is_end[:-1] |= left[1:] == LEFT.index("waw")
    ends = np.flatnonzero(is_end)
    starts = np.maximum(begin[ends], ends - _MOST_SPAN_WORDS + 1)
    first = np.concatenate([np.arange(a, b + 1) for a, b in zip(starts.tolist(), ends.tolist(), strict=True)])
    last = np.repeat(ends, ends - starts + 1)
    keep = (first < last) | (_OPENS_ALONE[left[first]] & _CLOSES_ALONE[right[last]])
    return Spans(window, first[keep], last[keep])


def span_features(spans: Spans, compared: WordComparison, logits: Floats, rows: Ints, cosines: Floats) -> SpanFeatures:
    """The edge model's features of every span for the sentences of these `rows`.

    `logits` is (sentences, n) of the word model, `cosines` (sentences, spans) of the spans' own vectors.
    """
    chosen = [compared.sentences[row] for row in rows]
    features = (
        _printed(spans)
        | {"late_cosine": cosines[rows], "late_rival": (cosines - best_other(cosines))[rows]}
        | _linked_shares(spans, compared, rows)
        | _edges(spans, logits[rows], best_other(logits, -np.inf)[rows])
        | _length(spans, chosen)
        | _anchors(spans, chosen)
        | _speakers(spans, chosen)
        | {"is_alone": np.array(float(len(compared.sentences) == 1))}
    )
    values = np.empty((len(rows), len(features), len(spans.first)))
    for place, feature in enumerate(features.values()):
        values[:, place] = feature  # what is the same for all sentences, or for all spans, is spread here
    return SpanFeatures(tuple(features), values)


def _printed(spans: Spans) -> dict[str, NDArray[Any]]:
    """What the spans' words and marks tell whatever the sentence: (spans,) each."""
    first, last, window = spans.first, spans.last, spans.window
    size = last - first + 1
    quoted, headline, standfirst = window.is_quoted, *map(window.is_of, (BlockKind.HEADLINE, BlockKind.STANDFIRST))
    low, high = window.sentence_edges
    left, right = window.left[first], window.right[last]
    verbs, complements = running_sums(window.is_verb), running_sums(window.is_complement)
    marks, colons, brackets = window.marks_before
    turns = np.cumsum(np.diff(quoted, prepend=quoted[:1]))
    inner_turns = np.minimum(turns[last] - turns[first], 4)  # how often it goes into a quote or out of one
    inner_verbs = verbs[last + 1] - verbs[first]
    is_framed = window.is_speech | quoted | ~window.is_of(BlockKind.PARAGRAPH)
    begin, end = window.segment_edges
    particle = window.is_particle
    clauses = np.cumsum(np.diff(window.clause_edges[0], prepend=0) != 0)
    is_torn = quoted[first] != quoted[last]  # begins in a quote and ends outside it, or the other way
    features = {
        "words": np.log(size),
        "is_quoted": spans.sums(quoted) == size,
        "is_headline": headline[first],
        "is_standfirst": standfirst[first],
        "is_whole_quote": (left == LEFT.index("quote")) & (right == RIGHT.index("quote")),
        "is_whole_sentence": (first == low[first]) & (last == high[first]),
        "is_torn_quote": is_torn,
        "inner_marks": np.minimum(marks[last] - marks[first], 4) * ~is_torn,
        "starts_quoted": quoted[first],
        "inner_turns": inner_turns,
        "inner_seams": np.minimum(window.seams[last] - window.seams[first], 2),
        "inner_frame": (inner_turns > 0) & (inner_verbs > 0),  # a quote, its وأضاف, and the next quote in one span
        "is_unframed": ~is_framed[first],
        "is_background": window.is_background[first],
        "verbs": np.minimum(inner_verbs, 2),
        "starts_with_verb": np.minimum(verbs[np.minimum(first + 2, last + 1)] - verbs[first], 1),
        "verb_before": np.minimum(verbs[first] - verbs[np.maximum(begin[first], first - 10)], 1),
        "inner_colon": np.minimum(colons[last] - colons[first], 1),
        "complements": np.minimum(complements[last + 1] - complements[first], 2),
        "torn_bracket": (brackets[last] - brackets[first]) % 2,
        "is_one_word": first == last,
        "starts_with_particle": particle[first],
        "ends_with_particle": particle[last],
        "particle_before": particle[np.maximum(begin[first], first - 1)] & (first > begin[first]),
        "starts_with_complement": window.is_complement[first],
        "verb_just_before": np.minimum(verbs[first] - verbs[np.maximum(begin[first], first - 2)], 1),
        "verb_behind": np.minimum(verbs[np.minimum(last + 4, end[last] + 1)] - verbs[last + 1], 1),
        "inner_commas": np.log1p(clauses[last] - clauses[first]),
        "inner_particles": np.log1p(spans.sums(particle)),
    }
    features |= {f"left_{name}": left == place for place, name in enumerate(LEFT[:-1])}
    features |= {f"right_{name}": right == place for place, name in enumerate(RIGHT[:-1])}
    return features


def _linked_shares(spans: Spans, compared: WordComparison, rows: Ints) -> dict[str, Floats]:
    """Shares of the English linked into the span, and of the span linked to the English: (rows, spans) each."""
    first, last = spans.first, spans.last
    begin, end = (edge[first] for edge in spans.window.segment_edges)
    en_rows, firsts = _words_of(compared, rows)
    into = running_sums(np.add.reduceat(compared.linked[en_rows] * compared.shares[en_rows, None], firsts, axis=0))
    inside = into[:, last + 1] - into[:, first]
    size = last - first + 1
    return {
        "linked_en": inside,
        "linked_outside": into[:, end + 1] - into[:, begin] - inside,
        "soft_en": _best_links(spans, compared, rows),
        "linked_ar": spans.sums(compared.features["linked"][rows]) / size,
        "soft_ar": spans.sums(compared.features["best"][rows]) / size,
    }


def _words_of(compared: WordComparison, rows: Ints) -> tuple[Ints, Ints]:
    """The English words of some sentences, and where among them each sentence's begin."""
    en_rows = np.flatnonzero(np.isin(compared.owner, rows))
    return en_rows, np.searchsorted(compared.owner[en_rows], rows)


def _best_links(spans: Spans, compared: WordComparison, rows: Ints) -> Floats:
    """Weighted sum over the English words of each one's best cosine within each span: (rows, spans)."""
    en_rows, sentences = _words_of(compared, rows)
    words, shares = compared.cosines[en_rows].T.astype(np.float64), compared.shares[en_rows]
    begin, best = spans.window.sentence_edges[0].tolist(), np.full(words.shape, -np.inf)
    bounds = np.searchsorted(spans.last, np.arange(len(words) + 1)).tolist()  # spans come in the order of their ends
    sums = []
    for end, word in enumerate(words):  # for all starts of its sentence at once
        open_now = best[begin[end] : end + 1]
        np.maximum(open_now, word, out=open_now)
        if bounds[end] < bounds[end + 1]:
            firsts = spans.first[bounds[end] : bounds[end + 1]] - begin[end]
            sums.append(np.add.reduceat(open_now[firsts] * shares, sentences, axis=1))
    return np.concatenate(sums).T


def _edges(spans: Spans, logits: Floats, rival: Floats) -> dict[str, Floats]:
    """What the word model says of the words inside, of those next to the edges, and of those left out: (rows, spans).

    `logits` is (rows, n), the sentences' logits, and `rival` the best logit of any other sentence.
    """
    first, last = spans.first, spans.last
    size = last - first + 1
    low, high = (edge[first] for edge in spans.window.sentence_edges)
    total, good, bad = running_sums(np.stack([logits, np.maximum(logits, 0), np.maximum(-logits, 0)]))
    inside = good[:, last + 1] - good[:, first]
    has_left, has_right = first > low, last < high
    is_plain_left = np.isin(spans.window.left[first], (LEFT.index("plain"), LEFT.index("waw")))
    is_plain_right = spans.window.right[last] == RIGHT.index("plain")
    left3, right3 = np.maximum(low, first - 3), np.minimum(high + 1, last + 4)
    head, tail = np.minimum(first + 2, last + 1), np.maximum(last - 1, first)
    free = running_sums(rival < 0)  # words that no other sentence claims
    begin, end = spans.window.unit_edges
    orphans_left = np.log1p(free[:, first] - free[:, begin[first]])
    orphans_right = np.log1p(free[:, end[last] + 1] - free[:, last + 1])
    quoted = spans.window.is_quoted
    gains = running_sums(np.maximum(0.0, np.clip(rival, -5.0, 5.0) - logits) * (rival > 0))
    in_unit = good[:, end[last] + 1] - good[:, begin[first]] - inside
    to_first, to_last = total[:, first], total[:, last + 1]
    return {
        "logit_mean": (to_last - to_first) / size,
        "logit_good": np.sqrt(inside),
        "logit_bad": np.sqrt(np.maximum(0, bad[:, last + 1] - bad[:, first])),
        "logit_left_out": np.sqrt(np.maximum(0, good[:, high + 1] - good[:, low] - inside)),
        "logit_left_in_unit": np.sqrt(np.maximum(0, in_unit)),
        "logit_claimed": np.sqrt(np.maximum(0, gains[:, last + 1] - gains[:, first])),
        "logit_head": (total[:, head] - to_first) / (head - first),
        "logit_tail": (to_last - total[:, tail]) / (last + 1 - tail),
        "logit_before": np.where(has_left, logits[:, first - 1], _LOGIT_BEYOND),
        "logit_behind": np.where(has_right, logits[:, np.minimum(last + 1, logits.shape[1] - 1)], _LOGIT_BEYOND),
        "logit_before3": np.where(has_left, (to_first - total[:, left3]) / np.maximum(1, first - left3), _LOGIT_BEYOND),
        "before_at_plain": np.where(is_plain_left & has_left, logits[:, first - 1], 0.0),
        "behind_at_plain": np.where(is_plain_right & has_right, logits[:, np.minimum(last + 1, high)], 0.0),
        "logit_first": logits[:, first],
        "logit_last": logits[:, last],
        "logit_behind3": np.where(
            has_right, (total[:, right3] - to_last) / np.maximum(1, right3 - last - 1), _LOGIT_BEYOND
        ),
        "orphans_left_quoted": orphans_left * quoted[first],
        "orphans_right_quoted": orphans_right * quoted[last],
        "orphans_left": orphans_left * ~quoted[first],
        "orphans_right": orphans_right * ~quoted[last],
    }


def _length(spans: Spans, sentences: Sequence[Sentence]) -> dict[str, Floats]:
    letters = np.log(np.maximum(1, spans.window.ends[spans.last] - spans.window.starts[spans.first]))
    english = np.log([max(1, len(sentence.text)) for sentence in sentences])
    ratio = letters - english[:, None] + _USUAL_LOG_RATIO
    return {
        "too_short": np.maximum(0, -ratio),
        "too_long": np.maximum(0, ratio),
    }


def _anchors(spans: Spans, sentences: Sequence[Sentence]) -> dict[str, Floats]:
    """Shares of the sentences' numbers and names that each span holds, and how many numbers it holds besides."""
    window = spans.window
    wanted = [[values for _, values in numbers_of(sentence.text, arabic=False)] for sentence in sentences]
    names = [names_of(sentence.text) for sentence in sentences]
    equal = [np.zeros((len(numbers), len(window)), bool) for numbers in wanted]
    foreign = np.zeros((len(sentences), len(window)))
    for owner, values in window.numbers:
        for row, numbers in enumerate(wanted):
            agreeing = [k for k, other in enumerate(numbers) if values & other]
            equal[row][agreeing, owner] = True
            foreign[row, owner] += not agreeing
    spelt = [np.array([[spells(n, word) for word in window.printed] for n in own], bool) for own in names]
    return {
        "numbers_shared": np.stack([_share_held(spans, places) for places in equal]),
        "numbers_foreign": np.minimum(spans.sums(foreign * ~window.is_quoted), 2),
        "numbers_quoted": np.minimum(spans.sums(foreign * window.is_quoted), 2),  # a quote may hold what is added
        "has_numbers": np.array([[bool(numbers)] for numbers in wanted]),
        "names_shared": np.stack([_share_held(spans, places) for places in spelt]),
        "has_names": np.array([[bool(own)] for own in names]),
    }


def _share_held(spans: Spans, places: NDArray[np.bool_]) -> Floats:
    """The share of `places`, each (words,), that each span holds one of; 0 where there are none."""
    return (spans.sums(places) > 0).mean(0) if len(places) else np.zeros(len(spans.first))


def _speakers(spans: Spans, sentences: Sequence[Sentence]) -> dict[str, Floats]:
    first, window = spans.first, spans.window
    begin, end = (edge[first] for edge in window.segment_edges)
    names = running_sums(np.stack([window.names[sentence.tweet] for sentence in sentences]))
    speech = np.stack([window.in_speech[sentence.tweet] for sentence in sentences])[:, first]
    own = np.stack([window.names[sentence.tweet] for sentence in sentences])
    return {
        "starts_with_author": own[:, first],
        "author_just_before": (first > begin) & own[:, np.maximum(begin, first - 1)],
        "holds_author": spans.sums(own) > 0,
        "author_in_stretch": names[:, end + 1] > names[:, begin],
        "author_before": np.minimum(1, names[:, first] - names[:, np.maximum(begin, first - 14)]),
        "speech_of_author": speech > 0,
        "speech_of_other": speech < 0,
    }
