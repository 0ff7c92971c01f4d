"""What one stream holds, told by its bytes, and the reader for it: archive, table, records, page or text."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import BinaryIO, NamedTuple

from align.errors import ReadError
from align.read.decode import decode
from align.read.feeds import looks_like_feed, read_feed
from align.read.kinds import has_markup, looks_like_html, looks_like_json, looks_like_jsonl
from align.read.mhtml import looks_like_mhtml, read_mhtml
from align.read.records import Record, documents_of, read_json_records, read_jsonl_records
from align.read.streams import Peeked, first_unpacked, is_packed, peek, unpack
from align.read.tables import columns_of, read_csv_records, read_parquet_records
from align.records import Document, Rejection
from align.settings import ReadSettings

_RECORD_SUFFIXES = (".jsonl", ".ndjson")
_TABLE_SUFFIXES = (".csv", ".tsv")
_PAGE_SUFFIXES = (".html", ".htm", ".xhtml")
_PACKED_SUFFIXES = (".gz", ".zst")
_MOST_HEADER_BYTES = 65536
_MOST_LAYERS = 2  # of compression: a .gz of a .zst is a mistake, three are an attack


class Source(NamedTuple):
    """A stream: where it is, and what its document is called."""

    path: str
    stem: str


class _Kind(Enum):
    WARC = "warc"
    PARQUET = "parquet"
    JSONL = "jsonl"
    JSON = "json"
    TABLE = "table"
    FEED = "feed"
    ARTICLE = "article"


def read_stream(stream: BinaryIO, source: Source, settings: ReadSettings) -> Iterator[Document | Rejection]:
    """The articles of a stream; raises OSError when it cannot be read, everything else is a Rejection."""
    try:
        peeked = peek(stream)
        kind, plain = _open(peeked, source, settings)
        if kind is _Kind.WARC:
            from align.read.warc import read_warc

            yield from read_warc(plain.stream, source.path, settings)
        elif kind is _Kind.FEED:
            yield from read_feed(plain.stream, source.path, source.stem, settings)
            if plain.damage is not None:
                raise plain.damage
        elif kind is _Kind.ARTICLE:
            yield _read_article(plain, source, settings)
        elif plain.head.lstrip().startswith(b"window.YTD."):
            raise ReadError("tweets", "expected articles, found an archive of tweets; give it to align mine")
        else:
            yield from documents_of(_records(kind, plain, source, settings), source.stem, settings)
    except ReadError as error:
        yield Rejection("read", error.reason, error.detail, source=source.path)


def records_of(stream: BinaryIO, source: Source, settings: ReadSettings) -> Iterator[Record]:
    """The records of a stream of any kind that holds records. Raises ReadError where it holds an article."""
    kind, plain = _open(peek(stream), source, settings)
    if kind in (_Kind.WARC, _Kind.FEED, _Kind.ARTICLE):
        raise plain.damage or ReadError(
            "no_records", "expected JSON, JSONL, CSV or Parquet, found an article; give it to align run"
        )
    yield from _records(kind, plain, source, settings)


def _open(peeked: Peeked, source: Source, settings: ReadSettings) -> tuple[_Kind, Peeked]:
    """The kind of a stream, and the stream without compression."""
    plain, name = peeked, source.path.lower()
    if is_packed(plain.head) and first_unpacked(plain.head).startswith(b"WARC/"):
        return _Kind.WARC, plain  # its reader unpacks it: offsets are then the file's own
    for _ in range(_MOST_LAYERS):
        if not is_packed(plain.head):
            break
        plain = unpack(plain, settings.max_ratio)
        for suffix in _PACKED_SUFFIXES:
            name = name.removesuffix(suffix)
    return _kind_of(plain.head, name, settings), plain


def _kind_of(head: bytes, name: str, settings: ReadSettings) -> _Kind:
    if head.startswith(b"WARC/"):
        return _Kind.WARC
    if head.startswith(b"PAR1"):
        return _Kind.PARQUET
    if looks_like_jsonl(head):
        return _Kind.JSONL
    if looks_like_json(head):
        is_broken_line = name.endswith(_RECORD_SUFFIXES) and head.lstrip()[:1] == b"{"
        return _Kind.JSONL if is_broken_line else _Kind.JSON
    if looks_like_mhtml(head):
        return _Kind.ARTICLE
    if looks_like_feed(head.decode("utf-8", "replace")):
        return _Kind.FEED
    is_binary = not head.strip() or (b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")))
    if is_binary or looks_like_html(head.decode("utf-8", "replace")):
        return _Kind.ARTICLE
    if name.endswith(_RECORD_SUFFIXES):
        return _Kind.JSONL
    columns = columns_of(head)
    if name.endswith(_TABLE_SUFFIXES):
        return _Kind.TABLE
    is_table = (
        columns is not None and len(columns[0]) > 1 and {settings.text_field, settings.html_field} & set(columns[0])
    )
    return _Kind.TABLE if is_table else _Kind.ARTICLE


def _records(kind: _Kind, plain: Peeked, source: Source, settings: ReadSettings) -> Iterator[Record]:
    records = _records_of_kind(kind, plain, source, settings)
    return records if plain.unpacked is None else _up_to_damage(records, plain, source, is_table=kind is _Kind.TABLE)


def _up_to_damage(records: Iterator[Record], plain: Peeked, source: Source, *, is_table: bool) -> Iterator[Record]:
    """The whole records of an unpacked stream; where it is damaged, what is left of the last one is refused as that."""
    last: Record | None = None
    try:
        for record in records:
            if last is not None:
                yield last
            last = record
    except ReadError as error:
        raise plain.damage or error from None
    if plain.damage is None or plain.unpacked is None:
        if last is not None:
            yield last
        return
    is_cut_row = is_table and not plain.unpacked.ends_line  # a cell without its end reads like a shorter cell
    if last is None or isinstance(last.value, ReadError) or is_cut_row:
        yield Record(last.place if last else source.path, last.number if last else 1, plain.damage)
        return
    yield last
    yield Record(f"{source.path}:{last.number + 1}", last.number + 1, plain.damage)


def _records_of_kind(kind: _Kind, plain: Peeked, source: Source, settings: ReadSettings) -> Iterator[Record]:
    if kind is _Kind.PARQUET:
        return read_parquet_records(plain.stream, source.path, settings)
    if kind is _Kind.TABLE:
        return read_csv_records(plain.stream, plain.head, source.path, settings)
    if kind is _Kind.JSON:
        return read_json_records(plain.stream, source.path, settings)
    return read_jsonl_records(plain.stream, source.path, settings)


def _read_article(plain: Peeked, source: Source, settings: ReadSettings) -> Document:
    limit = settings.max_document_bytes
    data = plain.stream.read(limit + 1)
    if plain.damage is not None:
        raise plain.damage  # half an article would pass for one that leaves things out
    if len(data) > limit:
        raise ReadError(
            "too_large",
            f"expected an article of at most {limit} bytes, found more; split it, or raise read.max_document_bytes",
        )
    if looks_like_mhtml(data[:_MOST_HEADER_BYTES]):
        saved = read_mhtml(data)
        return Document(source.stem, source.path, saved.markup, True, url=saved.url)
    text = decode(data)
    if not text.strip():
        raise ReadError("empty", "expected an article, found an empty input; fill it or leave it out")
    name = source.path.lower()
    for suffix in _PACKED_SUFFIXES:
        name = name.removesuffix(suffix)
    if text.lstrip().startswith("<?xml") and not looks_like_html(text):
        raise ReadError("xml", "expected a page or a feed, found XML of another kind; leave it out")
    is_html = has_markup(text) if name.endswith(_PAGE_SUFFIXES) else looks_like_html(text)
    return Document(doc_id=source.stem, source=source.path, content=text, is_html=is_html)
