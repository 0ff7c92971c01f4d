"""Write docs/cli.md from what `--help` says of every command.

usage: python scripts/write_cli_docs.py
"""

import os
from pathlib import Path

import typer
from typer.testing import CliRunner

from align.cli.app import app
from align.files import write_atomic

TARGET = Path(__file__).parents[1] / "docs" / "cli.md"
HEAD = "# Command line\n\nWritten by `scripts/write_cli_docs.py` from `--help`: change the commands, not this page.\n"


def commands(group, path=()):
    """Every command below `group` as a tuple of names, groups before their commands."""
    for name, command in sorted(getattr(group, "commands", {}).items()):
        yield (*path, name)
        yield from commands(command, (*path, name))


def help_of(path):
    shown = CliRunner().invoke(
        app, [*path, "--help"], prog_name="align", env={"COLUMNS": "100", "TERMINAL_WIDTH": "100"}
    )
    if shown.exit_code:
        raise SystemExit(f"align {' '.join(path)} --help failed: {shown.output}")
    return shown.output.strip()


def page():
    paths = [(), *commands(typer.main.get_command(app))]
    parts = [f"## `{' '.join(('align', *path))}`\n\n```\n{help_of(path)}\n```\n" for path in paths]
    return "\n".join([HEAD, *parts])


if __name__ == "__main__":
    write_atomic(TARGET, page())
    print(f"wrote {os.path.relpath(TARGET)}")
