"""Pairs worth a look, with their features: neighbours in either direction, margins, then likeness word by word.

Ratio margin: cos(x, y) over the mean of (mean of cos(x, its k nearest) and mean of cos(y, its k nearest)); distance
margin: cos(x, y) less that mean (Artetxe and Schwenk 2019). Both after each side was centred on its own mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from align.index.blocked import Neighbours
from align.match.anchors import numbers_of
from align.match.links import link_words
from align.match.pair import FEATURES, bare_row
from align.models.calibration import Calibration
from align.protocols import Encoder, Floats, Ints

_USUAL_LOG_LETTERS = 4.5  # of a short pair: about 0 there, so that a product with it says little
_LINKED_AT_ONCE = 512  # candidates whose word vectors are asked for at once

VECTOR_FEATURES = (
    "cosine", "margin", "distance", "lead_en", "lead_ar", "is_best_en", "is_best_ar", "letters",
    "numbers_shared", "numbers_foreign", "size",
)  # fmt: skip
WORD_FEATURES = (*FEATURES[1:], "words", "words_lead_en", "words_lead_ar")


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs of rows and what speaks for them; n of them, no pair twice."""

    english: Ints  # (n,)
    arabic: Ints
    is_forward: NDArray[np.bool_]  # the Arabic row is among the nearest of the English one
    is_backward: NDArray[np.bool_]
    features: Mapping[str, Floats]

    def __len__(self) -> int:
        return len(self.english)

    def only(self, rows: Ints) -> Candidates:
        """These rows of it."""
        features = {name: values[rows] for name, values in self.features.items()}
        return Candidates(
            self.english[rows], self.arabic[rows], self.is_forward[rows], self.is_backward[rows], features
        )


def candidates_of(
    texts: tuple[Sequence[str], Sequence[str]], forward: Neighbours, backward: Neighbours, *, depth: int, k: int
) -> Candidates:
    """Every pair that stands among the `depth` nearest in one direction or the other, with the vector features.

    The margin takes the mean of the `k` nearest; both are at most the number of neighbours that were searched.
    """
    n_ar = len(texts[1])
    pairs = [
        _pair_keys(forward.rows[:, :depth], forward.cosines, lambda own, other: own * n_ar + other),
        _pair_keys(backward.rows[:, :depth], backward.cosines, lambda own, other: other * n_ar + own),
    ]
    keys, first = np.unique(np.concatenate([p[0] for p in pairs]), return_index=True)
    cosines = np.concatenate([p[1] for p in pairs])[first].astype(np.float64)
    english, arabic = np.divmod(keys, n_ar) if len(keys) else (keys, keys)
    mean_en, mean_ar = (_mean_of(side.cosines[:, :k]) for side in (forward, backward))
    around = np.maximum(0.05, (mean_en[english] + mean_ar[arabic]) / 2)
    numbers = _numbers(texts, english, arabic)
    lengths = [
        np.array([len(text) for text in side], np.float64)[rows]
        for side, rows in zip(texts, (english, arabic), strict=True)
    ]
    lead_en, lead_ar = _lead(cosines, forward, english, arabic), _lead(cosines, backward, arabic, english)
    features = {
        "cosine": cosines,
        "margin": cosines / around,
        "distance": cosines - around,
        "lead_en": lead_en,
        "lead_ar": lead_ar,
        "is_best_en": (lead_en >= 0).astype(np.float64),
        "is_best_ar": (lead_ar >= 0).astype(np.float64),
        "letters": np.abs(np.log((lengths[1] + 10) / (lengths[0] + 10))),
        "numbers_shared": numbers[0],
        "numbers_foreign": numbers[1],
        "size": np.log(lengths[0] + lengths[1] + 1) - _USUAL_LOG_LETTERS,
    }
    return Candidates(english, arabic, np.isin(keys, pairs[0][0]), np.isin(keys, pairs[1][0]), features)


def _pair_keys(rows: Ints, cosines: NDArray[np.float32], key: object) -> tuple[Ints, NDArray[np.float32]]:
    own, place = np.nonzero(rows >= 0)
    other = rows[own, place]
    return key(own, other), cosines[own, place]  # type: ignore[operator]


def _mean_of(cosines: NDArray[np.float32]) -> Floats:
    """Mean of each row's neighbours that exist."""
    there = np.isfinite(cosines)
    return np.asarray(np.where(there, cosines, 0).sum(1) / np.maximum(1, there.sum(1)), np.float64)


def _lead(cosines: Floats, side: Neighbours, own: Ints, other: Ints) -> Floats:
    """By how much a pair beats the best of the row's other neighbours; below 0 where another is nearer."""
    second = side.cosines[:, 1] if side.cosines.shape[1] > 1 else np.zeros(len(side.cosines), np.float32)
    rival = np.where(side.rows[own, 0] == other, np.where(np.isfinite(second), second, 0)[own], side.cosines[own, 0])
    return np.asarray(cosines - rival, np.float64)


def _numbers(texts: tuple[Sequence[str], Sequence[str]], english: Ints, arabic: Ints) -> tuple[Floats, Floats]:
    """How many numbers both sides hold, in figures or in words, and how many only one does, at most 3 each."""
    held = [
        {row: [values for _, values in numbers_of(side[row], arabic=is_arabic)] for row in set(rows.tolist())}
        for side, rows, is_arabic in zip(texts, (english, arabic), (False, True), strict=True)
    ]
    shared, alone = np.zeros(len(english)), np.zeros(len(english))
    for place, (i, j) in enumerate(zip(english.tolist(), arabic.tolist(), strict=True)):
        left, right = held[0][i], held[1][j]
        shared[place] = sum(any(a & b for b in right) for a in left)
        alone[place] = len(left) - shared[place] + sum(not any(a & b for a in left) for b in right)
    return np.minimum(shared, 3), np.minimum(alone, 3)


class LinkBatch(NamedTuple):
    """Some candidates with the texts that they join: what is read at once."""

    english: tuple[str, ...]
    arabic: tuple[str, ...]
    pairs: Ints  # (n, 2), rows of the two


def with_words(
    candidates: Candidates, texts: tuple[Sequence[str], Sequence[str]], encoder: Encoder, calibration: Calibration
) -> Candidates:
    """The candidates with the word features: links in both directions from contextual word vectors."""
    rows = (link_rows(batch, encoder, calibration) for batch in link_batches(candidates, texts))
    return with_link_rows(candidates, rows)


def link_batches(candidates: Candidates, texts: tuple[Sequence[str], Sequence[str]]) -> Iterator[LinkBatch]:
    """The candidates by English row, some hundred at a time: the word vectors of one batch are held at once."""
    for part in _parts(candidates):
        english, own_en = np.unique(candidates.english[part], return_inverse=True)
        arabic, own_ar = np.unique(candidates.arabic[part], return_inverse=True)
        yield LinkBatch(
            tuple(texts[0][row] for row in english.tolist()),
            tuple(texts[1][row] for row in arabic.tolist()),
            np.stack([own_en, own_ar], 1),
        )


def _parts(candidates: Candidates) -> Iterator[Ints]:
    order = np.argsort(candidates.english, kind="stable")
    for start in range(0, len(order), _LINKED_AT_ONCE):
        yield order[start : start + _LINKED_AT_ONCE]


def link_rows(batch: LinkBatch, encoder: Encoder, calibration: Calibration) -> Floats:
    """The features of `align.match.pair` for each candidate of a batch, (n, len(FEATURES)); no cosine among them."""
    english, arabic = encoder.encode_words(batch.english), encoder.encode_words(batch.arabic)
    links = (link_words(english[i], arabic[j], calibration) for i, j in batch.pairs.tolist())
    return np.array([bare_row(0.0, link) for link in links]).reshape(-1, len(FEATURES))


def with_link_rows(candidates: Candidates, batches: Iterable[Floats]) -> Candidates:
    """The candidates with the word features; `batches` are the rows of `link_batches` in order."""
    rows = np.zeros((len(candidates), len(FEATURES)))
    for part, found_rows in zip(_parts(candidates), batches, strict=True):
        rows[part] = found_rows
    found = {name: rows[:, place] for place, name in enumerate(FEATURES) if name != "cosine"}
    words = (found["best_en"] + found["best_ar"] + found["linked_en"] + found["linked_ar"]) / 4
    found["words"] = words
    found["words_lead_en"] = _lead_of_groups(words, candidates.english)
    found["words_lead_ar"] = _lead_of_groups(words, candidates.arabic)
    features = {**candidates.features, **found}
    return Candidates(candidates.english, candidates.arabic, candidates.is_forward, candidates.is_backward, features)


def _lead_of_groups(values: Floats, groups: Ints) -> Floats:
    """Each value less the best other value of its group; less 0 where it is alone."""
    lead = np.array(values)
    order = np.lexsort((-values, groups))
    starts = np.flatnonzero(np.r_[True, np.diff(groups[order]) != 0]) if len(order) else order
    for start, end in zip(starts, [*starts[1:], len(order)], strict=True):
        group = order[start:end]
        if len(group) > 1:
            lead[group] = values[group] - values[group[0]]
            lead[group[0]] = values[group[0]] - values[group[1]]
    return lead
