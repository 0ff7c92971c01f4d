"""What stands for weights, tables and settings in a signature: hashes of their content, and values off their default.

Every field counts unless its own metadata says that it moves no score (`align.settings.aside`), so that a new one is
not forgotten.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from align.files import sha256_text
from align.protocols import Encoder
from align.settings import moves_scores

if TYPE_CHECKING:
    from align.models.bundle import Bundle


def content_hash(value: Any) -> str:
    """Eight hex digits over all that moves a score in `value`: records, arrays, mappings, sequences, numbers, texts."""
    return sha256_text(json.dumps(_plain(value), ensure_ascii=False, sort_keys=True))[:8]


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value) if moves_scores(f)}
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value


def changed_settings(settings: Any, defaults: Any, where: str = "") -> Iterator[str]:
    """`group.name=value` for each setting that moves a score and is not at its default."""
    for one in fields(settings):
        if not moves_scores(one):
            continue
        value, usual, name = getattr(settings, one.name), getattr(defaults, one.name), where + one.name
        if is_dataclass(value):
            yield from changed_settings(value, usual, f"{name}.")
        elif value != usual:
            yield f"{name}={json.dumps(value, ensure_ascii=False)}"


def encoder_part(encoder: Encoder) -> str:
    """The encoder with its revision and, where rounding is coarser than that of fp32, its precision."""
    precision = encoder.engine.precision if encoder.engine else "fp32"  # engines of one precision agree to rounding
    return f"model:{encoder.name}@{encoder.revision}{'' if precision == 'fp32' else f'+{precision}'}"


def weights_part(bundle: Bundle, *sections: str) -> str:
    """Each of these sections of a bundle with the hash of its content."""
    return "|".join(f"{name}:{content_hash(getattr(bundle, name))}" for name in sections)


def exact(value: float) -> str:
    """A number to three decimals, or to all it has where those would name another."""
    short = f"{value:.3f}"
    return short if float(short) == value else repr(value)
