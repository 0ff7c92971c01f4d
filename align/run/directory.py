"""The run directory: what `align run` has written so far, kept whole at every moment.

Each finished article is appended to `.articles.jsonl`, one object that holds all its rows, so a run that is stopped
keeps what it has done; the files of the contract are made from it, each replaced at once: when a run begins and ends,
and now and then between. An article is done when its hash and the run's signature are unchanged.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Any, BinaryIO, NamedTuple

from align.errors import RunError, WriteError
from align.files import dump_json, write_atomic
from align.records import AlignedArticle, Document, Rejection
from align.rows.article import TSV_HEADER, article_rows, rejection_row, tsv_line
from align.run.aligner import document_hash
from align.writing import atomic_writer

SCHEMA_VERSION = 1
_JOURNAL = ".articles.jsonl"
_OF_ARTICLES = ("tweets", "pairs", "rejected")  # files that hold any number of rows of an article
_FILES = ("documents", *_OF_ARTICLES)
_REFRESH_SECONDS = 30.0  # a reader of the files is at most this far behind a long run,
_REFRESH_SHARE = 100.0  # or 100 times as long as writing them takes, so that it costs a run at most 1 %


class _Held(NamedTuple):
    """An article that the journal holds."""

    digest: str
    position: int  # byte offset of its newest entry
    file: str  # its source without the record's line


class RunDirectory:
    """One output directory; `add` an article, `finish` to write the contract's files."""

    def __init__(self, path: Path, signature: str, *, redo: bool = False) -> None:
        """Open `path`, made when it is missing.

        Raises RunError when it holds a run with another signature and `redo` is off, when another run is writing into
        it, or when it cannot be written.
        """
        self.path = path
        self.signature = signature
        self._journal = path / _JOURNAL
        self._held: dict[str, _Held] = {}  # by doc_id, in the order in which they were first given
        self._refused: dict[str, dict[str, Any]] = {}  # by source: inputs that gave no article
        self._next_refresh = monotonic() + _REFRESH_SECONDS
        try:
            path.mkdir(parents=True, exist_ok=True)
            self.is_behind = not _is_newer(path / "run.json", self._journal)  # a run was killed, or there was none
            self._stream = self._journal.open("ab", buffering=0)
        except OSError as error:
            raise RunError(f"cannot write into {path}: {error}; choose another with --out") from error
        try:
            self._open_journal(redo=redo)
        except BaseException:
            self._stream.close()
            raise

    def _open_journal(self, *, redo: bool) -> None:
        try:
            fcntl.flock(self._stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise RunError(f"another run is writing into {self.path}; wait for it, or choose another --out") from None
        if redo:
            os.truncate(self._journal, 0)
        self._read_journal()
        self._stream.seek(0, os.SEEK_END)
        if self._stream.tell() == 0:
            self._append({"signature": self.signature, "schema_version": SCHEMA_VERSION})

    def _read_journal(self) -> None:
        position = 0
        with self._journal.open("rb") as stream:
            for line in stream:
                if not line.endswith(b"\n"):
                    break  # the run was killed in the middle of this entry
                try:
                    entry = json.loads(line)
                except ValueError as error:
                    raise RunError(
                        f"{self._journal} is damaged at byte {position} ({error}); make the run anew with --redo"
                    ) from error
                self._take_entry(entry, position)
                position += len(line)
        os.truncate(self._journal, position)

    def _take_entry(self, entry: dict[str, Any], position: int) -> None:
        if "signature" in entry:
            if entry["signature"] != self.signature:
                raise RunError(
                    f"{self.path} holds a run with other settings ({entry['signature']}), this one is "
                    f"{self.signature}; choose another --out, or replace it with --redo"
                )
        elif "refused" in entry:
            self._refused[_refused_key(entry["refused"])] = entry["refused"]
        elif "mended" in entry:
            self._refused.pop(entry["mended"], None)
        else:
            self._take_article(entry["document"], entry["hash"], position)

    def _take_article(self, document: dict[str, Any], digest: str, position: int) -> None:
        self._held[document["doc_id"]] = _Held(digest, position, _file_of(document["source"]))
        self._refused.pop(document["source"], None)  # an input that was mended

    def _append(self, entry: dict[str, Any]) -> int:
        position = self._stream.tell()
        line = memoryview((dump_json(entry) + "\n").encode("utf-8"))
        with _writing(self._journal):
            while line:
                line = line[self._stream.write(line) :]
        return position

    def own_id(self, document: Document) -> str:
        """The document's id, numbered on when an article of another file has it; a changed article keeps its own."""
        doc_id, count = document.doc_id, 1
        while (held := self._held.get(doc_id)) and held.file != _file_of(document.source):
            if held.digest == document_hash(replace(document, doc_id=doc_id)):
                break  # the same article from another place
            count += 1
            doc_id = f"{document.doc_id}~{count}"
        return doc_id

    def is_done(self, doc_id: str, digest: str) -> bool:
        """Whether this very content has been aligned before."""
        held = self._held.get(doc_id)
        return held is not None and held.digest == digest

    def add(self, digest: str, aligned: AlignedArticle) -> None:
        """Keep a finished article."""
        rows = article_rows(aligned)
        self._take_article(rows["document"], digest, self._append({"hash": digest, **rows}))

    def reject(self, rejection: Rejection) -> None:
        """Keep an input that gave no article."""
        row = rejection_row(rejection)
        if self._refused.get(_refused_key(row)) != row:
            self._refused[_refused_key(row)] = row
            self._append({"refused": row})

    def mend(self, source: str) -> None:
        """Forget that an input was refused: it is again what it was when it was aligned."""
        if self._refused.pop(source, None):
            self._append({"mended": source})

    def entry(self, doc_id: str) -> dict[str, Any]:
        """All rows of one finished article."""
        with self._journal.open("rb") as stream:
            return self._entry_at(stream, doc_id)

    def _entry_at(self, stream: BinaryIO, doc_id: str) -> dict[str, Any]:
        stream.seek(self._held[doc_id].position)
        entry: dict[str, Any] = json.loads(stream.readline())
        return entry

    def entries(self) -> Iterator[dict[str, Any]]:
        """All finished articles, in the order in which they were first given."""
        with self._journal.open("rb") as stream:
            for doc_id in self._held:
                yield self._entry_at(stream, doc_id)

    def is_refresh_due(self) -> bool:
        """Whether the contract's files should be written again in the middle of a run."""
        return monotonic() >= self._next_refresh

    def finish(self, run: dict[str, Any]) -> dict[str, int]:
        """Write every file of the contract, each whole; returns the number of rows in each."""
        begin = monotonic()
        with _writing(self.path):
            counts = self._write_all(run)
        self._next_refresh = monotonic() + max(_REFRESH_SECONDS, _REFRESH_SHARE * (monotonic() - begin))
        return counts

    def _write_all(self, run: dict[str, Any]) -> dict[str, int]:
        """Every file in one pass over the journal, each moved to its place once all are written."""
        counts = dict.fromkeys(_FILES, 0)
        with ExitStack() as stack:
            streams = {name: stack.enter_context(atomic_writer(self.path / f"{name}.jsonl")) for name in _FILES}
            table = stack.enter_context(atomic_writer(self.path / "pairs.tsv"))

            def write(name: str, rows: Iterable[dict[str, Any]]) -> None:
                for row in rows:
                    streams[name].write(dump_json(row) + "\n")
                    counts[name] += 1

            write("rejected", self._refused.values())
            table.write(TSV_HEADER)
            for entry in self.entries():
                write("documents", [entry["document"]])
                for name in _OF_ARTICLES:
                    write(name, entry[name])
                table.writelines(map(tsv_line, entry["pairs"]))
        write_atomic(
            self.path / "run.json",
            json.dumps(
                {"schema_version": SCHEMA_VERSION, "signature": self.signature, **run, "counts": counts},
                ensure_ascii=False,
                indent=1,
            )
            + "\n",
        )
        return counts

    def close(self) -> None:
        """Let go of the journal."""
        self._stream.close()


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Turns what the disk refuses into one clear error; what stands there already is whole."""
    try:
        yield
    except OSError as error:
        raise WriteError(f"cannot write {path}: {error}; make room and run the same command again to go on") from error


def _is_newer(path: Path, other: Path) -> bool:
    try:
        return path.stat().st_mtime_ns >= other.stat().st_mtime_ns
    except FileNotFoundError:
        return False


def _file_of(source: str) -> str:
    """A source without the line of a record: a record that moves to another line is the same record."""
    return re.sub(r":\d+$", "", source)


def _refused_key(row: dict[str, Any]) -> str:
    return str(row.get("source") or row.get("doc_id"))
