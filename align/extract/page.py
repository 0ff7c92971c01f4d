"""HTML pages to articles: posts lifted out, the article's text found, the posts put back where they stood."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import lxml.etree
import lxml.html
import regex
from lxml.etree import LxmlError
from lxml.html import HtmlElement

from align.errors import ReadError
from align.extract.body import find_body
from align.extract.embeds import TOKEN, lift_embeds, show_post_links
from align.extract.hidden import quiet_parser, without_controls
from align.extract.plain import date_findings, language, text_findings
from align.extract.posts import Embed, PostLink, clean_body, text_of
from align.extract.printed import find_printed, platform_of_printed
from align.extract.quotes import find_frames
from align.records import Article, Block, BlockKind, Document, Span, Tweet
from align.settings import ReadSettings
from align.text.language import refuse_other_language
from align.text.markup import most_attributes
from align.text.normal import normal_form
from align.text.tweet import snowflake_time
from align.text.words import count_arabic

_STANDFIRST = "//*[self::p or self::h2 or self::h3 or self::div][@class or @itemprop]"
_STANDFIRST_NAME = regex.compile(
    r"\b(?:standfirst|sub-?title|sub-?head(?:line|ing)?|deck|dek|excerpt|lead|lede|summary|intro|description)\b",
    regex.I,
)
_SHOWN = regex.compile(r" (?:https?:)?//\S+")
_DASHES = regex.compile(r"[-—–_*\s]+")


class _Line(NamedTuple):
    """A line of the article: its text and kind, or the embed that stands there."""

    text: str
    kind: BlockKind
    embed: Embed | None = None


def extract_page(document: Document, settings: ReadSettings) -> Article:
    """Find the text and the tweets of an Arabic page.

    Raises ReadError: "html" when the page cannot be parsed, "no_text", "no_arabic", "language".
    """
    article = read_page(document, settings)
    spoken = "\n".join(article.text[b.start : b.end] for b in article.blocks if b.kind is not BlockKind.TWEET)
    if not spoken.strip():
        raise ReadError("no_text", "expected an article on the page, found no text; save the page after it has loaded")
    if not count_arabic(spoken):
        raise ReadError("no_arabic", "expected an Arabic article, found no Arabic letter; leave this page out")
    refuse_other_language(spoken)
    return article


def read_page(document: Document, settings: ReadSettings) -> Article:
    """Find the text and the tweets of a page in any language. Raises ReadError("html") when it cannot be parsed."""
    root = _parse(document.content, settings)
    heading = _heading(root)
    embeds = lift_embeds(root)
    shown = show_post_links(root)
    captions = _lift_captions(root)
    named = [e for e in root.xpath(_STANDFIRST) if _STANDFIRST_NAME.search(f"{e.get('class')} {e.get('itemprop')}")]
    body = find_body(root, len(embeds))
    title = document.title or heading or body.title
    printed, embeds = _with_printed(body.lines, embeds, shown)
    lines = list(_lines(printed, embeds, title, captions, {text_of(e) for e in named}))
    return _article(document, lines, title, document.published or body.published, body.byline)


def _parse(content: str, settings: ReadSettings) -> HtmlElement:
    if (count := most_attributes(content)) > settings.max_attributes:
        raise ReadError(
            "html",
            f"expected at most {settings.max_attributes} attributes on an element, found {count}; "
            "raise read.max_attributes, or leave this page out",
        )
    data = without_controls(content).encode("utf-8", "replace")
    try:
        root = lxml.html.document_fromstring(data, parser=quiet_parser("utf-8"))
    except (LxmlError, ValueError, AssertionError) as error:
        raise ReadError(
            "html", f"expected an HTML page, found markup that cannot be parsed ({error}); mend it"
        ) from None
    if root.xpath("boolean(" + "/*" * (settings.max_depth + 1) + ")"):
        raise ReadError(
            "html", f"expected elements at most {settings.max_depth} deep, found deeper ones; raise read.max_depth"
        )
    return root


def _heading(root: HtmlElement) -> str | None:
    found = [text for text in (text_of(e).replace("\n", " ") for e in root.iter("h1")) if text]
    arabic = [text for text in found if count_arabic(text)]
    if len(arabic) == 1:
        return arabic[0]
    for meta in root.iter("meta"):
        if meta.get("property") == "og:title" and (meta.get("content") or "").strip():
            return " ".join((meta.get("content") or "").split())
    return arabic[0] if arabic else None


def _lift_captions(root: HtmlElement) -> set[str]:
    """Figures give way to their captions as paragraphs: extractors drop a figure with all it says."""
    captions = set()
    for caption in list(root.iter("figcaption")):
        text = text_of(caption).replace("\n", " ")
        figure = next(caption.iterancestors("figure"), None)
        if not text or figure is None or TOKEN.search(text):
            continue
        captions.add(text)
        paragraph = lxml.html.Element("p")
        paragraph.text = text
        above = caption.getparent()
        caption.drop_tree()
        if TOKEN.search("".join(map(str, figure.itertext()))):
            above.append(paragraph)
        elif figure.getparent() is not None:
            paragraph.tail, figure.tail = figure.tail, None
            figure.getparent().replace(figure, paragraph)
    return captions


def _with_printed(
    lines: Sequence[str], embeds: Sequence[Embed], shown: frozenset[str]
) -> tuple[list[str], list[Embed]]:
    """The lines with a token for each post that the page prints as paragraphs, and the embeds with those posts.

    Only signed posts: English that nothing signs is a label or a heading on a page, as often as it is a post.
    """
    text = "\n".join(TOKEN.sub(lambda m: f"«{m[1]}» رمز", line) for line in lines)
    told, found, kept, at = list(embeds), [post for post in find_printed(text) if post.is_signed], [], 0
    for post in found:
        words = clean_body(post.words(text))
        if words is None:
            continue
        link = post.link or PostLink(platform_of_printed(post), "", None, None)
        kept.append(text[at : post.block.start])
        kept.append(f"\nqxembed{len(told)}qx keeps its place.\n")
        told.append(Embed(words, post.said, link))
        at = post.block.end
    if not kept:
        return [_without(line, shown) for line in lines], told
    kept.append(text[at:])
    rest = regex.sub(r"«(\d+)» رمز", r"qxembed\1qx keeps its place.", "".join(kept))
    return [_without(line, shown) for line in rest.split("\n") if line.strip()], told


def _without(line: str, shown: frozenset[str]) -> str:
    return _SHOWN.sub(lambda m: "" if m.group() in shown else m.group(), line) if shown else line


def _lines(
    body: Sequence[str], embeds: Sequence[Embed], title: str | None, captions: set[str], standfirsts: set[str]
) -> Iterator[_Line]:
    if title:
        yield _Line(" ".join(title.split()), BlockKind.HEADLINE)
    said = normal_form(title or "")
    dash = next((i for i, line in enumerate(body[:4]) if _DASHES.fullmatch(line)), 0)  # a rule under the standfirst
    is_first = True
    for number, line in enumerate(body):
        for text, embed in _split_tokens(line):
            if embed is not None:
                if embed < len(embeds):
                    yield _Line("", BlockKind.TWEET, embeds[embed])
            elif is_first and normal_form(text) == said:
                pass  # the headline again
            elif text and not _DASHES.fullmatch(text):
                is_first = False
                kind = BlockKind.PARAGRAPH
                if text in captions:
                    kind = BlockKind.CAPTION
                elif number < dash or text in standfirsts:
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


def _article(
    document: Document, lines: Sequence[_Line], title: str | None, published: str | None, byline: str | None
) -> Article:
    parts: list[str] = []
    blocks: list[Block] = []
    tweets: list[Tweet] = []
    position = 0
    for line in lines:
        text = line.text if line.embed is None else line.embed.body or line.embed.link.url
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
        find_frames(text, blocks),
        title=title,
        published=published,
        url=document.url,
        byline=byline,
    )


def _tweet(embed: Embed, index: int, start: int, text: str) -> Tweet:
    link = embed.link
    time = snowflake_time(link.post_id) if link.post_id and link.platform == "twitter" else None
    span = Span(start, start + len(text))
    return Tweet(
        index,
        *span,
        embed.body,
        span,
        platform=link.platform,
        lang=language(embed.body, embed.lang) if embed.body else None,
        author=embed.found.author,
        handle=embed.handle,
        created_at=embed.found.date or (time.isoformat().replace("+00:00", "Z") if time else None),
        tweet_id=link.post_id,
        url=link.url or None,
        findings=(
            *(date_findings(embed.found.date, link.post_id) if link.platform == "twitter" else ()),
            *text_findings(embed.body, is_gone=embed.is_gone),
        ),
    )
