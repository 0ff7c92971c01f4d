"""Fits the two mining models on made sets: news pairs hidden among other sentences, and sets of the same documents.

The threshold is the one of the best mean F1 of both kinds and the precision table is read off, both out of fold: five
folds by document, a candidate being scored by weights that saw no candidate with either of its documents. What is
written is fitted on all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from align.figures import f1
from align.files import sha256_file, sha256_text
from align.match.links import centred
from align.mine.candidates import VECTOR_FEATURES, WORD_FEATURES, Candidates, with_words
from align.mine.mining import find_candidates, one_partner_each, worth_words
from align.mine.weights import probabilities, products, with_products
from align.models.fitting import fit_logistic
from align.models.linear import LinearModel, design
from align.models.sections import Means, MiningModel
from align.protocols import Encoder, Floats, Ints
from align.train.folds import FOLDS, fold_of
from align.train.mining_sets import MiningSet, comparable_set, hidden_set

K = 4  # neighbours of the margin
FIT_SEEDS = range(100, 110)  # of the comparable sets; the benchmark draws others
THRESHOLDS = np.arange(0.05, 0.96, 0.01)
_HIDDEN = 1000  # sentences a side from which a set is the hidden one
_DATA = ("ntrex_dev/ntrex.tsv", "tico19/tico19.all.tsv", "tatoeba/tatoeba.en", "tatoeba/tatoeba.ar")

Part = tuple[Candidates, Floats, NDArray[np.bool_]]  # candidates, labels, which of them count
Texts = tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Scored:
    """One mining set with its candidates, and its labels and folds by candidate."""

    set: MiningSet
    candidates: Candidates  # worth their word vectors, with all features
    before: Candidates  # all, with vector features
    labels: Floats
    folds: tuple[Ints, Ints]  # of the English and of the Arabic document

    def counts(self, scores: Floats, threshold: float) -> tuple[int, int, int]:
        """Hits, found, wanted of one partner each from this probability on."""
        chosen = [r for r in one_partner_each(self.candidates, scores) if scores[r] >= threshold]
        pairs = {(int(self.candidates.english[r]), int(self.candidates.arabic[r])) for r in chosen}
        return len(pairs & self.set.gold), len(pairs), len(self.set.gold)


def fit_sets(shared: Path, hidden_seeds: int = 1) -> list[MiningSet]:
    """The sets that mining is fitted on."""
    sets = [hidden_set(shared, seed) for seed in range(hidden_seeds)]
    return sets + [comparable_set(shared, seed) for seed in FIT_SEEDS]


def data_hash(shared: Path) -> str:
    """Of the files that the sets are made from."""
    return sha256_text("".join(sha256_file(shared / "data" / name) for name in _DATA))[:8]


def fit_mining(sets: Sequence[MiningSet], encoder: Encoder, means: Means, origin: str) -> dict[str, Any]:
    """The section of a bundle, with the best F1 out of fold."""
    first, scored = read_sets(sets, encoder, means)
    models = fold_models(scored)
    scores = [out_of_fold(one, models) for one in scored]
    threshold, reached = best_threshold(scored, scores)
    whole = [(s.candidates, s.labels, np.ones(len(s.candidates), bool)) for s in scored]
    second = fit_one(VECTOR_FEATURES + WORD_FEATURES, whole)
    model = MiningModel(round(threshold, 2), precision_table(scored, scores), first, second, origin)
    row = model.as_row()
    return {"origin": row.pop("origin"), "threshold": row.pop("threshold"), "f1_out_of_fold": round(reached, 4), **row}


def labels_of(candidates: Candidates, mining_set: MiningSet) -> Floats:
    """1 for each candidate that is a pair, (n,)."""
    pairs = zip(candidates.english.tolist(), candidates.arabic.tolist(), strict=True)
    return np.array([float(pair in mining_set.gold) for pair in pairs])


def folds_of(candidates: Candidates, mining_set: MiningSet) -> tuple[Ints, Ints]:
    """The folds of each candidate's two documents, (n,) each."""
    english, arabic = (
        np.array([fold_of(d) for d in docs]) for docs in (mining_set.english_docs, mining_set.arabic_docs)
    )
    return english[candidates.english], arabic[candidates.arabic]


def fit_one(names: Sequence[str], parts: Sequence[Part]) -> LinearModel:
    """A logistic regression over the named features and their products with the size."""
    names = products(names)
    features = [with_products(candidates.features) for candidates, _, _ in parts]
    kept = zip(features, parts, strict=True)
    columns = np.concatenate([design({n: own[n][keep] for n in names}, names) for own, (_, _, keep) in kept])
    targets = np.concatenate([labels[keep] for _, labels, keep in parts])
    return fit_logistic(names, columns, targets, np.ones(len(targets)), ridge=1.0)


def prepare(mining_set: MiningSet, encoder: Encoder, means: Means) -> tuple[Candidates, Texts]:
    """All candidates with vector features, and the texts."""
    texts = mining_set.english, mining_set.arabic
    english, arabic = (encoder.encode(side) for side in texts)
    sides = centred(english, means.mean_en), centred(arabic, means.mean_ar)
    return find_candidates(texts, *sides, k=K), texts


def scored_set(
    mining_set: MiningSet, before: Candidates, texts: Texts, first: LinearModel, encoder: Encoder, means: Means
) -> Scored:
    """The set with the candidates that the first model leaves in the race, their words read."""
    likely = before.only(worth_words(probabilities(before, first)))
    candidates = with_words(likely, texts, encoder, means)
    return Scored(mining_set, candidates, before, labels_of(candidates, mining_set), folds_of(candidates, mining_set))


def read_sets(sets: Sequence[MiningSet], encoder: Encoder, means: Means) -> tuple[LinearModel, list[Scored]]:
    """Every set scored. The first model only chooses whose words are read; what it drops counts as not found."""
    prepared = [(one, *prepare(one, encoder, means)) for one in sets]
    parts = [(before, labels_of(before, one), np.ones(len(before), bool)) for one, before, _ in prepared]
    first = fit_one(VECTOR_FEATURES, parts)
    return first, [scored_set(one, before, texts, first, encoder, means) for one, before, texts in prepared]


def fold_models(scored: Sequence[Scored]) -> list[LinearModel]:
    """The second model without each fold."""
    return [
        fit_one(
            VECTOR_FEATURES + WORD_FEATURES,
            [(s.candidates, s.labels, (s.folds[0] != fold) & (s.folds[1] != fold)) for s in scored],
        )
        for fold in range(FOLDS)
    ]


def out_of_fold(scored: Scored, models: Sequence[LinearModel]) -> Floats:
    """Probability of each candidate by the model that saw neither document, as far as folds of two sides allow."""
    by_fold = np.array([probabilities(scored.candidates, model) for model in models])
    places = np.arange(len(scored.candidates))
    # Of the two folds a candidate touches, each model was fitted without one; the mean of both is taken.
    return np.asarray((by_fold[scored.folds[0], places] + by_fold[scored.folds[1], places]) / 2, np.float64)


def kept_pairs(scored: Scored, scores: Floats, thresholds: Floats) -> set[tuple[int, int]]:
    """The pairs found, each held against the threshold of its English document's fold."""
    least = np.broadcast_to(thresholds, FOLDS)[scored.folds[0]]
    c = scored.candidates
    chosen = one_partner_each(c, scores)
    return {(int(c.english[r]), int(c.arabic[r])) for r in chosen if scores[r] >= least[r]}


def thresholds_by_fold(scored: Sequence[Scored], scores: Sequence[Floats]) -> Floats:
    """For each fold the threshold of the best mean F1 over what the other folds' English documents hold, (FOLDS,)."""
    return np.array([best_threshold(scored, scores, without=fold)[0] for fold in range(FOLDS)])


def best_threshold(
    scored: Sequence[Scored], scores: Sequence[Floats], without: int | None = None
) -> tuple[float, float]:
    """The threshold of the best mean F1, (threshold, F1), one fold's English documents left out.

    The kinds count alike: the one hidden set as much as all sets of the same documents.
    """
    tables = []
    weights = [max(1, len(scored) - 1) if len(s.set.english) > _HIDDEN else 1 for s in scored]
    for s, p in zip(scored, scores, strict=True):
        out = np.array([fold_of(d) for d in s.set.english_docs]) == (-1 if without is None else without)
        rows = [r for r in one_partner_each(s.candidates, p) if not out[s.candidates.english[r]]]
        gold = sum(not out[i] for i, _ in s.set.gold)
        kept = [p[rows] >= t for t in THRESHOLDS]
        tables.append([float(f1(s.labels[rows][keep].sum(), keep.sum(), gold)) for keep in kept])
    table = np.average(tables, 0, weights)
    return float(THRESHOLDS[int(np.argmax(table))]), float(table.max())


def precision_table(scored: Sequence[Scored], scores: Sequence[Floats]) -> tuple[tuple[float, float], ...]:
    """(threshold, precision of what it keeps over all sets), for every hundredth."""
    rows = []
    for t in THRESHOLDS:
        hits, found, _ = np.sum([s.counts(p, t) for s, p in zip(scored, scores, strict=True)], axis=0)
        rows.append((round(float(t), 2), round(float(hits / max(1, found)), 4)))
    return tuple(rows)
