"""Rows of Parquet as values that JSON knows, one at a time: a value that has no such form refuses its row alone."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa

from align.errors import ReadError

if TYPE_CHECKING:
    import pyarrow.parquet as pq

ARROW_FAULTS = (pa.ArrowException, OSError)
_VALUE_FAULTS = (pa.ArrowException, ValueError, OverflowError, ArithmeticError)


class NumberedRow(NamedTuple):
    """A row with its number in the file, from 0."""

    number: int
    value: dict[str, Any] | ReadError


def plain_rows(table: pq.ParquetFile, *, batch_rows: int, columns: list[str] | None = None) -> Iterator[NumberedRow]:
    """The rows of a file in order: dates and times as ISO, decimals as they are written, bytes as UTF-8.

    A row with a date that no calendar has, or with bytes that are no text, is a ReadError("value"); what is damaged of
    a row group is one ReadError("parquet"), and the next group is read.
    """
    first = 0
    for group in range(table.num_row_groups):
        size, given = table.metadata.row_group(group).num_rows, 0
        try:
            for batch in table.iter_batches(
                batch_size=batch_rows, row_groups=[group], columns=columns, use_threads=False
            ):
                for value in _batch_rows(batch):
                    yield NumberedRow(first + given, value)
                    given += 1
        except ARROW_FAULTS as error:
            found = " ".join(str(error).split())
            detail = (
                f"expected whole rows, found damage in row group {group} ({found}), which takes {size - given} rows"
            )
            yield NumberedRow(first + given, ReadError("parquet", f"{detail}; write the file again"))
        first += size


def _batch_rows(batch: pa.RecordBatch) -> Iterator[dict[str, Any] | ReadError]:
    try:
        values: list[Any] = batch.to_pylist()
    except _VALUE_FAULTS:
        values = [None] * batch.num_rows  # some value of the batch: found row by row
    for number, row in enumerate(values):
        yield _plain_row(batch, number) if row is None else _plain(row, batch, number)


def _plain(row: dict[str, Any], batch: pa.RecordBatch, number: int) -> dict[str, Any] | ReadError:
    try:
        return {name: plain_value(value) for name, value in row.items()}
    except _VALUE_FAULTS:
        return _plain_row(batch, number)


def _plain_row(batch: pa.RecordBatch, number: int) -> dict[str, Any] | ReadError:
    row: dict[str, Any] = {}
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        try:
            row[name] = plain_value(_python(column[number]))
        except _VALUE_FAULTS as error:
            found = " ".join(str(error).split())
            detail = f"expected a {column.type} in {name!r} that can be written as text, found another ({found})"
            return ReadError("value", f"{detail}; mend the value, or leave the column out")
    return row


def _python(scalar: pa.Scalar) -> Any:
    if pa.types.is_timestamp(scalar.type) and scalar.type.unit == "ns":  # finer than Python's
        scalar = scalar.cast(pa.timestamp("us", scalar.type.tz), safe=False)
    return scalar.as_py()


def plain_value(value: Any) -> Any:
    """A value of Arrow's as JSON has it. Raises ValueError for bytes that are no UTF-8."""
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, date | time):  # a datetime is a date
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8")
    if isinstance(value, Mapping):
        return {str(key): plain_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain_value(item) for item in value]
    return str(value) if isinstance(value, Decimal | timedelta) else repr(value)
