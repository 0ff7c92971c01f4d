"""The typer application, and the one place where an AlignError becomes a line and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from typing import Any

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from align import __version__
from align.cli.cache import cache
from align.cli.check import check
from align.cli.corpus import corpus
from align.cli.docs import docs
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


class _Commands(TyperGroup):
    """Tells of Ctrl-C, which typer would turn into an exit code without a word."""

    def make_context(self, *args: Any, **more: Any) -> Any:  # the context's type is private to typer
        """Find the command that was named."""
        with _interruptible():
            return super().make_context(*args, **more)

    def invoke(self, ctx: Any) -> Any:
        """Run it."""
        with _interruptible():
            return super().invoke(ctx)


@contextmanager
def _interruptible() -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        raise typer.Abort from None


app = typer.Typer(
    name="align",
    cls=_Commands,
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
app.command()(docs)
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
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper) and (stream.encoding or "").lower().replace("-", "") != "utf8":
            stream.reconfigure(errors="backslashreplace")  # a terminal of ASCII shows escapes, no traceback
    sys.exit(_code_of(lambda: app(standalone_mode=False)))


def _code_of(command: Callable[[], object]) -> int:
    """Run a command and say what went wrong; its exit code."""
    try:
        code = command()
        sys.stdout.flush()
    except AlignError as error:
        return _say(str(error), error.exit_code)
    except MemoryError:
        return _say("expected memory for the work, found none left; give it more, or less at once", 1)
    except TyperException as error:  # a flag or an argument that cannot be used
        error.show()  # type: ignore[attr-defined]  # all that a command raises have it
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        return _say("interrupted; run the same command again to go on", 130)
    except SystemExit as stop:
        is_gone = isinstance(stop.__context__, BrokenPipeError)  # typer has told it as an error of its own
        return 0 if is_gone else stop.code if isinstance(stop.code, int) else 1
    except BrokenPipeError:
        _let_go_of_standard_output()
        return 0  # the reader of our output, `head` say, has gone
    except OSError as error:
        if error.filename is not None:
            raise  # of a file: what opens it should have told
        _let_go_of_standard_output()
        return _say(f"cannot write to standard output: {error.strerror or error}; make room for it", 1)
    return code if isinstance(code, int) else 0


def _say(line: str, code: int) -> int:
    with suppress(OSError):
        typer.echo(f"align: {line}", err=True)
    return code


def _let_go_of_standard_output() -> None:
    """What is still to be written goes nowhere, so that the interpreter does not try once more when it ends."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
