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
    features: dict[str, Floats]  # the word model's, (sentences, n) each


def smoothed(values: Floats, reach: int) -> Floats:
    """Mean over `reach` neighbours on both sides along the last axis."""
    n = values.shape[-1]
    sums, at = prefix(values), np.arange(n)
    low, high = np.maximum(0, at - reach), np.minimum(n, at + reach + 1)
    return np.asarray((sums[..., high] - sums[..., low]) / (high - low))


def _mean_over(values: Floats, ids: Ints) -> Floats:
    """Mean over the words of the same number; `ids`, (n,), rise."""
    first, behind = np.searchsorted(ids, ids, "left"), np.searchsorted(ids, ids, "right")
    sums = prefix(values)
    return np.asarray((sums[..., behind] - sums[..., first]) / (behind - first))


def best_other(values: Floats, alone: float = 0.0) -> Floats:
    """For each row the best of the other rows, same shape; `alone` where there is none."""
    if len(values) < 2:
        return np.full(values.shape, alone)
    second, top = np.partition(values, -2, axis=0)[-2:]
    return np.asarray(np.where(values == top, second, top))


def word_tables(stretch: Stretch, sentences: Sequence[Sentence], english: Matrix, mean: NDArray[np.float32]) -> Tables:
    """The word model's features; `english` holds the centred sentence vectors, (len(sentences), dim)."""
    cosines = tuple(sentence.vectors @ stretch.vectors.T for sentence in sentences)
    best = np.array([table.max(0) for table in cosines], np.float64)
    linked = np.array([mutual_best(table).any(0) for table in cosines], np.float64)
    windows = _window_likeness(stretch, english, mean)
    lead = best - best_other(best)
    features = {
        "best": best,
        "linked": linked,
        "best1": smoothed(best, 1),
        "best3": smoothed(best, 3),
        "best8": smoothed(best, 8),
        "linked3": smoothed(linked, 3),
        "best_clause": _mean_over(best, stretch.clause),
        "linked_clause": _mean_over(linked, stretch.clause),
        "best_sentence": _mean_over(best, stretch.sentence),
        **windows,
        "lead2": smoothed(lead, 2),
        "lead_clause": _mean_over(lead, stretch.clause),
        "lead_window": windows["window5"] - best_other(windows["window5"]),
        "is_quoted": np.broadcast_to(stretch.is_quoted.astype(float), best.shape),
        "is_headline": np.full(best.shape, float(stretch.segment.block is BlockKind.HEADLINE)),
        "is_alone": np.full(best.shape, float(len(sentences) == 1)),
    }
    return Tables(stretch, cosines, features)


def _window_likeness(stretch: Stretch, english: Matrix, mean: NDArray[np.float32]) -> dict[str, Floats]:
    """Cosine of each sentence with the words around each word and with its sentence: (sentences, n)."""
    at, n = np.arange(len(stretch)), len(stretch)
    low, high = stretch.sentence_edges
    ranges = {f"window{k}": (np.maximum(0, at - k), np.minimum(n - 1, at + k)) for k in (2, 5)}
    ranges["window_sentence"] = (low, high)
    return {name: stretch.likeness_of_spans(a, b, english, mean) for name, (a, b) in ranges.items()}


def word_logits(tables: Tables, model: LinearModel) -> Floats:
    """How likely each word belongs to a rendering of each sentence, as a logit: (sentences, n).

    An editor's words in brackets speak neither for a span nor against it.
    """
    logits = np.clip(model.score(tables.features), -_LIMIT, _LIMIT)
    return np.where(tables.stretch.is_bracketed, np.maximum(logits, 0.0), logits)
