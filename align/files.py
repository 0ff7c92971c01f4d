"""Texts and JSONL as whole files, hashes, the package's own data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

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
