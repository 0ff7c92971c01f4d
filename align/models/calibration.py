"""Weights of the matching models, one JSON file with its signature: four small linear models, each one inspectable.

`word`: whether an Arabic word belongs to a rendering of a sentence. `edge`: which span of a segment renders it, if any.
`pair`: whether the span renders the sentence, judged by itself. `context`: the probability that it does, judged beside
the article's other spans (a logistic regression, so calibrated by its fit; Platt 1999).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from align.errors import ModelError
from align.files import data_path

MODELS = ("word", "edge", "pair", "context")
MEANS = ("mean_en", "mean_ar", "word_mean_en", "word_mean_ar")


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

    def as_row(self) -> dict[str, float]:
        """Name to weight, as the JSON file has it."""
        return {**dict(zip(self.names, map(float, self.weights), strict=True)), "constant": self.constant}

    @classmethod
    def of_row(cls, row: Mapping[str, float]) -> LinearModel:
        """The model of a JSON object; raises KeyError without a constant."""
        names = tuple(name for name in row if name != "constant")
        return cls(names, np.array([row[name] for name in names], np.float64), float(row["constant"]))


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights and means for one encoder."""

    model: str
    revision: str
    mean_en: NDArray[np.float32]  # (dim,), of sentence vectors; (0,) for the text's own mean
    mean_ar: NDArray[np.float32]
    word_mean_en: NDArray[np.float32]  # of word vectors
    word_mean_ar: NDArray[np.float32]
    word: LinearModel
    edge: LinearModel
    pair: LinearModel
    context: LinearModel
    threshold: float  # of the probability; the best macro F1 out of fold
    precision: tuple[tuple[float, float], ...]  # (threshold, precision of what it keeps, out of fold), rising
    signature: str
    warning: str | None = None

    def threshold_for(self, precision: float) -> float:
        """The least threshold that held `precision` out of fold.

        Raises ModelError when none did.
        """
        for threshold, held in self.precision:
            if held >= precision:
                return threshold
        best = max(held for _, held in self.precision)
        raise ModelError(f"no threshold held a precision of {precision}; the best was {best:.3f}: ask for less")


def load(model: str, revision: str, weights_file: str | None = None) -> Calibration:
    """The weights that ship for `model`, or those of a file; for another model than theirs with a warning.

    Raises ModelError when they cannot be read.
    """
    path = Path(weights_file) if weights_file else data_path("models", "e5-small.json")
    try:
        row = json.loads(path.read_text(encoding="utf-8"))
        means = {name: np.array(row[name], np.float32) for name in MEANS}
        word, edge, pair, context = (LinearModel.of_row(row[name]) for name in MODELS)
        precision = tuple((float(a), float(b)) for a, b in row["precision"])
        threshold, signature = float(row["threshold"]), str(row["signature"])
    except (OSError, ValueError, KeyError) as error:
        remedy = "name another file in [match] weights" if weights_file else "reinstall the package"
        raise ModelError(f"the calibration weights {path} cannot be read ({error}); {remedy}") from error
    warning = None
    if (model, revision) != (row["model"], row["revision"]):
        warning = (
            f"no calibration was fitted for {model}; the weights of {row['model']} stand in, so probabilities are "
            "not calibrated: fit your own with scripts/calibrate.py"
        )
        means = dict.fromkeys(MEANS, np.zeros(0, np.float32))
        signature += "+other-model"
    return Calibration(
        model=model,
        revision=revision,
        **means,
        word=word,
        edge=edge,
        pair=pair,
        context=context,
        threshold=threshold,
        precision=precision,
        signature=signature,
        warning=warning,
    )
