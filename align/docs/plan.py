"""Which documents are to be aligned with which: two files, two folders or collections, or a table of pairs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from align.docs.pairing import DocumentPair, Seen, paired_by_content, paired_by_name
from align.docs.reading import DocText, side_documents, sources_of
from align.docs.surface import surface_of
from align.docs.weights import DocsWeights
from align.errors import ReadError
from align.match.matcher import Matcher
from align.pairs.reading import head_of, kind_of_file, read_given
from align.records import Rejection
from align.settings import ReadSettings

_ENOUGH = 0.5  # of the smaller side that must have a partner by name, so that names are believed


class PairBy(StrEnum):
    """What tells the partner of a document."""

    AUTO = "auto"
    NAME = "name"
    CONTENT = "content"


@dataclass(frozen=True, slots=True)
class Planned:
    """Two documents to be aligned, and how sure it is that they belong together."""

    english: DocText
    arabic: DocText
    probability: float = 1.0


@dataclass(frozen=True, slots=True)
class Planning:
    """What planning needs."""

    read: ReadSettings
    lines: bool = False
    by: PairBy = PairBy.AUTO
    matcher: Callable[[], Matcher] | None = None  # asked for only where documents are paired by content
    weights: Callable[[], DocsWeights] | None = None

    def of_sides(self, english: str, arabic: str) -> Iterator[Planned | Rejection]:
        """The pairs of two files, folders or collections; what has no partner is a Rejection."""
        sides: tuple[list[DocText], list[DocText]] = ([], [])
        for given, lang, side in ((english, "en", sides[0]), (arabic, "ar", sides[1])):
            if not Path(given).exists():
                yield _missing(given)
                continue
            for item in side_documents(sources_of(given), lang, self.read, lines=self.lines):
                if isinstance(item, Rejection):
                    yield item
                else:
                    side.append(item)
        if len(sides[0]) == len(sides[1]) == 1:
            yield Planned(*_with_own_ids(sides[0][0], sides[1][0], set()))
            return
        yield from self._paired(*sides)

    def _paired(self, english: Sequence[DocText], arabic: Sequence[DocText]) -> Iterator[Planned | Rejection]:
        pairs = self._pairs(english, arabic)
        taken = {document.doc_id for document in english}
        for pair in pairs:
            yield Planned(*_with_own_ids(english[pair.english], arabic[pair.arabic], taken), pair.probability)
        known = {pair.english for pair in pairs}, {pair.arabic for pair in pairs}
        for side, paired in zip((english, arabic), known, strict=True):
            for place, document in enumerate(side):
                if place not in paired:
                    detail = "expected a document of the other side that renders this one, found none likely enough"
                    yield Rejection("pair", "no_partner", detail, source=document.source)

    def _pairs(self, english: Sequence[DocText], arabic: Sequence[DocText]) -> list[DocumentPair]:
        by_name = paired_by_name([d.doc_id for d in english], [d.doc_id for d in arabic])
        is_named = len(by_name) >= max(1.0, _ENOUGH * min(len(english), len(arabic)))
        if self.by is PairBy.NAME or (self.by is PairBy.AUTO and is_named):
            return by_name
        if self.matcher is None or self.weights is None or not english or not arabic:
            return []
        matcher = self.matcher()
        left, right = ([_seen(document, matcher) for document in side] for side in (english, arabic))
        return paired_by_content(left, right, self.weights())

    def of_table(self, path: Path) -> Iterator[Planned | Rejection]:
        """The pairs of a table whose columns `en` and `ar` name files, from the table's folder on.

        Raises ReadError when it is no table.
        """
        kind = kind_of_file(head_of(path))
        if kind is None:
            raise ReadError("no_pairs", f"expected a table with the columns en and ar in {path}; add the header")
        taken: set[str] = set()
        for row in read_given(path, kind.form, limit=self.read.max_line_bytes):
            if row.refused is not None:
                yield row.refused
                continue
            found = self._of_row(path, row.place, row.values)
            if isinstance(found, Rejection):
                yield found
            else:
                yield replace(found, arabic=_named_apart(found.arabic, taken | {found.english.doc_id}))

    def _of_row(self, path: Path, place: str, values: Mapping[str, object]) -> Planned | Rejection:
        documents = []
        for lang in ("en", "ar"):
            given = str(values.get(lang) or "").strip()
            file = path.parent / given
            if not given or not file.is_file():
                return replace(_missing(str(file)), source=place)
            items = list(side_documents(sources_of(str(file)), lang, self.read, lines=self.lines))
            if len(items) != 1 or isinstance(items[0], Rejection):
                return next((i for i in items if isinstance(i, Rejection)), _several(place, file, len(items)))
            documents.append(items[0])
        return Planned(documents[0], documents[1])


def _with_own_ids(english: DocText, arabic: DocText, taken: set[str]) -> tuple[DocText, DocText]:
    return english, _named_apart(arabic, taken | {english.doc_id})


def _named_apart(document: DocText, taken: set[str]) -> DocText:
    """The document under a name that is not taken."""
    doc_id, count = document.doc_id, 1
    while doc_id in taken:
        count += 1
        doc_id = f"{document.doc_id}~{count}"
    return document if doc_id == document.doc_id else replace(document, doc_id=doc_id)


def _missing(given: str) -> Rejection:
    return Rejection("read", "missing", f"expected a file, found nothing at {given!r}; mend the name", source=given)


def _several(place: str, file: Path, count: int) -> Rejection:
    detail = f"expected one document in {file}, found {count}; give two collections in place of the table"
    return Rejection("read", "several", detail, source=place)


def _seen(document: DocText, matcher: Matcher) -> Seen:
    texts = document.texts
    return Seen(matcher.encoder.encode(texts), surface_of(texts, document.lang))
