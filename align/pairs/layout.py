"""How a table of pairs is laid out: its separator and what its columns are, told by its first rows, not by its name."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from align.pairs.columns import SIDES, named_columns, sides_of, turned
from align.read.csvrows import csv_records
from align.text.words import count_arabic, count_latin

TAB = "\t"
_SEPARATORS = (TAB, ";", ",", "|")  # where two would do: the one that stands least in texts
_SAMPLE = 40  # rows that tell
_NO_TABLE = (b"<", b"{", b"[", b"PAR1")
_LONGEST = 1 << 20


@dataclass(frozen=True, slots=True)
class Layout:
    """A table's columns under our names."""

    separator: str
    header: tuple[str, ...]  # our names where they are known, else the file's
    given: tuple[str, ...]  # as the file has them; numbers from 1 where it has no header
    has_header: bool = True

    def describe(self) -> str:
        """For people.

        >>> Layout(";", ("en", "ar"), ("source", "target")).describe()
        "columns source -> en, target -> ar, ';' separated"
        """
        name = "tab" if self.separator == TAB else f"'{self.separator}'"
        pairs = [f"{theirs} -> {ours}" for theirs, ours in zip(self.given, self.header, strict=True) if theirs != ours]
        said = "columns " + ", ".join(pairs or [name for name in self.header if name in SIDES])
        return f"{said}{'' if self.has_header else ' (no header)'}, {name} separated"


@lru_cache(maxsize=8)
def layout_of(head: bytes, separators: str = "".join(_SEPARATORS)) -> Layout | None:
    """The layout of the table that begins so, in UTF-8; None where nothing there names or shows two sides."""
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(_NO_TABLE):
        return None
    text = head.decode("utf-8", "replace").removeprefix("\ufeff")
    samples = {separator: _rows(text, separator) for separator in _SEPARATORS if separator in separators}
    found = [layout for separator, rows in samples.items() if (layout := _by_header(rows, separator))]
    if found:
        return max(found, key=lambda layout: len(layout.header))
    return next((layout for sep, rows in samples.items() if (layout := _by_script(rows, sep, text))), None)


def layout_under(head: bytes, separators: str, columns: dict[str, str]) -> Layout | None:
    """The layout of a table whose columns the user names, ours by theirs; None where its header lacks one of them."""
    text = head.decode("utf-8", "replace").removeprefix("\ufeff")
    for separator in separators:
        rows = _rows(text, separator)
        given = tuple(name.strip() for name in rows[0]) if rows else ()
        own = named_columns(given, _by_name(given, rows[1:]))
        taken = set(columns.values())
        header = tuple(columns.get(name, own.get(name, name) if own.get(name) not in taken else name) for name in given)
        if set(SIDES) <= set(header):
            return Layout(separator, header, given)
    return None


def first_line(head: bytes) -> str:
    """The first line, for messages."""
    return head.decode("utf-8", "replace").removeprefix("\ufeff").lstrip("\r\n").partition("\n")[0].rstrip("\r")


def _rows(text: str, separator: str) -> list[list[str]]:
    if separator == TAB:
        lines = (line.rstrip("\r") for line in text.split("\n"))
        return [line.split(TAB) for line in islice((line for line in lines if line), _SAMPLE)]
    records = csv_records(io.StringIO(text, newline=""), separator, limit=_LONGEST)
    return [record.cells for record in islice((record for record in records if any(record.cells)), _SAMPLE)]


def _by_name(names: Sequence[str], rows: Sequence[Sequence[str]]) -> list[dict[str, object]]:
    return [dict(zip(names, row, strict=False)) for row in rows]


def _by_header(rows: Sequence[Sequence[str]], separator: str) -> Layout | None:
    if not rows or len(rows[0]) < len(SIDES):
        return None
    given = tuple(name.strip() for name in rows[0])
    sample = _by_name(given, rows[1:])
    if len(sides_of(given, sample)) < len(SIDES):
        return None
    columns = named_columns(given, sample)
    return Layout(separator, tuple(columns.get(name, name) for name in given), given)


def _by_script(rows: Sequence[Sequence[str]], separator: str, text: str) -> Layout | None:
    """Two columns without a name that we know, one in each script; a first row of other words is their header."""
    names = ("1", "2")
    if not rows or any(len(row) != len(names) for row in rows[:-1]) or (len(rows) > 1 and len(rows[1]) != len(names)):
        return None
    full = [row for row in rows if len(row) == len(names)]
    scripts = [tuple(_script(cell) for cell in row) for row in full]
    right_on, turned_round = scripts.count(("en", "ar")), scripts.count(("ar", "en"))
    most = max(right_on, turned_round)
    is_quoted = text.lstrip().startswith('"')
    if most < 0.8 * len(full) - 1 or not most or (most == 1 and separator == "," and not is_quoted):
        return None
    has_header = len(full) > 1 and scripts[0] not in (("en", "ar"), ("ar", "en")) and all(full[0])
    given = (full[0][0].strip(), full[0][1].strip()) if has_header else names
    sides = turned(dict(zip(SIDES, given, strict=True)), _by_name(given, full[has_header:]))
    ours = {theirs: side for side, theirs in sides.items()}
    return Layout(separator, tuple(ours[name] for name in given), given, has_header)


def _script(cell: str) -> str:
    arabic, latin = count_arabic(cell), count_latin(cell)
    return "ar" if arabic > latin else "en" if latin else ""
