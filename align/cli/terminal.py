"""What may be written to a terminal: an article is foreign text, and its control characters stop here."""

from __future__ import annotations

_CONTROLS = {code: "\ufffd" for code in (*range(32), *range(127, 160))} | {ord(char): " " for char in "\t\n\r"}


def printable(text: str) -> str:
    """The text on one line, without control characters."""
    return text.translate(_CONTROLS)
