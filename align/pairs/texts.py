"""Pairs of texts from JSONL, TSV with a header, or two files of as many lines; nothing vanishes.

A row that cannot be used comes out with `error`, in its place, so that what is written has one object a row read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import zip_longest
from pathlib import Path
from typing import Any, BinaryIO

import regex

from align.errors import ReadError
from align.read.records import parse_object
from align.records import TextPair
from align.settings import ReadSettings

_LONE_SURROGATE = regex.compile(r"[\ud800-\udfff]")


def pair_of_texts(pair_id: str, en: str, ar: str, line: int | None = None) -> TextPair:
    """The pair, with an error when one side holds no text."""
    empty = [name for name, text in (("en", en), ("ar", ar)) if not text.strip()]
    error = f"expected text on both sides, found none in {' and '.join(empty)}" if empty else None
    return TextPair(pair_id, en, ar, error, line)


def holds_pairs(path: Path) -> bool:
    """Whether a file is JSONL or TSV of pairs rather than an article."""
    with _open(path) as stream:
        first = stream.readline(1 << 20)
    if _is_json(first):
        try:
            return {"en", "ar"} & set(parse_object(first)) != set()
        except ReadError:
            return False
    return {"en", "ar"} <= set(first.decode("utf-8-sig", "replace").rstrip("\r\n").split("\t"))


def read_pairs(path: Path, settings: ReadSettings) -> Iterator[TextPair]:
    """The pairs of a JSONL file (`en`, `ar`, optionally `pair_id`) or of a TSV file whose header names these columns.

    In a TSV a cell is what stands between tabs: no quoting. A row without an id gets its number, from 0.
    Raises ReadError when the file cannot be opened or is neither.
    """
    with _open(path) as stream:
        first = stream.readline(settings.max_line_bytes)
        stream.seek(0)
        yield from (_read_jsonl(stream, settings) if _is_json(first) else _read_tsv(stream, path, settings))


def read_two_files(english: Path, arabic: Path, settings: ReadSettings) -> Iterator[TextPair]:
    """Line n of one file with line n of the other; a line that has no partner comes out with an error."""
    with ExitStack() as stack:
        sides = [_lines(stack.enter_context(_open(path)), settings) for path in (english, arabic)]
        for number, (en, ar) in enumerate(zip_longest(*sides)):
            yield pair_of_texts(str(number), en or "", ar or "", number + 1)


def _is_json(line: bytes) -> bool:
    return line.lstrip(b"\xef\xbb\xbf \t").startswith(b"{")


def _open(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise ReadError("unreadable", f"cannot read the pairs in {path}: {error.strerror}; check the path") from error


def _lines(stream: BinaryIO, settings: ReadSettings) -> Iterator[str]:
    """Lines without their ends; bytes that are no UTF-8 show as replacement characters."""
    while line := stream.readline(settings.max_line_bytes):
        yield line.decode("utf-8-sig", "replace").rstrip("\r\n")


def _read_jsonl(stream: BinaryIO, settings: ReadSettings) -> Iterator[TextPair]:
    number = line_number = 0
    while line := stream.readline(settings.max_line_bytes):
        line_number += 1
        if line.strip():
            yield _pair_of_line(line, number, line_number)
            number += 1


def _pair_of_line(line: bytes, number: int, line_number: int) -> TextPair:
    try:
        row = parse_object(line)
    except ReadError as error:
        return TextPair(str(number), "", "", error.detail, line_number)
    pair_id = str(row["pair_id"]) if row.get("pair_id") is not None else str(number)
    en, ar = _text(row.get("en")), _text(row.get("ar"))
    wrong = [key for key, text in (("en", en), ("ar", ar)) if text is None]
    if wrong:
        found = json.dumps({key: row.get(key) for key in wrong})[:80]
        problem = f"expected text in {' and '.join(wrong)}, found {found}"
        return TextPair(pair_id, en or "", ar or "", problem, line_number)
    return pair_of_texts(pair_id, en or "", ar or "", line_number)


def _text(value: Any) -> str | None:
    """A string with half surrogate pairs replaced, which no encoder takes; one character for one keeps every offset."""
    return _LONE_SURROGATE.sub("\ufffd", value) if isinstance(value, str) else None


def _read_tsv(stream: BinaryIO, path: Path, settings: ReadSettings) -> Iterator[TextPair]:
    lines = _lines(stream, settings)
    header = next(lines, "").split("\t")
    if "en" not in header or "ar" not in header:
        raise ReadError(
            "no_pairs",
            f"expected JSON objects or a header with the columns en and ar in {path}, "
            f"found {', '.join(header)[:80]!r}; add the header, or give two files",
        )
    at = {name: header.index(name) for name in ("en", "ar", "pair_id") if name in header}
    is_ours = "rendering_id" in header
    for number, line in enumerate(lines):
        cells = line.split("\t")
        if is_ours:
            cells = [_plain(cell) for cell in cells]
        named = {name: cells[column] for name, column in at.items() if column < len(cells)}
        pair = pair_of_texts(named.get("pair_id", str(number)), named.get("en", ""), named.get("ar", ""), number + 2)
        if len(cells) <= max(at["en"], at["ar"]):
            pair = pair._replace(error=f"expected {len(header)} cells, found {len(cells)}")
        yield pair


def _plain(cell: str) -> str:
    """A cell of our own pairs.tsv without the mark that keeps a spreadsheet from taking it for a formula."""
    return cell[1:] if cell.startswith(("'=", "'+", "'-", "'@", "''")) else cell
