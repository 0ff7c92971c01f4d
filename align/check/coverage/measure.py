"""How much of each side of a pair has a counterpart, and the stretches that have none.

Evidence is the likeness of every word to the other side (`words`), joined to stretches (`runs`); a logistic
regression turns their features into the probability that a stretch is truly left out or added.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from align.check.coverage.runs import WordRun, find_run, run_features
from align.check.coverage.words import Side, read_sides
from align.models.linear import LinearModel, sigmoid
from align.models.sections import CoverageModel
from align.records import Span, Subject

_MOST_STRETCHES = 3  # findings of one side


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of one side and how likely it is that the other side has nothing for it."""

    span: Span
    content: int
    probability: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """The expected share of each side that has a counterpart, and the stretches that may have none, likeliest first."""

    en: float
    ar: float
    left_out: tuple[Gap, ...] = ()
    added: tuple[Gap, ...] = ()


def measure(subject: Subject, model: CoverageModel) -> Coverage | None:
    """Coverage of both sides; None without word scores on both."""
    if not subject.en_words or not subject.ar_words:
        return None
    english, arabic = read_sides(subject, model.word_en, model.word_ar)
    left_out = tuple(_gaps(english, arabic, model.run_en, model.warning_en))
    added = tuple(_gaps(arabic, english, model.run_ar, model.warning_ar))
    return Coverage(_covered(english), _covered(arabic), left_out, added)


def _covered(side: Side) -> float:
    """The expected share of words with a counterpart, [0, 1]: soft, so that it falls with each word that is doubted."""
    return float(1 - np.average(sigmoid(side.log_odds), weights=side.weights))


def _gaps(side: Side, other: Side, model: LinearModel, least: float) -> Iterator[Gap]:
    taken: list[WordRun] = []
    while len(taken) < _MOST_STRETCHES:
        run = find_run(side, taken)
        probability = float(sigmoid(model.score_one(run_features(side, other, run))))
        if probability < least:
            return
        yield Gap(run.span(side), int((1 - side.is_function)[run.first : run.last].sum()), probability)
        taken.append(run)
        if sum(r.last - r.first for r in taken) >= len(side.words):
            return
