"""One file of weights per encoder, with all that was fitted for it: found by the encoder's name and revision.

A bundle is looked for among the user's own ($ALIGN_CONFIG/models, else the XDG config directory), then among those that
ship (data/models). An encoder without one borrows the weights that ship, and every command says so.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from align.errors import ModelError
from align.files import data_path, write_atomic
from align.models.doubt import WordJudge
from align.models.sections import (
    CoverageModel,
    GenderModel,
    MatchingModel,
    Means,
    MiningModel,
    PairModel,
    WeighingModel,
)

SCHEMA_VERSION = 1
_NOT_WEIGHED: Mapping[str, Any] = {"origin": "", "scales": {}}  # of a bundle that was written before there was this
SECTIONS = ("means", "matching", "pair", "coverage", "gender", "mining", "weighing")
_SHIPPED = "e5-small.json"


class CheckModels(NamedTuple):
    """The weights that checks ask."""

    coverage: CoverageModel
    gender: GenderModel
    weighing: WeighingModel | None = None  # None: every finding keeps the severity that its rule gives it


class Notice(NamedTuple):
    """What a user should know of the weights: `code` for programs, `message` for people."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """All weights of one encoder."""

    model: str
    revision: str
    means: Means
    matching: MatchingModel
    pair: PairModel
    coverage: CoverageModel
    gender: GenderModel
    mining: MiningModel
    weighing: WeighingModel
    notices: tuple[Notice, ...] = ()
    judge: WordJudge | None = None  # of words; only some encoders come with one

    @property
    def checks(self) -> CheckModels:
        """Those that checks ask."""
        return CheckModels(self.coverage, self.gender, self.weighing)


def bundle_for(model: str, revision: str, weights: str | None = None) -> Bundle:
    """The bundle of an encoder, or that of the file `weights`; one of another encoder has no means and a notice.

    Raises ModelError when a file cannot be read.
    """
    if weights:
        return _fitted_to(read_bundle(Path(weights)), model, revision)
    for path in _known():
        bundle = read_bundle(path)
        if (bundle.model, bundle.revision) == (model, revision):
            return bundle
    return _fitted_to(shipped_bundle(), model, revision)


def shipped_bundle() -> Bundle:
    """The weights of the encoder that ships. Raises ModelError when the package's data is broken."""
    return read_bundle(data_path("models", _SHIPPED))


def bundle_without_encoder(weights: str | None = None) -> Bundle:
    """The bundle whose rules judge where no encoder is wanted: that of the file `weights`, or the one that ships.

    Raises ModelError when it cannot be read.
    """
    return read_bundle(Path(weights)) if weights else shipped_bundle()


def config_directory() -> Path:
    """Where a user keeps bundles: $ALIGN_CONFIG, else the XDG config directory."""
    if own := os.environ.get("ALIGN_CONFIG"):
        return Path(own)
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "align"


def _known() -> Iterator[Path]:
    for folder in (config_directory() / "models", data_path("models")):
        yield from sorted(folder.glob("*.json")) if folder.is_dir() else ()


def _fitted_to(bundle: Bundle, model: str, revision: str) -> Bundle:
    if (bundle.model, bundle.revision) == (model, revision):
        return bundle
    notice = Notice(
        "uncalibrated",
        f"no weights were fitted for the encoder {model} ({revision}); those of {bundle.model} stand in, so "
        "probabilities, thresholds and coverage are not calibrated: make its own with scripts/calibrate.py --model, "
        f"and put them into {config_directory() / 'models'} or name them in [match] weights",
    )
    return replace(bundle, model=model, revision=revision, means=Means.none(), notices=(*bundle.notices, notice))


def read_bundle(path: Path) -> Bundle:
    """The bundle of a file; of a former one, which held the matching weights alone, the rest is what ships.

    Raises ModelError when it cannot be read.
    """
    try:
        row = json.loads(path.read_text(encoding="utf-8"))
        if "matching" not in row and "signature" in row:
            return _of_former(row)
        return of_row(row)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        said = f"no {error}" if isinstance(error, KeyError) else str(error)
        raise ModelError(
            f"expected a bundle of weights in {path}, which cannot be read ({said}); make one with "
            "scripts/calibrate.py, name another in [match] weights, or reinstall the package if it is the package's own"
        ) from error


def of_row(row: Mapping[str, Any]) -> Bundle:
    """The bundle of a JSON object; raises KeyError, TypeError or ValueError when it is none."""
    if row.get("schema_version") != SCHEMA_VERSION:
        raise ValueError(f"expected schema_version {SCHEMA_VERSION}, found {row.get('schema_version')}")
    return Bundle(
        str(row["model"]),
        str(row["revision"]),
        Means.of_row(row["means"]),
        MatchingModel.of_row(row["matching"]),
        PairModel.of_row(row["pair"]),
        CoverageModel.of_row(row["coverage"]),
        GenderModel.of_row(row["gender"]),
        MiningModel.of_row(row["mining"]),
        WeighingModel.of_row(row.get("weighing", _NOT_WEIGHED)),
    )


def _of_former(row: Mapping[str, Any]) -> Bundle:
    """Weights that `align` 0.1.0 wrote (`align review recalibrate --apply`): of matching, the rest beside them."""
    shipped = shipped_bundle()
    if (row["model"], row["revision"]) != (shipped.model, shipped.revision):
        raise ValueError(f"it holds matching weights alone, of {row['model']}, whose other weights are not known")
    matching = MatchingModel.of_row({**row, "origin": row["signature"]})
    return replace(shipped, means=Means.of_row(row), matching=matching)


def write_bundle(path: Path, bundle: Bundle) -> None:
    """Write a bundle that `read_bundle` reads back, whole or not at all."""
    rows = {name: getattr(bundle, name).as_row() for name in SECTIONS}
    write_rows(path, bundle.model, bundle.revision, rows)


def write_rows(path: Path, model: str, revision: str, sections: Mapping[str, Mapping[str, Any]]) -> None:
    """Write a bundle whose sections are these JSON objects, whole or not at all; raises what `of_row` does.

    They may hold more than is read: figures out of fold, the models of the folds.
    """
    row = {"schema_version": SCHEMA_VERSION, "model": model, "revision": revision}
    whole = {**row, **{name: sections[name] for name in SECTIONS}}
    of_row(whole)
    write_atomic(path, json.dumps(whole, ensure_ascii=False, indent=1) + "\n")
