"""Tweet texts out of a corpus, as platforms' terms ask, and back in from a collection of the tweets.

Out: `en` becomes empty; the tweet's id, the offsets into its text and the SHA-256 of the words remain, and what quotes
the words (messages and details of findings, `extra`) is left out. In: the offsets are tried first, then every stretch
of that length, for a page's copy of a tweet rarely has the platform's line ends and entities; the hash decides.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from align.errors import ExportError
from align.export.row import PairRow
from align.files import sha256_text
from align.records import Rejection

_ID_KEYS = ("id_str", "tweet_id", "id")
_TEXT_KEYS = ("full_text", "text")
_QUOTING = ("message", "message_ar", "detail")


def dehydrate(rows: Iterable[PairRow | Rejection]) -> Iterator[PairRow | Rejection]:
    """The rows without tweet texts; a row whose tweet has no id or place cannot be put back, and is refused."""
    for row in rows:
        if isinstance(row, Rejection) or not row.en:
            yield row
        elif row.tweet_id is None or row.tweet_en_start is None or row.tweet_en_end is None:
            yield Rejection(
                "dehydrate", "no_tweet_id", "no tweet id or offsets to find the words by", source=row.pair_id
            )
        else:
            findings = tuple({k: v for k, v in finding.items() if k not in _QUOTING} for finding in row.findings)
            yield replace(row, en="", en_sha256=sha256_text(row.en), findings=findings, extra={})


def hydrate(rows: Iterable[PairRow | Rejection], tweets: Mapping[str, str]) -> Iterator[PairRow | Rejection]:
    """The rows with their texts put back; `missing_tweet` and `text_changed` are refused."""
    for row in rows:
        if isinstance(row, Rejection) or row.en or row.en_sha256 is None:
            yield row
            continue
        text = tweets.get(row.tweet_id or "")
        if text is None:
            yield Rejection("hydrate", "missing_tweet", f"tweet {row.tweet_id} is not there", source=row.pair_id)
            continue
        words = _find(row, text)
        if words is None:
            detail = f"tweet {row.tweet_id} no longer holds the words"
            yield Rejection("hydrate", "text_changed", detail, source=row.pair_id)
        else:
            yield replace(row, en=words, en_sha256=None)


def _find(row: PairRow, text: str) -> str | None:
    start, end = row.tweet_en_start or 0, row.tweet_en_end or 0
    size = end - start
    for whole in (text, html.unescape(text), " ".join(html.unescape(text).split())):
        for at in (start, *range(len(whole) - size + 1)):
            if sha256_text(whole[at : at + size]) == row.en_sha256:
                return whole[at : at + size]
    return None


def wanted_ids(rows: Iterable[PairRow | Rejection]) -> frozenset[str]:
    """The ids of the tweets whose texts a corpus lacks."""
    return frozenset(row.tweet_id for row in rows if isinstance(row, PairRow) and not row.en and row.tweet_id)


def read_tweets(path: Path, wanted: frozenset[str]) -> dict[str, str]:
    """The texts of the wanted tweets by id, from JSON or JSONL as the platform's API (1.1, 2) gives it.

    Raises ExportError when the file cannot be read.
    """
    found: dict[str, str] = {}
    try:
        with path.open(encoding="utf-8-sig") as stream:
            for record in _records(stream.read() if path.suffix == ".json" else stream):
                key = next((str(record[name]) for name in _ID_KEYS if record.get(name)), "")
                text = _text(record)
                if key in wanted and text is not None:
                    found[key] = text
    except (OSError, ValueError) as error:
        raise ExportError(f"cannot read the tweets in {path}: {error}; one JSON object a line is expected") from error
    return found


def _records(source: Iterable[str] | str) -> Iterator[dict[str, Any]]:
    values = [json.loads(source)] if isinstance(source, str) else (json.loads(line) for line in source if line.strip())
    for value in values:
        for item in value if isinstance(value, list) else [value]:
            inner = item.get("data") if isinstance(item, dict) else None
            for record in inner if isinstance(inner, list) else [inner] if isinstance(inner, dict) else [item]:
                if isinstance(record, dict):
                    yield record


def _text(record: Mapping[str, Any]) -> str | None:
    long = record.get("note_tweet")
    if isinstance(long, Mapping) and isinstance(long.get("text"), str):
        return str(long["text"])
    return next((str(record[name]) for name in _TEXT_KEYS if isinstance(record.get(name), str)), None)
