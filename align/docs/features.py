"""What speaks for a bead, for every bead of a band at once, tile by tile; nothing hangs on the encoder's scale.

Cosines are counted in spreads above the usual likeness of sentences of the two documents that do not belong together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from align.docs.band import Band
from align.docs.beads import MOST
from align.docs.blocks import LARGEST, Side, cosines, usual_likeness
from align.docs.surface import Shared, Surface, shared_names, shared_numbers
from align.protocols import Floats, Ints, Matrix

_ROWS = 48  # rows of states of a tile
_NEAREST = 3  # neighbours of a margin (Artetxe and Schwenk 2019 have 4 among millions)
_USUAL_LETTERS = 4.5  # logarithm of the letters of a short sentence

BEAD_FEATURES = (
    "cosine", "cosine*size", "margin", "weakest", "shrink", "grow", "length", "length*size",
    "numbers_shared", "numbers_foreign", "names_shared",
    "one_one", "one_two", "one_more", "two_two", "many",
)  # fmt: skip
GAP_FEATURES = ("is_gap", "best", "best*size", "size", "numbers")


@dataclass(frozen=True, slots=True)
class Texts:
    """Two documents as the features see them."""

    english: Side
    arabic: Side
    en_surface: Surface
    ar_surface: Surface


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of two documents before their beads are weighed."""

    texts: Texts
    band: Band
    usual: tuple[float, float]  # mean and spread of the cosines of strangers
    en_nearest: Floats  # (n, _NEAREST): the highest cosines of each sentence within the band, rising
    ar_nearest: Floats
    numbers: Shared
    names: Shared
    ratio: float  # Arabic letters over English ones, logarithm


def evidence_of(
    texts: Texts,
    band: Band,
    *,
    usual: tuple[float, float] | None = None,
    nearest: tuple[Floats, Floats] | None = None,
    ratio: float | None = None,
) -> Evidence:
    """The parts of the features that belong to sentences rather than beads; of a passage, those of its documents."""
    english, arabic = texts.en_surface, texts.ar_surface
    low, high = np.maximum(band.low[1:] - LARGEST, 0), band.high[1:]
    en_nearest, ar_nearest = nearest or _nearest(texts, band)
    return Evidence(
        texts,
        band,
        usual or usual_likeness(texts.english, texts.arabic),
        en_nearest,
        ar_nearest,
        shared_numbers(english, arabic, low, high),
        shared_names(english, arabic, low, high),
        _ratio(english, arabic) if ratio is None else ratio,
    )


def _ratio(english: Surface, arabic: Surface) -> float:
    """Within bounds: documents of which one leaves much out say little of how long a sentence gets."""
    found = float(np.log(max(1.0, arabic.letters.sum()) / max(1.0, english.letters.sum())))
    return min(max(found, -0.7), 0.4)


def tiles(band: Band) -> Iterator[tuple[range, range]]:
    """Rows of states, from 1, and the columns that hold them."""
    for start in range(1, band.rows, _ROWS):
        stop = min(start + _ROWS, band.rows)
        yield range(start, stop), range(int(band.low[start]), int(band.high[stop - 1]))


def _nearest(texts: Texts, band: Band) -> tuple[Floats, Floats]:
    """The highest cosines of each sentence of both sides within the band."""
    left, right = texts.english.unit, texts.arabic.unit
    en = np.full((len(left), _NEAREST), -1.0)
    ar = np.full((len(right), _NEAREST), -1.0)
    for rows, columns in tiles(band):
        start, end = max(0, columns.start - 1), columns.stop - 1
        if end <= start:
            continue
        table = (left[rows.start - 1 : rows.stop - 1] @ right[start:end].T).astype(np.float64)
        place = np.arange(start, end) + 1
        for n, i in enumerate(rows):
            table[n, (place < band.low[i]) | (place >= band.high[i])] = -1.0
        en[rows.start - 1 : rows.stop - 1] = _top(table)
        ar[start:end] = _top(np.concatenate([ar[start:end], table.T], axis=1))
    return en, ar


def nearest_of(queries: Matrix, rows: Matrix, at_once: int) -> tuple[Floats, Ints]:
    """The highest cosines of each query among all rows, rising, (n, _NEAREST), and the place of the highest."""
    nearest, best = [], []
    for start in range(0, len(queries), at_once):
        table = (queries[start : start + at_once] @ rows.T).astype(np.float64)
        nearest.append(_top(table))
        best.append(table.argmax(1))
    return np.concatenate(nearest), np.concatenate(best)


def _top(table: Floats) -> Floats:
    if table.shape[1] < _NEAREST:
        table = np.concatenate([table, np.full((len(table), _NEAREST - table.shape[1]), -1.0)], axis=1)
    return np.asarray(np.sort(np.partition(table, -_NEAREST, axis=1)[:, -_NEAREST:], axis=1))


class Tile:
    """The features of every bead that ends in some states."""

    def __init__(self, evidence: Evidence, rows: range, columns: range) -> None:
        """Work out the cosines of all blocks that end there or one state around."""
        self._evidence = evidence
        self.rows, self.columns = rows, columns
        wide = cosines(
            evidence.texts.english,
            evidence.texts.arabic,
            range(rows.start - MOST, rows.stop + 1),
            range(columns.start - MOST, columns.stop + 1),
        )
        middle, spread = evidence.usual
        self._cosines = np.where(wide > -1, (wide - middle) / spread, -9.0)
        en, ar = evidence.texts.en_surface, evidence.texts.ar_surface
        self._en_letters = np.maximum(_sums(en.letters, rows), 1.0)  # of the states before the first, too
        self._ar_letters = np.maximum(_sums(ar.letters, columns), 1.0)
        self._en_numbers, self._ar_numbers = _sums(en.number_counts, rows), _sums(ar.number_counts, columns)
        self._en_near = _sums(_usual_best(evidence.en_nearest) * en.letters, rows) / self._en_letters
        self._ar_near = _sums(_usual_best(evidence.ar_nearest) * ar.letters, columns) / self._ar_letters
        self._numbers = _boxes(evidence.numbers, rows, columns)
        self._names = _boxes(evidence.names, rows, columns)

    def _cosine(self, a: int, b: int, down: int = 0, along: int = 0) -> Floats:
        """Of blocks of a and b sentences that end so many states further down and along."""
        top, left = MOST + down, MOST + along
        return self._cosines[a - 1, b - 1, top : top + len(self.rows), left : left + len(self.columns)]

    def bead(self, a: int, b: int) -> dict[str, Floats]:
        """The features of the beads of a and b sentences, each (rows, columns)."""
        middle, spread = self._evidence.usual
        cosine = self._cosine(a, b)
        en_letters, ar_letters = self._en_letters[a - 1][:, None], self._ar_letters[b - 1][None]
        size = np.log((en_letters + ar_letters) / 2) - _USUAL_LETTERS
        near = (self._en_near[a - 1][:, None] + self._ar_near[b - 1][None]) / 2
        length = np.abs(np.log(ar_letters / en_letters) - self._evidence.ratio)
        shared = self._numbers[a - 1, b - 1]
        held = self._en_numbers[a - 1][:, None] + self._ar_numbers[b - 1][None]
        few, more = min(a, b), max(a, b)
        kind = {"one_one": more == 1, "one_two": few == 1 and more == 2, "one_more": few == 1 and more > 2,
                "two_two": few == 2 and more == 2, "many": few > 1 and more > 2}  # fmt: skip
        return {
            "cosine": cosine,
            "cosine*size": cosine * size,
            "margin": cosine - (near - middle) / spread,
            "weakest": self._weakest(a, b, cosine),
            "shrink": self._shrink(a, b, cosine),
            "grow": self._grow(a, b, cosine),
            "length": np.minimum(length, 3.0),
            "length*size": np.minimum(length, 3.0) * size,
            "numbers_shared": np.minimum(shared, 4.0),
            "numbers_foreign": np.clip(held - 2 * shared, 0.0, 4.0),
            "names_shared": np.minimum(self._names[a - 1, b - 1], 4.0),
            **{name: np.full(cosine.shape, float(is_so)) for name, is_so in kind.items()},
        }

    def _weakest(self, a: int, b: int, cosine: Floats) -> Floats:
        """How far the least like sentence of a bead of several lies below the bead; 0 for 1:1."""
        if a == b == 1:
            return np.zeros_like(cosine)
        ways = [self._cosine(1, b, down=-k) for k in range(a)] if a > 1 else []
        ways += [self._cosine(a, 1, along=-k) for k in range(b)] if b > 1 else []
        return np.asarray(np.clip(np.minimum.reduce(ways) - cosine, -6.0, 0.0))

    def _shrink(self, a: int, b: int, cosine: Floats) -> Floats:
        """What the bead gains over the best of the beads without a sentence at one of its edges; 0 for 1:1."""
        ways = [self._cosine(a - 1, b), self._cosine(a - 1, b, down=-1)] if a > 1 else []
        ways += [self._cosine(a, b - 1), self._cosine(a, b - 1, along=-1)] if b > 1 else []
        return np.asarray(np.clip(cosine - np.maximum.reduce(ways), -4.0, 4.0) if ways else np.zeros_like(cosine))

    def _grow(self, a: int, b: int, cosine: Floats) -> Floats:
        """What the bead would gain by a neighbour at one of its edges."""
        ways = (self._cosine(a + 1, b), self._cosine(a + 1, b, down=1),
                self._cosine(a, b + 1), self._cosine(a, b + 1, along=1))  # fmt: skip
        return np.asarray(np.clip(np.maximum.reduce(ways) - cosine, -4.0, 4.0))


def _usual_best(nearest: Floats) -> Floats:
    """The mean of a sentence's nearest cosines that exist."""
    is_there = nearest > -1.0
    return np.asarray(np.where(is_there, nearest, 0.0).sum(1) / np.maximum(is_there.sum(1), 1))


def _sums(values: Floats, states: range) -> Floats:
    """Sums over the last k + 1 sentences before each state, (MOST, states); where there are fewer, over those."""
    rise = np.concatenate([[0.0], np.cumsum(values)])
    ends = np.arange(states.start, states.stop)
    return np.stack([rise[ends] - rise[np.maximum(ends - k - 1, 0)] for k in range(MOST)])


def _boxes(shared: Shared, rows: range, columns: range) -> Floats:
    """Sums of counts over the last a and b sentences before each state, (MOST, MOST, rows, columns)."""
    table = shared.within(rows.start - MOST, rows.stop - 1, columns.start - MOST, columns.stop - 1)
    sums = np.zeros((table.shape[0] + 1, table.shape[1] + 1))
    sums[1:, 1:] = table.cumsum(0).cumsum(1)
    out = np.empty((MOST, MOST, len(rows), len(columns)))
    here = sums[MOST:, MOST:]
    for a in range(1, MOST + 1):
        above = sums[MOST - a : len(sums) - a]
        for b in range(1, MOST + 1):
            beside = slice(MOST - b, sums.shape[1] - b)
            out[a - 1, b - 1] = here - above[:, MOST:] - sums[MOST:, beside] + above[:, beside]
    return out


def gap_features(evidence: Evidence, side: str) -> dict[str, Floats]:
    """The features of a gap of each sentence of a side, `en` or `ar`, (n,) each."""
    surface = evidence.texts.en_surface if side == "en" else evidence.texts.ar_surface
    nearest = evidence.en_nearest if side == "en" else evidence.ar_nearest
    middle, spread = evidence.usual
    best, size = (nearest[:, -1] - middle) / spread, np.log(surface.letters) - _USUAL_LETTERS
    counts = np.minimum(surface.number_counts, 3.0)
    return {"is_gap": np.ones(len(best)), "best": best, "best*size": best * size, "size": size, "numbers": counts}
