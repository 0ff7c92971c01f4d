"""The run directory: what `align run` has written so far, kept whole at every moment, and what is left to do.

Each finished article is appended to the journal, one object that holds all its rows, so a run that is stopped keeps
what it has done; the files of the contract are made from it, each replaced at once: when a run begins and ends, and now
and then between. An article is done when its hash and the run's signature are unchanged.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic
from typing import NamedTuple, Self

from align.errors import RunError
from align.files import dump_json
from align.records import AlignedArticle, Document, Rejection
from align.rows.article import TSV_HEADER, article_rows, rejection_row, tsv_line
from align.rows.kinds import ArticleEntry, DocumentRow, JournalEntry, RejectionRow, RunFacts, RunFile
from align.run.journal import NAME, Journal
from align.writing import FileSet

SCHEMA_VERSION = 1
_FILES = ("documents", "tweets", "pairs", "rejected")
_REFRESH_SECONDS = 30.0  # a reader of the files is at most this far behind a long run,
_REFRESH_SHARE = 100.0  # or 100 times as long as writing them takes, so that it costs a run at most 1 %


@dataclass(frozen=True, slots=True)
class Planned:
    """An input and what is to be done about it: a document under the id that it has in this directory, or a refusal."""

    item: Document | Rejection
    digest: str = ""  # of the document
    is_done: bool = False  # the directory holds this very content

    @property
    def to_align(self) -> Document | None:
        """The document; None where there is nothing to do."""
        return None if self.is_done or isinstance(self.item, Rejection) else self.item


class _Owner(NamedTuple):
    """The article to which an id belongs."""

    digest: str
    file: str  # its source without the record's line
    position: int = -1  # byte offset of its newest entry in the journal


class RunDirectory:
    """One output directory: `plan` the inputs, `add` an article, `finish` to write the contract's files."""

    def __init__(self, path: Path, signature: str, *, redo: bool = False) -> None:
        """Open `path`, made when it is missing.

        Raises RunError when it holds a run with another signature and `redo` is off, when another run is writing into
        it, or when it cannot be written.
        """
        self.path = path
        self.signature = signature
        self._held: dict[str, _Owner] = {}  # by doc_id, in the order in which they were first given
        self._promised: dict[str, _Owner] = {}  # ids of articles that were planned and are not added yet
        self._refused: dict[str, RejectionRow] = {}  # by source: inputs that gave no article
        self._next_refresh = monotonic() + _REFRESH_SECONDS
        try:
            path.mkdir(parents=True, exist_ok=True)
            self.is_behind = not _is_newer(path / "run.json", path / NAME)  # a run was killed, or there was none
            self._journal = Journal(path, redo=redo)
        except OSError as error:
            raise RunError(f"cannot write into {path}: {error}; choose another with --out") from error
        try:
            is_new = True
            for position, entry in self._journal.entries():
                self._take_entry(entry, position)
                is_new = False
            if is_new:
                self._journal.append({"signature": signature, "schema_version": SCHEMA_VERSION})
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _take_entry(self, entry: JournalEntry, position: int) -> None:
        if "signature" in entry:
            if entry["signature"] != self.signature:
                raise RunError(
                    f"{self.path} holds a run of other weights, settings or version ({entry['signature']}), this "
                    f"one is {self.signature}; choose another --out, or replace it with --redo"
                )
        elif "refused" in entry:
            self._refused[_refused_key(entry["refused"])] = entry["refused"]
        elif "mended" in entry:
            self._refused.pop(entry["mended"], None)
        else:
            self._take_article(entry["document"], entry["hash"], position)

    def _take_article(self, document: DocumentRow, digest: str, position: int) -> None:
        self._held[document["doc_id"]] = _Owner(digest, _file_of(document["source"]), position)
        self._refused.pop(document["source"], None)  # an input that was mended

    def plan(self, items: Iterable[Document | Rejection]) -> Iterator[Planned]:
        """What is to be done about each input, in order; may be asked for ahead of what is added.

        Ids are given here and nowhere else: a changed article keeps its own, and one of another file is numbered on.
        """
        for item in items:
            yield self._planned(item) if isinstance(item, Document) else Planned(item)

    def _planned(self, document: Document) -> Planned:
        file, numbered = _file_of(document.source), document
        digest, count = document_hash(document), 1
        while (owner := self._owner(numbered.doc_id)) and owner.file != file and owner.digest != digest:
            count += 1  # nor is it the same article from another place
            numbered = replace(document, doc_id=f"{document.doc_id}~{count}")
            digest = document_hash(numbered)
        is_done = numbered.doc_id not in self._promised and self.holds(numbered.doc_id, digest)
        if not is_done and (owner is None or owner.file == file):
            self._promised[numbered.doc_id] = _Owner(digest, file)
        return Planned(numbered, digest, is_done)

    def _owner(self, doc_id: str) -> _Owner | None:
        return self._promised.get(doc_id) or self._held.get(doc_id)

    def holds(self, doc_id: str, digest: str) -> bool:
        """Whether this very content has been aligned before."""
        held = self._held.get(doc_id)
        return held is not None and held.digest == digest

    def add(self, digest: str, aligned: AlignedArticle) -> None:
        """Keep a finished article."""
        rows = article_rows(aligned)
        entry: ArticleEntry = {"hash": digest, **rows}
        self._take_article(rows["document"], digest, self._journal.append(entry))
        doc_id = rows["document"]["doc_id"]
        if (promised := self._promised.get(doc_id)) and promised.digest == digest:
            del self._promised[doc_id]

    def reject(self, rejection: Rejection) -> None:
        """Keep an input that gave no article."""
        row = rejection_row(rejection)
        if self._refused.get(_refused_key(row)) != row:
            self._refused[_refused_key(row)] = row
            self._journal.append({"refused": row})

    def mend(self, source: str) -> None:
        """Forget that an input was refused: it is again what it was when it was aligned."""
        if self._refused.pop(source, None):
            self._journal.append({"mended": source})

    def entries(self, doc_ids: Iterable[str] | None = None) -> Iterator[ArticleEntry]:
        """These finished articles; without ids all, in the order in which they were first given."""
        wanted = self._held if doc_ids is None else doc_ids
        return self._journal.articles_at(self._held[doc_id].position for doc_id in wanted)

    def is_refresh_due(self) -> bool:
        """Whether the contract's files should be written again in the middle of a run."""
        return monotonic() >= self._next_refresh

    def finish(self, run: RunFacts) -> dict[str, int]:
        """Write every file of the contract, each whole; returns the number of rows in each."""
        begin = monotonic()
        with FileSet() as files:
            counts = self._write_rows(files)
            summary: RunFile = {
                "schema_version": SCHEMA_VERSION,
                "signature": self.signature,
                **run,
                "counts": counts,
                "bytes": files.sizes(),
            }
            files.open(self.path / "run.json").write(json.dumps(summary, ensure_ascii=False, indent=1) + "\n")
        self._next_refresh = monotonic() + max(_REFRESH_SECONDS, _REFRESH_SHARE * (monotonic() - begin))
        return counts

    def _write_rows(self, files: FileSet) -> dict[str, int]:
        """Every file of rows in one pass over the journal; the number of rows in each."""
        counts = dict.fromkeys(_FILES, 0)
        streams = {name: files.open(self.path / f"{name}.jsonl") for name in _FILES}
        table = files.open(self.path / "pairs.tsv")

        def write(name: str, rows: Iterable[object]) -> None:
            for row in rows:
                streams[name].write(dump_json(row) + "\n")
                counts[name] += 1

        write("rejected", self._refused.values())
        table.write(TSV_HEADER)
        for entry in self.entries():
            write("documents", [entry["document"]])
            write("tweets", entry["tweets"])
            write("pairs", entry["pairs"])
            write("rejected", entry["rejected"])
            table.writelines(map(tsv_line, entry["pairs"]))
        return counts

    def close(self) -> None:
        """Let go of the journal."""
        self._journal.close()


def document_hash(document: Document) -> str:
    """Hash of all that the result depends on besides the signature."""
    parts = (document.doc_id, document.content, document.url, document.title, document.published, document.is_html)
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _is_newer(path: Path, other: Path) -> bool:
    try:
        return path.stat().st_mtime_ns >= other.stat().st_mtime_ns
    except FileNotFoundError:
        return False


def _file_of(source: str) -> str:
    """A source without the line of a record: a record that moves to another line is the same record."""
    return re.sub(r":\d+$", "", source)


def _refused_key(row: RejectionRow) -> str:
    return str(row.get("source") or row.get("doc_id"))
