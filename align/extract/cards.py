"""Posts drawn as cards: saved pages of X, react-tweet, Substack, schema.org postings, and the like.

A card has no embed code. Its body is told by what marks it (`data-testid="tweetText"`, `itemprop="articleBody"`, a
class); name, handle, time and link are read from what stands before and behind it; a quoted post is a second body.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from html import unescape
from typing import Any

import regex
from lxml.html import HtmlElement

from align.extract.attribution import Attribution
from align.extract.labels import is_chrome, is_moment
from align.extract.posts import Embed, PostLink, clean_body, find_link, platform_of, platform_of_handle, text_of
from align.text.dates import find_date

_NAMED_CARD = regex.compile(
    r"(?:^|[\s_-])(?:react-tweet\S*|(?:embedded-)?tweets?(?:-(?:embed|card|container|article|wrap(?:per)?|box))?|twitter-(?:embed|card|post)"
    r"|(?:mastodon|bluesky|bsky|threads|truth(?:social)?|social)-(?:post|card|embed|status))(?:$|[\s_])|\btweet-container_\w+",
    regex.I,
)
_NAMED_BODY = regex.compile(
    r"(?:^|[\s_-])(?:tweet|post|status|note|toot)s?(?:__|[-_])?(?:body|text|content|message|copy)(?:$|[\s_-])"
    r"|tweettextsize|status__content|^e-content$|tweet-body_root",
    regex.I,
)
_HANDLE = regex.compile(r"\W{0,2}[@＠](?P<handle>[A-Za-z0-9_]{1,30}(?:[@.][A-Za-z0-9.-]+)?)\W{0,2}")
_RELATIVE = regex.compile(r"/(?P<handle>[A-Za-z0-9_]{1,20})/status(?:es)?/(?P<id>\d{5,20})")
_V1_TIME = "%a %b %d %H:%M:%S %z %Y"
_MOST_ABOVE = 12  # elements between a body and the card around it
_MOST_CARD_CHARS = 6000


def card_of(element: HtmlElement) -> HtmlElement | None:
    """The card that `element` is, or is the body of; None where it is none."""
    if _state(element) is not None:
        return element
    if element.get("data-testid") == "tweetText" or element.get("itemprop") == "articleBody":
        return _around(element)
    is_named = element.tag in ("div", "article", "section", "figure", "blockquote", "aside")
    if is_named and _NAMED_CARD.search(element.get("class") or "") and _bodies(element):
        return element if _may_be_card(element) else None
    return None


def is_card(element: HtmlElement) -> bool:
    """Whether an element that is a post is one drawn as a card, with a body that is marked."""
    is_code = element.tag in ("amp-twitter", "twitter-tweet") or any(platform_of(b) for b in element.iter("blockquote"))
    return _state(element) is not None or (not is_code and bool(_bodies(element)))


def _around(body: HtmlElement) -> HtmlElement | None:
    """The card around a body: its post element, else the nearest one that names an author or a time."""
    above = [parent for _, parent in zip(range(_MOST_ABOVE), body.iterancestors(), strict=False)]
    outer = None
    for parent in above:
        if parent.tag in ("body", "html", "main"):
            break
        is_post = parent.get("data-testid") == "tweet" or "SocialMediaPosting" in (parent.get("itemtype") or "")
        is_drawn = is_post or _NAMED_CARD.search(parent.get("class") or "") is not None
        if (is_drawn or (outer is None and parent.tag == "article" and _is_framed(parent))) and _may_be_card(parent):
            outer = parent
    if outer is not None or body.get("itemprop") == "articleBody":
        return outer  # of an article with microdata the body is the article's own
    return next((p for p in above if p.tag not in ("body", "html", "main", "article") and _is_framed(p)), body)


def _may_be_card(element: HtmlElement) -> bool:
    """Whether an element is small enough for a post and holds no heading of a page and no embed code."""
    has_more = next(element.iter("h1"), None) is not None or any(platform_of(b) for b in element.iter("blockquote"))
    return not has_more and _size(element) <= _MOST_CARD_CHARS


def _is_framed(element: HtmlElement) -> bool:
    return next(element.iter("time"), None) is not None or any(_HANDLE.fullmatch(text) for _, text in _leaves(element))


def _size(element: HtmlElement) -> int:
    return sum(len(text) for _, text in _leaves(element))


def _bodies(card: HtmlElement) -> list[HtmlElement]:
    """The bodies in a card, outermost ones in document order, by the surest mark that any of them bears."""
    marks = (
        lambda e: e.get("data-testid") == "tweetText",
        lambda e: e.get("itemprop") in ("articleBody", "text"),
        lambda e: _NAMED_BODY.search(e.get("class") or "") is not None,
    )
    for mark in marks:
        found: list[HtmlElement] = []
        for element in card.iter():
            if isinstance(element.tag, str) and element is not card and mark(element):
                if not any(above in found for above in element.iterancestors()):
                    found.append(element)
        if found:
            return found
    return []


def _leaves(card: HtmlElement) -> Iterator[tuple[HtmlElement, str]]:
    """The texts of a card in order, each with the element that holds it."""
    for text in card.xpath(".//text()[normalize-space() and not(ancestor::script or ancestor::style)]"):
        yield text.getparent(), " ".join(str(text).split())


def read_card(card: HtmlElement) -> list[Embed]:
    """The posts of a card: the outer one, then those it quotes."""
    state = _state(card)
    if state is not None:
        return list(_of_state(state))
    bodies = _bodies(card)
    frames: list[list[tuple[HtmlElement, str]]] = [[] for _ in range(len(bodies) + 1)]
    inside = {element: number for number, body in enumerate(bodies) for element in body.iter()}
    at = 0
    for element, text in _leaves(card):
        if element in inside:
            at = inside[element] + 1
        else:
            frames[at].append((element, text))
    links = [link for anchor in card.iter("a") if (link := _link_of(anchor))]
    posts = [_framed(body, frames[n], frames[-1] if n == 0 else [], links) for n, body in enumerate(bodies)]
    return [post for post in posts if post is not None]


def _framed(
    body: HtmlElement,
    before: list[tuple[HtmlElement, str]],
    behind: list[tuple[HtmlElement, str]],
    links: list[PostLink],
) -> Embed | None:
    words = clean_body(text_of(body))
    at = next((i for i in range(len(before) - 1, -1, -1) if _HANDLE.fullmatch(before[i][1])), None)
    handle = _HANDLE.fullmatch(before[at][1])["handle"] if at is not None else None  # type: ignore[index]
    names = [
        text for _, text in (before[:at] if at is not None else before) if not is_chrome(text) and not is_moment(text)
    ]
    name = names[-1] if at is not None and names else (names[0] if names else None)
    short = handle.lower().split("@")[0] if handle else None  # of Mastodon's without its host
    mine = [link for link in links if handle and (link.handle or "").lower() in (handle.lower(), short)]
    link = next(iter(mine or ([] if handle and any(li.handle for li in links) else links)), None)
    date = _date_of(before) or _date_of(behind)
    if words is None and (link is None or link.post_id is None):
        return None
    link = link or PostLink(platform_of_handle(handle), "", None, None)
    return Embed(words, Attribution(0, name, handle, date, date), link, body.get("lang"))


def _date_of(frame: list[tuple[HtmlElement, str]]) -> str | None:
    for element, text in frame:
        stamp = next((e.get("datetime") for e in (element, *element.iterancestors("time")) if e.get("datetime")), None)
        found = _iso_day(stamp) if stamp else None
        if found is None and is_moment(text) and (printed := find_date(text)):
            found = printed.iso
        if found is not None:
            return found
    return None


def _iso_day(stamp: str) -> str | None:
    try:
        moment = datetime.fromisoformat(stamp.strip())
    except ValueError:
        try:
            moment = datetime.strptime(stamp.strip(), _V1_TIME)
        except ValueError:
            found = find_date(stamp)
            return found.iso if found else None
    return (moment.astimezone(UTC) if moment.tzinfo else moment).date().isoformat()


def _link_of(anchor: HtmlElement) -> PostLink | None:
    href = anchor.get("href") or ""
    link = find_link(href)
    if link is None and (match := _RELATIVE.fullmatch(href.split("?")[0].rstrip("/"))):
        link = PostLink("twitter", f"https://x.com{match.group()}", match["handle"], match["id"])
    return link


def _state(element: HtmlElement) -> Mapping[str, Any] | None:
    """The post as Substack keeps it in an attribute, in the words of the old API."""
    value = element.get("data-attrs") or ""
    if "full_text" not in value:
        return None
    try:
        state = json.loads(value)
    except (ValueError, RecursionError):
        return None
    return state if isinstance(state, dict) and isinstance(state.get("full_text"), str) else None


def _of_state(state: Mapping[str, Any]) -> Iterator[Embed]:
    words = clean_body(unescape(state["full_text"]))
    link = find_link(str(state.get("url") or "")) or PostLink("twitter", "", None, None)
    handle, name = (str(state.get(key) or "").strip().lstrip("@") or None for key in ("username", "name"))
    date = _iso_day(str(state.get("date") or "")) if state.get("date") else None
    if words is not None or link.post_id:
        yield Embed(words, Attribution(0, name, handle, date, date), link)
    quoted = state.get("quoted_tweet")
    if isinstance(quoted, dict) and isinstance(quoted.get("full_text"), str):
        yield from _of_state(quoted)
