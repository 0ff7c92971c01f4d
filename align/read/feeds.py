"""RSS and Atom feeds: one item, one article, read one at a time; what an item holds is a piece of a page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from email.utils import parsedate_to_datetime
from html import escape
from typing import BinaryIO

import regex

from align.errors import ReadError
from align.read.records import clean, iso_date
from align.records import Document, Rejection
from align.settings import ReadSettings

_HEAD = regex.compile(
    r"\s*(?:<\?xml[^>]*\?>\s*)?(?:<\?xml-stylesheet[^>]*\?>\s*)*(?:<!--.{0,4000}?-->\s*)*<(?:rss|feed|rdf:RDF)\b",
    regex.S,
)
_ITEMS = ("item", "entry")
_TEXTS = ("encoded", "content", "description", "summary")  # the fullest first
_DATES = ("pubDate", "published", "date", "issued", "updated")
_MOST_SKIPPED = 200  # characters of what stands in front of the declaration


def looks_like_feed(head: str) -> bool:
    """Whether a text begins like a feed."""
    return _HEAD.match(head.lstrip("\ufeff")[: 8000 + _MOST_SKIPPED]) is not None


def read_feed(stream: BinaryIO, source: str, stem: str, settings: ReadSettings) -> Iterator[Document | Rejection]:
    """The items of a feed, numbered from 1; one without a text is refused in its place.

    Declarations of entities are not expanded and nothing is fetched. Raises ReadError: "xml" when no item can be read.
    """
    import lxml.etree

    number = 0
    try:
        events = lxml.etree.iterparse(
            stream, events=("end",), resolve_entities=False, no_network=True, load_dtd=False, recover=True
        )
        for _, element in events:
            if _name(element.tag) not in _ITEMS:
                continue
            number += 1
            place = f"{source}:{number}"
            try:
                yield _document(element, place, f"{stem}:{number}", settings)
            except ReadError as error:
                yield Rejection("read", error.reason, error.detail, source=place)
            element.clear()
            while element.getprevious() is not None:  # what was read is given back
                del element.getparent()[0]
    except lxml.etree.XMLSyntaxError as error:
        if not number:
            raise ReadError("xml", f"expected a feed, found XML that cannot be read ({error}); mend it") from None
        found = f"expected a whole feed, found its end after item {number} ({error}); the items before it are used"
        yield Rejection("read", "xml", found, source=source)
        return
    if not number:
        raise ReadError("xml", "expected a feed with items, found none; leave it out")


def _document(item: object, place: str, default_id: str, settings: ReadSettings) -> Document:
    found: dict[str, str] = {}
    for child in item:  # type: ignore[attr-defined]
        name = _name(child.tag)
        text = _content(child)
        if name == "link" and not text and child.get("rel", "alternate") == "alternate":
            text = child.get("href") or ""
        if text.strip():
            found.setdefault(name, text.strip())
    content = max((found.get(name, "") for name in _TEXTS), key=len)
    if not content:
        raise ReadError("no_text", "expected an item with a text, found none; leave it out")
    if len(content) > settings.max_document_bytes:
        raise ReadError(
            "too_large",
            f"expected at most {settings.max_document_bytes} characters, found {len(content)}; "
            "raise read.max_document_bytes",
        )
    title = " ".join(clean(found["title"]).split()) if "title" in found else None
    page = f"<html><body><article>{f'<h1>{escape(title)}</h1>' if title else ''}{content}</article></body></html>"
    when = next((found[name] for name in _DATES if name in found), None)
    return Document(default_id, place, clean(page), True, found.get("link"), title, _date(when) if when else None)


def _content(child: object) -> str:
    """What an element of an item holds: text with markup escaped or in CDATA, or markup as elements (Atom's xhtml)."""
    import lxml.etree

    if len(child):  # type: ignore[arg-type]
        inner = "".join(lxml.etree.tostring(part, encoding="unicode") for part in child)  # type: ignore[attr-defined]
        return (child.text or "") + inner  # type: ignore[attr-defined]
    return child.text or ""  # type: ignore[attr-defined]


def _name(tag: object) -> str:
    """The local name of a tag; empty for a comment."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _date(printed: str) -> str | None:
    """The ISO time of a date as RFC 822 or as ISO 8601 writes it."""
    try:
        moment = parsedate_to_datetime(printed)
    except (TypeError, ValueError):
        return iso_date(printed)
    return (moment.astimezone(UTC) if moment.tzinfo else moment).isoformat()
