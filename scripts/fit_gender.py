"""Fit the weights of align/check/gender_cues.py and write data/models/gender.json.

usage: python scripts/fit_gender.py [--shared ../shared]

Logistic regression (L2) on the counterfactual pairs of mt_geneval: `ar` is a woman's, `ar_flipped` the same sentence of
a man. Prints, out of fold (5 folds by row), how many right pairs and how many crossed ones pass each bar; the weights
written are fitted on all rows.
"""

import argparse
import csv
import json
from collections import Counter
from pathlib import Path

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from align.check.evidence.gender_cues import english_gender, sentence_shapes
from align.files import write_atomic

FOLDS = 5
STRENGTH = 0.1  # inverse of the L2 penalty; 0.03 and 0.3 differ by less than 0.01
LEAST = 3  # sentences a shape must occur in
SMALLEST = 0.02  # weights below it are left out of the file


def shapes_of(row):
    pairs = (("en", "ar"), ("en_flipped", "ar_flipped"))
    return [sentence_shapes(row[ar], english_gender(row[en]).conditions) for en, ar in pairs]


def is_certain(text):
    """Whether the English names one gender only: the check looks at no other sentence."""
    found = english_gender(text)
    return bool(found.feminine) != bool(found.masculine)


def fit(rows):
    features = [shapes for row in rows for shapes in row]
    labels = [side == 0 for row in rows for side in (0, 1)]
    seen = Counter(shape for shapes in features for shape in shapes)
    kept = [{s: n for s, n in shapes.items() if seen[s] >= LEAST} for shapes in features]
    vectorizer = DictVectorizer()
    model = LogisticRegression(C=STRENGTH, max_iter=3000).fit(vectorizer.fit_transform(kept), labels)
    return vectorizer, model


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    args = parser.parse_args()
    path = args.shared / "data" / "mt_geneval" / "geneval_counterfactual.dev.tsv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))
    shapes = [shapes_of(row) for row in rows]
    fold = np.random.default_rng(0).integers(0, FOLDS, len(rows))
    scores = np.zeros((len(rows), 2))
    for k in range(FOLDS):
        vectorizer, model = fit([s for s, f in zip(shapes, fold) if f != k])
        for side in (0, 1):
            test = [s[side] for s, f in zip(shapes, fold) if f == k]
            scores[fold == k, side] = model.decision_function(vectorizer.transform(test))
    right = np.r_[scores[:, 0], -scores[:, 1]]
    print(f"{len(rows)} rows, out of fold: {np.mean(right > 0):.3f} of the sentences on the right side of zero")
    gated = np.array([is_certain(row[en]) for en in ("en", "en_flipped") for row in rows])
    for bar in (0.5, 0.66, 0.8, 1.0, 1.5, 2.0, 3.0, 4.0):
        wrong, crossed = np.mean(gated & (right < -bar)), np.mean(gated & (right > bar))
        print(f"bar {bar}, where the English names one gender only: right flagged {wrong:.3f}, crossed {crossed:.3f}")
    vectorizer, model = fit(shapes)
    weights = {n: round(float(w), 3) for n, w in zip(vectorizer.get_feature_names_out(), model.coef_[0])}
    weights = {n: w for n, w in weights.items() if abs(w) >= SMALLEST}
    out = {
        "origin": "scripts/fit_gender.py on MT-GenEval (CC BY-SA 3.0), counterfactual development pairs en-ar",
        "constant": round(float(model.intercept_[0]), 3),
        "weights": weights,
    }
    target = Path(__file__).parents[1] / "data" / "models" / "gender.json"
    write_atomic(target, json.dumps(out, ensure_ascii=False, indent=0, sort_keys=True) + "\n")
    print(f"{len(weights)} weights written to {target}")


if __name__ == "__main__":
    main()
