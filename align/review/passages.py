"""Article text as the templates show it: blocks of words, each word with its offsets, its links and its findings.

Highlights cover whole words, or Arabic letters would lose their joins; handles, links and hashtags are isolated, or
they would print out of order; controls that reorder text are shown as signs and never reach the page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

import regex

from align.records import Severity, Span
from align.rows.kinds import BlockRow
from align.text.words import is_mostly_arabic, words

_APART = regex.compile(
    r"(?P<latin>https?://[^\s<>\"«»]{1,2000}|(?:pic\.twitter|t)\.co\w*/\w+|[@#][\w]{1,100})"
    # Everything that controls: C0 and C1 but for white space, the bidi embeddings, overrides and isolates, and what
    # Unicode leaves without a character. Marks such as RLM order nothing beyond themselves; they stay.
    r"|(?P<control>[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufff9-\ufffb])"
)


class Token(NamedTuple):
    """A word, or what stands between two."""

    start: int
    end: int
    text: str
    kind: str  # word, latin, control, gap
    links: str  # numbers of the word links it takes part in
    findings: str  # numbers of the findings that mark it
    severity: str  # of the gravest of them

    @property
    def shown(self) -> str:
        """What to print: a control as its code point."""
        return f"U+{ord(self.text):04X}" if self.kind == "control" else self.text


class Region(NamedTuple):
    """A stretch that is no part of the pair and is tinted all the same."""

    span: Span
    kind: str  # elsewhere: another pair; missing: an English sentence that nothing renders
    pair: int | None  # the other pair


class MarkedText(NamedTuple):
    """Tokens that are all inside the pair's span, or all outside, and all in one region or in none."""

    is_inside: bool
    tokens: tuple[Token, ...]
    region: Region | None = None


class Passage(NamedTuple):
    """One block of the article, or a tweet."""

    kind: str
    direction: str  # rtl or ltr
    language: str  # ar or en
    stretches: tuple[MarkedText, ...]


class Mark(NamedTuple):
    """Something that colours the words it touches."""

    span: Span
    number: int
    severity: str | None = None  # None: a word link


def passage(
    text: str, span: Span, kind: str, inside: Sequence[Span], marks: Sequence[Mark], regions: Sequence[Region] = ()
) -> Passage:
    """The stretch `span` of `text` as tokens; `inside` are the spans of the pair."""
    near = [region for region in regions if region.span.start < span.end and span.start < region.span.end]
    stretches = [*inside, *(region.span for region in near)]
    edges = sorted({edge for stretch in stretches for edge in stretch if span.start < edge < span.end})
    tokens = list(_tokens(text, span, edges, marks))
    grouped = groupby(tokens, key=lambda token: _place_of(token, inside, near))
    is_arabic = is_mostly_arabic(span.cut(text)[:2000])
    return Passage(
        kind,
        "rtl" if is_arabic else "ltr",
        "ar" if is_arabic else "en",
        tuple(MarkedText(is_inside, tuple(group), region) for (is_inside, region), group in grouped),
    )


def _place_of(token: Token, inside: Sequence[Span], regions: Sequence[Region]) -> tuple[bool, Region | None]:
    if any(token.start < s.end and s.start < token.end for s in inside):
        return True, None
    return False, next((r for r in regions if token.start < r.span.end and r.span.start < token.end), None)


def article_passages(
    text: str,
    blocks: Sequence[BlockRow],
    window: Span,
    inside: Sequence[Span],
    marks: Sequence[Mark],
    regions: Sequence[Region] = (),
) -> list[Passage]:
    """The blocks of an article that touch `window`, cut to it; text between blocks counts as a paragraph."""
    passages = []
    for kind, start, end in _covering(text, blocks):
        part = Span(max(start, window.start), min(end, window.end))
        if part.start < part.end and part.cut(text).strip():
            passages.append(passage(text, part, kind, inside, marks, regions))
    return passages


def window_around(length: int, span: Span, reach: int) -> Span:
    """A window of a text of `length` that shows `reach` characters on both sides of `span`'s start."""
    return Span(max(0, span.start - reach), min(length, max(span.start + reach, min(span.end, span.start + 4 * reach))))


def _covering(text: str, blocks: Sequence[BlockRow]) -> Iterator[tuple[str, int, int]]:
    position = 0
    for block in sorted(blocks, key=lambda b: b["start"]):
        if block["start"] > position:
            yield "paragraph", position, block["start"]
        if block["end"] > position:
            yield str(block["kind"]), max(position, block["start"]), block["end"]
            position = block["end"]
    if position < len(text):
        yield "paragraph", position, len(text)


def _tokens(text: str, span: Span, edges: Sequence[int], marks: Sequence[Mark]) -> Iterator[Token]:
    for kind, start, end in _cut_gaps(_pieces(text, span), edges):
        touching = [mark for mark in marks if mark.span.start < end and start < mark.span.end]
        if kind == "gap":
            # A gap is marked only from within: the space after a marked word is not part of it.
            touching = [m for m in touching if m.span.start < start and end < m.span.end and m.severity]
        links = " ".join(str(mark.number) for mark in touching if mark.severity is None)
        findings = [mark for mark in touching if mark.severity is not None]
        severities = sorted((str(mark.severity) for mark in findings), key=Severity.rank_of)
        numbers = " ".join(str(mark.number) for mark in findings)
        yield Token(start, end, text[start:end], kind, links, numbers, severities[0] if severities else "")


def _cut_gaps(pieces: Iterator[tuple[str, int, int]], edges: Sequence[int]) -> Iterator[tuple[str, int, int]]:
    """The pieces, gaps cut where a span begins or ends: a closing mark may belong to it, the space after does not."""
    for kind, start, end in pieces:
        cuts = [edge for edge in edges if start < edge < end] if kind == "gap" else []
        for left, right in pairwise([start, *cuts, end]):
            yield kind, left, right


def _pieces(text: str, span: Span) -> Iterator[tuple[str, int, int]]:
    position = span.start
    for match in _APART.finditer(text, span.start, span.end):
        yield from _words_and_gaps(text, position, match.start())
        yield str(match.lastgroup), *match.span()
        position = match.end()
    yield from _words_and_gaps(text, position, span.end)


def _words_and_gaps(text: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    position = start
    for word in words(text[start:end]):
        if start + word.start > position:
            yield "gap", position, start + word.start
        yield "word", start + word.start, start + word.end
        position = start + word.end
    if end > position:
        yield "gap", position, end
