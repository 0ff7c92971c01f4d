"""Dynamic programming over a band of states: the best path, the marginal probability of every bead, the best reading.

A bead of a English and b Arabic sentences leads from state (i - a, j - b) to (i, j). Its score stands in row i of the
scores at [a - 1, b, j - low[i]]; (1, 0) is a gap of the English, and `skip` holds the score of a gap of each Arabic
sentence. Scores are logarithms of a semi-Markov conditional random field (Sarawagi and Cohen 2004): the sums of the
forward and backward pass give marginals, and the path that is given out has the highest sum of marginals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from align.docs.band import Band
from align.docs.beads import MOST
from align.protocols import Floats

Scores = NDArray[np.float32]  # (MOST, MOST + 1, width of the row)
_NEVER = -1e30
# A sentence in a gap is one bead more: at 1, halves of sentences that were split stand alone too often (strict F1 out
# of fold of the first pass at noise 0: .9788, .9813 at 0.7, .9819 at 0.5; at 30 % .8455, .8483, .8480).
GAP_WORTH = 0.6
USUAL_GAPS = 0.125  # share of the sentences that stand in gaps in the documents that the weights are fitted on
_TRUST = 0.7  # how much of the change is made
_PRIOR = 8.0  # sentences that the usual share counts for


@dataclass(frozen=True, slots=True)
class Lattice:
    """A band and the score of every bead that ends in it."""

    band: Band
    scores: Sequence[Scores]  # a row of states each; row 0 is empty
    skip: Floats  # (m,), of the gap of each Arabic sentence


class Step(NamedTuple):
    """A bead on a path: the state where it ends, how many sentences it takes, and its marginal probability."""

    i: int
    j: int
    en: int
    ar: int
    probability: float


@dataclass(frozen=True, slots=True)
class Marginals:
    """Sums of the forward and backward pass. `total`: the logarithm of the sum over all paths."""

    lattice: Lattice
    forward: list[Floats]
    backward: list[Floats]
    total: float

    def beads(self, i: int) -> Floats:
        """The probability of every bead that ends in row i, as the scores have it."""
        low, high = int(self.lattice.band.low[i]), int(self.lattice.band.high[i])
        before = _windows(_earlier(self.forward, self.lattice.band, i, _NEVER), high - low)
        known = before[: min(i, MOST)] + self.lattice.scores[i][: min(i, MOST)] + (self.backward[i] - self.total)
        out = np.zeros((MOST, MOST + 1, high - low))
        np.exp(np.minimum(known, 0.0), out=out[: min(i, MOST)])
        return out

    def skips(self, i: int) -> Floats:
        """The probability of the gap of an Arabic sentence that ends at each state of row i; the first is 0."""
        low, high = int(self.lattice.band.low[i]), int(self.lattice.band.high[i])
        out = np.zeros(high - low)
        gap = self.lattice.skip[low : high - 1]
        out[1:] = np.exp(np.minimum(self.forward[i][:-1] + gap + self.backward[i][1:] - self.total, 0.0))
        return out


def _earlier(rows: Sequence[Floats], band: Band, i: int, empty: float) -> Floats:
    """The values of up to MOST rows before row i, the nearest first, from MOST columns before its first to its last."""
    low, high = int(band.low[i]), int(band.high[i])
    out = np.full((MOST, high - low + MOST), empty)
    for a in range(1, min(i, MOST) + 1):
        start, end = max(int(band.low[i - a]), low - MOST), min(int(band.high[i - a]), high)
        if end > start:
            own = int(band.low[i - a])
            out[a - 1, start - low + MOST : end - low + MOST] = rows[i - a][start - own : end - own]
    return out


def _windows(earlier: Floats, width: int) -> Floats:
    """For [a, b, k] the value a rows and b columns before state k, as a view."""
    down, along = earlier.strides
    start = earlier[:, MOST:]
    return as_strided(start, (MOST, MOST + 1, width), (down, -along, along), writeable=False)


def _log_sum(values: Floats) -> Floats:
    """Log of the sum of exp over the first two axes."""
    flat = values.reshape(-1, values.shape[-1])
    top = flat.max(0)
    return np.asarray(top + np.log(np.exp(flat - top).sum(0)))


def _row_forward(before: Floats, skip: Floats) -> Floats:
    """The row with the gaps of its Arabic sentences: sums over all ways to come from the left."""
    rise = np.concatenate([[0.0], np.cumsum(skip)])
    return np.asarray(rise + np.logaddexp.accumulate(before - rise))


def marginals_of(lattice: Lattice) -> Marginals:
    """The forward and the backward pass."""
    forward = _forward(lattice)
    return Marginals(lattice, forward, _backward(lattice), float(forward[-1][-1]))


def _forward(lattice: Lattice) -> list[Floats]:
    band, rows = lattice.band, []
    first = np.full(int(band.high[0] - band.low[0]), _NEVER)
    first[0] = 0.0
    rows.append(_row_forward(first, lattice.skip[: len(first) - 1]))
    for i in range(1, band.rows):
        low, high = int(band.low[i]), int(band.high[i])
        before = _windows(_earlier(rows, band, i, _NEVER), high - low) + lattice.scores[i]
        rows.append(_row_forward(_log_sum(before), lattice.skip[low : high - 1]))
    return rows


def _backward(lattice: Lattice) -> list[Floats]:
    band = lattice.band
    widths = (band.high - band.low).tolist()
    rows = [np.full(width, _NEVER) for width in widths]
    rows[-1][-1] = 0.0
    for i in range(band.rows - 1, -1, -1):
        low, high = int(band.low[i]), int(band.high[i])
        rows[i] = _row_forward(rows[i][::-1], lattice.skip[low : high - 1][::-1])[::-1]
        if i == 0:
            break
        count = min(i, MOST)
        ends = lattice.scores[i][:count] + rows[i]
        # [a, b, k] belongs to column k - b: put so, the sum over b is the sum of a column.
        slanted = np.full((count, MOST + 1, widths[i] + MOST), _NEVER)
        deep, down, along = slanted.strides
        view = as_strided(slanted[:, :, MOST:], (count, MOST + 1, widths[i]), (deep, down - along, along))
        view[...] = ends
        begins = _log_sum(slanted.transpose(1, 0, 2).reshape(MOST + 1, 1, -1)).reshape(count, -1)
        for a in range(1, count + 1):
            _add_into(rows[i - a], int(band.low[i - a]), begins[a - 1], low - MOST)
    return rows


def _add_into(row: Floats, own: int, values: Floats, start: int) -> None:
    """Add the logarithms `values`, whose first stands in column `start`, to a row whose first stands in `own`."""
    first, last = max(own, start), min(own + len(row), start + len(values))
    if last > first:
        place = row[first - own : last - own]
        np.logaddexp(place, values[first - start : last - start], out=place)


def best_reading(lattice: Lattice) -> list[Step]:
    """The path with the highest sum of marginals, in which a gap counts `GAP_WORTH` of its own."""
    sums, band = marginals_of(lattice), lattice.band
    rows: list[Floats] = []
    chosen: list[NDArray[np.int8]] = []
    for i in range(band.rows):
        low, high = int(band.low[i]), int(band.high[i])
        width = high - low
        worth, over = sums.beads(i) if i else np.zeros((MOST, MOST + 1, width)), GAP_WORTH * sums.skips(i)
        worth[0, 0] *= GAP_WORTH
        if i:
            ways = (_windows(_earlier(rows, band, i, _NEVER), width) + worth).reshape(-1, width)
            choice = ways.argmax(0).astype(np.int8)
            best = ways[choice, np.arange(width)]
        else:
            choice = np.full(width, -1, np.int8)
            best = np.full(width, _NEVER)
            best[0] = 0.0
        rise = np.cumsum(over)
        level = np.maximum.accumulate(best - rise)
        choice[level > best - rise] = -1  # it comes from the left
        rows.append(level + rise)
        chosen.append(choice)
    return _followed(sums, chosen)


def fitted_to_its_gaps(lattice: Lattice) -> Lattice:
    """The lattice with gaps as dear as these documents ask: the scores of its gaps are changed in place.

    How much a translator leaves out is a habit of two documents, not of all: where the sums expect fewer gaps than is
    usual, a gap is as much less likely (empirical Bayes, drawn to the usual share where there are few sentences). First
    pass out of fold, strict F1 at noise 0: .9813 without, .9876 with half of the change, .9899 with all; at 10 % .9318,
    .9318, .9303. More gaps than usual change nothing: some stand for moved passages (at 30 % it would cost .016).
    """
    sums, band = marginals_of(lattice), lattice.band
    found = sum(float(sums.skips(i).sum()) for i in range(band.rows))
    found += sum(float(sums.beads(i)[0, 0].sum()) for i in range(1, band.rows))
    share = (found + _PRIOR * USUAL_GAPS) / (band.rows + band.columns - 2 + _PRIOR)
    change = float(np.clip(_TRUST * np.log(share / USUAL_GAPS), -3.0, 0.0))
    for row in lattice.scores[1:]:
        row[0, 0] += np.float32(change)
    return Lattice(band, lattice.scores, lattice.skip + change)


def _followed(sums: Marginals, chosen: Sequence[NDArray[np.int8]]) -> list[Step]:
    band = sums.lattice.band
    i, j = band.rows - 1, band.columns - 1
    steps = []
    while i or j:
        at = j - int(band.low[i])
        choice = int(chosen[i][at])
        if choice < 0:
            steps.append(Step(i, j, 0, 1, float(sums.skips(i)[at])))
            j -= 1
            continue
        a, b = choice // (MOST + 1) + 1, choice % (MOST + 1)
        steps.append(Step(i, j, a, b, float(sums.beads(i)[a - 1, b, at])))
        i, j = i - a, j - b
    return steps[::-1]
