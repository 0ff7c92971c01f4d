"""From named features to a probability: a logistic regression whose weights are a JSON file with its signature."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from align.errors import ModelError
from align.files import data_path

FEATURES = (
    "cosine",
    "margin",
    "lead",
    "coverage_en",
    "coverage_ar",
    "soft_en",
    "soft_ar",
    "outside",
    "length",
    "is_quote",
    "is_reported",
    "is_headline",
    "is_sentence",
)


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights for one encoder."""

    model: str
    revision: str
    mean_en: NDArray[np.float32]  # (dim,), of sentence vectors
    mean_ar: NDArray[np.float32]
    word_mean_en: NDArray[np.float32]  # of word vectors
    word_mean_ar: NDArray[np.float32]
    weights: NDArray[np.float64]  # (len(FEATURES) + 1,), the last one is the constant
    slope: float  # from the regression's score to a probability (Platt 1999)
    offset: float
    threshold: float
    signature: str
    warning: str | None = None

    def score(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """The expected overlap with a true rendering, as a logit; (n,) for features (n, len(FEATURES))."""
        return np.asarray(rows @ self.weights[:-1] + self.weights[-1], np.float64)

    def probability(self, score: float) -> float:
        """How likely a selected candidate of this score renders the sentence."""
        return float(1 / (1 + np.exp(-(self.slope * score + self.offset))))


def load(model: str, revision: str) -> Calibration:
    """The weights that ship for `model`; for another model the bundled ones, with a warning and without its means.

    Raises ModelError when the package's data is broken.
    """
    path = data_path("models", "e5-small.json")
    try:
        row = json.loads(path.read_text(encoding="utf-8"))
        means = [np.array(row[k], np.float32) for k in ("mean_en", "mean_ar", "word_mean_en", "word_mean_ar")]
        weights = np.array([row["weights"][name] for name in (*FEATURES, "constant")], np.float64)
        slope, offset, threshold = (float(row[k]) for k in ("slope", "offset", "threshold"))
        signature = str(row["signature"])
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"the calibration weights {path} cannot be read ({error}); reinstall the package") from error
    warning = None
    if (model, revision) != (row["model"], row["revision"]):
        warning = (
            f"no calibration was fitted for {model}; the weights of {row['model']} stand in, so probabilities are "
            "not calibrated: fit your own with scripts/calibrate.py"
        )
        means = [np.zeros(0, np.float32)] * len(means)
        signature += "+other-model"
    mean_en, mean_ar, word_mean_en, word_mean_ar = means
    return Calibration(
        model,
        revision,
        mean_en,
        mean_ar,
        word_mean_en,
        word_mean_ar,
        weights,
        slope,
        offset,
        threshold,
        signature,
        warning,
    )
