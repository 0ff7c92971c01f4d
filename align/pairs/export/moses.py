"""Moses: PATH.en and PATH.ar with one sentence a line, and PATH.ids with the pairs' ids. Holds texts and ids only; a
line break or tab inside a text becomes a space, other characters stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import zip_longest
from pathlib import Path

from align.errors import ExportError
from align.pairs.export.row import PairRow, record_of
from align.pairs.export.table import one_line
from align.pairs.given import GivenRow, refused_row, text_lines, too_long
from align.writing import atomic_writer

_SIDES = {"en": "en", "ar": "ar", "pair_id": "ids"}
_NO_PARTNER = "no_partner"


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


def read(path: Path, limit: int) -> Iterator[GivenRow]:
    """The pairs of PATH.en and PATH.ar, line by line; without PATH.ids they are numbered by line, from 0.

    Raises ExportError when the files differ in length.
    """
    ids = part(path, "ids")
    for row in read_sides(part(path, "en"), part(path, "ar"), ids if ids.exists() else None, limit):
        if row.refused is not None and row.refused.reason == _NO_PARTNER:
            raise ExportError(
                f"{path}.en, .ar and .ids must have as many lines each; one ends at line {row.number}; mend the files"
            )
        yield row


def read_sides(english: Path, arabic: Path, ids: Path | None, limit: int) -> Iterator[GivenRow]:
    """Line n of one file with line n of the others; a line that has no partner is refused."""
    paths = {"en": english, "ar": arabic, **({"pair_id": ids} if ids else {})}
    with ExitStack() as stack:
        # We write no mark, so one in a file of ours, which has ids beside it, is the text's.
        sides = [
            text_lines(stack.enter_context(path.open("rb")), limit, keeps_mark=ids is not None)
            for path in paths.values()
        ]
        for number, lines in enumerate(zip_longest(*sides)):
            place, texts = f"{english}:{number + 1}", dict(zip(paths, lines, strict=True))
            values = {name: line[1] for name, line in texts.items() if line is not None and line[1] is not None}
            missing = [str(paths[name]) for name, line in texts.items() if line is None]
            if missing:
                detail = f"expected as many lines in each file, found no line {number + 1} in {' and '.join(missing)}"
                yield refused_row(number, place, _NO_PARTNER, detail, line=number + 1, values=values)
            elif len(values) < len(paths):
                yield too_long(number, place, number + 1, limit)
            else:
                lines_of = {"en_line": number, "ar_line": number}
                yield GivenRow(number, place, {"pair_id": str(number), **values, **lines_of}, number + 1)
