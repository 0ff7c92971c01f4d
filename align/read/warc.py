"""Pages of a web archive: its HTTP responses that hold HTML or plain text, one at a time."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator
from typing import Any, BinaryIO
from urllib.parse import unquote, urlsplit

import regex

from align.errors import ReadError
from align.read.decode import decode
from align.read.kinds import looks_like_html
from align.records import Document, Rejection
from align.settings import ReadSettings

_PAGE_TYPES = ("text/html", "application/xhtml+xml", "text/plain")
_UNSAFE = regex.compile(r"[\p{C}\\:*?\"<>|]+")
_MOST_NAME_CHARS = 200
_MOST_HEADER_BYTES = 65536


def read_warc(stream: BinaryIO, source: str, settings: ReadSettings) -> Iterator[Document | Rejection]:
    """The pages of an archive, gzipped or not; a broken record is refused with its offset in the file.

    Responses that are no pages (pictures, redirects) are counted in one refusal at the end, and so is the end of an
    archive that is cut off or damaged. Raises ReadError("warc") when it holds no response.
    """
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    passed: Counter[str] = Counter()
    forward = _Forward(stream)
    is_barren, is_told = True, False
    try:
        records = ArchiveIterator(forward, record_types=WarcRecordType.response, parse_http=False)
        for record in records:
            is_barren = False
            item = _read_record(record, f"{source}@{record.stream_pos}", passed, settings)
            is_told = isinstance(item, Rejection) and item.reason in ("truncated", "warc")
            if item is not None:
                yield item
    except ReadError:
        raise
    except BaseException as error:  # the Rust reader panics on some damage, and a panic is no Exception
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        place = f"{source}@{forward.tell()}"
        yield _truncated(place) if forward.ends_inside() else Rejection("read", "warc", _broken(error), source=place)
        is_barren, is_told = False, True
    if is_barren:
        raise ReadError("warc", "expected HTTP responses in the archive, found none; check that it was fetched whole")
    if not is_told and forward.ends_inside():
        yield _truncated(f"{source}@{forward.tell()}")
    if passed:
        found = ", ".join(f"{kind} {count}" for kind, count in passed.most_common(8))
        detail = f"expected pages, found {sum(passed.values())} responses of other kinds ({found}); nothing to do"
        yield Rejection("read", "not_pages", detail, source=source)


class _Forward:
    """What the archive reader needs of a stream that cannot be sought in: it only asks where it is.

    It also tells whether the stream ended inside a header or a gzip member, which the archive reader passes over.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._place = 0
        self._head = self._tail = b""
        self._member: Any = None  # the gzip member that was begun

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        data = self._stream.read(size)
        self._head = self._head or data[:5]
        self._place += len(data)
        self._tail = (self._tail + data)[-4:]
        if self._head.startswith(b"\x1f\x8b"):
            self._follow(data)
        return data

    def _follow(self, data: bytes) -> None:
        try:
            while data:
                self._member = self._member or zlib.decompressobj(31)
                self._member.decompress(data, 1 << 18)
                data = self._member.unconsumed_tail
                if self._member.eof:
                    data, self._member = self._member.unused_data, None
        except zlib.error:  # damage, of which the archive reader tells, or filling behind the last member
            self._head, self._member = b"?", None

    def ends_inside(self) -> bool:
        """Whether the bytes read end inside a gzip member or, not compressed, without a record's empty lines."""
        if self._head.startswith(b"WARC/"):
            return not self._tail.endswith((b"\r\n\r\n", b"\n\n"))
        return self._member is not None

    def tell(self) -> int:
        """How many bytes were read."""
        return self._place

    def close(self) -> None:
        """The stream is its opener's to close."""

    def seek(self, offset: int, whence: int = 0) -> int:
        """Move forward. Raises OSError for any other way."""
        target = offset + (self._place if whence == 1 else 0)
        if whence == 2 or target < self._place:
            raise OSError("this stream can only be read forward")
        while self._place < target and self.read(min(1 << 16, target - self._place)):
            pass
        return self._place


def _broken(error: BaseException) -> str:
    return f"expected a record of a web archive, found a damaged one ({error}); fetch the archive again"


def _read_record(record: Any, place: str, passed: Counter[str], settings: ReadSettings) -> Document | Rejection | None:
    """The page in a response, or its refusal; one that is no page is counted in `passed` by its kind."""
    try:
        if _is_cut(record, settings.max_document_bytes):
            return _truncated(place)
        kind = _kind_of(record)
        if kind in _PAGE_TYPES:
            return _document(record, place, settings)
    except ReadError as error:
        return Rejection("read", error.reason, error.detail, source=place)
    except (ValueError, OSError) as error:
        return Rejection("read", "warc", _broken(error), source=place)
    passed[kind] += 1
    return None


def _is_cut(record: Any, limit: int) -> bool:
    """Whether the archive ends inside the record; one that is too large for a page is not looked into."""
    if record.headers.get("Content-Length") is None:
        return True  # every record has one: its header was cut
    declared = record.content_length
    if declared > limit + _MOST_HEADER_BYTES:
        return False
    record.freeze()
    return bool(record.content_length < declared)


def _truncated(place: str) -> Rejection:
    found = "expected a whole archive, found its end inside a record; the pages before it are used: fetch it again"
    return Rejection("read", "truncated", found, source=place)


def _kind_of(record: Any) -> str:
    """The media type of a page's response; "status 404" and the like for another response."""
    record.parse_http(auto_decode="all")
    if not record.is_http:
        return "not HTTP"
    status = record.http_headers.status_code
    if status is None or not 200 <= status < 300:
        return f"status {status}"
    return (record.http_content_type or "unknown type").split(";")[0].strip().lower()


def _document(record: Any, place: str, settings: ReadSettings) -> Document:
    limit = settings.max_document_bytes
    data = record.reader.read(limit + 1)
    if len(data) > limit:
        raise ReadError(
            "too_large", f"expected a page of at most {limit} bytes, found more; raise read.max_document_bytes"
        )
    text = decode(data, record.http_charset)
    if not text.strip():
        raise ReadError("empty", "expected a page, found an empty response; leave it out")
    url = record.headers.get("WARC-Target-URI", "").strip("<>") or None
    name = safe_name(url or record.record_id or place)
    is_html = record.http_content_type != "text/plain" or looks_like_html(text)
    return Document(name, place, text, is_html, url=url)


def safe_name(url: str) -> str:
    """A relative path made of an address: no scheme, no "..", nothing that a file system takes amiss."""
    try:
        parts = urlsplit(url)
        whole = f"{parts.netloc}{unquote(parts.path)}" + (f"?{parts.query}" if parts.query else "")
    except ValueError:
        whole = url
    pieces = (_UNSAFE.sub("_", piece).strip(" .") for piece in whole.split("/"))
    name = "/".join(piece for piece in pieces if piece)
    return regex.sub(r"\.(?:html?|xhtml|php|aspx?)$", "", name)[:_MOST_NAME_CHARS] or "page"
