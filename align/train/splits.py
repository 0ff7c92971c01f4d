"""What may be trained on and what may not: `data/splits.json`, and the rule that puts a unit into a fold."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import Any

from align.errors import GoldError
from align.files import data_path


@cache
def splits() -> dict[str, Any]:
    """The file of splits."""
    found: dict[str, Any] = json.loads(data_path("splits.json").read_text(encoding="utf-8"))
    return found


def fold(unit: str, folds: int) -> int:
    """Which of `folds` folds a unit (a quad, a base, a document, an English sentence) belongs to, for ever."""
    return int.from_bytes(hashlib.sha256(unit.encode()).digest()[:8], "big") % folds


def quad_batches(use: str) -> tuple[str, ...]:
    """The batches of quads that are `trained`, `fitted` or `scored`.

    Raises GoldError for another use.
    """
    rule = splits()["quads"]
    if use not in ("trained", "fitted", "scored"):
        raise GoldError(f"expected a use of quads out of trained, fitted, scored, found {use!r}; see data/splits.json")
    return tuple(rule[use])


def is_held_out(quad: str) -> bool:
    """Whether a quad of the batches trained on is of the quarter that choices are made on instead."""
    rule = splits()["quads"]["held_out"]
    return fold(quad, int(rule["folds"])) == int(rule["fold"])


def is_set_aside(document: str) -> bool:
    """Whether a document of ntrex_dev or tico19 is one that nothing is tuned on."""
    rule = splits()["data"]["set_aside"]
    return fold(document, int(rule["folds"])) == int(rule["fold"])
