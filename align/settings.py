"""Every setting, grouped by the stage that reads it; defaults first, the user's TOML file on top, flags over both."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import Field, asdict, dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from align.errors import SettingsError
from align.ranges import Checked, any_text, between, like, not_empty, one_of, ranged

_T = TypeVar("_T")
ENGINES = ("auto", "torch", "onnx", "openvino")
SHARE = between(0, 1)
_MOVES = "moves_scores"


def aside(why: str) -> dict[str, Any]:
    """Metadata of a field that stands in no signature (`align.models.signature`), with the reason; all others do."""
    return {_MOVES: False, "why": why}


def moves_scores(one: Field[Any]) -> bool:
    """Whether a field stands in signatures."""
    return bool(one.metadata.get(_MOVES, True))


_LIMIT = aside("refuses an input, and changes none that it lets through")
_INPUT = aside("chooses what is read, as the names of the inputs do; a run keeps a hash of each document")
_SPEED = aside("moves time and memory alone")
_NAMED = aside("stands in the signature as what it chooses: the model's name, the weights, the threshold, the codes")
_DEVICE = like(r"auto|(cpu|cuda|mps|xpu)(:\d{1,3})?", "auto, cpu, cuda, cuda:1, mps or xpu")


@dataclass(frozen=True, slots=True)
class ReadSettings(Checked):
    """Limits and field names of the reading stages."""

    max_document_bytes: int = ranged(20_000_000, _LIMIT | between(1, 2_000_000_000))  # one article; a book is 1 MB
    max_line_bytes: int = ranged(50_000_000, _LIMIT | between(1, 2_000_000_000))  # one record of a JSONL file
    max_ratio: int = ranged(200, _LIMIT | between(1, 1_000_000))  # unpacked over packed bytes; text rarely passes 20
    max_depth: int = ranged(500, _LIMIT | between(1, 5_000))  # nesting of HTML elements
    max_attributes: int = ranged(2000, _LIMIT | between(1, 50_000))  # of one element; parsing takes the square of it
    max_seconds: float = ranged(20.0, _LIMIT | between(0.01, 86_400))  # per document, reading and extracting
    text_field: str = ranged("text", _INPUT | not_empty())
    html_field: str = ranged("html", _INPUT | not_empty())
    id_field: str = ranged("id", _INPUT | not_empty())
    date_field: str = ranged("published", _INPUT | not_empty())


@dataclass(frozen=True, slots=True)
class EmbedSettings(Checked):
    """Which encoder, and how it is run."""

    model: str = ranged("align-small", _NAMED | not_empty())  # a preset of `align models`, a hub name, or a path
    device: str = ranged("auto", _SPEED | _DEVICE)
    engine: str = ranged("auto", _SPEED | one_of(*ENGINES))
    batch_tokens: int = ranged(0, _SPEED | between(0, 10_000_000))  # padded tokens a batch; 0: as the engine is fastest
    cache: bool = ranged(True, _SPEED)  # keep vectors on disk
    cache_dir: str = ranged("", _SPEED | any_text())  # where; empty: $ALIGN_CACHE, else the user's cache
    cache_gb: float = ranged(2.0, _SPEED | between(0, 1_000_000))  # the most that they may take


@dataclass(frozen=True, slots=True)
class MatchSettings(Checked):
    """When a candidate becomes a pair."""

    threshold: float | None = ranged(None, _NAMED | SHARE)  # probability; None: the one stored with the weights
    precision: float | None = ranged(None, _NAMED | SHARE)  # instead of `threshold`: the one that held it out of fold
    weights: str | None = ranged(None, _NAMED | not_empty())  # a bundle; None: the one found for the encoder


@dataclass(frozen=True, slots=True)
class CheckSettings(Checked):
    """Which findings are reported, and on how long a text."""

    # Of either side of a pair. A post may have 25,000; degenerate texts of 30,000 take seconds, of a million minutes.
    max_chars: int = ranged(30_000, _LIMIT | between(1, 10_000_000))
    only: tuple[str, ...] = ranged((), _NAMED | not_empty())  # code prefixes
    skip: tuple[str, ...] = ranged((), _NAMED | not_empty())
    alarm_rate: float = ranged(0.03, SHARE)  # share of right pairs that may carry an error
    rules_only: bool = ranged(False, {})  # leave the judge of words out


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

    def as_dict(self) -> dict[str, object]:
        """Plain values, for run.json.

        >>> Settings().as_dict()["check"]
        {'max_chars': 30000, 'only': (), 'skip': (), 'alarm_rate': 0.03, 'rules_only': False}
        """
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


def merge_onto(settings: _T, table: Mapping[str, object], where: str) -> _T:
    """`settings` with the values of `table`; an unknown key or a value that its field may not have is an error."""
    known = {f.name: getattr(settings, f.name) for f in fields(settings)}  # type: ignore[arg-type]
    changes: dict[str, object] = {}
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
