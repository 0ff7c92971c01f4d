"""Documents to sentences: text, HTML, Markdown, DOCX, JSONL and all that `align.read` reads; nothing here raises.

Each document keeps its text as one string; sentences are spans into it, and paragraphs are runs of them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import regex

from align.docs.word import read_docx
from align.errors import ReadError
from align.pairs.languages import other_language
from align.read import read_inputs
from align.read.inputs import SUFFIXES
from align.records import Document, Rejection, Span
from align.settings import ReadSettings
from align.text.sentences import split_arabic_prose, split_english

_MARKDOWN = (".md", ".markdown")
_DOCX = ".docx"
_TAKEN = (*SUFFIXES, *(suffix + packed for suffix in SUFFIXES for packed in (".gz", ".zst")), *_MARKDOWN, _DOCX)
_LANGUAGE_CHARS = 20_000  # of a document that its language is told by


@dataclass(frozen=True, slots=True)
class DocText:
    """One document; `sentences` and `paragraphs` are spans into `text`.

    `numbers`: what each sentence is called, its line with `--lines`, where lines without a word are no sentences.
    """

    doc_id: str
    source: str
    lang: str
    text: str
    paragraphs: tuple[Span, ...]
    sentences: tuple[Span, ...]
    numbers: tuple[int, ...]
    title: str | None = None
    published: str | None = None
    url: str | None = None

    @property
    def texts(self) -> list[str]:
        """The sentences as strings."""
        return [span.cut(self.text) for span in self.sentences]

    def paragraph_of(self) -> list[int]:
        """The number of the paragraph in which each sentence begins."""
        found, at = [], 0
        for span in self.sentences:
            while at + 1 < len(self.paragraphs) and self.paragraphs[at + 1].start <= span.start:
                at += 1
            found.append(at)
        return found


@dataclass(frozen=True, slots=True)
class Source:
    """A file that holds a document, or several, and what the first is called."""

    path: str
    stem: str


def sources_of(given: str) -> list[Source]:
    """The files of an input: itself, or those of a folder that can hold documents, in order of their names."""
    if not os.path.isdir(given):
        return [Source(given, _stem(Path(given).name))]
    found = []
    for here, folders, files in os.walk(given):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        paths = (os.path.join(here, name) for name in sorted(files) if not name.startswith("."))
        found += [
            Source(path, _stem(Path(os.path.relpath(path, given)).as_posix()))
            for path in paths
            if path.lower().endswith(_TAKEN) and os.path.isfile(path)
        ]
    return found


def _stem(name: str) -> str:
    for packed in (".gz", ".zst"):
        name = name.removesuffix(packed)
    return str(Path(name).with_suffix("").as_posix())


def read_documents(
    source: Source, lang: str, settings: ReadSettings, *, lines: bool = False
) -> Iterator[DocText | Rejection]:
    """The documents of a file in `lang`, `en` or `ar`; with `lines` each line of theirs is a sentence."""
    for item in _documents(source, settings):
        if isinstance(item, Rejection):
            yield item
            continue
        try:
            yield _checked(_doc_text(item, lang, settings, lines=lines))
        except ReadError as error:
            yield Rejection("read", error.reason, error.detail, source=item.source)


def _documents(source: Source, settings: ReadSettings) -> Iterator[Document | Rejection]:
    if source.path.lower().endswith(_DOCX):
        try:
            yield Document(source.stem, source.path, read_docx(Path(source.path), settings))
        except ReadError as error:
            yield Rejection("read", error.reason, error.detail, source=source.path)
        return
    for item in read_inputs([source.path], settings):
        is_alone = isinstance(item, Document) and item.source == source.path
        yield replace(item, doc_id=source.stem) if is_alone and isinstance(item, Document) else item


def _doc_text(document: Document, lang: str, settings: ReadSettings, *, lines: bool) -> DocText:
    title = document.title
    if document.is_html:
        from align.extract.limit import time_limit
        from align.extract.page import read_page  # lxml and trafilatura are heavy

        with time_limit(settings.max_seconds):
            page = read_page(document, settings)
        text, title = page.text, page.title
    elif document.source.lower().endswith(_MARKDOWN):
        text = plain_markdown(document.content)
    else:
        text = document.content.replace("\r\n", "\n").replace("\r", "\n")
    rows = _lines_of(text)
    cut = rows if lines else tuple(s for row in rows for s in _split(text, row, lang))
    told = [(n, span) for n, span in enumerate(cut) if any(char.isalnum() for char in span.cut(text))]
    numbers = tuple(n if lines else place for place, (n, _) in enumerate(told))
    sentences = tuple(span for _, span in told)
    paragraphs = tuple(row for row in rows if row.cut(text).strip())
    return DocText(document.doc_id, document.source, lang, text, paragraphs, sentences, numbers,
                   title, document.published, document.url)  # fmt: skip


def _split(text: str, row: Span, lang: str) -> tuple[Span, ...]:
    return (split_arabic_prose if lang == "ar" else split_english)(text, row.start, row.end)


def _lines_of(text: str) -> tuple[Span, ...]:
    """Every line, the empty ones too, without white space at its ends; no line behind the last line end."""
    spans, start = [], 0
    for line in text.removesuffix("\n").split("\n"):
        lead = len(line) - len(line.lstrip())
        spans.append(Span(start + lead, start + max(lead, len(line.rstrip()))))
        start += len(line) + 1
    return tuple(spans)


def _checked(document: DocText) -> DocText:
    spoken = " ".join(document.texts)[:_LANGUAGE_CHARS]
    if not any(char.isalnum() for char in spoken):
        raise ReadError("empty", "expected sentences, found no letter or figure; leave this document out")
    code = other_language(spoken, document.lang)
    if code is not None:
        names = {"en": "English", "ar": "Arabic"}
        raise ReadError("language", f"expected {names[document.lang]}, found {code}; are EN and AR swapped?")
    return document


_FENCE = regex.compile(r"^\s*(?:```|~~~)")
_RULE = regex.compile(r"^\s*(?:[-*_=]\s*){3,}$|^\s*\|?[\s:|-]+\|[\s:|-]*$")
_LEAD = regex.compile(r"^\s*(?:(?:#{1,6}|>|[-*+]|\d{1,3}[.)])\s+)+|^\s*>\s*")
_INLINE = (
    (regex.compile(r"!\[([^\]]*)\]\([^)]*\)"), r"\1"),
    (regex.compile(r"\[([^\]]+)\](?:\([^)]*\)|\[[^\]]*\])"), r"\1"),
    (regex.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1"), r"\2"),
    (regex.compile(r"(?<![\w*])([*_])(?=\S)([^*_\n]+?)(?<=\S)\1(?![\w*])"), r"\2"),
    (regex.compile(r"`([^`]+)`"), r"\1"),
    (regex.compile(r"<https?://([^>]+)>"), r"\1"),
    (regex.compile(r"</?[a-zA-Z][^>]*>"), ""),
    (regex.compile(r"\\([\\`*_{}\[\]()#+.!|>-])"), r"\1"),
)


def plain_markdown(content: str) -> str:
    r"""The prose of a Markdown text: a line a paragraph, heading, list item or table row; code blocks left out.

    >>> plain_markdown("# The *old* bridge\n\nIt was\n[closed](http://x.example).\n\n- one\n- two")
    'The old bridge\nIt was closed.\none\ntwo'
    """
    out: list[str] = []
    is_code = is_open = False  # open: the next line goes on with the paragraph
    for line in content.replace("\r\n", "\n").split("\n"):
        if _FENCE.match(line):
            is_code, is_open = not is_code, False
            continue
        if is_code or not line.strip() or _RULE.match(line):
            is_open = False
            continue
        bare = _LEAD.sub("", line)
        begins = bare != line.lstrip() or line.lstrip().startswith("|")
        text = _without_marks(bare.strip().strip("|").replace("|", " ").strip() if "|" in bare else bare.strip())
        if is_open and not begins:
            out[-1] += " " + text
        else:
            out.append(text)
        is_open = not (begins and line.lstrip().startswith(("#", "|")))
    return "\n".join(out)


def _without_marks(line: str) -> str:
    for pattern, instead in _INLINE:
        line = pattern.sub(instead, line)
    return line


def side_documents(
    sources: Sequence[Source], lang: str, settings: ReadSettings, *, lines: bool = False
) -> Iterator[DocText | Rejection]:
    """The documents of several files, one after the other."""
    for source in sources:
        yield from read_documents(source, lang, settings, lines=lines)
