"""`align import`: other people's corpora into pairs that `check`, `review` and `mine` read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from align.cli.export import JSON, OUT, report
from align.pairs.export.formats import ExportFormat

if TYPE_CHECKING:
    from collections.abc import Iterator

    from align.pairs.export.row import PairRow
    from align.records import Rejection

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
    """Read pairs from other formats into JSONL, one pair a line; what is no pair goes to PATH.rejected.jsonl."""
    from itertools import chain

    from align.pairs.corpus.publish import Target, publish
    from align.pairs.corpus.sources import iter_pairs
    from align.pairs.reading import read_pairs

    columns = {side: name for side, name in (("en", en_column), ("ar", ar_column)) if name}

    def read(path: Path) -> Iterator[PairRow | Rejection]:
        if form is None and not columns:
            return iter_pairs(path)
        return read_pairs(path, form or _BY_NAME.get(path.suffix.lower(), ExportFormat.TSV), columns)

    rows = chain.from_iterable(map(read, sources))
    report(publish(rows, Target(out)), out, as_json=json_output)
