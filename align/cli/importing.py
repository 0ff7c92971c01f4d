"""`align import`: other people's corpora into pairs that `check`, `review` and `mine` read."""

from __future__ import annotations

from pathlib import Path

import typer

from align.cli.export import JSON, OUT, report
from align.export.formats import ExportFormat


def import_pairs(
    sources: list[Path] = typer.Argument(
        ..., metavar="FILE...", help="TMX, XLIFF, TSV, CSV, Parquet, JSONL; PREFIX of Moses files."
    ),
    out: Path = OUT,
    form: ExportFormat | None = typer.Option(
        None, "--format", "-f", help="What the files are; told by content when left out."
    ),
    en_column: str | None = typer.Option(None, metavar="NAME", help="Column of a table with the English."),
    ar_column: str | None = typer.Option(None, metavar="NAME", help="Column of a table with the Arabic."),
    json_output: bool = JSON,
) -> None:
    """Read pairs from other formats into JSONL, one pair a line; what is no pair goes to PATH.rejected.jsonl."""
    from itertools import chain

    from align.corpus.publish import Target, publish
    from align.corpus.sources import iter_pairs
    from align.export.formats import read_pairs

    columns = {side: name for side, name in (("en", en_column), ("ar", ar_column)) if name}
    if columns and form is None:
        form = ExportFormat.CSV if sources[0].suffix.lower() == ".csv" else ExportFormat.TSV
    rows = chain.from_iterable(read_pairs(path, form, columns) if form else iter_pairs(path) for path in sources)
    report(publish(rows, Target(out)), out, as_json=json_output)
