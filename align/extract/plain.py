"""An article given as plain text: its blocks, and the tweets printed between its paragraphs."""

from __future__ import annotations

from dataclasses import dataclass

import regex

from align.errors import ReadError
from align.extract.attribution import Attribution, split_attribution
from align.extract.posts import find_link, platform_of_handle
from align.extract.quotes import english_frame, find_frames
from align.records import Article, Block, BlockKind, Document, Finding, Severity, Span, Tweet
from align.settings import ReadSettings
from align.text.language import ENGLISH_WORDS, detected, refuse_other_language
from align.text.tweet import URL, snowflake_time
from align.text.words import count_arabic, count_latin, words

_HANDLE_LINE = regex.compile(r"\([^\w\n]{0,2}[@＠][A-Za-z0-9_.@-]{1,80}[^\w\n]{0,2}\)")
_SURE_LANGUAGE_SCORE = 0.8
_MOST_TITLE_CHARS = 150


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int


def _lines(text: str) -> list[_Line]:
    """The lines that hold something, white space at both ends left out."""
    return [_Line(m.start(), m.end()) for m in regex.finditer(r"[^\s][^\n]*(?<=\S)", text)]


def _is_tweet_line(line: str) -> bool:
    """Whether a line is Latin text: the body of a tweet, with or without its attribution."""
    if find_link(line) and not URL.sub("", line).strip(" -—–"):
        return True
    if english_frame(line):
        return False
    body = line[: split_attribution(line).body_end] if _HANDLE_LINE.search(line) else line
    bare = URL.sub("", body)
    latin = count_latin(bare)
    return latin > 2 * count_arabic(bare) and latin >= 3


def _is_attribution_line(line: str) -> bool:
    """Whether a line holds an attribution and no body."""
    if not _HANDLE_LINE.search(line):
        return False
    parts = split_attribution(line)
    return parts.handle is not None and parts.body_end == 0


def language(text: str, said: str | None = None) -> str | None:
    """`en` by script and common words; another code when the detector is sure of it; None without letters.

    `said` is what the page says of the post: it decides where the words alone leave doubt.
    """
    bare = URL.sub("", text)
    if count_arabic(bare) > count_latin(bare):
        return "ar" if said is None or said[:2] not in ("fa", "ur", "ps", "ku") else said[:2]
    tokens = [span.cut(bare).casefold() for span in words(bare)]
    if sum(map(str.isalpha, bare)) > 2 * count_latin(bare):  # another script
        return said[:2] if said and said[:2].isalpha() and said[:2] not in ("en", "un", "zx", "qm") else _detect(bare)
    if not count_latin(bare):
        return None
    if sum(token in ENGLISH_WORDS for token in tokens) * 8 >= len(tokens):
        return "en"
    if len(tokens) < 6:
        return (
            said[:2] if said and regex.fullmatch("[a-z]{2}", said[:2]) and said[:2] not in ("un", "zx", "qm") else "en"
        )
    return _detect(bare)


def _detect(text: str) -> str:
    code, score = detected(text)
    return code if score >= _SURE_LANGUAGE_SCORE else "en"


def text_findings(text: str | None, *, is_gone: bool = False) -> tuple[Finding, ...]:
    """A note on a post of which the article gives no words."""
    if text is not None:
        return ()
    found = "the page says that the post is gone" if is_gone else "the article gives only a link to the post"
    arabic = "تذكر الصفحة أن المنشور حُذف" if is_gone else "لا يورد المقال إلا رابط المنشور"
    return (Finding("omission.no_text", Severity.NOTE, f"no text to compare: {found}", f"لا نص يُقارن: {arabic}"),)


def date_findings(date: str | None, tweet_id: str | None) -> tuple[Finding, ...]:
    """A warning when the printed date is more than a day from the time in the id (time zones allow one day)."""
    from datetime import date as day

    moment = snowflake_time(tweet_id) if tweet_id else None
    if date is None or moment is None or abs((day.fromisoformat(date) - moment.date()).days) <= 1:
        return ()
    message = f"the printed date {date} contradicts the tweet's id ({moment.date().isoformat()})"
    arabic = f"التاريخ المكتوب {date} يخالف رقم التغريدة ({moment.date().isoformat()})"
    return (Finding("date.id", Severity.WARNING, message, arabic, detail={"printed": date, "id": tweet_id}),)


def _make_tweet(text: str, index: int, block: Span, parts: Attribution) -> Tweet:
    link = find_link(block.cut(text))
    tweet_id = link.post_id if link else None
    platform = link.platform if link else platform_of_handle(parts.handle)
    body = Span(block.start, block.start + parts.body_end)
    only_link = link is not None and not URL.sub("", body.cut(text)).strip(" -—–")
    moment = snowflake_time(tweet_id) if tweet_id and platform == "twitter" else None
    return Tweet(
        index,
        body.start,
        body.end,
        None if only_link else body.cut(text),
        block,
        platform=platform,
        lang=None if only_link else language(body.cut(text)),
        author=parts.author,
        handle=parts.handle or (link.handle if link and only_link else None),
        created_at=parts.date or (moment.isoformat().replace("+00:00", "Z") if moment else None),
        tweet_id=tweet_id,
        url=link.url if link else None,
        findings=(
            *(date_findings(parts.date, tweet_id) if platform == "twitter" else ()),
            *text_findings(None if only_link else body.cut(text)),
        ),
    )


def _find_tweets(text: str, lines: list[_Line]) -> list[tuple[Span, Attribution]]:
    """The tweets' blocks: runs of Latin lines, each closed by its attribution (on the last line or the next)."""
    found: list[tuple[Span, Attribution]] = []
    at = 0
    while at < len(lines):
        if not _is_tweet_line(text[lines[at].start : lines[at].end]) or _is_attribution_line(
            text[lines[at].start : lines[at].end]
        ):
            at += 1
            continue
        first, last = lines[at].start, at
        while True:
            line = text[lines[last].start : lines[last].end]
            closed = split_attribution(line).handle is not None
            if closed or last + 1 >= len(lines):
                break
            after = text[lines[last + 1].start : lines[last + 1].end]
            if not (_is_tweet_line(after) or _is_attribution_line(after)):
                break
            last += 1
        block = Span(first, lines[last].end)
        found.append((block, split_attribution(block.cut(text))))
        at = last + 1
    return found


def _find_blocks(text: str, lines: list[_Line], tweets: list[Span]) -> list[Block]:
    rest = [x for x in lines if not any(t.start <= x.start < t.end for t in tweets)]
    bodies = [x for x in rest if text[x.start : x.end].strip("-—–_* ")]
    dash = next((x for x in rest[:4] if not text[x.start : x.end].strip("-—–_* ")), None)
    blocks = [Block(BlockKind.TWEET, t.start, t.end) for t in tweets]
    for number, line in enumerate(bodies):
        kind = BlockKind.PARAGRAPH
        printed = text[line.start : line.end]
        is_title = len(printed) <= _MOST_TITLE_CHARS and printed[-1] not in ".؛،:"
        if number == 0 and (is_title or (dash is not None and line.start < dash.start)):
            kind = BlockKind.HEADLINE
        elif dash is not None and line.start < dash.start:
            kind = BlockKind.STANDFIRST
        blocks.append(Block(kind, line.start, line.end))
    return sorted(blocks, key=lambda b: b.start)


def extract_plain(document: Document, settings: ReadSettings) -> Article:
    """Find blocks and tweets of a plain-text article; ReadError when it holds no text or no Arabic one."""
    del settings  # no limit applies once the text is in memory
    text = document.content
    if not text.strip():
        raise ReadError("empty", "expected an article, found no text; check the file")
    if not count_arabic(text):
        raise ReadError("no_arabic", "expected an Arabic article, found no Arabic letters; check the input's language")
    lines = _lines(text)
    found = _find_tweets(text, lines)
    blocks = tuple(_find_blocks(text, lines, [block for block, _ in found]))
    refuse_other_language("\n".join(text[b.start : b.end] for b in blocks if b.kind is not BlockKind.TWEET))
    tweets = tuple(_make_tweet(text, i, block, parts) for i, (block, parts) in enumerate(found))
    head = next((b for b in blocks if b.kind is BlockKind.HEADLINE), None)
    title = document.title or (text[head.start : head.end] if head else None)
    frames = find_frames(text, blocks)
    return Article(
        document.doc_id, document.source, text, blocks, tweets, frames, title, document.published, document.url
    )
