"""The run directory: what `align run` has written so far, kept whole at every moment.

Each finished article is appended to `.articles.jsonl`, one object that holds all its rows, so a run that is stopped
keeps what it has done; the files of the contract are made from it, each replaced at once. An article is done when its
hash and the run's signature are unchanged.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from align.errors import RunError
from align.files import atomic_writer, dump_json, write_atomic
from align.pipeline import AlignedArticle
from align.records import Finding, Pair, Rejection, Span

SCHEMA_VERSION = 1
_JOURNAL = ".articles.jsonl"
_TSV_FIELDS = (
    "pair_id rendering_id doc_id tweet en_start en_end en ar_start ar_end ar rendering cosine margin probability "
    "coverage_en coverage_ar verdict findings"
).split()


class RunDirectory:
    """One output directory; `add` an article, `finish` to write the contract's files."""

    def __init__(self, path: Path, signature: str, *, redo: bool = False) -> None:
        """Open `path`, made when it is missing.

        Raises RunError when it holds a run with another signature and `redo` is off, or cannot be written.
        """
        self.path = path
        self.signature = signature
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise RunError(f"cannot make the output directory {path}: {error}; choose another with --out") from error
        self._journal = path / _JOURNAL
        if redo:
            self._journal.unlink(missing_ok=True)
        self._order: list[str] = []
        self._offsets: dict[str, tuple[str, int]] = {}  # doc_id -> (hash, byte offset of its newest entry)
        self._refused: dict[str, dict[str, Any]] = {}  # by source: inputs that gave no article
        self._read_journal()
        self._stream = self._journal.open("ab")
        if not self._offsets and self._stream.tell() == 0:
            self._append({"signature": signature, "schema_version": SCHEMA_VERSION})

    def _read_journal(self) -> None:
        if not self._journal.exists():
            return
        position = 0
        with self._journal.open("rb") as stream:
            for line in stream:
                if not line.endswith(b"\n"):
                    break  # the run was killed in the middle of this entry
                self._take_entry(json.loads(line), position)
                position += len(line)
        os.truncate(self._journal, position)

    def _take_entry(self, entry: dict[str, Any], position: int) -> None:
        if "signature" in entry:
            if entry["signature"] != self.signature:
                raise RunError(
                    f"{self.path} holds a run with other settings ({entry['signature']}), this one is "
                    f"{self.signature}; choose another --out, or replace it with --redo"
                )
            return
        if "refused" in entry:
            self._refused[_refused_key(entry["refused"])] = entry["refused"]
            return
        self._take_article(entry["document"], entry["hash"], position)

    def _take_article(self, document: dict[str, Any], digest: str, position: int) -> None:
        doc_id = document["doc_id"]
        if doc_id not in self._offsets:
            self._order.append(doc_id)
        self._offsets[doc_id] = (digest, position)
        self._refused.pop(document["source"], None)  # an input that was mended

    def _append(self, entry: dict[str, Any]) -> int:
        position = self._stream.tell()
        self._stream.write((dump_json(entry) + "\n").encode("utf-8"))
        self._stream.flush()
        return position

    def is_done(self, doc_id: str, digest: str) -> bool:
        """Whether this very content has been aligned before."""
        return self._offsets.get(doc_id, ("", 0))[0] == digest

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

    def entries(self) -> Iterator[dict[str, Any]]:
        """All finished articles, in the order in which they were first given."""
        with self._journal.open("rb") as stream:
            for doc_id in self._order:
                stream.seek(self._offsets[doc_id][1])
                yield json.loads(stream.readline())

    def finish(self, run: dict[str, Any]) -> dict[str, int]:
        """Write every file of the contract, each whole; returns the number of rows in each."""
        counts = {
            "documents": self._write("documents.jsonl", lambda e: [e["document"]]),
            "tweets": self._write("tweets.jsonl", lambda e: e["tweets"]),
            "pairs": self._write("pairs.jsonl", lambda e: e["pairs"]),
            "rejected": self._write("rejected.jsonl", lambda e: e["rejected"], first=list(self._refused.values())),
        }
        with atomic_writer(self.path / "pairs.tsv") as stream:
            stream.writelines(_tsv_lines(pair for entry in self.entries() for pair in entry["pairs"]))
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

    def _write(self, name: str, rows_of: Any, first: Sequence[dict[str, Any]] = ()) -> int:
        count = 0
        with atomic_writer(self.path / name) as stream:
            for row in first:
                stream.write(dump_json(row) + "\n")
                count += 1
            for entry in self.entries():
                for row in rows_of(entry):
                    stream.write(dump_json(row) + "\n")
                    count += 1
        return count

    def close(self) -> None:
        """Let go of the journal."""
        self._stream.close()


def article_rows(aligned: AlignedArticle) -> dict[str, Any]:
    """The rows of one article for every file of the contract."""
    article = aligned.article
    return {
        "document": {
            "doc_id": article.doc_id,
            "source": article.source,
            "text": article.text,
            "title": article.title,
            "published": article.published,
            "byline": article.byline,
            "url": article.url,
            "blocks": [{"kind": b.kind.value, "start": b.start, "end": b.end} for b in article.blocks],
        },
        "tweets": [_tweet_row(aligned, index) for index in range(len(article.tweets))],
        "pairs": [pair_row(pair) for pair in aligned.pairs],
        "rejected": [rejection_row(rejection) for rejection in aligned.rejected],
    }


def _tweet_row(aligned: AlignedArticle, index: int) -> dict[str, Any]:
    tweet = aligned.article.tweets[index]
    covered = aligned.covered(tweet)
    return {
        "doc_id": aligned.article.doc_id,
        "tweet": index,
        "start": tweet.start,
        "end": tweet.end,
        "text": tweet.text,
        "platform": tweet.platform,
        "lang": tweet.lang,
        "author": tweet.author,
        "handle": tweet.handle,
        "created_at": tweet.created_at,
        "tweet_id": tweet.tweet_id,
        "url": tweet.url,
        "status": aligned.status(tweet).value,
        "sentences": [
            {"start": s.start, "end": s.end, "covered": c} for s, c in zip(tweet.sentences, covered, strict=True)
        ],
        "findings": [finding_row(finding, 0, 0) for finding in tweet.findings],
    }


def pair_row(pair: Pair) -> dict[str, Any]:
    """One line of pairs.jsonl."""
    named = ("cosine", "margin", "coverage_en", "coverage_ar")
    return {
        "pair_id": pair.pair_id,
        "rendering_id": pair.rendering_id,
        "doc_id": pair.doc_id,
        "tweet": pair.tweet,
        "en_start": pair.en_span.start,
        "en_end": pair.en_span.end,
        "en": pair.en,
        "ar_start": pair.ar_span.start,
        "ar_end": pair.ar_span.end,
        "ar": pair.ar,
        "rendering": pair.rendering.value,
        **{name: round(pair.features[name], 4) for name in named},
        "probability": round(pair.probability, 4),
        "speaker": pair.speaker,
        "speaker_start": pair.speaker_span.start if pair.speaker_span else None,
        "speaker_end": pair.speaker_span.end if pair.speaker_span else None,
        "findings": [finding_row(f, pair.en_span.start, pair.ar_span.start) for f in pair.findings],
        "verdict": pair.verdict.value,
        "features": {name: round(value, 4) for name, value in pair.features.items() if name not in named},
        "links": [[*link.en, *link.ar, round(link.score, 3)] for link in pair.links],
    }


def finding_row(finding: Finding, en_base: int, ar_base: int) -> dict[str, Any]:
    """A finding with its spans moved by the offsets of the two texts."""

    def place(span: Span | None, base: int) -> tuple[int | None, int | None]:
        return (span.start + base, span.end + base) if span else (None, None)

    en_start, en_end = place(finding.en, en_base)
    ar_start, ar_end = place(finding.ar, ar_base)
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
        "message_ar": finding.message_ar,
        "en_start": en_start,
        "en_end": en_end,
        "ar_start": ar_start,
        "ar_end": ar_end,
        "detail": dict(finding.detail),
    }


def rejection_row(rejection: Rejection) -> dict[str, Any]:
    """One line of rejected.jsonl."""
    place = {"source": rejection.source, "doc_id": rejection.doc_id}
    return {
        **{key: value for key, value in place.items() if value is not None},
        "stage": rejection.stage,
        "reason": rejection.reason,
        "detail": rejection.detail,
        **rejection.extra,
    }


def _refused_key(row: dict[str, Any]) -> str:
    return str(row.get("source") or row.get("doc_id"))


def _cell(value: Any) -> str:
    """A cell that a spreadsheet cannot take for a formula: a leading quote, which readers of ours take off."""
    text = str(value).replace("\t", " ").replace("\n", " ").replace("\r", " ")
    return "'" + text if text.startswith(("=", "+", "-", "@", "'")) and isinstance(value, str) else text


def _tsv_lines(pairs: Iterable[dict[str, Any]]) -> Iterator[str]:
    yield "\t".join(_TSV_FIELDS) + "\n"
    for pair in pairs:
        row = {**pair, "findings": "; ".join(f["code"] for f in pair["findings"])}
        yield "\t".join(_cell(row[name]) for name in _TSV_FIELDS) + "\n"
