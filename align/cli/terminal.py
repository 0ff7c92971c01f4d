"""What is written to a terminal: an article is foreign text, and its control characters stop here."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import typer

_CONTROLS = {code: "\ufffd" for code in (*range(32), *range(127, 160))} | {ord(char): " " for char in "\t\n\r"}


def printable(text: str) -> str:
    """The text on one line, without control characters."""
    return text.translate(_CONTROLS)


def tell_torn(sources: Iterable[Path]) -> None:
    """A line for each run directory among `sources` whose files are not of one moment."""
    from align.rows.reading import torn_files

    for path in sources:
        if torn := torn_files(path):
            typer.echo(
                f"align: {path}: {', '.join(torn)} changed since run.json was written, by hand or because a run was "
                "killed; run align run into it again to make all files anew",
                err=True,
            )
