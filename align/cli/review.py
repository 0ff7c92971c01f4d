"""`align review`: decide alignments on a page, and use what was decided."""

from __future__ import annotations

import json
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from align.cli.export import BOM, CONFIG, DEHYDRATE, FILTERS, FORMAT, JSON, LICENCE, OUT, OVERWRITE, card_facts, report
from align.cli.flags import settings_of
from align.cli.opening import Config
from align.errors import SettingsError, StoreError
from align.pairs.export.formats import ExportFormat

if TYPE_CHECKING:
    from align.review.serve import Served
    from align.store.load import ImportResult

review = typer.Typer(no_args_is_help=True, help="Decide alignments on a web page; export, count and learn from it.")

_SOURCES = typer.Argument(
    None,
    metavar="SOURCE...",
    readable=False,  # it is told in one line when it is opened
    help="Run directories, files of pairs, or one review store.",
)
_STORE = typer.Option(None, "--store", metavar="FILE|URL", help="Where decisions are kept; SQLite or postgresql://")
_EXTRA = {"fastapi": "fastapi", "uvicorn": "uvicorn", "python_multipart": "python-multipart"}  # by module


def _sample_name(value: str | None) -> str | None:
    from align.store.queue import Filters

    try:
        return Filters.parse({"sample": value or ""}).sample
    except StoreError as error:
        raise typer.BadParameter(str(error)) from error


_SAMPLE = typer.Option(None, metavar="NUMBER/SEED", callback=_sample_name, help="Only the pairs of this random sample.")


@review.command()
def serve(
    sources: list[Path] | None = _SOURCES,
    store: str | None = _STORE,
    host: str = typer.Option("127.0.0.1", help="Address to listen on; any other than loopback needs --token."),
    name: list[str] | None = typer.Option(
        None, metavar="HOST", help="A further name by which the page may be asked for, a TLS proxy's say."
    ),
    port: int = typer.Option(8321, min=0, max=65535, help="0: any free one."),
    token: str | None = typer.Option(None, envvar="ALIGN_REVIEW_TOKEN", help="Secret from which links are made."),
    reviewer: list[str] | None = typer.Option(None, metavar="NAME", help="Someone who reviews; may be repeated."),
    lead: str | None = typer.Option(None, metavar="NAME", help="Who settles disagreements; in a new store the first."),
    overlap: float | None = typer.Option(None, min=0, max=1, help="Share of the pairs that two people decide."),
    sample: int | None = typer.Option(None, min=1, max=999_999, help="Only so many pairs, drawn at random."),
    seed: int = typer.Option(1, min=0, max=999_999_999, help="Seed of --sample."),
    browser: bool = typer.Option(True, "--browser/--no-browser", help="Open the page."),
) -> None:
    """Open the review page on SOURCE and print every reviewer's link; Ctrl-C ends it."""
    _require_extra()
    from align.review.browser import open_privately
    from align.review.opening import open_review, open_review_early
    from align.review.serve import check_address
    from align.review.serve import serve as run_server
    from align.store.load import set_overlap
    from align.store.queue import draw_sample
    from align.store.reviewers import enrol

    check_address(host, token)
    if sample is None:
        opened = open_review_early(
            sources or [], store, _tell_import, lambda text: typer.echo(f"align: {text}", err=True)
        )
    else:
        opened = open_review(sources or [], store, _tell_import)  # a sample is drawn from all of it
    names = enrol(opened, reviewer or [], lead, _own_name())
    if overlap is not None:
        set_overlap(opened, overlap)
    queue = f"?sample={draw_sample(opened, sample, seed)}&order=random" if sample is not None else ""

    def started(served: Served) -> None:
        for reviewer_name in served.tokens:
            typer.echo(f"{reviewer_name}: {served.link(reviewer_name, served.places[0])}{queue}")
        if len(served.places) > 1:
            typer.echo(f"align: the same links also begin with {', '.join(served.places[1:])}", err=True)
        if browser:
            open_privately(served.link(names[0], served.places[-1]) + queue, kept)

    with ExitStack() as kept:
        run_server(opened, host, port, token, started, name or [])


@review.command()
def export(
    sources: list[Path] | None = _SOURCES,
    store: str | None = _STORE,
    out: Path = OUT,
    form: ExportFormat = FORMAT,
    config: Path | None = CONFIG,
    filters: list[str] = FILTERS,
    dehydrate: bool = DEHYDRATE,
    licence: str = LICENCE,
    bom: bool = BOM,
    overwrite: bool = OVERWRITE,
    decisions: Path | None = typer.Option(None, metavar="FILE", help="Every decision as well, as JSONL."),
    json_output: bool = JSON,
) -> None:
    """Write the accepted pairs, corrected texts in place; disputed ones wait until they are settled."""
    from align.files import write_jsonl
    from align.pairs.corpus.publish import Target, filter_settings, publish
    from align.pairs.corpus.reviewed import about_reviews, accepted_pairs
    from align.review.opening import open_review
    from align.store.results import iter_events
    from align.writing import refuse_overwriting

    settings = filter_settings(config, filters)
    opened = open_review(sources or [], store)
    facts = None
    if form is ExportFormat.DATASET:
        names = [path.name for path in sources or [Path(opened.name)]]
        options = ["--licence", licence, *(["--dehydrate"] if dehydrate else [])]
        facts = card_facts("review export", names, [about_reviews(opened)], out, settings, options)
    held = (*(sources or []), *opened.files())
    target = Target(out, form, with_bom=bom, overwrite=overwrite, facts=facts, sources=held)
    if decisions is not None:
        refuse_overwriting(decisions, [*held, out])
    written = publish(accepted_pairs(opened), target, settings, dehydrate=dehydrate)
    if decisions is not None:
        typer.echo(f"{write_jsonl(decisions, iter_events(opened))} decisions in {decisions}", err=str(out) == "-")
    report(written, out, as_json=json_output)


@review.command()
def stats(
    sources: list[Path] | None = _SOURCES,
    store: str | None = _STORE,
    sample: str | None = _SAMPLE,
    precision: float = typer.Option(0.97, min=0, max=1, help="Precision that the advised threshold is to keep."),
    json_output: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Precision with its interval, by outlet and by finding; agreement; the threshold that keeps a precision."""
    from align.review.figures import as_json, as_text
    from align.review.opening import open_review
    from align.store.results import figures

    opened = open_review(sources or [], store)
    with opened.reading() as session:
        numbers = figures(session, sample=sample)
    typer.echo(json.dumps(as_json(numbers, precision), indent=1) if json_output else as_text(numbers, precision))


@review.command()
def recalibrate(
    sources: list[Path] | None = _SOURCES,
    store: str | None = _STORE,
    sample: str | None = _SAMPLE,
    apply: Path | None = typer.Option(None, metavar="FILE", help="Write the refitted weights there."),
    config: Config = None,
) -> None:
    """Refit the probabilities to the decisions; shown out of fold by article, written only with --apply."""
    from align.models.bundle import bundle_without_encoder
    from align.review.opening import open_review
    from align.review.recalibration import as_text, judged_pairs, write_weights
    from align.review.recalibration import recalibrate as refit
    from align.writing import refuse_overwriting

    opened = open_review(sources or [], store)
    if apply is not None:
        refuse_overwriting(apply, [*(sources or []), *opened.files()])
    result = refit(judged_pairs(opened, sample))
    typer.echo(as_text(result))
    if apply is not None:
        write_weights(result, bundle_without_encoder(settings_of(config).match.weights), apply)
        typer.echo(f'written: {apply}\nUse it with a settings file that says [match] weights = "{apply}"')


def _tell_import(path: Path, result: ImportResult) -> None:
    if result.was_known:
        return
    line = f"{path}: {result.articles} articles, {result.new_pairs} new pairs, {result.known_pairs} known"
    if result.carried or result.lost:
        line += (
            f"; {result.carried} decisions carried over, {result.lost} without a pair of theirs (see the figures page)"
        )
    typer.echo(line, err=True)


def _require_extra() -> None:
    """Raises SettingsError when a package that serves the page is not installed."""
    missing = [package for module, package in _EXTRA.items() if find_spec(module) is None]
    if missing:
        raise SettingsError(
            f"expected {' and '.join(missing)}, which serve the review page, found none; "
            "pip install 'quote-align[review]'"
        )


def _own_name() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "reviewer"
