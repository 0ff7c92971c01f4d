"""Candidate spans: the Arabic text cut into what may render a sentence, and a tweet into its sentences."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from align.records import Article, Block, BlockKind, Frame, Segment, SegmentKind, Span
from align.text.normal import normal_form_with_map
from align.text.quotation import MARKS, quoted_spans
from align.text.sentences import split_arabic, split_tweet
from align.text.words import count_arabic, words

__all__ = ["segment_article", "split_tweet"]

_EDGE = " \t\r\n\u200e\u200f.,،؛:-–—…" + "".join(MARKS)
_LEFT_EDGE = _EDGE + "!?؟)]"
_PIECE_END = regex.compile(r"[،؛:](?=\s)|\s[-–—]\s?|\.\.+|…|[\"“”«»](?=\s|$|[،؛.])|(?<=\s)[\"“”«»]")
_COMPLEMENT = regex.compile(r"(?<!\p{L})[وف]?[بل]?ان(?:ه|ها|هم|هما|هن|نا|ني|ي)?(?!\p{L})\s+")


def _trim(text: str, start: int, end: int) -> Span:
    """Edges on words: no marks, spaces or stops at either end; a closing bracket, ! and ؟ stay at the right."""
    while start < end and text[start] in _LEFT_EDGE:
        start += 1
    while end > start and text[end - 1] in _EDGE:
        end -= 1
    return Span(start, end)


def _sentences(text: str, start: int, end: int) -> list[Span]:
    return [s for sentence in split_arabic(text, start, end) if (s := _trim(text, *sentence)).end > s.start]


def _pieces(text: str, span: Span) -> Iterator[Span]:
    """Clauses between commas and other inner marks, and runs of two and three neighbouring ones."""
    cuts = [span.start]
    for match in _PIECE_END.finditer(text, span.start, span.end):
        cuts.append(match.end())
    cuts.append(span.end)
    for size in (1, 2, 3):
        for a, b in zip(cuts, cuts[size:], strict=False):
            yield _trim(text, a, b)
    for a in cuts[1:-1]:
        yield _trim(text, a, span.end)
        yield _trim(text, span.start, a)


def _complements(text: str, span: Span) -> Iterator[Span]:
    """What follows إنّ and أنّ up to the sentence's end and up to each comma."""
    form = normal_form_with_map(span.cut(text))
    for match in _COMPLEMENT.finditer(form.text):
        start = span.start + form.origin[match.end()]
        yield _trim(text, start, span.end)
        for piece in list(_PIECE_END.finditer(text, start, span.end))[:4]:
            yield _trim(text, start, piece.start())


def _frame_of(article: Article, span: Span) -> Frame | None:
    for frame in article.frames:
        if any(s.start <= span.start and span.end <= s.end for s in frame.speech):
            return frame
    return None


def _block_spans(text: str, block: Block) -> Iterator[tuple[Span, SegmentKind]]:
    inner = SegmentKind.HEADLINE if block.kind is BlockKind.HEADLINE else SegmentKind.CLAUSE
    for quote in quoted_spans(text, block.start, block.end):
        yield _trim(text, *quote), SegmentKind.QUOTE
        for sentence in _sentences(text, *quote):
            yield sentence, SegmentKind.QUOTE
            yield from ((piece, SegmentKind.QUOTE) for piece in _pieces(text, sentence))
    for sentence in _sentences(text, block.start, block.end):
        yield from ((span, SegmentKind.REPORTED) for span in _complements(text, sentence))
        yield sentence, inner if inner is SegmentKind.HEADLINE else SegmentKind.SENTENCE
        yield from ((piece, inner) for piece in _pieces(text, sentence))


def segment_article(article: Article) -> tuple[Segment, ...]:
    """Every Arabic stretch outside the tweets that may render something, each span once, in order."""
    found: dict[Span, Segment] = {}
    for block in article.blocks:
        if block.kind is BlockKind.TWEET:
            continue
        for span, kind in _block_spans(article.text, block):
            cut = span.cut(article.text)
            if span in found or not count_arabic(cut) or len(words(cut)) < 2:
                continue
            found[span] = Segment(*span, kind, block.kind, _frame_of(article, span))
    return tuple(found[span] for span in sorted(found))
