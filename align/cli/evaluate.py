"""`align evaluate`: a run directory against a gold file, or a file of pairs against itself."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from align.cli.flags import settings_of
from align.cli.opening import Config, matcher_of
from align.cli.terminal import tell_torn
from align.ranges import MOST_SEED

if TYPE_CHECKING:
    from align.evaluate.report import Evaluation, Resampling


class Format(StrEnum):
    """How the figures are written."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"


def evaluate(
    gold: Path = typer.Argument(..., metavar="GOLD", help="Gold articles (docs/formats.md), pairs, or true beads."),
    run: Path | None = typer.Argument(None, metavar="[RUN]", help="The directory that `align run` wrote, or beads."),
    against: Path | None = typer.Option(None, metavar="RUN2", help="Another run of the same articles: a paired test."),
    by_text: bool = typer.Option(False, "--by-text", help="Find gold spans by their string: articles read from pages."),
    only_read: bool = typer.Option(False, "--only-read", help="Leave out articles that RUN does not hold."),
    model: str | None = typer.Option(None, metavar="NAME_OR_PATH", help="Encoder, for a file of pairs."),
    config: Config = None,
    form: Format = typer.Option(Format.TEXT, "--format", "-f", help="How the figures are written."),
    json_output: bool = typer.Option(False, "--json", help="The same as --format json."),
    out: Path | None = typer.Option(None, "--out", "-o", metavar="FILE", help="Write there, not to standard output."),
    plots: Path | None = typer.Option(None, metavar="DIR", help="Write the curves there as SVG and PNG."),
    draws: int = typer.Option(1000, min=100, max=100_000, help="Resamples behind the intervals."),
    seed: int = typer.Option(1, min=0, max=MOST_SEED, help="Of the resampling."),
) -> None:
    """Score a run against gold, with 95 % intervals.

    Tweets found, links by scenario, renderings, findings, and how far the probabilities can be believed. Without RUN:
    a file of pairs (TSV or JSONL with en and ar) as a test of retrieval and mining. Two files of alignments (ladder,
    Vecalign, Bertalign, beads.jsonl): precision, recall and F1 of beads, strict and lax.
    """
    from align.evaluate.report import Resampling, as_json, as_page, as_text
    from align.rows.kinds import RUN_FILES
    from align.writing import refuse_overwriting

    if run is not None and run.is_file():
        _evaluate_beads(gold, run, out, as_json=json_output or form is Format.JSON)
        return
    if run is None and (against or plots or by_text or only_read):
        raise typer.BadParameter("--against, --plots, --by-text and --only-read need RUN")
    if out:
        runs = [folder for folder in (run, against) if folder]
        refuse_overwriting(out, [gold, *(folder / name for folder in runs for name in RUN_FILES)])
    tell_torn([folder for folder in (run, against) if folder])
    evaluation = _evaluation(gold, run, against, by_text, only_read, model, config, Resampling(draws, seed))
    form = Format.JSON if json_output else form
    if form is Format.JSON:
        told = json.dumps(as_json(evaluation), ensure_ascii=False, indent=1)
    else:
        told = as_page(evaluation) if form is Format.HTML else as_text(evaluation)
    _write(evaluation, told, out, plots)


def _evaluate_beads(gold: Path, found: Path, out: Path | None, *, as_json: bool) -> None:
    from align.docs.formats import read_beads
    from align.evaluate.beads import count_beads, figures_text
    from align.files import write_atomic
    from align.writing import refuse_overwriting

    sides = [[(bead.en, bead.ar) for bead in read_beads(path)] for path in (gold, found)]
    counts = count_beads(*sides)
    told = json.dumps({**counts._asdict(), **counts.figures()}) if as_json else figures_text(counts)
    if out:
        refuse_overwriting(out, [gold, found])
        write_atomic(out, told + "\n")
    else:
        typer.echo(told)


def _evaluation(
    gold: Path, run: Path | None, against: Path | None, by_text: bool, only_read: bool, model: str | None,
    config: Path | None, resampling: Resampling,
) -> Evaluation:  # fmt: skip
    from align.evaluate.report import evaluate_pairs, evaluate_run

    if run is not None:
        return evaluate_run(gold, run, against=against, by_text=by_text, only_read=only_read, resampling=resampling)
    from align.errors import GoldError
    from align.pairs.texts import holds_pairs

    if not holds_pairs(gold):
        raise GoldError(f"expected RUN beside the gold articles, or pairs with en and ar, found neither in {gold}")
    return evaluate_pairs(gold, matcher_of(settings_of(config, embed={"model": model})), resampling)


def _write(evaluation: Evaluation, told: str, out: Path | None, plots: Path | None) -> None:
    from align.files import write_atomic

    if plots and evaluation.curves is not None:
        from align.evaluate.draw import write_plots

        for path in write_plots(evaluation.curves, plots):
            typer.echo(f"align: wrote {path}", err=True)
    if out:
        write_atomic(out, told + "\n")
    else:
        typer.echo(told)
