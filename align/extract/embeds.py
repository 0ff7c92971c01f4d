"""Embedded posts in a page's tree: each is lifted out, and a filler paragraph with a token keeps its place.

Extractors of article text drop what does not look like prose, so the post itself never passes through one.
"""

from __future__ import annotations

from collections.abc import Iterator

import lxml.html
import regex
from lxml.html import HtmlElement

from align.extract.attribution import Attribution, split_attribution
from align.extract.hidden import reveal_posts
from align.extract.posts import Embed, attribute_link, find_link, lone_links, own_link, platform_of, read_post, text_of

TOKEN = regex.compile(r"qxembed(\d+)qx[^\n]*?keeps its place\.?")
_MARKED = " or ".join(
    f"contains(., '{mark}')" for mark in ("/status", "bsky.app", "truthsocial.com", "/@", "com/embed", "did:plc")
)
# Every mark stands in an address: most attributes and texts are done with after one look for its slash.
_ADDRESS = f"contains(., '/') and ({_MARKED})"
_CANDIDATES = (
    "descendant-or-self::*[not(self::script or self::style)]"
    "[self::blockquote or self::amp-twitter or self::twitter-tweet or self::iframe or self::oembed"
    " or @data-tweetid or @data-tweet-id or @tweetid or @tweet-id or @data-id-tweet or @data-twitter-id"
    f" or @data-bluesky-uri or @*[{_ADDRESS}] or text()[{_ADDRESS}]]"
)
_BLOCKS = frozenset("p div figure li td section center".split())
_NEVER_REPLACED = frozenset("html body main article section td".split())  # by a token
_HOLD_NO_TEXT = frozenset("script style noscript link meta".split())
_NO_ARTICLE = frozenset("nav footer".split())
_NO_ARTICLE_NAME = regex.compile(
    r"(?:^|[\s_-])(?:comments?(?:-list|-area)?|respond|disqus\w*|related[\w-]*)(?:$|\s)", regex.I
)
_MOST_EMBEDS = 2000


def lift_embeds(root: HtmlElement) -> list[Embed]:
    """Take every embedded post out of `root` (changed in place); the n-th is where token n stands."""
    reveal_posts(root)
    read = [(element, posts) for element in _post_elements(root) if (posts := _read(element))][:_MOST_EMBEDS]
    told = {post.link.post_id for _, posts in read for post in posts if post.body}
    embeds: list[Embed] = []
    seen: set[tuple[str | None, str]] = set()
    for element, posts in read:
        numbers = []
        for post in posts:
            # A link, frame or copy beside the post itself (for readers without scripts) is no second post.
            key = (post.link.post_id, post.body or post.link.url)
            if key not in seen and (post.body is not None or post.link.post_id not in told):
                seen.add(key)
                numbers.append(len(embeds))
                embeds.append(post)
        _replace_by_tokens(element, numbers)
    return embeds


def _post_elements(root: HtmlElement) -> Iterator[HtmlElement]:
    """The outermost elements that are posts, in document order."""
    taken: set[HtmlElement] = set()
    for element in root.xpath(_CANDIDATES):
        found = _post_of(element)
        if found is None or any(above in taken for above in (found, *found.iterancestors())):
            continue
        if not _is_outside_article(found):
            taken.add(found)
            yield found


def _post_of(element: HtmlElement) -> HtmlElement | None:
    """The element that is a post because of `element`: itself, or the block that holds nothing but its link."""
    tag = element.tag
    if tag in ("amp-twitter", "twitter-tweet"):
        return element
    if tag == "blockquote":
        return element if platform_of(element) or _is_unmarked_post(element) else None
    if tag in ("iframe", "oembed"):
        return element if attribute_link(element) else None
    if tag in ("head", "link", "meta", "html", "body", "script"):
        return None
    if next(element.iter("blockquote", "iframe"), None) is not None:
        return None
    if tag != "a" and attribute_link(element) and not any(text.strip() for text in element.itertext()):
        return element
    return _lone_link_block(element)


def _is_unmarked_post(element: HtmlElement) -> bool:
    return own_link(element) is not None and split_attribution(text_of(element)).handle is not None


def _lone_link_block(element: HtmlElement) -> HtmlElement | None:
    block = element
    while block.tag not in _BLOCKS and (parent := block.getparent()) is not None and parent.tag not in _NEVER_REPLACED:
        block = parent
    size = 0
    for text in block.itertext():
        size += len(text)
        if size > 2000 or (text.strip() and "//" not in text):
            return None
    return block if lone_links(text_of(block)) else None


def _is_outside_article(element: HtmlElement) -> bool:
    """Whether the post stands in navigation, a footer, the readers' comments or the list of related articles."""
    for above in element.iterancestors():
        if above.tag in ("article", "main"):
            return False
        if above.tag in _NO_ARTICLE or _NO_ARTICLE_NAME.search(f"{above.get('class') or ''} {above.get('id') or ''}"):
            return True
    return False


def _read(element: HtmlElement) -> list[Embed]:
    if element.tag != "blockquote" and next(element.iter("blockquote"), None) is None:
        links = lone_links(text_of(element))
        if links:
            return [Embed(None, Attribution(0), link) for link in links]
        link = attribute_link(element) or find_link(text_of(element))
        return [Embed(None, Attribution(0), link)] if link else []
    post = read_post(element)
    return [post] if post else []


def _replace_by_tokens(element: HtmlElement, numbers: list[int]) -> None:
    """Put fillers where `element` stands, or where the outermost wrapper stands that holds nothing else."""
    place = element
    while (
        (parent := place.getparent()) is not None and parent.tag not in _NEVER_REPLACED and _holds_only(parent, place)
    ):
        place = parent
    above = place.getparent()
    if above is None:
        return
    at = above.index(place)
    tail = place.tail
    above.remove(place)  # lxml takes the tail along
    for step, number in enumerate(numbers):
        filler = lxml.html.Element("p")
        filler.text = f"qxembed{number}qx is the number of an embedded post of this page; the sentence keeps its place."
        above.insert(at + step, filler)
    if tail:
        _add_text(above, at + len(numbers), tail)


def _add_text(above: HtmlElement, at: int, text: str) -> None:
    if at:
        before = above[at - 1]
        before.tail = (before.tail or "") + text
    else:
        above.text = (above.text or "") + text


def _holds_only(parent: HtmlElement, child: HtmlElement) -> bool:
    """Whether `parent` has no words outside `child`."""
    if (parent.text or "").strip():
        return False
    for other in parent:
        if (other.tail or "").strip():
            return False
        is_silent = other is child or not isinstance(other.tag, str) or other.tag in _HOLD_NO_TEXT
        if not is_silent and any(text.strip() for text in other.itertext()):
            return False
    return True
