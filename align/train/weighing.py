"""Fits how the findings of a pair weigh together: on texts that no rule was written beside, in folds by their unit.

Pairs, wrong and right: minimal quads (the batches that may be fitted on), field cases, contrast pairs; and right pairs
alone: human translations, less the documents that are set aside. Every set weighs the same. Links of articles are left
out: papers quote in part on purpose, so many of them are right there and would be wrong as bare pairs. What is
reported, and the bars of the alarm rates, are out of fold.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from align.check import run_checks, views_of
from align.check.weighing import is_sure, weighed_features
from align.figures import area_under_curve
from align.judge.pairs import subjects_of
from align.match.matcher import Matcher
from align.models.bundle import CheckModels
from align.models.fitting import fit_logistic
from align.models.sections import Scale, WeighingModel
from align.protocols import Floats
from align.records import Severity, TextPair
from align.settings import CheckSettings
from align.train.data import read_contrast, read_ntrex
from align.train.folds import rounded
from align.train.quads import ROWS, read_quads
from align.train.splits import fold, is_set_aside, quad_batches

FOLDS = 5
RATES = (0.005, 0.01, 0.02, 0.03, 0.04, 0.08, 0.12, 0.16)
_RIDGE = 5.0
_HUMAN_ROWS = 500  # of a set of human translations
_BATCH = 256


@dataclass(frozen=True, slots=True)
class Labelled:
    """A pair whose truth is known."""

    set: str
    unit: str  # a quad, a case, a base, an article, a document: never divided between folds
    en: str
    ar: str
    is_wrong: bool
    type: str = ""


@dataclass(frozen=True, slots=True)
class Weighed:
    """The rows of a scale: features, and whether a finding could be an error at all."""

    features: list[dict[str, float]]
    is_spoken: NDArray[np.bool_]  # some finding is a warning or an error
    is_sure: NDArray[np.bool_]  # some finding is an error whatever the rest weighs

    def errors(self, logits: Floats, bar: float) -> NDArray[np.bool_]:
        """Which pairs carry an error when the bar stands there."""
        return self.is_sure | (self.is_spoken & (logits >= bar))


def read_labelled(shared: Path) -> list[Labelled]:
    """All pairs that weights may be fitted on."""
    found = quad_rows(shared, quad_batches("fitted")) + _cases(shared) + _human(shared)
    return found + [Labelled(e.source, e.doc, e.en, e.ar, e.kind != "clean", e.kind) for e in read_contrast(shared)]


def quad_rows(shared: Path, batches: Sequence[str]) -> list[Labelled]:
    """The eight pairs of each quad of some batches."""
    return [
        Labelled("quads", quad.id, quad.en[row.english], quad.ar[row.side][row.rendering], not row.is_right, quad.type)
        for quad in read_quads(shared, batches)
        for row in ROWS
    ]


def _cases(shared: Path) -> list[Labelled]:
    lines = (shared / "field" / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if not str(row["id"]).startswith("b-")]
    return [
        Labelled("field", str(row["id"]), row["en"], row["ar"], row["label"] != "ok", str(row.get("type") or ""))
        for row in rows
        if row["kind"] != "probe"
    ]


def _human(shared: Path) -> list[Labelled]:
    rows = [("ntrex", row["doc"], row["en"], row["ar"]) for row in read_ntrex(shared)]
    kept = [row for row in rows if not is_set_aside(row[1])]
    kept = kept[:: max(1, len(kept) // _HUMAN_ROWS)]
    return [Labelled(name, doc, en, ar, is_wrong=False) for name, doc, en, ar in kept]


def fit_weighing(
    labelled: Sequence[Labelled],
    matcher: Matcher | None,
    models: CheckModels,
    origin: str,
    say: Callable[[str], None] = lambda line: None,
) -> dict[str, Any]:
    """The section of a bundle: a scale of the matcher's encoder and one of its judge of words.

    Without a matcher one of rules alone, which ships with no encoder: it gave no better recall at the same alarms than
    the severities that the rules give.
    """
    plain = models._replace(weighing=None)
    kinds: dict[str, tuple[Matcher | None, CheckSettings]] = {"rules": (None, CheckSettings())}
    if matcher:
        kinds = {"encoder": (matcher, CheckSettings(rules_only=True))}
    if matcher and matcher.bundle.judge:
        kinds["judge"] = (matcher, CheckSettings())
    scales = {}
    for kind, (own, settings) in kinds.items():
        rows = weighed(labelled, own, settings, plain)
        logits = out_of_fold(labelled, rows)
        bars = bars_of(labelled, rows, logits)
        report(f"{kind}: ", labelled, rows, logits, bars, say)
        scales[kind] = _fit(labelled, rows.features, bars)
    section: dict[str, Any] = rounded(WeighingModel(scales, origin).as_row())
    return section


def weighed(
    labelled: Sequence[Labelled], matcher: Matcher | None, settings: CheckSettings, models: CheckModels
) -> Weighed:
    """The rows of pairs, judged bare by rules as they are."""
    features: list[dict[str, float]] = []
    spoken: list[bool] = []
    sure: list[bool] = []
    for begin in range(0, len(labelled), _BATCH):
        pairs = [TextPair(str(n), one.en, one.ar) for n, one in enumerate(labelled[begin : begin + _BATCH])]
        views = views_of(subjects_of(pairs, matcher, settings), models)
        for view, checked in zip(views, run_checks(views, settings), strict=True):
            features.append(weighed_features(view, checked.findings))
            spoken.append(any(finding.severity is not Severity.NOTE for finding in checked.findings))
            sure.append(any(map(is_sure, checked.findings)))
    return Weighed(features, np.array(spoken), np.array(sure))


def out_of_fold(labelled: Sequence[Labelled], rows: Weighed) -> Floats:
    """The log odds of each pair by weights that saw nothing of its unit."""
    folds = np.array([fold(f"{one.set} {one.unit}", FOLDS) for one in labelled])
    found = np.zeros(len(labelled))
    for number in range(FOLDS):
        kept = np.flatnonzero(folds != number).tolist()
        scale = _fit([labelled[n] for n in kept], [rows.features[n] for n in kept], ())
        for place in np.flatnonzero(folds == number).tolist():
            found[place] = scale.logit(rows.features[place])
    return found


def _fit(
    labelled: Sequence[Labelled], features: Sequence[Mapping[str, float]], bars: tuple[tuple[float, float], ...]
) -> Scale:
    names = sorted({name for row in features for name in row})
    columns = np.array([[row.get(name, 0.0) for name in names] for row in features], np.float64)
    targets = np.array([float(one.is_wrong) for one in labelled])
    model = fit_logistic(names, columns, targets, _weights(labelled), ridge=_RIDGE)
    return Scale(dict(zip(model.names, map(float, model.weights), strict=True)), model.constant, bars)


def _weights(labelled: Sequence[Labelled]) -> Floats:
    """Each set weighs as much as a set has pairs on average; within it, wrong and right pairs by their numbers."""
    count = {name: sum(one.set == name for one in labelled) for name in {one.set for one in labelled}}
    even = len(labelled) / len(count)
    return np.array([even / count[one.set] for one in labelled])


def bars_of(labelled: Sequence[Labelled], rows: Weighed, logits: Floats) -> tuple[tuple[float, float], ...]:
    """For each rate the least log odds from which so many right pairs, the mean over the sets, carry an error.

    A rate that errors which are sure by themselves exceed is left out.
    """
    grid = np.unique(np.quantile(logits, np.linspace(0, 1, 2001)))
    shares = np.array([np.mean(list(_alarms(labelled, rows, logits, bar).values())) for bar in grid])
    return tuple((rate, float(grid[np.argmax(shares <= rate)])) for rate in RATES if (shares <= rate).any())


def _alarms(labelled: Sequence[Labelled], rows: Weighed, logits: Floats, bar: float) -> dict[str, float]:
    """By set, the share of right pairs that carry an error."""
    is_error = rows.errors(logits, bar)
    right = np.array([not one.is_wrong for one in labelled])
    sets = np.array([one.set for one in labelled])
    return {str(name): float(is_error[right & (sets == name)].mean()) for name in sorted(set(sets[right]))}


def report(
    name: str,
    labelled: Sequence[Labelled],
    rows: Weighed,
    logits: Floats,
    bars: Sequence[tuple[float, float]],
    say: Callable[[str], None],
) -> None:
    """Out of fold: the area under the curve by set, then recall and alarms by set at each rate."""
    wrong = np.array([one.is_wrong for one in labelled])
    sets = np.array([one.set for one in labelled])
    both = sorted({str(s) for s in sets if wrong[sets == s].any() and not wrong[sets == s].all()})
    areas = {s: round(area_under_curve(logits[wrong & (sets == s)], logits[~wrong & (sets == s)]), 3) for s in both}
    say(f"{name}area {areas}")
    for rate, bar in bars:
        is_error = rows.errors(logits, bar)
        recall = {s: round(float(is_error[wrong & (sets == s)].mean()), 3) for s in both}
        alarms = {s: round(share, 3) for s, share in _alarms(labelled, rows, logits, bar).items()}
        say(f"{name}rate {rate}: recall {recall} alarms {alarms}")
