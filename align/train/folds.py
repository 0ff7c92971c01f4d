"""Folds by document: what is scored out of fold is judged by weights that saw nothing of its document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from align.files import sha256_text

FOLDS = 5
INNER_FOLDS = 10


def fold_of(doc: str) -> int:
    """The fold of a document, by its name, 0 to FOLDS - 1."""
    return int(sha256_text(doc), 16) % FOLDS


def inner_fold_of(doc: str) -> int:
    """For the fits within a fold: another way of dividing the documents, 0 to INNER_FOLDS - 1."""
    return int(sha256_text(doc), 16) // FOLDS % INNER_FOLDS


def rounded(value: Any, digits: int = 5) -> Any:
    """A JSON value with its numbers rounded, as the bundles keep them."""
    if isinstance(value, float):
        return round(value, digits)
    if isinstance(value, Mapping):
        return {key: rounded(item, digits) for key, item in value.items()}
    return [rounded(item, digits) for item in value] if isinstance(value, (list, tuple)) else value
