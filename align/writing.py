"""Whole files and folders or none, whatever stands at the place: a file, a link, a device, a pipe, standard output.

A file is written beside its place under a name that no other process can have, synced, and moved there at once. Of a
symbolic link the file behind it is replaced; a device or a pipe is written through, as `cat >` does; "-" is standard
output. What a killed process left beside a file is swept by the next one that writes the same file: whoever writes
holds a lock on what it writes.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from align.errors import WriteError

STANDARD_OUTPUT = Path("-")
_NAME_CHARS = 50  # of a file's own name in that of its temporary one: a name may have 255 bytes, a character four
_COPY_BYTES = 1 << 20


def is_stream(path: Path) -> bool:
    """Whether `path` is written through (standard output, a device, a pipe) rather than replaced."""
    try:
        return path == STANDARD_OUTPUT or not (stat.S_ISREG(path.stat().st_mode) or path.is_dir())
    except OSError:
        return False


def refuse_overwriting(out: Path, sources: Iterable[Path]) -> None:
    """Raises WriteError where writing `out` would replace one of `sources`, or write into one that is a folder."""
    if is_stream(out):
        return
    place = Path(os.path.realpath(out))
    for source in sources:
        given = Path(os.path.realpath(source))
        is_same = place == given or (place.is_file() and given.is_file() and place.samefile(given))  # a hard link too
        if is_same or (given.is_dir() and given in place.parents):
            raise WriteError(f"expected --out to be another place than the input {source}, found {out}; choose another")


class FileSet:
    """Files that appear together: all are synced first, then all are moved, in the order in which they were opened.

    To be used in a with statement; a block that fails leaves every place as it was. Raises WriteError when the disk
    refuses.
    """

    def __init__(self, *, private: bool = False) -> None:
        """With `private`, new files can be read by their owner alone."""
        self._private = private
        self._parts: list[_Part] = []
        self._streams = ExitStack()

    def path(self, path: Path) -> Path:
        """A name beside `path` for a library that writes the file itself."""
        with telling(path):
            target = Path(os.path.realpath(path))
            target.parent.mkdir(parents=True, exist_ok=True)
            sweep(target)
            self._parts.append(_Part(target, *_locked_temporary(target)))
        return self._parts[-1].temporary

    def open(self, path: Path) -> IO[str]:
        """A text stream for `path`; UTF-8, line ends as written."""
        return self._streams.enter_context(self.path(path).open("w", encoding="utf-8", newline="\n"))

    def __enter__(self) -> FileSet:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self._commit()
        finally:
            with suppress(OSError):  # of a block that failed: what it could not write is thrown away
                self._streams.close()
            for part in self._parts:
                part.drop()

    def _commit(self) -> None:
        for part in self._parts:
            with telling(part.target):
                self._streams.close()
                sync(part.temporary)
                os.chmod(part.temporary, _mode_for(part.target, private=self._private))
        for part in self._parts:
            with telling(part.target):
                os.replace(part.temporary, part.target)
        for folder in {part.target.parent for part in self._parts}:
            sync(folder)


@dataclass(frozen=True, slots=True)
class _Part:
    """A file that is written beside its place; the handle keeps it locked."""

    target: Path
    temporary: Path
    handle: int = field(repr=False)

    def drop(self) -> None:
        with suppress(FileNotFoundError):
            self.temporary.unlink()
        os.close(self.handle)


@contextmanager
def atomic_writer(path: Path, *, private: bool = False) -> Iterator[IO[str]]:
    """Open a text file that appears under its name only when the block ends well; UTF-8, line ends as written.

    Raises WriteError when the disk refuses.
    """
    with telling(path):
        if path == STANDARD_OUTPUT:
            yield sys.stdout
            sys.stdout.flush()
        elif is_stream(path):
            with path.open("w", encoding="utf-8", newline="\n") as stream:
                yield stream
        else:
            with FileSet(private=private) as files:
                yield files.open(path)


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """A name for a library that writes files itself; moved to `path` only when the block ends well.

    Raises WriteError when the disk refuses.
    """
    with telling(path):
        if not is_stream(path):
            with FileSet() as files:
                yield files.path(path)
            return
        with tempfile.TemporaryDirectory(prefix="align-") as folder:
            whole = Path(folder, "whole")
            yield whole
            with whole.open("rb") as source:
                if path == STANDARD_OUTPUT:
                    shutil.copyfileobj(source, sys.stdout.buffer, _COPY_BYTES)
                    sys.stdout.buffer.flush()
                else:
                    with path.open("wb") as target:
                        shutil.copyfileobj(source, target, _COPY_BYTES)


@contextmanager
def atomic_folder(path: Path) -> Iterator[Path]:
    """A folder to be filled, which takes the place of `path` when the block ends well.

    A folder that stands there is moved aside first and removed only when the new one is in its place. A process killed
    between the two leaves it aside, and the next call brings it back. Raises WriteError when the disk refuses.
    """
    with telling(path):
        target = Path(os.path.realpath(path))
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = target.with_name(f"{_prefix(target)}old")
        if aside.is_dir() and not target.exists():
            os.rename(aside, target)
        sweep(target)
        temporary, handle = _locked_temporary(target, is_folder=True)
        try:
            yield temporary
            os.chmod(temporary, 0o777 & ~_umask())
            for name in temporary.rglob("*"):
                sync(name)
            if target.exists():
                shutil.rmtree(aside, ignore_errors=True)
                os.rename(target, aside)
            os.rename(temporary, target)
            sync(target.parent)
            shutil.rmtree(aside, ignore_errors=True)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
            os.close(handle)


@contextmanager
def telling(path: Path) -> Iterator[None]:
    """Turns what the disk says while `path` is written into one clear WriteError.

    What is said of another file passes, and so does a pipe whose reader has had enough.
    """
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        if error.filename is not None and not _is_beside(os.fsdecode(error.filename), path):
            raise
        raise WriteError(
            f"cannot write {path}: {error.strerror or error}; make room there, or choose another with --out"
        ) from error


def _is_beside(name: str, path: Path) -> bool:
    """Whether `name` is the file that is written, its temporary one, or the folder of both."""
    target = os.path.realpath(path)
    return os.path.realpath(name) in (target, os.path.dirname(target)) or name.startswith(
        os.path.join(os.path.dirname(target), _prefix(Path(target)))
    )


def sweep(path: Path) -> None:
    """Remove what killed processes left beside `path`: temporary files and folders that nobody holds locked."""
    prefix = _prefix(path)
    with suppress(OSError):
        for name in [entry.path for entry in os.scandir(path.parent) if entry.name.startswith(prefix)]:
            if name.endswith(".tmp"):
                _remove_unlocked(name)


def _remove_unlocked(name: str) -> None:
    with suppress(OSError):
        handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if stat.S_ISDIR(os.fstat(handle).st_mode):
                shutil.rmtree(name, ignore_errors=True)
            else:
                os.unlink(name)
        finally:
            os.close(handle)


def _locked_temporary(path: Path, *, is_folder: bool = False) -> tuple[Path, int]:
    """A temporary file or folder beside `path`, and a handle that keeps it locked until it is closed."""
    while True:
        if is_folder:
            name = tempfile.mkdtemp(dir=path.parent, prefix=_prefix(path), suffix=".tmp")
            handle = os.open(name, os.O_RDONLY)
        else:
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=_prefix(path), suffix=".tmp")
        with suppress(OSError):  # a file system without locks, where nothing is swept either
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with suppress(FileNotFoundError):  # swept after it was made and before it was locked
            if os.stat(name).st_ino == os.fstat(handle).st_ino:
                return Path(name), handle
        os.close(handle)


def _prefix(path: Path) -> str:
    return f".{path.name[:_NAME_CHARS]}."


def _mode_for(path: Path, *, private: bool) -> int:
    """The permissions of the file that is replaced, else those that the process gives to a new one."""
    if private:
        return 0o600
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return 0o666 & ~_umask()


def _umask() -> int:
    try:  # asking the system would change it for a moment, for every thread
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
        return int(status.split("Umask:")[1].split()[0], 8)
    except (OSError, IndexError, ValueError):
        return 0o022


def sync(path: Path) -> None:
    """What a file or folder holds on the disk, where the file system can do that for it."""
    is_folder = path.is_dir()
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError:
        if not is_folder:
            raise
    finally:
        os.close(handle)
