"""Records of CSV, TSV and Parquet, one at a time; rows are numbered from 1, the header left out."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from align.errors import ReadError
from align.read.decode import decode
from align.read.records import Record
from align.settings import ReadSettings

_DELIMITERS = ",\t;|"
_BATCH_ROWS = 64  # a batch of long articles stays in the megabytes


def columns_of(head: bytes) -> tuple[Sequence[str], str] | None:
    """The column names of a table's first line and its delimiter; None when the line cannot be a header."""
    line, newline, _ = head.lstrip(b"\r\n").partition(b"\n")
    if not newline or len(line) > 5000:
        return None
    try:
        text = decode(line)
    except ReadError:
        return None
    best = max(_DELIMITERS, key=text.count)
    try:
        names = next(csv.reader([text], delimiter=best, strict=True), [])
    except csv.Error:
        return None
    return [name.strip() for name in names], best


def read_csv_records(stream: BinaryIO, head: bytes, source: str, settings: ReadSettings) -> Iterator[Record]:
    """The rows of a table whose first line names its columns."""
    found = columns_of(head)
    if found is None:
        raise ReadError("table", "expected a first line that names the columns, found none; add it")
    csv.field_size_limit(settings.max_document_bytes)
    text = io.TextIOWrapper(stream, encoding=_encoding_of(head), errors="replace", newline="")
    rows = csv.DictReader(_without_nul(text), delimiter=found[1])
    rows.fieldnames = None if rows.fieldnames is None else [name.strip() for name in rows.fieldnames]
    number = 0
    while True:
        number += 1
        place = f"{source}:{number}"
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            detail = f"expected a row of the table, found another thing ({error}); mend it near line {rows.line_num}"
            yield Record(place, number, ReadError("table", detail))
            continue
        yield Record(place, number, {key: value for key, value in row.items() if isinstance(key, str)})


def _encoding_of(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    whole = head[: head.rfind(b"\n") + 1] or head
    try:
        whole.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1256"  # what spreadsheets write where Arabic is set and UTF-8 is not
    return "utf-8-sig"


def _without_nul(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield line.replace("\0", "")


def read_parquet_records(stream: BinaryIO, source: str, settings: ReadSettings) -> Iterator[Record]:
    """The rows of a Parquet file; one that cannot be sought in (standard input) is first copied to a temporary file."""
    import pyarrow
    import pyarrow.parquet as parquet

    with tempfile.TemporaryFile() as spool:
        while data := stream.read(1 << 20):
            spool.write(data)
        spool.seek(0)
        number = 0
        try:
            table = parquet.ParquetFile(spool, pre_buffer=False)
            fields = (settings.text_field, settings.html_field, settings.id_field, settings.date_field)
            wanted = {*fields, "url", "title"}
            names = [name for name in table.schema_arrow.names if name in wanted]
            if not {settings.text_field, settings.html_field} & set(names):
                found = ", ".join(table.schema_arrow.names[:12])
                detail = f"expected the column {settings.text_field!r} or {settings.html_field!r}, found {found}"
                raise ReadError("no_text", f"{detail}; name it with --text-field")
            for batch in table.iter_batches(batch_size=_BATCH_ROWS, columns=names, use_threads=False):
                for row in batch.to_pylist():
                    number += 1
                    yield Record(f"{source}:{number}", number, row)
        except (pyarrow.ArrowException, OSError) as error:
            # The directory of a Parquet file stands at its end: one that is cut off has no readable row.
            found = f"expected a whole Parquet file, found a damaged one ({error}) after {number} rows; write it again"
            yield Record(f"{source}:{number + 1}", number + 1, ReadError("parquet", found))
