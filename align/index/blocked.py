"""Exact neighbours in both directions from one product, block by block: what mining asks for, at half the price.

`IndexFlatIP` has to be searched twice, once a direction, and computes the same products again. Here a tile of
cosines gives each row's and each column's best before it is thrown away; memory is one tile and the results.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from align.protocols import Matrix

if TYPE_CHECKING:
    import torch

# Rows a tile: the product is as fast from 1,024 on, and a tile of 2,048 x 4,096 (32 MB) still sits near the caches.
_ROWS, _COLUMNS = 2048, 4096


class Rows(Protocol):
    """Unit rows that can be had by slices: a matrix, or a file that is centred as it is read."""

    def __len__(self) -> int: ...
    def __getitem__(self, rows: slice, /) -> Matrix:
        """The rows of a slice, (n, dim)."""
        ...


class Neighbours(NamedTuple):
    """The best of the other side, best first, each (n, k); -1 and -inf where fewer than k exist."""

    cosines: NDArray[np.float32]
    rows: NDArray[np.int64]


def neighbours_both_ways(english: Rows, arabic: Rows, k: int) -> tuple[Neighbours, Neighbours]:
    """For each English row its k best Arabic rows, and the reverse; unit rows of one dimension, maybe memory-mapped."""
    import torch

    forward, backward = _Best(len(english), k), _Best(len(arabic), k)
    for top in range(0, len(english), _ROWS):
        left = torch.from_numpy(np.ascontiguousarray(english[top : top + _ROWS], np.float32))
        for start in range(0, len(arabic), _COLUMNS):
            right = torch.from_numpy(np.ascontiguousarray(arabic[start : start + _COLUMNS], np.float32))
            tile = left @ right.T
            forward.take(tile, top, start)
            backward.take(tile.T, start, top)
    return forward.neighbours(), backward.neighbours()


def neighbours_of(queries: Rows, base: Rows, k: int) -> Neighbours:
    """For each query its k best rows of `base`, which may be memory-mapped: it is read once for 2,048 queries."""
    import torch

    best = _Best(len(queries), k)
    for top in range(0, len(queries), _ROWS):
        left = torch.from_numpy(np.ascontiguousarray(queries[top : top + _ROWS], np.float32))
        for start in range(0, len(base), _COLUMNS):
            right = torch.from_numpy(np.ascontiguousarray(base[start : start + _COLUMNS], np.float32))
            best.take(left @ right.T, top, start)
    return best.neighbours()


class _Best:
    """The k best of every row so far."""

    def __init__(self, n: int, k: int) -> None:
        import torch

        self._k = k
        self._cosines = torch.full((n, k), -torch.inf)
        self._rows = torch.full((n, k), -1, dtype=torch.int64)

    def take(self, tile: torch.Tensor, top: int, start: int) -> None:
        """Cosines of the rows from `top` on with the columns from `start` on.

        Rows in which nothing beats what is held are left at one look at their maximum: after the first tiles, most.
        """
        import torch

        held = self._cosines[top : top + len(tile)]
        at = (tile.amax(1) > held[:, -1]).nonzero()[:, 0]
        if not len(at):
            return
        cosines, columns = tile[at].topk(min(self._k, tile.shape[1]), dim=1)
        cosines = torch.cat([held[at], cosines], 1)
        rows = torch.cat([self._rows[top + at], columns + start], 1)
        kept, place = cosines.topk(self._k, dim=1)
        self._cosines[top + at] = kept
        self._rows[top + at] = rows.gather(1, place)

    def neighbours(self) -> Neighbours:
        """What was found."""
        return Neighbours(self._cosines.numpy(), self._rows.numpy())
