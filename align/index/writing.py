"""One writer of an index at a time: a lock that is held from before the manifest is read until it is written anew."""

from __future__ import annotations

import fcntl
import os
import weakref
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from align.errors import IndexError_

_LOCK = ".lock"


class WriteLock:
    """Held until `release`, or until the process or the object ends, however it ends."""

    def __init__(self, path: Path, *, say: Callable[[str], None] | None = None) -> None:
        """Take the lock of the index at `path`: with `say`, wait for another writer and tell so.

        Raises IndexError_ when another writes and there is no waiting, or when the index cannot be written.
        """
        try:
            handle = os.open(path / _LOCK, os.O_RDWR | os.O_CREAT, 0o666)
        except OSError as error:
            raise IndexError_(
                f"cannot write into {path}: {error.strerror}; make it writable, or choose another"
            ) from error
        self._close = weakref.finalize(self, _let_go, handle)
        self._close.atexit = False  # of a forked process: the lock is not its own
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if say is None:
                self._close.detach()
                os.close(handle)
                raise IndexError_(f"another process is adding to {path}; try again when it has ended") from None
            say(f"another process is adding to {path}; waiting for it")
            fcntl.flock(handle, fcntl.LOCK_EX)
        except OSError:  # a file system without locks, where the manifest still tells what another has added
            pass

    def release(self) -> None:
        """Let others write."""
        self._close()


def _let_go(handle: int) -> None:
    with suppress(OSError):
        fcntl.flock(handle, fcntl.LOCK_UN)  # a forked process may hold a copy of the handle open
    os.close(handle)
