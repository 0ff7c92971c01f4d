"""First step of span search: for each Arabic word, how likely it belongs to a rendering of an English sentence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from align.match.window import ArabicWindow, running_sums
from align.models.linear import LinearModel
from align.protocols import Floats, Ints, Matrix
from align.records import BlockKind, Span

_MOST_LOGIT = 5.0  # logits beyond it say no more


@dataclass(frozen=True, slots=True)
class Sentence:
    """An English tweet sentence with its vectors."""

    tweet: int
    thread: int  # the first tweet of those that are one text with it
    span: Span  # into the article
    text: str
    words: tuple[Span, ...]  # into `text`
    weights: Floats  # of the words: function words count little
    vectors: Matrix  # (words, dim), centred word vectors


@dataclass(frozen=True, slots=True)
class WordComparison:
    """One window against all sentences, whose words lie end to end: W in all."""

    window: ArabicWindow
    sentences: tuple[Sentence, ...]
    owner: Ints  # (W,), the sentence of each English word
    shares: Floats  # (W,), of its sentence's weight
    cosines: NDArray[np.float32]  # (W, n)
    linked: NDArray[np.bool_]  # (W, n), mutual best of the English sentence and the Arabic segment
    features: dict[str, Floats]  # the word model's, (sentences, n) each


def smoothed(values: Floats, reach: int, edges: tuple[Ints, Ints]) -> Floats:
    """Mean over `reach` neighbours on both sides along the last axis, none beyond `edges`, first and last place."""
    at = np.arange(values.shape[-1])
    low, behind = np.maximum(edges[0], at - reach), np.minimum(edges[1], at + reach) + 1
    sums = running_sums(values)
    return np.asarray((sums[..., behind] - sums[..., low]) / (behind - low))


def best_other(values: Floats, alone: float = 0.0) -> Floats:
    """For each row the best of the other rows, same shape; `alone` where there is none."""
    if len(values) < 2:
        return np.full(values.shape, alone)
    second, top = np.partition(values, -2, axis=0)[-2:]
    return np.asarray(np.where(values == top, second, top))


def compare_words(
    window: ArabicWindow, sentences: tuple[Sentence, ...], english: Matrix, mean: NDArray[np.float32]
) -> WordComparison:
    """The word model's features; `english` holds the centred sentence vectors, (len(sentences), dim)."""
    sizes = [len(sentence.words) for sentence in sentences]
    firsts = np.cumsum([0, *sizes[:-1]])
    owner = np.repeat(np.arange(len(sentences)), sizes)
    cosines = np.concatenate([sentence.vectors for sentence in sentences]) @ window.vectors.T
    are_linked = _mutual_best(cosines, firsts, np.unique(window.segment_edges[0]))
    linked = np.logical_or.reduceat(are_linked, firsts, axis=0).astype(np.float64)
    best = np.maximum.reduceat(cosines, firsts, axis=0).astype(np.float64)
    lead, whole, clause = best - best_other(best), window.segment_edges, window.clause_edges
    windows = _window_likeness(window, english, mean)
    features = {
        "best": best,
        "linked": linked,
        "best1": smoothed(best, 1, whole),
        "best3": smoothed(best, 3, whole),
        "best8": smoothed(best, 8, whole),
        "linked3": smoothed(linked, 3, whole),
        "best_clause": _mean_over(best, clause),
        "linked_clause": _mean_over(linked, clause),
        "best_sentence": _mean_over(best, window.sentence_edges),
        **windows,
        "lead2": smoothed(lead, 2, whole),
        "lead_clause": _mean_over(lead, clause),
        "lead_window": windows["window5"] - best_other(windows["window5"]),
        "is_quoted": np.broadcast_to(window.is_quoted.astype(float), best.shape),
        "is_headline": np.broadcast_to(window.is_of(BlockKind.HEADLINE).astype(float), best.shape),
        "is_alone": np.full(best.shape, float(len(sentences) == 1)),
    }
    shares = np.concatenate([sentence.weights / max(float(sentence.weights.sum()), 1e-9) for sentence in sentences])
    return WordComparison(window, sentences, owner, shares, cosines, are_linked, features)


def _mutual_best(cosines: NDArray[np.float32], rows: Ints, columns: Ints) -> NDArray[np.bool_]:
    """`links.mutual_best` of every block of a table of blocks, which begin at `rows` and at `columns`."""
    best_en, best_ar = np.zeros(cosines.shape, bool), np.zeros(cosines.shape, bool)
    every_row, every_column = (np.arange(size) for size in cosines.shape)
    for first, block in zip(rows.tolist(), np.split(cosines, rows[1:], axis=0), strict=True):
        best_en[first + block.argmax(0), every_column] = True
    for first, block in zip(columns.tolist(), np.split(cosines, columns[1:], axis=1), strict=True):
        best_ar[every_row, first + block.argmax(1)] = True
    return best_en & best_ar


def _mean_over(values: Floats, edges: tuple[Ints, Ints]) -> Floats:
    """Mean over first..last, both inside, along the last axis."""
    sums, (first, last) = running_sums(values), edges
    return np.asarray((sums[..., last + 1] - sums[..., first]) / (last + 1 - first))


def _window_likeness(window: ArabicWindow, english: Matrix, mean: NDArray[np.float32]) -> dict[str, Floats]:
    """Cosine of each sentence with the words around each word and with its sentence: (sentences, n)."""
    at, (low, high) = np.arange(len(window)), window.segment_edges
    ranges = {f"window{k}": (np.maximum(low, at - k), np.minimum(high, at + k)) for k in (2, 5)}
    ranges["window_sentence"] = window.sentence_edges
    return {name: window.likeness_of_spans(a, b, english, mean) for name, (a, b) in ranges.items()}


def word_logits(compared: WordComparison, model: LinearModel) -> Floats:
    """How likely each word belongs to a rendering of each sentence, as a logit: (sentences, n).

    An editor's words in brackets speak neither for a span nor against it.
    """
    logits = np.clip(model.score(compared.features), -_MOST_LOGIT, _MOST_LOGIT)
    return np.where(compared.window.is_bracketed, np.maximum(logits, 0.0), logits)
