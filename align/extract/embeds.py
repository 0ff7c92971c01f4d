"""Embedded posts in a page's tree: each is lifted out, and a filler paragraph with a token keeps its place.

Extractors of article text drop what does not look like prose, so the post itself never passes through one.
"""

from __future__ import annotations

from collections.abc import Iterator

import lxml.html
import regex
from lxml.html import HtmlElement

from align.extract.attribution import Attribution, split_attribution
from align.extract.cards import card_of, is_card, read_card
from align.extract.hidden import reveal_posts
from align.extract.labels import is_label, is_moment, is_notice
from align.extract.pieces import is_latin
from align.extract.posts import Embed, attribute_link, find_link, lone_links, own_link, platform_of, read_post, text_of

TOKEN = regex.compile(r"qxembed(\d+)qx[^\n]*?keeps its place\.?")
_MARKED = " or ".join(
    f"contains(., '{mark}')"
    for mark in ("/status", "bsky.app", "truthsocial.com", "/@", "com/embed", "did:plc", "instagram.com/", "threads.")
)
# Every mark stands in an address: most attributes and texts are done with after one look for its slash.
_ADDRESS = f"contains(., '/') and ({_MARKED})"
_CANDIDATES = (
    "descendant-or-self::*[not(self::script or self::style)]"
    "[self::blockquote or self::amp-twitter or self::twitter-tweet or self::iframe or self::oembed"
    " or @data-tweetid or @data-tweet-id or @tweetid or @tweet-id or @data-id-tweet or @data-twitter-id"
    f" or @data-bluesky-uri or @*[{_ADDRESS}] or text()[{_ADDRESS}]"
    " or @data-testid='tweetText' or @itemprop='articleBody' or @data-attrs[contains(., 'full_text')]"
    + "".join(
        f" or contains(@class, '{name}')" for name in ("tweet", "mastodon", "bluesky", "bsky", "threads", "truth")
    )
    + "]"
)
_BLOCKS = frozenset("p div figure li td section center".split())
_NEVER_REPLACED = frozenset("html body main article section td".split())  # by a token
_HOLD_NO_TEXT = frozenset("script style noscript link meta".split())
_NO_ARTICLE = frozenset("nav footer".split())
_NO_ARTICLE_NAME = regex.compile(
    r"(?:^|[\s_-])(?:comments?(?:-list|-area)?|respond|disqus\w*|related[\w-]*)(?:$|\s)", regex.I
)
_MOST_EMBEDS = 2000
_MOST_FRAME_CHARS = 2000  # of a box that holds nothing but the link of a post and what asks for consent to show it


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
    """The element that is a post because of `element`: itself, its card, or the block that holds but its link."""
    tag = element.tag
    if tag in ("amp-twitter", "twitter-tweet"):
        return element
    if tag in ("head", "link", "meta", "html", "body", "script"):
        return None
    card = card_of(element)
    if card is not None:
        return card
    if tag == "blockquote":
        return element if platform_of(element) or _is_unmarked_post(element) else None
    if tag in ("iframe", "oembed"):
        return element if attribute_link(element) else None
    if next(element.iter("blockquote", "iframe"), None) is not None:
        return None
    link = attribute_link(element)
    if tag != "a" and link and not any(text.strip() for text in element.itertext()):
        return element
    return _link_block(element, is_linked=link is not None)


def _is_unmarked_post(element: HtmlElement) -> bool:
    """Whether a blockquote without a class is a post: it names a handle, or is English with a date or a link."""
    said = text_of(element)
    found = split_attribution(said)
    if found.handle is not None:
        return found.body_end > 0
    return is_latin(said) and bool(found.author or own_link(element))


def _link_block(element: HtmlElement, *, is_linked: bool) -> HtmlElement | None:
    """The block that holds nothing but links to posts and the labels, consent questions and notices around them."""
    block = element
    while block.tag not in _BLOCKS and (parent := block.getparent()) is not None and parent.tag not in _NEVER_REPLACED:
        block = parent
    if not _is_frame(block, is_linked=is_linked):
        return None
    while (above := block.getparent()) is not None and above.tag not in _NEVER_REPLACED:
        if len(_post_ids(above)) > len(_post_ids(block)) or not _is_frame(above, is_linked=is_linked):
            break
        block = above
    return block


def _is_frame(block: HtmlElement, *, is_linked: bool) -> bool:
    size = 0
    for text in block.itertext():
        size += len(text)
        if size > _MOST_FRAME_CHARS:
            return False
    lines = text_of(block).split("\n")
    plain = [line for line in lines if line and not lone_links(line)]
    if not plain:
        return lines != [""]
    return is_linked and all(is_label(line) or is_notice(line) for line in plain)


def _post_ids(element: HtmlElement) -> set[str | None]:
    links = (find_link(anchor.get("href") or "") for anchor in element.iter("a"))
    return {link.post_id for link in links if link}


def _is_outside_article(element: HtmlElement) -> bool:
    """Whether the post stands in navigation, a footer, the readers' comments or the list of related articles."""
    for above in element.iterancestors():
        if above.tag in ("article", "main"):
            return False
        if above.tag in _NO_ARTICLE or _NO_ARTICLE_NAME.search(f"{above.get('class') or ''} {above.get('id') or ''}"):
            return True
    return False


def _read(element: HtmlElement) -> list[Embed]:
    if is_card(element):
        return read_card(element)
    if element.tag != "blockquote" and next(element.iter("blockquote"), None) is None:
        links = [link for line in text_of(element).split("\n") for link in lone_links(line)]
        if not links:
            anchors = (find_link(anchor.get("href") or "") for anchor in element.iter("a"))
            first = attribute_link(element) or find_link(text_of(element)) or next(filter(None, anchors), None)
            links = [first] if first else []
        return [Embed(None, Attribution(0), link) for link in links]
    quoted = _take_quoted(element)
    post = read_post(element)
    return [*([post] if post else []), *(inner for quote in quoted for inner in _read(quote))]


def _take_quoted(element: HtmlElement) -> list[HtmlElement]:
    """The posts that a post quotes inside its own element, taken out of it."""
    quote = element if element.tag == "blockquote" else next(element.iter("blockquote"))
    quoted: list[HtmlElement] = []
    for inner in list(quote.iter("blockquote")):
        if inner is quote or any(above in quoted for above in inner.iterancestors()):
            continue
        if platform_of(inner) or _is_unmarked_post(inner):
            quoted.append(inner)
    for inner in quoted:
        tail, inner.tail = inner.tail, None
        above = inner.getparent()
        if above is None:
            continue
        at = above.index(inner)
        above.remove(inner)
        if tail:
            _add_text(above, at, tail)
    return quoted


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
    _drop_labels_beside(place)
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
        if not is_silent and any(text.strip() for text in other.itertext()) and not _is_label_element(other):
            return False
    return True


def _is_label_element(element: HtmlElement) -> bool:
    """Whether all lines of an element are labels or notices of content systems."""
    said = text_of(element)
    return 0 < len(said) <= _MOST_FRAME_CHARS and all(is_label(x) or is_notice(x) for x in said.split("\n"))


def _drop_labels_beside(place: HtmlElement) -> None:
    """Take out the label in front of a post and the one behind it."""
    for step in (HtmlElement.getprevious, HtmlElement.getnext):
        while (beside := step(place)) is not None and isinstance(beside.tag, str):
            if beside.tag in ("script", "style"):
                beside.drop_tree()
            elif _is_label_element(beside) and next(beside.iter("blockquote", "iframe"), None) is None:
                beside.drop_tree()
            else:
                break


def show_post_links(root: HtmlElement) -> frozenset[str]:
    """Print the address of a post behind its date where only the link of the date holds it; what was added is returned.

    A post in plain paragraphs has its id nowhere else.
    """
    shown = set()
    for anchor in root.iter("a"):
        link = find_link(anchor.get("href") or "")
        if link and link.post_id and is_moment(text_of(anchor)):
            mark = f" {link.url}"
            anchor.append(lxml.html.Element("span"))
            anchor[-1].text = mark
            shown.add(mark)
    return frozenset(shown)
