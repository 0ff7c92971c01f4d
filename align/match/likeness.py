"""First step of span search: for each Arabic word, how likely it belongs to a rendering of an English sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from align.match.calibration import LinearModel
from align.match.links import mutual_best
from align.match.stretch import Floats, Ints, Stretch, prefix
from align.protocols import Matrix
from align.records import BlockKind, Span

_LIMIT = 5.0  # logits beyond it say no more


@dataclass(frozen=True, slots=True)
class Sentence:
    """An English tweet sentence with its vectors."""

    tweet: int
    span: Span  # into the article
    text: str
    words: tuple[Span, ...]  # into `text`
    weights: Floats  # of the words: function words count little
    vectors: Matrix  # (words, dim), centred word vectors


@dataclass(frozen=True, slots=True)
class Tables:
    """One stretch against all sentences."""

    stretch: Stretch
    cosines: tuple[NDArray[np.float32], ...]  # a sentence: (English words, Arabic words)
    features: tuple[dict[str, Floats], ...]  # a sentence: the word model's features, (n,)


def smoothed(values: Floats, reach: int) -> Floats:
    """Mean over `reach` neighbours on both sides."""
    n, sums, at = len(values), prefix(values), np.arange(len(values))
    low, high = np.maximum(0, at - reach), np.minimum(n, at + reach + 1)
    return np.asarray((sums[high] - sums[low]) / (high - low))


def _mean_over(values: Floats, ids: Ints) -> Floats:
    return np.asarray((np.bincount(ids, values) / np.maximum(1, np.bincount(ids)))[ids])


def word_tables(stretch: Stretch, sentences: Sequence[Sentence], english: Matrix, mean: NDArray[np.float32]) -> Tables:
    """The word model's features; `english` holds the centred sentence vectors, (len(sentences), dim)."""
    cosines = tuple(sentence.vectors @ stretch.vectors.T for sentence in sentences)
    best = np.array([table.max(0) for table in cosines], np.float64)
    windows = _window_likeness(stretch, english, mean)
    features = []
    for number, table in enumerate(cosines):
        others = [other for other in range(len(sentences)) if other != number]
        rival = best[others].max(0) if others else np.zeros(len(stretch))
        rival_window = windows["window5"][:, others].max(1) if others else np.zeros(len(stretch))
        linked = mutual_best(table).any(0).astype(float)
        lead = best[number] - rival
        features.append(
            {
                "best": best[number],
                "linked": linked,
                "best1": smoothed(best[number], 1),
                "best3": smoothed(best[number], 3),
                "best8": smoothed(best[number], 8),
                "linked3": smoothed(linked, 3),
                "best_clause": _mean_over(best[number], stretch.clause),
                "linked_clause": _mean_over(linked, stretch.clause),
                "best_sentence": _mean_over(best[number], stretch.sentence),
                "window2": windows["window2"][:, number],
                "window5": windows["window5"][:, number],
                "window_sentence": windows["window_sentence"][:, number],
                "lead2": smoothed(lead, 2),
                "lead_clause": _mean_over(lead, stretch.clause),
                "lead_window": windows["window5"][:, number] - rival_window,
                "is_quoted": stretch.is_quoted.astype(float),
                "is_headline": np.full(len(stretch), float(stretch.segment.block is BlockKind.HEADLINE)),
                "is_alone": np.full(len(stretch), float(not others)),
            }
        )
    return Tables(stretch, cosines, tuple(features))


def _window_likeness(stretch: Stretch, english: Matrix, mean: NDArray[np.float32]) -> dict[str, Floats]:
    """Cosine of each sentence with the words around each word and with its sentence: (n, sentences)."""
    at, n = np.arange(len(stretch)), len(stretch)
    low, high = stretch.sentence_edges
    ranges = {f"window{k}": (np.maximum(0, at - k), np.minimum(n - 1, at + k)) for k in (2, 5)}
    ranges["window_sentence"] = (low, high)
    return {name: stretch.likeness_of_spans(a, b, english, mean) for name, (a, b) in ranges.items()}


def word_logits(tables: Tables, model: LinearModel) -> Floats:
    """How likely each word belongs to a rendering of each sentence, as a logit: (sentences, n).

    An editor's words in brackets speak neither for a span nor against it.
    """
    logits = np.array([np.clip(model.score(features), -_LIMIT, _LIMIT) for features in tables.features])
    return np.where(tables.stretch.is_bracketed, np.maximum(logits, 0.0), logits)
