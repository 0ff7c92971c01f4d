"""What a setting may be, written beside its field and checked in one place: type, range, choices, pattern.

A dataclass of settings says `threshold: float | None = ranged(None, between(0, 1))` and inherits from `Checked`.
Metadata of several kinds is joined with `|`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from enum import StrEnum
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from align.errors import SettingsError

# The most of numbers that nothing nearer limits: far beyond any use, and within what every library takes.
MOST_COUNT = 1_000_000_000  # of articles and the like
MOST_SEED = (1 << 32) - 1
MOST_WORKERS = 1024
MOST_DAYS = 36_525  # a hundred years

_T = TypeVar("_T")
_RANGE = "range"
_KINDS = {int: "a whole number", float: "a number", bool: "true or false", str: "a text"}


@dataclass(frozen=True, slots=True)
class Range:
    """What a value, or each of a list of values, must be besides of its type."""

    words: str  # as in "a number from 0 to 1"
    holds: Callable[[Any], bool]
    is_after_type: bool = True  # False: the words name the type themselves


Metadata = Mapping[str, Any]


def ranged(default: _T, metadata: Metadata) -> _T:
    """A field with a default and what it may be."""
    return field(default=default, metadata=metadata)


def between(low: float, high: float) -> dict[str, Any]:
    """Metadata of a number from `low` to `high`, both in."""
    return {_RANGE: Range(f" from {low:,} to {high:,}", lambda value: low <= value <= high)}


def one_of(*choices: str) -> dict[str, Any]:
    """Metadata of a text that is one of these."""
    return {_RANGE: Range(f"one of {', '.join(choices)}", lambda value: value in choices, is_after_type=False)}


def not_empty() -> dict[str, Any]:
    """Metadata of a text that holds more than white space, and no NUL, which no name or path may hold."""
    return {_RANGE: Range(" that is not empty", lambda value: bool(value.strip()) and "\0" not in value)}


def like(pattern: str, words: str) -> dict[str, Any]:
    """Metadata of a text that `pattern` matches whole; `words` says what that is."""
    return {_RANGE: Range(words, lambda value: re.fullmatch(pattern, value) is not None, is_after_type=False)}


def any_text() -> dict[str, Any]:
    """Metadata of a text that may be empty."""
    return {_RANGE: Range(" without NUL", lambda value: "\0" not in value)}


class Checked:
    """Base of dataclasses of settings: nothing out of range can be made, by whatever way its values came."""

    __slots__ = ()

    def __post_init__(self) -> None:
        """Raises SettingsError with the name, what it must be and what was found."""
        own: Any = type(self)
        for name, kind, wanted in expectations(own):
            object.__setattr__(self, name, _checked(name, getattr(self, name), kind, wanted))


@dataclass(frozen=True, slots=True)
class Kind:
    """The type of a field: `item` is int, float, bool, str, or an enum of texts."""

    item: type
    is_list: bool = False
    is_optional: bool = False

    def told(self, wanted: Range | None) -> str:
        """What a value must be, for a message."""
        kind = _KINDS.get(self.item, "") if wanted is None or wanted.is_after_type else ""
        words = kind + (wanted.words if wanted else "")
        return f"a list, each {words}" if self.is_list else words


@lru_cache
def expectations(settings: Any) -> tuple[tuple[str, Kind, Range | None], ...]:
    """Name, type and range of every field of a dataclass of settings that is no group itself."""
    hints = get_type_hints(settings)
    return tuple(
        (one.name, kind := _kind_of(hints[one.name]), one.metadata.get(_RANGE, _choices(kind)))
        for one in fields(settings)
        if not is_dataclass(hints[one.name])
    )


def _choices(kind: Kind) -> Range | None:
    found: Range | None = one_of(*kind.item)[_RANGE] if issubclass(kind.item, StrEnum) else None
    return found


def _kind_of(hint: Any) -> Kind:
    parts = get_args(hint)
    if get_origin(hint) in (Union, UnionType):
        (inner,) = (part for part in parts if part is not NoneType)
        kind = _kind_of(inner)
        return Kind(kind.item, kind.is_list, is_optional=True)
    return Kind(parts[0], is_list=True) if get_origin(hint) is tuple else Kind(hint)


def _checked(name: str, value: Any, kind: Kind, wanted: Range | None) -> Any:
    """The value in its own type; a list becomes a tuple, a whole number where any number may stand a float."""
    if value is None and kind.is_optional:
        return None
    if not kind.is_list:
        return _item(name, value, value, kind, wanted)
    if not isinstance(value, (list, tuple)):
        raise _refused(name, value, kind, wanted)
    return tuple(_item(name, item, value, kind, wanted) for item in value)


def _item(name: str, item: Any, whole: Any, kind: Kind, wanted: Range | None) -> Any:
    if kind.item is float and isinstance(item, int) and not isinstance(item, bool):
        item = _as_float(item)
    is_of_type = isinstance(item, str) if issubclass(kind.item, str) else type(item) is kind.item  # True is no number
    if not is_of_type or (kind.item is float and not math.isfinite(item)) or (wanted and not wanted.holds(item)):
        raise _refused(name, whole, kind, wanted)
    return kind.item(item) if issubclass(kind.item, StrEnum) else item


def _as_float(number: int) -> float:
    try:
        return float(number)
    except OverflowError:
        return math.inf


def _refused(name: str, value: Any, kind: Kind, wanted: Range | None) -> SettingsError:
    return SettingsError(f"{name} must be {kind.told(wanted)}, found {repr(value)[:200]}")
