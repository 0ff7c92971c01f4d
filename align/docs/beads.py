"""The beads of an alignment: sentences of each side that render each other, or one sentence that has no partner."""

from __future__ import annotations

from typing import NamedTuple

MOST = 5  # sentences of one side in a bead


class Bead(NamedTuple):
    """Sentences of both sides, 0-based and in order; a gap has one empty side."""

    en: tuple[int, ...]
    ar: tuple[int, ...]
    probability: float = 1.0  # that exactly these sentences belong together; of a gap, that its sentence has no partner
    is_moved: bool = False  # it stands against the order of the others

    @property
    def is_gap(self) -> bool:
        """Whether one side is empty."""
        return not (self.en and self.ar)


def in_order(beads: list[Bead]) -> list[Bead]:
    """The beads as both documents are read: by English sentence, Arabic gaps where their neighbours stand.

    A moved bead stands at its English place.

    >>> [bead.ar for bead in in_order([Bead((1,), (2,)), Bead((), (1,)), Bead((0,), (0,))])]
    [(0,), (1,), (2,)]
    """
    right = sorted((b for b in beads if not b.en), key=lambda b: b.ar)
    out: list[Bead] = []
    place = 0
    for bead in sorted((b for b in beads if b.en), key=lambda b: b.en):
        if bead.ar and not bead.is_moved:
            while place < len(right) and right[place].ar < bead.ar:
                out.append(right[place])
                place += 1
        out.append(bead)
    return out + right[place:]


def gaps(beads: list[Bead], english: int, arabic: int) -> list[Bead]:
    """A gap for every sentence of two documents of so many sentences that stands in no bead."""
    en = {n for bead in beads for n in bead.en}
    ar = {n for bead in beads for n in bead.ar}
    left = [Bead((n,), ()) for n in range(english) if n not in en]
    return left + [Bead((), (n,)) for n in range(arabic) if n not in ar]
