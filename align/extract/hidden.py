"""Posts that a page keeps out of sight until a script runs become elements where they are kept.

Kept in <noscript>, <template> or a <textarea> until consent; in an attribute (data-*, srcdoc); in a script of JSON or
of a template; each as plain, escaped, percent-encoded, JSON or base64 text.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import unquote

import lxml.html
import regex
from lxml.etree import LxmlError
from lxml.html import HtmlElement

from align.extract.copies import CUT, merge_copy
from align.text.markup import most_attributes

_PLATFORM_NAMES = "bsky|twitter|x\\.com|mastodon|truthsocial|instagram|text-post-media|threads\\."
_HIDDEN_POST = regex.compile(
    rf"<\s*(?:blockquote|iframe|amp-twitter)\b[^>]{{0,2000}}(?:{_PLATFORM_NAMES})|<blockquote\b(?s:.){{0,20000}}?status/\d"
    r"|<\w[^>]{0,500}data-testid=[\"']?tweetText",
    regex.I,
)
# Characters that no element may hold, raw or as references: the parser lets them in, moving a text then raises.
# Two plain patterns of the standard library: one pattern for both takes five times as long over a page.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_CONTROL_REFERENCE = re.compile(
    r"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01]|6553[45])(?!\d)"
    r"|x0*(?:[0-8bcef]|1[\da-f]|fff[ef])(?![\da-f]));?",
    re.IGNORECASE,
)
_POST_MARKS = ("lockquote", "iframe", "amp-twitter", "PGJsb2NrcXVvdGU", "PGlmcmFtZ", "PGRpd", "tweetText")
_LEAST_POST_CHARS = 40  # of a hidden post: a tag and an address
_MAY_HOLD_POST = (
    f"[string-length(.) >= {_LEAST_POST_CHARS} and ("
    + " or ".join(f"contains(., '{mark}')" for mark in _POST_MARKS)
    + ")]"
)
_ATTRIBUTES = "//@*" + _MAY_HOLD_POST
_TEXTS = "//text()" + _MAY_HOLD_POST
_DATA_SCRIPT = regex.compile(r"json|template|html|plain|x-", regex.I)
_FLIGHT = re.compile(r"__next_f\.push\(\[1,\s*(?P<chunk>\"(?:[^\"\\]|\\.)*\")\s*\]\)")
_ESCAPED_MARKUP = re.compile(r'"((?:[^"\\]|\\.)*(?:<|\\u003c)blockquote(?:[^"\\]|\\.)*)"')
_BASE64 = regex.compile(r"\s*[A-Za-z0-9+/\s]{40,}={0,2}\s*")
_MOST_JSON_STRINGS = 2000  # of one JSON value
_MOST_HIDDEN_POSTS = 500
_MOST_ATTRIBUTES = 500  # of an element in a hidden post


def quiet_parser(encoding: str | None = None) -> lxml.html.HTMLParser:
    """A parser that fetches nothing and leaves out comments; HTML has no entity declarations to expand."""
    # Without huge_tree the parser stops at depth 255 and drops the rest of the page in silence; with it at 2048.
    # Size and depth have limits of their own (ReadSettings).
    return lxml.html.HTMLParser(
        encoding=encoding, no_network=True, huge_tree=True, remove_comments=True, remove_pis=True
    )


def without_controls(markup: str) -> str:
    """The markup without what XML cannot hold."""
    return _CONTROL_REFERENCE.sub("", _CONTROL.sub("", markup))


def reveal_posts(root: HtmlElement) -> None:
    """Make elements of all hidden posts of `root`, which is changed in place."""
    for element in list(root.iter("noscript", "template", "textarea")):
        parent = element.getparent()
        if parent is not None and parent.tag != "head":
            _unfold(element)
    found = [(value.getparent(), str(value), "") for value in root.xpath(_ATTRIBUTES)]
    found += [
        (text.getparent(), str(text), "tail" if text.is_tail else "text")
        for text in root.xpath(_TEXTS)
        if _may_hold_posts(text.getparent(), str(text))
    ]
    for element, value, slot in found[:_MOST_HIDDEN_POSTS]:
        _reveal(root, element, value, slot)


def _unfold(element: HtmlElement) -> None:
    """The content of an element that hides a post, as markup in its place (a parser may have left it as text)."""
    is_marked = any(mark in (element.text or "") for mark in _POST_MARKS)
    if is_marked or next(element.iter("blockquote", "iframe", "amp-twitter"), None) is not None:
        element.tag = "div"


def _may_hold_posts(element: HtmlElement, value: str) -> bool:
    if element.tag != "script":
        return bool(element.tag != "style")
    return (
        bool(_DATA_SCRIPT.search(element.get("type") or "")) or _is_state(element) or _FLIGHT.search(value) is not None
    )


def _is_state(script: HtmlElement) -> bool:
    """Whether a script holds a copy of the page, in no place of it."""
    kind = script.get("type") or ""
    is_named = script.get("id") == "__NEXT_DATA__" or "ld+json" in kind or not _DATA_SCRIPT.search(kind)
    return is_named or any(above.tag == "head" for above in script.iterancestors())


def _reveal(root: HtmlElement, element: HtmlElement, value: str, slot: str) -> None:
    form = next((form for form in _forms(value) if "<" in form and _HIDDEN_POST.search(form)), None)
    if form is None or most_attributes(form) > _MOST_ATTRIBUTES:
        return
    try:
        wrapper = lxml.html.fragment_fromstring(without_controls(form), create_parent="div", parser=quiet_parser())
    except (LxmlError, ValueError, AssertionError):
        return
    if element.tag == "script" and slot == "text":
        if merge_copy(root, wrapper, is_state=_is_state(element)) or element.getparent() is None:
            return
    if slot == "text" and element.tag != "script":
        element.text = None
        element.insert(0, wrapper)
    elif slot == "tail":
        element.tail = None
        element.addnext(wrapper)
    elif element.tag in ("iframe", "img", "script") and element.getparent() is not None:
        wrapper.tail, element.tail = element.tail, None
        element.addnext(wrapper)
    else:
        element.append(wrapper)


def _forms(value: str) -> Iterator[str]:
    """The ways in which `value` may be read as markup."""
    plain = unescape(value)
    yield from _json_posts(value)  # first: read as markup, JSON's own marks would stay in it
    yield from _json_posts(plain)
    if _FLIGHT.search(value):
        yield from _flight_posts(value)
    yield value
    yield plain
    yield unescape(plain)
    yield unquote(value)
    if _BASE64.fullmatch(value):
        try:
            yield b64decode(value).decode("utf-8")
        except ValueError:
            return


def _json_posts(value: str) -> Iterator[str]:
    """All strings of a JSON value that hold a post, as one piece of markup."""
    if value.lstrip()[:1] not in ("{", "[", '"'):
        return
    try:
        tree = json.loads(value)
    except (ValueError, RecursionError):
        return
    forms = [unescape(text) if "<" not in text else text for text in _strings(tree)]
    posts = [form for form in forms if _HIDDEN_POST.search(form)]
    if posts:
        yield CUT.join(posts)


def _flight_posts(value: str) -> Iterator[str]:
    """The markup in what a Next.js page pushes to its script, chunk by chunk: JSON strings inside a JSON string."""
    chunks = []
    for match in _FLIGHT.finditer(value):
        try:
            chunks.append(json.loads(match["chunk"]))
        except ValueError:
            continue
    whole = "".join(chunks)
    for text in _ESCAPED_MARKUP.findall(whole):
        try:
            whole_text = json.loads(f'"{text}"')
        except ValueError:
            continue
        if _HIDDEN_POST.search(whole_text):
            yield whole_text
    yield whole


def _strings(tree: Any) -> Iterator[str]:
    stack, left = [tree], _MOST_JSON_STRINGS
    while stack and left:
        node = stack.pop()
        left -= 1
        if isinstance(node, str):
            yield node
        elif isinstance(node, dict):
            stack.extend(reversed(list(node.values())))
        elif isinstance(node, list):
            stack.extend(reversed(node))
