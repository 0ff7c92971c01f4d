"""Two documents to beads: the path, then what moved, then what is not sure enough as gaps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from align.docs.beads import Bead, gaps, in_order
from align.docs.blocks import side_of
from align.docs.coarse import band_of
from align.docs.features import Evidence, Texts, evidence_of
from align.docs.lattice import Step, best_reading, fitted_to_its_gaps
from align.docs.moved import moved_beads
from align.docs.scoring import lattice_of
from align.docs.surface import Surface, surface_of
from align.docs.weights import DocsWeights
from align.match.matcher import Matcher
from align.models.linear import LinearModel, sigmoid
from align.protocols import Floats, Matrix

_SMALL = 1e-6
CALIBRATION_FEATURES = ("path", "is_more")


class Alignment(NamedTuple):
    """The beads of two documents in order, every sentence in one bead or gap, and what they were found by."""

    beads: list[Bead]
    refused: list[Bead]  # not sure enough: their sentences stand in gaps, or in moved beads
    evidence: Evidence | None  # None where a side has no sentence


def align_documents(english: Sequence[str], arabic: Sequence[str], matcher: Matcher, weights: DocsWeights) -> Alignment:
    """The alignment of two documents given as sentences."""
    return align_texts(texts_of(english, arabic, matcher), weights)


def texts_of(english: Sequence[str], arabic: Sequence[str], matcher: Matcher) -> Texts:
    """Two documents given as sentences, as the features see them."""
    vectors = matcher.encoder.encode(english), matcher.encoder.encode(arabic)
    means = matcher.bundle.means
    surfaces = surface_of(english, "en"), surface_of(arabic, "ar")
    return texts_of_surfaces(*vectors, *surfaces, means.mean_en, means.mean_ar)


def texts_of_surfaces(
    english: Matrix, arabic: Matrix, left: Surface, right: Surface, mean_en: Matrix, mean_ar: Matrix
) -> Texts:
    """The same of what was read before; vectors as the encoder gives them, (n, dim)."""
    return Texts(side_of(english, left.letters, mean_en), side_of(arabic, right.letters, mean_ar), left, right)


def align_texts(texts: Texts, weights: DocsWeights) -> Alignment:
    """The alignment of two documents; a bead below the weights' threshold is given up for gaps."""
    counts = texts.english.count, texts.arabic.count
    if not all(counts):
        return Alignment(gaps([], *counts), [], None)
    evidence = evidence_of(texts, band_of(texts.english, texts.arabic))
    beads, refused = first_pass(evidence, weights)
    moved = moved_beads(evidence, beads, weights)
    en, ar = {n for bead in moved for n in bead.en}, {n for bead in moved for n in bead.ar}
    kept = [b for b in beads if not (b.is_gap and (en.intersection(b.en) or ar.intersection(b.ar)))]
    return Alignment(in_order([*moved, *kept]), refused, evidence)


def first_pass(evidence: Evidence, weights: DocsWeights) -> tuple[list[Bead], list[Bead]]:
    """The beads of the best reading in order, those that are not sure enough as gaps; and these as they were."""
    steps = best_steps(evidence, weights)
    beads: list[Bead] = []
    refused: list[Bead] = []
    for step, sure in zip(steps, calibrated(steps, weights.calibration), strict=True):
        en, ar = tuple(range(step.i - step.en, step.i)), tuple(range(step.j - step.ar, step.j))
        if en and ar and sure < weights.threshold:
            beads += [Bead((n,), (), 1 - sure) for n in en] + [Bead((), (n,), 1 - sure) for n in ar]
            refused.append(Bead(en, ar, sure))
        else:
            beads.append(Bead(en, ar, sure))
    return beads, refused


def best_steps(evidence: Evidence, weights: DocsWeights) -> list[Step]:
    """The best reading of two documents, gaps as frequent as they are here."""
    return best_reading(fitted_to_its_gaps(lattice_of(evidence, weights)))


def calibrated(steps: Sequence[Step], model: LinearModel) -> list[float]:
    """The probability of each step: of a bead its calibrated marginal, of a gap its marginal."""
    if not steps:
        return []
    is_bead = np.array([bool(step.en and step.ar) for step in steps])
    marginal = np.array([step.probability for step in steps])
    found: list[float] = np.where(is_bead, sigmoid(model.score(calibration_features(steps))), marginal).tolist()
    return found


def calibration_features(steps: Sequence[Step]) -> dict[str, Floats]:
    """What the calibration looks at: the log odds of the marginal, and whether the bead is more than 1:1."""
    marginal = np.clip([s.probability for s in steps], _SMALL, 1 - _SMALL)
    more = np.array([float(s.en + s.ar > 2) for s in steps])
    return {"path": np.log(marginal / (1 - marginal)), "is_more": more}
