"""Fits the gender model: logistic regression over word shapes on the counterfactual pairs of mt_geneval.

`ar` is a woman's sentence, `ar_flipped` the same of a man. Needs scikit-learn.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from align.check.evidence.gender_cues import english_gender, femininity_of_shapes, sentence_shapes
from align.models.sections import GenderModel
from align.protocols import Floats
from align.train.folds import FOLDS

_STRENGTH = 0.1  # inverse of the L2 penalty; 0.03 and 0.3 differ by less than 0.01
_LEAST = 3  # sentences a shape must occur in
_SMALLEST = 0.02  # weights below it are left out of the file
_BARS = (0.5, 0.66, 0.8, 1.0, 1.5, 2.0, 3.0, 4.0)
ORIGIN = "align/train/gender.py on MT-GenEval (CC BY-SA 3.0), counterfactual development pairs en-ar"
_SIDES = (("en", "ar"), ("en_flipped", "ar_flipped"))

Row = Mapping[str, str]  # en, ar, en_flipped, ar_flipped
Shapes = Counter[str]


class Unseen(NamedTuple):
    """What rows got from weights that had not seen them, (rows, 2): a woman's sentence and a man's."""

    scores: Floats
    is_certain: Floats  # (rows, 2), whether the English names one gender only: the check looks at no other sentence


def read_rows(shared: Path) -> list[dict[str, str]]:
    """The counterfactual development pairs."""
    path = shared / "data" / "mt_geneval" / "geneval_counterfactual.dev.tsv"
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))


def fit_gender(rows: Sequence[Row], origin: str = ORIGIN) -> GenderModel:
    """The model of all rows, weights rounded and the small ones left out."""
    exact = _fit([_shapes_of(row) for row in rows])
    weights = {name: round(weight, 3) for name, weight in exact.weights.items()}
    kept = {name: weight for name, weight in weights.items() if abs(weight) >= _SMALLEST}
    return GenderModel(round(exact.constant, 3), dict(sorted(kept.items())), origin)


def out_of_fold(rows: Sequence[Row]) -> Unseen:
    """Every row scored by weights of the other folds; folds are drawn by row."""
    shapes = [_shapes_of(row) for row in rows]
    fold = np.random.default_rng(0).integers(0, FOLDS, len(rows))
    scores = np.zeros((len(rows), 2))
    for k in range(FOLDS):
        model = _fit([s for s, f in zip(shapes, fold, strict=True) if f != k])
        for row in np.flatnonzero(fold == k):
            scores[row] = [femininity_of_shapes(own, model) for own in shapes[row]]
    certain = np.array([[_is_certain(row[en]) for en, _ in _SIDES] for row in rows], float)
    return Unseen(scores, certain)


def report(unseen: Unseen, say: Callable[[str], None]) -> None:
    """How many right pairs and how many crossed ones pass each bar."""
    right = np.r_[unseen.scores[:, 0], -unseen.scores[:, 1]]
    gated = np.r_[unseen.is_certain[:, 0], unseen.is_certain[:, 1]] > 0
    share = np.mean(right > 0)
    say(f"{len(unseen.scores)} rows, out of fold: {share:.3f} of the sentences on the right side of zero")
    for bar in _BARS:
        wrong, crossed = np.mean(gated & (right < -bar)), np.mean(gated & (right > bar))
        say(f"bar {bar}, where the English names one gender only: right flagged {wrong:.3f}, crossed {crossed:.3f}")


def _shapes_of(row: Row) -> list[Shapes]:
    return [sentence_shapes(row[ar], english_gender(row[en]).conditions) for en, ar in _SIDES]


def _is_certain(text: str) -> bool:
    found = english_gender(text)
    return bool(found.feminine) != bool(found.masculine)


def _fit(rows: Sequence[Sequence[Shapes]]) -> GenderModel:
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    features = [shapes for row in rows for shapes in row]
    labels = [side == 0 for _ in rows for side in (0, 1)]
    seen = Counter(shape for shapes in features for shape in shapes)
    kept: list[dict[str, Any]] = [{s: n for s, n in own.items() if seen[s] >= _LEAST} for own in features]
    vectorizer = DictVectorizer()
    model = LogisticRegression(C=_STRENGTH, max_iter=3000).fit(vectorizer.fit_transform(kept), labels)
    names = vectorizer.get_feature_names_out()
    weights = {str(name): float(weight) for name, weight in zip(names, model.coef_[0], strict=True)}
    return GenderModel(float(model.intercept_[0]), weights)
