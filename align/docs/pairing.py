"""Which document is the translation of which: by their names, or by what they say, one partner each.

By content: documents are held against each other by the mean of their sentences' vectors, centred on the collection;
the likeliest of each are then compared sentence by sentence, and by the numbers and names that they share, weighted by
how few documents hold them. A one-to-one assignment takes the pairs that are together likeliest.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import regex
from numpy.typing import NDArray

from align.docs.surface import Surface
from align.docs.weights import DocsWeights
from align.models.linear import sigmoid
from align.protocols import Floats, Ints, Matrix

_TRIED = 8  # partners of a document, by the vectors of the whole, that are compared sentence by sentence
_MARK = regex.compile(
    r"(?:^|(?<=[._\-/ ]))(?:en|ar|eng|ara|english|arabic|en[-_](?:us|gb)|ar[-_]\p{L}{2})(?=$|[._\-/ ])", regex.I
)
_EDGE = regex.compile(r"^[._\- /]+|[._\- ]+$|(?<=[._\- /])[._\- ]+")
DOCUMENT_FEATURES = ("sentences", "whole", "lead", "anchors", "anchors_lead", "length")


class DocumentPair(NamedTuple):
    """Places of two documents among those of their sides, and how sure it is that they render each other."""

    english: int
    arabic: int
    probability: float = 1.0


@dataclass(frozen=True, slots=True)
class Seen:
    """What of a document its partner is told by."""

    vectors: Matrix  # of its sentences, unit rows, not centred
    surface: Surface


def bare_name(stem: str) -> str:
    """A document's name without what it says of the language.

    >>> [bare_name(stem) for stem in ("news/harbour.en", "news/harbour_ar", "AR-harbour")]
    ['news/harbour', 'news/harbour', 'harbour']
    """
    bare = _MARK.sub("", stem.casefold())
    while (shorter := _EDGE.sub("", bare)) != bare:
        bare = shorter
    return bare or stem.casefold()


def paired_by_name(english: Sequence[str], arabic: Sequence[str]) -> list[DocumentPair]:
    """The documents whose names are the same but for the language; a name that several have pairs none."""
    left, right = ([bare_name(name) for name in names] for names in (english, arabic))
    counts = Counter(left), Counter(right)
    places = {name: place for place, name in enumerate(right)}
    return [
        DocumentPair(place, places[name])
        for place, name in enumerate(left)
        if name in places and counts[0][name] == counts[1][name] == 1
    ]


def paired_by_content(
    english: Sequence[Seen], arabic: Sequence[Seen], weights: DocsWeights, threshold: float = 0.5
) -> list[DocumentPair]:
    """The documents that render each other, each in one pair at most; in the order of the English ones."""
    from scipy.optimize import linear_sum_assignment

    rows, columns, features = document_candidates(english, arabic)
    if not len(rows):
        return []
    sure = sigmoid(weights.document.score(features))
    worth = np.zeros((len(english), len(arabic)))
    worth[rows, columns] = np.maximum(sure - threshold, 0.0)
    chosen = zip(*linear_sum_assignment(worth, maximize=True), strict=True)
    known = {(int(i), int(j)): float(p) for i, j, p in zip(rows, columns, sure, strict=True)}
    pairs = [DocumentPair(int(i), int(j), known.get((int(i), int(j)), 0.0)) for i, j in chosen]
    return [pair for pair in pairs if pair.probability >= threshold]


def document_candidates(english: Sequence[Seen], arabic: Sequence[Seen]) -> tuple[Ints, Ints, Mapping[str, Floats]]:
    """Pairs of documents worth a look, with the features of each."""
    if not english or not arabic:
        empty = np.zeros(0, np.int64)
        return empty, empty, {name: np.zeros(0) for name in DOCUMENT_FEATURES}
    left, right = _centred(english), _centred(arabic)
    whole = _means(left, english) @ _means(right, arabic).T
    whole = (whole - np.median(whole)) / max(1.4826 * float(np.median(np.abs(whole - np.median(whole)))), 0.02)
    anchors = _shared(english, arabic)
    ranked = whole + 2.0 * anchors
    is_tried = _best(ranked, _TRIED) | _best(ranked.T, _TRIED).T
    rows, columns = (place.astype(np.int64) for place in np.nonzero(is_tried))
    usual, spread = _usual(left, right)
    table = np.full(whole.shape, -9.0)
    for i, j in zip(rows.tolist(), columns.tolist(), strict=True):
        table[i, j] = (_likeness(left[i], right[j]) - usual) / spread
    return (
        rows.astype(np.int64),
        columns.astype(np.int64),
        _features(rows, columns, table, whole, anchors, english, arabic),
    )


def _features(
    rows: Ints, columns: Ints, table: Floats, whole: Floats, anchors: Floats,
    english: Sequence[Seen], arabic: Sequence[Seen],
) -> dict[str, Floats]:  # fmt: skip
    letters = [np.array([seen.surface.letters.sum() for seen in side]) for side in (english, arabic)]
    ratio = np.log(letters[1][columns] / letters[0][rows])
    return {
        "sentences": table[rows, columns],
        "whole": np.clip(whole[rows, columns], -4.0, 8.0),
        "lead": np.clip(_lead(table, rows, columns), -6.0, 6.0),
        "anchors": anchors[rows, columns],
        "anchors_lead": _lead(anchors, rows, columns),
        "length": np.minimum(np.abs(ratio - float(np.median(ratio))), 3.0),
    }


def _lead(table: Floats, rows: Ints, columns: Ints) -> Floats:
    """How far a pair stands above the best other one of either document."""
    out = np.empty(len(rows))
    for n, (i, j) in enumerate(zip(rows, columns, strict=True)):
        beside = np.concatenate([np.delete(table[i], j), np.delete(table[:, j], i)])
        out[n] = table[i, j] - max(float(beside.max(initial=-9.0)), -9.0)
    return out


def _centred(side: Sequence[Seen]) -> list[Matrix]:
    """The vectors of each document less the mean of the side, at unit length."""
    mean = np.concatenate([seen.vectors for seen in side]).mean(0)
    moved = [seen.vectors - mean for seen in side]
    return [np.asarray(m / np.maximum(np.linalg.norm(m, axis=1, keepdims=True), 1e-9), np.float32) for m in moved]


def _means(vectors: Sequence[Matrix], side: Sequence[Seen]) -> Matrix:
    rows = np.stack([v.T @ seen.surface.letters for v, seen in zip(vectors, side, strict=True)])
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), np.float32)


def _best(table: Floats, count: int) -> NDArray[np.bool_]:
    """Which cells are among the `count` highest of their row."""
    out = np.zeros(table.shape, bool)
    order = np.argsort(-table, axis=1, kind="stable")[:, :count]
    np.put_along_axis(out, order, True, axis=1)
    return out


def _usual(left: Sequence[Matrix], right: Sequence[Matrix]) -> tuple[float, float]:
    """Mean and spread of the likeness of documents that do not belong together: of neighbours in the list."""
    count = min(len(left), len(right), 40)
    found = [_likeness(left[n], right[(n * 7 + 3 + k) % len(right)]) for n in range(count) for k in (0, 1)]
    middle = float(np.median(found))
    return middle, max(1.4826 * float(np.median(np.abs(np.array(found) - middle))), 0.01)


def _likeness(left: Matrix, right: Matrix) -> float:
    """The mean over the sentences of both documents of the cosine to their nearest in the other."""
    table = left @ right.T
    return float((table.max(1).mean() + table.max(0).mean()) / 2)


def _shared(english: Sequence[Seen], arabic: Sequence[Seen]) -> Floats:
    """The share of each English document's numbers and names that each Arabic one has too, each by how rare it is."""
    left, right = [_keys(seen.surface) for seen in english], [_keys(seen.surface) for seen in arabic]
    count = len(left) + len(right)
    held = Counter(key for keys in (*left, *right) for key in keys)
    places: dict[Hashable, list[int]] = {}
    for place, keys in enumerate(right):
        for key in keys:
            places.setdefault(key, []).append(place)
    table = np.zeros((len(left), len(right)))
    for row, keys in enumerate(left):
        for key in keys:
            if held[key] <= max(4, count // 4):
                table[row, places.get(key, [])] += math.log(count / held[key])
    wholes = [sum(math.log(count / held[key]) for key in keys) for keys in left]
    return np.asarray(table / np.maximum(np.array(wholes), 1.0)[:, None])


def _keys(surface: Surface) -> set[Hashable]:
    numbers = {value for row in surface.numbers for values in row if isinstance(values, frozenset) for value in values}
    return {*(("number", value) for value in numbers if value > 12), *(name for row in surface.names for name in row)}
