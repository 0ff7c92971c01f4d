"""An index directory: a manifest, and for each language its rows, vectors and, from some size on, inverted lists.

It counts only what the manifest names, and the manifest is written last and whole: an interrupted build or `add`
leaves the index that was there before.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from align.errors import IndexError_
from align.files import write_atomic
from align.index.blocked import Neighbours, neighbours_of
from align.index.lists import ListIndex
from align.index.manifest import (
    AGAIN,
    FORMAT,
    LANGUAGES,
    NAME,
    LanguageFacts,
    Manifest,
    check_files,
    note_files,
    read_manifest,
)
from align.index.plan import Method, SearchPlan, plan_search
from align.index.rows import Centred, Shelf, hash_of
from align.index.writing import WriteLock
from align.models.signature import content_hash
from align.protocols import Encoder, Matrix
from align.rows.posts import PostRow

# A language with fewer rows has no mean of its own worth the name; the mean that the caller gives is stored instead.
OWN_MEAN = 200
# A search of an index is planned for this many queries at once: the sentences of some hundred articles.
_QUERIES = 10_000


class IndexFolder:
    """Sentences of a collection with their vectors, on disk."""

    def __init__(self, path: Path, manifest: Manifest) -> None:
        """Use `open` or `create`."""
        self.path, self.manifest = path, manifest
        self._lock: WriteLock | None = None  # held from the first addition, or from `create`, until `finish`
        self.dim = int(manifest["dim"])
        self.shelves = {
            lang: Shelf(path / lang, self.dim, int(manifest["languages"][lang]["sentences"])) for lang in LANGUAGES
        }
        self._lists: dict[str, ListIndex] = {}

    @classmethod
    def create(cls, path: Path, encoder: Encoder, say: Callable[[str], None] | None = None) -> IndexFolder:
        """An empty index for this model; with `say` another writer is waited for.

        Raises IndexError_ when one is there already.
        """
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise IndexError_(f"cannot write into {path}: {error.strerror}; choose another with --out") from error
        lock = WriteLock(path, say=say)
        if (path / NAME).exists():
            lock.release()
            raise IndexError_(f"{path} holds an index already; add to it with `align index add`, or choose another")
        empty: LanguageFacts = {"sentences": 0, "mean": None, "sha256": None, "search": None, "lists": []}
        manifest: Manifest = {
            "format": FORMAT,
            "model": encoder.name,
            "revision": encoder.revision,
            "dim": encoder.dim,
            "posts": 0,
            "languages": {lang: empty.copy() for lang in LANGUAGES},
        }
        folder = cls(path, manifest)
        folder._lock = lock
        return folder

    @classmethod
    def open(cls, path: Path, encoder: Encoder | None = None) -> IndexFolder:
        """The index at `path`.

        Raises IndexError_ when there is none, when it is of another format, or of another model than `encoder`, or
        when its files are not what its manifest says.
        """
        folder = cls(path, read_manifest(path))
        if encoder:
            folder._require(encoder.name, encoder.revision)
        for lang, shelf in folder.shelves.items():
            shelf.require_sizes()
            facts = folder.manifest["languages"][lang]
            if "files" not in facts and shelf.count and shelf.digest() != facts["sha256"]:  # of an older version
                raise IndexError_(f"expected {path / lang} as the manifest has its hash, found it changed: {AGAIN}")
        check_files(path, folder.manifest)
        return folder

    @classmethod
    def open_to_add(cls, path: Path, encoder: Encoder | None, say: Callable[[str], None]) -> IndexFolder:
        """The same once no other process adds to it; none can until `finish`. Raises what `open` does."""
        read_manifest(path)  # first: no lock is left in a folder that holds no index
        lock = WriteLock(path, say=say)
        folder = cls.open(path, encoder)
        folder._lock = lock
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
        """Add rows of one language; `finish` makes them count.

        Raises IndexError_ when another process adds to the index, or has since this one opened it.
        """
        self._take_lock()
        self.shelves[lang].append(rows, vectors)

    def _take_lock(self) -> None:
        if self._lock is None:
            lock = WriteLock(self.path)
            if read_manifest(self.path) != self.manifest:
                lock.release()
                raise IndexError_(f"another process has added to {self.path} since it was opened; open it again")
            self._lock = lock

    def finish(self, stored_means: dict[str, NDArray[np.float32]], *, posts: int) -> None:
        """Settle means, search and hashes, and write the manifest.

        The mean is that of the first build, so that what was indexed stays where it is; lists are made when a language
        grows to where they pay, and added to afterwards.
        """
        self._take_lock()
        for lang, shelf in self.shelves.items():
            facts = self.manifest["languages"][lang]
            if shelf.count == facts["sentences"]:
                continue
            if facts["mean"] is None or facts["sentences"] < OWN_MEAN:
                facts["mean"] = self._mean(shelf, stored_means[lang])
            self._index(lang, shelf, facts)
            facts["sentences"], facts["sha256"] = shelf.count, shelf.digest()
            known = facts.get("files", {})  # a file of lists is never written again
            lists = {name: known.get(name) or hash_of(shelf.folder / name) for name in facts["lists"]}
            facts["files"] = shelf.files() | lists
        self.manifest["posts"] += posts
        write_atomic(self.path / NAME, json.dumps(self.manifest, ensure_ascii=False, indent=1) + "\n")
        note_files(self.path, self.manifest)
        if self._lock is not None:
            self._lock.release()
            self._lock = None

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
            try:
                self._lists[lang] = ListIndex.open([self.path / lang / name for name in names])
            except RuntimeError as error:  # of FAISS, whatever is wrong
                raise IndexError_(f"the lists of {self.path / lang} cannot be read ({error}); {AGAIN}") from error
        return self._lists[lang]

    @property
    def signature(self) -> str:
        """What stands for the index in a run's signature: its rows and vectors, and the means they are centred on."""
        facts = [self.manifest["languages"][lang] for lang in LANGUAGES]
        return "+".join(f"{str(one['sha256'])[:12]}.{content_hash(one['mean'])}" for one in facts)
