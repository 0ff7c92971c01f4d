"""`align export`: rows through the filters into any format, with a card where the format is a dataset folder."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from align.corpus.card import CardFacts, write_card
from align.corpus.stats import CorpusStats
from align.export.formats import ExportFormat, write_pairs
from align.export.row import PairRow


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote."""

    written: int
    splits: dict[str, int]


def export_pairs(
    rows: Iterable[PairRow],
    path: Path,
    form: ExportFormat,
    *,
    facts: CardFacts | None = None,
    rejected: dict[str, int] | None = None,
    with_bom: bool = False,
    overwrite: bool = False,
) -> Exported:
    """Write the rows as they come; `rejected` is read after the last row, when the filters have counted.

    Raises ExportError when the place is taken by a folder that holds something and `overwrite` is off.
    """
    if form is not ExportFormat.DATASET:
        return Exported(write_pairs(rows, path, form, with_bom=with_bom), {})
    from align.export.parquet import DatasetFolder

    stats = CorpusStats()
    with DatasetFolder(path, overwrite=overwrite) as folder:
        splits = folder.write(stats.counting(rows))
        card = replace(facts or CardFacts(path.name), rejected=dict(rejected or {}))
        write_card(folder.building, stats.as_dict(), splits, card)
    return Exported(stats.pairs, splits)
