"""Word links between two texts: mutual argmax over contextual word vectors (SimAlign, Jalili Sabet et al. 2020).

One link per word is too few where one language writes "and the mayor" as one word: of the hand-made links in
`data/gold/word_links.jsonl` mutual argmax can have three in four at most. So a word that is left over goes with its
nearest, where that is near enough; such a link is marked, and what rests on single links (the checks) passes over it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from align.models.sections import Means
from align.protocols import WordVectors
from align.records import Span, WordLink, WordLinks, WordScore


def similarity(english: WordVectors, arabic: WordVectors, means: Means) -> NDArray[np.float32]:
    """Cosines of the centred word vectors, (English words, Arabic words)."""
    return np.asarray(
        centred(english.vectors, means.word_mean_en) @ centred(arabic.vectors, means.word_mean_ar).T,
        np.float32,
    )


# The least cosine of a link that one side alone wants; .2 and .4 differ by .01 of alignment error (docs/encoder.md).
_LEAST_ONE_SIDED = 0.3


def mutual_best(table: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which cells of `table`, (n, m), are the best of their row and of their column."""
    mutual = np.zeros(table.shape, bool)
    if table.size:
        best_ar, best_en = table.argmax(1), table.argmax(0)
        rows = np.arange(len(best_ar))
        mutual[rows, best_ar] = best_en[best_ar] == rows
    return mutual


def one_sided(table: NDArray[np.float32], mutual: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which cells of `table`, (n, m), link a row or a column without a mutual link to its best, where that is near."""
    if not table.size:
        return np.zeros(table.shape, bool)
    rows, columns = np.logical_not(mutual.any(1)), np.logical_not(mutual.any(0))
    found = np.zeros(table.shape, bool)
    found[rows, table.argmax(1)[rows]] = True
    found[table.argmax(0)[columns], columns] = True
    return np.asarray(found & (table >= _LEAST_ONE_SIDED))


def link_words(english: WordVectors, arabic: WordVectors, means: Means) -> WordLinks:
    """Link the words of two texts that are taken to render each other."""
    return links_of(similarity(english, arabic, means), english.words, arabic.words)


def links_of(table: NDArray[np.float32], english: Sequence[Span], arabic: Sequence[Span]) -> WordLinks:
    """The links that a table of cosines, (English words, Arabic words), gives."""
    if not table.size:
        return WordLinks((), (), ())
    mutual = mutual_best(table)
    links = tuple(
        WordLink(english[row], arabic[column], float(max(0.0, table[row, column])), bool(mutual[row, column]))
        for row, column in zip(*np.nonzero(mutual | one_sided(table, mutual)), strict=True)
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
