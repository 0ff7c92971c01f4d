"""Fits the linear models of matching from examples. Needs SciPy, which sentence-transformers brings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from align.models.linear import LinearModel, sigmoid
from align.protocols import Floats, Ints


def _scaled(columns: Floats) -> tuple[Floats, Floats, Floats]:
    mean, spread = columns.mean(0), columns.std(0) + 1e-6
    return (columns - mean) / spread, mean, spread


def _unscaled(names: Sequence[str], weights: Floats, constant: float, mean: Floats, spread: Floats) -> LinearModel:
    plain = weights / spread
    return LinearModel(tuple(names), plain, float(constant - plain @ mean))


def fit_logistic(
    names: Sequence[str], columns: Floats, targets: Floats, weights: Floats, *, ridge: float = 1.0
) -> LinearModel:
    """L2-regularised logistic regression by Newton's method; targets in [0, 1], one weight an example."""
    scaled, mean, spread = _scaled(columns)
    x = np.c_[scaled, np.ones(len(scaled))]
    penalty = np.r_[np.full(len(names), ridge), 1e-6]
    solution = np.zeros(len(penalty))
    for _ in range(40):
        p = sigmoid(x @ solution)
        hessian = x.T @ (x * (weights * p * (1 - p))[:, None]) + np.diag(penalty)
        step = np.linalg.solve(hessian, x.T @ (weights * (p - targets)) + penalty * solution)
        solution -= step
        if np.abs(step).max() < 1e-5:
            break
    return _unscaled(names, solution[:-1], float(solution[-1]), mean, spread)


def fit_choice(
    names: Sequence[str], columns: Floats, targets: Floats, groups: Ints, weights: Floats, *, ridge: float = 0.5
) -> LinearModel:
    """A conditional logit: which row of a group is right, with "none" at score 0 as one more choice.

    `targets` of a group sum to 1, or to 0 where none is right; `groups` are rising numbers; one weight a group.
    Source: McFadden 1974; fitted with L-BFGS.
    """
    from scipy.optimize import minimize

    exact, mean, spread = _scaled(columns)
    scaled = exact.astype(np.float32)  # read hundreds of times: half the memory, half the time
    del exact
    starts = np.flatnonzero(np.r_[True, np.diff(groups) > 0])
    place = np.cumsum(np.r_[False, np.diff(groups) > 0])

    def loss(solution: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = scaled @ solution[:-1].astype(np.float32) + solution[-1]
        top = np.maximum(np.maximum.reduceat(scores, starts), 0.0)
        grown = np.exp(scores - top[place])
        whole = np.add.reduceat(grown, starts) + np.exp(-top)
        value = weights @ (top + np.log(whole) - np.add.reduceat(targets * scores, starts))
        slope = weights[place] * (grown / whole[place] - targets)
        gradient = np.r_[scaled.T @ slope.astype(np.float32) + 2 * ridge * solution[:-1], slope.sum()]
        return float(value + ridge * solution[:-1] @ solution[:-1]), gradient

    begin = np.r_[np.zeros(len(names)), -3.0]
    solution = minimize(loss, begin, jac=True, method="L-BFGS-B", options={"maxiter": 150}).x
    return _unscaled(names, solution[:-1], float(solution[-1]), mean, spread)
