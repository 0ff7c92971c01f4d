"""What can be reviewed, as bundles for the store: a run directory, or a file of bare pairs of any kind.

A bare pair becomes an article of two lines, in which its findings and links have a place.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

from align.errors import AlignError, RunError, StoreError
from align.files import sha256_file, sha256_text
from align.pairs.export.formats import ExportFormat
from align.pairs.export.row import PairRow, record_of
from align.pairs.given import GivenRow, given_id
from align.pairs.reading import head_of, kind_of_file, pair_of, read_given
from align.records import Rejection
from align.rows.kinds import ArticleRows, DocumentRow
from align.rows.places import moved_rows
from align.rows.reading import read_facts, read_run
from align.store.bundles import Bundle, Source
from align.store.kinds import GivenPlace, StoredPair, StoredTweet

_RUN_FILES = ("documents.jsonl", "tweets.jsonl", "pairs.jsonl", "rejected.jsonl")
_BY_NAME = {".jsonl": ExportFormat.JSONL, ".tsv": ExportFormat.TSV}  # of what its content does not tell: nothing, say


def open_source(path: Path) -> Source:
    """Tell what `path` is.

    Raises StoreError when it is neither a run directory nor a file of pairs.
    """
    if path.is_dir() and (path / "pairs.jsonl").is_file() and not (path / "documents.jsonl").is_file():
        pairs = path / "pairs.jsonl"
        return Source(pairs, sha256_file(pairs), _signature(path), lambda: _pair_bundles(pairs, ExportFormat.JSONL))
    if path.is_dir():
        missing = [name for name in ("documents.jsonl", "pairs.jsonl") if not (path / name).is_file()]
        if missing:
            raise StoreError(
                f"expected a directory that `align run` has written, but {path} holds no {' and no '.join(missing)}"
            )
        files = [path / name for name in _RUN_FILES if (path / name).is_file()]
        digest = sha256_text("".join(f"{file.name}:{sha256_file(file)}\n" for file in files))
        return Source(path, digest, _signature(path), lambda: _run_bundles(path))
    form = _form_of(path) if path.is_file() else None
    if form is not None:
        return Source(path, sha256_file(path), f"pairs:{path.name}", lambda: _pair_bundles(path, form))
    found = f"{path} is a file of another kind" if path.exists() else f"there is no {path}"
    raise StoreError(
        f"expected a run directory, a file of pairs (JSONL, TSV, CSV, TMX, XLIFF, Parquet), or a review store; {found}"
    )


def _form_of(path: Path) -> ExportFormat | None:
    try:
        kind = kind_of_file(head_of(path))
    except AlignError as error:
        raise StoreError(str(error)) from error
    return kind.form if kind else _BY_NAME.get(path.suffix)


def _signature(path: Path) -> str:
    try:
        return str(read_facts(path).get("signature", "unknown"))
    except RunError:
        return "unknown"  # a run still going on has no run.json yet; its rows can be reviewed all the same


def _run_bundles(path: Path) -> Iterator[Bundle]:
    try:
        yield from map(_run_bundle, read_run(path))
    except RunError as error:
        raise StoreError(str(error)) from error


def _run_bundle(rows: ArticleRows) -> Bundle:
    """The rows of a run's article, which have all that the store asks of rows from elsewhere, and more."""
    tweets, pairs = cast(list[StoredTweet], rows["tweets"]), cast(list[StoredPair], rows["pairs"])
    return Bundle(rows["document"], tweets, pairs, rows["rejected"])


def _pair_bundles(path: Path, form: ExportFormat) -> Iterator[Bundle]:
    try:
        for row in read_given(path, form):
            pair = pair_of(row)
            if isinstance(pair, Rejection):
                raise StoreError(f"{pair.source}: {pair.detail}; mend the row, or leave it out with align import")
            empty = [name for name, text in (("en", pair.en), ("ar", pair.ar)) if not text]
            if empty:
                raise StoreError(
                    f"{row.place}: expected the texts `en` and `ar`, found no {' and no '.join(empty)}; "
                    "put them back, or leave the row out"
                )
            yield _pair_bundle(path, row, pair)
    except StoreError:
        raise
    except (AlignError, OSError) as error:
        raise StoreError(str(error)) from error


def _pair_bundle(path: Path, row: GivenRow, pair: PairRow) -> Bundle:
    name = given_id(row)
    doc_id = f"{path.stem}/{name or row.number}"
    return Bundle(_document(path, doc_id, pair), [_tweet(doc_id, pair)], [_stored_pair(doc_id, name, pair)])


def _document(path: Path, doc_id: str, pair: PairRow) -> DocumentRow:
    base, end = len(pair.en) + 1, len(pair.en) + 1 + len(pair.ar)
    return {
        "doc_id": doc_id,
        "source": path.name,
        "text": f"{pair.en}\n{pair.ar}",
        "title": pair.title,
        "published": pair.published,
        "byline": None,
        "url": pair.article_url,
        "blocks": [
            {"kind": "tweet", "start": 0, "end": len(pair.en)},
            {"kind": "paragraph", "start": base, "end": end},
        ],
        "outlet": pair.outlet,
    }


def _tweet(doc_id: str, pair: PairRow) -> StoredTweet:
    return {
        "doc_id": doc_id,
        "tweet": 0,
        "start": 0,
        "end": len(pair.en),
        "text": pair.en,
        "author": pair.author,
        "handle": pair.handle,
        "created_at": pair.created_at,
        "tweet_id": pair.tweet_id,
        "url": pair.tweet_url,
    }


def _stored_pair(doc_id: str, name: str | None, pair: PairRow) -> StoredPair:
    """The pair with spans that count into the article made for it, and all that its file says of it.

    Where the pair has offsets of its own those of its findings count into the article it came from, else into its two
    texts. A pair that nobody has scored is as uncertain as can be.
    """
    base = len(pair.en) + 1
    findings = pair.extra.get("findings") or list(pair.findings)  # a list that holds other things too stands aside
    given: GivenPlace = {
        "pair_id": name,
        "doc_id": pair.doc_id,
        "tweet": pair.tweet,
        "en_start": pair.en_start,
        "en_end": pair.en_end,
        "ar_start": pair.ar_start,
        "ar_end": pair.ar_end,
        "probability": pair.probability,
    }
    is_scored = pair.probability is not None and 0 <= pair.probability <= 1
    row = {
        **pair.extra,
        **{key: value for key, value in record_of(pair).items() if value is not None and key != "extra"},
        "en_start": 0,
        "en_end": len(pair.en),
        "ar_start": base,
        "ar_end": base + len(pair.ar),
        "findings": moved_rows(findings, en=-(pair.en_start or 0), ar=base - (pair.ar_start or 0)),
        "probability": pair.probability if is_scored else 0.5,
        "pair_id": sha256_text(f"{doc_id}\n{pair.en}\n{pair.ar}")[:16],
        "doc_id": doc_id,
        "tweet": 0,
        "given": given,
    }
    return cast(StoredPair, row)  # what a file says beyond our columns is the file's business
