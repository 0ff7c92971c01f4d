"""The typer application, and the one place where an AlignError becomes a line and an exit code."""

from __future__ import annotations

import sys

import typer

from align import __version__
from align.cli.cache import cache
from align.cli.check import check
from align.cli.corpus import corpus
from align.cli.evaluate import evaluate
from align.cli.export import export
from align.cli.importing import import_pairs
from align.cli.index import index, search
from align.cli.mine import mine
from align.cli.models import models
from align.cli.report import report
from align.cli.review import review
from align.cli.run import run
from align.errors import AlignError

app = typer.Typer(
    name="align",
    help="Match English tweets to the Arabic text that translates them, and check that translation.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help, as docs/cli.md prints it
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(run)
app.command()(check)
app.command()(report)
app.command()(evaluate)
app.command()(models)
app.add_typer(cache, name="cache")
app.add_typer(review, name="review")
app.command()(export)
app.command()(mine)
app.add_typer(index, name="index")
app.command()(search)
app.command("import")(import_pairs)
app.add_typer(corpus, name="corpus")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"align {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: bool = typer.Option(False, "--version", help="Print the version.", callback=_print_version, is_eager=True),
) -> None:
    """Match English tweets to the Arabic text that translates them, and check that translation."""


def main() -> None:
    """Run the command line; an error of the input or the user is one line on standard error."""
    try:
        app()
    except AlignError as error:
        typer.echo(f"align: {error}", err=True)
        sys.exit(error.exit_code)
    except MemoryError:
        typer.echo("align: expected memory for the work, found none left; give it more, or less at once", err=True)
        sys.exit(1)
    except BrokenPipeError:
        sys.exit(0)  # the reader of our output, `head` say, has gone
