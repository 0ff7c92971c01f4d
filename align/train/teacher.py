"""Vectors of the encoder as its makers left it: what a student is likened to, and what tells hard neighbours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from align.embed import load_encoder
from align.files import sha256_text
from align.protocols import Matrix
from align.settings import EmbedSettings
from align.train.parallel import Pair
from align.writing import atomic_path

_BLOCK = 1024


def teacher_vectors(texts: Sequence[str], cache: Path) -> NDArray[np.float16]:
    """Sentence vectors, (len(texts), 384), of the bundled encoder; kept in `cache` under the texts' hash."""
    path = cache / f"teacher-{sha256_text(chr(0).join(texts))[:16]}.npy"
    if not path.is_file():
        vectors = load_encoder(EmbedSettings(cache=False)).encode(texts).astype(np.float16)
        with atomic_path(path) as temporary, temporary.open("wb") as stream:
            np.save(stream, vectors)
    found: NDArray[np.float16] = np.load(path)
    return found


def corpus_vectors(
    corpora: Mapping[str, Sequence[Pair]], cache: Path
) -> dict[str, tuple[NDArray[np.float16], NDArray[np.float16]]]:
    """The teacher's vectors of the English and of the Arabic texts of each corpus."""
    return {
        name: (teacher_vectors([p.en for p in pairs], cache), teacher_vectors([p.ar for p in pairs], cache))
        for name, pairs in corpora.items()
    }


def centre(vectors: NDArray[np.floating]) -> Matrix:
    """Rows less their mean, at unit length."""
    moved = vectors.astype(np.float32) - vectors.astype(np.float32).mean(0)
    return np.asarray(moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9), np.float32)


def neighbours(vectors: NDArray[np.floating], count: int) -> NDArray[np.int64]:
    """For each row the numbers of the `count` rows most like it, nearest first, (rows, count), without itself."""
    table = centre(vectors)
    found = np.empty((len(table), count), np.int64)
    for first in range(0, len(table), _BLOCK):
        likeness = table[first : first + _BLOCK] @ table.T
        rows = np.arange(len(likeness))
        likeness[rows, first + rows] = -2
        best = np.argpartition(-likeness, count, axis=1)[:, :count]
        order = np.argsort(-np.take_along_axis(likeness, best, 1), axis=1)
        found[first : first + len(rows)] = np.take_along_axis(best, order, 1)
    return found
