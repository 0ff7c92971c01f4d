"""Files, folders, globs and standard input, to documents and refusals; nothing here raises for a bad input."""

from __future__ import annotations

import glob
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import BinaryIO

import regex

from align.errors import ReadError
from align.read.decode import decode
from align.records import Document, Rejection
from align.settings import ReadSettings

SUFFIXES = (".txt", ".html", ".htm", ".jsonl")
_MARKUP = regex.compile(
    r"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|article|div|p|h1|meta)\b", regex.IGNORECASE
)


def read_inputs(
    inputs: Sequence[str], settings: ReadSettings, *, stdin: BinaryIO | None = None
) -> Iterator[Document | Rejection]:
    """The documents of all inputs, in order, with a Rejection for whatever cannot be read."""
    seen: Counter[str] = Counter()
    for name in inputs:
        for item in _read_input(name, settings, stdin):
            yield _unique(item, seen) if isinstance(item, Document) else item


def _unique(document: Document, seen: Counter[str]) -> Document:
    """The document under an id that no earlier one of this run has."""
    wanted = document.doc_id
    seen[wanted] += 1
    if seen[wanted] == 1:
        return document
    return _unique(replace(document, doc_id=f"{wanted}~{seen[wanted]}"), seen)


def _read_input(name: str, settings: ReadSettings, stdin: BinaryIO | None) -> Iterator[Document | Rejection]:
    if name == "-":
        yield from _guarded("-", lambda: _read_stream(stdin or sys.stdin.buffer, "-", "stdin", settings))
        return
    path = Path(name)
    if path.is_dir():
        files = sorted(p for p in path.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())
        if not files:
            yield _refusal(name, "no_articles", f"{name}: expected articles ({', '.join(SUFFIXES)}), found none")
        for file in files:
            yield from _read_file(file, str(PurePosixPath(file.relative_to(path).with_suffix(""))), settings)
    elif path.exists() or not glob.has_magic(name):
        yield from _read_file(path, path.stem, settings)
    else:
        matches = sorted(glob.glob(name, recursive=True))
        if not matches:
            yield _refusal(name, "missing", f"{name}: no file fits this pattern; check the path")
        for match in matches:
            yield from _read_input(match, settings, stdin)


def _read_file(path: Path, doc_id: str, settings: ReadSettings) -> Iterator[Document | Rejection]:
    def items() -> Iterator[Document | Rejection]:
        try:
            with path.open("rb") as stream:
                yield from _read_stream(stream, str(path), doc_id, settings)
        except FileNotFoundError as error:
            raise ReadError("missing", f"{path}: there is no such file; check the path") from error
        except OSError as error:
            raise ReadError("unreadable", f"{path}: cannot be read ({error.strerror}); check access") from error

    yield from _guarded(str(path), items)


def _guarded(source: str, items: Callable[[], Iterator[Document | Rejection]]) -> Iterator[Document | Rejection]:
    try:
        yield from items()
    except ReadError as error:
        yield _refusal(source, error.reason, error.detail)


def _refusal(source: str, reason: str, detail: str) -> Rejection:
    return Rejection("read", reason, detail, source=source)


def _read_stream(stream: BinaryIO, source: str, doc_id: str, settings: ReadSettings) -> Iterator[Document | Rejection]:
    """One article, or the records of a JSONL file; which of them, the content tells."""
    first = stream.readline(settings.max_line_bytes + 1)
    if source.lower().endswith(".jsonl") or _is_record(first):
        yield from _read_records(first, stream, source, settings)
        return
    data = first + stream.read(max(0, settings.max_document_bytes + 1 - len(first)))
    if len(data) > settings.max_document_bytes:
        raise ReadError(
            "too_large",
            f"{source}: expected an article of at most {settings.max_document_bytes:,} bytes, found more; split it, or "
            "raise max_document_bytes in the settings file",
        )
    if not data.strip():
        raise ReadError("empty", f"{source}: expected an article, found an empty file; leave it out")
    text = decode(data, source)
    if not text.strip():
        raise ReadError("empty", f"{source}: expected an article, found only white space; leave it out")
    is_html = bool(_MARKUP.match(text)) or (source.lower().endswith((".html", ".htm")) and "<" in text)
    yield Document(doc_id, source, text, is_html=is_html)


def _is_record(line: bytes) -> bool:
    if not line.lstrip().startswith(b"{"):
        return False
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def _read_records(
    first: bytes, stream: BinaryIO, source: str, settings: ReadSettings
) -> Iterator[Document | Rejection]:
    number, line, found = 0, first, False
    while line:
        number += 1
        place = f"{source}:{number}"
        if len(line) > settings.max_line_bytes:
            yield _refusal(place, "too_large", f"{place}: expected a line of at most {settings.max_line_bytes:,} bytes")
            while line and not line.endswith(b"\n"):
                line = stream.readline(1 << 20)
            found = True
        elif line.strip():
            found = True
            try:
                yield _record(line, place, number, settings)
            except ReadError as error:
                yield _refusal(place, error.reason, error.detail)
        line = stream.readline(settings.max_line_bytes + 1)
    if not found:
        raise ReadError("empty", f"{source}: expected articles, found an empty file; leave it out")


def _record(line: bytes, place: str, number: int, settings: ReadSettings) -> Document:
    try:
        row = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ReadError("encoding", f"{place}: expected UTF-8, but {error}; save the file as UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise ReadError("json", f"{place}: expected one JSON object a line, found {error}; mend the line") from error
    if not isinstance(row, dict):
        raise ReadError("json", f"{place}: expected a JSON object, found {type(row).__name__}; mend the line")
    text, html = row.get(settings.text_field), row.get(settings.html_field)
    is_html = not (isinstance(text, str) and text.strip())
    content = html if is_html else text
    if not isinstance(content, str) or not content.strip():
        raise ReadError(
            "no_text",
            f"{place}: expected text in the field {settings.text_field!r} or {settings.html_field!r}, found "
            f"{', '.join(map(str, row)) or 'no field'}; name the field in the settings file",
        )
    if len(content) > settings.max_document_bytes:
        raise ReadError("too_large", f"{place}: expected at most {settings.max_document_bytes:,} characters; split it")
    published = row.get(settings.date_field)
    identifier = row.get(settings.id_field)
    return Document(
        str(identifier) if identifier not in (None, "") else str(number),
        place,
        content,
        is_html=is_html,
        url=row.get("url") if isinstance(row.get("url"), str) else None,
        title=row.get("title") if isinstance(row.get("title"), str) else None,
        published=published if isinstance(published, str) else None,
    )
