"""JSONL, one line at a time: a broken line is refused with its number, and the lines after it are still read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, BinaryIO

import regex

from align.errors import ReadError
from align.read.kinds import looks_like_html
from align.records import Document, Rejection
from align.settings import ReadSettings

_LONE_SURROGATE = regex.compile(r"[\ud800-\udfff]")
_CHUNK = 1 << 20


def read_records(stream: BinaryIO, source: str, stem: str, settings: ReadSettings) -> Iterator[Document | Rejection]:
    """The documents of a JSONL stream; `stem` names the records that have no id."""
    for number, line in _bounded_lines(stream, settings.max_line_bytes):
        place = f"{source}:{number}"
        try:
            if line is None:
                raise ReadError(
                    "too_large",
                    f"expected a line of at most {settings.max_line_bytes} bytes, found a longer one; "
                    "split it, or raise read.max_line_bytes",
                )
            if line.strip():
                yield document_of(parse_object(line), place, f"{stem}:{number}", settings)
        except ReadError as error:
            yield Rejection("read", error.reason, error.detail, source=place)


def parse_object(line: bytes) -> dict[str, Any]:
    """The object that a line of JSONL holds. Raises ReadError("encoding" or "json")."""
    try:
        record = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        found = f"expected UTF-8, found a byte that is not at offset {error.start}; convert the file to UTF-8"
        raise ReadError("encoding", found) from None
    except (ValueError, RecursionError) as error:
        raise ReadError("json", f"expected one JSON object a line, found another thing: {error}; mend it") from None
    if not isinstance(record, dict):
        raise ReadError("json", f"expected a JSON object, found {type(record).__name__}; write one article a line")
    return record


def document_of(record: dict[str, Any], place: str, default_id: str, settings: ReadSettings) -> Document:
    """The document in a record. Raises ReadError("no_text", "empty" or "too_large")."""
    content, is_html = _content(record, settings)
    if not content.strip():
        raise ReadError("empty", "expected an article, found a record whose text is empty; fill it or leave it out")
    if len(content) > settings.max_document_bytes:
        raise ReadError(
            "too_large",
            f"expected at most {settings.max_document_bytes} characters, found {len(content)}; "
            "split the article, or raise read.max_document_bytes",
        )
    identity = record.get(settings.id_field)
    has_id = isinstance(identity, str | int) and not isinstance(identity, bool) and str(identity).strip()
    return Document(
        doc_id=_clean(str(identity)) if has_id else default_id,
        source=place,
        content=content,
        is_html=is_html,
        url=_string(record.get("url")),
        title=_string(record.get("title")),
        published=_iso_date(record.get(settings.date_field)),
    )


def _content(record: dict[str, Any], settings: ReadSettings) -> tuple[str, bool]:
    text = record.get(settings.text_field)
    page = record.get(settings.html_field)
    if isinstance(text, str) and (text.strip() or not isinstance(page, str)):
        return _clean(text), looks_like_html(text)
    if isinstance(page, str):
        return _clean(page), True
    keys = ", ".join(sorted(map(str, record))[:12]) or "no key at all"
    wanted = f"{settings.text_field!r} or {settings.html_field!r}"
    raise ReadError("no_text", f"expected {wanted} with a string, found {keys}; name the field in the settings")


def _clean(text: str) -> str:
    # JSON can spell half a surrogate pair, which no encoder takes; one character for one keeps every offset.
    return _LONE_SURROGATE.sub("\ufffd", text)


def _string(value: Any) -> str | None:
    return _clean(value.strip()) or None if isinstance(value, str) else None


def _iso_date(value: Any) -> str | None:
    try:
        datetime.fromisoformat(value.strip())
    except (AttributeError, TypeError, ValueError):
        return None
    return str(value.strip())


def _bounded_lines(stream: BinaryIO, limit: int) -> Iterator[tuple[int, bytes | None]]:
    """Numbered lines from 1; None for one over `limit` bytes, whose rest is passed over unkept."""
    number = 0
    while line := stream.readline(limit + 1):
        number += 1
        if len(line) <= limit or line.endswith(b"\n"):
            yield number, line
            continue
        del line
        while (rest := stream.readline(_CHUNK)) and not rest.endswith(b"\n"):
            pass
        yield number, None
