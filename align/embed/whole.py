"""What is made from the encoder's weights and kept in the cache: told whole by size and hash, else made again.

Every fault on the way, of the disk or of a library, is one ModelError that says what to do.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from align.errors import AlignError, ModelError, WriteError
from align.files import SeenFiles, sha256_file, write_atomic
from align.writing import atomic_path

_MANIFEST = "files.json"  # of an unpacked model: each file's size and hash


def said(error: BaseException) -> str:
    """What an error says, on one line, with its kind where that says more."""
    words = " ".join(str(error).split())[:300]
    return words if isinstance(error, OSError) and words else f"{type(error).__name__}: {words}".rstrip(": ")


@contextmanager
def refusing(what: str) -> Iterator[None]:
    """Turns whatever goes wrong while the cache is written into one ModelError that begins with `what`."""
    try:
        yield
    except ModelError:
        raise
    except WriteError as error:
        raise ModelError(f"{what}: {_reason(error)}; make room there, or set ALIGN_CACHE to another place") from error
    except Exception as error:  # the libraries that write files have errors of their own for a full disk
        raise ModelError(f"{what}: {said(error)}; make room there, or set ALIGN_CACHE to another place") from error


def _reason(error: WriteError) -> str:
    return said(error.__cause__) if isinstance(error.__cause__, OSError) else said(error)


@contextmanager
def only_one(target: Path) -> Iterator[None]:
    """Holds a lock beside `target`, so that of several processes one makes it; without locks each makes its own."""
    with refusing(f"cannot unpack the encoder into {target}"):
        target.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(target.with_name(f".{target.name}.lock"), os.O_RDWR | os.O_CREAT, 0o666)
    try:
        with suppress(OSError):  # a file system without locks
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def write_manifest(folder: Path) -> None:
    """Write down the size and hash of every file in a folder; the last thing that is written into it."""
    names = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != _MANIFEST)
    facts = {str(path.relative_to(folder)): [path.stat().st_size, sha256_file(path)] for path in names}
    (folder / _MANIFEST).write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")


def is_whole(folder: Path) -> bool:
    """Whether every file of a folder is as its manifest says; one that nothing has touched is not hashed again."""
    try:
        facts = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        seen = SeenFiles(folder.with_name(f"{folder.name}-seen.json"))
        sizes = all((folder / name).stat().st_size == size for name, (size, _) in facts.items())
        is_right = sizes and all(seen.is_right(folder / name, *expected) for name, expected in facts.items())
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return False
    seen.save()
    return is_right and bool(facts)


@contextmanager
def trusted_folder(folder: Path) -> Iterator[Path | None]:
    """A folder that a library fills as it likes, holding only files that are as they were when it filled it.

    None where what is damaged cannot be removed. What is there after the block is written down.
    """
    with suppress(ModelError, OSError):
        if _names(folder) != _listed(folder):
            with only_one(folder):
                shutil.rmtree(folder, ignore_errors=True)
    is_trusted = _names(folder) == _listed(folder)
    yield folder if is_trusted else None
    if is_trusted and _names(folder) != _listed(folder):
        with suppress(ModelError, OSError), only_one(folder):
            write_manifest(folder)


def _names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and path.name != _MANIFEST}


def _listed(folder: Path) -> set[str]:
    """The files that a folder's manifest names; none where one of them is damaged."""
    return set(json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))) if is_whole(folder) else set()


def derived_file(path: Path, write: Callable[[Path], None]) -> Path:
    """A file made from the unpacked model, with its checksum beside it; made when missing, again when damaged.

    It is written whole or not at all, by whoever comes first. Raises ModelError when it cannot be.
    """
    checksum = path.with_suffix(".sha256")
    try:
        if checksum.read_text(encoding="ascii") == sha256_file(path):
            return path
    except (OSError, UnicodeDecodeError):
        pass  # not there yet, or damaged
    with refusing(f"cannot write the encoder's {path}"):
        with atomic_path(path) as temporary:
            write(temporary)
        write_atomic(checksum, sha256_file(path))
    return path


def is_for_want_of_memory(error: BaseException) -> bool:
    """Whether a library says so, each in its own way."""
    words = str(error).lower()
    return isinstance(error, MemoryError) or "memory" in words or "bad_alloc" in words or "bad alloc" in words


def fault_of_encoder(name: str, doing: str, error: BaseException) -> AlignError:
    """The one error for an encoder that fails, whatever its libraries raise."""
    if is_for_want_of_memory(error):
        advice = "give it more memory, or set a smaller batch_tokens under [embed], and go on with the same command"
    else:
        advice = "try another --engine, see `align models`; removing the cache makes all that is derived anew"
    return ModelError(f"the encoder {name} failed to {doing} ({said(error)}); {advice}")
