"""Every setting, grouped by the stage that reads it; defaults first, the user's TOML file on top, flags over both."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from align.errors import SettingsError

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class ReadSettings:
    """Limits and field names of the reading stages."""

    max_document_bytes: int = 20_000_000  # one article; a book is 1 MB, a page with inlined pictures 5
    max_line_bytes: int = 50_000_000  # one record of a JSONL file
    max_ratio: int = 200  # decompressed over compressed bytes; text rarely passes 20
    max_depth: int = 500  # nesting of HTML elements
    max_attributes: int = 2000  # of one HTML element; parsing takes the square of it
    max_seconds: float = 20.0  # per document, reading and extracting
    text_field: str = "text"
    html_field: str = "html"
    id_field: str = "id"
    date_field: str = "published"


@dataclass(frozen=True, slots=True)
class EmbedSettings:
    """Which encoder, and how it is run."""

    model: str = "e5-small"  # a preset of `align models`, a hub name, or a path
    device: str = "auto"
    engine: str = "auto"  # auto, torch, onnx, openvino
    batch_tokens: int = 0  # padded tokens a batch; 0: as many as the engine is fastest with
    cache: bool = True  # keep vectors on disk
    cache_dir: str = ""  # where; empty: $ALIGN_CACHE, else the user's cache
    cache_gb: float = 2.0  # the most that they may take


@dataclass(frozen=True, slots=True)
class MatchSettings:
    """When a candidate becomes a pair."""

    threshold: float | None = None  # probability; None: the one stored with the calibration weights
    precision: float | None = None  # instead of `threshold`: the one that held this precision out of fold
    weights: str | None = None  # calibration file; None: the one that ships for the model


@dataclass(frozen=True, slots=True)
class CheckSettings:
    """Which findings are reported."""

    only: tuple[str, ...] = ()  # code prefixes
    skip: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of a run."""

    read: ReadSettings = field(default_factory=ReadSettings)
    embed: EmbedSettings = field(default_factory=EmbedSettings)
    match: MatchSettings = field(default_factory=MatchSettings)
    check: CheckSettings = field(default_factory=CheckSettings)

    @classmethod
    def load(cls, path: Path) -> Settings:
        r"""Read a TOML file whose tables are named like the groups above.

        Raises SettingsError when the file cannot be read or names a setting that does not exist.

        >>> from tempfile import mkdtemp
        >>> path = Path(mkdtemp(), "align.toml")
        >>> _ = path.write_text("[match]\nthreshold = 0.9", encoding="utf-8")
        >>> Settings.load(path).match.threshold
        0.9
        """
        return load_onto(cls(), path)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for run.json.

        >>> Settings().as_dict()["check"]
        {'only': (), 'skip': ()}
        """
        return asdict(self)


def load_onto(defaults: _T, path: Path) -> _T:
    """A dataclass of settings with the values of a TOML file over its own.

    Raises SettingsError when the file cannot be read or names a setting that does not exist.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"cannot read the settings file {path}: {error}") from error
    return merge_onto(defaults, table, where=str(path))


def merge_onto(settings: _T, table: Mapping[str, Any], where: str) -> _T:
    """`settings` with the values of `table`; an unknown key or a value of another type is an error."""
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
            changes[key] = _coerce(key, value, current, where)
    return replace(settings, **changes)  # type: ignore[type-var]


def _coerce(key: str, value: Any, current: Any, where: str) -> Any:
    if isinstance(current, tuple) and isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    if isinstance(current, float) and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if current is not None and type(value) is not type(current):
        raise SettingsError(f"{where}: {key!r} must be {type(current).__name__}, found {type(value).__name__}")
    return value
