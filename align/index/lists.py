"""Inverted lists (FAISS IVF over full vectors): approximate in which lists are read, exact in every cosine it gives."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from align.files import atomic_path
from align.protocols import Matrix

_TRAINING = 64  # vectors a list to place the lists by; FAISS asks for 39 at least, and 256 gave the same recall
_CHUNK = 1 << 18  # rows added or copied at once
_SHARD = 1 << 21  # rows in memory at once while lists on disk are built


class ListIndex:
    """An IVF index, in memory or mapped from disk."""

    def __init__(self, index: Any) -> None:
        """Wrap a FAISS index."""
        self._index = index
        self.dim = int(index.d)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @classmethod
    def train(cls, base: Matrix, lists: int, *, seed: int = 0) -> ListIndex:
        """Place `lists` centres by a sample of `base`; the index is still empty."""
        import faiss

        dim = base[:1].shape[1]
        index = faiss.IndexIVFFlat(faiss.IndexFlatIP(dim), dim, lists, faiss.METRIC_INNER_PRODUCT)
        index.cp.spherical, index.cp.seed, index.cp.min_points_per_centroid = True, seed + 1, 1
        index.cp.max_points_per_centroid = _TRAINING
        count = min(len(base), lists * _TRAINING)
        rows = np.sort(np.random.default_rng(seed).choice(len(base), count, replace=False))
        sample = np.concatenate([_block(base, rows[n : n + _CHUNK]) for n in range(0, count, _CHUNK)])
        index.train(sample)
        return cls(index)

    def add(self, base: Matrix) -> None:
        """Add all rows, some at a time; they are numbered on."""
        for start in range(0, len(base), _CHUNK):
            self._index.add(np.ascontiguousarray(base[start : start + _CHUNK], np.float32))

    def search_top_k(
        self, queries: Matrix, k: int, *, probes: int
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Cosines and row numbers, each (len(queries), k), best first; -inf and -1 where fewer were found."""
        self._index.nprobe = probes
        found = [
            self._index.search(np.ascontiguousarray(queries[n : n + _CHUNK], np.float32), k)
            for n in range(0, len(queries), _CHUNK)
        ]
        cosines = np.concatenate([part[0] for part in found])
        rows = np.concatenate([part[1] for part in found])
        return np.where(rows >= 0, cosines, -np.inf).astype(np.float32), rows

    @classmethod
    def build_on_disk(cls, base: Matrix, lists: int, path: Path) -> None:
        """Write an index of all rows to `path`; at most _SHARD of them are held, however many there are."""
        import faiss

        trained = cls.train(base, lists)
        parts = path.with_name(f".{path.name}.{os.getpid()}")
        data = path.with_suffix(".lists")
        shards: list[Path] = []
        try:
            for shard, rows in enumerate(_shards(len(base))):
                part = faiss.clone_index(trained._index)
                for start in range(rows.start, rows.stop, _CHUNK):
                    block = np.ascontiguousarray(base[start : min(rows.stop, start + _CHUNK)], np.float32)
                    part.add_with_ids(block, np.arange(start, start + len(block)))
                shards.append(parts.with_name(f"{parts.name}.{shard}"))
                faiss.write_index(part, str(shards[-1]))
            with atomic_path(data) as temporary:
                _merge(trained._index, shards, temporary, len(base))
                trained._index.invlists.filename = data.name  # found beside the index that names it
                with atomic_path(path) as own:
                    faiss.write_index(trained._index, str(own))
        finally:
            for part_path in shards:
                part_path.unlink(missing_ok=True)

    @classmethod
    def open(cls, path: Path) -> ListIndex:
        """Map an index from disk; pages are read as lists are looked into."""
        import faiss

        return cls(faiss.read_index(str(path), faiss.IO_FLAG_ONDISK_SAME_DIR))


def _merge(index: Any, shards: list[Path], data: Path, count: int) -> None:
    """Copy the shards' lists into one file behind `index` (FAISS's OnDiskInvertedLists)."""
    import faiss

    parts = faiss.InvertedListsPtrVector()
    held = []
    for shard in shards:
        part = faiss.read_index(str(shard), faiss.IO_FLAG_MMAP)
        held.append(part)
        parts.push_back(part.invlists)
    merged = faiss.OnDiskInvertedLists(index.nlist, index.code_size, str(data))
    merged.merge_from_multiple(parts.data(), parts.size())
    index.ntotal = count
    index.replace_invlists(merged, True)
    merged.this.disown()


def _shards(count: int) -> Iterator[range]:
    for start in range(0, count, _SHARD):
        yield range(start, min(count, start + _SHARD))


def _block(base: Matrix, rows: NDArray[np.int64]) -> NDArray[np.float32]:
    """Some rows of what may only be sliced: the slice that holds them, then those."""
    if isinstance(base, np.ndarray):
        return np.ascontiguousarray(base[rows], np.float32)
    first = int(rows[0])
    parts = []
    for start in range(first, int(rows[-1]) + 1, _CHUNK):
        inside = rows[(rows >= start) & (rows < start + _CHUNK)] - start
        parts.append(base[start : start + _CHUNK][inside])
    return np.ascontiguousarray(np.concatenate(parts), np.float32)
