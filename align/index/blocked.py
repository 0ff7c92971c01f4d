"""Exact neighbours tile by tile, in both directions from one product: memory is one tile and the results.

For vectors in a file; where memory holds them `IndexFlatIP` is as fast or faster (align/index/plan.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from align.protocols import Matrix

if TYPE_CHECKING:
    import torch

# The best of five shapes, on one AVX2 core: 0.72 s for 8,192 x 8,192; 2,048 x 4,096 took 0.84, 1,024 x 1,024 0.96.
_ROWS, _COLUMNS = 1024, 4096
_GROUP = 64  # columns whose maximum is looked at first


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
    """For each query its k best rows of `base`, which may be memory-mapped: it is read once for 1,024 queries."""
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
        """Cosines of the rows from `top` on with the columns from `start` on."""
        import torch

        own = slice(top, top + len(tile))
        cosines, columns = _best_of_tile(tile, self._k)
        cosines = torch.cat([self._cosines[own], cosines], 1)
        rows = torch.cat([self._rows[own], columns + start], 1)
        self._cosines[own], place = cosines.topk(self._k, dim=1)
        self._rows[own] = rows.gather(1, place)

    def neighbours(self) -> Neighbours:
        """What was found."""
        self._rows[self._cosines.isneginf()] = -1
        return Neighbours(self._cosines.numpy(), self._rows.numpy())


def _best_of_tile(tile: torch.Tensor, k: int) -> tuple[torch.Tensor, torch.Tensor]:
    """The k best columns of each row: those of the k groups with the best maxima, which hold them all.

    Selecting among all columns took as long as the product; the maxima are one pass.
    """
    import torch

    short = -tile.shape[1] % _GROUP
    if short:
        tile = torch.nn.functional.pad(tile, (0, short), value=-torch.inf)
    maxima = tile.reshape(len(tile), _GROUP, -1).amax(1)  # groups of every n-th column: a maximum of whole rows is fast
    groups = maxima.topk(min(k, maxima.shape[1]), dim=1, sorted=False).indices
    columns = (groups[:, :, None] + torch.arange(_GROUP) * maxima.shape[1]).flatten(1)
    cosines, place = tile.gather(1, columns).topk(min(k, columns.shape[1]), dim=1)
    return cosines, columns.gather(1, place)
