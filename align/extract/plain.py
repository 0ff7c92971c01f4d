"""An article given as plain text: its blocks, and the tweets printed between its paragraphs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import regex

from align.errors import ReadError
from align.extract.printed import Printed, find_printed, platform_of_printed
from align.extract.quotes import find_frames
from align.records import Article, Block, BlockKind, Document, Finding, Severity, Span, Tweet
from align.settings import ReadSettings
from align.text.language import ENGLISH_WORDS, detected, refuse_other_language
from align.text.tweet import URL, snowflake_time
from align.text.words import count_arabic, count_latin, words

_SURE_LANGUAGE_SCORE = 0.8
_MOST_TITLE_CHARS = 150
_LINE = regex.compile(r"[^\s][^\n]*(?<=\S)")


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


def _make_tweet(text: str, index: int, post: Printed) -> Tweet:
    link, body = post.link, post.body
    tweet_id = link.post_id if link else None
    platform = platform_of_printed(post)
    only_link = body.end == body.start
    moment = snowflake_time(tweet_id) if tweet_id and platform == "twitter" else None
    place = post.block if only_link else body
    words = None if only_link else body.cut(text)
    return Tweet(
        index,
        place.start,
        place.end,
        words,
        post.block,
        platform=platform,
        lang=language(post.words(text)) if words else None,
        author=post.said.author,
        handle=post.said.handle or (link.handle if link and only_link else None),
        created_at=post.said.date or (moment.isoformat().replace("+00:00", "Z") if moment else None),
        tweet_id=tweet_id,
        url=link.url if link else None,
        findings=(
            *(date_findings(post.said.date, tweet_id) if platform == "twitter" else ()),
            *text_findings(words),
        ),
        aside=post.aside,
    )


def _own_lines(text: str, posts: Sequence[Printed]) -> Iterator[Span]:
    """The lines of the article that no post takes up, white space at both ends left out."""
    at = 0
    for end, behind in (*(post.block for post in posts), Span(len(text), len(text))):
        yield from (Span(*match.span()) for match in _LINE.finditer(text, at, end))
        at = behind


def _find_blocks(text: str, posts: Sequence[Printed]) -> list[Block]:
    rest = list(_own_lines(text, posts))
    bodies = [line for line in rest if line.cut(text).strip("-—–_* ")]
    dash = next((line for line in rest[:4] if not line.cut(text).strip("-—–_* ")), None)
    blocks = [Block(BlockKind.TWEET, *post.block) for post in posts]
    for number, line in enumerate(bodies):
        kind = BlockKind.PARAGRAPH
        printed = line.cut(text)
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
    posts = find_printed(text)
    blocks = tuple(_find_blocks(text, posts))
    refuse_other_language("\n".join(text[b.start : b.end] for b in blocks if b.kind is not BlockKind.TWEET))
    tweets = tuple(_make_tweet(text, i, post) for i, post in enumerate(posts))
    head = next((b for b in blocks if b.kind is BlockKind.HEADLINE), None)
    title = document.title or (text[head.start : head.end] if head else None)
    frames = find_frames(text, blocks)
    return Article(
        document.doc_id, document.source, text, blocks, tweets, frames, title, document.published, document.url
    )
