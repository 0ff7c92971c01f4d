"""Moses: PATH.en and PATH.ar with one sentence a line, and PATH.ids with the pairs' ids. Holds texts and ids only; a
line break or tab inside a text becomes a space, other characters stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import zip_longest
from pathlib import Path

from align.errors import ExportError
from align.files import atomic_writer
from align.pairs.export.row import PairRow, record_of, row_of
from align.pairs.export.table import one_line
from align.records import Rejection

_SIDES = {"en": "en", "ar": "ar", "pair_id": "ids"}


def part(path: Path, side: str) -> Path:
    """The file of one side: `en`, `ar` or `ids`."""
    return path.with_name(f"{path.name}.{side}")


def write(rows: Iterable[PairRow], path: Path) -> int:
    """Write the three files; returns how many lines each holds."""
    count = 0
    with ExitStack() as stack:
        streams = {name: stack.enter_context(atomic_writer(part(path, side))) for name, side in _SIDES.items()}
        for row in rows:
            count += 1
            record = record_of(row)
            for name, stream in streams.items():
                stream.write(one_line(record[name]) + "\n")
    return count


def read(path: Path) -> Iterator[PairRow | Rejection]:
    """The pairs of PATH.en and PATH.ar, line by line; without PATH.ids they are numbered by line, from 0.

    Raises ExportError when the files differ in length.
    """
    ids = part(path, "ids")
    encoding = "utf-8" if ids.exists() else "utf-8-sig"  # we write no mark, so one in a file of ours is the text's
    with ExitStack() as stack:
        sides = [
            stack.enter_context(part(path, side).open(encoding=encoding, errors="replace", newline="\n"))
            for side in ("en", "ar", *(["ids"] if ids.exists() else []))
        ]
        for number, lines in enumerate(zip_longest(*sides)):
            if None in lines:
                raise ExportError(f"{path}.en, .ar and .ids must have as many lines each; one ends at line {number}")
            texts = [line.rstrip("\r\n") for line in lines]
            identity = texts[2] if len(texts) == 3 else str(number)
            yield row_of({"en": texts[0], "ar": texts[1], "pair_id": identity, "en_line": number, "ar_line": number})
