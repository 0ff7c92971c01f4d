"""Names of inputs to documents, one after the other; nothing is read before it is asked for, nothing here raises."""

from __future__ import annotations

import glob
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from align.read.content import Source, read_stream
from align.records import Document, Rejection
from align.settings import ReadSettings

# What is taken from a folder, each also with .gz or .zst behind it; a file that is named is always read.
SUFFIXES = (
    *(".txt", ".html", ".htm", ".xhtml", ".mht", ".mhtml", ".xml", ".rss", ".atom"),
    *(".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".parquet", ".warc"),
)
_PACKED_SUFFIXES = (".gz", ".zst")
_TAKEN_SUFFIXES = (*SUFFIXES, *(suffix + packed for suffix in SUFFIXES for packed in _PACKED_SUFFIXES))


def read_inputs(
    inputs: Iterable[str | Document], settings: ReadSettings, *, stdin: BinaryIO | None = None
) -> Iterator[Document | Rejection]:
    """The articles of files, folders, globs and "-" (standard input), in the order given; bad input is a Rejection.

    A Document among the inputs is passed on. No two documents get the same `doc_id`: the second is called `id~2`, the
    third `id~3`.
    """
    taken: set[str] = set()
    for given in inputs:
        items = [given] if isinstance(given, Document) else _read_one(given, settings, stdin)
        for item in map(_printable, items):
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
    for item in open_inputs([name], stdin):
        if isinstance(item, Rejection):
            yield item
            continue
        stream, source = item
        try:
            yield from read_stream(stream, source, settings)
        except (OSError, ValueError) as error:
            yield _unreadable(source.path, error)


def open_inputs(inputs: Sequence[str], stdin: BinaryIO | None = None) -> Iterator[tuple[BinaryIO, Source] | Rejection]:
    """The streams that inputs name, each open until the next is asked for; what cannot be opened is a Rejection."""
    for name in inputs:
        if name == "-":
            yield stdin or sys.stdin.buffer, Source("-", "stdin")
            continue
        for source in _expand(name):
            if isinstance(source, Rejection):
                yield source
                continue
            try:
                stream = open(source.path, "rb")
            except (OSError, ValueError) as error:
                yield _unreadable(source.path, error)
                continue
            with stream:
                yield stream, source


def _stem(path: str) -> str:
    """The path without its extension, and without that of its compression."""
    plain = Path(path)
    if plain.suffix.lower() in _PACKED_SUFFIXES and plain.stem:
        plain = plain.with_suffix("")
    return plain.with_suffix("").as_posix()


def _expand(name: str) -> Iterator[Source | Rejection]:
    """The files that an input names."""
    if os.path.isdir(name):
        yield from _walk(name)
    elif "\0" not in name and os.path.lexists(name):
        yield Source(name, _stem(Path(name).name))
    else:
        yield from _expand_glob(name)


def _expand_glob(pattern: str) -> Iterator[Source | Rejection]:
    matches = sorted(glob.glob(pattern, recursive=True)) if glob.has_magic(pattern) else []
    for match in matches:
        if not os.path.isdir(match):
            yield Source(match, _stem(Path(match).name))
        elif "**" not in pattern:  # `**` lists what is inside by itself
            yield from _walk(match)
    if not matches:
        yield _rejected(
            "missing", f"expected a file, folder or pattern, found nothing at {pattern!r}; mend it", pattern
        )


def _walk(folder: str) -> Iterator[Source | Rejection]:
    is_barren = True
    problems: list[OSError] = []
    for here, folders, files in os.walk(folder, onerror=problems.append):
        folders[:] = sorted(sub for sub in folders if not sub.startswith("."))
        for file in sorted(files):
            if file.startswith(".") or not file.lower().endswith(_TAKEN_SUFFIXES):
                continue
            is_barren = False
            path = os.path.join(here, file)
            if os.path.exists(path) and not os.path.isfile(path):
                found = "expected a file, found a pipe, socket or device, which may never end; name it to read it"
                yield _rejected("unreadable", found, path)
                continue
            yield Source(path, _stem(os.path.relpath(path, folder)))
    for problem in problems:
        yield _unreadable(str(problem.filename or folder), problem)
    if is_barren and not problems:
        kinds = ", ".join(SUFFIXES)
        yield _rejected("no_articles", f"expected a folder with {kinds}, found none in it; name the files", folder)


def _rejected(reason: str, detail: str, source: str) -> Rejection:
    return Rejection("read", reason, detail, source=source)


def _unreadable(path: str, error: OSError | ValueError) -> Rejection:
    found = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return _rejected("unreadable", f"expected a file that can be read, found: {found}; check its rights", path)
