"""One embedded post as a page gives it: platform, link, id, handle, and where there is one the body with its date."""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import unescape
from typing import NamedTuple
from urllib.parse import unquote

import lxml.etree
import regex
from lxml.html import HtmlElement

from align.extract.attribution import Attribution, split_attribution
from align.extract.labels import is_chrome, is_label, is_notice, without_trailing_label
from align.text.tweet import STATUS_URL

_LINKS: dict[str, regex.Pattern[str]] = {
    "twitter": STATUS_URL,
    "bluesky": regex.compile(r"(?:https?:)?//bsky\.app/profile/(?P<handle>[\w.:%-]+)/post/(?P<id>\w+)", regex.I),
    "truthsocial": regex.compile(
        r"(?:https?:)?//(?:www\.)?truthsocial\.com/(?:@|users/)(?P<handle>\w+)/(?:posts/|statuses/)?(?P<id>\d{10,20})",
        regex.I,
    ),
    "instagram": regex.compile(
        r"(?:https?:)?//(?:www\.)?instagram\.com/(?:(?P<handle>[\w.]+)/)?(?:p|reel|tv)/(?P<id>[\w-]{5,40})", regex.I
    ),
    "threads": regex.compile(
        r"(?:https?:)?//(?:www\.)?threads\.(?:net|com)/@(?P<handle>[\w.]+)/post/(?P<id>[\w-]{5,40})", regex.I
    ),
    "mastodon": regex.compile(
        r"(?:https?:)?//[\w-]+(?:\.[\w-]+)+/(?:@|users/)(?P<handle>\w+(?:@[\w.-]+)?)/(?:statuses/)?(?P<id>\d{15,20})(?!\d)",
        regex.I,
    ),
}
_CLASSES = {
    "twitter": regex.compile(r"\b(?:twitter-(?:tweet|video)(?:-rendered)?|tweet-blockquote)(?![\w-])", regex.I),
    "bluesky": regex.compile(r"\bbluesky-embed\b", regex.I),
    "truthsocial": regex.compile(r"\btruthsocial-embed\b", regex.I),
    "mastodon": regex.compile(r"\bmastodon-embed\b", regex.I),
    "instagram": regex.compile(r"\binstagram-media\b", regex.I),
    "threads": regex.compile(r"\btext-post-media\b", regex.I),
}
_FRAME_ID = regex.compile(r"(?:twitter|x)\.com/(?:embed|i/videos)/[^\"']*?(?:[?&#]id=|/)(\d{5,20})", regex.I)
_AT_URI = regex.compile(r"(?:at://|embed\.bsky\.app/embed/)(?P<handle>did:[\w.:%-]+)/app\.bsky\.feed\.post/(?P<id>\w+)")
_ID_ATTRIBUTES = ("data-tweetid", "data-tweet-id", "tweetid", "tweet-id", "data-id-tweet", "data-twitter-id")
_LINK_ATTRIBUTES = (
    "cite",
    "data-url",
    "data-src",
    "data-href",
    "data-embed-url",
    "data-oembed-url",
    "data-instgrm-permalink",
    "data-text-post-permalink",
    "url",
    "src",
    "href",
)
_ONLY_LINK = regex.compile(r"\s*(?:https?:)?//\S+\s*")
_UNAVAILABLE = regex.compile(
    r"(?:this|the) (?:tweet|post)(?: is| was| has been)?(?: no longer available| unavailable| not available| deleted"
    r"| from a suspended account)|page doesn.t exist|لم تعد? متا|غير متوفرة?|غير متاحة?|(?:حُ?ذفت|تم حذف) ",
    regex.I,
)
_LINE_ENDING_TAGS = frozenset(
    "p br div li blockquote h1 h2 h3 h4 h5 h6 tr section article figcaption figure ul ol".split()
)
_TAGS_WITHOUT_TEXT = frozenset("script style noscript template svg button".split())
_POST_BY = regex.compile(r"(?:a )?(?:post|truth|thread|منشور) (?:by|من|بواسطة) @\S+", regex.I)
_PICTOGRAPH = regex.compile(r"\p{Extended_Pictographic}|[\U0001f1e6-\U0001f1ff]")
_MOST_NOTICE_CHARS = 160
_SPACE = regex.compile(r"[ \t\r\n\f]+")


class PostLink(NamedTuple):
    """A link to a post."""

    platform: str
    url: str
    handle: str | None
    post_id: str | None


@dataclass(frozen=True, slots=True)
class Embed:
    """A post as the page gives it; `body` is None when only a link or an id is there, or a notice that it is gone."""

    body: str | None
    found: Attribution
    link: PostLink
    lang: str | None = None  # as the page says
    is_gone: bool = False

    @property
    def handle(self) -> str | None:
        """The handle printed beside the post, else the one in its link."""
        return self.found.handle or self.link.handle


def text_of(element: HtmlElement) -> str:
    """The element's text, white space collapsed, one line a paragraph or `<br>`; pictures of emoji as the emoji."""
    parts: list[str] = []
    silent = 0
    for event, node in lxml.etree.iterwalk(element, events=("start", "end")):
        tag = node.tag
        if event == "start":
            silent += tag in _TAGS_WITHOUT_TEXT
            if silent or not isinstance(tag, str):
                continue
            if tag in _LINE_ENDING_TAGS:
                parts.append("\n")
            elif tag == "img" and "emoji" in (node.get("class") or "").lower():
                parts.append(node.get("alt") or "")
            if node.text:
                parts.append(_SPACE.sub(" ", node.text))
            continue
        if tag in _LINE_ENDING_TAGS and tag != "br" and not silent:
            parts.append("\n")
        silent -= tag in _TAGS_WITHOUT_TEXT
        if node is not element and node.tail and not silent:
            parts.append(_SPACE.sub(" ", node.tail))
    lines = (_SPACE.sub(" ", line).strip() for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)


def find_link(text: str) -> PostLink | None:
    """The first link to a post in `text`."""
    if "//" not in text:
        return None
    for platform, pattern in _LINKS.items():
        match = pattern.search(text)
        if match:
            return _post_link(platform, match)
    return None


def _post_link(platform: str, match: regex.Match[str]) -> PostLink:
    handle = unquote(match["handle"] or "")
    is_name = bool(handle) and not handle.startswith("did:") and handle.lower() not in ("i", "i/web")
    return PostLink(platform, match.group(), handle if is_name else None, match["id"])


def lone_links(text: str) -> list[PostLink]:
    """The links of a text that holds nothing but links to posts, one a line or a word; else none."""
    if len(text) > 2000:
        return []
    links = [find_link(part) if _ONLY_LINK.fullmatch(part) else None for part in text.split()]
    return [link for link in links if link] if links and all(links) else []


def platform_of(element: HtmlElement) -> str | None:
    """The platform whose embed code the element is by its class."""
    name = element.get("class")
    if not name:
        return None
    return next((platform for platform, pattern in _CLASSES.items() if pattern.search(name)), None)


def platform_of_handle(handle: str | None) -> str:
    """The platform that gives out handles of this form."""
    if handle and "@" in handle:
        return "mastodon"
    return "bluesky" if handle and "." in handle else "twitter"


def attribute_link(element: HtmlElement) -> PostLink | None:
    """The post that the element's own attributes name."""
    for name in _LINK_ATTRIBUTES:
        value = unquote(unescape(element.get(name) or ""))
        frame = _FRAME_ID.search(value)
        if frame:
            return PostLink("twitter", f"https://twitter.com/i/status/{frame[1]}", None, frame[1])
        link = find_link(value) if value else None
        if link:
            return link
    number = next((element.get(name) for name in _ID_ATTRIBUTES if element.get(name)), "") or ""
    if regex.fullmatch(r"\d{5,20}", number):
        return PostLink("twitter", f"https://twitter.com/i/status/{number}", None, number)
    uri = _AT_URI.search(element.get("data-bluesky-uri") or element.get("src") or "")
    if uri:
        url = f"https://bsky.app/profile/{uri['handle']}/post/{uri['id']}"
        return PostLink("bluesky", url, None, uri["id"])
    return None


def own_link(element: HtmlElement) -> PostLink | None:
    """The link to the post itself: beside its paragraph rather than in it, where other posts are linked."""
    outside: list[PostLink] = []
    inside: list[PostLink] = []
    for anchor in element.iter("a"):
        link = find_link(anchor.get("href") or "")
        if link:
            (inside if any(p.tag == "p" for p in anchor.iterancestors()) else outside).append(link)
    return outside[-1] if outside else attribute_link(element) or (inside[-1] if inside else None)


def read_post(element: HtmlElement) -> Embed | None:
    """The post in `element`; None when it holds neither words nor an id. Labels are taken out of its tree."""
    quote = element if element.tag == "blockquote" else next(element.iter("blockquote"), None)
    link = own_link(quote if quote is not None else element) or attribute_link(element) or find_link(text_of(element))
    platform = platform_of(element) or (platform_of(quote) if quote is not None else None)
    if link is None:
        link = PostLink(platform or "", "", None, None)
    elif platform and platform != link.platform:
        link = link._replace(platform=platform)
    raw = text_of(quote) if quote is not None else ""
    lang = next((p.get("lang") for p in quote.iter("p") if p.get("lang")), None) if quote is not None else None
    printed, found = "", Attribution(0)
    if quote is not None:
        _drop_labels(quote)
        printed, found = _body_and_attribution(quote)
    if not link.platform:
        link = link._replace(platform=platform_of_handle(found.handle))
    is_gone = bool(len(raw) < _MOST_NOTICE_CHARS and found.handle is None and _UNAVAILABLE.search(raw))
    body = clean_body(printed)
    if body is None or is_gone or lone_links(body) or _is_only_a_notice(link, body, found):
        said = replace(found, body_end=0) if found.handle else Attribution(0)
        return Embed(None, said, link, is_gone=is_gone) if link.post_id else None
    return Embed(body, found, link, lang)


def clean_body(printed: str) -> str | None:
    """The words of a body: without the labels, counts and notices printed among them; None where none are left."""
    if "<\\/" in printed:  # a script that the parser took for text
        return None
    lines = [line for line in printed.split("\n") if not (is_label(line) or is_notice(line))]
    while lines and is_chrome(lines[-1]) and not _PICTOGRAPH.search(lines[-1]):
        lines.pop()
    body = without_trailing_label("\n".join(lines)).strip()
    return body or None


def _drop_labels(quote: HtmlElement) -> None:
    """Take out the links and buttons that are labels ("Show more"), whatever stands beside them in the line."""
    for element in list(quote.iter("a", "button")):
        if element is not quote and is_label(text_of(element).replace("\n", " ")):
            element.drop_tree()


def _is_only_a_notice(link: PostLink, body: str, found: Attribution) -> bool:
    """Whether the words are those of the embed code ("Post by @mona View on Mastodon"), not of the post."""
    is_short = found.handle is None and len(body) < _MOST_NOTICE_CHARS
    return is_short and (link.platform == "mastodon" or _POST_BY.fullmatch(body) is not None)


def _body_and_attribution(quote: HtmlElement) -> tuple[str, Attribution]:
    body = "\n".join(filter(None, (text_of(p) for p in quote.iter("p"))))
    raw = text_of(quote)
    is_apart = bool(body) and raw.startswith(body)
    if is_apart:
        outside = split_attribution("\n" + raw[len(body) :].lstrip("\n"))
        if outside.handle is not None:
            return body, outside
    whole = split_attribution(raw)
    if not is_apart or whole.handle or whole.author:
        return raw[: whole.body_end], whole
    return body, whole
