"""Parquet with a typed schema, and the dataset folder that `datasets.load_dataset(path)` loads.

Findings are a list of structs, `extra` is a JSON string. Row groups of a fixed size with statistics; the bytes depend
only on the rows and on pyarrow's version.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import regex

from align.errors import ExportError, ReadError
from align.files import dump_json
from align.pairs.export.row import FIELDS, PairRow, record_of
from align.pairs.given import GivenRow, refused_row
from align.pairs.opening import STANDARD_INPUT, opened
from align.read.parquetrows import ARROW_FAULTS, plain_rows
from align.writing import atomic_folder, atomic_path

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
    """The rows of a file, or of every file in a dataset folder in the order of names.

    A row with a value that has no form in JSON is refused. Raises ExportError, OSError.
    """
    number = 0
    for file in sorted(file for file in path.rglob("*.parquet") if file.is_file()) if path.is_dir() else [path]:
        with _parquet(file) as parquet:
            first = number
            for place, values in plain_rows(parquet, batch_rows=ROW_GROUP):
                number = first + place
                if isinstance(values, ReadError):
                    yield refused_row(number, f"{file}:{place}", values.reason, values.detail)
                else:
                    yield GivenRow(number, f"{file}:{values.get('pair_id', place)}", _with_findings(values))
            number = first + parquet.metadata.num_rows


def column_names(path: Path) -> frozenset[str]:
    """The columns of a file. Raises ExportError when it is no whole Parquet file."""
    with _parquet(path) as parquet:
        return frozenset(parquet.schema_arrow.names)


@contextmanager
def _parquet(path: Path) -> Iterator[pq.ParquetFile]:
    """An open file; one that cannot be sought in is first copied. Raises ExportError where it is damaged."""
    try:
        with opened(path) as (stream, packing), ExitStack() as stack:
            if packing or str(path) == STANDARD_INPUT:
                copy = stack.enter_context(TemporaryFile())
                shutil.copyfileobj(stream, copy)
                yield stack.enter_context(pq.ParquetFile(copy))
            else:
                yield stack.enter_context(pq.ParquetFile(path))
    except ARROW_FAULTS as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the disk's
        found = " ".join(str(error).split())
        raise ExportError(f"{path} cannot be read as Parquet: {found}; write it again") from None


def _with_findings(values: dict[str, object]) -> dict[str, object]:
    found = values.get("findings")
    if isinstance(found, list) and all(isinstance(finding, dict) for finding in found):
        return values | {"findings": [_read_finding(finding) for finding in found]}
    return values


def _read_finding(finding: dict[str, Any]) -> dict[str, object]:
    """The finding as it was: keys it did not have come back as nulls, which mean the same."""
    read = {key: value for key, value in finding.items() if key not in ("detail", "more")}
    read["detail"] = _object(finding.get("detail"))
    return read | _object(finding.get("more"))


def _object(text: object) -> dict[str, Any]:
    """The object that we wrote as JSON; what is none is nobody's that we know."""
    try:
        found = json.loads(text) if isinstance(text, str) else text
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


STATS = "stats.json"
CARD = "README.md"
SPLIT = regex.compile(r"[A-Za-z0-9_]{1,64}")  # what a split may be called: its name becomes that of a file
_OURS = regex.compile(rf"{CARD}|{regex.escape(STATS)}|\w+\.svg|data|data/{SPLIT.pattern}-\d{{5,}}-of-\d{{5,}}\.parquet")


def is_dataset(path: Path) -> bool:
    """Whether a folder is a dataset that an export has written, and holds nothing else."""
    try:
        stats = json.loads((path / STATS).read_text(encoding="utf-8"))
        names = [file.relative_to(path).as_posix() for file in path.rglob("*")]
        is_linked = path.is_symlink() or any(file.is_symlink() for file in path.rglob("*"))
    except (OSError, ValueError):
        return False
    is_counted = isinstance(stats, dict) and {"pairs", "articles", "texts", "outlet"} <= set(stats)
    return is_counted and CARD in names and not is_linked and all(map(_OURS.fullmatch, names))


class DatasetFolder:
    """A folder with `data/SPLIT-*.parquet`, built beside its place and moved there when it is whole."""

    def __init__(self, path: Path, *, overwrite: bool = False) -> None:
        """Raises ExportError when `path` holds something and `overwrite` is off, or is no dataset of ours."""
        if os.path.lexists(path) and (not path.is_dir() or any(path.iterdir())):
            if not overwrite:
                raise ExportError(f"{path} is not empty; choose another --out, or replace it with --overwrite")
            if not is_dataset(path):
                raise ExportError(
                    f"expected a dataset folder that align has written and nothing beside it in {path}, found other "
                    "things there, which --overwrite would remove; choose another --out"
                )
        self._folder = atomic_folder(path)

    def __enter__(self) -> DatasetFolder:
        self.building = self._folder.__enter__()
        (self.building / "data").mkdir()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._folder.__exit__(kind, error, trace)

    def write(self, rows: Iterable[PairRow], shard_rows: int = SHARD_ROWS) -> dict[str, int]:
        """Write the shards; returns the number of rows of each split ("train" for rows without one).

        Raises ExportError for a split that no file can be named after; `publish` refuses such rows before.
        """
        shards: dict[str, list[Path]] = {}
        counts: dict[str, int] = {}
        writers: dict[str, _Shard] = {}
        for row in rows:
            split = row.split or "train"
            if not SPLIT.fullmatch(split):
                raise ExportError(f"expected a split of letters, digits and underscores, found {split[:80]!r}")
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
