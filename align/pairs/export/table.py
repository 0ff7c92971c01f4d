"""TSV and CSV with a header. CSV quotes as RFC 4180 does and holds everything; TSV has no quoting, so a tab or a line
break inside a cell becomes a space.

A string that begins with = + - @ or ' gets a leading ' so that a spreadsheet takes no tweet for a formula; `read`
takes it off.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, BinaryIO, Literal

import regex

from align.pairs.export.row import FIELDS, PairRow, flat_of
from align.pairs.given import GivenRow, refused_row, text_lines, too_long
from align.pairs.layout import TAB, Layout
from align.pairs.opening import opened_text
from align.read.csvrows import CsvRecord, csv_records
from align.text.words import count_latin, is_mostly_arabic
from align.writing import atomic_path

Kind = Literal["tsv", "csv"]
_FORMULA = ("=", "+", "-", "@", "'")
BREAK = regex.compile(r"[\t\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")  # what any reader of lines takes for an end
_LARGEST = 1 << 24  # characters of a record of CSV, which may run over lines


def write(rows: Iterable[PairRow], path: Path, kind: Kind, *, with_bom: bool = False) -> int:
    """Write the rows under a header of all columns; returns how many."""
    count = 0
    with (
        atomic_path(path) as temporary,
        temporary.open("w", encoding="utf-8-sig" if with_bom else "utf-8", newline="") as stream,
    ):
        table = csv.writer(stream, lineterminator="\r\n") if kind == "csv" else _Tabs(stream)
        table.writerow(FIELDS)
        for row in rows:
            count += 1
            flat = flat_of(row)
            table.writerow([_cell(name, flat.get(name, "")) for name in FIELDS])
    return count


def read(path: Path, layout: Layout, limit: int) -> Iterator[GivenRow]:
    """The rows of a table, in order, under our names of columns; empty lines are no rows.

    A row may end early once it has both texts, and may end in empty cells beyond the header; another number of cells
    is refused, as is the record of a quotation mark that nobody closed. Raises OSError.
    """
    with opened_text(path) as stream:
        records = _tab_records(stream, limit) if layout.separator == TAB else _csv_records(stream, layout, limit)
        number, is_header = 0, layout.has_header
        for line, cells, problem in records:
            if problem is None and not any(cells) and len(cells) <= 1:
                continue
            if is_header:
                is_header = False
                continue
            yield _row(layout.header, cells, problem, number, f"{path}:{line}", line, limit)
            number += 1


def _row(
    header: Sequence[str], cells: Sequence[str], problem: str | None, number: int, place: str, line: int, limit: int
) -> GivenRow:
    if problem == "too_large":
        return too_long(number, place, line, limit)
    if problem == "quote":
        detail = "expected a closing quotation mark, found none that ends a cell of this record; close the cell"
        return refused_row(number, place, "quote", detail, line=line)
    values = {name: _uncell(name, cell) for name, cell in zip(header, cells, strict=False) if name}
    if any(cells[len(header) :]) or not {"en", "ar"} <= set(values):
        detail = f"expected {len(header)} cells, found {len(cells)}"
        return refused_row(number, place, "cells", detail, line=line, values=values)
    return GivenRow(number, place, values, line)


def _tab_records(stream: BinaryIO, limit: int) -> Iterator[CsvRecord]:
    for line, text in text_lines(stream, limit):
        yield CsvRecord(line, [], "too_large") if text is None else CsvRecord(line, text.split(TAB))


def _csv_records(stream: BinaryIO, layout: Layout, limit: int) -> Iterator[CsvRecord]:
    en, ar = layout.header.index("en"), layout.header.index("ar")

    def is_whole(cells: list[str]) -> bool:
        """Whether a line that stands inside an open cell is a pair itself: each side in its script."""
        return not is_mostly_arabic(cells[en]) and count_latin(cells[en]) > 0 and is_mostly_arabic(cells[ar])

    text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="replace", newline="")
    width = len(layout.header)
    yield from csv_records(text, layout.separator, limit=min(limit, _LARGEST), width=width, is_whole=is_whole)


class _Tabs:
    """Rows of cells as lines of tabs: one line a row for every reader."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def writerow(self, cells: Iterable[str]) -> None:
        self._stream.write("\t".join(one_line(cell) for cell in cells) + "\n")


def one_line(text: str) -> str:
    """`text` with every tab and line break a space."""
    return text if text.isprintable() else BREAK.sub(" ", text)


def _is_text(name: str) -> bool:
    return FIELDS.get(name, "text") == "text"


def _cell(name: str, text: str) -> str:
    return "'" + text if text.startswith(_FORMULA) and _is_text(name) else text


def _uncell(name: str, cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:2] in _FORMULA and _is_text(name) else cell
