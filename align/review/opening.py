"""From what the command line names to an open store: a run, a file of pairs, a store, or several of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from align.errors import StoreError
from align.review.sources import open_source
from align.store import Store, open_store
from align.store.bundles import Source
from align.store.load import ImportResult, import_source

Tell = Callable[[Path, ImportResult], None]
_STORE_SUFFIXES = (".sqlite", ".sqlite3", ".db")


def open_review(sources: Sequence[Path], store: str | None, tell: Tell = lambda path, result: None) -> Store:
    """Open the store and import every source that it does not hold yet.

    The store is `store`, else the first source that is one, else `review.sqlite` beside the first source.
    Raises StoreError when nothing is named, or something cannot be opened or read.
    """
    opened, found = _open(sources, store)
    for source in found:
        tell(source.path, import_source(opened, source))
    return opened


def open_review_early(sources: Sequence[Path], store: str | None, tell: Tell, fail: Callable[[str], None]) -> Store:
    """The same, but back as soon as there is something to review; the rest is imported beside the server.

    Raises StoreError like `open_review` until then; later ones go to `fail`.
    """
    opened, found = _open(sources, store)
    is_ready = threading.Event()
    errors: list[StoreError] = []

    def import_all() -> None:
        try:
            for source in found:
                tell(source.path, import_source(opened, source, lambda result: is_ready.set()))
        except StoreError as error:
            errors.append(error)
            if is_ready.is_set():
                fail(str(error))
        finally:
            is_ready.set()

    threading.Thread(target=import_all, name="import", daemon=True).start()
    is_ready.wait()
    if errors:
        raise errors[0]
    return opened


def _open(sources: Sequence[Path], store: str | None) -> tuple[Store, list[Source]]:
    stores = [path for path in sources if path.suffix in _STORE_SUFFIXES]
    imports = [path for path in sources if path not in stores]
    if len(stores) > 1 or (stores and store):
        raise StoreError(f"expected one review store, found {', '.join(map(str, [*stores, store or '']))}")
    if stores and not stores[0].is_file():
        raise StoreError(f"expected a review store, but there is no {stores[0]}; --store FILE makes a new one")
    if not sources and not store:
        raise StoreError("expected a run directory, a file of pairs or a review store; name one, or --store")
    found = [open_source(path) for path in imports]  # before a store is made for a source that is none
    return open_store(store or str(stores[0] if stores else _beside(imports[0]))), found


def _beside(source: Path) -> Path:
    return source / "review.sqlite" if source.is_dir() else source.with_suffix(".review.sqlite")
