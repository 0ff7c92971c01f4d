"""The heavy parts of mining, cut into pieces that do not know of each other: here one after the other.

`align.mine.cluster` spreads the same pieces over processes, so both give the same pairs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from align.index.blocked import Neighbours
from align.index.plan import SearchPlan, both_ways
from align.match.matcher import Matcher
from align.mine.candidates import LinkBatch, link_rows
from align.protocols import Floats, Matrix

_TEXTS_PER_PIECE = 2048  # encoded at once: many batches of one length, and a piece of work of some seconds


class Work(Protocol):
    """Who does the heavy parts."""

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Sentence vectors, (len(texts), dim)."""
        ...

    def neighbours(self, plan: SearchPlan, english: Matrix, arabic: Matrix, k: int) -> tuple[Neighbours, Neighbours]:
        """Neighbours of each English row among the Arabic ones, and the reverse."""
        ...

    def linked(self, batches: Iterable[LinkBatch]) -> Iterator[Floats]:
        """`link_rows` of each batch, in order."""
        ...


@dataclass(frozen=True, slots=True)
class LocalWork:
    """The heavy parts in this process."""

    matcher: Matcher

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Piece by piece."""
        return np.concatenate([self.matcher.encoder.encode(part) for part in text_parts(texts)])

    def neighbours(self, plan: SearchPlan, english: Matrix, arabic: Matrix, k: int) -> tuple[Neighbours, Neighbours]:
        """As the plan says."""
        return both_ways(plan, english, arabic, k)

    def linked(self, batches: Iterable[LinkBatch]) -> Iterator[Floats]:
        """Batch by batch."""
        return (link_rows(batch, *self.matcher) for batch in batches)


def text_parts(texts: Sequence[str]) -> Iterator[list[str]]:
    """The texts in pieces; at least one piece."""
    for start in range(0, max(1, len(texts)), _TEXTS_PER_PIECE):
        yield list(texts[start : start + _TEXTS_PER_PIECE])
