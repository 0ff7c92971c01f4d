"""How likely two texts without an article around them render each other: a logistic regression over their likeness."""

from __future__ import annotations

import numpy as np

from align.models.linear import sigmoid
from align.models.sections import PairModel
from align.records import WordLinks

FEATURES = ("cosine", "best_en", "best_ar", "linked_en", "linked_ar", "length")


def bare_features(cosine: float, evidence: WordLinks) -> dict[str, float]:
    """The features of a pair, one of each of FEATURES; all but the cosine are 0 when a side has no words."""
    en, ar = evidence.en_words, evidence.ar_words
    if not en or not ar:
        return {**dict.fromkeys(FEATURES, 0.0), "cosine": cosine}
    linked_en, linked_ar = evidence.linked()
    return {
        "cosine": cosine,
        "best_en": sum(w.score for w in en) / len(en),
        "best_ar": sum(w.score for w in ar) / len(ar),
        "linked_en": len(linked_en) / len(en),
        "linked_ar": len(linked_ar) / len(ar),
        "length": abs(float(np.log((len(ar) + 1) / (len(en) + 1)))),
    }


def bare_probability(cosine: float, evidence: WordLinks, model: PairModel) -> float:
    """The probability that a pair is a rendering, whole or of a part."""
    return float(sigmoid(model.linear.score_one(bare_features(cosine, evidence))))
