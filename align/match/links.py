"""Word links between two texts: mutual argmax over contextual word vectors (SimAlign, Jalili Sabet et al. 2020)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from align.models.calibration import Calibration
from align.protocols import WordVectors
from align.records import Span, WordLink, WordLinks, WordScore


def similarity(english: WordVectors, arabic: WordVectors, calibration: Calibration) -> NDArray[np.float32]:
    """Cosines of the centred word vectors, (English words, Arabic words)."""
    return np.asarray(
        centred(english.vectors, calibration.word_mean_en) @ centred(arabic.vectors, calibration.word_mean_ar).T,
        np.float32,
    )


def mutual_best(table: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which cells of `table`, (n, m), are the best of their row and of their column."""
    mutual = np.zeros(table.shape, bool)
    if table.size:
        best_ar, best_en = table.argmax(1), table.argmax(0)
        rows = np.arange(len(best_ar))
        mutual[rows, best_ar] = best_en[best_ar] == rows
    return mutual


def link_words(english: WordVectors, arabic: WordVectors, calibration: Calibration) -> WordLinks:
    """Link the words of two texts that are taken to render each other."""
    return links_of(similarity(english, arabic, calibration), english.words, arabic.words)


def links_of(table: NDArray[np.float32], english: Sequence[Span], arabic: Sequence[Span]) -> WordLinks:
    """The links that a table of cosines, (English words, Arabic words), gives."""
    if not table.size:
        return WordLinks((), (), ())
    links = tuple(
        WordLink(english[row], arabic[column], float(max(0.0, table[row, column])))
        for row, column in zip(*np.nonzero(mutual_best(table)), strict=True)
    )
    en_words = tuple(WordScore(w, float(s)) for w, s in zip(english, table.max(1), strict=True))
    ar_words = tuple(WordScore(w, float(s)) for w, s in zip(arabic, table.max(0), strict=True))
    return WordLinks(links, en_words, ar_words)


def centred(vectors: NDArray[np.float32], mean: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows less the mean (their own one where none is stored), at unit length."""
    if not len(vectors):
        return vectors
    moved = vectors - (mean if mean.size else vectors.mean(0))
    return np.asarray(moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9), np.float32)
