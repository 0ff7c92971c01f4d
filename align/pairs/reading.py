"""The one reader of files of pairs: tells a file's kind by its content and gives its rows in order, streamed.

`read_given` gives rows as they stand, each with its place and under our names of columns; who judges pairs, reviews
them or makes a corpus of them takes from these what it needs. A new kind of file is one `FileKind` and one line in
`_rows_of`; what columns may be called stands in `columns`, how tables are told in `layout`, what files are packed and
encoded in in `opening`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from align.errors import ExportError, ReadError
from align.pairs.columns import SIDES, named_columns
from align.pairs.export.formats import ExportFormat
from align.pairs.export.row import PairRow, row_of
from align.pairs.given import LONGEST_LINE, GivenRow, named, refused_row
from align.pairs.layout import Layout, first_line, layout_of, layout_under
from align.pairs.opening import look
from align.records import Rejection

_ROOT = 4096  # bytes in which an XML file shows its root
_FIRST_ROWS = 40  # that tell which of two neutral columns is which
_SEPARATORS = {ExportFormat.TSV: "\t", ExportFormat.CSV: ";,|"}
_FILES = frozenset(form for form in ExportFormat if form not in (ExportFormat.MOSES, ExportFormat.DATASET))


@dataclass(frozen=True, slots=True)
class FileKind:
    """One kind of file: `fits` looks at its first bytes, without compression and in UTF-8."""

    name: str
    fits: Callable[[bytes], bool]
    form: ExportFormat


def kind_of_file(head: bytes) -> FileKind | None:
    """The kind of file that begins with `head`; None where no kind fits."""
    return next((kind for kind in FILE_KINDS if kind.fits(head)), None)


def head_of(path: Path) -> bytes:
    """The first bytes of a file, of standard input for `-`: without compression, text in UTF-8.

    Raises ReadError("unreadable").
    """
    return look(path).head


def names_sides(path: Path, kind: FileKind) -> bool:
    """Whether a file that may be of pairs or of articles names English or Arabic: in its first object, or a column."""
    if kind.form is ExportFormat.JSONL:
        first = next(iter(read_given(path, kind.form)), None)
        return first is not None and first.refused is None and bool(set(SIDES) & set(first.values))
    if kind.form is ExportFormat.PARQUET:
        from align.pairs.export.parquet import column_names

        names = column_names(path)
        return {*SIDES} <= {*names, *named_columns(sorted(names)).values()} or "translation" in names
    return True  # the others were told by what holds two languages


def read_given(
    path: Path, form: ExportFormat, columns: Mapping[str, str] | None = None, *, limit: int = LONGEST_LINE
) -> Iterator[GivenRow]:
    """The rows of a file or folder in this format, in order; what cannot be used comes with its refusal.

    `columns`: their names of columns by ours; `limit`: bytes of the longest line. A file that is damaged in the middle
    gives what stands before, and a refused row. Raises ExportError or ReadError where nothing can be read.
    """
    names = {theirs: ours for ours, theirs in (columns or {}).items()}
    rows = _rows_of(path, form, names, limit)
    return _up_to_damage(rows, path) if form in _FILES else rows


def _rows_of(path: Path, form: ExportFormat, names: Mapping[str, str], limit: int) -> Iterator[GivenRow]:
    from align.pairs.export import jsonl, moses, parquet, table, tmx, xliff  # here: lxml and pyarrow are heavy

    match form:
        case ExportFormat.JSONL:
            return _named_rows(jsonl.read(path, limit), names)
        case ExportFormat.TSV | ExportFormat.CSV:
            return table.read(path, layout_in(path, form, names), limit)
        case ExportFormat.MOSES:
            return moses.read(path, limit)
        case ExportFormat.TMX:
            return tmx.read(path)
        case ExportFormat.XLIFF12 | ExportFormat.XLIFF21:
            return xliff.read(path)
        case ExportFormat.PARQUET | ExportFormat.DATASET:
            return _named_rows(parquet.read(path), names)


def layout_in(path: Path, form: ExportFormat, names: Mapping[str, str] | None = None) -> Layout:
    """How a table is laid out; `names`: ours by theirs. Raises ExportError where no column is English or Arabic."""
    head = head_of(path)
    separators = _SEPARATORS[form]
    layout = layout_under(head, separators, dict(names)) if names else layout_of(head, separators)
    if layout is None:
        raise ExportError(
            f"{path}: expected a header with the columns 'en' and 'ar', found {first_line(head)[:200]!r}; "
            "name them with --en-column and --ar-column"
        )
    return layout


def _named_rows(rows: Iterable[GivenRow], names: Mapping[str, str]) -> Iterator[GivenRow]:
    """The rows under our names: those that the user gave, else as the first rows of the file show them."""
    stream = iter(rows)
    first = list(islice(stream, _FIRST_ROWS))
    sample = [named(row.values, names) for row in first]
    known: dict[tuple[str, ...], dict[str, str]] = {}
    for row in chain(first, stream):
        values = named(row.values, names)
        keys = tuple(values)
        if keys not in known:
            if len(known) > _FIRST_ROWS:
                known.clear()  # rows of ever other keys have no names in common
            own = names.values()
            known[keys] = {k: ours for k, ours in named_columns(keys, sample).items() if ours not in own}
        yield row._replace(values=named(values, known[keys]))


def _up_to_damage(rows: Iterator[GivenRow], path: Path) -> Iterator[GivenRow]:
    number = 0
    try:
        for row in rows:
            number = row.number + 1
            yield row
    except (ReadError, ExportError) as error:
        if not number:
            raise
        reason = error.reason if isinstance(error, ReadError) else "damaged"
        yield refused_row(number, f"{path}:{number}", reason, f"{error} (the {number} rows before are read)")


def found_in(path: Path, form: ExportFormat) -> str:
    """How a file was understood, for people: its columns, separator and encoding; empty where there is nothing to say.

    Raises ExportError and ReadError as `read_given`.
    """
    said = [look(path).describe()] if form in _FILES else []
    if form in _SEPARATORS:
        said.insert(0, layout_in(path, form).describe())
    elif form in (ExportFormat.JSONL, ExportFormat.PARQUET):
        said.insert(0, _renamed(path, form))
    return ", ".join(filter(None, said))


def _renamed(path: Path, form: ExportFormat) -> str:
    from align.pairs.export import jsonl, parquet

    rows = jsonl.read(path, LONGEST_LINE) if form is ExportFormat.JSONL else parquet.read(path)
    first = [named(row.values, {}) for row in islice(rows, _FIRST_ROWS)]
    columns = named_columns(tuple(first[0]), first) if first else {}
    said = ", ".join(f"{theirs} -> {ours}" for theirs, ours in columns.items())
    return f"columns {said}" if said else ""


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


def _is_table(form: ExportFormat) -> Callable[[bytes], bool]:
    def fits(head: bytes) -> bool:
        layout = layout_of(head)
        return layout is not None and layout.separator in _SEPARATORS[form]

    return fits


def _is_json(head: bytes) -> bool:
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith((b"{", b"[{", b"[\n", b"[\r", b"[ "))


# In the order in which they are tried: what has a sign of its own before what is only likely.
FILE_KINDS = (
    FileKind("Parquet", _begins(b"PAR1"), ExportFormat.PARQUET),
    FileKind("TMX", _has_root(b"tmx"), ExportFormat.TMX),
    FileKind("XLIFF", _has_root(b"xliff"), ExportFormat.XLIFF21),
    FileKind("JSONL", _is_json, ExportFormat.JSONL),
    FileKind("TSV with columns en and ar", _is_table(ExportFormat.TSV), ExportFormat.TSV),
    FileKind("CSV with columns en and ar", _is_table(ExportFormat.CSV), ExportFormat.CSV),
)
