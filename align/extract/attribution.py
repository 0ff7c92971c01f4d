"""The attribution of an embedded tweet: `— Name (@handle) March 21, 2022`, on a line of its own or behind the body."""

from __future__ import annotations

from dataclasses import dataclass

import regex

from align.text.dates import parse_date
from align.text.tweet import PIC_LINK, URL

_HANDLE = regex.compile(
    r"\(\s*[\u200e\u200f\u202a-\u202e\u2066-\u2069]*[@＠](?P<handle>[A-Za-z0-9_]{1,20}|"
    # Mastodon's and Bluesky's: name@host.example, name.host.example
    r"[A-Za-z0-9_.-]{1,60}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+|[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)\W{0,3}?\)"
)
_DASH = regex.compile(
    r"(?:&mdash;|—|―)\s*(?=\S)|(?:^|(?<=\s)|(?<=pic\.twitter\.com/\w{10}))(?:&mdash;|—|–|―|--|-)\s*(?=\S)"
)
_SENTENCE_END = regex.compile(r"(?:[.!?…]|\p{Extended_Pictographic}\ufe0f?)[\"”’)]*\s+(?=\p{Lu})")
_TITLE = regex.compile(r"(?:^|\s)(?:Amb|Dr|Gen|Mr|Mrs|Ms|Sen|Rep|Gov|Lt|Col|Prof|Rev|St|Sgt|Capt|Hon|Jr|\p{Lu})\.\s*$")
_TITLE_CHARS = 8  # with the space in front
_DASH_BEHIND = regex.compile(r"(?:&mdash;|—|–|―|--|-)$")
_MOST_CHARS_AFTER_HANDLE = 70  # a date, a clock time and a link behind the handle


@dataclass(frozen=True, slots=True)
class Attribution:
    """Where the body ends and what the attribution says."""

    body_end: int
    author: str | None = None
    handle: str | None = None
    date_text: str | None = None
    date: str | None = None


def _name_start(raw: str, limit: int) -> int:
    """Where the name before the handle begins: after the last dash, else the last line break, link or sentence."""
    line = raw.rfind("\n", 0, limit) + 1
    dashes = [m for m in _DASH.finditer(raw, line, limit) if m.group().strip() in ("—", "―", "&mdash;")]
    dashes = dashes or [m for m in _DASH.finditer(raw, line, limit) if limit - m.end() < 60]
    if dashes:
        return dashes[-1].end()
    starts = [line]
    starts += [m.end() for m in URL.finditer(raw, line, limit)]
    starts += [m.end() for m in PIC_LINK.finditer(raw, line, limit)]
    if limit - line > 60:
        ends = [m for m in _SENTENCE_END.finditer(raw, line, limit) if not _is_title(raw, m)]
        starts += [m.end() for m in ends if m.end() < limit]
    return max(s for s in starts if s <= limit)


def _is_title(raw: str, end: regex.Match[str]) -> bool:
    """Whether what looks like the end of a sentence is the stop of a title: Dr. Hana."""
    return bool(_TITLE.search(raw, max(0, end.start() - _TITLE_CHARS), end.start() + len(end[0].rstrip())))


def split_attribution(raw: str) -> Attribution:
    """Split a tweet as an article prints it; without an attribution the whole text (trailing space off) is body."""
    end = len(raw.rstrip())
    matches = list(_HANDLE.finditer(raw))
    if not matches or len(URL.sub("", raw[matches[-1].end() :]).strip()) > _MOST_CHARS_AFTER_HANDLE:
        return Attribution(end)
    match = matches[-1]
    name_start = _name_start(raw, match.start())
    name = raw[name_start : match.start()].strip(" \t\u200e\u200f")
    date_text = URL.sub("", raw[match.end() :]).strip(" \t\r\n,،·|-—–") or None
    before = raw[:name_start].rstrip()
    dash = _DASH_BEHIND.search(before)
    body_end = len(before[: dash.start()].rstrip()) if dash else len(before)
    return Attribution(body_end, name or None, match["handle"], date_text, parse_date(date_text) if date_text else None)
