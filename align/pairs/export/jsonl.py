"""JSONL: the full record, one pair a line. Holds everything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from align.errors import ReadError
from align.files import dump_json
from align.pairs.export.row import PairRow, record_of
from align.pairs.given import GivenRow, parse_line, refused_row, too_long
from align.pairs.opening import opened_text
from align.read.kinds import looks_like_json, looks_like_jsonl
from align.read.records import bounded_lines, read_json_records
from align.read.streams import peek
from align.settings import ReadSettings
from align.writing import atomic_writer


def write(rows: Iterable[PairRow], path: Path) -> int:
    """Write the rows to `path`; returns how many."""
    count = 0
    with atomic_writer(path) as stream:
        for row in rows:
            count += 1
            stream.write(dump_json(record_of(row)) + "\n")
    return count


def read(path: Path, limit: int) -> Iterator[GivenRow]:
    """The objects of a file, in order, one a line or in one JSON array; blank lines are no rows.

    A line or object of more than `limit` bytes is refused. Raises OSError.
    """
    with opened_text(path) as stream:
        head = peek(stream)
        if is_lines(head.head):
            yield from _of_lines(head.stream, path, limit)
        else:
            yield from _of_array(head.stream, path, limit)


def is_lines(head: bytes) -> bool:
    """Whether a file that begins so holds one object a line; else it is one JSON value over all its lines."""
    if not looks_like_json(head) or looks_like_jsonl(head):
        return True
    is_object = head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")
    return is_object and any(map(_is_object, head.split(b"\n")[1:-1]))  # the first line alone is broken


def _is_object(line: bytes) -> bool:
    try:
        return line[:1] == b"{" and bool(parse_line(line))
    except ReadError:
        return False


def _of_lines(stream: BinaryIO, path: Path, limit: int) -> Iterator[GivenRow]:
    number = 0
    for line_number, line in bounded_lines(stream, limit):
        if line is not None and not line.strip():
            continue
        yield _row(line, number, f"{path}:{line_number}", line_number, limit)
        number += 1


def _of_array(stream: BinaryIO, path: Path, limit: int) -> Iterator[GivenRow]:
    records = read_json_records(stream, str(path), replace(ReadSettings(), max_line_bytes=limit))
    for number, record in enumerate(records):
        if isinstance(record.value, ReadError):
            yield refused_row(number, record.place, record.value.reason, record.value.detail)
        else:
            yield GivenRow(number, record.place, record.value)


def _row(line: bytes | None, number: int, place: str, line_number: int, limit: int) -> GivenRow:
    if line is None:
        return too_long(number, place, line_number, limit)
    try:
        return GivenRow(number, place, parse_line(line), line_number)
    except ReadError as error:
        return refused_row(number, place, error.reason, error.detail, line=line_number)
