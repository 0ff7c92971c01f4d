"""The sections of a bundle of weights: what was fitted for one encoder, each a record of its own.

`of_row` reads what `as_row` writes, a JSON object; it raises KeyError, TypeError or ValueError when that is another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from align.errors import ModelError
from align.models.linear import LinearModel
from align.settings import aside

Vector = NDArray[np.float32]  # (dim,), or (0,) where none is stored


@dataclass(frozen=True, slots=True)
class Means:
    """What is subtracted from the encoder's vectors, by language."""

    mean_en: Vector  # of sentence vectors; (0,) for the text's own mean
    mean_ar: Vector
    word_mean_en: Vector  # of word vectors
    word_mean_ar: Vector

    @classmethod
    def none(cls) -> Means:
        """For an encoder whose means are not known: each text is centred on its own."""
        empty = np.zeros(0, np.float32)
        return cls(empty, empty, empty, empty)

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> Means:
        """Those of a JSON object."""
        return cls(**{name: np.array(row[name], np.float32) for name in cls.__slots__})

    def as_row(self) -> dict[str, Any]:
        """To five decimals."""
        return {name: [round(float(value), 5) for value in getattr(self, name)] for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Which probability is enough."""

    threshold: float  # the best F1 out of fold
    precision: tuple[tuple[float, float], ...]  # (threshold, precision of what it keeps, out of fold), rising

    def threshold_for(self, precision: float) -> float:
        """The least threshold that held `precision` out of fold.

        Raises ModelError when none did.
        """
        for threshold, held in self.precision:
            if held >= precision:
                return threshold
        best = max((held for _, held in self.precision), default=0.0)
        raise ModelError(f"no threshold held a precision of {precision}; the best was {best:.3f}: ask for less")


def _thresholds(row: Mapping[str, Any]) -> tuple[float, tuple[tuple[float, float], ...]]:
    return float(row["threshold"]), tuple((float(a), float(b)) for a, b in row["precision"])


@dataclass(frozen=True, slots=True)
class MatchingModel(Thresholds):
    """Four small linear models, each one inspectable.

    `word`: whether an Arabic word belongs to a rendering of a sentence. `edge`: which span of a segment renders it, if
    any. `pair`: whether the span renders the sentence, judged by itself. `context`: the probability that it does,
    judged beside the article's other spans (a logistic regression, so calibrated by its fit; Platt 1999).
    `doubt`: below it a sentence is said not to be rendered, and nine of ten of these are not, out of fold.
    """

    word: LinearModel
    edge: LinearModel
    pair: LinearModel
    context: LinearModel
    doubt: float = 0.2  # the least probability of a sentence's likeliest span from which it is not said to lack one
    origin: str = field(default="", metadata=aside("tells where the weights come from"))

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> Self:
        """That of a JSON object."""
        return cls(
            *_thresholds(row),
            word=LinearModel.of_row(row["word"]),
            edge=LinearModel.of_row(row["edge"]),
            pair=LinearModel.of_row(row["pair"]),
            context=LinearModel.of_row(row["context"]),
            doubt=float(row.get("doubt", 0.2)),
            origin=str(row["origin"]),
        )

    def as_row(self) -> dict[str, Any]:
        """As the JSON file has it."""
        models = {name: getattr(self, name).as_row() for name in ("word", "edge", "pair", "context")}
        head = {"origin": self.origin, "threshold": self.threshold, "doubt": self.doubt}
        return {**head, "precision": _rows(self.precision), **models}


@dataclass(frozen=True, slots=True)
class PairModel:
    """How likely two texts without an article around them render each other."""

    linear: LinearModel
    origin: str = field(default="", metadata=aside("tells where the weights come from"))

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> PairModel:
        """That of a JSON object."""
        return cls(LinearModel.of_row(row["weights"]), str(row["origin"]))

    def as_row(self) -> dict[str, Any]:
        """As the JSON file has it."""
        return {"origin": self.origin, "weights": self.linear.as_row()}


@dataclass(frozen=True, slots=True)
class CoverageModel:
    """Whether a word has no counterpart on the other side, and whether a run of words has none, by side."""

    word_en: LinearModel
    word_ar: LinearModel
    run_en: LinearModel
    run_ar: LinearModel
    error_en: float  # least probability of an omission of severity error
    error_ar: float
    warning_en: float
    warning_ar: float
    origin: str = field(default="", metadata=aside("tells where the weights come from"))

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> CoverageModel:
        """That of a JSON object."""
        return cls(
            word_en=LinearModel.of_row(row["word_en"]),
            word_ar=LinearModel.of_row(row["word_ar"]),
            run_en=LinearModel.of_row(row["run_en"]),
            run_ar=LinearModel.of_row(row["run_ar"]),
            error_en=float(row["error_en"]),
            error_ar=float(row["error_ar"]),
            warning_en=float(row["warning_en"]),
            warning_ar=float(row["warning_ar"]),
            origin=str(row.get("origin", "")),
        )

    def as_row(self) -> dict[str, Any]:
        """As the JSON file has it."""
        models = {name: getattr(self, name).as_row() for name in ("word_en", "word_ar", "run_en", "run_ar")}
        bars = {name: getattr(self, name) for name in ("error_en", "error_ar", "warning_en", "warning_ar")}
        return {"origin": self.origin, **models, **bars}


@dataclass(frozen=True, slots=True)
class GenderModel:
    """Log odds that an Arabic sentence speaks of a woman: weights of word shapes, most of which are not there."""

    constant: float
    weights: Mapping[str, float]
    origin: str = field(default="", metadata=aside("tells where the weights come from"))

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> GenderModel:
        """That of a JSON object."""
        weights = {str(shape): float(weight) for shape, weight in row["weights"].items()}
        return cls(float(row["constant"]), weights, str(row["origin"]))

    def as_row(self) -> dict[str, Any]:
        """As the JSON file has it."""
        return {"origin": self.origin, "constant": self.constant, "weights": dict(self.weights)}


@dataclass(frozen=True, slots=True)
class MiningModel(Thresholds):
    """Whether two sentences of two corpora are a pair."""

    first: LinearModel  # over vector features alone: which candidates are worth the word vectors
    second: LinearModel  # over all
    origin: str = field(default="", metadata=aside("tells where the weights come from"))

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> Self:
        """That of a JSON object."""
        first, second = LinearModel.of_row(row["first"]), LinearModel.of_row(row["second"])
        return cls(*_thresholds(row), first=first, second=second, origin=str(row["origin"]))

    def as_row(self) -> dict[str, Any]:
        """As the JSON file has it."""
        models = {name: getattr(self, name).as_row() for name in ("first", "second")}
        return {"origin": self.origin, "threshold": self.threshold, "precision": _rows(self.precision), **models}


@dataclass(frozen=True, slots=True)
class Scale:
    """Log odds that a pair is wrong, and from which of them a share of right pairs, no more, is called wrong."""

    weights: Mapping[str, float]  # by feature; one that a pair lacks counts as 0
    constant: float
    bars: tuple[tuple[float, float], ...]  # (share of right pairs with an error, least log odds), out of fold, rising

    def logit(self, features: Mapping[str, float]) -> float:
        """The log odds of one pair; features without a weight count nothing."""
        return self.constant + sum(self.weight(name) * value for name, value in features.items())

    def weight(self, name: str) -> float:
        """That of a feature; 0 where none was fitted."""
        return self.weights.get(name, 0.0)

    def bar(self, alarm_rate: float) -> float:
        """The least log odds that keep alarms at this rate: interpolated, and the nearest beyond what was measured."""
        rates, bars = zip(*self.bars, strict=True)
        return float(np.interp(alarm_rate, rates, bars))

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> Scale:
        """That of a JSON object."""
        weights = {str(name): float(weight) for name, weight in row["weights"].items()}
        return cls(weights, float(row["constant"]), tuple((float(a), float(b)) for a, b in row["bars"]))

    def as_row(self) -> dict[str, Any]:
        """As the JSON file has it."""
        return {"constant": self.constant, "weights": dict(self.weights), "bars": _rows(self.bars)}


@dataclass(frozen=True, slots=True)
class WeighingModel:
    """How likely a pair is to be wrong, by what is known of it: `judge` (of words), `encoder` alone, `rules` alone."""

    scales: Mapping[str, Scale]
    origin: str = field(default="", metadata=aside("tells where the weights come from"))

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> WeighingModel:
        """That of a JSON object."""
        return cls({str(name): Scale.of_row(scale) for name, scale in row["scales"].items()}, str(row["origin"]))

    def as_row(self) -> dict[str, Any]:
        """As the JSON file has it."""
        return {"origin": self.origin, "scales": {name: scale.as_row() for name, scale in self.scales.items()}}


def _rows(precision: Sequence[tuple[float, float]]) -> list[list[float]]:
    return [list(row) for row in precision]
