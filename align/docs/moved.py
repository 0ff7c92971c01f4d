"""Moved passages: what no path could join, held against each other across the whole of both documents.

Sentences that the first pass left over and that are each other's nearest mark where a passage went; the runs of
left-over sentences around both are then aligned as two small documents, and each bead of theirs is weighed by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from align.docs.band import whole_band
from align.docs.beads import Bead
from align.docs.blocks import Side, cut
from align.docs.features import Evidence, Texts, Tile, evidence_of, nearest_of
from align.docs.lattice import Step, best_reading
from align.docs.scoring import lattice_of
from align.docs.surface import Surface
from align.docs.weights import DocsWeights
from align.models.linear import sigmoid
from align.protocols import Ints

_LEAST = 2.0  # spreads above the usual likeness of two sentences that mark a place
_LONGEST = 60  # sentences of a run that are looked at around a mark, on each side of it
_TILE = 2048  # left-over sentences that are compared at once
MOVED_FEATURES = ("cosine", "cosine*size", "margin", "grow", "numbers_shared", "numbers_foreign", "names_shared",
                  "length", "path", "company", "is_more")  # fmt: skip


class Candidate(NamedTuple):
    """A bead that would stand against the order of the others, with what speaks for it."""

    en: tuple[int, ...]
    ar: tuple[int, ...]
    features: dict[str, float]


def moved_beads(evidence: Evidence, beads: Sequence[Bead], weights: DocsWeights) -> list[Bead]:
    """The beads that the gaps among `beads` give, none of whose sentences stands in another; likeliest first."""
    found = list(candidates(evidence, beads, weights))
    if not found:
        return []
    columns = {name: np.array([one.features[name] for one in found]) for name in weights.moved.names}
    sure = sigmoid(weights.moved.score(columns))
    out: list[Bead] = []
    en: set[int] = set()
    ar: set[int] = set()
    for row in np.argsort(-sure, kind="stable").tolist():
        one = found[row]
        if sure[row] >= weights.threshold and en.isdisjoint(one.en) and ar.isdisjoint(one.ar):
            en.update(one.en)
            ar.update(one.ar)
            out.append(Bead(one.en, one.ar, float(sure[row]), is_moved=True))
    return out


def candidates(evidence: Evidence, beads: Sequence[Bead], weights: DocsWeights) -> Iterator[Candidate]:
    """Beads of the sentences that stand in gaps, each pair of runs of them aligned by itself."""
    left = np.array(sorted(n for bead in beads if bead.is_gap for n in bead.en), np.int64)
    right = np.array(sorted(n for bead in beads if bead.is_gap for n in bead.ar), np.int64)
    if not len(left) or not len(right):
        return
    near = _Near(evidence, left, right)
    seen: set[tuple[int, int, int, int]] = set()
    for i, j in near.marks():
        en, ar = _run(left, i), _run(right, j)
        place = (en[0], en[-1], ar[0], ar[-1])
        if place not in seen:
            seen.add(place)
            yield from _aligned(evidence, near, np.array(en), np.array(ar), weights)


class _Near:
    """The nearest of each left-over sentence among those of the other side."""

    def __init__(self, evidence: Evidence, left: Ints, right: Ints) -> None:
        self.left, self.right = left, right
        self._usual = evidence.usual
        english, arabic = evidence.texts.english.unit[left], evidence.texts.arabic.unit[right]
        self.en, self.best_ar = nearest_of(english, arabic, _TILE)
        self.ar, self.best_en = nearest_of(arabic, english, _TILE)

    def marks(self) -> Iterator[tuple[int, int]]:
        """Sentences that are each other's nearest and stand out, by place among the left-over, best first."""
        middle, spread = self._usual
        mutual = np.flatnonzero(self.best_en[self.best_ar] == np.arange(len(self.left)))
        cosine = (self.en[mutual, -1] - middle) / spread
        for row in np.argsort(-cosine, kind="stable").tolist():
            if cosine[row] >= _LEAST:
                yield int(mutual[row]), int(self.best_ar[mutual[row]])


def _run(places: Ints, at: int) -> list[int]:
    """The neighbouring sentences around places[at] that are left over too."""
    start = stop = at
    while start > 0 and at - start < _LONGEST and places[start - 1] == places[start] - 1:
        start -= 1
    while stop + 1 < len(places) and stop - at < _LONGEST and places[stop + 1] == places[stop] + 1:
        stop += 1
    return [int(n) for n in places[start : stop + 1]]


def _aligned(evidence: Evidence, near: _Near, en: Ints, ar: Ints, weights: DocsWeights) -> Iterator[Candidate]:
    texts = evidence.texts
    band = whole_band(len(en), len(ar))
    part = Texts(_cut(texts.english, en), _cut(texts.arabic, ar),
                 _cut_surface(texts.en_surface, en), _cut_surface(texts.ar_surface, ar))  # fmt: skip
    nearest = near.en[np.searchsorted(near.left, en)], near.ar[np.searchsorted(near.right, ar)]
    own = evidence_of(part, band, usual=evidence.usual, nearest=nearest, ratio=evidence.ratio)
    steps = [step for step in best_reading(lattice_of(own, weights)) if step.en and step.ar]
    if not steps:
        return
    tile = Tile(own, range(1, band.rows), range(0, band.columns))
    for step in steps:
        yield Candidate(
            tuple(en[step.i - step.en : step.i].tolist()),
            tuple(ar[step.j - step.ar : step.j].tolist()),
            _features(tile, step, len(steps)),
        )


def _features(tile: Tile, step: Step, company: int) -> dict[str, float]:
    found = {name: float(values[step.i - 1, step.j]) for name, values in tile.bead(step.en, step.ar).items()}
    path = min(max(step.probability, 1e-4), 1 - 1e-4)
    found["path"] = float(np.log(path / (1 - path)))
    found["company"] = float(min(company, 4) - 1)
    found["is_more"] = float(step.en + step.ar > 2)
    return found


def _cut(side: Side, rows: Ints) -> Side:
    return cut(side, int(rows[0]), int(rows[-1]) + 1)


def _cut_surface(surface: Surface, rows: Ints) -> Surface:
    start, stop = int(rows[0]), int(rows[-1]) + 1
    return Surface(surface.letters[start:stop], surface.numbers[start:stop], surface.names[start:stop])
