"""HTML pages to articles: posts lifted out, the article's text found, the posts put back where they stood.

The text is found by trafilatura; where it loses a post or half of the Arabic, the page's own blocks are walked.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import lxml.html
import regex
from lxml.etree import LxmlError
from lxml.html import HtmlElement

from align.errors import ReadError
from align.extract.embeds import TOKEN, Embed, lift_embeds, text_of
from align.extract.plain import date_findings, language
from align.records import Article, Block, BlockKind, Document, Span, Tweet
from align.settings import ReadSettings
from align.text.normal import normal_form
from align.text.tweet import snowflake_time
from align.text.words import count_arabic

_BLOCKS = frozenset("p h1 h2 h3 h4 h5 h6 li blockquote figcaption td pre dd dt".split())
_CHROME = frozenset("nav aside header footer form script style button select iframe noscript svg".split())
_STANDFIRST = regex.compile(
    r"\b(?:standfirst|sub-?title|sub-?head(?:line)?|deck|dek|excerpt|lead|summary|intro)\b", regex.I
)
_LEAST_SHARE = 0.9  # of the Arabic letters of the page's densest element that trafilatura must give back


class _Line(NamedTuple):
    """A line of the article: its text and kind, or the embed that stands there."""

    text: str
    kind: BlockKind
    embed: Embed | None = None


def extract_page(document: Document, settings: ReadSettings) -> Article:
    """Find the text and the tweets of an Arabic page.

    Raises ReadError: "html" when the page cannot be parsed, "no_text", "no_arabic".
    """
    article = read_page(document, settings)
    spoken = "\n".join(article.text[b.start : b.end] for b in article.blocks if b.kind is not BlockKind.TWEET)
    if not spoken.strip():
        raise ReadError("no_text", "expected an article on the page, found no text; save the page after it has loaded")
    if not count_arabic(spoken):
        raise ReadError("no_arabic", "expected an Arabic article, found no Arabic letter; leave this page out")
    return article


def read_page(document: Document, settings: ReadSettings) -> Article:
    """Find the text and the tweets of a page in any language. Raises ReadError("html") when it cannot be parsed."""
    root = _parse(document.content, settings.max_depth)
    headings = _headings(root)
    embeds = lift_embeds(root)
    captions = {text_of(e) for e in root.iter("figcaption")}
    standfirsts = {text_of(e) for e in root.iter("p", "h2", "h3", "div") if _STANDFIRST.search(e.get("class") or "")}
    fallback = _walk(root)
    body, title, published = _trafilatura(root)
    if not _is_whole(body, fallback, len(embeds)):
        body = fallback
    title = document.title or headings or title
    lines = list(_lines(body, embeds, title, captions, standfirsts))
    return _article(document, lines, title, document.published or published)


def _parse(content: str, max_depth: int) -> HtmlElement:
    # HTML has no entity declarations to expand; the parser's own limits stay on.
    parser = lxml.html.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    data = content.replace("\0", "").encode("utf-8", "replace")
    try:
        root = lxml.html.document_fromstring(data, parser=parser)
    except (LxmlError, ValueError, AssertionError) as error:
        raise ReadError(
            "html", f"expected an HTML page, found markup that cannot be parsed ({error}); mend it"
        ) from None
    depth = 0
    for event, _ in lxml.etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > max_depth:
            raise ReadError(
                "html", f"expected elements at most {max_depth} deep, found deeper ones; raise read.max_depth"
            )
    return root


def _headings(root: HtmlElement) -> str | None:
    found = [text for text in (text_of(e).replace("\n", " ") for e in root.iter("h1")) if text]
    arabic = [text for text in found if count_arabic(text)]
    if len(arabic) == 1:
        return arabic[0]
    for meta in root.iter("meta"):
        if meta.get("property") == "og:title" and (meta.get("content") or "").strip():
            return " ".join((meta.get("content") or "").split())
    return arabic[0] if arabic else None


def _trafilatura(root: HtmlElement) -> tuple[str, str | None, str | None]:
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it reports each page it finds thin; we judge that
    try:
        found = trafilatura.bare_extraction(
            lxml.html.tostring(root, encoding="unicode"), include_comments=False, favor_recall=True, with_metadata=True
        )
    except (LxmlError, ValueError, TypeError, AttributeError, RecursionError):
        return "", None, None  # the walk takes over
    if found is None or isinstance(found, dict):
        return "", None, None
    return found.text or "", found.title, found.date


def _is_whole(body: str, fallback: str, count: int) -> bool:
    tokens = sorted(int(number) for number in TOKEN.findall(body))
    return tokens == list(range(count)) and count_arabic(body) >= _LEAST_SHARE * count_arabic(fallback)


def _walk(root: HtmlElement) -> str:
    """The lines of the page's blocks in order, from the one element that holds the article where there is one."""
    articles = [e for e in root.iter("article", "main") if count_arabic(e.text_content()) > 200]
    articles = articles or [e for e in root.iter("article", "main") if count_arabic(e.text_content())]
    tokens = len(TOKEN.findall(root.text_content()))
    whole = root.find("body") if root.find("body") is not None else root
    for start in articles:
        if len(TOKEN.findall(start.text_content())) == tokens:
            return "\n".join(_block_lines(start))
    return "\n".join(_block_lines(whole))


def _block_lines(start: HtmlElement) -> Iterator[str]:
    stack = [start]
    while stack:
        element = stack.pop()
        if not isinstance(element.tag, str) or element.tag in _CHROME:
            yield from _token_lines(element)
            continue
        holds_blocks = any(child.tag in _BLOCKS for child in element.iterdescendants())
        has_words = bool((element.text or "").strip()) or any((child.tail or "").strip() for child in element)
        if element.tag in _BLOCKS or (has_words and not holds_blocks):
            yield from text_of(element).split("\n")
        elif holds_blocks and has_words:
            yield from text_of(element).split("\n")
        else:
            stack.extend(reversed(element))


def _token_lines(element: HtmlElement) -> Iterator[str]:
    """The tokens inside an element that is passed over otherwise."""
    if isinstance(element.tag, str):
        yield from (match.group() for match in TOKEN.finditer(element.text_content()))


def _lines(
    body: str, embeds: Sequence[Embed], title: str | None, captions: set[str], standfirsts: set[str]
) -> Iterator[_Line]:
    if title:
        yield _Line(" ".join(title.split()), BlockKind.HEADLINE)
    said = normal_form(title or "")
    is_first = True
    for line in body.split("\n"):
        for text, number in _split_tokens(line):
            if number is not None:
                if number < len(embeds):
                    yield _Line("", BlockKind.TWEET, embeds[number])
            elif is_first and normal_form(text) == said:
                pass  # the headline again
            elif text:
                is_first = False
                kind = BlockKind.PARAGRAPH
                if text in captions:
                    kind = BlockKind.CAPTION
                elif text in standfirsts:
                    kind = BlockKind.STANDFIRST
                yield _Line(text, kind)


def _split_tokens(line: str) -> Iterator[tuple[str, int | None]]:
    end = 0
    for match in TOKEN.finditer(line):
        yield line[end : match.start()].strip(" -|"), None
        yield "", int(match[1])
        end = match.end()
    rest = line[end:].strip()
    yield (rest if not end else rest.strip(" |")), None


def _article(document: Document, lines: Sequence[_Line], title: str | None, published: str | None) -> Article:
    parts: list[str] = []
    blocks: list[Block] = []
    tweets: list[Tweet] = []
    position = 0
    for line in lines:
        text = line.text if line.embed is None else line.embed.body or line.embed.link
        blocks.append(Block(line.kind, position, position + len(text)))
        if line.embed is not None:
            tweets.append(_tweet(line.embed, len(tweets), position, text))
        parts.append(text)
        position += len(text) + 1
    text = "\n".join(parts)
    return Article(
        document.doc_id,
        document.source,
        text,
        tuple(blocks),
        tuple(tweets),
        title=title,
        published=published,
        url=document.url,
    )


def _tweet(embed: Embed, index: int, start: int, text: str) -> Tweet:
    time = snowflake_time(embed.tweet_id) if embed.tweet_id else None
    span = Span(start, start + len(text))
    return Tweet(
        index,
        *span,
        embed.body,
        span,
        lang=language(embed.body) if embed.body else None,
        author=embed.found.author,
        handle=embed.handle,
        created_at=embed.found.date or (time.isoformat() if time else None),
        tweet_id=embed.tweet_id,
        url=embed.link or None,
        findings=tuple(date_findings(embed.found.date, embed.tweet_id)),
    )
