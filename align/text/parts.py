"""The parts of a sentence that a reader would count: what stands between its marks, cut further where asked."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from align.records import Span

_MARK = regex.compile(r"[,،;؛:](?=\s)|\s[–—-]\s|(?<![.!?؟…])[.!?؟…]++(?=\s|$)|[()\[\]\"“”«»]")
_LEAST_PART_WORDS = 2  # "However," is no part of its own


def split_parts(text: str, cuts: Sequence[Span] = ()) -> list[Span]:
    """The parts of `text`, edges on words; every span in `cuts` is a part of its own."""
    places = sorted({0, len(text), *(m.start() for m in _MARK.finditer(text)), *(e for cut in cuts for e in cut)})
    parts: list[Span] = []
    for start, end in zip(places, places[1:], strict=False):
        span = _trimmed(text, start, end)
        if span.start == span.end:
            continue
        is_short = len(span.cut(text).split()) < _LEAST_PART_WORDS
        within = any(cut.start <= span.start and span.end <= cut.end for cut in cuts)
        before_within = bool(parts) and any(c.start <= parts[-1].start and parts[-1].end <= c.end for c in cuts)
        if parts and ((within and before_within) or (is_short and not within and not before_within)):
            parts[-1] = Span(parts[-1].start, span.end)
        else:
            parts.append(span)
    return parts


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum():
        end -= 1
    return Span(start, end)
