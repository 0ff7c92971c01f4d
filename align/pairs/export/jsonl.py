"""JSONL: the full record, one pair a line. Holds everything."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO

from align.errors import ReadError
from align.files import atomic_writer, dump_json
from align.pairs.export.row import PairRow, record_of, row_of
from align.records import Rejection


def write(rows: Iterable[PairRow], path: Path) -> int:
    """Write the rows to `path`, or to standard output for "-"; returns how many."""
    if str(path) == "-":
        return _write_lines(rows, sys.stdout)
    with atomic_writer(path) as stream:
        return _write_lines(rows, stream)


def _write_lines(rows: Iterable[PairRow], stream: IO[str]) -> int:
    count = 0
    for row in rows:
        count += 1
        stream.write(dump_json(record_of(row)) + "\n")
    return count


def read(path: Path, columns: Mapping[str, str] | None = None) -> Iterator[PairRow | Rejection]:
    """The pairs of a file, in order; a line that holds none is refused with its number."""
    with path.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            if not line.strip():
                continue
            try:
                yield row_of(parse_line(line), columns)
            except ReadError as error:
                yield Rejection("import", error.reason, error.detail, source=f"{path}:{number}")
            except ValueError as error:
                yield Rejection("import", "no_pair", str(error), source=f"{path}:{number}")


def parse_line(line: bytes) -> dict[str, object]:
    """The object on a line. Raises ReadError("json")."""
    import json

    try:
        record = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ReadError("json", f"expected one JSON object a line in UTF-8: {error}") from None
    if not isinstance(record, dict):
        raise ReadError("json", f"expected a JSON object, found {type(record).__name__}")
    return record
