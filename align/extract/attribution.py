"""The attribution of an embedded tweet: `— Name (@handle) March 21, 2022`, on a line of its own or behind the body."""

from __future__ import annotations

from dataclasses import dataclass

import regex

from align.text.dates import find_date, parse_date
from align.text.tweet import PIC_LINK, URL

_HANDLE = regex.compile(
    r"\(\s*[\u200e\u200f\u202a-\u202e\u2066-\u2069]*[@＠](?P<handle>[A-Za-z0-9_]{1,20}|"
    # Mastodon's and Bluesky's: name@host.example, name.host.example
    r"[A-Za-z0-9_.-]{1,60}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+|[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)\W{0,3}?\)"
)
_DASH = regex.compile(
    r"(?:&mdash;|—|―)\s*(?=\S)|(?:^|(?<=\s)|(?<=pic\.twitter\.com/\w{10}))(?:&mdash;|—|–|―|--|-)\s*(?=\S)"
)
_SENTENCE_END = regex.compile(
    r"(?:[.!?…][\"”’)]*\s+|(?:\p{Extended_Pictographic}|\p{Regional_Indicator})\ufe0f?[\"”’)]*\s*)(?=\p{Lu})"
)
_TITLE = regex.compile(r"(?:^|\s)(?:Amb|Dr|Gen|Mr|Mrs|Ms|Sen|Rep|Gov|Lt|Col|Prof|Rev|St|Sgt|Capt|Hon|Jr|\p{Lu})\.\s*$")
_MOST_NAME_CHARS = 60
_LEAST_SAID_WORDS = 3  # of a sentence in front of a name on the same short line
_TITLE_CHARS = 8  # with the space in front
# Without brackets round the handle, or without a name: "— @lina", "— Lina Sample @lina March 21, 2022".
_BARE_HANDLE = regex.compile(
    r"(?:^|(?:(?<=\s)|(?<=pic\.twitter\.com/\w{10}))(?=&|—|―))(?P<dash>&mdash;|—|―)?\s*(?P<name>[^\n@()—]{0,60}?)\s*"
    r"[@＠](?P<handle>[A-Za-z0-9_]{1,20})"
    r"(?![\w@.])(?P<rest>[^\n]*)$",
    regex.M,
)
_LONG_DASH = regex.compile(r"(?:^|(?<=\s)|(?<=pic\.twitter\.com/\w{10}))(?:&mdash;|—|―|--)\s*(?=\S)", regex.M)
_PARTICLES = "of the for and in at to de la le du des van von der den bin ibn al el bint abu di da dos & y e"
_NAME_WORD = rf"(?:[\p{{Lu}}\p{{N}}\p{{So}}#(“\"][^\s]*|(?:{'|'.join(_PARTICLES.split())})|\p{{Pd}})"
# Of a byline without a handle: a name, perhaps with an office, every word of it with a capital.
_NAME = regex.compile(
    rf"(?=[^\n]{{2,100}}$)(?=\p{{Lu}}){_NAME_WORD}(?:[ ,]+{_NAME_WORD}){{0,13}}|(?:\p{{Arabic}}+ ?){{1,5}}"
)
_BROKEN_NAME = regex.compile(r"(?:(?<![^\n])|\n)[ \t]*(?P<dash>&mdash;|—|―|–|--|-)[ \t]*(?P<name>\S[^\n]{0,60}?)\s*$")
_SHARED_BY = regex.compile(
    r"(?:a )?(?:post|photo|video|reel|truth|thread|tweet) (?:shared |posted )?by\s+|(?:posted|shared) by\s+"
    r"|(?:تمت مشاركة )?(?:منشور|المنشور|صورة|فيديو)(?: تمت مشاركته)? (?:بواسطة|من قبل|من)\s+",
    regex.I,
)
_DASH_BEHIND = regex.compile(r"(?:&mdash;|—|–|―|--|-)$")
_MOST_BYLINE_CHARS = 140
_NAME_LINES_CHARS = 120  # of the line with a name, above the one that goes on with it
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
    is_long = limit - line > _MOST_NAME_CHARS
    ends = [m for m in _SENTENCE_END.finditer(raw, line, limit) if not _is_title(raw, m)]
    starts += [m.end() for m in ends if m.end() < limit and (is_long or _is_said(raw[line : m.start()]))]
    return max(s for s in starts if s <= limit)


def _is_said(words: str) -> bool:
    """Whether a few words are a sentence rather than the first half of a name: most begin without a capital."""
    said = words.split()
    return len(said) >= _LEAST_SAID_WORDS and 2 * sum(word[:1].islower() for word in said) > len(said)


def _is_title(raw: str, end: regex.Match[str]) -> bool:
    """Whether what looks like the end of a sentence is the stop of a title: Dr. Hana."""
    return bool(_TITLE.search(raw, max(0, end.start() - _TITLE_CHARS), end.start() + len(end[0].rstrip())))


def split_attribution(raw: str) -> Attribution:
    """Split a tweet as an article prints it; without an attribution the whole text (trailing space off) is body."""
    matches = list(_HANDLE.finditer(raw))
    if not matches or len(URL.sub("", raw[matches[-1].end() :]).strip()) > _MOST_CHARS_AFTER_HANDLE:
        return _split_bare(raw) or _split_byline(raw) or Attribution(len(raw.rstrip()))
    match = matches[-1]
    name_start = _name_start(raw, match.start())
    before = raw[:name_start].rstrip()
    dash = _DASH_BEHIND.search(before)
    start = dash.start() if dash else len(before)
    broken = _BROKEN_NAME.search(before, max(0, len(before) - _NAME_LINES_CHARS)) if dash is None else None
    if broken is not None:  # the page breaks lines behind every stop: "— Daniel B.", below it "Fowler (@fowler)"
        start, name_start = broken.start("dash"), broken.start("name")
    if shared := _SHARED_BY.match(raw, name_start):  # Instagram's: "A post shared by Lina Sample (@lina)"
        name_start = shared.end()
    name = " ".join(raw[name_start : match.start()].split()).strip("\u200e\u200f ")
    return _attribution(raw, start, name, match["handle"], raw[match.end() :])


def _split_bare(raw: str) -> Attribution | None:
    """The attribution whose handle stands without brackets, behind a dash or before a date, which ends it."""
    *_, match = [None, *_BARE_HANDLE.finditer(raw)]
    if match is None or raw[match.end() :].strip():
        return None
    rest = URL.sub("", match["rest"]).strip()
    is_dated = 0 < len(rest) <= _MOST_CHARS_AFTER_HANDLE and parse_date(rest) is not None
    if not is_dated and (rest or not match["dash"]):
        return None
    if not match["dash"] and match["name"].strip() and not is_name(match["name"].strip()):
        return None
    return _attribution(raw, match.start(), match["name"].strip(), match["handle"], rest)


def _split_byline(raw: str) -> Attribution | None:
    """The attribution without a handle: a dash, a name, perhaps an office, and a date behind which nothing stands."""
    dashes = list(_LONG_DASH.finditer(raw))
    rest = URL.sub("", raw[dashes[-1].end() :]).strip() if dashes else ""
    found = find_date(rest) if 0 < len(rest) <= _MOST_BYLINE_CHARS else None
    if found is None or rest[found.span.end :].strip(" .،,()·|"):
        return None
    name = rest[: found.span.start].strip(" \t\n,،(|·-")
    if not _NAME.fullmatch(name):
        return None
    return _attribution(raw, dashes[-1].start(), name, None, rest[found.span.start :])


def is_name(text: str) -> bool:
    """Whether a text reads like the name of a person or an office: a few words, each with a capital."""
    return _NAME.fullmatch(text) is not None


def _attribution(raw: str, start: int, name: str, handle: str | None, rest: str) -> Attribution:
    date_text = URL.sub("", rest).strip(" \t\r\n,،·|-—–") or None
    date = parse_date(date_text) if date_text else None
    return Attribution(len(raw[:start].rstrip()), name or None, handle, date_text, date)
