"""Quotation marks: which open, which close, and the quoted stretches of a text."""

from __future__ import annotations

import re

from align.records import Span

PAIRS: dict[str, str] = {"«": "»", "“": "”", "”": "“", "„": "“", "‹": "›", '"': '"', "»": "«", "＂": "＂"}
_OPENING = re.compile(f"[{''.join(PAIRS)}]")
MARKS = frozenset(PAIRS) | frozenset(PAIRS.values())


def _is_inner(text: str, at: int) -> bool:
    """Whether the mark stands inside a word or number (5", a"b)."""
    return 0 < at < len(text) - 1 and text[at - 1].isdigit() and text[at + 1].isdigit()


def quoted_spans(text: str, start: int = 0, end: int | None = None) -> tuple[Span, ...]:
    """What stands between marks, marks left out; an unclosed quote runs to the end of its line. Outer quotes only."""
    end = len(text) if end is None else end
    spans: list[Span] = []
    at = start
    while (mark := _OPENING.search(text, at, end)) is not None:
        at = mark.start()
        if _is_inner(text, at):
            at += 1
            continue
        line_end = text.find("\n", at, end)
        line_end = end if line_end < 0 else line_end
        close = _closing(text, at, line_end)
        if close > at + 1:
            spans.append(Span(at + 1, close))
        at = close + 1
    return tuple(spans)


def _closing(text: str, at: int, end: int) -> int:
    """Where the quote opened at `at` closes, nested quotes of its own kind counted; `end` when it never does."""
    opening, closing, depth = text[at], PAIRS[text[at]], 1
    for index in range(at + 1, end):
        if text[index] == closing:
            depth -= 1
            if depth == 0:
                return index
        elif text[index] == opening:
            depth += 1
    if depth > 1 or opening == closing:
        found = text.find(closing, at + 1, end)
        return end if found < 0 else found
    other = [i for i in range(at + 1, end) if text[i] in MARKS]
    return other[0] if other else end
