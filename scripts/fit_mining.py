"""Fit the mining models on ntrex_dev, tico19 and Tatoeba; write data/models/mining.json.

usage: python scripts/fit_mining.py [--shared ../shared] [--cache FILE] [--hidden-seeds N]

Two logistic regressions (align/mine/weights.py) over the candidates of made mining sets (scripts/mining_data.py): the
hidden set and several sets made of the same documents. The threshold is the one of the best mean F1 of both kinds and
the precision table is read off, both out of fold: five folds by document, a candidate being scored by weights that saw
no candidate with either of its documents. The weights written are fitted on all. --cache keeps the encoder's vectors
between runs.
"""

import argparse
import json
import pickle
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from mining_data import MiningSet, comparable_set, hidden_set

from align import __version__
from align.embed import load_encoder
from align.files import sha256_file, sha256_text, write_atomic
from align.match.links import centred
from align.mine.candidates import VECTOR_FEATURES, WORD_FEATURES, Candidates, with_words
from align.mine.mining import find_candidates, one_partner_each, worth_words
from align.mine.weights import probabilities, products, with_products
from align.models import calibration as calibrations
from align.models.fitting import design, fit_logistic
from align.settings import EmbedSettings

FOLDS, K = 5, 4
FIT_SEEDS = range(100, 110)  # of the comparable sets; the benchmark draws others
THRESHOLDS = np.arange(0.05, 0.96, 0.01)
TARGET = Path(__file__).parents[1] / "data" / "models" / "mining.json"


class CachedEncoder:
    """The bundled encoder, each text once; loaded when a text is missing from the cache."""

    def __init__(self, path):
        self.path, self._encoder, self.is_changed = path, None, False
        kept = pickle.loads(path.read_bytes()) if path and path.exists() else {}
        self.known = {kind: kept.get(kind, {}) for kind in ("encode", "encode_words")}
        self.identity = kept.get("identity") or (self.encoder.name, self.encoder.revision)
        self.name, self.revision = self.identity

    @property
    def encoder(self):
        self._encoder = self._encoder or load_encoder(EmbedSettings())
        return self._encoder

    def _get(self, kind, texts):
        known = self.known[kind]
        new = [text for text in dict.fromkeys(texts) if text not in known]
        for start in range(0, len(new), 512):
            part = new[start : start + 512]
            known.update(zip(part, getattr(self.encoder, kind)(part)))
        self.is_changed |= bool(new)
        return [known[text] for text in texts]

    def encode(self, texts):
        return np.array(self._get("encode", texts), np.float32)

    def encode_words(self, texts):
        return self._get("encode_words", texts)

    def save(self):
        if self.path and self.is_changed:
            self.path.write_bytes(pickle.dumps({"identity": self.identity, **self.known}, protocol=4))


@dataclass
class Scored:
    """One mining set with its candidates, and its labels and folds by candidate."""

    set: MiningSet
    candidates: Candidates  # worth their word vectors, with all features
    before: Candidates  # all, with vector features
    labels: np.ndarray
    folds: tuple[np.ndarray, np.ndarray]

    def prf(self, scores, threshold):
        """Hits, found, true of one partner each from this probability on."""
        return prf(self.candidates, scores, threshold, self.set.gold)


def prf(candidates, scores, threshold, gold):
    chosen = [r for r in one_partner_each(candidates, scores) if scores[r] >= threshold]
    pairs = {(int(candidates.english[r]), int(candidates.arabic[r])) for r in chosen}
    return len(pairs & gold), len(pairs), len(gold)


def f1(hits, found, true):
    return 2 * hits / max(1, found + true)


def fold_of(doc):
    return int(sha256_text(doc), 16) % FOLDS


def labels_of(candidates, mining_set):
    pairs = zip(candidates.english.tolist(), candidates.arabic.tolist())
    return np.array([float(pair in mining_set.gold) for pair in pairs])


def folds_of(candidates, mining_set):
    sides = (np.array([fold_of(d) for d in docs]) for docs in (mining_set.english_docs, mining_set.arabic_docs))
    english, arabic = sides
    return english[candidates.english], arabic[candidates.arabic]


def fit_one(names, parts, ridge):
    names = products(names)
    features = [with_products(c.features) for c, _, _ in parts]
    columns = np.concatenate([design({n: f[n][k] for n in names}, names) for f, (_, _, k) in zip(features, parts)])
    targets = np.concatenate([labels[keep] for _, labels, keep in parts])
    return fit_logistic(names, columns, targets, np.ones(len(targets)), ridge=ridge)


def kept_by(folds, without):
    return (folds[0] != without) & (folds[1] != without)


def prepare(mining_set, encoder, calibration):
    """All candidates with vector features, and the texts."""
    texts = mining_set.english, mining_set.arabic
    vectors = [encoder.encode(side) for side in texts]
    sides = [centred(v, mean) for v, mean in zip(vectors, (calibration.mean_en, calibration.mean_ar))]
    before = find_candidates(texts, *sides, k=K)
    return before, texts


def scored_set(mining_set, before, texts, first, encoder, calibration):
    candidates = with_words(before.only(worth_words(probabilities(before, first))), texts, encoder, calibration)
    return Scored(mining_set, candidates, before, labels_of(candidates, mining_set), folds_of(candidates, mining_set))


def read_sets(sets, encoder, calibration):
    """Every set scored. The first model only chooses whose words are read; what it drops counts as not found."""
    befores = [prepare(s, encoder, calibration) for s in sets]
    parts = [(b, labels_of(b, s), np.ones(len(b), bool)) for s, (b, _) in zip(sets, befores)]
    first = fit_one(VECTOR_FEATURES, parts, ridge=1.0)
    return first, [scored_set(s, b, t, first, encoder, calibration) for s, (b, t) in zip(sets, befores)]


def fold_models(scored, names=VECTOR_FEATURES + WORD_FEATURES):
    """The second model without each fold."""
    return [
        fit_one(names, [(s.candidates, s.labels, kept_by(s.folds, f)) for s in scored], ridge=1.0) for f in range(FOLDS)
    ]


def out_of_fold(scored, models):
    """Probability of each candidate by the model that saw neither document, as far as folds of two sides allow."""
    by_fold = np.array([probabilities(scored.candidates, model) for model in models])
    places = np.arange(len(scored.candidates))
    # Of the two folds a candidate touches, each model was fitted without one; the mean of both is taken.
    return (by_fold[scored.folds[0], places] + by_fold[scored.folds[1], places]) / 2


def kept_pairs(scored, scores, thresholds):
    """The pairs found, each held against the threshold of its English document's fold."""
    chosen = one_partner_each(scored.candidates, scores)
    least = np.broadcast_to(thresholds, FOLDS)[scored.folds[0]]
    c = scored.candidates
    return {(int(c.english[r]), int(c.arabic[r])) for r in chosen if scores[r] >= least[r]}


def thresholds_by_fold(scored, scores):
    """For each fold the threshold of the best mean F1 over what the other folds' English documents hold, (FOLDS,)."""
    return np.array([best_threshold(scored, scores, without=fold)[0] for fold in range(FOLDS)])


def best_threshold(scored, scores, without=None):
    """The threshold of the best mean F1, (threshold, F1), one fold's English documents left out.

    The kinds count alike: the one hidden set as much as all sets of the same documents.
    """
    tables, weights = [], [max(1, len(scored) - 1) if len(s.set.english) > 1000 else 1 for s in scored]
    for s, p in zip(scored, scores):
        out = np.array([fold_of(d) for d in s.set.english_docs]) == (-1 if without is None else without)
        rows = [r for r in one_partner_each(s.candidates, p) if not out[s.candidates.english[r]]]
        gold = sum(not out[i] for i, _ in s.set.gold)
        tables.append([f1(s.labels[rows][p[rows] >= t].sum(), (p[rows] >= t).sum(), gold) for t in THRESHOLDS])
    table = np.average(tables, 0, weights)
    return float(THRESHOLDS[int(np.argmax(table))]), float(table.max())


def precision_table(scored, scores):
    rows = []
    for t in THRESHOLDS:
        hits, found, _ = np.sum([s.prf(p, t) for s, p in zip(scored, scores)], axis=0)
        rows.append([round(float(t), 2), round(float(hits / max(1, found)), 4)])
    return rows


def open_cache(cache):
    encoder = CachedEncoder(cache)
    return encoder, calibrations.load(*encoder.identity)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path(__file__).parents[2] / "shared")
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--hidden-seeds", type=int, default=1, help="0: only sets made of the same documents")
    args = parser.parse_args()
    encoder, calibration = open_cache(args.cache)
    sets = [hidden_set(args.shared, s) for s in range(args.hidden_seeds)]
    sets += [comparable_set(args.shared, s) for s in FIT_SEEDS]
    first, scored = read_sets(sets, encoder, calibration)
    encoder.save()
    scores = [out_of_fold(s, fold_models(scored)) for s in scored]
    threshold, reached = best_threshold(scored, scores)
    names = VECTOR_FEATURES + WORD_FEATURES
    whole = [(s.candidates, s.labels, np.ones(len(s.candidates), bool)) for s in scored]
    second = fit_one(names, whole, ridge=1.0)
    data = sha256_text("".join(sha256_file(args.shared / "data" / p) for p in ("ntrex_dev/ntrex.tsv",
                       "tico19/tico19.all.tsv", "tatoeba/tatoeba.en", "tatoeba/tatoeba.ar")))[:8]  # fmt: skip
    record = {
        "signature": f"mining2|model:{encoder.revision}|data:{data}|hidden:{args.hidden_seeds}|k:{K}|v:{__version__}",
        "threshold": round(threshold, 2),
        "f1_out_of_fold": round(reached, 4),
        "precision": precision_table(scored, scores),
        "first": first.as_row(),
        "second": second.as_row(),
    }
    write_atomic(TARGET, json.dumps(record, indent=1) + "\n")
    print(f"{record['signature']}\nthreshold {threshold:.2f}, mean F1 out of fold {reached:.4f}\nwrote {TARGET}")


if __name__ == "__main__":
    main()
