"""What can be imported, read as bundles: one article with its tweets, pairs and runner-up candidates at a time.

A run directory as docs/formats.md describes it, or a file of bare pairs: JSONL with `en` and `ar`, TSV with a header.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from align.errors import StoreError
from align.files import read_jsonl, sha256_file, sha256_text

_RUN_FILES = ("documents.jsonl", "tweets.jsonl", "pairs.jsonl", "rejected.jsonl", "run.json")
_MOST_RUNNERS_UP = 5
# What a bare pair says of its origin, kept aside: in the store it stands in an article made for it.
GIVEN = ("pair_id", "doc_id", "tweet", "en_start", "en_end", "ar_start", "ar_end", "probability")
_TYPED = frozenset(
    (*GIVEN[2:], "cosine", "margin", "coverage_en", "coverage_ar", "en_line", "ar_line", "tweet_en_start",
     "tweet_en_end", "findings", "extra")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bundle:
    """One article and all that belongs to it, as rows of the contract's files."""

    document: dict[str, Any]
    tweets: list[dict[str, Any]] = field(default_factory=list)
    pairs: list[dict[str, Any]] = field(default_factory=list)
    rejected: list[dict[str, Any]] = field(default_factory=list)

    def runners_up(self, pair: dict[str, Any]) -> list[dict[str, Any]]:
        """The likeliest candidates that lost against `pair`, best first."""
        place = (pair["tweet"], pair["en_start"], pair["en_end"])
        rows = [r for r in self.rejected if (r.get("tweet"), r.get("en_start"), r.get("en_end")) == place]
        return sorted(rows, key=lambda r: -float(r.get("probability") or 0))[:_MOST_RUNNERS_UP]


@dataclass(frozen=True, slots=True)
class Source:
    """Something to import."""

    path: Path
    digest: str  # of the content: the same content is imported once
    signature: str

    def bundles(self) -> Iterator[Bundle]:
        """Every article, in order.

        Raises StoreError when a file is broken, names a document that is not there, or misses a field.
        """
        return _run_bundles(self.path) if self.path.is_dir() else _pair_bundles(self.path)


def open_source(path: Path) -> Source:
    """Tell what `path` is.

    Raises StoreError when it is neither a run directory nor a file of pairs.
    """
    if path.is_dir() and (path / "pairs.jsonl").is_file() and not (path / "documents.jsonl").is_file():
        return Source(path / "pairs.jsonl", sha256_file(path / "pairs.jsonl"), _signature(path / "run.json"))
    if path.is_dir():
        missing = [name for name in ("documents.jsonl", "pairs.jsonl") if not (path / name).is_file()]
        if missing:
            raise StoreError(
                f"expected a directory that `align run` has written, but {path} holds no {' and no '.join(missing)}"
            )
        files = [path / name for name in _RUN_FILES if (path / name).is_file()]
        digest = sha256_text("".join(f"{file.name}:{sha256_file(file)}\n" for file in files if file.name != "run.json"))
        return Source(path, digest, _signature(path / "run.json"))
    if path.is_file() and path.suffix in (".jsonl", ".tsv"):
        return Source(path, sha256_file(path), f"pairs:{path.name}")
    found = f"{path} is a file of another kind" if path.exists() else f"there is no {path}"
    raise StoreError(f"expected a run directory, a .jsonl or .tsv file of pairs, or a review store; {found}")


def _signature(path: Path) -> str:
    try:
        return str(json.loads(path.read_text(encoding="utf-8")).get("signature", "unknown"))
    except (OSError, ValueError, AttributeError):
        return "unknown"  # a run still going on has no run.json yet; its rows can be reviewed all the same


class _Rows:
    """The rows of one file, handed out document by document in the order of documents.jsonl."""

    def __init__(self, path: Path, stage: str | None = None) -> None:
        self.path = path
        rows = read_jsonl(path) if path.is_file() else iter(())
        # Of rejected.jsonl only candidates matter here; a refused input has no place among the documents.
        self._rows = (row for row in rows if stage is None or row.get("stage") == stage)
        self.upcoming: dict[str, Any] | None = None
        self.take()

    def take(self) -> dict[str, Any] | None:
        """The next row, and on to the one after it."""
        row = self.upcoming
        try:
            self.upcoming = next(self._rows, None)
        except (ValueError, UnicodeDecodeError) as error:
            raise StoreError(f"{self.path} is broken ({error}); make the run again with --redo") from error
        return row

    def of(self, doc_id: str) -> list[dict[str, Any]]:
        """All rows of the next document."""
        rows = []
        while self.upcoming is not None and self.upcoming.get("doc_id") == doc_id and (row := self.take()) is not None:
            rows.append(row)
        return rows


def _run_bundles(path: Path) -> Iterator[Bundle]:
    documents = _Rows(path / "documents.jsonl")
    tweets, pairs = _Rows(path / "tweets.jsonl"), _Rows(path / "pairs.jsonl")
    rejected = _Rows(path / "rejected.jsonl", stage="match")
    while (document := documents.take()) is not None:
        doc_id = document.get("doc_id")
        if not isinstance(doc_id, str) or not isinstance(document.get("text"), str):
            raise StoreError(f"{documents.path}: expected `doc_id` and `text` in every row, found {sorted(document)}")
        yield Bundle(document, tweets.of(doc_id), pairs.of(doc_id), rejected.of(doc_id))
    for rows in (tweets, pairs):
        if rows.upcoming is not None:
            raise StoreError(
                f"{rows.path} has rows of a document that documents.jsonl does not hold at that place "
                f"({rows.upcoming.get('doc_id')!r}); make the run again with --redo"
            )


def _pair_bundles(path: Path) -> Iterator[Bundle]:
    """A file of bare pairs: each becomes an article of two lines."""
    for number, row in enumerate(_pair_rows(path)):
        more = row.pop("extra", None) if isinstance(row, dict) else None
        row = {**more, **row} if isinstance(more, dict) else row  # word links, say, of a corpus of ours
        en, ar = (row.get(side) if isinstance(row, dict) else None for side in ("en", "ar"))
        if not isinstance(en, str) or not isinstance(ar, str) or not en or not ar:
            raise StoreError(f"{path}, row {number}: expected the texts `en` and `ar`, found {row!r:.120}")
        yield _pair_bundle(path, f"{path.stem}/{row.get('pair_id') or number}", row, en, ar)


def _pair_bundle(path: Path, doc_id: str, row: dict[str, Any], en: str, ar: str) -> Bundle:
    base, end = len(en) + 1, len(en) + 1 + len(ar)
    pair = {
        **row,
        **{"en_start": 0, "en_end": len(en), "ar_start": base, "ar_end": end},
        "findings": _moved(row, base),
        "probability": _probability(row),
        "pair_id": hashlib.sha256(f"{doc_id}\n{en}\n{ar}".encode("utf-8", "surrogatepass")).hexdigest()[:16],
        "doc_id": doc_id,
        "tweet": 0,
        "given": {name: row.get(name) for name in GIVEN},
    }
    document = {
        "doc_id": doc_id,
        "source": path.name,
        "text": f"{en}\n{ar}",
        "blocks": [{"kind": "tweet", "start": 0, "end": len(en)}, {"kind": "paragraph", "start": base, "end": end}],
        "url": _text(row.get("article_url")),
        **{name: _text(row.get(name)) for name in ("title", "published", "outlet")},
    }
    about = {name: _text(row.get(name)) for name in ("author", "handle", "created_at", "tweet_id")}
    tweet = {"tweet": 0, "start": 0, "end": len(en), "text": en, "sentences": [], "url": _text(row.get("tweet_url"))}
    return Bundle(document, [tweet | about], [pair])


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _moved(row: dict[str, Any], base: int) -> list[dict[str, Any]]:
    """The findings of a bare pair with spans that count into the article made for it.

    Where the pair has offsets of its own they count into the article it came from, else into its two texts.
    """
    moves = {"en": -_whole(row.get("en_start")), "ar": base - _whole(row.get("ar_start"))}
    return moved_findings(row.get("findings"), moves)


def moved_findings(findings: Any, moves: Mapping[str, int]) -> list[dict[str, Any]]:
    """Findings with the spans of each side moved by so many code points; what is no finding is left out."""
    found = []
    for finding in findings if isinstance(findings, list) else []:
        if isinstance(finding, dict):
            edges = ((f"{side}_{edge}", by) for side, by in moves.items() for edge in ("start", "end"))
            places = {
                name: finding[name] + by if isinstance(finding[name], int) else None
                for name, by in edges
                if name in finding
            }
            found.append({**finding, **places})
    return found


def _whole(value: Any) -> int:
    return value if isinstance(value, int) else 0


def _probability(row: Mapping[str, Any]) -> float:
    """What a pair that nobody has scored is worth: as uncertain as can be."""
    value = row.get("probability")
    is_number = isinstance(value, int | float) and 0 <= value <= 1
    return float(value) if is_number and value is not None else 0.5


def _pair_rows(path: Path) -> Iterator[dict[str, Any]]:
    try:
        if path.suffix == ".jsonl":
            yield from read_jsonl(path)
            return
        with path.open(encoding="utf-8", newline="\n") as stream:
            header = stream.readline().rstrip("\r\n").split("\t")
            for line in stream:
                cells = map(_plain_cell, line.rstrip("\r\n").split("\t"))
                yield {name: _typed(name, cell) for name, cell in zip(header, cells, strict=False) if cell}
    except (ValueError, UnicodeDecodeError) as error:
        raise StoreError(f"expected UTF-8 rows of pairs in {path}, found {error}") from error


def _typed(name: str, cell: str) -> Any:
    """A cell of numbers or of JSON as the value it stands for; a list of codes, as in pairs.tsv, is none."""
    if name not in _TYPED:
        return cell
    try:
        return json.loads(cell)
    except ValueError:
        return None


def _plain_cell(cell: str) -> str:
    """A cell as it was before a spreadsheet was guarded against it."""
    return cell[1:] if cell[:2] in ("'=", "'+", "'-", "'@", "''") else cell


def outlet_of(document: dict[str, Any]) -> str:
    """Who published an article: who is named, else the host of its address, else the first folder of its name."""
    if document.get("outlet"):
        return str(document["outlet"])[:200]
    for key in ("url", "source"):
        try:
            host = urlsplit(str(document.get(key) or "")).hostname
        except ValueError:
            host = None
        if host:
            return host.removeprefix("www.")[:200]
    folder, slash, _ = str(document["doc_id"]).partition("/")
    return folder[:200] if slash else ""
