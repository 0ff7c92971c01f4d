"""Which spans of an article are looked at closely: chosen for all sentences, so that none takes another's words.

The edge model gives a distribution over the spans of a segment, "none" among them. A span is worth what is expected of
it under that distribution: how probably it overlaps the right one, loosely and closely (minimum Bayes risk, Kumar and
Byrne 2004, there of translations). Of two sentences side by side in a quotation, or of a sentence in two pieces, the
disjoint spans that are worth most together are chosen (weighted interval scheduling): no two disjoint spans overlap one
right span by more than half, so that nothing is gained by cutting a rendering up.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from align.protocols import Floats, Ints

_SPANS_PER_SENTENCE = 5  # kept for an English one: the most renderings of one in the benchmarks, pieces counted
_LEAST_EDGE_LOGIT = -7.0  # of the edge model, below which no span has been right
_SPANS_WEIGHED = 24  # of a sentence in a segment, the likeliest; the others hold next to no probability
_LEAST_WORTH = 0.02  # of a span that takes words from another sentence
_LOOSE, _CLOSE = 0.5, 0.9  # overlaps that count, each a half
_EXACT = 0.2  # what being the very span counts beside them: long spans a word apart would be worth the same

_Item = tuple[int, int, float, int, int]  # end, start, worth, sentence, row of a span


@dataclass(frozen=True, slots=True)
class ScoredSpans:
    """All spans of the segments that one sentence was held against."""

    sentence: int
    window: Ints  # (m,) place of each span's window
    segment: Ints  # number of its segment in the article
    first: Ints
    last: Ints
    starts: Ints  # into the article
    ends: Ints
    features: dict[str, Floats]


class Picked(NamedTuple):
    """The spans of one sentence to look at closely, best first."""

    spans: ScoredSpans
    rows: list[int]  # of `spans`; no two of them overlap
    edge: Floats  # the edge model's logits of the rows
    worth: Floats  # what each is worth, in [0, 1]


def shortlists(found: Sequence[ScoredSpans], edges: Sequence[Floats]) -> list[Picked]:
    """The spans of each sentence to look at; `edges` holds the edge model's logits of each sentence's spans."""
    worths = [span_worths(spans, edge) for spans, edge in zip(found, edges, strict=True)]
    agreed = _without_conflicts(found, worths)
    out = []
    for spans, edge, (rows, worth), first in zip(found, edges, worths, agreed, strict=True):
        chosen = _filled(spans, edge, rows, first)
        worth_of = dict(zip(rows.tolist(), worth.tolist(), strict=True))
        out.append(Picked(spans, chosen, edge[chosen], np.array([worth_of.get(row, 0.0) for row in chosen])))
    return out


def span_worths(found: ScoredSpans, edge: Floats) -> tuple[Ints, Floats]:
    """The likeliest rows of each segment, and what each is worth, in [0, 1]."""
    rows, worths = [], []
    order = np.argsort(found.segment, kind="stable")
    cuts = np.flatnonzero(np.diff(found.segment[order])) + 1
    for part in np.split(order, cuts):
        logits = edge[part]
        top = max(0.0, float(logits.max()))
        if logits.max() < _LEAST_EDGE_LOGIT:
            continue
        whole = np.exp(logits - top).sum() + np.exp(-top)
        if len(part) > _SPANS_WEIGHED:
            part = part[np.argpartition(-logits, _SPANS_WEIGHED)[:_SPANS_WEIGHED]]
        chance = np.exp(edge[part] - top) / whole
        rows.append(part)
        worths.append(_agreement(found.starts[part], found.ends[part]) @ chance)
    if not rows:
        return np.zeros(0, np.int64), np.zeros(0)
    return np.concatenate(rows), np.concatenate(worths)


def _agreement(starts: Ints, ends: Ints) -> Floats:
    """What one span is worth where another is right, (spans, spans)."""
    common = np.minimum(ends[:, None], ends) - np.maximum(starts[:, None], starts)
    shared = np.maximum(common, 0) / (np.maximum(ends[:, None], ends) - np.minimum(starts[:, None], starts))
    counted = ((shared >= _LOOSE).astype(float) + (shared >= _CLOSE)) / 2
    return np.asarray((1 - _EXACT) * counted + _EXACT * np.eye(len(starts)))


def _without_conflicts(found: Sequence[ScoredSpans], worths: Sequence[tuple[Ints, Floats]]) -> list[list[int]]:
    """For each sentence the rows of the disjoint spans that are together worth most."""
    by_segment: dict[int, list[_Item]] = defaultdict(list)
    for number, (spans, (rows, worth)) in enumerate(zip(found, worths, strict=True)):
        for row, value in zip(rows.tolist(), worth.tolist(), strict=True):
            if value > _LEAST_WORTH:
                place = int(spans.segment[row])
                by_segment[place].append((int(spans.ends[row]), int(spans.starts[row]), value, number, row))
    chosen: list[list[int]] = [[] for _ in found]
    for items in by_segment.values():
        for number, row in _best_schedule(sorted(items)):
            chosen[number].append(row)
    return chosen


def _best_schedule(items: Sequence[_Item]) -> list[tuple[int, int]]:
    """(sentence, row) of the disjoint ones with the greatest sum; `items` are sorted."""
    ends = [item[0] for item in items]
    best, takes, before = [0.0], [False], [0]
    for place, (_, start, worth, _, _) in enumerate(items):
        back = bisect_right(ends, start, 0, place)
        taken = best[back] + worth - _LEAST_WORTH
        takes.append(taken > best[-1])
        before.append(back)
        best.append(max(taken, best[-1]))
    out, place = [], len(items)
    while place:
        if takes[place]:
            out.append((items[place - 1][3], items[place - 1][4]))
            place = before[place]
        else:
            place -= 1
    return out


def _filled(found: ScoredSpans, edge: Floats, rows: Ints, first: Sequence[int]) -> list[int]:
    """Those agreed on, then the likeliest others that overlap none of them, by falling logit."""
    chosen = sorted(first, key=lambda row: -edge[row])[:_SPANS_PER_SENTENCE]
    for row in rows[np.argsort(-edge[rows], kind="stable")].tolist():
        if len(chosen) >= _SPANS_PER_SENTENCE or edge[row] < _LEAST_EDGE_LOGIT:
            break
        if all(found.ends[row] <= found.starts[other] or found.ends[other] <= found.starts[row] for other in chosen):
            chosen.append(row)
    return sorted(chosen, key=lambda row: -edge[row])
