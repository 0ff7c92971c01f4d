"""Pairs of texts to be judged, from a file of pairs of any kind or two files of as many lines; nothing vanishes.

A row that cannot be used comes out with `error`, in its place, so that what is written has one object a row read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from align.errors import ReadError
from align.pairs.export.moses import read_sides
from align.pairs.given import GivenRow, given_id
from align.pairs.reading import head_of, kind_of_file, names_sides, read_given
from align.read.records import clean
from align.records import TextPair
from align.settings import ReadSettings


def pair_of_texts(pair_id: str, en: str, ar: str, line: int | None = None) -> TextPair:
    """The pair, with an error when one side holds no text."""
    empty = [name for name, text in (("en", en), ("ar", ar)) if not text.strip()]
    error = f"expected text on both sides, found none in {' and '.join(empty)}" if empty else None
    return TextPair(pair_id, en, ar, error, line)


def holds_pairs(path: Path) -> bool:
    """Whether a file holds pairs rather than an article or a folder. Raises ReadError when it cannot be opened."""
    if path.is_dir():
        return False
    kind = kind_of_file(head_of(path))
    return kind is not None and names_sides(path, kind)


def read_pairs(path: Path, settings: ReadSettings) -> Iterator[TextPair]:
    """The pairs of a file with `en`, `ar` and maybe `pair_id`; a row without an id gets its number, from 0.

    Raises ReadError when the file cannot be opened or is of no kind that holds pairs.
    """
    head = head_of(path)
    kind = kind_of_file(head)
    if kind is None:
        header = head.partition(b"\n")[0].decode("utf-8-sig", "replace").rstrip("\r").split("\t")
        raise ReadError(
            "no_pairs",
            f"expected JSON objects or a header with the columns en and ar in {path}, "
            f"found {', '.join(header)[:80]!r}; add the header, or give two files",
        )
    return map(text_pair, read_given(path, kind.form, limit=settings.max_line_bytes))


def read_two_files(english: Path, arabic: Path, settings: ReadSettings) -> Iterator[TextPair]:
    """Line n of one file with line n of the other; a line that has no partner comes out with an error."""
    return map(text_pair, read_sides(english, arabic, None, settings.max_line_bytes))


def text_pair(row: GivenRow) -> TextPair:
    """The two texts of a row, half surrogate pairs in them replaced; with an error where they cannot be judged."""
    pair_id = given_id(row) or str(row.number)
    en, ar = (_text(row.values.get(side)) for side in ("en", "ar"))
    if row.refused is not None:
        return TextPair(pair_id, en or "", ar or "", row.refused.detail, row.line)
    wrong = [key for key, text in (("en", en), ("ar", ar)) if text is None]
    if wrong:
        found = json.dumps({key: row.values.get(key) for key in wrong}, default=str)[:80]
        problem = f"expected text in {' and '.join(wrong)}, found {found}"
        return TextPair(pair_id, en or "", ar or "", problem, row.line)
    return pair_of_texts(pair_id, en or "", ar or "", row.line)


def _text(value: object) -> str | None:
    """A string as an encoder takes it; one character for one keeps every offset."""
    return clean(value) if isinstance(value, str) else None
