"""Names of inputs to documents, one after the other; nothing is read before it is asked for, nothing here raises."""

from __future__ import annotations

import glob
import io
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from align.errors import ReadError
from align.read.decode import decode
from align.read.kinds import has_markup, looks_like_html, looks_like_jsonl
from align.read.records import read_records
from align.records import Document, Rejection
from align.settings import ReadSettings

SUFFIXES = (".txt", ".html", ".htm", ".jsonl")  # what is taken from a folder; a file that is named is always read
_RECORD_SUFFIXES = (".jsonl", ".ndjson")
_PAGE_SUFFIXES = (".html", ".htm", ".xhtml")
_HEAD_BYTES = 65536


class _Source(NamedTuple):
    """A stream to open: where it is, and what its document is called."""

    path: str
    stem: str


def read_inputs(
    inputs: Sequence[str], settings: ReadSettings, *, stdin: BinaryIO | None = None
) -> Iterator[Document | Rejection]:
    """The articles of files, folders, globs and "-" (standard input), in the order given; bad input is a Rejection.

    No two documents get the same `doc_id`: the second is called `id~2`, the third `id~3`.
    """
    taken: set[str] = set()
    for name in inputs:
        for item in map(_printable, _read_one(name, settings, stdin)):
            yield _with_own_id(item, taken) if isinstance(item, Document) else item


def _printable(item: Document | Rejection) -> Document | Rejection:
    """The item with names that can be written: a file's name need not be UTF-8."""
    source = _as_utf8(item.source) if item.source is not None else None
    if isinstance(item, Rejection):
        return item if source == item.source else replace(item, source=source)
    doc_id = _as_utf8(item.doc_id)
    if (doc_id, source) == (item.doc_id, item.source):
        return item
    return replace(item, doc_id=doc_id, source=source or "")


def _as_utf8(name: str) -> str:
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace") if not name.isascii() else name


def _with_own_id(document: Document, taken: set[str]) -> Document:
    doc_id, count = document.doc_id, 1
    while doc_id in taken:
        count += 1
        doc_id = f"{document.doc_id}~{count}"
    taken.add(doc_id)
    return document if doc_id == document.doc_id else replace(document, doc_id=doc_id)


def _read_one(name: str, settings: ReadSettings, stdin: BinaryIO | None) -> Iterator[Document | Rejection]:
    if name == "-":
        yield from _read_stream(stdin or sys.stdin.buffer, _Source("-", "stdin"), settings)
        return
    for source in _expand(name):
        if isinstance(source, Rejection):
            yield source
            continue
        try:
            with open(source.path, "rb") as stream:
                yield from _read_stream(stream, source, settings)
        except (OSError, ValueError) as error:
            yield _unreadable(source.path, error)


def _expand(name: str) -> Iterator[_Source | Rejection]:
    """The files that an input names."""
    if os.path.isdir(name):
        yield from _walk(name)
    elif "\0" not in name and os.path.lexists(name):
        yield _Source(name, Path(name).stem)
    else:
        yield from _expand_glob(name)


def _expand_glob(pattern: str) -> Iterator[_Source | Rejection]:
    matches = sorted(glob.glob(pattern, recursive=True)) if glob.has_magic(pattern) else []
    for match in matches:
        if not os.path.isdir(match):
            yield _Source(match, Path(match).stem)
        elif "**" not in pattern:  # `**` lists what is inside by itself
            yield from _walk(match)
    if not matches:
        yield _rejected(
            "missing", f"expected a file, folder or pattern, found nothing at {pattern!r}; mend it", pattern
        )


def _walk(folder: str) -> Iterator[_Source | Rejection]:
    is_barren = True
    problems: list[OSError] = []
    for here, folders, files in os.walk(folder, onerror=problems.append):
        folders[:] = sorted(sub for sub in folders if not sub.startswith("."))
        for file in sorted(files):
            if file.startswith(".") or not file.lower().endswith(SUFFIXES):
                continue
            is_barren = False
            path = os.path.join(here, file)
            if os.path.exists(path) and not os.path.isfile(path):
                found = "expected a file, found a pipe, socket or device, which may never end; name it to read it"
                yield _rejected("unreadable", found, path)
                continue
            yield _Source(path, Path(os.path.relpath(path, folder)).with_suffix("").as_posix())
    for problem in problems:
        yield _unreadable(str(problem.filename or folder), problem)
    if is_barren and not problems:
        kinds = ", ".join(SUFFIXES)
        yield _rejected("no_articles", f"expected a folder with {kinds}, found none in it; name the files", folder)


def _read_stream(stream: BinaryIO, source: _Source, settings: ReadSettings) -> Iterator[Document | Rejection]:
    try:
        head = stream.read(_HEAD_BYTES)
        if _holds_records(head, source.path):
            yield from read_records(_rejoin(head, stream), source.path, source.stem, settings)
        else:
            yield _read_article(head, stream, source, settings)
    except ReadError as error:
        yield _rejected(error.reason, error.detail, source.path)
    except OSError as error:
        yield _unreadable(source.path, error)


def _holds_records(head: bytes, path: str) -> bool:
    if looks_like_jsonl(head):
        return True
    if not path.lower().endswith(_RECORD_SUFFIXES) or not head.strip() or b"\0" in head:
        return False
    return not looks_like_html(head.decode("utf-8", "replace"))


def _read_article(head: bytes, stream: BinaryIO, source: _Source, settings: ReadSettings) -> Document:
    limit = settings.max_document_bytes
    data = head + stream.read(limit + 1 - len(head)) if len(head) <= limit else head
    if len(data) > limit:
        raise ReadError(
            "too_large",
            f"expected an article of at most {limit} bytes, found more; split it, or raise read.max_document_bytes",
        )
    text = decode(data)
    if not text.strip():
        raise ReadError("empty", "expected an article, found an empty input; fill it or leave it out")
    named_page = source.path.lower().endswith(_PAGE_SUFFIXES)
    is_html = has_markup(text) if named_page else looks_like_html(text)
    return Document(doc_id=source.stem, source=source.path, content=text, is_html=is_html)


class _Rejoined(io.RawIOBase):
    """A stream whose first bytes were read already."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head = head
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        data = self._head[: len(buffer)] or self._rest.read(len(buffer))
        self._head = self._head[len(data) :]
        buffer[: len(data)] = data
        return len(data)


def _rejoin(head: bytes, rest: BinaryIO) -> BinaryIO:
    return cast(BinaryIO, io.BufferedReader(_Rejoined(head, rest), buffer_size=1 << 20))


def _rejected(reason: str, detail: str, source: str) -> Rejection:
    return Rejection("read", reason, detail, source=source)


def _unreadable(path: str, error: OSError | ValueError) -> Rejection:
    found = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return _rejected("unreadable", f"expected a file that can be read, found: {found}; check its rights", path)
