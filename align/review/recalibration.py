"""Refit the probabilities to decisions: Platt's two numbers (1999), judged out of fold by article before use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from align.errors import StoreError
from align.files import sha256_text
from align.models.bundle import Bundle, write_bundle
from align.models.linear import LinearModel, sigmoid
from align.models.sections import MatchingModel
from align.store import Store
from align.store.results import iter_decided

_LEAST_DECISIONS = 50  # below it two numbers follow the noise
_FOLDS = 5
_RIDGE = 1.0  # towards "leave as it is": slope 1, offset 0
_Vector = NDArray[np.float64]


class Judged(NamedTuple):
    """One settled pair."""

    doc_id: str
    probability: float
    is_right: bool


@dataclass(frozen=True, slots=True)
class Losses:
    """How well probabilities fit: smaller is better."""

    brier: float
    log_loss: float
    calibration_error: float  # expected, over ten bins of equal width


@dataclass(frozen=True, slots=True)
class Recalibration:
    """A refit and what it is worth out of fold."""

    count: int
    slope: float  # of the old logit
    offset: float
    before: Losses
    after: Losses  # every pair judged by a fit that has not seen its article


def judged_pairs(store: Store, sample: str | None = None) -> list[Judged]:
    """Every settled pair that was accepted or rejected."""
    with store.reading() as session:
        return [
            Judged(decided.article.doc_id, float(decided.pair.row["probability"]), settled.choice == "accept")
            for decided in iter_decided(session, sample=sample)
            if (settled := decided.settled) is not None
            and settled.choice in ("accept", "reject")
            and not decided.pair.row.get("added")
        ]


def recalibrate(judged: Sequence[Judged]) -> Recalibration:
    """Fit slope and offset over the old logits, and judge the fit by folds of whole articles.

    Raises StoreError when there is too little to learn from.
    """
    right = np.array([row.is_right for row in judged], np.float64)
    if len(judged) < _LEAST_DECISIONS or right.min(initial=1) == right.max(initial=0):
        raise StoreError(
            f"expected {_LEAST_DECISIONS} or more settled decisions, accepted and rejected ones among them, "
            f"found {len(judged)} with {int(right.sum())} accepted; decide some more"
        )
    logits = _logit(np.array([row.probability for row in judged]))
    folds = np.array([int(sha256_text(row.doc_id)[:8], 16) % _FOLDS for row in judged])
    held_out = np.zeros(len(judged))
    for fold in range(_FOLDS):
        seen, unseen = folds != fold, folds == fold
        held_out[unseen] = _probability(logits[unseen], *_fit(logits[seen], right[seen]))
    slope, offset = _fit(logits, right)
    return Recalibration(
        len(judged), slope, offset, losses(_probability(logits, 1.0, 0.0), right), losses(held_out, right)
    )


def losses(probability: _Vector, right: _Vector) -> Losses:
    """Brier score, log loss and expected calibration error of `probability` against `right`, both (n,)."""
    clipped = np.clip(probability, 1e-6, 1 - 1e-6)
    log_loss = -np.mean(right * np.log(clipped) + (1 - right) * np.log(1 - clipped))
    bins = np.minimum((probability * 10).astype(int), 9)
    error = sum(abs(float(np.sum(probability[bins == b] - right[bins == b]))) for b in range(10)) / len(right)
    return Losses(float(np.mean((probability - right) ** 2)), float(log_loss), error)


def write_weights(result: Recalibration, bundle: Bundle, path: Path) -> None:
    """A bundle with the refit worked into its matching weights, as a file for `[match] weights`.

    Raises StoreError when the refit does not fit better out of fold.
    """
    if result.after.log_loss >= result.before.log_loss or result.slope <= 0:
        raise StoreError("expected a refit that fits better out of fold, found one that does not; nothing was written")
    write_bundle(path, replace(bundle, matching=refitted(bundle.matching, result)))


def refitted(model: MatchingModel, result: Recalibration) -> MatchingModel:
    """The matching weights with refitted probabilities; thresholds move along, so that they keep the same pairs."""

    def moved(probability: float) -> float:
        return float(_probability(_logit(np.array([probability])), result.slope, result.offset)[0])

    context = LinearModel(
        model.context.names, result.slope * model.context.weights, result.slope * model.context.constant + result.offset
    )
    return replace(
        model,
        context=context,
        threshold=moved(model.threshold),
        precision=tuple((moved(threshold), held) for threshold, held in model.precision),
        origin=f"{model.origin}+review:{result.count}:{result.slope:.3f}:{result.offset:.3f}",
    )


def as_text(result: Recalibration) -> str:
    """The comparison, for a person."""
    lines = [f"{result.count} decisions; new logit = {result.slope:.3f} x old logit {result.offset:+.3f}"]
    lines.append(f"{'':20}{'now':>8}{'refitted, out of fold':>24}")
    for name in ("brier", "log_loss", "calibration_error"):
        now, then = getattr(result.before, name), getattr(result.after, name)
        lines.append(f"{name.replace('_', ' '):20}{now:8.4f}{then:24.4f}")
    return "\n".join(lines)


def _fit(logits: _Vector, right: _Vector) -> tuple[float, float]:
    """Slope and offset by Newton's method with steps halved until they help; a ridge towards slope 1 and offset 0."""
    design = np.stack([logits, np.ones_like(logits)], axis=1)  # (n, 2)
    start = np.array([1.0, 0.0])

    def cost(weights: _Vector) -> float:
        scores = design @ weights
        fit = np.logaddexp(0, scores) - right * scores
        return float(fit.sum() + _RIDGE * ((weights - start) ** 2).sum() / 2)

    weights = start.copy()
    for _ in range(50):
        probability = _probability(logits, *weights)
        gradient = design.T @ (probability - right) + _RIDGE * (weights - start)
        curvature = (design * (probability * (1 - probability))[:, None]).T @ design + _RIDGE * np.eye(2)
        step = np.linalg.solve(curvature, gradient)
        while cost(weights - step) > cost(weights) and np.abs(step).max() > 1e-9:
            step /= 2
        weights = weights - step
        if np.abs(step).max() <= 1e-9:
            break
    return float(weights[0]), float(weights[1])


def _logit(probability: _Vector) -> _Vector:
    clipped = np.clip(probability, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(clipped / (1 - clipped)), np.float64)


def _probability(logits: _Vector, slope: float, offset: float) -> _Vector:
    return sigmoid(slope * logits + offset)
