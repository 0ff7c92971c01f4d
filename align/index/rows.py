"""One language of an index on disk: raw vectors, and the rows they belong to; both only ever grow at the end."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from align.errors import IndexError_
from align.files import dump_json, sha256_file
from align.index.manifest import FILES, FileFacts
from align.protocols import Matrix
from align.rows.posts import PostRow
from align.writing import sync

_ROWS, _PLACES, _VECTORS = FILES
_NAMES = {_VECTORS: "vectors", _PLACES: "places of rows"}
_BLOCK = 1 << 16  # rows read at once where all are gone through


@dataclass(frozen=True, slots=True)
class Centred:
    """Stored rows less a mean, at unit length, worked out for the slice that is asked for."""

    raw: NDArray[np.float32]  # (n, dim), memory-mapped
    mean: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.raw)

    @property
    def shape(self) -> tuple[int, ...]:
        """As of the matrix."""
        return self.raw.shape

    def __getitem__(self, rows: slice) -> Matrix:
        moved = self.raw[rows] - self.mean
        return np.asarray(moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9), np.float32)


class Shelf:
    """The files of one language; `count` says how many rows are valid, whatever an interrupted `add` left behind."""

    def __init__(self, folder: Path, dim: int, count: int) -> None:
        """Open what is there."""
        self.folder, self.dim, self.count = folder, dim, count

    def require_sizes(self) -> None:
        """Raises IndexError_ when a file is too short for the rows that count."""
        for name, width in ((_PLACES, 8), (_VECTORS, 4 * self.dim)):
            found = _size(self.folder / name) // width
            if found < self.count:
                raise IndexError_(
                    f"expected {self.count} {_NAMES[name]} in {self.folder / name}, found {found}: a file was cut; "
                    "build the index again"
                )

    def vectors(self) -> NDArray[np.float32]:
        """All vectors as the encoder gave them, (count, dim), memory-mapped.

        Raises IndexError_ when the file is shorter than the manifest says.
        """
        self.require_sizes()
        if not self.count:
            return np.zeros((0, self.dim), np.float32)
        return np.memmap(self.folder / _VECTORS, np.float32, "r", shape=(self.count, self.dim))

    def row(self, number: int) -> PostRow:
        """What is known of one row. Raises IndexError_ when the files do not fit each other."""
        return next(self.rows([number]))

    def rows(self, numbers: Iterable[int]) -> Iterator[PostRow]:
        """What is known of these rows, in the order asked for."""
        try:
            places = np.memmap(self.folder / _PLACES, np.int64, "r", shape=(self.count,))
            with (self.folder / _ROWS).open("rb") as stream:
                for number in numbers:
                    stream.seek(int(places[number]))
                    yield json.loads(stream.readline())
        except (OSError, ValueError, IndexError) as error:
            raise IndexError_(f"the rows of {self.folder} do not fit its manifest ({error}); build it again") from error

    def all_rows(self) -> Iterator[PostRow]:
        """Every row in order, streamed."""
        return self.rows(range(self.count)) if self.count else iter(())

    def append(self, rows: Iterable[PostRow], vectors: Matrix) -> None:
        """Add rows and their vectors; they count once the caller's manifest says so.

        Raises IndexError_ when a file has been cut meanwhile.
        """
        self.require_sizes()
        self.folder.mkdir(parents=True, exist_ok=True)
        end = self._end_of_rows()
        places = []
        with (self.folder / _ROWS).open("r+b" if end else "wb") as stream:
            stream.truncate(end)
            stream.seek(end)
            for row in rows:
                places.append(stream.tell())
                stream.write((dump_json(row) + "\n").encode("utf-8"))
        self._extend(_PLACES, 8, np.array(places, np.int64).tobytes())
        self._extend(_VECTORS, 4 * self.dim, np.ascontiguousarray(vectors, np.float32).tobytes())
        self.count += len(places)

    def _end_of_rows(self) -> int:
        if not self.count:
            return 0
        last = int(np.fromfile(self.folder / _PLACES, np.int64, count=1, offset=8 * (self.count - 1))[0])
        with (self.folder / _ROWS).open("rb") as stream:
            stream.seek(last)
            return last + len(stream.readline())

    def _extend(self, name: str, width: int, data: bytes) -> None:
        path = self.folder / name
        path.touch()
        with path.open("r+b") as stream:
            stream.truncate(self.count * width)
            stream.seek(self.count * width)
            stream.write(data)

    def mean(self) -> NDArray[np.float32]:
        """The mean of all vectors, (dim,), block by block."""
        raw, total = self.vectors(), np.zeros(self.dim, np.float64)
        for start in range(0, self.count, _BLOCK):
            total += raw[start : start + _BLOCK].sum(0, dtype=np.float64)
        return np.asarray(total / max(1, self.count), np.float32)

    def sizes(self) -> dict[str, int]:
        """Bytes of each file that count."""
        return {_ROWS: self._end_of_rows(), _PLACES: 8 * self.count, _VECTORS: 4 * self.dim * self.count}

    def files(self) -> dict[str, FileFacts]:
        """Size and hash of the valid part of each file, which is on the disk when this returns."""
        return {name: hash_of(self.folder / name, size) for name, size in self.sizes().items()}

    def digest(self) -> str:
        """Hash of the valid part of rows and vectors."""
        digest = hashlib.sha256()
        left = {name: size for name, size in self.sizes().items() if name != _PLACES}
        for name, size in left.items():
            if size:
                with (self.folder / name).open("rb") as stream:
                    while size and (chunk := stream.read(min(size, 1 << 20))):
                        digest.update(chunk)
                        size -= len(chunk)
        return digest.hexdigest()


def hash_of(path: Path, size: int | None = None) -> FileFacts:
    """Size and hash of a file, or of its first `size` bytes, which are written through to the disk first."""
    sync(path)
    size = path.stat().st_size if size is None else size
    return {"bytes": size, "sha256": sha256_file(path, size)}


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
