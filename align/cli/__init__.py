"""The command line: every command parses, calls one function below, prints its summary."""

from align.cli.app import main

__all__ = ["main"]
