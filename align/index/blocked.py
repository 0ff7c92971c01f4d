"""Exact neighbours tile by tile, in both directions from one product: memory is some tiles and the results.

A tile's products are near the cosines and never off by more than their margin (align/index/products.py), so whatever
may be among the k best is found by one comparison with the k-th best so far; its cosine is then worked out in full.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Lock
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from align.index.products import Codes, FloatProducts, Products, margin, products_here
from align.protocols import Ints, Matrix

_HELD = 32  # blocks of left rows for which the right side is read once
# Of a tile. 49,152 a side over IndexFlatIP: 512 x 4,096 1.50, 256 x 4,096 1.48, 1,024 x 4,096 1.45, x 2,048 1.28.
_ROWS, _COLUMNS = 512, 4096
_FEW = 512  # left rows for which rounding the right side (5.5 ms a block) costs what whole numbers save
_GROUPS = 64  # of columns, whose maxima give a first limit
_DENSE = 64  # of so many products one may count; where more do, fp32 products with their small margin sort them out
_AT_ONCE = 4096  # cosines worked out at once


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
    """For each English row its k best Arabic rows, and the reverse; unit rows of one dimension, maybe memory-mapped.

    Of equal cosines the lower row comes first.
    """
    forward, backward = _Best(len(english), k), _Best(len(arabic), k)
    _search(english, arabic, forward, backward)
    return forward.found, backward.found


def neighbours_of(queries: Rows, base: Rows, k: int) -> Neighbours:
    """For each query its k best rows of `base`, which may be memory-mapped: it is read once for 16,384 queries."""
    best = _Best(len(queries), k)
    _search(queries, base, best, None)
    return best.found


class _Block(NamedTuple):
    start: int
    rows: Matrix
    codes: Codes


def _block(side: Rows, size: int, coded: Callable[[Matrix], Codes], start: int) -> _Block:
    rows = np.ascontiguousarray(side[start : start + size], np.float32)
    return _Block(start, rows, coded(rows))


def _search(left: Rows, right: Rows, forward: _Best, backward: _Best | None) -> None:
    products = products_here() if len(left) > _FEW else FloatProducts()
    with ThreadPoolExecutor(products.threads) as pool:
        starts = range(0, len(left), _ROWS)
        for first in range(0, len(starts), _HELD):
            held = [_block(left, _ROWS, products.queries, start) for start in starts[first : first + _HELD]]
            for block in _ahead(pool, products, right):
                list(pool.map(partial(_take, products, forward, backward, block), held))


def _ahead(pool: ThreadPoolExecutor, products: Products, right: Rows) -> Iterator[_Block]:
    """The right side's blocks in order, each made while the one before it is worked on."""
    made = partial(_block, right, _COLUMNS, products.base)
    blocks = (pool.submit(made, start) for start in range(0, len(right), _COLUMNS))
    following = next(blocks, None)
    while following is not None:
        block, following = following.result(), next(blocks, None)
        yield block


def _take(products: Products, forward: _Best, backward: _Best | None, right: _Block, left: _Block) -> None:
    """Take one tile into account."""
    tile = products.multiply(left.codes, right.codes)
    step, slack = left.codes.step * right.codes.step, margin(left.codes, right.codes)
    forward.take(tile, step, slack, left, right)
    if backward is not None:
        backward.take(tile.T, step, slack, right, left)


class _Best:
    """The k best of every row so far."""

    def __init__(self, n: int, k: int) -> None:
        self.found = Neighbours(np.full((n, k), -np.inf, np.float32), np.full((n, k), -1, np.int64))
        self._lock = Lock()  # tiles of the same rows may come from several threads

    def take(self, tile: NDArray[Any], step: float, slack: float, own: _Block, other: _Block) -> None:
        """The products of two blocks, (own, other), in units of `step` and off by `slack` at most."""
        limits = self._limits(tile, step, slack, own)
        places = _not_below(tile, limits)
        if len(places[0]) * _DENSE > tile.size and tile.dtype != np.float32:
            plain = FloatProducts()
            codes = plain.queries(own.rows), plain.base(other.rows)
            self.take(plain.multiply(*codes), 1.0, margin(*codes), own, other)
            return
        cosines, rows = _cosines(own.rows, other.rows, *places), own.start + places[0]
        is_better = cosines >= self.found.cosines[rows, -1]
        self._merge(rows[is_better], other.start + places[1][is_better], cosines[is_better])

    def _limits(self, tile: NDArray[Any], step: float, slack: float, own: _Block) -> NDArray[Any]:
        """The least product of each row that may be among its k best."""
        least = self.found.cosines[own.start : own.start + len(tile), -1].astype(np.float64)
        if np.isneginf(least).any():
            least = np.maximum(least, _kth_of_groups(tile, self.found.rows.shape[1]) * step - slack)
        limits = (least - slack) / step
        if tile.dtype == np.float32:
            return limits.astype(np.float32)
        return np.ceil(np.maximum(limits, np.iinfo(tile.dtype).min)).astype(tile.dtype)

    def _merge(self, own: Ints, other: Ints, cosines: NDArray[np.float32]) -> None:
        """Some rows' new neighbours among the old ones."""
        with self._lock:
            touched = np.unique(own)
            k = self.found.rows.shape[1]
            own = np.concatenate([np.repeat(touched, k), own])
            other = np.concatenate([self.found.rows[touched].ravel(), other])
            cosines = np.concatenate([self.found.cosines[touched].ravel(), cosines])
            order = np.lexsort((other, -cosines, own))
            firsts = np.searchsorted(own[order], touched)
            best = order[firsts[:, None] + np.arange(k)]
            self.found.cosines[touched], self.found.rows[touched] = cosines[best], other[best]


def _kth_of_groups(tile: NDArray[Any], k: int) -> NDArray[np.float64]:
    """Of each row the k-th largest maximum of groups of columns: k columns reach it. -inf where there are too few."""
    groups = min(tile.shape[1], max(_GROUPS, 4 * k))
    if groups < k:
        return np.full(len(tile), -np.inf)
    whole = tile[:, : tile.shape[1] // groups * groups]
    if whole.flags.c_contiguous:
        maxima = whole.reshape(len(tile), groups, -1).max(2)
    else:
        maxima = np.stack([part.max(1) for part in np.array_split(whole, groups, axis=1)], 1)
    return np.asarray(np.partition(maxima, groups - k, axis=1)[:, groups - k], np.float64)


def _not_below(tile: NDArray[Any], limits: NDArray[Any]) -> tuple[Ints, Ints]:
    """Rows and columns of all products that reach their row's limit."""
    if not tile.flags.c_contiguous:  # the other side's view of a tile: compared as it lies in memory
        columns, rows = _set_places(tile.T >= limits)
        return rows, columns
    return _set_places(tile >= limits[:, None])


def _set_places(mask: NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """Rows and columns of what is set; few are, so eight are looked at together."""
    flat = mask.ravel()
    even = len(flat) // 8 * 8
    eights = np.flatnonzero(flat[:even].view(np.uint64) != 0)
    near = (eights[:, None] * 8 + np.arange(8)).ravel()
    places = np.concatenate([near[flat[near]], even + np.flatnonzero(flat[even:])])
    rows, columns = np.divmod(places, max(1, mask.shape[1]))
    return rows, columns


def _cosines(own: Matrix, other: Matrix, rows: Ints, columns: Ints) -> NDArray[np.float32]:
    """One by one: a product of matrices rounds by its shape."""
    out = np.empty(len(rows), np.float32)
    for start in range(0, len(rows), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        out[part] = np.einsum("nd,nd->n", own[rows[part]], other[columns[part]])
    return out
