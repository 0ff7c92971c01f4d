"""`align evaluate`: a run directory against a gold file, or a file of pairs against itself."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from align.evaluate.report import Evaluation, Resampling


class Format(StrEnum):
    """How the figures are written."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"


def evaluate(
    gold: Path = typer.Argument(..., metavar="GOLD", help="Gold articles (docs/formats.md), or a file of pairs."),
    run: Path | None = typer.Argument(None, metavar="[RUN]", help="The directory that `align run` wrote."),
    against: Path | None = typer.Option(None, metavar="RUN2", help="Another run of the same articles: a paired test."),
    by_text: bool = typer.Option(False, "--by-text", help="Find gold spans by their string: articles read from pages."),
    only_read: bool = typer.Option(False, "--only-read", help="Leave out articles that RUN does not hold."),
    model: str | None = typer.Option(None, metavar="NAME_OR_PATH", help="Encoder, for a file of pairs."),
    form: Format = typer.Option(Format.TEXT, "--format", "-f", help="How the figures are written."),
    json_output: bool = typer.Option(False, "--json", help="The same as --format json."),
    out: Path | None = typer.Option(None, "--out", "-o", metavar="FILE", help="Write there, not to standard output."),
    plots: Path | None = typer.Option(None, metavar="DIR", help="Write the curves there as SVG and PNG."),
    draws: int = typer.Option(1000, min=100, max=100_000, help="Resamples behind the intervals."),
    seed: int = typer.Option(1, min=0, help="Of the resampling."),
) -> None:
    """Score a run against gold, with 95 % intervals.

    Tweets found, links by scenario, renderings, findings, and how far the probabilities can be believed. Without RUN:
    a file of pairs (TSV or JSONL with en and ar) as a test of retrieval and mining.
    """
    from align.evaluate.report import Resampling, as_json, as_page, as_text

    if run is None and (against or plots or by_text or only_read):
        raise typer.BadParameter("--against, --plots, --by-text and --only-read need RUN")
    evaluation = _evaluation(gold, run, against, by_text, only_read, model, Resampling(draws, seed))
    form = Format.JSON if json_output else form
    if form is Format.JSON:
        told = json.dumps(as_json(evaluation), ensure_ascii=False, indent=1)
    else:
        told = as_page(evaluation) if form is Format.HTML else as_text(evaluation)
    _write(evaluation, told, out, plots)


def _evaluation(
    gold: Path, run: Path | None, against: Path | None, by_text: bool, only_read: bool, model: str | None,
    resampling: Resampling,
) -> Evaluation:  # fmt: skip
    from align.evaluate.report import evaluate_pairs, evaluate_run

    if run is not None:
        return evaluate_run(gold, run, against=against, by_text=by_text, only_read=only_read, resampling=resampling)
    from align.errors import GoldError
    from align.match.matcher import open_matcher
    from align.mine.weights import load_weights
    from align.pairs.texts import holds_pairs
    from align.settings import EmbedSettings

    if not holds_pairs(gold):
        raise GoldError(f"expected RUN beside the gold articles, or pairs with en and ar, found neither in {gold}")
    matcher = open_matcher(EmbedSettings(model=model) if model else EmbedSettings())
    return evaluate_pairs(gold, matcher, load_weights(), resampling)


def _write(evaluation: Evaluation, told: str, out: Path | None, plots: Path | None) -> None:
    from align.errors import WriteError
    from align.files import write_atomic

    try:
        if plots and evaluation.curves is not None:
            from align.evaluate.draw import write_plots

            for path in write_plots(evaluation.curves, plots):
                typer.echo(f"align: wrote {path}", err=True)
        if out:
            write_atomic(out, told + "\n")
    except OSError as error:
        raise WriteError(f"cannot write {error.filename or out or plots}: {error}; choose another place") from error
    if not out:
        typer.echo(told)
