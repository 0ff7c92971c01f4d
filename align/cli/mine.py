"""`align mine`: two corpora in, pairs out."""

from __future__ import annotations

import json
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from align.cli.spread import Cluster, Workers, check_workers
from align.cli.terminal import printable

if TYPE_CHECKING:
    from align.mine.work import Work
    from align.settings import EmbedSettings


class Way(StrEnum):
    """Whose neighbours may become pairs."""

    UNION = "union"
    INTERSECTION = "intersection"
    FORWARD = "forward"
    BACKWARD = "backward"


def mine(
    english: str = typer.Argument(..., metavar="EN", help="English: one sentence a line, or a collection of tweets."),
    arabic: str = typer.Argument(..., metavar="AR", help="Arabic: the same."),
    out: Path = typer.Option(..., "--out", "-o", metavar="DIR", help="Where the results go; made when missing."),
    direction: Way = typer.Option(Way.UNION, help="Candidates: neighbours in either direction, in both, or in one."),
    k: int = typer.Option(4, "--k", min=1, max=64, help="Neighbours that the margin is measured against."),
    threshold: float | None = typer.Option(None, min=0, max=1, help="Least probability; 0 keeps every best pair."),
    precision: float | None = typer.Option(None, min=0, max=1, help="Instead: the threshold that held this precision."),
    near: float = typer.Option(
        0.9, min=0, max=1, help="Likeness from which sentences of a side count as one; 1: equal."
    ),
    model: str | None = typer.Option(None, metavar="NAME_OR_PATH", help="Encoder; see `align models`."),
    cluster: Cluster = None,
    workers: Workers = None,
    json_output: bool = typer.Option(False, "--json", help="Print the summary as JSON on standard output."),
    quiet: bool = typer.Option(False, "--quiet", "-q", help="No progress."),
) -> None:
    """Find the pairs that two corpora share; each sentence in one pair at most, best first.

    Scores stand on every pair; what is below the threshold goes to rejected.jsonl. Exit codes: 0 done, 1 no pair.
    """
    if threshold is not None and precision is not None:
        raise typer.BadParameter("give --threshold or --precision, not both")
    check_workers(cluster, workers)
    from align.match.matcher import open_matcher
    from align.mine.job import MineSettings, run_job
    from align.mine.mining import Direction
    from align.mine.weights import load_weights
    from align.settings import EmbedSettings, ReadSettings

    def say(line: str) -> None:
        if not quiet and not json_output:
            typer.echo(f"align: {printable(line)}", err=True)

    embed = EmbedSettings(model=model) if model else EmbedSettings()
    matcher = open_matcher(embed)
    settings = MineSettings(Direction(direction.value), k, threshold, precision, near)
    with ExitStack() as stack:
        work = _spread(cluster, workers, embed, stack) if cluster else None
        result = run_job(english, arabic, out, matcher, load_weights(), settings, ReadSettings(), say, work)
    if json_output:
        typer.echo(json.dumps(result.summary, ensure_ascii=False))
    elif not quiet:
        typer.echo(f"{result.pairs} pairs in {out / 'pairs.jsonl'}")
    if not result.pairs:
        typer.echo(f"align: no pair; candidates and reasons are in {out / 'rejected.jsonl'}", err=True)
        raise typer.Exit(1)


def _spread(cluster: str, workers: int | None, embed: EmbedSettings, stack: ExitStack) -> Work:
    from align.mine.cluster import SpreadMining
    from align.run.workers.cluster import connected

    return SpreadMining(stack.enter_context(connected(cluster, workers)), embed)
