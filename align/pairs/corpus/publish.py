"""Rows of any origin through the filters into any format: what every corpus command ends in."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any

from align.errors import ExportError, WriteError
from align.files import dump_json
from align.pairs.corpus.card import CardFacts, write_card
from align.pairs.corpus.filters import Filters, FilterSettings, RefusedRow
from align.pairs.corpus.hydrate import dehydrate as without_texts
from align.pairs.corpus.hydrate import without_words
from align.pairs.corpus.sources import iter_pairs
from align.pairs.corpus.stats import CorpusStats
from align.pairs.export.formats import ExportFormat, write_pairs
from align.pairs.export.row import PairRow
from align.records import Rejection
from align.settings import load_onto, merge_onto
from align.writing import atomic_writer


@dataclass(frozen=True, slots=True)
class Target:
    """Where rows go and how."""

    path: Path
    form: ExportFormat = ExportFormat.JSONL
    with_bom: bool = False
    overwrite: bool = False
    facts: CardFacts | None = None


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote, and what it left out by reason."""

    written: int
    splits: dict[str, int] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)

    @property
    def read(self) -> int:
        """How many rows and refused lines came in."""
        return self.written + sum(self.refused.values())


def read_all(sources: Iterable[Path]) -> Iterator[PairRow | Rejection]:
    """The rows of all sources, one after another."""
    return chain.from_iterable(iter_pairs(source) for source in sources)


def filter_settings(config: Path | None, given: Iterable[str]) -> FilterSettings:
    """The filters of a TOML file with "NAME=VALUE" settings over it; a value that is no TOML is a plain string.

    Raises SettingsError for a name that does not exist or a value of another type.
    """
    settings = load_onto(FilterSettings(), config) if config else FilterSettings()
    table: dict[str, Any] = {}
    for setting in given:
        name, _, value = setting.partition("=")
        try:
            parsed = tomllib.loads(f"value = {value}")["value"]
        except tomllib.TOMLDecodeError:
            parsed = value
        name = name.strip().replace("-", "_")
        if isinstance(getattr(settings, name, None), tuple) and not isinstance(parsed, list):
            parsed = [*table.get(name, ()), parsed]  # a list may be given one by one
        table[name] = parsed
    return merge_onto(settings, table, where="--filter")


def publish(
    rows: Iterable[PairRow | Rejection],
    target: Target,
    settings: FilterSettings | None = None,
    *,
    dehydrate: bool = False,
) -> Exported:
    """Filter, count and write; what was refused goes to PATH.rejected.jsonl with its reason, never into the corpus.

    Raises ExportError when the target cannot take the rows, SettingsError when the filters cannot be used, WriteError
    when the disk refuses.
    """
    if str(target.path) == "-" and target.form is not ExportFormat.JSONL:
        raise ExportError(f"standard output takes jsonl only, not {target.form}; name a file or folder with --out")
    filters, leftover = Filters(settings or FilterSettings()), Filters(FilterSettings())
    beside = None if str(target.path) == "-" else target.path.with_name(f"{target.path.name}.rejected.jsonl")
    with _writable(target.path), _rejected(beside) as write:

        def keep(row: RefusedRow) -> None:
            write(without_words(row) if dehydrate else row)

        kept: Iterator[PairRow] = filters.apply(rows, keep)
        if dehydrate:
            kept = leftover.apply(without_texts(kept), keep)
        written = export_pairs(kept, target, filters.refused)
    refused = dict(sorted((filters.refused + leftover.refused).items()))
    return replace(written, refused=refused)


@contextmanager
def _writable(path: Path) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:  # the reader of standard output has had enough
        raise
    except OSError as error:
        raise WriteError(f"cannot write {path}: {error}; choose another with --out, or make room") from error


@contextmanager
def _rejected(path: Path | None) -> Iterator[Callable[[RefusedRow], None]]:
    """What writes a refused row; no file where nothing was refused, and none for standard output."""
    if path is None:
        yield lambda row: None
        return
    count = 0
    with atomic_writer(path) as stream:

        def write(row: RefusedRow) -> None:
            nonlocal count
            count += 1
            stream.write(dump_json(row) + "\n")

        yield write
    if not count:
        path.unlink()


def export_pairs(rows: Iterable[PairRow], target: Target, refused: Counter[str] | None = None) -> Exported:
    """Write the rows as they come; `refused` is read after the last row, when the filters have counted.

    Raises ExportError when the place is taken by a folder that holds something and `overwrite` is off.
    """
    if target.form is not ExportFormat.DATASET:
        return Exported(write_pairs(rows, target.path, target.form, with_bom=target.with_bom))
    from align.pairs.export.parquet import DatasetFolder

    stats = CorpusStats()
    with DatasetFolder(target.path, overwrite=target.overwrite) as folder:
        splits = folder.write(stats.counting(rows))
        card = replace(target.facts or CardFacts(target.path.name), rejected=dict(sorted((refused or {}).items())))
        write_card(folder.building, stats.as_dict(), splits, card)
    return Exported(stats.pairs, splits)
