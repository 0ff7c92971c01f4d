"""`align docs`: two documents, or two folders of them, side by side."""

from __future__ import annotations

import json
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from align.cli.flags import settings_of
from align.cli.opening import Config, matcher_of
from align.cli.spread import Cluster, WorkerCount, check_workers
from align.cli.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from align.docs.plan import Planned, Planning
    from align.records import Rejection


class PairBy(StrEnum):
    """What tells the partner of a document."""

    AUTO = "auto"
    NAME = "name"
    CONTENT = "content"


def docs(
    english: str = typer.Argument(..., metavar="EN", help="English document, folder or JSONL; or a table of pairs."),
    arabic: str | None = typer.Argument(None, metavar="[AR]", help="The Arabic side; left out with a table."),
    out: Path = typer.Option(..., "--out", "-o", metavar="DIR", help="Where the results go; made when missing."),
    lines: bool = typer.Option(False, "--lines", help="Each line is a sentence; else sentences are told by stops."),
    pair_by: PairBy = typer.Option(PairBy.AUTO, help="How documents of two folders find each other."),
    beads: Path | None = typer.Option(
        None, metavar="FILE", help="Take these beads (ladder, Vecalign, Bertalign, beads.jsonl) in place of aligning."
    ),
    threshold: float | None = typer.Option(None, min=0, max=1, help="Least probability of a bead; below it: gaps."),
    check: bool = typer.Option(True, "--check/--no-check", help="Judge each pair, as align check does."),
    links: bool = typer.Option(False, "--links", help="Write the word links of each pair; needs --check."),
    html: Path | None = typer.Option(None, metavar="FILE", help="Draw both columns with the links between them."),
    redo: bool = typer.Option(False, "--redo", help="Replace what DIR holds of other settings."),
    model: str | None = typer.Option(None, metavar="NAME_OR_PATH", help="Encoder; see `align models`."),
    weights: Path | None = typer.Option(None, metavar="FILE", help="Weights of alignment in place of those that ship."),
    config: Config = None,
    cluster: Cluster = None,
    workers: WorkerCount = None,
    json_output: bool = typer.Option(False, "--json", help="Print the summary as JSON on standard output."),
    quiet: bool = typer.Option(False, "--quiet", "-q", help="No progress."),
) -> None:
    """Align the sentences of documents with those of their translations: merges, splits, gaps, moved passages.

    Text, HTML, Markdown, DOCX, JSONL; a table names the files of a pair in the columns en and ar. A job that was
    stopped goes on where it was. Exit codes: 0 done, 1 no pair.
    """
    check_workers(cluster, workers)
    if beads is not None and cluster:
        raise typer.BadParameter("--beads is for two documents, leave --cluster out")
    from align.docs.aligner import DocsAligner, DocsOptions
    from align.docs.formats import read_beads
    from align.docs.job import align_here, run_docs
    from align.docs.plan import PairBy as By
    from align.docs.plan import Planning
    from align.docs.weights import docs_weights, weights_with

    settings = settings_of(config, embed={"model": model})
    given = read_beads(beads) if beads else None
    options = DocsOptions(lines, threshold, check, links)
    own = weights_with(weights, threshold)
    matcher = matcher_of(settings)
    planning = Planning(settings.read, lines, By(pair_by.value), lambda: matcher, lambda: docs_weights(weights))
    aligner = DocsAligner(matcher, own, options, settings.check)
    with ExitStack() as stack:
        work = align_here(aligner, given)
        if cluster:
            from align.docs.cluster import align_spread
            from align.run.workers.cluster import connected

            work = align_spread(stack.enter_context(connected(cluster, workers)), settings, options, weights)
        inputs = [english, *([arabic] if arabic else [])]
        summary = run_docs(out, _planned(planning, english, arabic), aligner, work, settings, inputs, redo=redo)
    if html:
        from align.docs.page import write_page

        write_page(out, html)
    _tell(summary, out, as_json=json_output, quiet=quiet)


def _planned(planning: Planning, english: str, arabic: str | None) -> Iterable[Planned | Rejection]:
    return planning.of_table(Path(english)) if arabic is None else planning.of_sides(english, arabic)


def _tell(summary: dict[str, object], out: Path, *, as_json: bool, quiet: bool) -> None:
    counts, this = summary["counts"], summary["this_run"]
    assert isinstance(counts, dict) and isinstance(this, dict)
    if as_json:
        typer.echo(json.dumps(summary, ensure_ascii=False))
    elif not quiet:
        typer.echo(
            f"{this['aligned']} pairs of documents aligned, {this['unchanged']} unchanged, {this['refused']} inputs "
            f"refused; {printable(str(out))} holds {counts['document_pairs']} with {counts['pairs']} pairs of sentences"
        )
    if not counts["pairs"]:
        typer.echo(f"align: no pair; the reasons are in {printable(str(out / 'rejected.jsonl'))}", err=True)
        raise typer.Exit(1)
