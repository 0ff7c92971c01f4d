"""Whole files or none, hashes, JSONL. The only tools that stages' callers use to touch the disk."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any


@contextmanager
def atomic_writer(path: Path) -> Iterator[IO[str]]:
    """Open a text file that appears under its name only when the block ends well; UTF-8, line ends as written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, 0o644)  # mkstemp makes it private; a result is an ordinary file
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """A name beside `path` for a library that writes files itself; moved to `path` only when the block ends well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.parent / f".{path.name}.{os.getpid()}.tmp"
    try:
        yield temporary
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


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


def sha256_file(path: Path) -> str:
    """Hex digest of a file's bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        for chunk in iter(lambda: stream.read(1 << 20), b""):
            digest.update(chunk)
    return digest.hexdigest()


def data_path(*parts: str) -> Path:
    """A file of data/, which stands inside the package: as a link in a checkout, as files in a wheel."""
    return Path(__file__).parent.joinpath("data", *parts)
