"""Texts and JSONL as whole files, hashes, the package's own data."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from align.errors import WriteError
from align.writing import atomic_writer


def write_atomic(path: Path, text: str) -> None:
    """Write `text` to `path`, whole or not at all."""
    with atomic_writer(path) as stream:
        stream.write(text)


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(", ", ": "))
# Line ends of Unicode that JSON leaves as they are; readers that split "lines" as Python does would cut a row in two.
_LINE_ENDS = {ord(char): f"\\u{ord(char):04x}" for char in "\x85\u2028\u2029"}


def dump_json(row: Any) -> str:
    """One line of JSON: non-ASCII kept as it is, line ends and lone surrogates escaped so that the file stays valid."""
    line = _ENCODER.encode(row)
    if line.isprintable():  # the usual case, told fast: a line end or half a surrogate pair is not printable
        return line
    line = line.translate(_LINE_ENDS)
    try:
        line.encode("utf-8")
    except UnicodeEncodeError:
        line = json.dumps(row, ensure_ascii=True, separators=(", ", ": "))
    return line


def write_jsonl(path: Path, rows: Iterable[Any]) -> int:
    """Write one JSON object a line, atomically; returns how many."""
    count = 0
    with atomic_writer(path) as stream:
        for row in rows:
            stream.write(dump_json(row) + "\n")
            count += 1
    return count


def read_jsonl(path: Path) -> Iterator[Any]:
    """The objects of a JSONL file that this program wrote; blank lines are passed over.

    Raises json.JSONDecodeError on a broken line: for files from outside use `align.read`, which rejects by line.
    """
    with path.open(encoding="utf-8") as stream:
        for line in stream:
            if line.strip():
                yield json.loads(line)


def sha256_text(text: str) -> str:
    """Hex digest of a text; lone surrogates are hashed as they are."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def sha256_file(path: Path, size: int | None = None) -> str:
    """Hex digest of a file's bytes, or of its first `size`."""
    digest, left = hashlib.sha256(), float("inf") if size is None else size
    with path.open("rb") as stream:
        while left and (chunk := stream.read(int(min(left, 1 << 20)))):
            digest.update(chunk)
            left -= len(chunk)
    return digest.hexdigest()


def _seen(path: Path, size: int, digest: str) -> list[Any]:
    found = path.stat()
    return [digest, size, found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]


class SeenFiles:
    """Which files were hashed and found right, told by size, times and inode, in one JSON file beside or above them.

    A file is hashed again only when something has touched it since. A list that cannot be read or written is done
    without: everything is hashed then.
    """

    def __init__(self, path: Path) -> None:
        """Read the list at `path`, if there is one."""
        self._path, self._is_changed = path, False
        self._known: dict[str, Any] = {}
        with suppress(OSError, ValueError, RecursionError):
            known = json.loads(path.read_text(encoding="utf-8"))
            self._known = known if isinstance(known, dict) else {}

    def is_right(self, path: Path, size: int, digest: str) -> bool:
        """Whether the first `size` bytes of a file have this hash; a file that ends before, or is missing, has not."""
        try:
            seen = _seen(path, size, digest)
            if self._known.get(self._name(path)) == seen:
                return True
            if path.stat().st_size < size or sha256_file(path, size) != digest:
                return False
        except OSError:
            return False
        self._known[self._name(path)], self._is_changed = seen, True
        return True

    def note(self, path: Path, size: int, digest: str) -> None:
        """Take a file for right: whoever wrote it has just hashed it."""
        with suppress(OSError):
            self._known[self._name(path)], self._is_changed = _seen(path, size, digest), True

    def _name(self, path: Path) -> str:
        return os.path.relpath(path, self._path.parent)

    @property
    def can_be_kept(self) -> bool:
        """Whether the folder of the list can be written, so that what is hashed now need not be hashed again."""
        return os.access(self._path.parent, os.W_OK)

    def save(self) -> None:
        """Keep what was found, where that can be written."""
        if self._is_changed:
            with suppress(OSError, WriteError):
                write_atomic(self._path, json.dumps(self._known, indent=1) + "\n")


def data_path(*parts: str) -> Path:
    """A file of data/, which stands inside the package: as a link in a checkout, as files in a wheel."""
    return Path(__file__).parent.joinpath("data", *parts)
