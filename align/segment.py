"""Candidate spans: the Arabic text cut into what may render a sentence, and a tweet into its sentences."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from align.records import Article, Block, BlockKind, Frame, Segment, SegmentKind, Span
from align.text.normal import normal_form_with_map
from align.text.quotation import MARKS, quoted_spans
from align.text.tweet import HASHTAG, MENTION, URL
from align.text.words import count_arabic, words

_EDGE = " \t\r\n\u200e\u200f.,،؛:-–—…" + "".join(MARKS)
_LEFT_EDGE = _EDGE + "!?؟)]"
_ARABIC_END = regex.compile(r"(?:[.!?؟…]+(?=[\s\"”“»)\]]|$)|\n+)(?:[\"”“»)\]]*)")
_PIECE_END = regex.compile(r"[،؛:](?=\s)|\s[-–—]\s?|\.\.+|…|[\"“”«»](?=\s|$|[،؛.])|(?<=\s)[\"“”«»]")
_COMPLEMENT = regex.compile(r"(?<!\p{L})[وف]?[بل]?ان(?:ه|ها|هم|هما|هن|نا|ني|ي)?(?!\p{L})\s+")
_LABEL = r"(?:(?:BREAKING|UPDATE|JUST IN|NEW|ALERT|WATCH|EXCLUSIVE|NEWS|LIVE)\s*[:|-]?)"
_POINTER = regex.compile(
    r"(?:(?:full|read|more|see|watch|learn|thread|details?|statement|release|report|story|link|info(?:rmation)?|here|check|"
    r"click|via|photos?|video|listen|register|sign|tune|the|our|my|in|at|on|up|it|this|a|below|live|now|follow|find|out|"
    r"press|article|interview|remarks|text|to|for|of|about|with|ways|help|how)\b[\s:,.\p{Extended_Pictographic}\ufe0f\u200d>→⤵⬇]*){1,8}",
    regex.IGNORECASE,
)
_POINTER_WORD = regex.compile(
    r"\b(?:more|thread|details?|statement|release|report|read|watch|link|here|below|story|info|check)\b",
    regex.IGNORECASE,
)
_ABBREVIATION = regex.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Gen|Lt|Col|Sgt|Capt|Sens?|Reps?|Govs?|Amb|Hon|Rev|St|Jr|Sr|vs?|etc|esp|approx|No|Nos|Inc|incl|Ltd|Corp"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)|(?:^|\p{Lu}[\p{L}.]*\s)\p{Lu}|\b[ap]|\b(?:\p{L}\.)+\p{L}|\be\.g|\bi\.e)\.$"
)
_MENTIONS = regex.compile(rf"(?:[.,]?{MENTION.pattern}[,:]?\s+)+")
_PICTURE = r"(?:[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}\ufe0f\u200d\U000e0020-\U000e007f♀♂])"
_GOES_ON = regex.compile(r"\s+\p{Ll}{2}")
_TWEET_END = regex.compile(
    rf"(?:[.!?…]+[\"”’')\]]*(?:\s*{_PICTURE}+)*(?=\s|pic\.|https?:|$)|{_PICTURE}+(?=\s+[\p{{Lu}}\d\"“#]|\s*$)|(?<=\w)\s+(?=https?:)|(?:\#\w+|https?:\S+|pic\.\S+)(?=\s+\p{{Lu}})|\n+)"
)


def _trim(text: str, start: int, end: int) -> Span:
    """Edges on words: no marks, spaces or stops at either end; a closing bracket, ! and ؟ stay at the right."""
    while start < end and text[start] in _LEFT_EDGE:
        start += 1
    while end > start and text[end - 1] in _EDGE:
        end -= 1
    return Span(start, end)


def _sentences(text: str, start: int, end: int) -> list[Span]:
    cuts = [start, *(m.end() for m in _ARABIC_END.finditer(text, start, end)), end]
    return [s for a, b in zip(cuts, cuts[1:], strict=False) if (s := _trim(text, a, b)).end > s.start]


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


def _tweet_trim(text: str, start: int, end: int) -> Span:
    """A sentence without leading mentions and trailing hashtags and links."""
    while start < end and text[start].isspace():
        start += 1
    leading = _MENTIONS.match(text, start, end) if not text[:start].strip() else None
    if leading is not None:
        start = leading.end()
    while True:
        while end > start and text[end - 1].isspace():
            end -= 1
        tails = [m.start() for p in (URL, HASHTAG) for m in p.finditer(text, start, end) if m.end() == end]
        if not tails:
            return Span(start, end)
        end = min(tails)


def _is_sentence(cut: str) -> bool:
    bare = HASHTAG.sub("", URL.sub("", cut)).strip()
    if not any(char.isalnum() for char in bare):
        return False
    return not (len(words(bare)) <= 6 and _POINTER.fullmatch(bare) and _POINTER_WORD.search(bare))


def split_tweet(text: str) -> tuple[Span, ...]:
    """The sentences of a tweet: emoji kept, mentions in front and hashtags, links and pointers behind left out."""
    cuts = [0]
    for match in _TWEET_END.finditer(text):
        before = text[cuts[-1] : match.end()].rstrip()
        if _ABBREVIATION.search(before) and text[match.end() : match.end() + 1].isspace():
            continue
        if "\n" not in match.group() and _GOES_ON.match(text, match.end()):
            continue
        if not any(char.isalnum() for char in before):  # an emoji in front belongs to what follows
            continue
        if regex.fullmatch(rf"\W*{_LABEL}\W*", before):  # a label stays in front of its sentence
            continue
        cuts.append(match.end())
    cuts.append(len(text))
    spans = [_tweet_trim(text, a, b) for a, b in zip(cuts, cuts[1:], strict=False)]
    return tuple(s for s in spans if s.end > s.start and _is_sentence(s.cut(text)))
