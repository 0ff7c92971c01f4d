"""Beads against true ones: strict and lax precision, recall and F1 as Vecalign (Thompson and Koehn 2019) counts them.

Strict: a bead is right when the truth has the very same. Lax: when it shares a sentence with one true bead on both
sides. Precision counts gaps too, each as a bead of one sentence; recall counts the true beads that have both sides.
Bertalign (Liu and Zhu 2023) scores in the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

Sides = tuple[tuple[int, ...], tuple[int, ...]]  # sentences of a bead, of both documents


class BeadCounts(NamedTuple):
    """How many beads are right, of how many; sums over documents."""

    found: int = 0  # beads given out, gaps among them
    right: int = 0
    right_lax: int = 0
    true: int = 0  # true beads that are no gaps
    hit: int = 0
    hit_lax: int = 0

    def plus(self, other: BeadCounts) -> BeadCounts:
        """The sums of both."""
        return BeadCounts(*(a + b for a, b in zip(self, other, strict=True)))

    def figures(self) -> dict[str, float]:
        """Precision, recall and F1, strict and lax; 1 where there is nothing to find and nothing was found."""
        out: dict[str, float] = {}
        for name, right, hit in (("strict", self.right, self.hit), ("lax", self.right_lax, self.hit_lax)):
            precision = right / self.found if self.found else 1.0
            recall = hit / self.true if self.true else 1.0
            both = precision + recall
            out |= {f"{name}_precision": precision, f"{name}_recall": recall,
                    f"{name}_f1": 2 * precision * recall / both if both else 0.0}  # fmt: skip
        return out


def count_beads(true: Iterable[Sides], found: Iterable[Sides]) -> BeadCounts:
    """The counts of one document; beads without any sentence are left out, gaps of several sentences taken apart."""
    gold, given = _single_gaps(true), _single_gaps(found)
    right, right_lax = _matched(given, gold)
    whole = [bead for bead in gold if all(bead)]
    hit, hit_lax = _matched(whole, [bead for bead in given if all(bead)])
    return BeadCounts(len(given), right, right_lax, len(whole), hit, hit_lax)


def _single_gaps(beads: Iterable[Sides]) -> list[Sides]:
    out: dict[Sides, None] = {}
    for en, ar in beads:
        if en and ar:
            out[tuple(en), tuple(ar)] = None
        else:
            out |= dict.fromkeys([((n,), ()) for n in en] + [((), (n,)) for n in ar])
    return list(out)


def _matched(beads: Sequence[Sides], others: Sequence[Sides]) -> tuple[int, int]:
    """How many of the beads stand among the others, and how many share a sentence with one of them on both sides."""
    same = set(others)
    partners: dict[int, set[int]] = {}
    for en, ar in others:
        for n in en:
            partners.setdefault(n, set()).update(ar)
    strict = lax = 0
    for en, ar in beads:
        is_same = (en, ar) in same
        strict += is_same
        lax += is_same or any(not partners.get(n, set()).isdisjoint(ar) for n in en)
    return strict, lax


def figures_text(counts: BeadCounts) -> str:
    """The figures as lines to be read."""
    figures = counts.figures()
    lines = [f"{counts.found} beads and gaps found, {counts.true} true beads"]
    for name in ("strict", "lax"):
        precision, recall, f1 = (figures[f"{name}_{what}"] for what in ("precision", "recall", "f1"))
        lines.append(f"{name:6}  precision {precision:.4f}  recall {recall:.4f}  F1 {f1:.4f}")
    return "\n".join(lines)
