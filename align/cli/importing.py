"""`align import`: other people's corpora into pairs that `check`, `review` and `mine` read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from align.cli.export import JSON, OUT, report
from align.cli.terminal import printable
from align.errors import AlignError, ReadError
from align.pairs.export.formats import ExportFormat

if TYPE_CHECKING:
    from collections.abc import Iterator

    from align.pairs.export.row import PairRow
    from align.records import Rejection

SOURCE = "source"  # the code of a source that cannot be read, where what went wrong has none of its own
_BY_NAME = {".csv": ExportFormat.CSV, ".jsonl": ExportFormat.JSONL, ".parquet": ExportFormat.PARQUET}


def import_pairs(
    sources: list[Path] = typer.Argument(
        ..., metavar="FILE...", help="TMX, XLIFF, TSV, CSV, Parquet, JSONL; PREFIX of Moses files."
    ),
    out: Path = OUT,
    form: ExportFormat | None = typer.Option(
        None, "--format", "-f", help="What the files are; told by content when left out."
    ),
    en_column: str | None = typer.Option(None, metavar="NAME", help="Column or key that holds the English."),
    ar_column: str | None = typer.Option(None, metavar="NAME", help="Column or key that holds the Arabic."),
    json_output: bool = JSON,
) -> None:
    """Read pairs from other formats into JSONL, one pair a line; what is no pair goes to PATH.rejected.jsonl.

    So does one of several files that cannot be read at all.
    """
    from itertools import chain

    from align.pairs.corpus.publish import Target, publish
    from align.pairs.corpus.sources import iter_pairs
    from align.pairs.languages import Languages
    from align.pairs.reading import found_in, head_of, kind_of_file, read_pairs
    from align.records import Rejection

    columns = {side: name for side, name in (("en", en_column), ("ar", ar_column)) if name}

    def read(path: Path) -> Iterator[PairRow | Rejection]:
        if form is None and not columns:
            return iter_pairs(path)
        return read_pairs(path, form or _BY_NAME.get(path.suffix.lower(), ExportFormat.TSV), columns)

    lost: set[Path] = set()

    def read_or_refuse(path: Path) -> Iterator[PairRow | Rejection]:
        try:
            yield from read(path)
        except AlignError as error:
            if len(sources) == 1:
                raise
            lost.add(path)
            yield Rejection("import", reason_of(error), str(error), source=str(path))

    languages = Languages()
    rows = languages.counted(chain.from_iterable(map(read_or_refuse, sources)))
    result = publish(rows, Target(out, sources=tuple(sources)))
    for path in sources:
        if path in lost:
            continue
        kind = kind_of_file(head_of(path)) if form is None and not columns and path.is_file() else None
        said = found_in(path, kind.form) if kind else ""
        if said:
            typer.echo(f"align: {printable(path.name)}: {printable(said)}", err=True)
    for line in languages.said():
        typer.echo(f"align: {line}", err=True)
    report(result, out, as_json=json_output)


def reason_of(error: AlignError) -> str:
    """The code under which a source is refused."""
    return error.reason if isinstance(error, ReadError) else SOURCE
