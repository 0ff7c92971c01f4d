"""Records of CSV, TSV and Parquet, one at a time; rows are numbered from 1, the header left out."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from align.errors import ReadError
from align.read.csvrows import csv_records
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
    """The rows of a table whose first line names its columns; what is no row is a ReadError in its place."""
    found = columns_of(head)
    if found is None:
        raise ReadError("table", "expected a first line that names the columns, found none; add it")
    text = io.TextIOWrapper(stream, encoding=_encoding_of(head), errors="replace", newline="")
    records = csv_records(text, found[1], limit=settings.max_document_bytes)
    names: list[str] | None = None
    number = 0
    for record in records:
        cells = [cell.replace("\0", "") for cell in record.cells]
        if record.problem is None and not cells:
            continue
        if names is None:
            names = [name.strip() for name in cells]
            continue
        number += 1
        place = f"{source}:{number}"
        if record.problem is None:
            yield Record(place, number, dict(zip(names, cells, strict=False)))
        else:
            yield Record(place, number, _no_row(record.problem, record.line, settings))


def _no_row(problem: str, line: int, settings: ReadSettings) -> ReadError:
    if problem == "quote":
        found = "expected a closing quotation mark, found none that ends a cell of the row"
        return ReadError("table", f"{found} in line {line}; close the cell")
    found = f"expected a row of at most {settings.max_document_bytes} characters, found a longer one"
    return ReadError("too_large", f"{found} in line {line}; split it, or raise read.max_document_bytes")


def _encoding_of(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    whole = head[: head.rfind(b"\n") + 1] or head
    try:
        whole.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1256"  # what spreadsheets write where Arabic is set and UTF-8 is not
    return "utf-8-sig"


def read_parquet_records(stream: BinaryIO, source: str, settings: ReadSettings) -> Iterator[Record]:
    """The rows of a Parquet file; one that cannot be sought in (standard input) is first copied to a temporary file."""
    import pyarrow.parquet as parquet

    from align.read.parquetrows import ARROW_FAULTS, plain_rows  # here: pyarrow is heavy

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
            for row in plain_rows(table, batch_rows=_BATCH_ROWS, columns=names):
                number = row.number + 1
                yield Record(f"{source}:{number}", number, row.value)
        except ARROW_FAULTS as error:
            # The directory of a Parquet file stands at its end: one that is cut off has no readable row.
            found = f"expected a whole Parquet file, found a damaged one ({error}) after {number} rows; write it again"
            yield Record(f"{source}:{number + 1}", number + 1, ReadError("parquet", found))
