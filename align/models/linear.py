"""Weighted sums of named features, and the one sigmoid that turns them into probabilities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from align.models.names import with_current_names
from align.protocols import Floats

_LIMIT = 30.0  # logits beyond it: 1e-13 from 0 or from 1


def sigmoid(logits: NDArray[np.float64] | float) -> Floats:
    """Log odds to probabilities, same shape."""
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -_LIMIT, _LIMIT))), np.float64)


def design(features: Mapping[str, NDArray[Any]], names: Sequence[str]) -> Floats:
    """The named features as columns, (n, len(names))."""
    return np.stack([np.asarray(features[name], np.float64) for name in names], axis=1)


@dataclass(frozen=True, slots=True)
class LinearModel:
    """A weighted sum of named features."""

    names: tuple[str, ...]
    weights: NDArray[np.float64]  # (len(names),)
    constant: float

    def score(self, features: Mapping[str, NDArray[Any]]) -> NDArray[np.float64]:
        """The logit of every row; `features` holds one array, (n,), a name, and may hold more."""
        total = self.constant + sum(w * features[name] for name, w in zip(self.names, self.weights, strict=True))
        return np.asarray(total, np.float64)

    def score_columns(self, columns: Floats) -> Floats:
        """The logit of every row of a `design` over this model's names, (n,)."""
        return np.asarray(columns @ self.weights + self.constant, np.float64)

    def score_one(self, features: Mapping[str, float]) -> float:
        """The logit of one example; `features` may hold more than this model's names."""
        return float(np.array([features[name] for name in self.names], np.float64) @ self.weights + self.constant)

    def as_row(self) -> dict[str, float]:
        """Name to weight, as the JSON file has it."""
        return {**dict(zip(self.names, map(float, self.weights), strict=True)), "constant": self.constant}

    @classmethod
    def of_row(cls, row: Mapping[str, float]) -> LinearModel:
        """The model of a JSON object; raises KeyError without a constant."""
        row = with_current_names(row)
        names = tuple(name for name in row if name != "constant")
        return cls(names, np.array([row[name] for name in names], np.float64), float(row["constant"]))
