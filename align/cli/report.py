"""`align report`: a run as one self-contained page."""

from __future__ import annotations

from pathlib import Path

import typer

from align.cli.check import Language
from align.cli.terminal import tell_torn
from align.ranges import MOST_COUNT


def report(
    run: Path = typer.Argument(..., metavar="RUN", help="A run directory."),
    out: Path = typer.Option(Path("report.html"), "--out", "-o", metavar="FILE", help="Where the page goes."),
    lang: Language = typer.Option(Language.ENGLISH, help="Language of the page."),
    limit: int = typer.Option(
        400, min=1, max=MOST_COUNT, help="Articles shown in full; the summary always counts all."
    ),
) -> None:
    """Write a page that shows every tweet beside its renderings, with word links, findings, plots and filters."""
    from align.files import write_atomic
    from align.report import render_run
    from align.rows.kinds import RUN_FILES
    from align.writing import refuse_overwriting

    tell_torn([run])
    refuse_overwriting(out, [run / name for name in RUN_FILES])
    write_atomic(out, render_run(run, lang.value, limit))
    if str(out) != "-":
        typer.echo(f"wrote {out}")
