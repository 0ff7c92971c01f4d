"""How much of each side of a pair has a counterpart, and the stretches that have none.

Evidence is the likeness of every word to the other side (`words`), joined to stretches (`runs`); a logistic
regression turns their features into the probability that a stretch is truly left out or added.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from align.check.coverage.runs import RUN_FEATURES, WordRun, find_run, run_row
from align.check.coverage.words import WORD_FEATURES, Side, read_sides
from align.errors import ModelError
from align.files import data_path
from align.protocols import Floats
from align.records import Span, Subject

_MOST_STRETCHES = 3  # findings of one side


@dataclass(frozen=True, slots=True)
class CoverageModel:
    """Weights for the words and the stretches of both sides; the last weight of each is the constant."""

    word_en: Floats  # (len(WORD_FEATURES) + 1,)
    word_ar: Floats
    stretch_en: Floats  # (len(RUN_FEATURES) + 1,)
    stretch_ar: Floats
    error_en: float  # least probability of an omission of severity error
    error_ar: float
    warning_en: float
    warning_ar: float
    signature: str

    @classmethod
    def from_row(cls, row: Mapping[str, Any], signature: str) -> CoverageModel:
        """The model that `scripts/fit_coverage.py` wrote."""

        def vector(name: str, features: list[str]) -> Floats:
            return np.array([row[name][f] for f in (*features, "constant")], np.float64)

        return cls(
            word_en=vector("word_en", WORD_FEATURES),
            word_ar=vector("word_ar", WORD_FEATURES),
            stretch_en=vector("stretch_en", RUN_FEATURES),
            stretch_ar=vector("stretch_ar", RUN_FEATURES),
            error_en=float(row["error_en"]),
            error_ar=float(row["error_ar"]),
            warning_en=float(row["warning_en"]),
            warning_ar=float(row["warning_ar"]),
            signature=signature,
        )


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of one side and how likely it is that the other side has nothing for it."""

    span: Span
    content: int
    probability: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of each side has a counterpart, [0, 1], and the stretches that may have none, likeliest first."""

    en: float
    ar: float
    left_out: tuple[Gap, ...] = ()
    added: tuple[Gap, ...] = ()


@lru_cache(maxsize=1)
def load_model() -> CoverageModel:
    """The weights that ship.

    Raises ModelError when the package's data is broken.
    """
    path = data_path("models", "coverage.json")
    try:
        row = json.loads(path.read_text(encoding="utf-8"))
        return CoverageModel.from_row(row["weights"], str(row["signature"]))
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"the coverage weights {path} cannot be read ({error}); reinstall the package") from error


def measure(subject: Subject, model: CoverageModel | None = None) -> Coverage | None:
    """Coverage of both sides; None without word scores on both."""
    return _measure(subject, model) if model else _by_shipped_model(subject)


@lru_cache(maxsize=16)
def _by_shipped_model(subject: Subject) -> Coverage | None:
    """Kept for a moment: the check asks, and so does whoever shows the figures."""
    return _measure(subject, load_model())


def _measure(subject: Subject, model: CoverageModel) -> Coverage | None:
    if not subject.en_words or not subject.ar_words:
        return None
    english, arabic = read_sides(subject, model.word_en, model.word_ar)
    left_out = tuple(_gaps(english, arabic, model.stretch_en, model.warning_en))
    added = tuple(_gaps(arabic, english, model.stretch_ar, model.warning_ar))
    return Coverage(_covered(english), _covered(arabic), left_out, added)


def _covered(side: Side) -> float:
    return float(np.average(side.log_odds < 0, weights=side.weights))


def _gaps(side: Side, other: Side, weights: Floats, least: float) -> Iterator[Gap]:
    taken: list[WordRun] = []
    while len(taken) < _MOST_STRETCHES:
        run = find_run(side, taken)
        score = float(run_row(side, other, run) @ weights[:-1] + weights[-1])
        probability = float(1 / (1 + np.exp(-np.clip(score, -30, 30))))
        if probability < least:
            return
        yield Gap(run.span(side), int((1 - side.is_function)[run.first : run.last].sum()), probability)
        taken.append(run)
        if sum(r.last - r.first for r in taken) >= len(side.words):
            return
