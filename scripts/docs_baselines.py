"""Vecalign's and Bertalign's methods, written from their papers, over the same vectors as ours, for bench_docs.py.

Both look at the whole table of a document, so that no search error of theirs counts against them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from made_documents import MadeDocument

LARGEST = 4  # sentences of a block
_SAMPLE = 100
_BEST = 3  # neighbours of Bertalign's first pass

Sides = tuple[tuple[int, ...], tuple[int, ...]]


class Blocks(NamedTuple):
    """Vectors of all blocks: [size - 1][end] ends before sentence `end`; zeros where there is none."""

    en: np.ndarray  # (LARGEST, n + 1, dim)
    ar: np.ndarray
    en_letters: np.ndarray  # of the first so many sentences, (n + 1,)
    ar_letters: np.ndarray


def blocks_of(made: MadeDocument, encode: Callable[[Sequence[str]], np.ndarray]) -> Blocks:
    """Blocks as the means of their sentences' vectors, weighted by length, at unit length."""
    sides, letters = [], []
    for texts in (made.en, made.ar):
        sizes = np.array([len(text.encode()) for text in texts], float)
        sums = np.cumsum(np.concatenate([np.zeros((1, encode(texts[:1]).shape[1])), encode(texts) * sizes[:, None]]), 0)
        out = np.zeros((LARGEST, *sums.shape), np.float32)
        for size in range(1, min(LARGEST, len(texts)) + 1):
            pooled = sums[size:] - sums[:-size]
            out[size - 1, size:] = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
        sides.append(out)
        letters.append(np.concatenate([[0], np.cumsum(sizes)]))
    return Blocks(*sides, *letters)


def _path(worth: dict[tuple[int, int], np.ndarray], gap: float, n: int, m: int) -> list[Sides]:
    """The beads of the highest sum; `worth[a, b][i, j]` is that of the bead which ends at (i, j)."""
    table = np.full((n + 1, m + 1), -np.inf)
    choice = np.zeros((n + 1, m + 1), np.int16)
    kinds = list(worth)
    for i in range(n + 1):
        row, best = np.full(m + 1, -np.inf), np.full(m + 1, -2, np.int16)
        if i == 0:
            row[0] = 0.0
        else:
            row, best = table[i - 1] + gap, np.full(m + 1, -1, np.int16)
            for k, (a, b) in enumerate(kinds):
                if i >= a:
                    way = np.full(m + 1, -np.inf)
                    way[b:] = table[i - a, : m + 1 - b] + worth[a, b][i, b:]
                    best[way > row] = k
                    row = np.maximum(row, way)
        steps = gap * np.arange(m + 1)
        level = np.maximum.accumulate(row - steps)
        best[level > row - steps + 1e-9] = -2
        table[i], choice[i] = level + steps, best
    i, j, beads = n, m, []
    while i or j:
        kind = choice[i, j]
        a, b = (0, 1) if kind == -2 else (1, 0) if kind == -1 else kinds[kind]
        beads.append((tuple(range(i - a, i)), tuple(range(j - b, j))))
        i, j = i - a, j - b
    return beads[::-1]


def _kinds(most: int) -> list[tuple[int, int]]:
    return [(a, b) for a in range(1, LARGEST + 1) for b in range(1, LARGEST + 1) if a + b <= most]


def vecalign(blocks: Blocks, skip: float) -> list[Sides]:
    """Thompson and Koehn 2019: cost (1 - cos) nSents(x) nSents(y) over the mean cost against random sentences.

    `skip`: the quantile of the costs of 1:1 blocks at which the cost of leaving a sentence out is put.
    """
    n, m = blocks.en.shape[1] - 1, blocks.ar.shape[1] - 1
    rng = np.random.default_rng(1)
    some_en = blocks.en[0, 1:][rng.integers(0, n, _SAMPLE)]
    some_ar = blocks.ar[0, 1:][rng.integers(0, m, _SAMPLE)]
    en_norm = (1 - blocks.en @ some_ar.T).mean(-1)
    ar_norm = (1 - blocks.ar @ some_en.T).mean(-1)
    worth = {}
    for a, b in _kinds(4):
        cost = (1 - blocks.en[a - 1] @ blocks.ar[b - 1].T) * a * b
        worth[a, b] = -2 * cost / (en_norm[a - 1][:, None] + ar_norm[b - 1][None])
    ones = -worth[1, 1][1:, 1:]
    return _path(worth, -float(np.quantile(ones, skip)), n, m)


def bertalign(blocks: Blocks, skip: float) -> list[Sides]:
    """Liu and Zhu 2023: 1:1 beads among nearest neighbours first, then m:n beads in a window around their path.

    Second pass: cosine less the mean over both blocks' neighbouring sentences, times a length factor, over the number
    of sentences; `skip` is the worth of leaving a sentence out.
    """
    n, m = blocks.en.shape[1] - 1, blocks.ar.shape[1] - 1
    table = blocks.en[0, 1:] @ blocks.ar[0, 1:].T
    is_near = np.zeros((n + 1, m + 1), bool)
    for i, row in enumerate(table):
        is_near[i + 1, 1 + np.argsort(-row)[:_BEST]] = True
    first = np.full((n + 1, m + 1), -np.inf)
    first[1:, 1:] = table
    first[~is_near] = -np.inf
    anchors = [
        (0, 0),
        *((x[0][-1] + 1, x[1][-1] + 1) for x in _path({(1, 1): first}, 0.0, n, m) if x[0] and x[1]),
        (n, m),
    ]
    inside = np.zeros((n + 1, m + 1), bool)
    for (top, left), (bottom, right) in zip(anchors, anchors[1:], strict=False):
        inside[max(0, top - 5) : bottom + 6, max(0, left - 5) : right + 6] = True
    ratio = blocks.ar_letters[-1] / max(1, blocks.en_letters[-1])
    worth = {}
    for a, b in _kinds(5):
        cosine = blocks.en[a - 1] @ blocks.ar[b - 1].T
        beside_ar = _neighbours(blocks.en[a - 1], blocks.ar[0], b, along=True)
        beside_en = _neighbours(blocks.ar[b - 1], blocks.en[0], a, along=True).T
        length_en = np.concatenate([np.zeros(a), blocks.en_letters[a:] - blocks.en_letters[:-a]]) * ratio
        length_ar = np.concatenate([np.zeros(b), blocks.ar_letters[b:] - blocks.ar_letters[:-b]])
        short = np.minimum(length_en[:, None], length_ar[None])
        long = np.maximum(np.maximum(length_en[:, None], length_ar[None]), 1)
        factor = np.log2(1 + short / long)
        own = (cosine - (beside_en + beside_ar) / 2) * factor
        worth[a, b] = np.where(inside, own, -np.inf)
    return _path(worth, skip, n, m)


def _neighbours(block: np.ndarray, sentences: np.ndarray, size: int, *, along: bool) -> np.ndarray:
    """The mean cosine of each block to the sentence before and the one behind each block of the other side."""
    table = block @ sentences.T
    before = np.full(table.shape, np.nan)
    behind = np.full(table.shape, np.nan)
    if table.shape[1] > size + 1:
        before[:, size + 1 :] = table[:, 1 : table.shape[1] - size]
        behind[:, :-1] = table[:, 1:]
    both = np.stack([before, behind])
    count = np.isfinite(both).sum(0)
    return np.where(count, np.nansum(both, 0) / np.maximum(count, 1), 0.0)
