"""Which search for which size: exact while that is a matter of minutes, inverted lists beyond; said before it starts.

What is expected of the inverted lists was measured by scripts/bench_search.py on sentence vectors of this encoder.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from align.index.blocked import Neighbours, neighbours_both_ways
from align.protocols import Matrix


class Method(StrEnum):
    """How neighbours are found."""

    FLAT = "flat"  # one product: small enough to hold
    BLOCKED = "blocked"  # the same answer tile by tile
    LISTS = "lists"  # inverted lists (IVF), exact cosines within those that are looked into


# Products of two rows below which one call is as good as tiles, and above which exactness costs more than ten minutes
# on two cores (some 40 million products a second and core at 384 dimensions).
_TILES_FROM = 4_000_000
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

    def as_dict(self) -> dict[str, Any]:
        """For a manifest."""
        return {**asdict(self), "method": self.method.value}


def plan_search(base: int, queries: int, dim: int, *, exact: bool = False) -> SearchPlan:
    """The search for this many vectors and queries; `exact` rules the approximate one out."""
    megabytes = math.ceil((base + queries) * dim * 4 / 1e6)
    products = base * queries
    if exact or products < _LISTS_FROM or base < _LISTS_LEAST:
        method = Method.FLAT if products < _TILES_FROM else Method.BLOCKED
        return SearchPlan(method, base, queries, dim, memory_mb=megabytes + 64)
    lists = 1 << round(math.log2(4 * math.sqrt(base)))
    return SearchPlan(
        Method.LISTS, base, queries, dim, lists, PROBES, EXPECTED_RECALL, memory_mb=math.ceil(megabytes * 1.5)
    )


PROBES = 32
EXPECTED_RECALL = 0.99


def both_ways(plan: SearchPlan, english: Matrix, arabic: Matrix, k: int) -> tuple[Neighbours, Neighbours]:
    """Neighbours of each English row among the Arabic ones, and the reverse, by the plan."""
    if plan.method is not Method.LISTS:
        return neighbours_both_ways(english, arabic, k)
    from align.index.lists import ListIndex

    found = []
    for queries, base in ((english, arabic), (arabic, english)):
        index = ListIndex.train(base, plan.lists)
        index.add(base)
        found.append(index.search_top_k(queries, k, probes=plan.probes))
    return found[0], found[1]
