"""Fits the weights of alignment from documents whose beads are known: the random field by maximum likelihood.

A document counts log Z less the score of its beads, over a band around them (Lafferty et al. 2001; Sarawagi and Cohen
2004 for the semi-Markov case). Needs SciPy, which sentence-transformers brings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from align.docs.band import Band, around
from align.docs.beads import MOST, Bead
from align.docs.features import BEAD_FEATURES, GAP_FEATURES, Evidence, Texts, Tile, evidence_of, gap_features, tiles
from align.docs.lattice import Lattice, marginals_of
from align.models.linear import LinearModel
from align.protocols import Floats

_NEVER = np.float32(-1e30)
_REACH = 12  # states on each side of the true path
_RIDGE = 1.0  # on weights per spread of a feature


class FieldWeights(NamedTuple):
    """Those of the random field."""

    bead: LinearModel
    gap_en: LinearModel
    gap_ar: LinearModel


@dataclass(frozen=True, slots=True)
class Example:
    """A document with its features, the rows of its beads one under the other."""

    band: Band
    beads: NDArray[np.float32]  # (all widths times MOST times MOST, features), row of states by row of states
    gap_en: Floats  # (n, features)
    gap_ar: Floats
    truth: Floats  # sums of the features of the true beads and gaps, all three after each other


def path_of(beads: Sequence[Bead]) -> list[tuple[int, int]]:
    """The states of the beads that stand in order, gaps of moved ones among them; from (0, 0) to the last state."""
    states = [(0, 0)]
    for bead in sorted((b for b in beads if not b.is_gap and not b.is_moved), key=lambda b: b.en):
        states += [(bead.en[0], bead.ar[0]), (bead.en[-1] + 1, bead.ar[-1] + 1)]
    i = 1 + max((n for bead in beads for n in bead.en), default=-1)
    j = 1 + max((n for bead in beads for n in bead.ar), default=-1)
    return [*states, (i, j)]


def example_of(texts: Texts, beads: Sequence[Bead]) -> Example:
    """The features of a document over a band around its beads."""
    band = around(path_of(beads), texts.english.count, texts.arabic.count, _REACH)
    evidence = evidence_of(texts, band)
    table = _bead_rows(evidence)
    gap_en, gap_ar = (np.stack([gap_features(evidence, side)[n] for n in GAP_FEATURES], 1) for side in ("en", "ar"))
    kept = [bead for bead in beads if not bead.is_gap and not bead.is_moved]
    starts = np.concatenate([[0], np.cumsum(MOST * MOST * (band.high - band.low)[1:])])
    truth = np.zeros(len(BEAD_FEATURES))
    for bead in kept:
        i, a, b = bead.en[-1] + 1, len(bead.en), len(bead.ar)
        width, at = int(band.high[i] - band.low[i]), bead.ar[-1] + 1 - int(band.low[i])
        truth += table[starts[i - 1] + ((a - 1) * MOST + b - 1) * width + at]
    alone_en = np.setdiff1d(np.arange(len(gap_en)), [n for bead in kept for n in bead.en])
    alone_ar = np.setdiff1d(np.arange(len(gap_ar)), [n for bead in kept for n in bead.ar])
    truth = np.concatenate([truth, gap_en[alone_en].sum(0), gap_ar[alone_ar].sum(0)])
    return Example(band, table, gap_en, gap_ar, truth)


def _bead_rows(evidence: Evidence) -> NDArray[np.float32]:
    band, parts = evidence.band, []
    for rows, columns in tiles(band):
        tile = Tile(evidence, rows, columns)
        whole = np.empty((len(rows), MOST, MOST, len(columns), len(BEAD_FEATURES)), np.float32)
        for a in range(1, MOST + 1):
            for b in range(1, MOST + 1):
                found = tile.bead(a, b)
                whole[:, a - 1, b - 1] = np.stack([found[name] for name in BEAD_FEATURES], -1)
        for n, i in enumerate(rows):
            start, width = int(band.low[i]) - columns.start, int(band.high[i] - band.low[i])
            parts.append(whole[n, :, :, start : start + width].reshape(-1, len(BEAD_FEATURES)))
    return np.concatenate(parts)


def fit_field(examples: Sequence[Example], begin: FieldWeights | None = None, rounds: int = 60) -> FieldWeights:
    """The weights under which the true beads of the examples are likeliest."""
    from scipy.optimize import minimize

    spread = _spread(examples)
    start = _flat(begin) * spread if begin else np.zeros(len(spread))

    def loss(solution: Floats) -> tuple[float, Floats]:
        value, slope = 0.5 * _RIDGE * float(solution @ solution), _RIDGE * solution
        for example in examples:
            own, own_slope = _loss(example, solution / spread)
            value, slope = value + own, slope + own_slope / spread
        return value, slope

    solution = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": rounds}).x / spread
    parts = np.split(solution, [len(BEAD_FEATURES), len(BEAD_FEATURES) + len(GAP_FEATURES)])
    names = (BEAD_FEATURES, GAP_FEATURES, GAP_FEATURES)
    return FieldWeights(*(LinearModel(n, weights, 0.0) for n, weights in zip(names, parts, strict=True)))


def _flat(weights: FieldWeights) -> Floats:
    return np.concatenate([model.weights for model in weights])


def _spread(examples: Sequence[Example]) -> Floats:
    beads = np.concatenate([example.beads[::37] for example in examples])
    gaps = [np.concatenate([getattr(e, name) for e in examples]) for name in ("gap_en", "gap_ar")]
    return np.concatenate([_safe(part) for part in (beads, *gaps)])


def _safe(columns: Floats) -> Floats:
    spread = columns.astype(np.float64).std(0)
    return np.where(spread > 1e-3, spread, 1.0)


def _loss(example: Example, weights: Floats) -> tuple[float, Floats]:
    """Log Z less the score of the truth, and its slope."""
    first, second = len(BEAD_FEATURES), len(BEAD_FEATURES) + len(GAP_FEATURES)
    band, widths = example.band, (example.band.high - example.band.low).tolist()
    flat = example.beads @ weights[:first].astype(np.float32)
    gap_en, gap_ar = example.gap_en @ weights[first:second], example.gap_ar @ weights[second:]
    scores, at = [np.zeros((MOST, MOST + 1, widths[0]), np.float32)], 0
    for i in range(1, band.rows):
        row = np.full((MOST, MOST + 1, widths[i]), _NEVER, np.float32)
        row[:, 1:] = flat[at : at + MOST * MOST * widths[i]].reshape(MOST, MOST, widths[i])
        row[0, 0] = gap_en[i - 1]
        at += MOST * MOST * widths[i]
        scores.append(row)
    sums = marginals_of(Lattice(band, scores, gap_ar))
    expected, alone_en, alone_ar = [], np.zeros(len(gap_en)), np.zeros(len(gap_ar) + 1)
    for i in range(band.rows):
        alone_ar[int(band.low[i]) : int(band.high[i])] += sums.skips(i)
        if i:
            beads = sums.beads(i)
            alone_en[i - 1] = beads[0, 0].sum()
            expected.append(beads[:, 1:].reshape(-1))
    slope = np.concatenate([
        np.concatenate(expected).astype(np.float32) @ example.beads,
        alone_en @ example.gap_en,
        alone_ar[1:] @ example.gap_ar,
    ])  # fmt: skip
    return sums.total - float(example.truth @ weights), slope - example.truth
