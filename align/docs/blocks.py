"""Vectors of blocks: each block of up to six neighbouring sentences as the pooled vectors of its sentences.

Vecalign (Thompson and Koehn 2019) encodes every block of overlapping sentences. A block's vector is here the sum of the
centred vectors of its sentences, each weighted by its letters: what mean pooling gives but for the words that look
across a stop. So every block costs nothing beyond its sentences, and the cosines of all blocks are sums over boxes of
one table of products.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from align.docs.beads import MOST
from align.protocols import Floats, Matrix

LARGEST = MOST + 1  # one more than a bead has: a bead is held against itself with a neighbour
_SAMPLE = 256  # sentences of a side that the usual likeness is measured on
_OWN_MEAN = 10.0  # sentences after which a document's own mean weighs as much as the encoder's


@dataclass(frozen=True, slots=True)
class Side:
    """The sentences of one document as vectors."""

    vectors: Matrix  # (n, dim), centred, as long as the sentence's weight
    lengths: Floats  # (LARGEST, n + 1): of the sum of the last 1, 2, ... sentences before each state

    @property
    def count(self) -> int:
        """How many sentences."""
        return len(self.vectors)

    @property
    def unit(self) -> Matrix:
        """The vectors at unit length."""
        return np.asarray(self.vectors / np.maximum(self.lengths[0][1:, None], 1e-9), np.float32)


def side_of(vectors: Matrix, letters: Floats, mean: Matrix) -> Side:
    """The side of a document; `vectors` as the encoder gives them, `mean` of the encoder's language, or empty.

    They are centred on the document's own mean, drawn to the encoder's where the document is short.
    """
    if not len(vectors):
        return Side(vectors, np.zeros((LARGEST, 1)))
    weights = letters[:, None]
    share = len(vectors) / (len(vectors) + _OWN_MEAN) if mean.size else 1.0
    centre = share * np.asarray((vectors * weights).sum(0) / weights.sum()) + (1 - share) * (mean if mean.size else 0.0)
    own = np.asarray((vectors - centre) * weights, np.float32)
    return Side(own, _lengths(own))


def cut(side: Side, start: int, stop: int) -> Side:
    """The sentences from `start` to `stop` as a document of their own."""
    own = side.vectors[start:stop]
    return Side(own, _lengths(own))


def _lengths(own: Matrix) -> Floats:
    """The length of the sum of the last k + 1 sentences before each state; infinite where there are not so many."""
    out = np.full((LARGEST, len(own) + 1), np.inf)
    sums = own.astype(np.float32)
    for k in range(min(LARGEST, len(own))):
        if k:
            sums = sums[1:] + own[: len(own) - k]
        out[k, k + 1 :] = np.maximum(np.sqrt(np.einsum("nd,nd->n", sums, sums, dtype=np.float64)), 1e-9)
    return out


def cosines(english: Side, arabic: Side, rows: range, columns: range) -> Floats:
    """Of every block that ends in these states, (LARGEST, LARGEST, rows, columns); -1 where there is no such block.

    [a - 1, b - 1] holds the blocks of a English and b Arabic sentences.
    """
    top, left = rows.start - LARGEST, columns.start - LARGEST
    table = np.zeros((len(rows) + LARGEST, len(columns) + LARGEST))
    first, last = max(0, top), min(english.count, rows.stop - 1)
    start, end = max(0, left), min(arabic.count, columns.stop - 1)
    if last > first and end > start:
        products = english.vectors[first:last] @ arabic.vectors[start:end].T
        table[first - top + 1 : last - top + 1, start - left + 1 : end - left + 1] = products
    sums = table.cumsum(0).cumsum(1)
    here = sums[LARGEST:, LARGEST:]
    out = np.empty((LARGEST, LARGEST, len(rows), len(columns)))
    en_lengths, ar_lengths = _at(english.lengths, rows), _at(arabic.lengths, columns)
    for a in range(1, LARGEST + 1):
        above = sums[LARGEST - a : len(sums) - a]
        for b in range(1, LARGEST + 1):
            beside = slice(LARGEST - b, sums.shape[1] - b)
            box = here - above[:, LARGEST:] - sums[LARGEST:, beside] + above[:, beside]
            length = en_lengths[a - 1][:, None] * ar_lengths[b - 1][None]
            out[a - 1, b - 1] = np.where(np.isfinite(length), box / length, -1.0)
    return out


def _at(lengths: Floats, states: range) -> Floats:
    """The lengths at these states; infinite at states that do not exist."""
    out = np.full((LARGEST, len(states)), np.inf)
    first, last = max(0, states.start), min(lengths.shape[1], states.stop)
    if last > first:
        out[:, first - states.start : last - states.start] = lengths[:, first:last]
    return out


def usual_likeness(english: Side, arabic: Side) -> tuple[float, float]:
    """Mean and spread of the cosines of sentences that do not belong together, from an even sample of both sides."""
    if not english.count or not arabic.count:
        return 0.0, 1.0
    table = _sample(english.unit) @ _sample(arabic.unit).T
    middle = float(np.median(table))  # true pairs are few, and do not move it
    spread = 1.4826 * float(np.median(np.abs(table - middle)))
    return middle, max(spread, 0.02)


def _sample(rows: Matrix) -> Matrix:
    return rows[np.unique(np.linspace(0, len(rows) - 1, min(len(rows), _SAMPLE)).astype(np.int64))]
