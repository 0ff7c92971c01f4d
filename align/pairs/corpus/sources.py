"""Where pairs come from: a registry of source kinds, told by content, each giving rows in a fixed order, streamed.

A new kind of folder is one `SourceKind` in `KINDS`; a new kind of file belongs in `align.pairs.reading`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from align.errors import ExportError, RunError
from align.pairs.corpus.origin import About, origin_of
from align.pairs.corpus.reviewed import about_reviews, is_store, opened, read_store
from align.pairs.export import moses
from align.pairs.export.formats import ExportFormat
from align.pairs.export.row import PairRow, row_of
from align.pairs.reading import FILE_KINDS, FileKind, head_of, read_pairs
from align.records import Rejection
from align.rows.kinds import RUN_FILES
from align.rows.reading import read_facts, read_run

PairStream = Iterator[PairRow | Rejection]


@dataclass(frozen=True, slots=True)
class SourceKind:
    """One kind of source: `fits` looks at a path and the first bytes of a file (empty for a folder)."""

    name: str
    fits: Callable[[Path, bytes], bool]
    read: Callable[[Path], PairStream]


def iter_pairs(path: Path) -> PairStream:
    """The pairs of a source of any kind, in its order; what cannot be read comes as a Rejection.

    Raises ExportError when no kind fits, ReadError when a file cannot be opened.
    """
    return kind_of(path).read(path)


def kind_of(path: Path) -> SourceKind:
    """The kind of source at `path`. Raises ExportError when there is none, ReadError when it cannot be opened."""
    head = _head(path)
    for kind in KINDS:
        if kind.fits(path, head):
            return kind
    names = ", ".join(kind.name for kind in KINDS)
    what = "an empty file" if not head else "another thing"
    found = "nothing there" if not path.exists() else "a folder" if path.is_dir() else what
    raise ExportError(f"{path}: expected one of {names}; found {found}")


def _head(path: Path) -> bytes:
    return head_of(path) if path.is_file() else b""


def files_of(path: Path) -> list[Path]:
    """The files that a source is read from, and a folder itself: what an export must leave as it is."""
    if path.is_dir():
        is_run = (path / "documents.jsonl").is_file() and not (path / "beads.jsonl").is_file()
        files = [path / name for name in RUN_FILES] if is_run else [file for file in path.rglob("*") if file.is_file()]
        return [path, *files]
    return [path] if path.exists() else [moses.part(path, side) for side in ("en", "ar", "ids")]


def about(path: Path) -> About:
    """What the folder of a run or mining job, or a review store, says of itself; nothing for other sources."""
    if is_store(path, _head(path)):
        with opened(path) as store:
            return about_reviews(store)
    try:
        signature = read_facts(path).get("signature")
    except RunError:
        return About()
    return About((str(signature),) if signature else ())


def _read_run(path: Path) -> PairStream:
    """The pairs of a run with what their articles and tweets say; only one article is held."""
    for article in read_run(path):
        tweets = {tweet["tweet"]: tweet for tweet in article["tweets"]}
        for pair in article["pairs"]:
            origin = origin_of(article["document"], tweets.get(pair["tweet"]) or {}, pair)
            yield row_of({**pair, **origin})


def _holds(*names: str) -> Callable[[Path, bytes], bool]:
    return lambda path, head: path.is_dir() and all((path / name).is_file() for name in names)


def _is_moses(path: Path, head: bytes) -> bool:
    return not path.exists() and all(moses.part(path, side).is_file() for side in ("en", "ar"))


def _is_moses_half(path: Path, head: bytes) -> bool:
    return path.suffix in (".en", ".ar") and path.is_file() and _is_moses(path.with_suffix(""), b"")


def _source_kind(kind: FileKind) -> SourceKind:
    return SourceKind(kind.name, lambda path, head: kind.fits(head), partial(read_pairs, form=kind.form))


# In the order in which they are tried: what has a sign of its own before what is only likely.
KINDS: list[SourceKind] = [
    SourceKind(
        "aligned documents",
        _holds("beads.jsonl", "pairs.jsonl"),
        lambda path: read_pairs(path / "pairs.jsonl", ExportFormat.JSONL),
    ),
    SourceKind("a run directory", _holds("documents.jsonl", "pairs.jsonl"), _read_run),
    SourceKind(
        "a mining directory", _holds("pairs.jsonl"), lambda path: read_pairs(path / "pairs.jsonl", ExportFormat.JSONL)
    ),
    SourceKind(
        "a dataset folder",
        lambda path, head: path.is_dir() and any(file.is_file() for file in path.rglob("*.parquet")),
        partial(read_pairs, form=ExportFormat.DATASET),
    ),
    SourceKind("a review store", is_store, read_store),
    *map(_source_kind, FILE_KINDS),
    SourceKind("Moses (PATH.en and PATH.ar)", _is_moses, partial(read_pairs, form=ExportFormat.MOSES)),
    SourceKind("Moses half", _is_moses_half, lambda path: read_pairs(path.with_suffix(""), ExportFormat.MOSES)),
]
