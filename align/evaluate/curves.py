"""Curves of a run's probabilities: how far they can be believed, and what another threshold would have kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from align.errors import RunError
from align.evaluate.counts import LOOSE, Run, match_links
from align.evaluate.gold import GoldArticle
from align.rows.kinds import PairLine, RejectionRow
from align.rows.reading import read_rows

_BINS = 10


class Bin(NamedTuple):
    """Pairs whose probability lies in one tenth of [0, 1]."""

    low: float
    pairs: int
    mean: float  # probability
    right: float  # share of them


class Curves(NamedTuple):
    """What the plots are drawn from."""

    reliability: tuple[Bin, ...]  # of the pairs of the run; bins without a pair are left out
    recall: tuple[float, ...]  # with every pair and every refused candidate down to some probability
    precision: tuple[float, ...]
    probability: tuple[float, ...]


def refused_candidates(path: Path) -> dict[str, list[RejectionRow]]:
    """The candidates below the threshold that a run kept in `rejected.jsonl`, by article; none where it kept none."""
    found: dict[str, list[RejectionRow]] = {}
    try:
        for row in read_rows(path, "rejected", is_foreign=True):
            if row.get("reason") == "below_threshold" and "ar_start" in row and "doc_id" in row:
                found.setdefault(row["doc_id"], []).append(row)
    except RunError:
        return {}  # an older or cleaned run: the curve ends at its threshold
    return found


def curves_of(articles: Sequence[GoldArticle], run: Run, refused: Mapping[str, Sequence[RejectionRow]]) -> Curves:
    """Judge every pair, and every refused candidate, against the gold links."""
    pairs: list[tuple[float, bool]] = []
    every: list[tuple[float, bool]] = []
    for article in articles:
        own = run.pairs.get(article.doc_id, [])
        right = set(match_links(article.links, own, LOOSE).values())
        pairs += [(row["probability"], number in right) for number, row in enumerate(own)]
        both: list[PairLine | RejectionRow] = [*own, *refused.get(article.doc_id, [])]
        right = set(match_links(article.links, both, LOOSE).values())
        every += [(row["probability"], number in right) for number, row in enumerate(both)]
    return Curves(_reliability(pairs), *_precision_recall(every, sum(len(article.links) for article in articles)))


def _reliability(judged: Sequence[tuple[float, bool]]) -> tuple[Bin, ...]:
    groups: dict[int, list[tuple[float, bool]]] = {}
    for probability, right in judged:
        groups.setdefault(min(_BINS - 1, int(probability * _BINS)), []).append((probability, right))
    return tuple(
        Bin(place / _BINS, len(group), float(np.mean([p for p, _ in group])), float(np.mean([r for _, r in group])))
        for place, group in sorted(groups.items())
    )


def _precision_recall(
    judged: Sequence[tuple[float, bool]], gold: int
) -> tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]]:
    """Recall, precision and probability at every distinct probability, the highest first."""
    if not judged or not gold:
        return (), (), ()
    ordered = sorted(judged, reverse=True)
    probability = np.array([p for p, _ in ordered])
    true = np.cumsum([right for _, right in ordered])
    last = np.flatnonzero(np.r_[probability[1:] != probability[:-1], True])  # ties are taken together
    recall, precision = true[last] / gold, true[last] / (last + 1)
    return tuple(recall.tolist()), tuple(precision.tolist()), tuple(probability[last].tolist())
