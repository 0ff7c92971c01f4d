"""Records as content systems give them out: an article's fields in WordPress (REST), Ghost, JSON Feed, schema.org."""

from __future__ import annotations

from collections.abc import Mapping
from html import unescape
from typing import Any

import regex

_TAG = regex.compile(r"<[^>]*>")


def article_fields(record: Mapping[str, Any]) -> dict[str, Any] | None:
    """`html` or `text`, `title`, `url` and `published` of a record of a known shape; None for any other."""
    found = (shape(record) for shape in (_wordpress, _json_feed, _ghost, _schema_org))
    return next((fields for fields in found if fields is not None), None)


def is_post(record: Mapping[str, Any]) -> bool:
    """Whether a record is a post of a platform's API and no article."""
    row = record.get("tweet") if isinstance(record.get("tweet"), dict) else record
    return (
        isinstance(row, Mapping) and "full_text" in row or ("id_str" in record and isinstance(record.get("user"), dict))
    )


def _rendered(value: Any) -> str | None:
    text = value.get("rendered") if isinstance(value, dict) else None
    return text if isinstance(text, str) else None


def _plain(markup: str | None) -> str | None:
    """A title without its tags and entities."""
    return " ".join(unescape(_TAG.sub("", markup)).split()) or None if markup else None


def _wordpress(record: Mapping[str, Any]) -> dict[str, Any] | None:
    html = _rendered(record.get("content"))
    if html is None:
        return None
    title, when = _plain(_rendered(record.get("title"))), record.get("date")
    return {"html": html, "title": title, "url": record.get("link"), "published": when}


def _json_feed(record: Mapping[str, Any]) -> dict[str, Any] | None:
    html, text = record.get("content_html"), record.get("content_text")
    if not isinstance(html, str) and not isinstance(text, str):
        return None
    body = {"html": html} if isinstance(html, str) else {"text": text}
    return {**body, "published": record.get("date_published")}


def _ghost(record: Mapping[str, Any]) -> dict[str, Any] | None:
    if not isinstance(record.get("html"), str) or "published_at" not in record:
        return None
    return {"title": _plain(record.get("title")), "published": record.get("published_at")}


def _schema_org(record: Mapping[str, Any]) -> dict[str, Any] | None:
    body = record.get("articleBody")
    if not isinstance(body, str) or "text" in record:
        return None
    return {"text": body, "title": record.get("headline"), "published": record.get("datePublished")}
