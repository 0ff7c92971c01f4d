"""The journal of a run: one line for each thing that happened, appended and read back; a lock keeps other runs out."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from align.errors import RunError, WriteError
from align.files import dump_json
from align.rows.kinds import ArticleEntry, JournalEntry

NAME = ".articles.jsonl"


class Journal:
    """`.articles.jsonl` of a run directory, open and locked until `close`; other jobs name their file and entries."""

    def __init__(
        self, folder: Path, *, redo: bool, name: str = NAME, parse: Callable[[bytes], JournalEntry] | None = None
    ) -> None:
        """Open it, made when it is missing, emptied with `redo`; `parse` raises ValueError for a line that is no entry.

        Raises RunError when another run is writing into the folder, OSError when it cannot be written.
        """
        self.path = folder / name
        self._parse = parse or _entry
        self._stream = self.path.open("ab", buffering=0)
        try:
            fcntl.flock(self._stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._stream.close()
            raise RunError(f"another run is writing into {folder}; wait for it, or choose another --out") from None
        if redo:
            os.truncate(self.path, 0)

    def entries(self) -> Iterator[tuple[int, JournalEntry]]:
        """Every entry with its byte offset; an end that was cut off in the middle of one is dropped.

        Raises RunError when it is damaged elsewhere.
        """
        position = 0
        with self.path.open("rb") as stream:
            for line in stream:
                if not line.endswith(b"\n"):
                    break  # the run was killed in the middle of this entry
                try:
                    entry = self._parse(line)
                except (ValueError, RecursionError) as error:
                    raise RunError(
                        f"{self.path} is damaged at byte {position} ({error}); make the run anew with --redo"
                    ) from error
                yield position, entry
                position += len(line)
        os.truncate(self.path, position)
        self._stream.seek(0, os.SEEK_END)

    def append(self, entry: JournalEntry) -> int:
        """Write an entry at the end, whole; returns its byte offset. Raises WriteError when the disk refuses it."""
        position = self._stream.tell()
        line = memoryview((dump_json(entry) + "\n").encode("utf-8"))
        with writing(self.path):
            while line:
                line = line[self._stream.write(line) :]
        return position

    def articles_at(self, positions: Iterable[int]) -> Iterator[ArticleEntry]:
        """The finished articles whose entries begin at these bytes."""
        with self.path.open("rb") as stream:
            for position in positions:
                stream.seek(position)
                yield json.loads(stream.readline())

    def close(self) -> None:
        """Let go of it."""
        self._stream.close()


# What an entry holds, by the key that tells its kind, and of which types the keys inside are that a run relies on.
_KINDS: tuple[tuple[str, type, dict[str, type]], ...] = (
    ("signature", str, {}),
    ("refused", dict, {}),
    ("mended", str, {}),
    ("document", dict, {"doc_id": str, "source": str}),
)
_ARTICLE = {"hash": str, "tweets": list, "pairs": list, "rejected": list}  # beside its document


def _entry(line: bytes) -> JournalEntry:
    """The entry on a line. Raises ValueError where it is none that a run has written."""
    entry = json.loads(line)
    found = next((kind for kind in _KINDS if isinstance(entry, dict) and kind[0] in entry), None)
    if found is None:
        raise ValueError(f"expected an entry of a run, found {str(entry)[:40]}")
    key, kind, inside = found
    kinds = [(entry[key], kind), *((entry[key].get(k), t) for k, t in inside.items() if isinstance(entry[key], kind))]
    kinds += [(entry.get(k), t) for k, t in _ARTICLE.items() if key == "document"]
    if not all(isinstance(value, wanted) for value, wanted in kinds):
        raise ValueError(f"expected an entry with {key}, found one whose values are of other types")
    return cast(JournalEntry, entry)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turns what the disk refuses into one clear error; what stands there already is whole."""
    try:
        yield
    except OSError as error:
        raise WriteError(f"cannot write {path}: {error}; make room and run the same command again to go on") from error
