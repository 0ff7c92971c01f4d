"""Fit the omission and addition check, and the probability of bare pairs.

usage: python scripts/fit_coverage.py [--shared ../shared] [--cache FILE]

Writes data/models/coverage.json and data/models/bare-pairs.json. Stretches are cut out of, and put into, the human
translations of ntrex_dev (scripts/coverage_data.py). Step 1: for each side a logistic regression over words with their
neighbours. Step 2: for each side one over the heaviest stretch of a pair, which also sees dev.jsonl, natural_dev.jsonl
(sentences rendered in one piece) and contrast_dev.jsonl. Step 3: one that tells right pairs from mismatched ones of the
same document. Folds by source document over all sets: what is printed is out of fold; what is written is fitted on all,
with the folds' weights beside it. --cache keeps the encoder's vectors between runs (0.5 GB).
"""

import argparse
import collections
import json
import pickle
from functools import cached_property
from pathlib import Path

import numpy as np
from coverage_data import FOLDS, make_examples, read_contrast, read_links, read_ntrex

from align import __version__
from align.check.coverage.measure import CoverageModel
from align.check.coverage.runs import RUN_FEATURES, find_run, run_row
from align.check.coverage.words import WORD_FEATURES, read_sides, word_rows
from align.embed import load_encoder
from align.files import sha256_text, write_atomic
from align.match import pair as bare
from align.match.links import centred, link_words, similarity
from align.models import calibration
from align.models.fitting import fit_logistic
from align.protocols import WordVectors
from align.records import Subject
from align.settings import EmbedSettings

# A pair of the free benchmarks weighs twice one of ntrex, a clean pair twice a spoilt one: the budget for false alarms
# is small, and half of the spoilt pairs are harder than what newsrooms leave out.
SET_WEIGHT = {"ntrex": 1.0, "dev": 1.0, "natural_dev": 2.0, "contrast": 2.0}
CLEAN_WEIGHT = 2.0
# Probabilities from which a stretch is an error and a warning, chosen on the printed table: errors so that dev.jsonl
# and natural_dev.jsonl stay near 1 % of clean pairs a side, warnings near 4 %.
THRESHOLDS = {"error_en": 0.90, "error_ar": 0.90, "warning_en": 0.72, "warning_ar": 0.65}


class Vectors:
    """The encoder's vectors, by text, kept in a file; the encoder is loaded when a text is missing from it."""

    def __init__(self, path):
        self.path, self.words, self.sentences, self.identity = path, {}, {}, None
        if path and path.exists():
            self.words, self.sentences, self.identity = pickle.loads(path.read_bytes())
        self.identity = self.identity or (self.encoder.name, self.encoder.revision)

    @cached_property
    def encoder(self):
        return load_encoder(EmbedSettings())

    def calibration(self):
        return calibration.load(*self.identity)

    def add(self, texts, sentences=()):
        words = [t for t in dict.fromkeys(texts) if t not in self.words]
        for at in range(0, len(words), 256):
            found = self.encoder.encode_words(words[at : at + 256])
            self.words |= {t: (w.words, w.vectors.astype(np.float16)) for t, w in zip(words[at:], found)}
        new = [t for t in dict.fromkeys(sentences) if t not in self.sentences]
        self.sentences |= dict(zip(new, self.encoder.encode(new))) if new else {}
        if self.path and (words or new):
            self.path.write_bytes(pickle.dumps((self.words, self.sentences, self.identity)))

    def of(self, text):
        words, vectors = self.words[text]
        vectors = vectors.astype(np.float32)
        return WordVectors(words, vectors, vectors)  # the links read the middle layers alone


def subject_of(example, vectors, weights):
    evidence = link_words(vectors.of(example.en), vectors.of(example.ar), weights)
    return Subject(example.en, example.ar, None, *evidence)


def word_labels(example, vectors, weights):
    """Per side: 1 for a word without a counterpart, 0 for a rendered one, nan where nobody knows."""
    family = example.kind.partition(".")[0]
    words = {"en": vectors.of(example.en).words, "ar": vectors.of(example.ar).words}
    labels = {side: np.zeros(len(spans)) for side, spans in words.items()}
    side = "en" if family == "omission" else "ar"
    if example.inserted:
        inside = [example.inserted.start <= w.start and w.end <= example.inserted.end for w in words[side]]
        labels[side] = np.array(inside, float)
    elif example.whole:
        labels[side] = _labels_of_cut(example, vectors, weights, side)
    return labels


def _labels_of_cut(example, vectors, weights, side):
    """Words that were linked into the stretch that was cut out of the other side, their neighbours asked as well."""
    en, ar, cut = example.whole
    english, arabic = vectors.of(en), vectors.of(ar)
    table = similarity(english, arabic, weights)
    table, others = (table, arabic.words) if side == "en" else (table.T, english.words)
    gone = np.array([w.start < cut.end and w.end > cut.start for w in others])
    best = table.argmax(1)
    trust = 0.5 + (table.argmax(0)[best] == np.arange(len(best)))
    kernel = np.ones(5)
    share = np.convolve(gone[best] * trust, kernel, "same") / np.convolve(trust, kernel, "same")
    return np.where(share > 0.7, 1.0, np.where(share < 0.3, 0.0, np.nan))


def fitted(names, rows, targets, weights=None):
    """The weights of a logistic regression, the constant last."""
    model = fit_logistic(names, rows, targets, np.ones(len(targets)) if weights is None else weights)
    return np.append(model.weights, model.constant)


def fit_words(examples, subjects, labels, side):
    rows, targets = [], []
    for example, subject in zip(examples, subjects):
        known = ~np.isnan(labels[example][side])
        rows.append(rows_of(subject, side)[known])
        targets.append(labels[example][side][known])
    return fitted(WORD_FEATURES, np.concatenate(rows), np.concatenate(targets))


def rows_of(subject, side):
    text, scores = (subject.en, subject.en_words) if side == "en" else (subject.ar, subject.ar_words)
    others = len(subject.ar_words if side == "en" else subject.en_words)
    linked = {link.en if side == "en" else link.ar for link in subject.links}
    return word_rows(text, scores, linked, others)


def stretch_rows(subject, word_weights):
    """The features of the heaviest stretch of each side."""
    sides = read_sides(subject, *word_weights)
    return [run_row(a, b, find_run(a, [])) for a, b in (sides, sides[::-1])]


def fit_stretches(examples, rows, side):
    """`rows`: the stretch features of each example, one array a side."""
    family, place = ("omission", 0) if side == "en" else ("addition", 1)
    targets = np.array([float(e.kind.startswith(family)) for e in examples])
    weigh = np.array([SET_WEIGHT[e.source] for e in examples]) * np.where(targets == 1, 1.0, CLEAN_WEIGHT)
    return fitted(RUN_FEATURES, np.array([r[place] for r in rows]), targets, weigh)


def fit_model(examples, subjects, labels):
    """Weights of all four regressions, and the stretch features of every example under them."""
    known = [(e, s) for e, s in zip(examples, subjects) if e.source == "ntrex"]
    words = [fit_words(*zip(*known), labels, side) for side in ("en", "ar")]
    rows = [stretch_rows(s, words) for s in subjects]
    return words, [fit_stretches(examples, rows, side) for side in ("en", "ar")]


def named(words, stretches):
    row = {f"word_{s}": dict(zip((*WORD_FEATURES, "constant"), map(float, w))) for s, w in zip(("en", "ar"), words)}
    row |= {
        f"stretch_{s}": dict(zip((*RUN_FEATURES, "constant"), map(float, w))) for s, w in zip(("en", "ar"), stretches)
    }
    return row | THRESHOLDS


def auc(positive, negative):
    """Area under the ROC curve, ties counted half."""
    rank = np.searchsorted(np.sort(negative), positive, "left") + np.searchsorted(np.sort(negative), positive, "right")
    return float(rank.mean() / 2 / len(negative))


def print_table(examples, scores):
    """Out of fold: area under the curve by kind, then recall and false alarms by threshold and set."""
    for place, family in enumerate(("omission", "addition")):
        clean = np.array([s[place] for e, s in zip(examples, scores) if e.source == "ntrex" and e.kind == "clean"])
        by_kind = collections.defaultdict(list)
        for e, s in zip(examples, scores):
            if e.source == "ntrex" and e.kind.startswith(family):
                by_kind[e.kind].append(s[place])
        print(family, {k: round(auc(np.array(v), clean), 3) for k, v in sorted(by_kind.items())})
        group = [(e, s[place]) for e, s in zip(examples, scores)]
        for least in (0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.82, 0.85, 0.88, 0.9, 0.95):
            cells = []
            for name in SET_WEIGHT:
                hit = [p >= least for e, p in group if e.source == name and e.kind.startswith(family)]
                rows = collections.defaultdict(list)
                for e, p in group:
                    if e.source == name and e.kind == "clean":
                        rows[e.row].append(p >= least)
                alarm = np.mean([np.mean(v) for v in rows.values()])
                cells.append(f"{name} recall {np.mean(hit):.2f} ({len(hit)}) alarms {alarm:.3f} ({len(rows)} rows)")
            print(f"  {least:.2f}  " + " | ".join(cells))


def fit_bare(rows, partial, vectors, weights):
    """Right pairs, whole or in part, against neighbouring sentences; prints the out-of-fold area under the curve."""
    pairs = [(r["en"], r["ar"], r["doc"], 1.0) for r in rows] + [(e.en, e.ar, e.doc, 1.0) for e in partial]
    for number, row in enumerate(rows):
        near = [r for r in rows[max(0, number - 2) : number + 3] if r["doc"] == row["doc"] and r is not row]
        pairs += [(row["en"], other["ar"], row["doc"], 0.0) for other in near]
    features = np.array([bare.bare_row(*_likeness(en, ar, vectors, weights)) for en, ar, _, _ in pairs])
    targets = np.array([target for _, _, _, target in pairs])
    folds = np.array([int(sha256_text(doc), 16) % FOLDS for _, _, doc, _ in pairs])
    scores = np.zeros(len(targets))
    for fold in range(FOLDS):
        w = fitted(bare.FEATURES, features[folds != fold], targets[folds != fold])
        scores[folds == fold] = features[folds == fold] @ w[:-1] + w[-1]
    area = auc(scores[targets == 1], scores[targets == 0])
    print(f"bare pairs: {int(targets.sum())} right, {int((1 - targets).sum())} mismatched, area {area:.4f}")
    return fitted(bare.FEATURES, features, targets), area


def _likeness(en, ar, vectors, weights):
    english = centred(vectors.sentences[en][None], weights.mean_en)[0]
    arabic = centred(vectors.sentences[ar][None], weights.mean_ar)[0]
    return float(english @ arabic), link_words(vectors.of(en), vectors.of(ar), weights)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path(__file__).parents[2] / "shared")
    parser.add_argument("--cache", type=Path)
    args = parser.parse_args()
    rows = read_ntrex(args.shared)
    examples = make_examples(rows)
    for name in ("dev", "natural_dev"):
        examples += read_links(args.shared, name)
    examples += read_contrast(args.shared)
    vectors = Vectors(args.cache)
    texts = [t for e in examples for t in (e.en, e.ar)] + [t for r in rows for t in (r["en"], r["ar"])]
    partial = [e for e in examples if e.kind in ("omission.clause", "omission.phrase")]
    vectors.add(texts, [t for r in rows for t in (r["en"], r["ar"])] + [e.ar for e in partial])
    weights = vectors.calibration()
    subjects = [subject_of(e, vectors, weights) for e in examples]
    labels = {e: word_labels(e, vectors, weights) for e in examples if e.source == "ntrex"}
    folds, scores = [], [None] * len(examples)
    for fold in range(FOLDS):
        kept = [i for i, e in enumerate(examples) if e.fold != fold]
        words, stretch = fit_model([examples[i] for i in kept], [subjects[i] for i in kept], labels)
        folds.append(named(words, stretch))
        for i, example in enumerate(examples):
            if example.fold == fold:
                found = zip(stretch_rows(subjects[i], words), stretch)
                scores[i] = [float(1 / (1 + np.exp(-(r @ w[:-1] + w[-1])))) for r, w in found]
    print_table(examples, scores)
    data = sha256_text("\n".join(e.en + "\t" + e.ar for e in examples))[:8]
    signature = f"coverage:lr|model:{weights.model}|data:{data}|pairs:{len(examples)}|folds:{FOLDS}|v:{__version__}"
    record = {"signature": signature, "weights": named(*fit_model(examples, subjects, labels)), "folds": folds}
    CoverageModel.from_row(record["weights"], signature)  # what is written can be read
    bare_weights, area = fit_bare(rows, partial, vectors, weights)
    named_bare = dict(zip((*bare.FEATURES, "constant"), map(float, bare_weights)))
    models = Path(__file__).parents[1] / "data" / "models"
    write_atomic(models / "coverage.json", json.dumps(_rounded(record), indent=1) + "\n")
    bare_record = {"signature": signature.replace("coverage", "bare"), "area_out_of_fold": area, "weights": named_bare}
    write_atomic(models / "bare-pairs.json", json.dumps(_rounded(bare_record), indent=1) + "\n")
    print(signature)


def _rounded(value):
    if isinstance(value, float):
        return round(value, 5)
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    return [_rounded(item) for item in value] if isinstance(value, list) else value


if __name__ == "__main__":
    main()
