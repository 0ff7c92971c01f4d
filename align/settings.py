"""Every setting, grouped by the stage that reads it; defaults first, the user's TOML file on top, flags over both."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from align.errors import SettingsError
from align.ranges import Checked, any_text, between, like, not_empty, one_of, ranged

_T = TypeVar("_T")
ENGINES = ("auto", "torch", "onnx", "openvino")
SHARE = between(0, 1)


@dataclass(frozen=True, slots=True)
class ReadSettings(Checked):
    """Limits and field names of the reading stages."""

    max_document_bytes: int = ranged(20_000_000, between(1, 2_000_000_000))  # one article; a book is 1 MB, a page 5
    max_line_bytes: int = ranged(50_000_000, between(1, 2_000_000_000))  # one record of a JSONL file
    max_ratio: int = ranged(200, between(1, 1_000_000))  # decompressed over compressed bytes; text rarely passes 20
    max_depth: int = ranged(500, between(1, 5_000))  # nesting of HTML elements
    max_attributes: int = ranged(2000, between(1, 50_000))  # of one HTML element; parsing takes the square of it
    max_seconds: float = ranged(20.0, between(0.01, 86_400))  # per document, reading and extracting
    text_field: str = ranged("text", not_empty())
    html_field: str = ranged("html", not_empty())
    id_field: str = ranged("id", not_empty())
    date_field: str = ranged("published", not_empty())


@dataclass(frozen=True, slots=True)
class EmbedSettings(Checked):
    """Which encoder, and how it is run."""

    model: str = ranged("e5-small", not_empty())  # a preset of `align models`, a hub name, or a path
    device: str = ranged("auto", like(r"auto|(cpu|cuda|mps|xpu)(:\d{1,3})?", "auto, cpu, cuda, cuda:1, mps or xpu"))
    engine: str = ranged("auto", one_of(*ENGINES))
    batch_tokens: int = ranged(0, between(0, 10_000_000))  # padded tokens a batch; 0: as the engine is fastest
    cache: bool = True  # keep vectors on disk
    cache_dir: str = ranged("", any_text())  # where; empty: $ALIGN_CACHE, else the user's cache
    cache_gb: float = ranged(2.0, between(0, 1_000_000))  # the most that they may take


@dataclass(frozen=True, slots=True)
class MatchSettings(Checked):
    """When a candidate becomes a pair."""

    threshold: float | None = ranged(None, SHARE)  # probability; None: the one stored with the calibration weights
    precision: float | None = ranged(None, SHARE)  # instead of `threshold`: the one that held it out of fold
    weights: str | None = ranged(None, not_empty())  # calibration file; None: the one that ships for the model


@dataclass(frozen=True, slots=True)
class CheckSettings(Checked):
    """Which findings are reported."""

    only: tuple[str, ...] = ranged((), not_empty())  # code prefixes
    skip: tuple[str, ...] = ranged((), not_empty())


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of a run."""

    read: ReadSettings = field(default_factory=ReadSettings)
    embed: EmbedSettings = field(default_factory=EmbedSettings)
    match: MatchSettings = field(default_factory=MatchSettings)
    check: CheckSettings = field(default_factory=CheckSettings)

    @classmethod
    def load(cls, path: Path) -> Settings:
        """Read a TOML file whose tables are named like the groups above.

        Raises SettingsError when the file cannot be read or names a setting that does not exist.
        """
        return load_onto(cls(), path)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for run.json."""
        return asdict(self)


def load_onto(defaults: _T, path: Path) -> _T:
    """A dataclass of settings with the values of a TOML file over its own.

    Raises SettingsError when the file cannot be read or names a setting that does not exist.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:  # ValueError: no UTF-8, no TOML, a number of 5,000 digits
        raise SettingsError(f"cannot read the settings file {path}: {error}") from error
    return merge_onto(defaults, table, where=str(path))


def merge_onto(settings: _T, table: Mapping[str, Any], where: str) -> _T:
    """`settings` with the values of `table`; an unknown key or a value that its field may not have is an error."""
    known = {f.name: getattr(settings, f.name) for f in fields(settings)}  # type: ignore[arg-type]
    changes: dict[str, Any] = {}
    for key, value in table.items():
        if key not in known:
            raise SettingsError(f"{where}: no setting is called {key!r}; here there are: {', '.join(sorted(known))}")
        current = known[key]
        if is_dataclass(current) and not isinstance(current, type):
            if not isinstance(value, Mapping):
                raise SettingsError(f"{where}: {key!r} is a group of settings, but a single value was given")
            changes[key] = merge_onto(current, value, f"{where}, [{key}]")
        else:
            changes[key] = value
    try:
        return replace(settings, **changes)  # type: ignore[type-var]
    except SettingsError as error:
        raise SettingsError(f"{where}: {error}") from error
