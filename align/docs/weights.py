"""The weights of alignment, which no encoder's scale moves: in the package's data, fitted by `align.docs.fitting`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from align.errors import ModelError
from align.files import data_path
from align.models.linear import LinearModel
from align.settings import aside

_SHIPPED = ("docs", "weights.json")


@dataclass(frozen=True, slots=True)
class DocsWeights:
    """What beads and gaps are weighed with.

    `bead`, `gap_en`, `gap_ar`: log potentials of the path's random field. `calibration`: a bead's marginal probability
    to one that held on documents that were not fitted on. `moved`: whether two passages that no path joins do render
    each other. `document`: whether two documents do.
    """

    bead: LinearModel
    gap_en: LinearModel
    gap_ar: LinearModel
    calibration: LinearModel
    moved: LinearModel
    document: LinearModel
    threshold: float  # of a bead
    origin: str = field(default="", metadata=aside("tells where the weights come from"))

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> DocsWeights:
        """Those of a JSON object; raises KeyError, TypeError or ValueError when it is another."""
        models = {name: LinearModel.of_row(row[name]) for name in _MODELS}
        return cls(**models, threshold=float(row["threshold"]), origin=str(row["origin"]))

    def as_row(self) -> dict[str, Any]:
        """As the JSON file has it."""
        models = {name: getattr(self, name).as_row() for name in _MODELS}
        return {"origin": self.origin, "threshold": self.threshold, **models}


_MODELS = ("bead", "gap_en", "gap_ar", "calibration", "moved", "document")


@lru_cache(maxsize=4)
def docs_weights(path: Path | None = None) -> DocsWeights:
    """Those that ship, or those of a file. Raises ModelError when they cannot be read."""
    path = path or data_path(*_SHIPPED)
    try:
        return DocsWeights.of_row(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(
            f"expected weights of alignment in {path}, which cannot be read ({error}); make them with "
            "scripts/bench_docs.py --fit, or reinstall the package if they are the package's own"
        ) from error


def weights_with(path: Path | None, threshold: float | None) -> DocsWeights:
    """The same, with another threshold where one is given."""
    weights = docs_weights(path)
    return weights if threshold is None else replace(weights, threshold=threshold)
