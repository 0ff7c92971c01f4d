"""How likely two texts without an article around them render each other: a logistic regression over their likeness."""

from __future__ import annotations

import json
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from align.errors import ModelError
from align.files import data_path
from align.records import WordLinks

FEATURES = ("cosine", "best_en", "best_ar", "linked_en", "linked_ar", "length")


def bare_row(cosine: float, evidence: WordLinks) -> NDArray[np.float64]:
    """The features of a pair, (len(FEATURES),); all but the cosine are 0 when a side has no words."""
    en, ar, links = evidence.en_words, evidence.ar_words, evidence.links
    if not en or not ar:
        return np.array([cosine, 0.0, 0.0, 0.0, 0.0, 0.0])
    return np.array(
        [
            cosine,
            sum(w.score for w in en) / len(en),
            sum(w.score for w in ar) / len(ar),
            len({link.en for link in links}) / len(en),
            len({link.ar for link in links}) / len(ar),
            abs(float(np.log((len(ar) + 1) / (len(en) + 1)))),
        ]
    )


def bare_probability(cosine: float, evidence: WordLinks) -> float:
    """The probability that a pair is a rendering, whole or of a part."""
    weights = _weights()
    score = float(bare_row(cosine, evidence) @ weights[:-1] + weights[-1])
    return float(1 / (1 + np.exp(-np.clip(score, -30, 30))))


@lru_cache(maxsize=1)
def _weights() -> NDArray[np.float64]:
    path = data_path("models", "bare-pairs.json")
    try:
        row = json.loads(path.read_text(encoding="utf-8"))["weights"]
        return np.array([row[name] for name in (*FEATURES, "constant")], np.float64)
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"the weights {path} cannot be read ({error}); reinstall the package") from error
