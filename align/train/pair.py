"""Fits the model of bare pairs: right ones, whole or in part, against neighbouring sentences of the same document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from align.figures import area_under_curve
from align.match.links import centred, link_words
from align.match.pair import FEATURES, bare_features
from align.models.fitting import fit_logistic
from align.models.linear import LinearModel, design
from align.models.sections import Means, PairModel
from align.protocols import Encoder, Floats
from align.train.data import PairExample
from align.train.folds import FOLDS, fold_of, rounded

_NEAR = 2  # sentences before and after whose translations are mismatched with one


class TextTarget(NamedTuple):
    """Two texts, the document they come from, and whether one renders the other."""

    en: str
    ar: str
    doc: str
    target: float


def targets_of(rows: Sequence[Mapping[str, str]], examples: Sequence[PairExample]) -> list[TextTarget]:
    """Right pairs of the parallel rows and the examples in which a part is left out; then the mismatched ones."""
    found = [TextTarget(r["en"], r["ar"], r["doc"], 1.0) for r in rows]
    found += [TextTarget(e.en, e.ar, e.doc, 1.0) for e in examples if e.is_partial]
    for number, row in enumerate(rows):
        near = rows[max(0, number - _NEAR) : number + _NEAR + 1]
        others = [r for r in near if r["doc"] == row["doc"] and r is not row]
        found += [TextTarget(row["en"], other["ar"], row["doc"], 0.0) for other in others]
    return found


def fit_pair(pairs: Sequence[TextTarget], encoder: Encoder, means: Means, origin: str) -> dict[str, Any]:
    """The section of a bundle, with the area under the ROC curve out of fold."""
    columns = design(_features(pairs, encoder, means), FEATURES)
    targets = np.array([pair.target for pair in pairs])
    folds = np.array([fold_of(pair.doc) for pair in pairs])
    scores = np.zeros(len(targets))
    for fold in range(FOLDS):
        model = _fit(columns[folds != fold], targets[folds != fold])
        scores[folds == fold] = model.score_columns(columns[folds == fold])
    area = area_under_curve(scores[targets == 1], scores[targets == 0])
    section = PairModel(_fit(columns, targets), origin).as_row()
    whole: dict[str, Any] = rounded({"origin": origin, "area_out_of_fold": area, "weights": section["weights"]})
    return whole


def _fit(columns: Floats, targets: Floats) -> LinearModel:
    return fit_logistic(FEATURES, columns, targets, np.ones(len(targets)))


def _features(pairs: Sequence[TextTarget], encoder: Encoder, means: Means) -> dict[str, Floats]:
    texts = list(dict.fromkeys(text for pair in pairs for text in (pair.en, pair.ar)))
    place = {text: row for row, text in enumerate(texts)}
    words, vectors = encoder.encode_words(texts), encoder.encode(texts)
    rows = []
    for pair in pairs:
        en, ar = place[pair.en], place[pair.ar]
        english, arabic = centred(vectors[en][None], means.mean_en)[0], centred(vectors[ar][None], means.mean_ar)[0]
        rows.append(bare_features(float(english @ arabic), link_words(words[en], words[ar], means)))
    return {name: np.array([row[name] for row in rows]) for name in FEATURES}
