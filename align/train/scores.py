"""What an encoder is scored by: retrieval, word links against a hand-made set, minimal changes told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from align.protocols import Encoder, Matrix
from align.records import Span
from align.train.parallel import Pair
from align.train.quads import Quad
from align.train.teacher import centre

_TEMPERATURE, _SURE = 0.08, 0.15  # as links are trained (losses.py)
_LEAST = 0.3  # cosine of a link that only one side wants
Wrong = NDArray[np.bool_]  # (queries,)


@dataclass(frozen=True, slots=True)
class GoldLinks:
    """A hand-aligned pair. Links number words; `possible` includes `sure`."""

    en: str
    ar: str
    en_words: tuple[Span, ...]
    ar_words: tuple[Span, ...]
    sure: frozenset[tuple[int, int]]
    possible: frozenset[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class LinkScore:
    """Alignment error rate with its parts (Och and Ney 2003)."""

    found: int
    sure: int
    found_sure: int
    found_possible: int

    @property
    def error_rate(self) -> float:
        """1 - (|A and S| + |A and P|) / (|A| + |S|); 0 where nothing is to be found and nothing was."""
        total = self.found + self.sure
        return 1 - (self.found_sure + self.found_possible) / total if total else 0.0

    @property
    def precision(self) -> float:
        """Share of the links found that are possible."""
        return self.found_possible / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """Share of the sure links found."""
        return self.found_sure / self.sure if self.sure else 0.0


def auc(scores: Sequence[float] | NDArray[np.floating], is_positive: Sequence[bool] | NDArray[np.bool_]) -> float:
    """Area under the curve: how often a positive scores above a negative, ties half (nan without both kinds)."""
    values, positive = np.asarray(scores, np.float64), np.asarray(is_positive, bool)
    if positive.all() or not positive.any():
        return float("nan")
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    rank = (counts.cumsum() - (counts - 1) / 2)[inverse]  # the mean rank of equal values
    above = rank[positive].sum() - positive.sum() * (positive.sum() + 1) / 2
    return float(above / (positive.sum() * (~positive).sum()))


def recall_at(scores: Sequence[float], is_positive: Sequence[bool], alarms: float) -> float:
    """Share of the positives that score above all but `alarms` (a share) of the negatives."""
    values, positive = np.asarray(scores, np.float64), np.asarray(is_positive, bool)
    return float((values[positive] > np.quantile(values[~positive], 1 - alarms)).mean())


def retrieval(encoder: Encoder, pairs: Sequence[Pair], margins: Sequence[int] = (2, 3, 4)) -> dict[str, Wrong]:
    """Which queries, English ones and then Arabic ones, find another sentence than theirs, by each way of scoring.

    `cosine` as the vectors are; `margin k` centred by side and divided by the mean of both texts' k nearest (the ratio
    of Artetxe and Schwenk 2019). What is a pair of the set is right, whichever pair that is.
    """
    unique = list(dict.fromkeys(pairs))
    en, ar = (encoder.encode([getattr(pair, side) for pair in unique]) for side in ("en", "ar"))
    keys = [np.unique([getattr(pair, side) for pair in unique], return_inverse=True)[1] for side in ("en", "ar")]
    found = {"cosine": _wrong(en @ ar.T, keys)}
    table = centre(en) @ centre(ar).T
    for k in margins:
        found[f"margin {k}"] = _wrong(table / _density(table, k), keys)
    return found


def _density(table: Matrix, k: int) -> Matrix:
    rows = np.sort(np.partition(table, -k, axis=1)[:, -k:], axis=1).mean(1)
    columns = np.partition(table, -k, axis=0)[-k:].mean(0)
    return np.asarray((rows[:, None] + columns[None, :]) / 2, np.float32)


def _wrong(table: Matrix, keys: Sequence[NDArray[np.int64]]) -> Wrong:
    en, ar = keys
    count = int(ar.max()) + 1
    known = en * count + ar  # each pair of texts as one number
    found = (en * count + ar[table.argmax(1)], en[table.argmax(0)] * count + ar)
    return ~np.isin(np.concatenate(found), known)


def paired_interval(one: Wrong, other: Wrong, draws: int = 2000, seed: int = 1) -> tuple[float, float]:
    """95 % bootstrap interval of the mean of `one` less that of `other`, queries drawn together."""
    difference = one.astype(np.float64) - other
    rng = np.random.default_rng(seed)
    means = [difference[rng.integers(len(difference), size=len(difference))].mean() for _ in range(draws)]
    return float(np.quantile(means, 0.025)), float(np.quantile(means, 0.975))


def counterfactual(encoder: Encoder, quads: Sequence[Quad]) -> tuple[list[float], list[bool]]:
    """cos(en2, AR) - cos(en, AR) of each Arabic text, and whether that text renders en2."""
    english = encoder.encode([text for quad in quads for text in quad.en]).reshape(len(quads), 2, -1)
    arabic = encoder.encode([t for quad in quads for side in quad.ar for t in side]).reshape(len(quads), 4, -1)
    difference = np.einsum("qd,qkd->qk", english[:, 1] - english[:, 0], arabic)
    return [float(value) for value in difference.ravel()], [False, False, True, True] * len(quads)


def score_links(encoder: Encoder, gold: Sequence[GoldLinks]) -> dict[str, LinkScore]:
    """Links against hand-made ones, by each way of reading them; words are centred by side over the whole set.

    `mutual`: a word and its nearest, where each is the other's (SimAlign, Jalili Sabet et al. 2020): one link a
    word. `both ways`: softmax above .15 in both directions (Dou and Neubig 2021), the temperature that of training.
    `grown`: mutual, and each word left over with its nearest from a cosine of .3 on.
    """
    sides = [encoder.encode_words([getattr(pair, side) for pair in gold]) for side in ("en", "ar")]
    means = [np.concatenate([text.vectors for text in side]).mean(0) for side in sides]
    found: dict[str, list[set[tuple[int, int]]]] = {way: [] for way in _WAYS}
    for number, pair in enumerate(gold):
        en, ar = (_rows(side[number].vectors, mean) for side, mean in zip(sides, means, strict=True))
        own = _numbers(sides[0][number].words, pair.en_words), _numbers(sides[1][number].words, pair.ar_words)
        for way, read in _WAYS.items():
            found[way].append(_named(read(en @ ar.T), own))
    return {way: _score(links, gold) for way, links in found.items()}


def _score(found: Sequence[set[tuple[int, int]]], gold: Sequence[GoldLinks]) -> LinkScore:
    both = list(zip(found, gold, strict=True))
    return LinkScore(
        sum(map(len, found)),
        sum(len(pair.sure) for pair in gold),
        sum(len(links & pair.sure) for links, pair in both),
        sum(len(links & (pair.possible | pair.sure)) for links, pair in both),
    )


def _rows(vectors: NDArray[np.float32], mean: NDArray[np.float32]) -> Matrix:
    moved = vectors - mean
    return np.asarray(moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9), np.float32)


def _numbers(own: Sequence[Span], gold: Sequence[Span]) -> list[int | None]:
    """For each of the encoder's words the gold word that it overlaps most, None for none."""
    found: list[int | None] = []
    for word in own:
        sizes = [min(word.end, other.end) - max(word.start, other.start) for other in gold]
        best = int(np.argmax(sizes)) if sizes else -1
        found.append(best if sizes and sizes[best] > 0 else None)
    return found


def _named(cells: NDArray[np.bool_], own: tuple[list[int | None], list[int | None]]) -> set[tuple[int, int]]:
    pairs = [(own[0][row], own[1][column]) for row, column in zip(*np.nonzero(cells), strict=True)]
    return {(a, b) for a, b in pairs if a is not None and b is not None}


def mutual(table: Matrix) -> NDArray[np.bool_]:
    """Cells of cosines (n, m) that are best of their row and of their column."""
    if not table.size:
        return np.zeros(table.shape, bool)
    return np.asarray((table == table.max(1, keepdims=True)) & (table == table.max(0, keepdims=True)))


def both_ways(table: Matrix) -> NDArray[np.bool_]:
    """Cells whose softmax stands above the threshold over their row and over their column."""
    if not table.size:
        return np.zeros(table.shape, bool)
    grown = np.exp((table - table.max()) / _TEMPERATURE)
    over = [grown / np.maximum(grown.sum(axis, keepdims=True), 1e-30) > _SURE for axis in (0, 1)]
    return np.asarray(over[0] & over[1])


def grown(table: Matrix) -> NDArray[np.bool_]:
    """Mutual cells, and for each row and column without one its best, from a least cosine on."""
    links = mutual(table)
    if table.size:
        near = table >= _LEAST
        rows = np.logical_not(np.any(links, axis=1))
        columns = np.logical_not(np.any(links, axis=0))
        by_row = (table == table.max(1, keepdims=True)) & rows[:, None]
        by_column = (table == table.max(0, keepdims=True)) & columns[None, :]
        links |= (by_row | by_column) & near
    return links


_WAYS = {"mutual": mutual, "both ways": both_ways, "grown": grown}
