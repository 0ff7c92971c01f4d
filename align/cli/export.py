"""`align export`: pairs out, in the formats that other tools read."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from align.cli.terminal import tell_torn
from align.pairs.export.formats import ExportFormat

if TYPE_CHECKING:
    from align.pairs.corpus.card import CardFacts
    from align.pairs.corpus.filters import FilterSettings
    from align.pairs.corpus.origin import About
    from align.pairs.corpus.publish import Exported, Target


class Format(StrEnum):
    """What `align export` writes: those of `ExportFormat`, and the ladder of aligned documents."""

    JSONL = "jsonl"
    TSV = "tsv"
    CSV = "csv"
    MOSES = "moses"
    TMX = "tmx"
    XLIFF12 = "xliff1.2"
    XLIFF21 = "xliff2.1"
    PARQUET = "parquet"
    DATASET = "dataset"
    LADDER = "ladder"


SOURCES = typer.Argument(..., metavar="SOURCE...", help="Run directories, review stores, corpora in any format.")
OUT = typer.Option(..., "--out", "-o", metavar="PATH", help="File or folder to write; PREFIX for moses; - for jsonl.")
FORMAT = typer.Option(ExportFormat.JSONL, "--format", "-f", help="What to write.")
CONFIG = typer.Option(None, metavar="FILE", help="Filters in TOML; --filter wins over it.")
FILTERS = typer.Option([], "--filter", metavar="NAME=VALUE", help="A filter, as docs/export.md lists them; repeatable.")
DEHYDRATE = typer.Option(False, help="Tweet ids and offsets instead of tweet texts.")
LICENCE = typer.Option("unknown", help="Licence that the data card names.")
BOM = typer.Option(False, help="Begin TSV and CSV with a byte order mark.")
OVERWRITE = typer.Option(False, help="Replace a dataset folder that is there.")
JSON = typer.Option(False, "--json", help="Print the counts as JSON.")


def export(
    sources: list[Path] = SOURCES,
    out: Path = OUT,
    form: Format = typer.Option(Format.JSONL, "--format", "-f", help="What to write; ladder: of align docs."),
    config: Path | None = CONFIG,
    filters: list[str] = FILTERS,
    dehydrate: bool = DEHYDRATE,
    licence: str = LICENCE,
    bom: bool = BOM,
    overwrite: bool = OVERWRITE,
    json_output: bool = JSON,
) -> None:
    """Write pairs as JSONL, TSV, CSV, Moses, TMX, XLIFF, Parquet or a dataset folder; filtered, with their origin."""
    from align.pairs.corpus.publish import filter_settings, publish, read_all

    if form is Format.LADDER:
        from align.docs.formats import export_ladder

        if len(sources) != 1 or config or filters:
            raise typer.BadParameter("a ladder has one SOURCE, the directory of align docs, and no filters")
        typer.echo(f"{export_ladder(sources[0], out)} beads written to {out}")
        return
    settings = filter_settings(config, filters)
    options = ["--licence", licence, *(["--dehydrate"] if dehydrate else [])]
    target = target_of(
        "export", sources, out, ExportFormat(form.value), settings, options=options, bom=bom, overwrite=overwrite
    )
    report(publish(read_all(sources), target, settings, dehydrate=dehydrate), out, as_json=json_output)


def target_of(
    command: str,
    sources: Sequence[Path],
    out: Path,
    form: ExportFormat,
    settings: FilterSettings | None = None,
    *,
    options: Sequence[str] = (),
    bom: bool = False,
    overwrite: bool = False,
) -> Target:
    """Where an export goes; a dataset folder with what its card says of the sources."""
    from align.pairs.corpus.publish import Target
    from align.pairs.corpus.sources import about

    tell_torn(sources)
    facts = None
    if form is ExportFormat.DATASET:
        told = [about(path) for path in sources]
        facts = card_facts(command, [path.name for path in sources], told, out, settings, options)
    return Target(out, form, with_bom=bom, overwrite=overwrite, facts=facts, sources=tuple(sources))


def card_facts(
    command: str,
    sources: Sequence[str],
    told: Sequence[About],
    out: Path,
    settings: FilterSettings | None,
    options: Sequence[str],
) -> CardFacts:
    """What the data card of an export says beyond the numbers, and the command that makes it again.

    Names stand for whole paths, which say where on whose disk, not which.
    """
    from align.pairs.corpus.card import CardFacts

    changed = settings.changed() if settings else {}
    if settings and settings.exclude:
        changed["exclude"] = [Path(path).name for path in settings.exclude]
    given = [f"{name}={_toml(item)}" for name, value in changed.items() for item in _items(value)]
    words = ["align", *command.split(), *sources, "--format", "dataset", "--out", out.name, *options]
    words += [part for setting in given for part in ("--filter", setting)]
    licence = options[options.index("--licence") + 1] if "--licence" in options else "unknown"
    return CardFacts(
        out.name,
        licence=licence,
        sources=tuple(sources),
        signatures=tuple(sorted({signature for one in told for signature in one.signatures})),
        review=tuple(line for one in told for line in one.review),
        command=shlex.join(words),
        filters=changed,
        is_dehydrated="--dehydrate" in options,
    )


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _toml(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


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
        typer.echo("align: no pair was written: the sources hold none, or the reasons above refuse them all", err=True)
        raise typer.Exit(1)
