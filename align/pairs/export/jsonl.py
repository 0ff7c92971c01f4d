"""JSONL: the full record, one pair a line. Holds everything."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from align.errors import ReadError
from align.files import dump_json
from align.pairs.export.row import PairRow, record_of
from align.pairs.given import GivenRow, parse_line, refused_row, too_long
from align.read.records import bounded_lines
from align.writing import atomic_writer


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


def read(path: Path, limit: int) -> Iterator[GivenRow]:
    """The objects of a file, in order; blank lines are no rows, a line of more than `limit` bytes is refused."""
    number = 0
    with path.open("rb") as stream:
        for line_number, line in bounded_lines(stream, limit):
            if line is not None and not line.strip():
                continue
            yield _row(line, number, f"{path}:{line_number}", line_number, limit)
            number += 1


def _row(line: bytes | None, number: int, place: str, line_number: int, limit: int) -> GivenRow:
    if line is None:
        return too_long(number, place, line_number, limit)
    try:
        return GivenRow(number, place, parse_line(line), line_number)
    except ReadError as error:
        return refused_row(number, place, error.reason, error.detail, line=line_number)
