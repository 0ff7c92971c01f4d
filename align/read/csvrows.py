"""Records of CSV by their structure, so that a quotation mark that nobody closed costs the record it stands in alone.

RFC 4180 lets a quoted cell run over lines, which makes one lost mark swallow a file. A record that is still open at the
end of its line is taken on, line by line, until its cell closes. It counts as never closed, and is refused as the one
line that it begins with, when

- the file ends first, or the record grows beyond the limit;
- a later line is by itself a whole record, as `is_whole` of the caller tells;
- a mark closes the cell in the middle of a later line, before another character than a separator, where that line by
  itself is a record of the right number of cells with a mark of its own;
- it closes in good form, but with another number of cells than the header has.

Reading then goes on with the line after it. No line is scanned more than twice, so that the time is linear.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Iterator
from typing import NamedTuple, TextIO

MARK = '"'
_LARGEST = (1 << 31) - 1  # of a cell, for the csv module: records are bounded here
_CHUNK = 1 << 16
IsWhole = Callable[[list[str]], bool]


class CsvRecord(NamedTuple):
    """A record with the line it begins in; `problem` says why it is none: "quote" or "too_large"."""

    line: int
    cells: list[str]
    problem: str | None = None


class _Line(NamedTuple):
    number: int
    text: str | None  # None: longer than the limit


def never_whole(cells: list[str]) -> bool:
    """For tables whose lines alone say nothing."""
    return False


def csv_records(
    stream: TextIO, separator: str, *, limit: int, width: int | None = None, is_whole: IsWhole = never_whole
) -> Iterator[CsvRecord]:
    """The records of a text opened with `newline=""`, in order; blank lines are records without cells.

    `limit`: characters of a record; `width`: cells that a record of several lines must have, None for those of the
    first record.
    """
    csv.field_size_limit(_LARGEST)
    source, waiting = _lines(stream, limit), deque[_Line]()
    while line := _next(source, waiting):
        if line.text is None:
            yield CsvRecord(line.number, [], "too_large")
            continue
        is_open = ends_open(line.text, separator)[0]
        taken = [line.text]
        if is_open:
            more = _continued(source, waiting, taken[0], separator, limit, width, is_whole)
            if not more:
                yield CsvRecord(line.number, [], "quote")
                continue
            taken += more
        cells = cells_of(taken, separator)
        width = width or len(cells)
        yield CsvRecord(line.number, cells)


def cells_of(lines: list[str], separator: str) -> list[str]:
    """The cells of one record."""
    return next(csv.reader(lines, delimiter=separator, strict=False), [])


def ends_open(text: str, separator: str, *, is_open: bool = False) -> tuple[bool, bool]:
    """Whether a quoted cell is open at the end of a line, and whether every mark on it stands in good form.

    >>> ends_open('one,"two', ",")
    (True, True)
    >>> ends_open('three",four', ",", is_open=True)
    (False, True)
    """
    if not is_open and MARK not in text:
        return False, True
    place, is_sound = 0, True
    while True:
        if not is_open:
            if not text.startswith(MARK, place):
                end = text.find(separator, place)
                is_sound &= MARK not in text[place : end if end >= 0 else len(text)]
                if end < 0:
                    return False, is_sound
                place = end + 1
                continue
            place += 1
        mark = text.find(MARK, place)
        while mark >= 0 and text.startswith(MARK, mark + 1):
            mark = text.find(MARK, mark + 2)
        if mark < 0:
            return True, is_sound
        is_open, place = False, mark + 1
        rest = text[place : place + 2]
        if not rest.strip("\r\n"):
            return False, is_sound
        if not rest.startswith(separator):  # the cell goes on without marks, as the csv module has it
            is_sound = False
            place = text.find(separator, place)
            if place < 0:
                return False, False
        place += 1


def _continued(
    source: Iterator[_Line], waiting: deque[_Line], first: str, separator: str, limit: int, width: int | None,
    is_whole: IsWhole,
) -> list[str]:  # fmt: skip
    """The lines that complete a record whose first line ends in an open cell; none when it never closes."""
    size, looked_at = len(first), list[_Line]()
    found: list[str] = []
    while line := _next(source, waiting):
        looked_at.append(line)
        size += len(line.text or "")
        if line.text is None or size > limit or _is_own(line.text, separator, width, is_whole):
            break
        is_open, is_sound = ends_open(line.text, separator, is_open=True)
        if not is_open:
            if is_sound or not _has_own_marks(line.text, separator, width):
                found = [str(one.text) for one in looked_at]
            break
    if found and width and len(cells_of([first, *found], separator)) != width:
        found = []
    if not found:
        waiting.extendleft(reversed(looked_at))
    return found


def _is_own(text: str, separator: str, width: int | None, is_whole: IsWhole) -> bool:
    is_open, is_sound = ends_open(text, separator)
    if is_open or not is_sound:
        return False
    cells = cells_of([text], separator)
    return len(cells) == width and is_whole(cells)


def _has_own_marks(text: str, separator: str, width: int | None) -> bool:
    is_open, is_sound = ends_open(text, separator)
    return is_sound and (is_open or len(cells_of([text], separator)) == width)


def _next(source: Iterator[_Line], waiting: deque[_Line]) -> _Line | None:
    return waiting.popleft() if waiting else next(source, None)


def _lines(stream: TextIO, limit: int) -> Iterator[_Line]:
    number = 0
    while text := stream.readline(limit + 1):
        number += 1
        if len(text) <= limit or text.endswith(("\n", "\r")):
            yield _Line(number, text)
            continue
        while (rest := stream.readline(_CHUNK)) and not rest.endswith(("\n", "\r")):
            pass
        yield _Line(number, None)
