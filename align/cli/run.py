"""`align run`: articles in, a run directory out."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from align.cli.flags import settings_of
from align.cli.opening import AlarmRate, Config, RulesOnly, tell
from align.cli.spread import Cluster, WorkerCount, check_workers
from align.cli.terminal import printable
from align.ranges import MOST_COUNT, MOST_DAYS

if TYPE_CHECKING:
    from align.run.session import Opening, Workers

_LOADING = "loading the encoder"


def run(
    inputs: list[str] = typer.Argument(..., metavar="INPUT", help="Files, folders or globs; - for standard input."),
    out: Path = typer.Option(..., "--out", "-o", metavar="DIR", help="Where the results go; made when missing."),
    model: str | None = typer.Option(None, metavar="NAME_OR_PATH", help="Encoder; see `align models`."),
    engine: str | None = typer.Option(None, metavar="NAME", help="auto, torch, onnx or openvino; see `align models`."),
    threshold: float | None = typer.Option(None, min=0, max=1, help="Least probability of a pair."),
    precision: float | None = typer.Option(None, min=0, max=1, help="Instead: the threshold that held this precision."),
    tweets: Path | None = typer.Option(None, metavar="DIR", help="An index of tweets to match as well."),
    days_before: int | None = typer.Option(
        None, min=0, max=MOST_DAYS, help="How many days before the article they may be."
    ),
    days_after: int | None = typer.Option(None, min=0, max=MOST_DAYS, help="How many days after it."),
    cluster: Cluster = None,
    workers: WorkerCount = None,
    limit: int | None = typer.Option(None, min=1, max=MOST_COUNT, help="Stop after this many articles."),
    text_field: str | None = typer.Option(None, metavar="NAME", help="Field or column that holds an article's text."),
    html_field: str | None = typer.Option(None, metavar="NAME", help="Field or column that holds its page."),
    id_field: str | None = typer.Option(None, metavar="NAME", help="Field or column that holds its id."),
    date_field: str | None = typer.Option(None, metavar="NAME", help="Field or column that holds its date."),
    alarm_rate: AlarmRate = None,
    rules_only: RulesOnly = None,
    config: Config = None,
    redo: bool = typer.Option(False, "--redo", help="Replace what DIR holds, even from other settings."),
    json_output: bool = typer.Option(False, "--json", help="Print the summary as JSON on standard output."),
    quiet: bool = typer.Option(False, "--quiet", "-q", help="No progress and no table."),
) -> None:
    """Find the tweets in Arabic articles, and the text that renders them.

    Each English sentence is paired with the Arabic that renders it, and the pairs are checked. The same command again
    does only what is new; Ctrl-C leaves DIR whole. Exit codes: 0 done, 1 nothing usable, 2 usage, 130 interrupted.
    """
    if threshold is not None and precision is not None:
        raise typer.BadParameter("give --threshold or --precision, not both")
    if tweets is None and (days_before is not None or days_after is not None):
        raise typer.BadParameter("--days-before and --days-after need --tweets")
    check_workers(cluster, workers)
    settings = settings_of(
        config,
        embed={"model": model, "engine": engine},
        match={"threshold": threshold, "precision": precision},
        read={"text_field": text_field, "html_field": html_field, "id_field": id_field, "date_field": date_field},
        check={"alarm_rate": alarm_rate, "rules_only": rules_only},
    )
    from align.rows.kinds import RUN_FILES
    from align.run.directory import RunDirectory
    from align.run.loop import run_articles
    from align.run.session import Opening
    from align.tweets.lookup import Window
    from align.writing import refuse_overwriting

    for name in RUN_FILES:
        refuse_overwriting(out / name, map(Path, inputs))
    opening = Opening(settings, tweets, Window(days_before, days_after))
    with _progress(quiet or json_output) as advance, ExitStack() as stack:
        crew = _workers(opening, cluster, workers, stack)
        tell(crew.notices)
        directory = stack.enter_context(RunDirectory(out, crew.signature, redo=redo))
        result = run_articles(inputs, crew, directory, limit=limit, advance=advance)
    if json_output:
        typer.echo(json.dumps(result.summary, ensure_ascii=False))
    elif not quiet:
        from align.cli.table import print_run

        print_run(out, result)
    if result.was_interrupted:
        typer.echo(f"align: interrupted; {out} is whole. Run the same command again to go on.", err=True)
        raise typer.Exit(130)
    if not result.usable:
        typer.echo(f"align: nothing usable in any input; the reasons are in {out / 'rejected.jsonl'}", err=True)
        raise typer.Exit(1)


def _workers(opening: Opening, cluster: str | None, count: int | None, stack: ExitStack) -> Workers:
    if cluster is None:
        from align.embed.machine import threads
        from align.run.session import LocalSession

        aligners = opening.aligners(threads())
        if len(aligners) == 1:
            return LocalSession(aligners[0])
        from align.run.workers.threads import on_threads

        return stack.enter_context(on_threads(aligners, opening))
    from align.run.workers import on_cluster

    return stack.enter_context(on_cluster(cluster, count, opening))


@contextmanager
def _progress(is_silent: bool) -> Iterator[Callable[[str], None]]:
    """A bar where standard error is a terminal, plain lines where it is not; articles are not counted beforehand."""
    if is_silent:
        yield lambda message: None
    elif sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn, TimeElapsedColumn

        columns: Iterable[ProgressColumn] = (
            BarColumn(bar_width=20),  # pulses: how many articles there are is known only at the end
            TextColumn("{task.completed} articles"),
            TimeElapsedColumn(),
            TextColumn("{task.description}", markup=False),  # brackets in an id are no markup
        )
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(_LOADING, total=None)
            yield lambda message: bar.update(task, advance=1, description=printable(message))
    else:
        typer.echo(f"align: {_LOADING}", err=True)
        yield _plain_lines()


def _plain_lines() -> Callable[[str], None]:
    count = 0

    def advance(message: str) -> None:
        nonlocal count
        count += 1
        if count <= 10 or count % 100 == 0:  # a log of a million articles stays readable
            typer.echo(f"align: {count} {printable(message)}", err=True)

    return advance
