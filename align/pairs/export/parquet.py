"""Parquet with a typed schema, and the dataset folder that `datasets.load_dataset(path)` loads.

Findings are a list of structs, `extra` is a JSON string. Row groups of a fixed size with statistics; the bytes depend
only on the rows and on pyarrow's version.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from align.errors import ExportError
from align.files import dump_json
from align.pairs.export.row import FIELDS, PairRow, record_of
from align.pairs.given import GivenRow
from align.writing import atomic_path

# 5,000 rows are about 5 MB: 1,000,000 pairs then need no more memory than 10,000 (scripts/bench_export.py).
ROW_GROUP = 5_000
SHARD_ROWS = 200_000  # about 100 MB of news sentences a file, what dataset hubs advise at most is 500
_FINDING = {
    "code": pa.string(),
    "severity": pa.string(),
    "message": pa.string(),
    "message_ar": pa.string(),
    "en_start": pa.int64(),
    "en_end": pa.int64(),
    "ar_start": pa.int64(),
    "ar_end": pa.int64(),
    "detail": pa.string(),  # JSON: each code has its own keys
    "more": pa.string(),  # JSON: keys of a finding that are not above
}


@cache
def schema() -> pa.Schema:
    """The columns with their types."""
    types = {"text": pa.string(), "int": pa.int64(), "float": pa.float64()}
    columns: dict[str, pa.DataType] = {name: types[kind] for name, kind in FIELDS.items() if kind != "json"}
    columns["findings"] = pa.list_(pa.struct(_FINDING))
    columns["extra"] = pa.string()
    return pa.schema(
        [pa.field(name, kind, nullable=name not in ("pair_id", "en", "ar")) for name, kind in columns.items()]
    )


def write(rows: Iterable[PairRow], path: Path) -> int:
    """Write one file; returns how many rows."""
    with atomic_path(path) as temporary:
        shard = _Shard(temporary)
        for row in rows:
            shard.add(row)
        shard.close()
    return shard.count


def _record(row: PairRow) -> dict[str, object]:
    record = record_of(row)
    record["findings"] = [_finding(finding) for finding in record["findings"]]
    record["extra"] = dump_json(record["extra"]) if record["extra"] else None
    return record


def _finding(finding: dict[str, object]) -> dict[str, object]:
    more = {key: value for key, value in finding.items() if key not in _FINDING}
    detail = {"detail": dump_json(finding["detail"])} if "detail" in finding else {}
    return {**{k: v for k, v in finding.items() if k in _FINDING}, **detail, "more": dump_json(more) if more else None}


def read(path: Path) -> Iterator[GivenRow]:
    """The rows of a file, or of every file in a dataset folder in the order of names. Raises ExportError."""
    number = 0
    for file in [path] if path.is_file() else sorted(path.rglob("*.parquet")):
        try:
            with pq.ParquetFile(file) as parquet:
                for batch in parquet.iter_batches(batch_size=ROW_GROUP):
                    for values in batch.to_pylist():
                        yield GivenRow(number, f"{file}:{values.get('pair_id')}", _with_findings(values))
                        number += 1
        except pa.ArrowInvalid as error:
            raise ExportError(f"{file} cannot be read as Parquet: {error}") from None


def column_names(path: Path) -> frozenset[str]:
    """The columns of a file. Raises ExportError when it is no whole Parquet file."""
    try:
        return frozenset(pq.read_schema(path).names)
    except pa.ArrowInvalid as error:
        raise ExportError(f"{path} cannot be read as Parquet: {error}") from None


def _with_findings(values: dict[str, object]) -> dict[str, object]:
    found = values.get("findings")
    if isinstance(found, list) and all(isinstance(finding, dict) for finding in found):
        return values | {"findings": [_read_finding(finding) for finding in found]}
    return values


def _read_finding(finding: dict[str, Any]) -> dict[str, object]:
    """The finding as it was: keys it did not have come back as nulls, which mean the same."""
    read = {key: value for key, value in finding.items() if key not in ("detail", "more")}
    read["detail"] = json.loads(finding["detail"]) if finding.get("detail") else {}
    return read | (json.loads(finding["more"]) if finding.get("more") else {})


class DatasetFolder:
    """A folder with `data/SPLIT-*.parquet`, built beside its place and moved there when it is whole."""

    def __init__(self, path: Path, *, overwrite: bool = False) -> None:
        """Raises ExportError when `path` holds something and `overwrite` is off."""
        if path.exists() and (path.is_file() or any(path.iterdir())) and not overwrite:
            raise ExportError(f"{path} is not empty; choose another --out, or replace it with --overwrite")
        self.path = path
        self.building = path.parent / f".{path.name}.{os.getpid()}.tmp"

    def __enter__(self) -> DatasetFolder:
        (self.building / "data").mkdir(parents=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            shutil.rmtree(self.building, ignore_errors=True)
            return
        if self.path.is_file():
            self.path.unlink()
        elif self.path.exists():
            shutil.rmtree(self.path)
        os.replace(self.building, self.path)

    def write(self, rows: Iterable[PairRow], shard_rows: int = SHARD_ROWS) -> dict[str, int]:
        """Write the shards; returns the number of rows of each split ("train" for rows without one)."""
        shards: dict[str, list[Path]] = {}
        counts: dict[str, int] = {}
        writers: dict[str, _Shard] = {}
        for row in rows:
            split = row.split or "train"
            if split not in writers or writers[split].count >= shard_rows:
                if split in writers:
                    writers[split].close()
                part = self.building / "data" / f"{split}.{len(shards.setdefault(split, []))}"
                shards[split].append(part)
                writers[split] = _Shard(part)
            writers[split].add(row)
            counts[split] = counts.get(split, 0) + 1
        for writer in writers.values():
            writer.close()
        for split, parts in shards.items():
            for number, part in enumerate(parts):
                part.rename(part.with_name(f"{split}-{number:05}-of-{len(parts):05}.parquet"))
        return counts


class _Shard:
    """One file that takes rows one by one."""

    def __init__(self, path: Path) -> None:
        self.count = 0
        self._batch: list[dict[str, object]] = []
        self._writer = pq.ParquetWriter(path, schema(), compression="zstd", write_statistics=True)

    def add(self, row: PairRow) -> None:
        self.count += 1
        self._batch.append(_record(row))
        if len(self._batch) == ROW_GROUP:
            self._flush()

    def _flush(self) -> None:
        if self._batch:
            self._writer.write_table(pa.Table.from_pylist(self._batch, schema=schema()), row_group_size=ROW_GROUP)
            self._batch = []

    def close(self) -> None:
        self._flush()
        self._writer.close()
