"""What a file of pairs gives, row by row, before it is taken for anything: values by column, place, or a refusal."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import BinaryIO, NamedTuple

from align.errors import ReadError
from align.read.records import bounded_lines
from align.records import Rejection
from align.settings import ReadSettings

LONGEST_LINE = ReadSettings().max_line_bytes


class GivenRow(NamedTuple):
    """One row of a file of pairs as it stands there; one that cannot be used says why, with what is left of it."""

    number: int  # among the rows of the file, from 0: the id of a pair that has none
    place: str  # for people: the file and the line, or the file and the unit's id
    values: Mapping[str, object]  # by column; strings where the format knows no other type
    line: int | None = None  # of the file, from 1; None where the format has none
    refused: Rejection | None = None


def refused_row(
    number: int,
    place: str,
    reason: str,
    detail: str,
    *,
    line: int | None = None,
    values: Mapping[str, object] | None = None,
) -> GivenRow:
    """A row that cannot be used, with its reason code."""
    return GivenRow(number, place, values or {}, line, Rejection("import", reason, detail, source=place))


def given_id(row: GivenRow) -> str | None:
    """The id that the file gives the pair; None where it gives none."""
    value = row.values.get("pair_id")
    return None if value is None or value == "" else str(value)


def named(values: Mapping[str, object], columns: Mapping[str, str]) -> Mapping[str, object]:
    """The values under our names; `columns`: ours by theirs.

    The `translation` of dataset hubs, an object of both texts, is opened.
    """
    both = values.get("translation")
    if isinstance(both, Mapping) and "en" not in values:
        values = {**{key: value for key, value in values.items() if key != "translation"}, **both}
    return {columns.get(key, key): value for key, value in values.items()} if columns else values


def parse_line(line: bytes) -> dict[str, object]:
    """The object on a line. Raises ReadError("json")."""
    try:
        record = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ReadError("json", f"expected one JSON object a line in UTF-8: {error}; mend the line") from None
    if not isinstance(record, dict):
        raise ReadError("json", f"expected a JSON object, found {type(record).__name__}; write one pair a line")
    return record


def text_lines(stream: BinaryIO, limit: int, *, keeps_mark: bool = False) -> Iterator[tuple[int, str | None]]:
    """Numbered lines from 1 without their ends; None for one of more than `limit` bytes.

    Bytes that are no UTF-8 show as replacement characters; a byte order mark at the begin is taken off.
    """
    for number, line in bounded_lines(stream, limit):
        if line is None:
            yield number, None
            continue
        encoding = "utf-8-sig" if number == 1 and not keeps_mark else "utf-8"
        yield number, line.decode(encoding, "replace").rstrip("\r\n")


def too_long(number: int, place: str, line: int, limit: int) -> GivenRow:
    """The row of a line that is longer than what is read."""
    detail = f"expected a line of at most {limit} bytes, found a longer one; split it, or raise read.max_line_bytes"
    return refused_row(number, place, "too_large", detail, line=line)
