"""What text looks like, told by its content: JSONL, JSON, HTML or plain text."""

from __future__ import annotations

import json

import regex

_HTML_HEAD = regex.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,4000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", regex.I | regex.S
)
_MARKUP = regex.compile(r"</(?:p|div|article|section|blockquote|h[1-6]|ul|figure|table|a|span)\s*>", regex.I)
_ARCHIVE_HEAD = regex.compile(rb"window\.YTD\.[\w.]+\s*=\s*\[")
_ARRAY_HEAD = regex.compile(rb"\[\s*(?:\{\s*(?:\"|\})|\]\s*$)")
_OBJECT_HEAD = regex.compile(rb"\{\s*\"(?:[^\"\\]|\\.)*\"\s*:")
_RECORD_HEAD = regex.compile(rb'\s*\{\s*"')


def looks_like_html(text: str) -> bool:
    """Whether `text` is a page or a piece of one: it opens like a page, or begins with a tag and closes some."""
    if _HTML_HEAD.match(text):
        return True
    return text.lstrip()[:1] == "<" and bool(_MARKUP.search(text))


def has_markup(text: str) -> bool:
    """Whether `text` closes any tag at all: the test for a file that is named as HTML."""
    return bool(_HTML_HEAD.match(text) or _MARKUP.search(text))


def looks_like_jsonl(head: bytes) -> bool:
    """Whether the first line of `head` is a JSON object, or the beginning of one longer than `head`."""
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not _RECORD_HEAD.match(head):
        return False
    line, newline, _ = head.partition(b"\n")
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return not newline and len(head) > 1000


def looks_like_json(head: bytes) -> bool:
    """Whether `head` begins a JSON array of objects, an object over several lines, or a user's archive of tweets."""
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if _ARCHIVE_HEAD.match(head):
        return True
    return bool(_ARRAY_HEAD.match(head)) or bool(_RECORD_HEAD.match(head) and _OBJECT_HEAD.match(head))
