"""Embedded posts in a page's tree: each is lifted out, and a filler paragraph with a token keeps its place.

Extractors of article text drop what does not look like prose, so the post itself never passes through one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from urllib.parse import unquote

import lxml.html
import regex
from lxml.etree import LxmlError
from lxml.html import HtmlElement

from align.extract.attribution import Attribution, split_attribution
from align.text.tweet import STATUS_URL

TOKEN = regex.compile(r"qxembed(\d+)qx[^\n]*?keeps its place\.?")
_POST_CLASS = regex.compile(r"\b(?:twitter-(?:tweet|video)|twitter-tweet-rendered|tweet-blockquote)\b", regex.I)
_HIDDEN_POST = regex.compile(
    r"<\s*(?:blockquote|iframe|amp-twitter)\b[^>]*(?:twitter|x\.com)|<blockquote\b.*?status/\d", regex.I | regex.S
)
_FRAME_ID = regex.compile(
    r"(?:twitter|x)\.com/embed/[^\"']*?[?&#]id=(\d{5,20})|(?:twitter|x)\.com/[^\"']*?status(?:es)?/(\d{5,20})", regex.I
)
_ONLY_LINK = regex.compile(r"\s*(?:https?:)?//\S+\s*")
_ID_ATTRIBUTES = ("data-tweetid", "data-tweet-id", "tweetid", "tweet-id", "data-id-tweet")
_LINES_END_AT = frozenset("p br div li blockquote h1 h2 h3 h4 h5 h6 tr section article figcaption".split())
_SILENT = frozenset("script style noscript template svg button".split())
_STAYS = frozenset("html body main article section td".split())  # never replaced by a token
_MAX_EMBEDS = 2000


@dataclass(frozen=True, slots=True)
class Embed:
    """A post as the page gives it; `body` is None when only a link or an id is there."""

    body: str | None
    found: Attribution
    link: str
    tweet_id: str | None
    handle: str | None


def text_of(element: HtmlElement) -> str:
    """The element's text, white space collapsed, one line a paragraph or `<br>`."""
    parts: list[str] = []
    for event, node in lxml.etree.iterwalk(element, events=("start", "end")):
        if not isinstance(node.tag, str):
            continue
        if event == "start":
            parts.append("\n" if node.tag in _LINES_END_AT else "")
            parts.append(_flat(node.text) if node.tag not in _SILENT else "")
            continue
        parts.append("\n" if node.tag in _LINES_END_AT and node.tag != "br" else "")
        parts.append(_flat(node.tail) if node is not element else "")
    lines = (" ".join(line.split(" ")).strip() for line in "".join(parts).split("\n"))
    return "\n".join(regex.sub(r" {2,}", " ", line) for line in lines if line)


def _flat(text: str | None) -> str:
    return regex.sub(r"[ \t\r\n\f]+", " ", text or "")


def lift_embeds(root: HtmlElement) -> list[Embed]:
    """Take every embedded post out of `root` (changed in place); the n-th is where token n stands."""
    _unwrap(root)
    _inflate(root)
    elements = list(_post_elements(root))[:_MAX_EMBEDS]
    read = [(element, _read_embed(element)) for element in elements]
    told = {embed.tweet_id for _, embed in read if embed and embed.body}
    embeds: list[Embed] = []
    seen: set[tuple[str | None, str]] = set()
    for element, embed in read:
        if embed is None:
            continue
        # A link, frame or copy beside the post itself (for readers without scripts) is no second post.
        key = (embed.tweet_id, embed.body or embed.link)
        if key in seen or (embed.body is None and embed.tweet_id in told):
            element.drop_tree()
            continue
        seen.add(key)
        _replace_by_token(element, len(embeds))
        embeds.append(embed)
    return embeds


def _unwrap(root: HtmlElement) -> None:
    for element in list(root.iter("noscript", "template")):
        if element.getparent() is not None and element.getparent().tag != "head":
            element.drop_tag()


def _inflate(root: HtmlElement) -> None:
    """Posts hidden as a string in an attribute or as escaped HTML become elements."""
    for element in list(root.iter()):
        if not isinstance(element.tag, str) or element.tag in ("script", "style"):
            continue
        for name, value in element.attrib.items():
            if name.startswith("data-") or name in ("srcdoc", "content-html"):
                _append_hidden(element, str(value))
        if element.text and _HIDDEN_POST.search(element.text):
            hidden, element.text = element.text, None
            _append_hidden(element, hidden, at_start=True)


def _append_hidden(element: HtmlElement, value: str, *, at_start: bool = False) -> None:
    for form in (value, unescape(value), unquote(value)):
        if "<" in form and _HIDDEN_POST.search(form):
            try:
                wrapper = lxml.html.fragment_fromstring(form, create_parent="div")
            except (LxmlError, ValueError):
                return
            if at_start:
                element.insert(0, wrapper)
            elif element.tag in ("iframe", "img"):
                element.addnext(wrapper)
            else:
                element.append(wrapper)
            return


def _post_elements(root: HtmlElement) -> Iterator[HtmlElement]:
    """The outermost elements that are posts, in document order."""
    taken: set[HtmlElement] = set()
    for element in root.iter():
        if not isinstance(element.tag, str) or any(above in taken for above in element.iterancestors()):
            continue
        if _is_post(element):
            taken.add(element)
            yield element


def _is_post(element: HtmlElement) -> bool:
    tag, name = element.tag, element.get("class") or ""
    if tag == "blockquote":
        return bool(_POST_CLASS.search(name)) or _is_unmarked_post(element)
    if tag in ("amp-twitter", "twitter-tweet"):
        return True
    if tag == "iframe":
        return bool(_FRAME_ID.search(unquote(_frame_source(element))))
    if tag in ("p", "div", "figure", "span", "li"):
        return _is_lone_link(element) or (_id_attribute(element) is not None and not text_of(element))
    return tag == "a" and _is_lone_link(element)


def _is_unmarked_post(element: HtmlElement) -> bool:
    return _status_link(element) is not None and split_attribution(text_of(element)).handle is not None


def _is_lone_link(element: HtmlElement) -> bool:
    if len(element) > 3 or len(element.text or "") > 400:
        return False
    text = text_of(element)
    return bool(_ONLY_LINK.fullmatch(text) and STATUS_URL.match(text))


def _frame_source(element: HtmlElement) -> str:
    return " ".join(element.get(name) or "" for name in ("src", "data-src", "data-lazy-src", "data-original"))


def _id_attribute(element: HtmlElement) -> str | None:
    value = next((element.get(name) for name in _ID_ATTRIBUTES if element.get(name)), None)
    return value if value and regex.fullmatch(r"\d{5,20}", value) else None


def _status_link(element: HtmlElement) -> regex.Match[str] | None:
    """The link to the post itself: beside the paragraph rather than in it, where other posts are linked."""
    links = [(a, STATUS_URL.search(a.get("href") or "")) for a in element.iter("a")]
    outside = [m for a, m in links if m and not any(p.tag == "p" for p in a.iterancestors())]
    cited = STATUS_URL.search(element.get("cite") or "")
    if outside or cited:
        return outside[-1] if outside else cited
    return next((m for _, m in reversed(links) if m), None)


def _read_embed(element: HtmlElement) -> Embed | None:
    quote = element if element.tag == "blockquote" else next(element.iter("blockquote"), None)
    source = quote if quote is not None else element
    match = _status_link(source) or STATUS_URL.search(text_of(element))
    frame = _FRAME_ID.search(unquote(_frame_source(element)))
    number = match["id"] if match else _id_attribute(element) or (frame and (frame[1] or frame[2])) or None
    handle = match["handle"] if match and match["handle"].lower() not in ("i", "i/web") else None
    link = match.group() if match else f"https://twitter.com/i/status/{number}"
    body, found = _body_and_attribution(quote) if quote is not None else (None, Attribution(0))
    if not body or STATUS_URL.fullmatch(body):
        body = None
        if number is None:
            return None
    return Embed(body, found, link if number else "", number, found.handle or handle)


def _body_and_attribution(quote: HtmlElement) -> tuple[str, Attribution]:
    paragraphs = [text_of(p) for p in quote.iter("p")]
    raw = text_of(quote)
    whole = split_attribution(raw)
    body = "\n".join(filter(None, paragraphs))
    if not body or not raw.startswith(body):
        return raw[: whole.body_end], whole
    outside = split_attribution("\n" + raw[len(body) :].lstrip("\n"))
    if outside.handle is not None:
        return body, outside
    return (raw[: whole.body_end], whole) if whole.handle else (body, whole)


def _replace_by_token(element: HtmlElement, number: int) -> None:
    """Put the filler where `element` stands, or where the outermost wrapper stands that holds nothing else."""
    place = element
    while (parent := place.getparent()) is not None and parent.tag not in _STAYS:
        rest = "".join(str(part) for part in parent.itertext()).replace("".join(map(str, place.itertext())), "", 1)
        if rest.strip():
            break
        place = parent
    filler = lxml.html.Element("p")
    filler.text = f"qxembed{number}qx is the number of an embedded post of this page; the sentence keeps its place."
    filler.tail, place.tail = place.tail, None
    above = place.getparent()
    if above is not None:
        above.replace(place, filler)
