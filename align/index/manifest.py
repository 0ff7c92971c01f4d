"""The manifest of an index: what it must hold, and whether the files that it names are what it says."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NotRequired, TypedDict, cast

from align.errors import IndexError_
from align.files import SeenFiles

LANGUAGES = ("en", "ar")
FORMAT = 1
NAME = "manifest.json"
FILES = ("rows.jsonl", "rows.i64", "vectors.f32")  # of a language, beside its lists
AGAIN = "a file was cut or changed; build the index again, or put a copy back"
_SEEN = ".seen.json"
_LISTS = re.compile(r"lists-\d{4,}\.faiss")  # no other name is opened, whatever a manifest says
# The most that is hashed of a language each time when the list of what was seen cannot be kept: 2 s.
_MOST_BYTES = 2_000_000_000


class FileFacts(TypedDict):
    """What a manifest says of one file."""

    bytes: int  # that count; more may stand behind them
    sha256: str


class LanguageFacts(TypedDict):
    """What a manifest says of one language; None before there is a sentence."""

    sentences: int
    mean: list[float] | None  # what vectors are centred on
    sha256: str | None
    search: dict[str, object] | None  # a SearchPlan
    lists: list[str]  # names of files
    files: NotRequired[dict[str, FileFacts]]  # none before there is a sentence, nor in an index of an older version


class Manifest(TypedDict):
    """manifest.json."""

    format: int
    model: str
    revision: str
    dim: int
    posts: int
    languages: dict[str, LanguageFacts]


def read_manifest(path: Path) -> Manifest:
    """The manifest of the index at `path`.

    Raises IndexError_ when there is none, or it is of another format, or is no manifest.
    """
    try:
        manifest = json.loads((path / NAME).read_text(encoding="utf-8"))
        asked = manifest["format"]
        if asked == FORMAT:
            _require_shape(manifest)
    except FileNotFoundError:
        raise IndexError_(f"expected an index in {path}, found no {NAME}; make it: align index build") from None
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise IndexError_(f"the manifest of {path} cannot be read ({error!r}); build the index again") from error
    if asked != FORMAT:
        raise IndexError_(f"{path} is of format {asked}, expected {FORMAT}; build the index again")
    return cast(Manifest, manifest)


def _require_shape(manifest: Mapping[str, Any]) -> None:
    """Raises ValueError, KeyError or TypeError where a value is missing or cannot be."""
    dim = manifest["dim"]
    _require(type(dim) is int and 0 < dim <= 1 << 16, "dim", dim)
    _require(type(manifest["posts"]) is int and manifest["posts"] >= 0, "posts", manifest["posts"])
    for name in ("model", "revision"):
        _require(isinstance(manifest[name], str), name, manifest[name])
    for lang in LANGUAGES:
        facts = manifest["languages"][lang]
        count, mean = facts["sentences"], facts["mean"]
        _require(type(count) is int and count >= 0, "sentences", count)
        is_vector = isinstance(mean, list) and len(mean) == dim and all(math.isfinite(value) for value in mean)
        _require(is_vector or (mean is None and not count), "mean", "no vector of finite numbers")
        _require(all(_LISTS.fullmatch(name) for name in facts["lists"]), "lists", facts["lists"])
        if "files" in facts:
            _require(set(facts["files"]) == {*FILES, *facts["lists"]}, "files", list(facts["files"]))
        for name, file in dict(facts.get("files", {})).items():
            size = file["bytes"]
            _require(type(size) is int and size >= 0 and isinstance(file["sha256"], str), name, file)


def _require(is_right: bool, name: str, found: Any) -> None:
    if not is_right:
        raise ValueError(f"{name}: {str(found)[:80]}")


def check_files(path: Path, manifest: Manifest) -> None:
    """Raises IndexError_ when a file is shorter than the manifest says, or holds something else.

    Sizes are always looked at. A file is hashed when something has touched it since it was hashed last, as the list
    beside the manifest says; where that list cannot be kept, up to _MOST_BYTES a language.
    """
    seen = SeenFiles(path / _SEEN)
    for lang in LANGUAGES:
        files = manifest["languages"][lang].get("files", {})
        for name, facts in files.items():
            found, size = _size(path / lang / name), facts["bytes"]
            if found < size:
                raise IndexError_(f"expected {size} bytes in {path / lang / name}, found {found}: {AGAIN}")
        is_small = sum(facts["bytes"] for facts in files.values()) <= _MOST_BYTES
        for name, facts in files.items():
            file = path / lang / name
            if (is_small or seen.can_be_kept) and not seen.is_right(file, facts["bytes"], facts["sha256"]):
                raise IndexError_(f"expected {file} as the manifest has its hash, found it changed: {AGAIN}")
    seen.save()


def note_files(path: Path, manifest: Manifest) -> None:
    """Take the files for right: they have just been hashed for this manifest."""
    seen = SeenFiles(path / _SEEN)
    for lang in LANGUAGES:
        for name, facts in manifest["languages"][lang].get("files", {}).items():
            seen.note(path / lang / name, facts["bytes"], facts["sha256"])
    seen.save()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
