"""`align export`: pairs out, in the formats that other tools read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from align.export.formats import ExportFormat

if TYPE_CHECKING:
    from align.corpus.publish import Exported

SOURCES = typer.Argument(..., metavar="SOURCE...", help="Run or mining directories, or corpora in any format.")
OUT = typer.Option(..., "--out", "-o", metavar="PATH", help="File or folder to write; PREFIX for moses; - for jsonl.")
FORMAT = typer.Option(ExportFormat.JSONL, "--format", "-f", help="What to write.")
CONFIG = typer.Option(None, metavar="FILE", help="Filters in TOML; --filter wins over it.")
FILTERS = typer.Option([], "--filter", metavar="NAME=VALUE", help="A filter, as docs/export.md lists them; repeatable.")
OVERWRITE = typer.Option(False, help="Replace a dataset folder that is there.")
JSON = typer.Option(False, "--json", help="Print the counts as JSON.")


def export(
    sources: list[Path] = SOURCES,
    out: Path = OUT,
    form: ExportFormat = FORMAT,
    config: Path | None = CONFIG,
    filters: list[str] = FILTERS,
    dehydrate: bool = typer.Option(False, help="Tweet ids and offsets instead of tweet texts."),
    licence: str = typer.Option("unknown", help="Licence that the data card names."),
    bom: bool = typer.Option(False, help="Begin TSV and CSV with a byte order mark."),
    overwrite: bool = OVERWRITE,
    json_output: bool = JSON,
) -> None:
    """Write pairs as JSONL, TSV, CSV, Moses, TMX, XLIFF, Parquet or a dataset folder; filtered, with their origin."""
    from align.corpus.publish import Target, facts_of, filter_settings, publish, read_all

    settings = filter_settings(config, filters)
    words = ["align", "export", *(path.name for path in sources), "--format", form.value, "--out", out.name]
    words += [part for setting in filters for part in ("--filter", setting)] + (["--dehydrate"] if dehydrate else [])
    command = " ".join(word if word.isprintable() and " " not in word else json.dumps(word) for word in words)
    facts = facts_of(sources, out, settings, licence=licence, command=command, dehydrate=dehydrate)
    target = Target(out, form, with_bom=bom, overwrite=overwrite, facts=facts)
    report(publish(read_all(sources), target, settings, dehydrate=dehydrate), out, as_json=json_output)


def report(result: Exported, out: Path, *, as_json: bool) -> None:
    """Say what was written and left out; exit code 1 when nothing was written."""
    counts = {"read": result.read, "written": result.written, "rejected": result.refused, "splits": result.splits}
    is_stdout = str(out) == "-"
    if as_json:
        typer.echo(json.dumps(counts, ensure_ascii=False), err=is_stdout)
    else:
        left_out = ", ".join(f"{count} {reason}" for reason, count in result.refused.items())
        where = "" if is_stdout else f" to {out}"
        typer.echo(
            f"{result.written} of {result.read} pairs written{where}"
            + (f"; left out: {left_out}; see {out}.rejected.jsonl" if left_out else ""),
            err=is_stdout,
        )
    if not result.written:
        typer.echo("align: no pair was written; loosen the filters, or look at the reasons", err=True)
        raise typer.Exit(1)
