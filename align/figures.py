"""Figures that several rooms count with: intervals of shares, F1, how far two spans agree, area under the curve."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray


class Share(NamedTuple):
    """A proportion with its 95 % interval."""

    right: int
    of: int
    low: float
    high: float

    @property
    def value(self) -> float | None:
        """The share itself; None without cases."""
        return self.right / self.of if self.of else None


def wilson(right: int, of: int, z: float = 1.959964) -> Share:
    """Wilson's score interval (1927): honest for few cases and near 0 and 1."""
    if not of:
        return Share(0, 0, 0.0, 1.0)
    share = right / of
    middle = share + z * z / (2 * of)
    spread = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    scale = 1 + z * z / of
    return Share(right, of, max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale))


def f1(true: Any, predicted: Any, gold: Any) -> Any:
    """Harmonic mean of precision and recall; 1 where there is nothing to find and nothing was found."""
    both = np.asarray(predicted + gold, float)
    return np.where(both > 0, 2 * np.asarray(true) / np.maximum(both, 1), 1.0)[()]


def overlap(a: tuple[int, int], b: tuple[int, int]) -> float:
    """Intersection over union of two spans."""
    inter = min(a[1], b[1]) - max(a[0], b[0])
    return inter / (max(a[1], b[1]) - min(a[0], b[0])) if inter > 0 else 0.0


def area_under_curve(positive: NDArray[np.float64], negative: NDArray[np.float64]) -> float:
    """Area under the ROC curve of two sets of scores, ties counted half."""
    ordered = np.sort(negative)
    rank = np.searchsorted(ordered, positive, "left") + np.searchsorted(ordered, positive, "right")
    return float(rank.mean() / 2 / len(negative))
