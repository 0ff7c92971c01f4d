"""Quotation marks: which open, which close, and the quoted stretches of a text.

Guillemets are told by their shape. The marks that hang high are used for both ends, the wrong way round and with spaces
inside, so that where one stands says more than its shape: behind a space or a colon and before a letter it opens.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from align.records import Span

PAIRS: dict[str, str] = {"«": "»", "“": "”", "”": "“", "„": "“", "‹": "›", '"': '"', "»": "«", "＂": "＂"}
MARKS = frozenset(PAIRS) | frozenset(PAIRS.values())
_MARK = re.compile(f"[{''.join(sorted(MARKS))}]")
_HIGH = frozenset('“”„"＂')
_MOST_MARKS = 60  # in which a quote must close; a line with more is a list of names
_BEFORE_OPENING = frozenset(":(،,-–—[") | MARKS
_STOPS = frozenset(".,،؛;:!؟?)…]")
_BEHIND_CLOSING = frozenset("-–—") | MARKS


def _is_inner(text: str, at: int) -> bool:
    """Whether the mark stands inside a word or number (5", a"b)."""
    return 0 < at < len(text) - 1 and text[at - 1].isdigit() and text[at + 1].isdigit()


def opens(text: str, at: int) -> bool:
    """Whether the mark stands like one that opens: space or a colon before it, a word behind it."""
    is_free = at == 0 or text[at - 1].isspace() or text[at - 1] in _BEFORE_OPENING
    return is_free and at + 1 < len(text) and not text[at + 1].isspace() and text[at + 1] not in _STOPS


def closes(text: str, at: int) -> bool:
    """Whether the mark stands like one that closes: a stop or the end behind it, or a word before it and a space."""
    if at == 0:
        return False
    if at + 1 >= len(text) or text[at + 1] in _STOPS:
        return True
    return not text[at - 1].isspace() and (text[at + 1].isspace() or text[at + 1] in _BEHIND_CLOSING)


def marks_in(text: str, start: int, end: int) -> list[int]:
    """The places of all quotation marks in text[start:end], those inside figures left out."""
    return [m.start() for m in _MARK.finditer(text, start, end) if not _is_inner(text, m.start())]


def quoted_spans(text: str, start: int = 0, end: int | None = None) -> tuple[Span, ...]:
    """What stands between marks, marks left out; an unclosed quote runs to the end of its line. Outer quotes only."""
    end = len(text) if end is None else end
    places = marks_in(text, start, end)
    spans: list[Span] = []
    at = 0
    while at < len(places):
        line_end = text.find("\n", places[at], end)
        line_end = end if line_end < 0 else line_end
        last = at
        while last + 1 < len(places) and places[last + 1] < line_end:
            last += 1
        spans += _of_line(text, places[at : last + 1], line_end)
        at = last + 1
    return tuple(spans)


def _of_line(text: str, places: Sequence[int], line_end: int) -> list[Span]:
    spans: list[Span] = []
    left = sum(text[place] in _HIGH for place in places)  # high marks from the place at hand on
    at = 0
    while at < len(places):
        place = places[at]
        if text[place] not in PAIRS or (left % 2 == 1 and _is_stray(text, place)):
            left -= text[place] in _HIGH
            at += 1
            continue
        close = (_closing_high if text[place] in _HIGH else _closing_pair)(text, places, at)
        stop = places[close] if close is not None else line_end
        if stop > place + 1:
            spans.append(Span(place + 1, stop))
        behind = close + 1 if close is not None else len(places)
        left -= sum(text[passed] in _HIGH for passed in places[at:behind])
        at = behind
    return spans


def _is_stray(text: str, place: int) -> bool:
    """Whether a high mark ends a quote that another line opened, given that the marks from it on are odd in number."""
    is_closing = text[place] in _HIGH and closes(text, place) and not opens(text, place)
    return is_closing and text[place - 1] not in ":،"


def _closing_high(text: str, places: Sequence[int], at: int) -> int | None:
    """Which of `places` closes the high mark at `at`, nested quotes counted; None where none does."""
    depth, first, has_high = 1, None, False
    for i in range(at + 1, min(len(places), at + _MOST_MARKS)):
        place = places[i]
        if text[place] not in _HIGH:
            continue
        has_high = True
        if opens(text, place) and not closes(text, place):
            depth += 1
            continue
        first = i if first is None else first
        depth -= 1
        if depth == 0:
            return i
    return first if has_high else _closing_any(text, places, at)


def _closing_pair(text: str, places: Sequence[int], at: int) -> int | None:
    """Which of `places` closes the guillemet at `at`, nested ones counted; any other mark where its own is missing."""
    opening, closing, depth = text[places[at]], PAIRS[text[places[at]]], 1
    first = None
    for i in range(at + 1, min(len(places), at + _MOST_MARKS)):
        mark = text[places[i]]
        if mark == closing:
            first = i if first is None else first
            depth -= 1
            if depth == 0:
                return i
        elif mark == opening:
            depth += 1
    return first if first is not None or depth > 1 else _closing_any(text, places, at)


def _closing_any(text: str, places: Sequence[int], at: int) -> int | None:
    near = range(at + 1, min(len(places), at + _MOST_MARKS))
    return next((i for i in near if closes(text, places[i])), None)
