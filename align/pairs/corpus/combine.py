"""Several corpora as one, and two compared, by pair id."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NotRequired, TypedDict

from align.files import dump_json, sha256_text
from align.pairs.export.row import PairRecord, PairRow, record_of
from align.records import Rejection


class Change(TypedDict):
    """What one pair became from one corpus to another: `added`, `removed` or `changed`."""

    change: str
    pair_id: str
    fields: NotRequired[list[str]]  # of a changed one; `old` and `new` then hold these alone
    old: NotRequired[PairRecord]
    new: NotRequired[PairRecord]


def merge(sources: Iterable[Iterable[PairRow | Rejection]]) -> Iterator[PairRow | Rejection]:
    """The rows of all sources in order; a row again is refused as `repeated`, another under its id as `conflict`."""
    seen: dict[str, str] = {}
    for rows in sources:
        for row in rows:
            if isinstance(row, Rejection):
                yield row
                continue
            digest = _digest(row)
            known = seen.setdefault(row.pair_id, digest)
            if known is digest:
                yield row
            elif known == digest:
                yield Rejection("merge", "repeated", "the same pair came before", source=row.pair_id)
            else:
                yield Rejection("merge", "conflict", "another pair with this id came before", source=row.pair_id)


def diff(old: Iterable[PairRow], new: Iterable[PairRow]) -> tuple[list[Change], dict[str, int]]:
    """What changed from `old` to `new`: rows {change, pair_id, fields, old, new} by pair id, and counts by change.

    Holds the old corpus in memory as JSON, and only what changed of the new one.
    """
    before = {row.pair_id: dump_json(record_of(row)) for row in old}
    rows: list[Change] = []
    counts: Counter[str] = Counter(added=0, removed=0, changed=0, same=0)
    for row in new:
        line, record = before.pop(row.pair_id, None), record_of(row)
        if line is None:
            counts["added"] += 1
            rows.append({"change": "added", "pair_id": row.pair_id, "new": record})
        elif line == dump_json(record):
            counts["same"] += 1
        else:
            counts["changed"] += 1
            rows.append(_change(row.pair_id, line, record))
    for pair_id, line in before.items():
        counts["removed"] += 1
        rows.append({"change": "removed", "pair_id": pair_id, "old": _parsed(line)})
    return rows, dict(counts)


def _change(pair_id: str, line: str, new: PairRecord) -> Change:
    old = _parsed(line)
    names = [name for name in new if old.get(name) != new[name]]
    return {
        "change": "changed",
        "pair_id": pair_id,
        "fields": names,
        "old": {name: old.get(name) for name in names},
        "new": {name: new[name] for name in names},
    }


def _parsed(line: str) -> PairRecord:
    import json

    return dict(json.loads(line))


def _digest(row: PairRow) -> str:
    return sha256_text(dump_json(record_of(row)))
