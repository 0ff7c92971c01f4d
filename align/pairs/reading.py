"""The one reader of files of pairs: tells a file's kind by its content and gives its rows in order, streamed.

`read_given` gives rows as they stand, each with its place; who judges pairs, reviews them or makes a corpus of them
takes from these what it needs. A new kind of file is one `FileKind` and one line in `read_given`; what columns may be
called is a matter of `columns` there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from align.errors import ReadError
from align.pairs.export.formats import ExportFormat
from align.pairs.export.row import PairRow, row_of
from align.pairs.given import LONGEST_LINE, GivenRow, named, parse_line
from align.records import Rejection

_HEAD = 1 << 16  # bytes in which a file shows its kind
_ROOT = 4096  # bytes in which an XML file shows its root


@dataclass(frozen=True, slots=True)
class FileKind:
    """One kind of file: `fits` looks at its first bytes."""

    name: str
    fits: Callable[[bytes], bool]
    form: ExportFormat


def kind_of_file(head: bytes) -> FileKind | None:
    """The kind of file that begins with `head`; None where no kind fits."""
    return next((kind for kind in FILE_KINDS if kind.fits(head)), None)


def head_of(path: Path) -> bytes:
    """The first bytes of a file. Raises ReadError("unreadable")."""
    try:
        with path.open("rb") as stream:
            return stream.read(_HEAD)
    except OSError as error:
        raise ReadError("unreadable", f"cannot read the pairs in {path}: {error.strerror}; check the path") from error


def names_sides(path: Path, kind: FileKind) -> bool:
    """Whether a file that may be of pairs or of articles names English or Arabic: in its first object, or a column."""
    if kind.form is ExportFormat.JSONL:
        with path.open("rb") as stream:
            try:
                return bool({"en", "ar"} & set(named(parse_line(stream.readline(LONGEST_LINE)), {})))
            except ReadError:
                return False
    if kind.form is ExportFormat.PARQUET:
        from align.pairs.export.parquet import column_names

        return {"en", "ar"} <= column_names(path)
    return True  # the others were told by what holds two languages


def read_given(
    path: Path, form: ExportFormat, columns: Mapping[str, str] | None = None, *, limit: int = LONGEST_LINE
) -> Iterator[GivenRow]:
    """The rows of a file or folder in this format, in order; what cannot be used comes with its refusal.

    `columns`: their names of columns by ours; `limit`: bytes of the longest line. Raises ExportError where the whole
    file cannot be read.
    """
    from align.pairs.export import jsonl, moses, parquet, table, tmx, xliff  # here: lxml and pyarrow are heavy

    names = {theirs: ours for ours, theirs in (columns or {}).items()}
    match form:
        case ExportFormat.JSONL:
            return _named_rows(jsonl.read(path, limit), names)
        case ExportFormat.TSV | ExportFormat.CSV:
            return table.read(path, "csv" if form is ExportFormat.CSV else "tsv", names, limit)
        case ExportFormat.MOSES:
            return moses.read(path, limit)
        case ExportFormat.TMX:
            return tmx.read(path)
        case ExportFormat.XLIFF12 | ExportFormat.XLIFF21:
            return xliff.read(path)
        case ExportFormat.PARQUET | ExportFormat.DATASET:
            return _named_rows(parquet.read(path), names)


def _named_rows(rows: Iterable[GivenRow], names: Mapping[str, str]) -> Iterator[GivenRow]:
    for row in rows:
        yield row._replace(values=named(row.values, names))


def read_pairs(
    path: Path, form: ExportFormat, columns: Mapping[str, str] | None = None
) -> Iterator[PairRow | Rejection]:
    """The pairs of a file or folder in this format, in order. Raises ExportError."""
    return map(pair_of, read_given(path, form, columns))


def pair_of(row: GivenRow) -> PairRow | Rejection:
    """The pair in a row, or why there is none."""
    if row.refused is not None:
        return row.refused
    try:
        return row_of(row.values)
    except ValueError as error:
        return Rejection("import", "no_pair", str(error), source=row.place)


def _begins(pattern: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(pattern)


def _has_root(name: bytes) -> Callable[[bytes], bool]:
    def fits(head: bytes) -> bool:
        # UTF-16 files have a zero byte beside every letter of the markup.
        begin = head[:_ROOT]
        return begin.lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t")[:1] == b"<" and b"<" + name in begin.replace(b"\0", b"")

    return fits


def _is_table(separator: bytes) -> Callable[[bytes], bool]:
    def fits(head: bytes) -> bool:
        cells = head.removeprefix(b"\xef\xbb\xbf").partition(b"\n")[0].strip().split(separator)
        return {b"en", b"ar"} <= {cell.strip(b' "') for cell in cells}

    return fits


def _is_json(head: bytes) -> bool:
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")


# In the order in which they are tried: what has a sign of its own before what is only likely.
FILE_KINDS = (
    FileKind("Parquet", _begins(b"PAR1"), ExportFormat.PARQUET),
    FileKind("TMX", _has_root(b"tmx"), ExportFormat.TMX),
    FileKind("XLIFF", _has_root(b"xliff"), ExportFormat.XLIFF21),
    FileKind("JSONL", _is_json, ExportFormat.JSONL),
    FileKind("TSV with columns en and ar", _is_table(b"\t"), ExportFormat.TSV),
    FileKind("CSV with columns en and ar", _is_table(b","), ExportFormat.CSV),
)
