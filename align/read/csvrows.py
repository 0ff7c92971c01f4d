"""Records of CSV by their structure, so that a quotation mark that nobody closed costs the record it stands in alone.

RFC 4180 lets a quoted cell run over lines, which makes one lost mark swallow a file. A record that is still open at the
end of its line is taken on, line by line, until its cell closes. It counts as never closed, and is refused as the one
line that it begins with, when

- the file ends first, or the record grows beyond the limit;
- a later line is by itself a whole record, as `is_whole` of the caller tells;
- a mark closes the cell in the middle of a later line, before another character than a separator, where that line by
  itself is a record of the right number of cells with a mark of its own;
- it closes in good form, but with another number of cells than the header has.

Reading then goes on with the line after it. A line is looked at again at most once for each column, so that the time
is linear in the file's length.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Iterator
from typing import NamedTuple, TextIO

MARK = '"'
_LARGEST = (1 << 31) - 1  # of a cell, for the csv module: records are bounded here
_WIDEST = 1000  # cells of a header that runs over lines
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
        taken = [line.text]
        if ends_open(line.text, separator).is_open:
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


class LineEnd(NamedTuple):
    """What a line leaves behind."""

    is_open: bool  # a quoted cell goes on
    is_sound: bool  # every mark stands in good form
    begun: int  # cells that begin on it, behind a separator


def ends_open(text: str, separator: str, *, is_open: bool = False) -> LineEnd:
    """How a line ends that begins inside a quoted cell, or with a cell of its own.

    >>> ends_open('one,"two', ",")
    LineEnd(is_open=True, is_sound=True, begun=1)
    >>> ends_open('three",four', ",", is_open=True)
    LineEnd(is_open=False, is_sound=True, begun=1)
    """
    if not is_open and MARK not in text:
        return LineEnd(False, True, text.count(separator))
    place, is_sound, begun = 0, True, 0
    while True:
        if not is_open:
            if not text.startswith(MARK, place):
                end = text.find(separator, place)
                is_sound &= MARK not in text[place : end if end >= 0 else len(text)]
                if end < 0:
                    return LineEnd(False, is_sound, begun)
                place, begun = end + 1, begun + 1
                continue
            place += 1
        mark = _closing(text, place)
        if mark < 0:
            return LineEnd(True, is_sound, begun)
        is_open, place = False, mark + 1
        if not text[place : place + 2].strip("\r\n"):
            return LineEnd(False, is_sound, begun)
        if not text.startswith(separator, place):  # the cell goes on without marks, as the csv module has it
            is_sound = False
            place = text.find(separator, place)
            if place < 0:
                return LineEnd(False, False, begun)
        place, begun = place + 1, begun + 1


def _closing(text: str, place: int) -> int:
    """Where the cell that is open at `place` closes; -1 where it does not. A mark that is doubled is text."""
    mark = text.find(MARK, place)
    while mark >= 0 and text.startswith(MARK, mark + 1):
        mark = text.find(MARK, mark + 2)
    return mark


def _continued(
    source: Iterator[_Line], waiting: deque[_Line], first: str, separator: str, limit: int, width: int | None,
    is_whole: IsWhole,
) -> list[str]:  # fmt: skip
    """The lines that complete a record whose first line ends in an open cell; none when it never closes."""
    size, cells, looked_at = len(first), 1 + ends_open(first, separator).begun, list[_Line]()
    found: list[str] = []
    while line := _next(source, waiting):
        looked_at.append(line)
        size += len(line.text or "")
        if line.text is None or size > limit or _is_own(line.text, separator, width, is_whole):
            break
        end = ends_open(line.text, separator, is_open=True)
        cells += end.begun
        if end.is_open and (not end.is_sound or cells > (width or _WIDEST)):
            break
        if not end.is_open:
            if end.is_sound or not _has_own_marks(line.text, separator, width):
                found = [str(one.text) for one in looked_at]
            break
    if found and width and len(cells_of([first, *found], separator)) != width:
        found = []
    if not found:
        waiting.extendleft(reversed(looked_at))
    return found


def _is_own(text: str, separator: str, width: int | None, is_whole: IsWhole) -> bool:
    end = ends_open(text, separator)
    if end.is_open or not end.is_sound or end.begun + 1 != width:
        return False
    return is_whole(cells_of([text], separator))


def _has_own_marks(text: str, separator: str, width: int | None) -> bool:
    end = ends_open(text, separator)
    return end.is_sound and (end.is_open or end.begun + 1 == width)


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
