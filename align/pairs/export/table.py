"""TSV and CSV with a header. CSV quotes as RFC 4180 does and holds everything; TSV has no quoting, so a tab or a line
break inside a cell becomes a space.

A string that begins with = + - @ or ' gets a leading ' so that a spreadsheet takes no tweet for a formula; `read`
takes it off.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Literal

import regex

from align.errors import ExportError
from align.files import atomic_path
from align.pairs.export.row import FIELDS, PairRow, flat_of, row_of
from align.records import Rejection

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


def read(path: Path, kind: Kind, columns: Mapping[str, str] | None = None) -> Iterator[PairRow | Rejection]:
    """The pairs of a table, in order; `columns` gives the names that stand for `en`, `ar` or another column.

    Raises ExportError when the header names no English or no Arabic column.
    """
    names = {theirs: ours for ours, theirs in (columns or {}).items()}
    csv.field_size_limit(_LARGEST_CELL)
    with path.open(encoding="utf-8-sig", errors="replace", newline="" if kind == "csv" else "\n") as stream:
        table = (
            csv.reader(stream, strict=False) if kind == "csv" else (line.rstrip("\r\n").split("\t") for line in stream)
        )
        header = [names.get(name.strip(), name.strip()) for name in next(table, [])]
        if not {"en", "ar"} <= set(header):
            raise ExportError(
                f"{path}: expected a header with the columns 'en' and 'ar', found {', '.join(header)[:200]!r}; "
                "name them with --en-column and --ar-column"
            )
        for number, cells in enumerate(table, 2):
            if not cells or cells == [""]:
                continue
            if len(cells) != len(header):
                detail = f"expected {len(header)} cells, found {len(cells)}"
                yield Rejection("import", "cells", detail, source=f"{path}:{number}")
                continue
            yield row_of({name: _uncell(name, cell) for name, cell in zip(header, cells, strict=True) if name})


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
