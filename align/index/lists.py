"""Inverted lists (FAISS IVF over full vectors): approximate in which lists are read, exact in every cosine it gives."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from align.index.blocked import Neighbours, Rows
from align.writing import atomic_path

_TRAINING = 64  # vectors a list to place the lists by; FAISS asks for 39 at least, and 256 gave the same recall
_CHUNK = 1 << 18  # rows added or copied at once
_SHARD = 1 << 21  # rows in memory at once while lists on disk are built


class ListIndex:
    """An IVF index, in memory or mapped from disk, maybe in several files."""

    def __init__(self, shards: Sequence[Any]) -> None:
        """FAISS indexes with the same centres; the rows of each are numbered on from those before it."""
        self._shards = list(shards)
        self.dim = int(shards[0].d)

    def __len__(self) -> int:
        return sum(int(shard.ntotal) for shard in self._shards)

    @classmethod
    def train(cls, base: Rows, lists: int, *, seed: int = 0) -> ListIndex:
        """Place `lists` centres by a sample of `base`; the index is still empty."""
        import faiss

        dim = int(base[:1].shape[1])
        index = faiss.IndexIVFFlat(faiss.IndexFlatIP(dim), dim, lists, faiss.METRIC_INNER_PRODUCT)
        index.cp.spherical, index.cp.seed, index.cp.min_points_per_centroid = True, seed + 1, 1
        index.cp.max_points_per_centroid = _TRAINING
        count = min(len(base), lists * _TRAINING)
        rows = np.sort(np.random.default_rng(seed).choice(len(base), count, replace=False))
        sample = np.concatenate([_block(base, rows[n : n + _CHUNK]) for n in range(0, count, _CHUNK)])
        index.train(sample)
        return cls([index])

    def add(self, base: Rows) -> None:
        """Add all rows to the last file's lists, some at a time."""
        for start in range(0, len(base), _CHUNK):
            self._shards[-1].add(np.ascontiguousarray(base[start : start + _CHUNK], np.float32))

    def search_top_k(self, queries: Rows, k: int, *, probes: int) -> Neighbours:
        """The nearest rows of each query in the `probes` lists it is nearest to."""
        parts = [self._search(np.ascontiguousarray(queries[n : n + _CHUNK], np.float32), k, probes)
                 for n in range(0, len(queries), _CHUNK)]  # fmt: skip
        return Neighbours(np.concatenate([p.cosines for p in parts]), np.concatenate([p.rows for p in parts]))

    def _search(self, queries: Rows, k: int, probes: int) -> Neighbours:
        cosines, rows, begin = [], [], 0
        for shard in self._shards:
            shard.nprobe = probes
            near, found = shard.search(queries, k)
            cosines.append(np.where(found >= 0, near, -np.inf).astype(np.float32))
            rows.append(np.where(found >= 0, found + begin, -1))
            begin += int(shard.ntotal)
        joined, places = np.concatenate(cosines, 1), np.concatenate(rows, 1)
        best = np.argsort(-joined, axis=1, kind="stable")[:, :k]
        return Neighbours(np.take_along_axis(joined, best, 1), np.take_along_axis(places, best, 1))

    @classmethod
    def write_shards(cls, base: Rows, folder: Path, lists: int) -> list[str]:
        """Index all rows into files of `folder`; at most _SHARD rows are held at once. Returns the files' names."""
        return cls.train(base, lists).write_more(base, folder, 0)

    def write_more(self, base: Rows, folder: Path, first: int) -> list[str]:
        """Rows into new files with this index's centres, the files numbered from `first` on; returns their names."""
        import faiss

        names = []
        for number, start in enumerate(range(0, len(base), _SHARD), first):
            shard = self._empty()
            for at in range(start, min(len(base), start + _SHARD), _CHUNK):
                shard.add(base[at : min(len(base), start + _SHARD, at + _CHUNK)])
            names.append(f"lists-{number:04}.faiss")
            with atomic_path(folder / names[-1]) as temporary:
                faiss.write_index(shard._shards[0], str(temporary))
        return names

    def _empty(self) -> ListIndex:
        """An index with the same centres and no rows."""
        import faiss

        first = self._shards[0]
        centres = faiss.clone_index(faiss.downcast_index(first.quantizer))
        index = faiss.IndexIVFFlat(centres, first.d, first.nlist, faiss.METRIC_INNER_PRODUCT)
        index.is_trained = True
        return ListIndex([index])

    @classmethod
    def open(cls, paths: Sequence[Path]) -> ListIndex:
        """Map files from disk: lists are read as they are looked into, so they may be larger than memory."""
        import faiss

        return cls([faiss.read_index(str(path), faiss.IO_FLAG_MMAP | faiss.IO_FLAG_READ_ONLY) for path in paths])


def _block(base: Rows, rows: NDArray[np.int64]) -> NDArray[np.float32]:
    """Some rows, which rise, of what can only be sliced."""
    parts = []
    for start in range(int(rows[0]), int(rows[-1]) + 1, _CHUNK):
        inside = rows[(rows >= start) & (rows < start + _CHUNK)] - start
        parts.append(base[start : start + _CHUNK][inside])
    return np.ascontiguousarray(np.concatenate(parts), np.float32)
