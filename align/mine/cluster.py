"""Mining on a cluster: texts encoded, vectors searched and words linked in pieces; shards are merged exactly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from align.index.blocked import Neighbours, neighbours_of
from align.index.plan import Method, SearchPlan, both_ways, rescored
from align.match import matcher
from align.match.matcher import Matcher
from align.mine.candidates import LinkBatch, link_rows
from align.mine.work import text_parts
from align.protocols import Floats, Matrix
from align.run.workers.cluster import Cluster
from align.settings import EmbedSettings

_SHARD_VECTORS = 65_536  # 100 MB of the index
_QUERIES_PER_PIECE = 8_192  # that travel together


@lru_cache(maxsize=1)
def _matcher(settings: EmbedSettings) -> Matcher:
    return matcher.open_matcher(settings)


def _encode(settings: EmbedSettings, texts: list[str]) -> Matrix:
    return _matcher(settings).encoder.encode(texts)


def _link(settings: EmbedSettings, batch: LinkBatch) -> Floats:
    return link_rows(batch, *_matcher(settings))


@dataclass(frozen=True, slots=True)
class SpreadMining:
    """The heavy parts of mining on a cluster."""

    cluster: Cluster
    settings: EmbedSettings

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Sentence vectors, piece by piece as one process makes them."""
        futures = (self.cluster.send(_encode, self.settings, part) for part in text_parts(texts))
        return np.concatenate(list(self.cluster.in_order(futures)))

    def neighbours(self, plan: SearchPlan, english: Matrix, arabic: Matrix, k: int) -> tuple[Neighbours, Neighbours]:
        """Exact search shard by shard; an approximate one is done by the leading process, as one process does it."""
        if plan.method is Method.LISTS:
            return both_ways(plan, english, arabic, k)
        found = self._searched(english, arabic, k), self._searched(arabic, english, k)
        return rescored(found[0], english, arabic), rescored(found[1], arabic, english)

    def _searched(self, queries: Matrix, base: Matrix, k: int) -> Neighbours:
        best = Neighbours(np.full((len(queries), k), -np.inf, np.float32), np.full((len(queries), k), -1, np.int64))
        for first in range(0, len(base), _SHARD_VECTORS):
            shard = self.cluster.spread(base[first : first + _SHARD_VECTORS])
            starts = range(0, len(queries), _QUERIES_PER_PIECE)
            futures = (
                self.cluster.send(neighbours_of, queries[at : at + _QUERIES_PER_PIECE], shard, k) for at in starts
            )
            for at, found in zip(starts, self.cluster.in_order(futures), strict=True):
                own = slice(at, at + _QUERIES_PER_PIECE)
                rows = np.where(found.rows >= 0, found.rows + first, -1)
                merged = merged_neighbours(Neighbours(best.cosines[own], best.rows[own]), found._replace(rows=rows))
                best.cosines[own], best.rows[own] = merged
        return best

    def linked(self, batches: Iterable[LinkBatch]) -> Iterator[Floats]:
        """The word links of each batch, in order."""
        return self.cluster.in_order(self.cluster.send(_link, self.settings, batch) for batch in batches)


def merged_neighbours(one: Neighbours, other: Neighbours) -> Neighbours:
    """The best of two shards for each query, as many as either holds; ties by row, as one index breaks them."""
    k = one.rows.shape[1]
    cosines = np.concatenate([one.cosines, other.cosines], 1)
    rows = np.concatenate([one.rows, other.rows], 1)
    order = np.lexsort((rows, -cosines), axis=1)[:, :k]
    return Neighbours(np.take_along_axis(cosines, order, 1), np.take_along_axis(rows, order, 1))
