"""Which search for which size: exact while that is a matter of minutes, inverted lists beyond; said before it starts.

scripts/bench_search.py measures what is expected of the inverted lists on sentence vectors of this encoder.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from enum import StrEnum

import numpy as np

from align.index.blocked import Neighbours, neighbours_both_ways
from align.index.flat import FlatIndex
from align.protocols import Matrix


class Method(StrEnum):
    """How neighbours are found."""

    FLAT = "flat"  # FAISS's IndexFlatIP
    BLOCKED = "blocked"  # the same answer tile by tile, maybe from a file, both directions from one product
    LISTS = "lists"  # inverted lists (IVF), exact cosines within those that are looked into


# Products of two rows from which blocks beat IndexFlatIP both ways on two AVX2 processors (scripts/bench_search.py):
# 8,192 a side 0.7 times as fast, 16,384 1.2, 32,768 1.5, 49,152 1.9, 100,000 2.2.
_BLOCKED_FROM = 16_384**2
# Products of two rows above which exactness costs some five minutes on one core.
_LISTS_FROM = 40_000_000_000
_LISTS_LEAST = 100_000  # vectors below which exact search is always quick enough


@dataclass(frozen=True, slots=True)
class SearchPlan:
    """The choice and what is expected of it."""

    method: Method
    base: int
    queries: int
    dim: int
    lists: int = 0
    probes: int = 0
    expected_recall: float = 1.0  # of the nearest neighbour, against exact search
    memory_mb: int = 0

    def describe(self) -> str:
        """One line to be printed before the search."""
        how = {
            Method.FLAT: "exact, at once",
            Method.BLOCKED: "exact, in blocks",
            Method.LISTS: f"approximate, {self.probes} of {self.lists} inverted lists a query",
        }[self.method]
        return (
            f"search: {how}; {self.queries:,} queries against {self.base:,} vectors of {self.dim} dimensions; "
            f"expected recall@1 {self.expected_recall:.3f}; about {self.memory_mb:,} MB"
        )

    def as_dict(self) -> dict[str, object]:
        """For a manifest."""
        return {**asdict(self), "method": self.method.value}


def plan_search(base: int, queries: int, dim: int, *, exact: bool = False) -> SearchPlan:
    """The search for this many vectors and queries; `exact` rules the approximate one out."""
    megabytes = math.ceil((base + queries) * dim * 4 / 1e6)
    products = base * queries
    if exact or products < _LISTS_FROM or base < _LISTS_LEAST:
        method = Method.BLOCKED if products >= _BLOCKED_FROM else Method.FLAT
        return SearchPlan(method, base, queries, dim, memory_mb=megabytes + 64)
    lists = lists_for(base)
    return SearchPlan(
        Method.LISTS, base, queries, dim, lists, PROBES, EXPECTED_RECALL, memory_mb=math.ceil(megabytes * 1.5)
    )


def lists_for(base: int) -> int:
    """How many inverted lists this many vectors get: some 4 sqrt(n), a power of two."""
    return 1 << round(math.log2(4 * math.sqrt(base)))


# Sentence vectors of 4,759 pairs repeated with noise to 400,000 a side, 2,048 lists, 1,000 queries, one AVX2 core:
# recall@1 .990 with 8 probes (15 times as fast as IndexFlatIP), .998 with 16 (8.2), 1.000 with 32 (4.6).
_RESCORED = 4096  # queries whose neighbours are gathered at once
PROBES = 16
EXPECTED_RECALL = 0.99


def both_ways(plan: SearchPlan, english: Matrix, arabic: Matrix, k: int) -> tuple[Neighbours, Neighbours]:
    """Neighbours of each English row among the Arabic ones, and the reverse, by the plan."""
    sides = (english, arabic), (arabic, english)
    found = neighbours_both_ways(english, arabic, k) if plan.method is Method.BLOCKED else _searched(plan, sides, k)
    return rescored(found[0], english, arabic), rescored(found[1], arabic, english)


def _searched(
    plan: SearchPlan, sides: tuple[tuple[Matrix, Matrix], tuple[Matrix, Matrix]], k: int
) -> tuple[Neighbours, Neighbours]:
    found = []
    if plan.method is Method.FLAT:
        for queries, base in sides:
            found.append(flat_neighbours(queries, base, k))
        return found[0], found[1]
    from align.index.lists import ListIndex

    for queries, base in sides:
        index = ListIndex.train(base, plan.lists)
        index.add(base)
        found.append(index.search_top_k(queries, k, probes=plan.probes))
    return found[0], found[1]


def flat_neighbours(queries: Matrix, base: Matrix, k: int) -> Neighbours:
    """Exact neighbours by FAISS."""
    cosines, rows = FlatIndex(base).search_top_k(queries, k)
    return Neighbours(np.where(rows >= 0, cosines, -np.inf).astype(np.float32), rows)


def rescored(found: Neighbours, queries: Matrix, base: Matrix) -> Neighbours:
    """The same rows with cosines worked out one by one, best first, then by row.

    A product of matrices rounds by its shape: without this the last bits would tell how the search was cut into pieces.
    """
    cosines = np.full(found.rows.shape, -np.inf, np.float32)
    for start in range(0, len(queries), _RESCORED):
        part = slice(start, start + _RESCORED)
        rows = found.rows[part]
        own = np.einsum("qd,qkd->qk", queries[part], base[np.maximum(rows, 0)])
        cosines[part] = np.where(rows >= 0, own, -np.inf)
    order = np.lexsort((found.rows, -cosines), axis=1)
    return Neighbours(np.take_along_axis(cosines, order, 1), np.take_along_axis(found.rows, order, 1))
