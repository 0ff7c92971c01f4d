"""Records of JSONL and JSON, one at a time: a broken one is refused with its place, those after it are still read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, BinaryIO, NamedTuple

import regex

from align.errors import ReadError
from align.read.kinds import looks_like_html
from align.read.shapes import article_fields, is_post
from align.records import Document, Rejection
from align.settings import ReadSettings

_LONE_SURROGATE = regex.compile(r"[\ud800-\udfff]")
_CHUNK_BYTES = 1 << 20
_ARCHIVE_HEAD = regex.compile(rb"\s*window\.YTD\.[\w.]+\s*=\s*")
_LIST_FIELDS = ("data", "articles", "items", "records", "results", "rows", "tweets", "statuses", "posts")


class Record(NamedTuple):
    """One record of a file, or why it could not be read."""

    place: str  # "news.jsonl:17"
    number: int
    value: dict[str, Any] | ReadError


def documents_of(records: Iterator[Record], stem: str, settings: ReadSettings) -> Iterator[Document | Rejection]:
    """The articles in records; `stem` names those that have no id."""
    for place, number, value in records:
        try:
            if isinstance(value, ReadError):
                raise value
            yield document_of(value, place, f"{stem}:{number}", settings)
        except ReadError as error:
            yield Rejection("read", error.reason, error.detail, source=place)


def read_jsonl_records(stream: BinaryIO, source: str, settings: ReadSettings) -> Iterator[Record]:
    """The objects of a JSONL stream, by line number from 1; blank lines are passed over."""
    for number, line in bounded_lines(stream, settings.max_line_bytes):
        place = f"{source}:{number}"
        if line is None:
            yield Record(place, number, _too_large("line", settings.max_line_bytes))
        elif line.strip():
            try:
                yield from _object_records(parse_object(line), place, f"{place}#", number)
            except ReadError as error:
                yield Record(place, number, error)


def read_json_records(stream: BinaryIO, source: str, settings: ReadSettings) -> Iterator[Record]:
    """The objects of a JSON array, one after the other, or those of a list that one object holds, or that object.

    A user's archive of tweets ("window.YTD.tweets.part0 = [...]") is such an array. Raises ReadError("json").
    """
    text = _Text(stream, settings.max_line_bytes)
    if text.next_char() != "[":
        yield from _object_records(text.value(), f"{source}:1", f"{source}:", 1)
        return
    text.skip(1)
    number = 0
    while True:
        char = text.next_char()
        if char == ",":
            text.skip(1)
        elif char in ("]", ""):
            if not char:
                found = f"expected a JSON array with its ], found the end after {number} records; mend it"
                yield Record(f"{source}:{number + 1}", number + 1, ReadError("json", found))
            return
        else:
            number += 1
            try:
                value = text.value()
            except ReadError as error:  # where the next record begins cannot be told
                yield Record(f"{source}:{number}", number, error)
                return
            yield Record(f"{source}:{number}", number, _as_object(value))


class _Text:
    """A JSON stream read value by value: the buffer holds one value and a piece of the next."""

    def __init__(self, stream: BinaryIO, limit: int) -> None:
        import codecs

        self._stream = stream
        self._decode = codecs.getincrementaldecoder("utf-8")("strict").decode
        self._limit = limit
        self._buffer = ""
        self._is_done = False
        self._fill()
        self._buffer = self._buffer.removeprefix("\ufeff")
        head = _ARCHIVE_HEAD.match(self._buffer[:200].encode("utf-8", "replace"))
        if head:
            self.skip(head.end())

    def _fill(self) -> None:
        data = self._stream.read(_CHUNK_BYTES)
        self._is_done = not data
        try:
            self._buffer += self._decode(data, not data)
        except UnicodeDecodeError as error:
            raise ReadError(
                "encoding", f"expected UTF-8 JSON, found {error.reason}; convert the file to UTF-8"
            ) from None

    def skip(self, count: int) -> None:
        """Drop characters from the front."""
        self._buffer = self._buffer[count:]

    def next_char(self) -> str:
        """The next character that is no space; empty at the end."""
        while True:
            self._buffer = self._buffer.lstrip()
            if self._buffer or self._is_done:
                return self._buffer[:1]
            self._fill()

    def value(self) -> Any:
        """The next JSON value, taken from the front."""
        decoder = json.JSONDecoder()
        while True:
            try:
                value, end = decoder.raw_decode(self._buffer)
                if end < len(self._buffer) or self._is_done:
                    self.skip(end)
                    return value
            except (ValueError, RecursionError) as error:
                if self._is_done or isinstance(error, RecursionError):
                    raise ReadError("json", f"expected JSON, found another thing: {error}; mend it") from None
            size = len(self._buffer)
            if size > self._limit:
                raise _too_large("record", self._limit)
            while (
                not self._is_done and len(self._buffer) < 2 * size
            ):  # doubled, so that a long value is read in n log n
                self._fill()


def _object_records(value: Any, place: str, part: str, number: int) -> Iterator[Record]:
    """The record that an object is, or those of the list that it holds, placed `part` and their number in the list."""
    name = _list_in(value) if isinstance(value, dict) else None
    if name is None:
        yield Record(place, number, _as_object(value))
        return
    others = {key: other for key, other in value.items() if key != name}
    for step, row in enumerate(value[name], 1):
        row = {"_envelope": others, **row} if isinstance(row, dict) and others else row
        yield Record(f"{part}{step}", step, _as_object(row))


def _list_in(value: dict[str, Any]) -> str | None:
    if "text" in value or "html" in value:
        return None
    return next((name for name in _LIST_FIELDS if isinstance(value.get(name), list)), None)


def _as_object(value: Any) -> dict[str, Any] | ReadError:
    if isinstance(value, dict):
        return value
    return ReadError("json", f"expected a JSON object, found {type(value).__name__}; write one object an article")


def _too_large(unit: str, limit: int) -> ReadError:
    return ReadError(
        "too_large",
        f"expected a {unit} of at most {limit} bytes, found a longer one; split it, or raise read.max_line_bytes",
    )


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
    """The document in a record. Raises ReadError("no_text", "empty", "tweets" or "too_large")."""
    if is_post(record):
        raise ReadError("tweets", "expected an article, found a post; give it to align index build or align mine")
    record = _with_fields(record, settings)
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
        doc_id=clean(str(identity)) if has_id else default_id,
        source=place,
        content=content,
        is_html=is_html,
        url=string(record.get("url")),
        title=string(record.get("title")),
        published=iso_date(record.get(settings.date_field)),
    )


def _with_fields(record: dict[str, Any], settings: ReadSettings) -> dict[str, Any]:
    """The record with the fields that settings name, taken from a content system's own."""
    foreign = article_fields(record)
    if foreign is None or settings.text_field in record:
        return record
    own = {"html": settings.html_field, "text": settings.text_field, "published": settings.date_field}
    return {**record, **{own.get(name, name): value for name, value in foreign.items() if value is not None}}


def _content(record: dict[str, Any], settings: ReadSettings) -> tuple[str, bool]:
    text = record.get(settings.text_field)
    page = record.get(settings.html_field)
    if isinstance(text, str) and (text.strip() or not isinstance(page, str)):
        return clean(text), looks_like_html(text)
    if isinstance(page, str):
        return clean(page), True
    keys = ", ".join(sorted(map(str, record))[:12]) or "no key at all"
    wanted = f"{settings.text_field!r} or {settings.html_field!r}"
    raise ReadError("no_text", f"expected {wanted} with a string, found {keys}; name the field with --text-field")


def clean(text: str) -> str:
    """The text with halves of surrogate pairs, which JSON can spell and no encoder takes, as U+FFFD each."""
    return _LONE_SURROGATE.sub("\ufffd", text)


def string(value: Any) -> str | None:
    """A value as text without space around it; None when it is none or empty."""
    return clean(value.strip()) or None if isinstance(value, str) else None


def iso_date(value: Any) -> str | None:
    """A value as ISO date or time; None when it is none."""
    if isinstance(value, date):  # Parquet's own type
        return value.isoformat()
    try:
        datetime.fromisoformat(value.strip())
    except (AttributeError, TypeError, ValueError):
        return None
    return str(value.strip())


def bounded_lines(stream: BinaryIO, limit: int) -> Iterator[tuple[int, bytes | None]]:
    """Numbered lines from 1; None for one over `limit` bytes, whose rest is passed over unkept."""
    number = 0
    while line := stream.readline(limit + 1):
        number += 1
        if len(line) <= limit or line.endswith(b"\n"):
            yield number, line
            continue
        del line
        while (rest := stream.readline(_CHUNK_BYTES)) and not rest.endswith(b"\n"):
            pass
        yield number, None
