"""Names that features bore in an earlier version, in weights and in the rows of runs; read for one version more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

_Value = TypeVar("_Value")
# Until 0.1 what the matcher counts as linked bore the name of what the check of coverage measures.
_FORMER = {"coverage_en": "linked_en", "coverage_ar": "linked_ar", "coverage_outside": "linked_outside"}


def with_current_names(features: Mapping[str, _Value]) -> dict[str, _Value]:
    """Features, or weights of features, in their order, each under the name it bears today."""
    return {_FORMER.get(name, name): value for name, value in features.items()}
