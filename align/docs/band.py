"""The part of the table of two documents in which an alignment is looked for: for each row a run of columns.

A state (i, j) says that i sentences of the English and j of the Arabic are behind us. Row i of a band holds the
states (i, low[i]) to (i, high[i] - 1). Both bounds rise with i: a bead that ends in a row begins inside an earlier one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from align.protocols import Ints


@dataclass(frozen=True, slots=True)
class Band:
    """Bounds of each row of states, (n + 1,) each, for documents of n and m sentences."""

    low: Ints
    high: Ints

    @property
    def rows(self) -> int:
        """How many rows of states: one more than sentences."""
        return len(self.low)

    @property
    def columns(self) -> int:
        """How many columns of states: one more than Arabic sentences."""
        return int(self.high[-1])

    @property
    def cells(self) -> int:
        """How many states the band holds."""
        return int((self.high - self.low).sum())


def whole_band(english: int, arabic: int) -> Band:
    """Every state of two documents of so many sentences."""
    rows = english + 1
    return Band(np.zeros(rows, np.int64), np.full(rows, arabic + 1, np.int64))


def around(path: list[tuple[int, int]], english: int, arabic: int, reach: int) -> Band:
    """The states within `reach` of a path of states (rising in both), which begins at (0, 0) and ends at the last one.

    Rows between two states of the path hold the columns of both.
    """
    low = np.full(english + 1, arabic, np.int64)
    high = np.zeros(english + 1, np.int64)
    for (i, j), (following_i, following_j) in zip(path, [*path[1:], path[-1]], strict=True):
        part = slice(i, following_i + 1)
        low[part] = np.minimum(low[part], j)
        high[part] = np.maximum(high[part], following_j)
    rows = np.arange(english + 1)  # `reach` rows up and down too, so that a run of gaps does not narrow the band
    low = np.maximum(low[np.maximum(rows - reach, 0)] - reach, 0)
    high = np.minimum(high[np.minimum(rows + reach, english)] + reach, arabic)
    return Band(low, high + 1)
