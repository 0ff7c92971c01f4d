"""Features to scores: the lattice of two documents."""

from __future__ import annotations

import numpy as np

from align.docs.band import Band
from align.docs.beads import MOST
from align.docs.features import Evidence, Tile, gap_features, tiles
from align.docs.lattice import Lattice, Scores
from align.docs.weights import DocsWeights

_NEVER = np.float32(-1e30)


def lattice_of(evidence: Evidence, weights: DocsWeights) -> Lattice:
    """The score of every bead and gap within the band of the evidence."""
    gap_en = weights.gap_en.score(gap_features(evidence, "en"))
    gap_ar = weights.gap_ar.score(gap_features(evidence, "ar"))
    scores: list[Scores] = [np.zeros((MOST, MOST + 1, _width(evidence.band, 0)), np.float32)]
    for rows, columns in tiles(evidence.band):
        tile = Tile(evidence, rows, columns)
        table = np.full((len(rows), MOST, MOST + 1, len(columns)), _NEVER, np.float32)
        for a in range(1, MOST + 1):
            for b in range(1, MOST + 1):
                table[:, a - 1, b] = weights.bead.score(tile.bead(a, b))
        table[:, 0, 0] = gap_en[rows.start - 1 : rows.stop - 1, None]
        for n, i in enumerate(rows):
            start = int(evidence.band.low[i]) - columns.start
            scores.append(table[n, :, :, start : start + _width(evidence.band, i)].copy())
    return Lattice(evidence.band, scores, gap_ar)


def _width(band: Band, i: int) -> int:
    return int(band.high[i] - band.low[i])
