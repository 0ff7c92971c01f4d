"""Where pairs come from: a registry of source kinds, told by content, each giving rows in a fixed order, streamed.

A new kind is one `SourceKind` in `KINDS`: a test of the path and a reader.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from align.errors import ExportError
from align.pairs.corpus.origin import About, origin_of
from align.pairs.corpus.reviewed import about_reviews, is_store, opened, read_store
from align.pairs.export import moses
from align.pairs.export.formats import ExportFormat, read_pairs
from align.pairs.export.jsonl import parse_line
from align.pairs.export.row import PairRow, row_of
from align.records import Rejection

PairStream = Iterator[PairRow | Rejection]
_HEAD = 4096


@dataclass(frozen=True, slots=True)
class SourceKind:
    """One kind of source: `fits` looks at a path and the first bytes of a file (empty for a folder)."""

    name: str
    fits: Callable[[Path, bytes], bool]
    read: Callable[[Path], PairStream]


def iter_pairs(path: Path) -> PairStream:
    """The pairs of a source of any kind, in its order; what cannot be read comes as a Rejection.

    Raises ExportError when no kind fits.
    """
    return kind_of(path).read(path)


def kind_of(path: Path) -> SourceKind:
    """The kind of source at `path`. Raises ExportError when there is none."""
    head = _head(path)
    for kind in KINDS:
        if kind.fits(path, head):
            return kind
    names = ", ".join(kind.name for kind in KINDS)
    what = "an empty file" if not head else "another thing"
    found = "nothing there" if not path.exists() else "a folder" if path.is_dir() else what
    raise ExportError(f"{path}: expected one of {names}; found {found}")


def _head(path: Path) -> bytes:
    try:
        if path.is_file():
            with path.open("rb") as stream:
                return stream.read(_HEAD)
    except OSError as error:
        raise ExportError(f"cannot read {path}: {error}") from error
    return b""


def about(path: Path) -> About:
    """What the folder of a run or mining job, or a review store, says of itself; nothing for other sources."""
    if is_store(path, _head(path)):
        with opened(path) as store:
            return about_reviews(store)
    try:
        run = json.loads((path / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return About()
    return About((str(run["signature"]),) if isinstance(run, dict) and run.get("signature") else ())


def _read_run(path: Path) -> PairStream:
    """pairs.jsonl joined with the articles and tweets they name.

    The three files are in one order (that of the articles), so each is read once and only one article is held.
    """
    documents = _objects(path / "documents.jsonl")
    tweets = _TweetsByDocument(_objects(path / "tweets.jsonl"))
    document: dict[str, Any] = {}
    for number, line in enumerate(_lines(path / "pairs.jsonl"), 1):
        try:
            pair = parse_line(line)
            while document.get("doc_id") != pair.get("doc_id"):
                document = next(documents, {})
                if not document:
                    raise ExportError(
                        f"{path}: pairs.jsonl names the article {pair.get('doc_id')!r}, which documents.jsonl does not "
                        "hold at or after that place; run `align run` on the folder again"
                    )
                document.pop("text", None)
            yield row_of(pair | origin_of(document, tweets.of(str(pair.get("doc_id")), pair.get("tweet")), pair))
        except ValueError as error:
            yield Rejection("import", "no_pair", str(error), source=f"{path / 'pairs.jsonl'}:{number}")


class _TweetsByDocument:
    """Rows of tweets.jsonl, one article's at a time."""

    def __init__(self, rows: Iterator[dict[str, Any]]) -> None:
        self._rows = rows
        self._next = next(rows, None)
        self._doc_id: str | None = None
        self._held: dict[Any, dict[str, Any]] = {}

    def of(self, doc_id: str, tweet: object) -> dict[str, Any]:
        """The tweet's row; empty when there is none."""
        if doc_id != self._doc_id:
            self._doc_id, self._held = doc_id, {}
            while self._next is not None and self._next.get("doc_id") != doc_id:
                self._next = next(self._rows, None)
            while self._next is not None and self._next.get("doc_id") == doc_id:
                self._held[self._next.get("tweet")] = self._next
                self._next = next(self._rows, None)
        return self._held.get(tweet, {})


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        for line in stream:
            if line.strip():
                yield line


def _objects(path: Path) -> Iterator[dict[str, Any]]:
    if path.exists():
        for line in _lines(path):
            yield parse_line(line)


def _holds(*names: str) -> Callable[[Path, bytes], bool]:
    return lambda path, head: path.is_dir() and all((path / name).is_file() for name in names)


def _begins(pattern: bytes) -> Callable[[Path, bytes], bool]:
    return lambda path, head: head.startswith(pattern)


def _has_root(name: bytes) -> Callable[[Path, bytes], bool]:
    def fits(path: Path, head: bytes) -> bool:
        # UTF-16 files have a zero byte beside every letter of the markup.
        return head.lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t")[:1] == b"<" and b"<" + name in head.replace(b"\0", b"")

    return fits


def _is_table(separator: bytes) -> Callable[[Path, bytes], bool]:
    def fits(path: Path, head: bytes) -> bool:
        cells = head.removeprefix(b"\xef\xbb\xbf").partition(b"\n")[0].strip().split(separator)
        return {b"en", b"ar"} <= {cell.strip(b' "') for cell in cells}

    return fits


def _is_json(path: Path, head: bytes) -> bool:
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")


def _is_moses(path: Path, head: bytes) -> bool:
    return not path.exists() and all(moses.part(path, side).is_file() for side in ("en", "ar"))


def _is_moses_half(path: Path, head: bytes) -> bool:
    return path.suffix in (".en", ".ar") and path.is_file() and _is_moses(path.with_suffix(""), b"")


def _reader(form: ExportFormat) -> Callable[[Path], PairStream]:
    return partial(read_pairs, form=form)


# In the order in which they are tried: what has a sign of its own before what is only likely.
KINDS: list[SourceKind] = [
    SourceKind("a run directory", _holds("documents.jsonl", "pairs.jsonl"), _read_run),
    SourceKind(
        "a mining directory", _holds("pairs.jsonl"), lambda path: read_pairs(path / "pairs.jsonl", ExportFormat.JSONL)
    ),
    SourceKind(
        "a dataset folder",
        lambda path, head: path.is_dir() and any(path.rglob("*.parquet")),
        _reader(ExportFormat.DATASET),
    ),
    SourceKind("a review store", is_store, read_store),
    SourceKind("Parquet", _begins(b"PAR1"), _reader(ExportFormat.PARQUET)),
    SourceKind("TMX", _has_root(b"tmx"), _reader(ExportFormat.TMX)),
    SourceKind("XLIFF", _has_root(b"xliff"), _reader(ExportFormat.XLIFF21)),
    SourceKind("JSONL", _is_json, _reader(ExportFormat.JSONL)),
    SourceKind("TSV with columns en and ar", _is_table(b"\t"), _reader(ExportFormat.TSV)),
    SourceKind("CSV with columns en and ar", _is_table(b","), _reader(ExportFormat.CSV)),
    SourceKind("Moses (PATH.en and PATH.ar)", _is_moses, _reader(ExportFormat.MOSES)),
    SourceKind("Moses half", _is_moses_half, lambda path: read_pairs(path.with_suffix(""), ExportFormat.MOSES)),
]
