"""Coarse to fine: a path through two long documents in linear time, around which the band is laid.

As in Vecalign (Thompson and Koehn 2019), neighbouring sentences are pooled by twos again and again until a document is
short enough for its whole table; the path found there is refined level by level in a narrow band. Bertalign (Liu and
Zhu 2023) has a first pass of 1:1 beads for the same purpose, which this is at the finest level.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from align.docs.band import Band, around, whole_band
from align.docs.blocks import Side, usual_likeness
from align.protocols import Floats, Matrix

Ways = NDArray[np.int8]  # by which way each state of a row was reached

_WHOLE = 160  # blocks of a side up to which the whole table is looked at
_REACH = 16  # blocks on each side of the coarser path
_BAR = 1.0  # spreads above the usual likeness from which two blocks are worth joining
_ROWS = 64  # whose cosines are worked out together


def band_of(english: Side, arabic: Side, reach: int = _REACH) -> Band:
    """The band in which beads are looked for: the whole table of short documents, else around a coarse path."""
    if min(english.count, arabic.count) <= 2 * reach or max(english.count, arabic.count) <= _WHOLE:
        return whole_band(english.count, arabic.count)
    levels = [(english.vectors, arabic.vectors)]
    while max(len(levels[-1][0]), len(levels[-1][1])) > _WHOLE and min(len(levels[-1][0]), len(levels[-1][1])) > 2:
        levels.append((_paired(levels[-1][0]), _paired(levels[-1][1])))
    band = whole_band(len(levels[-1][0]), len(levels[-1][1]))
    path: list[tuple[int, int]] = []
    for left, right in reversed(levels):
        if path:
            ends = len(left), len(right)
            doubled = [(min(2 * i, ends[0]), min(2 * j, ends[1])) for i, j in path]
            band = around([*doubled, ends], *ends, reach)
        path = _best_path(_side(left), _side(right), band)
    return around(path, english.count, arabic.count, reach)


def _paired(vectors: Matrix) -> Matrix:
    """Each two neighbours as one, the odd last one alone."""
    even = vectors[::2].copy()
    even[: len(vectors) // 2] += vectors[1::2]
    return even


def _side(vectors: Matrix) -> Side:
    lengths = np.concatenate([[np.inf], np.maximum(np.linalg.norm(vectors, axis=1), 1e-9)])
    return Side(vectors, lengths[None])


def _best_path(english: Side, arabic: Side, band: Band) -> list[tuple[int, int]]:
    """The states of the path whose 1:1 beads stand out most together; what is passed over costs nothing."""
    middle, spread = usual_likeness(english, arabic)
    left, right = english.unit, arabic.unit
    rows: list[Floats] = [np.zeros(int(band.high[0] - band.low[0]))]
    came: list[Ways] = [np.zeros(len(rows[0]), np.int8)]
    for start in range(1, band.rows, _ROWS):
        stop = min(start + _ROWS, band.rows)
        low, high = int(band.low[start]), int(band.high[stop - 1])
        table = (left[start - 1 : stop - 1] @ right[max(0, low - 1) : high - 1].T - middle) / spread - _BAR
        for i in range(start, stop):
            row, way = _row(rows[-1], table[i - start], band, i, max(0, low - 1))
            rows.append(row)
            came.append(way)
    return _back(came, band)


def _row(before: Floats, worth: Floats, band: Band, i: int, first: int) -> tuple[Floats, Ways]:
    """Row i of sums, and by which way each state was reached: 0 from the left, 1 from above, 2 by a bead."""
    low, high, above = int(band.low[i]), int(band.high[i]), int(band.low[i - 1])
    earlier = np.full(high - low + 1, -np.inf)  # of columns low - 1 to high - 1 in the row above
    start, end = max(above, low - 1), min(above + len(before), high)
    earlier[start - low + 1 : end - low + 1] = before[start - above : end - above]
    bead = np.full(high - low, -np.inf)
    from_column = max(low, 1)
    bead[from_column - low :] = worth[from_column - 1 - first : high - 1 - first]
    bead += earlier[:-1]
    down = earlier[1:]
    best = np.maximum(bead, down)
    row = np.maximum.accumulate(best)
    way = np.where(bead >= down, 2, 1).astype(np.int8)
    way[row > best] = 0
    return row, way


def _back(came: list[Ways], band: Band) -> list[tuple[int, int]]:
    i, j = band.rows - 1, band.columns - 1
    path = [(i, j)]
    while i or j:
        way = int(came[i][j - int(band.low[i])]) if i else 0
        i, j = i - (way > 0), j - (way != 1)
        path.append((i, j))
    return path[::-1]
