"""The formats by name, and which module writes each; `align.pairs.reading` reads them."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

from align.pairs.export.row import PairRow


class ExportFormat(StrEnum):
    """What `align export --format` takes."""

    JSONL = "jsonl"
    TSV = "tsv"
    CSV = "csv"
    MOSES = "moses"
    TMX = "tmx"
    XLIFF12 = "xliff1.2"
    XLIFF21 = "xliff2.1"
    PARQUET = "parquet"
    DATASET = "dataset"


def write_pairs(rows: Iterable[PairRow], path: Path, form: ExportFormat, *, with_bom: bool = False) -> int:
    """Write the rows to `path` in any format but the dataset folder, which needs its card; returns how many."""
    from align.pairs.export import jsonl, moses, parquet, table, tmx, xliff  # here: lxml and pyarrow are heavy

    match form:
        case ExportFormat.JSONL:
            return jsonl.write(rows, path)
        case ExportFormat.TSV | ExportFormat.CSV:
            return table.write(rows, path, "csv" if form is ExportFormat.CSV else "tsv", with_bom=with_bom)
        case ExportFormat.MOSES:
            return moses.write(rows, path)
        case ExportFormat.TMX:
            return tmx.write(rows, path)
        case ExportFormat.XLIFF12:
            return xliff.write(rows, path, "1.2")
        case ExportFormat.XLIFF21:
            return xliff.write(rows, path, "2.1")
        case ExportFormat.PARQUET:
            return parquet.write(rows, path)
        case ExportFormat.DATASET:
            folder = parquet.DatasetFolder(path)
            with folder:
                return sum(folder.write(rows).values())
