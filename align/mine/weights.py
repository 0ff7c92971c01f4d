"""The probability that a candidate is a pair: two logistic regressions, before and after the word features.

Each feature counts by itself and times the pair's size: a cosine of 0.7 is much between long sentences and little
between short ones (F1 out of fold .929 with the products and .904 without, among 6,000 sentences; same documents .946
and .944).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from align.errors import ModelError
from align.files import data_path
from align.mine.candidates import Candidates
from align.models.calibration import LinearModel
from align.protocols import Floats


@dataclass(frozen=True, slots=True)
class MiningWeights:
    """Fitted by scripts/fit_mining.py."""

    first: LinearModel  # over vector features alone: which candidates are worth the word vectors
    second: LinearModel  # over all
    threshold: float  # of the probability: the best F1 out of fold
    precision: tuple[tuple[float, float], ...]  # (threshold, precision out of fold), rising
    signature: str

    def threshold_for(self, precision: float) -> float:
        """The least threshold that held `precision` out of fold. Raises ModelError when none did."""
        for threshold, held in self.precision:
            if held >= precision:
                return threshold
        best = max((held for _, held in self.precision), default=0.0)
        raise ModelError(f"no threshold held a precision of {precision}; the best was {best:.3f}: ask for less")


def products(names: Sequence[str]) -> tuple[str, ...]:
    """The names that a model over these features has: each, and each times the size."""
    return (*names, *(f"{name}*size" for name in names if name != "size"))


def with_products(features: Mapping[str, Floats]) -> dict[str, Floats]:
    """The features, and each times the size."""
    times = {f"{name}*size": values * features["size"] for name, values in features.items() if name != "size"}
    return {**features, **times}


def probabilities(candidates: Candidates, model: LinearModel) -> Floats:
    """The model's probability of each candidate, (n,)."""
    if not len(candidates):
        return np.zeros(0)
    return np.asarray(1 / (1 + np.exp(-np.clip(model.score(with_products(candidates.features)), -30, 30))), np.float64)


@lru_cache(maxsize=1)
def load_weights() -> MiningWeights:
    """The weights that ship. Raises ModelError when they cannot be read."""
    path = data_path("models", "mining.json")
    try:
        row = json.loads(path.read_text(encoding="utf-8"))
        return MiningWeights(
            LinearModel.of_row(row["first"]),
            LinearModel.of_row(row["second"]),
            float(row["threshold"]),
            tuple((float(a), float(b)) for a, b in row["precision"]),
            str(row["signature"]),
        )
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"the weights {path} cannot be read ({error}); reinstall the package") from error
