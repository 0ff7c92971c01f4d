"""Nearest neighbours by cosine, with FAISS; exact. Imported after torch, with which an earlier faiss has clashed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from align.errors import IndexError_
from align.protocols import Matrix


class FlatIndex:
    """Exact inner-product search over unit rows."""

    def __init__(self, vectors: Matrix) -> None:
        """Index `vectors`, (n, dim), rows of unit length."""
        import faiss

        self.dim = vectors.shape[1]
        self._index = faiss.IndexFlatIP(self.dim)
        self._index.add(np.ascontiguousarray(vectors, np.float32))

    def search_top_k(self, queries: Matrix, k: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Cosines and row numbers, each (len(queries), k), best first; -1 where fewer than k rows exist.

        Raises IndexError_ when the queries come from another model.
        """
        if queries.shape[1] != self.dim:
            raise IndexError_(
                f"the index holds vectors of {self.dim} dimensions, the queries have {queries.shape[1]}; "
                "use the model that the index was built with"
            )
        cosines, rows = self._index.search(np.ascontiguousarray(queries, np.float32), k)
        return cosines, rows
