"""One job of `align docs`: pairs of documents planned, aligned one after the other, kept in a journal, written whole.

What is finished stands in the journal, so that a job that is stopped goes on where it was; the files are made from it.
"""

from __future__ import annotations

import json
import platform
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from time import perf_counter
from typing import Any, cast

from align import __version__
from align.docs.aligner import DocsAligner, rows_or_refusal
from align.docs.beads import Bead
from align.docs.plan import Planned
from align.docs.rows import Row
from align.errors import RunError
from align.files import dump_json, sha256_text
from align.records import Rejection
from align.rows.article import rejection_row
from align.rows.kinds import JournalEntry
from align.run.journal import Journal
from align.settings import Settings
from align.writing import FileSet

SCHEMA_VERSION = 1
_JOURNAL = ".documents.jsonl"
DOCS_FILES = ("documents.jsonl", "document_pairs.jsonl", "pairs.jsonl", "beads.jsonl", "rejected.jsonl", "run.json")
Work = Callable[[Iterator[Planned]], Iterator[tuple[Planned, dict[str, list[Row]] | Rejection]]]


class DocsJob:
    """An output directory of `align docs`: what it holds, and what is left to do."""

    def __init__(self, out: Path, signature: str, *, redo: bool = False) -> None:
        """Open it. Raises RunError when it holds a run, a job with another signature, or one that is being written."""
        if (out / "tweets.jsonl").exists() or ((out / "pairs.jsonl").exists() and not (out / _JOURNAL).exists()):
            raise RunError(f"{out} is the directory of another command; choose another with --out")
        self.out, self.signature = out, signature
        try:
            out.mkdir(parents=True, exist_ok=True)
            self._journal = Journal(out, redo=redo, name=_JOURNAL, parse=_entry)
        except OSError as error:
            raise RunError(f"cannot write into {out}: {error}; choose another with --out") from error
        self._held: dict[str, tuple[str, int]] = {}  # by both ids: hash of the documents, place in the journal
        self._refused: list[Row] = []
        self.counts: Counter[str] = Counter()
        try:
            self._resume()
        except BaseException:
            self.close()
            raise

    def _resume(self) -> None:
        is_new = True
        for position, entry in self._journal.entries():
            row, is_new = cast(Row, entry), False
            if "signature" in row and row["signature"] != self.signature:
                raise RunError(
                    f"{self.out} holds a job of other weights, settings or version ({row['signature']}), this one is "
                    f"{self.signature}; choose another --out, or replace it with --redo"
                )
            if "pair" in row:
                self._held[row["pair"]] = (row["hash"], position)
        if is_new:
            self._append({"signature": self.signature, "schema_version": SCHEMA_VERSION})

    def _append(self, row: Row) -> int:
        return self._journal.append(cast(JournalEntry, row))

    def close(self) -> None:
        """Let go of it."""
        self._journal.close()

    def run(self, planned: Iterable[Planned | Rejection], work: Work) -> None:
        """Align what is not there yet; what cannot be is kept as refused."""
        for plan, rows in work(self._left(planned)):
            if isinstance(rows, Rejection):
                self._refuse(rows)
                continue
            entry = {"pair": _name(plan), "hash": _hash(plan), "probability": round(plan.probability, 4), **rows}
            self._held[_name(plan)] = (_hash(plan), self._append(entry))
            self.counts["aligned"] += 1

    def _left(self, planned: Iterable[Planned | Rejection]) -> Iterator[Planned]:
        for plan in planned:
            if isinstance(plan, Rejection):
                self._refuse(plan)
                continue
            self.counts["given"] += 1
            if self._held.get(_name(plan), ("",))[0] == _hash(plan):
                self.counts["unchanged"] += 1
            else:
                yield plan

    def _refuse(self, rejection: Rejection) -> None:
        self.counts["refused"] += 1
        self._refused.append(cast(Row, rejection_row(rejection)))

    def entries(self) -> Iterator[Row]:
        """Everything that is finished, in the order in which it was first given."""
        return (cast(Row, entry) for entry in self._journal.articles_at(place for _, place in self._held.values()))

    def finish(self, facts: Row) -> Row:
        """Write every file, each whole; returns what run.json says."""
        counts: Counter[str] = Counter()
        names = [name.removesuffix(".jsonl") for name in DOCS_FILES[:-1]]
        with FileSet() as files:
            streams = {name: files.open(self.out / f"{name}.jsonl") for name in names}

            def write(name: str, rows: Iterable[Row]) -> None:
                for row in rows:
                    streams[name].write(dump_json(row) + "\n")
                    counts[name] += 1

            write("rejected", self._refused)
            written: set[str] = set()
            for entry in self.entries():
                write("document_pairs", [_document_pair(entry)])
                write("documents", (row for row in entry["documents"] if row["doc_id"] not in written))
                written.update(row["doc_id"] for row in entry["documents"])
                for name in ("pairs", "beads", "rejected"):
                    write(name, entry[name])
            summary = {"schema_version": SCHEMA_VERSION, "signature": self.signature, **facts,
                       "counts": {name: counts[name] for name in names},
                       "this_run": {key: self.counts[key] for key in ("given", "aligned", "unchanged", "refused")},
                       "bytes": files.sizes()}  # fmt: skip
            files.open(self.out / "run.json").write(json.dumps(summary, ensure_ascii=False, indent=1) + "\n")
        return summary


def _entry(line: bytes) -> JournalEntry:
    """The entry on a line of the journal. Raises ValueError where it is none that a job has written."""
    row = json.loads(line)
    kinds = {"pair": str, "hash": str, "documents": list, "pairs": list, "beads": list, "rejected": list}
    is_pair = isinstance(row, dict) and all(isinstance(row.get(key), kind) for key, kind in kinds.items())
    if not is_pair and not (isinstance(row, dict) and isinstance(row.get("signature"), str)):
        raise ValueError(f"expected an entry of align docs, found {str(row)[:40]}")
    return cast(JournalEntry, row)


def _document_pair(entry: Row) -> Row:
    """The line of two documents in document_pairs.jsonl."""
    en_doc_id, ar_doc_id = entry["pair"].split("\t")
    counts = {"beads": len(entry["beads"]), "pairs": len(entry["pairs"])}
    return {"en_doc_id": en_doc_id, "ar_doc_id": ar_doc_id, "probability": entry["probability"], **counts}


def _name(plan: Planned) -> str:
    return f"{plan.english.doc_id}\t{plan.arabic.doc_id}"


def _hash(plan: Planned) -> str:
    return sha256_text(repr([(side.source, side.text, side.sentences) for side in (plan.english, plan.arabic)]))


def align_here(aligner: DocsAligner, given: list[Bead] | None = None) -> Work:
    """The work in this process, pair after pair; a fault of the program costs the pair that brings it to light."""

    def work(planned: Iterator[Planned]) -> Iterator[tuple[Planned, dict[str, list[Row]] | Rejection]]:
        for plan in planned:
            yield plan, rows_or_refusal(aligner, plan, given)

    return work


def run_docs(
    out: Path, planned: Iterable[Planned | Rejection], aligner: DocsAligner, work: Work, settings: Settings,
    inputs: list[str], *, redo: bool = False,
) -> Row:  # fmt: skip
    """Align planned documents into `out`; returns what run.json says. Interrupted, it writes what is done."""
    begin, encoder = perf_counter(), aligner.matcher.encoder
    with closing(DocsJob(out, aligner.signature, redo=redo)) as job:
        summary: Row = {}
        try:
            job.run(planned, work)
        finally:
            facts = {
                "version": __version__,
                "versions": {"python": platform.python_version()},
                "model": {"name": encoder.name, "revision": encoder.revision, "dim": encoder.dim},
                "settings": {**settings.as_dict(), "docs": _options(aligner)},
                "warnings": [{"code": n.code, "message": n.message} for n in aligner.matcher.bundle.notices],
                "inputs": inputs,
                "seconds": {"total": perf_counter() - begin},
            }
            summary = job.finish(facts)
    return summary


def _options(aligner: DocsAligner) -> dict[str, Any]:
    options = aligner.options
    return {"lines": options.lines, "threshold": aligner.weights.threshold, "check": options.check,
            "links": options.links}  # fmt: skip
