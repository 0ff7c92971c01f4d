"""Fit the matching weights of the bundled encoder on the development benchmarks and write data/models/e5-small.json.

usage: python scripts/calibrate.py [--shared ../shared] [--articles 240]

Natural articles (all) and composed ones (the first N) are aligned with the program's own tweets and segments. Step 1: a
logistic regression from the features to the overlap (intersection over union) of candidate and gold span, so that its
score prefers true edges. Step 2: from the score of each selected candidate to the probability that it overlaps a gold
span by half. Step 3: the threshold of the best macro F1 (mean of both sets). Figures printed are out of fold (5 by
source document); the weights written are fitted on all.
"""

import argparse
import json
from dataclasses import replace
from pathlib import Path

import numpy as np

from align import __version__
from align.embed import load_encoder
from align.extract import extract_article
from align.files import sha256_text, write_atomic
from align.match.assign import choose
from align.match.calibration import FEATURES, Calibration
from align.match.scores import find_candidates
from align.pipeline import with_sentences
from align.records import Document
from align.segment import segment_article
from align.settings import EmbedSettings, ReadSettings

RIDGE = 1.0
FOLDS = 5


def overlap(a, b):
    common = max(0, min(a[1], b[1]) - max(a[0], b[0]))
    return common / (max(a[1], b[1]) - min(a[0], b[0])) if common else 0.0


def fit_logistic(rows, targets, steps=30):
    """Newton's method for L2-regularised logistic regression with targets in [0, 1]; columns scaled inside."""
    mean, scale = rows.mean(0), rows.std(0) + 1e-9
    x = np.c_[(rows - mean) / scale, np.ones(len(rows))]
    w = np.zeros(x.shape[1])
    penalty = np.r_[np.full(x.shape[1] - 1, RIDGE), 0.0]
    for _ in range(steps):
        p = 1 / (1 + np.exp(-x @ w))
        hessian = x.T @ (x * (p * (1 - p))[:, None]) + np.diag(penalty + 1e-6)
        w -= np.linalg.solve(hessian, x.T @ (p - targets) + penalty * w)
    return np.r_[w[:-1] / scale, w[-1] - (w[:-1] / scale) @ mean]


def gold_of(row):
    out = []
    for link in row["links"]:
        tweet = row["tweets"][link["tweet"]]
        start, end = tweet["sents"][link["sent"]]["body_span"]
        out.append(((tweet["body"][0] + start, tweet["body"][0] + end), tuple(link["ar"])))
    return out


def means(articles, segments, encoder):
    texts = [s.cut(a.text) for a in articles for t in a.tweets for s in t.sentences if t.lang == "en"]
    arabic = [s.span.cut(a.text) for a, part in zip(articles, segments) for s in part if s.kind == "sentence"]
    vectors = {"mean_en": encoder.encode(texts).mean(0), "mean_ar": encoder.encode(arabic[:4000]).mean(0)}
    for name, side in (("word_mean_en", texts[:1500]), ("word_mean_ar", arabic[:1500])):
        vectors[name] = np.concatenate([w.vectors for w in encoder.encode_words(side)]).mean(0)
    return vectors


class Example:
    def __init__(self, row, candidates):
        self.scenario, self.gold, self.candidates = row["scenario"], gold_of(row), candidates
        self.doc = row.get("doc", row["id"])
        self.rows = np.array([[c.features[f] for f in FEATURES] for c in candidates]).reshape(-1, len(FEATURES))
        self.targets = np.array([self.overlap(c) for c in candidates])

    def overlap(self, candidate):
        spans = [ar for en, ar in self.gold if overlap(en, candidate.en_span) >= 0.5]
        return max((overlap(ar, candidate.segment.span) for ar in spans), default=0.0)


def fit(examples, base):
    rows = np.concatenate([e.rows for e in examples])
    targets = np.concatenate([e.targets for e in examples])
    weights = fit_logistic(rows, np.where(targets >= 0.3, targets, 0.0))
    calibration = replace(base, weights=weights)
    picked = [(c.score, e.overlap(c.candidate) >= 0.5) for e in examples for c in choose(e.candidates, calibration)]
    slope, offset = fit_logistic(np.array([[s] for s, _ in picked]), np.array([float(y) for _, y in picked]))
    return replace(calibration, slope=float(slope), offset=float(offset))


def judge(examples, calibrations, threshold, strict=False):
    """Macro F1 over scenarios, as score_bench.py counts it (a chosen span stands for at most one gold link)."""
    per = {}
    for example, calibration in zip(examples, calibrations):
        kept = [
            c.candidate
            for c in choose(example.candidates, calibration)
            if calibration.probability(c.score) >= threshold
        ]
        true = sum(
            any(overlap(en, c.en_span) >= 0.5 and overlap(ar, c.segment.span) >= (0.9 if strict else 0.5) for c in kept)
            for en, ar in example.gold
        )
        cell = per.setdefault(example.scenario, [0, 0, 0, 0, 0])
        for i, value in enumerate((true, len(kept), len(example.gold), not kept and not example.gold, 1)):
            cell[i] += value
    scores = [2 * t / (p + g) if g else clean / n for t, p, g, clean, n in per.values() if True]
    return sum(scores) / len(scores)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path(__file__).parents[2] / "shared")
    parser.add_argument("--articles", type=int, default=240)
    args = parser.parse_args()
    sets, read = {}, ""
    for name, most in (("natural_dev", None), ("dev", args.articles)):
        text = (args.shared / "bench" / f"{name}.jsonl").read_text(encoding="utf-8")
        lines = text.splitlines()[:most]
        read += "\n".join(lines)
        sets[name] = [json.loads(line) for line in lines]
    rows = [row for part in sets.values() for row in part]
    encoder = load_encoder(EmbedSettings())
    articles = [extract_article(Document(r["id"], r["id"], r["text"]), ReadSettings()) for r in rows]
    articles = [replace(a, tweets=tuple(map(with_sentences, a.tweets))) for a in articles]
    segments = [segment_article(a) for a in articles]
    base = Calibration(
        encoder.name,
        encoder.revision,
        **means(articles, segments, encoder),
        weights=np.zeros(len(FEATURES) + 1),
        slope=1.0,
        offset=0.0,
        threshold=0.5,
        signature="",
    )
    examples = [Example(r, find_candidates(a, s, encoder, base)) for r, a, s in zip(rows, articles, segments)]
    docs = sorted({e.doc for e in examples})
    fold = {doc: int(sha256_text(doc), 16) % FOLDS for doc in docs}
    fitted = [fit([e for e in examples if fold[e.doc] != f], base) for f in range(FOLDS)]
    per_example = [fitted[fold[e.doc]] for e in examples]
    cut = len(sets["natural_dev"])
    grid = [i / 100 for i in range(20, 90, 2)]

    def both(threshold, strict=False):
        parts = ((examples[:cut], per_example[:cut]), (examples[cut:], per_example[cut:]))
        return [judge(e, c, threshold, strict) for e, c in parts]

    threshold = max(grid, key=lambda t: sum(both(t)))
    signature = f"lr{len(FEATURES)}|data:{sha256_text(read)[:8]}|articles:{len(rows)}|v:{__version__}"
    natural, composed = both(threshold)
    natural_strict, composed_strict = both(threshold, strict=True)
    print(f"{signature}\nthreshold {threshold}")
    print(f"out of fold, macro F1 / strict: natural {natural:.3f} / {natural_strict:.3f}")
    print(f"out of fold, macro F1 / strict: composed {composed:.3f} / {composed_strict:.3f}")
    final = fit(examples, base)
    record = {
        "signature": signature,
        "model": final.model,
        "revision": final.revision,
        "threshold": threshold,
        "slope": final.slope,
        "offset": final.offset,
        "weights": dict(zip((*FEATURES, "constant"), map(float, final.weights))),
        "out_of_fold": {"natural": [natural, natural_strict], "composed": [composed, composed_strict]},
        **{
            k: [round(float(v), 5) for v in getattr(final, k)]
            for k in ("mean_en", "mean_ar", "word_mean_en", "word_mean_ar")
        },
    }
    path = Path(__file__).parents[1] / "data" / "models" / "e5-small.json"
    write_atomic(path, json.dumps(record, indent=1) + "\n")
    print(f"wrote {path}")


if __name__ == "__main__":
    main()
