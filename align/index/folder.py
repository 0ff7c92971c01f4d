"""An index directory: a manifest, and for each language its rows, vectors and, from some size on, inverted lists.

It counts only what the manifest names, and the manifest is written last and whole: an interrupted build or `add`
leaves the index that was there before.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from align.errors import IndexError_
from align.files import write_atomic
from align.index.blocked import Neighbours, neighbours_of
from align.index.lists import ListIndex
from align.index.plan import Method, SearchPlan, plan_search
from align.index.rows import Centred, Shelf
from align.protocols import Encoder, Matrix
from align.rows.posts import PostRow

LANGUAGES = ("en", "ar")
FORMAT = 1
_MANIFEST = "manifest.json"
# A language with fewer rows has no mean of its own worth the name; the mean that the caller gives is stored instead.
OWN_MEAN = 200
# A search of an index is planned for this many queries at once: the sentences of some hundred articles.
_QUERIES = 10_000


class LanguageFacts(TypedDict):
    """What a manifest says of one language; None before there is a sentence."""

    sentences: int
    mean: list[float] | None  # what vectors are centred on
    sha256: str | None
    search: dict[str, object] | None  # a SearchPlan
    lists: list[str]  # names of files


class Manifest(TypedDict):
    """manifest.json."""

    format: int
    model: str
    revision: str
    dim: int
    posts: int
    languages: dict[str, LanguageFacts]


class IndexFolder:
    """Sentences of a collection with their vectors, on disk."""

    def __init__(self, path: Path, manifest: Manifest) -> None:
        """Use `open` or `create`."""
        self.path, self.manifest = path, manifest
        self.dim = int(manifest["dim"])
        self.shelves = {
            lang: Shelf(path / lang, self.dim, int(manifest["languages"][lang]["sentences"])) for lang in LANGUAGES
        }
        self._lists: dict[str, ListIndex] = {}

    @classmethod
    def create(cls, path: Path, encoder: Encoder) -> IndexFolder:
        """An empty index for this model.

        Raises IndexError_ when one is there already.
        """
        if (path / _MANIFEST).exists():
            raise IndexError_(f"{path} holds an index already; add to it with `align index add`, or choose another")
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise IndexError_(f"cannot write into {path}: {error.strerror}; choose another with --out") from error
        empty: LanguageFacts = {"sentences": 0, "mean": None, "sha256": None, "search": None, "lists": []}
        manifest: Manifest = {
            "format": FORMAT,
            "model": encoder.name,
            "revision": encoder.revision,
            "dim": encoder.dim,
            "posts": 0,
            "languages": {lang: empty.copy() for lang in LANGUAGES},
        }
        return cls(path, manifest)

    @classmethod
    def open(cls, path: Path, encoder: Encoder | None = None) -> IndexFolder:
        """The index at `path`.

        Raises IndexError_ when there is none, when it is of another format, or of another model than `encoder`.
        """
        try:
            manifest = json.loads((path / _MANIFEST).read_text(encoding="utf-8"))
            folder = cls(path, manifest)
            asked = manifest["format"]
        except FileNotFoundError:
            raise IndexError_(
                f"expected an index in {path}, found no {_MANIFEST}; make it: align index build"
            ) from None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise IndexError_(f"the manifest of {path} cannot be read ({error!r}); build the index again") from error
        if asked != FORMAT:
            raise IndexError_(f"{path} is of format {asked}, expected {FORMAT}; build the index again")
        if encoder:
            folder._require(encoder.name, encoder.revision)
        return folder

    def _require(self, model: str, revision: str) -> None:
        own = self.manifest["model"], self.manifest["revision"]
        if own != (model, revision):
            raise IndexError_(
                f"{self.path} was built with the model {own[0]} ({own[1]}), this is {model} ({revision}); "
                f"give --model {own[0]}, or build the index again"
            )

    def require_same_model(self, other: IndexFolder) -> None:
        """Raise IndexError_ when the two hold vectors of different models."""
        self._require(other.manifest["model"], other.manifest["revision"])

    def append(self, lang: str, rows: Iterable[PostRow], vectors: Matrix) -> None:
        """Add rows of one language; `finish` makes them count."""
        self.shelves[lang].append(rows, vectors)

    def finish(self, stored_means: dict[str, NDArray[np.float32]], *, posts: int) -> None:
        """Settle means, search and hashes, and write the manifest.

        The mean is that of the first build, so that what was indexed stays where it is; lists are made when a language
        grows to where they pay, and added to afterwards.
        """
        for lang, shelf in self.shelves.items():
            facts = self.manifest["languages"][lang]
            if shelf.count == facts["sentences"]:
                continue
            if facts["mean"] is None or facts["sentences"] < OWN_MEAN:
                facts["mean"] = self._mean(shelf, stored_means[lang])
            self._index(lang, shelf, facts)
            facts["sentences"], facts["sha256"] = shelf.count, shelf.digest()
        self.manifest["posts"] += posts
        write_atomic(self.path / _MANIFEST, json.dumps(self.manifest, ensure_ascii=False, indent=1) + "\n")

    def _mean(self, shelf: Shelf, stored: NDArray[np.float32]) -> list[float]:
        own = shelf.mean() if shelf.count >= OWN_MEAN or not stored.size else stored
        return [round(float(value), 7) for value in own]

    def _index(self, lang: str, shelf: Shelf, facts: LanguageFacts) -> None:
        plan = plan_search(shelf.count, _QUERIES, self.dim)
        if plan.method is Method.LISTS:
            base = Centred(shelf.vectors(), np.array(facts["mean"], np.float32))
            if facts["lists"]:
                fresh = Centred(shelf.vectors()[facts["sentences"] :], base.mean)
                facts["lists"] += self._open_lists(lang).write_more(fresh, shelf.folder, len(facts["lists"]))
            else:
                facts["lists"] = ListIndex.write_shards(base, shelf.folder, plan.lists)
            self._lists.pop(lang, None)
        facts["search"] = plan.as_dict()

    def plan(self, lang: str, *, exact: bool = False) -> SearchPlan:
        """How a language is searched."""
        facts = self.manifest["languages"][lang]
        return plan_search(self.shelves[lang].count, _QUERIES, self.dim, exact=exact or not facts["lists"])

    def mean(self, lang: str) -> NDArray[np.float32]:
        """The mean that this language is centred on, (dim,)."""
        return np.array(self.manifest["languages"][lang]["mean"] or np.zeros(self.dim), np.float32)

    def search_top_k(self, lang: str, queries: Matrix, k: int, *, exact: bool = False) -> Neighbours:
        """The nearest rows of a language for centred queries, (len(queries), k); -1 where fewer exist."""
        shelf, plan = self.shelves[lang], self.plan(lang, exact=exact)
        if plan.method is Method.LISTS:
            return self._open_lists(lang).search_top_k(queries, k, probes=plan.probes)
        return neighbours_of(queries, Centred(shelf.vectors(), self.mean(lang)), k)

    def _open_lists(self, lang: str) -> ListIndex:
        if lang not in self._lists:
            names = self.manifest["languages"][lang]["lists"]
            self._lists[lang] = ListIndex.open([self.path / lang / name for name in names])
        return self._lists[lang]

    @property
    def signature(self) -> str:
        """What stands for the index in a run's signature."""
        return "+".join(str(self.manifest["languages"][lang]["sha256"])[:12] for lang in LANGUAGES)
