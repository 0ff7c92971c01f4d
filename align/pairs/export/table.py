"""TSV and CSV with a header. CSV quotes as RFC 4180 does and holds everything; TSV has no quoting, so a tab or a line
break inside a cell becomes a space.

A string that begins with = + - @ or ' gets a leading ' so that a spreadsheet takes no tweet for a formula; `read`
takes it off.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Literal

import regex

from align.errors import ExportError
from align.pairs.export.row import FIELDS, PairRow, flat_of
from align.pairs.given import GivenRow, refused_row, text_lines, too_long
from align.writing import atomic_path

Kind = Literal["tsv", "csv"]
_FORMULA = ("=", "+", "-", "@", "'")
BREAK = regex.compile(r"[\t\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")  # what any reader of lines takes for an end
_LARGEST_CELL = 1 << 24


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


def read(path: Path, kind: Kind, columns: Mapping[str, str], limit: int) -> Iterator[GivenRow]:
    """The rows of a table, in order; `columns` gives our names of columns by theirs; empty lines are no rows.

    A row may end early once it has both texts, and may end in empty cells beyond the header; another number of cells
    is refused. Raises ExportError when the header names no English or no Arabic column.
    """
    rows = _csv_rows(path) if kind == "csv" else _tsv_rows(path, limit)
    header = [columns.get(name.strip(), name.strip()) for name in next(rows, (1, []))[1] or []]
    if not {"en", "ar"} <= set(header):
        raise ExportError(
            f"{path}: expected a header with the columns 'en' and 'ar', found {', '.join(header)[:200]!r}; "
            "name them with --en-column and --ar-column"
        )
    number = 0
    for line, cells in rows:
        if cells is None:
            yield too_long(number, f"{path}:{line}", line, limit)
        elif not cells or cells == [""]:
            continue
        else:
            yield _row(header, cells, number, f"{path}:{line}", line)
        number += 1


def _row(header: Sequence[str], cells: Sequence[str], number: int, place: str, line: int) -> GivenRow:
    values = {name: _uncell(name, cell) for name, cell in zip(header, cells, strict=False) if name}
    if any(cells[len(header) :]) or not {"en", "ar"} <= set(values):
        detail = f"expected {len(header)} cells, found {len(cells)}"
        return refused_row(number, place, "cells", detail, line=line, values=values)
    return GivenRow(number, place, values, line)


def _tsv_rows(path: Path, limit: int) -> Iterator[tuple[int, list[str] | None]]:
    with path.open("rb") as stream:
        for line, text in text_lines(stream, limit):
            yield line, None if text is None else text.split("\t")


def _csv_rows(path: Path) -> Iterator[tuple[int, list[str] | None]]:
    """Rows with the line that each begins in."""
    csv.field_size_limit(_LARGEST_CELL)
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        table, line = csv.reader(stream, strict=False), 1
        for cells in table:
            yield line, cells
            line = table.line_num + 1


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
