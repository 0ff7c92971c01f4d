"""A store's files are their owner's alone: they hold the secret from which every reviewer's link is made."""

from __future__ import annotations

import logging
import os
import stat
from pathlib import Path

_LOG = logging.getLogger(__name__)
_FOLDER, _FILE = 0o700, 0o600
_BESIDE = ("", "-wal", "-shm", "-journal")  # what SQLite keeps beside a database has the rights of the database


def store_files(path: Path) -> list[Path]:
    """A store's file and those that SQLite keeps beside it while it is used."""
    return [path.with_name(path.name + suffix) for suffix in _BESIDE]


def make_private(path: Path) -> None:
    """Make an empty file, and the folders on the way to it, for their owner alone; what is there stays as it is.

    Raises OSError.
    """
    missing = [folder for folder in path.parents if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=_FOLDER, exist_ok=True)
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE))
    except FileExistsError:
        pass


def narrow(path: Path) -> None:
    """Take the rights of others away from a store and the files beside it; where that is refused, a line says so."""
    wide = [file.name for file in store_files(path) if not _is_narrowed(file)]
    if wide:
        _LOG.warning(
            "align: others can use %s in %s, and with it every reviewer's link, and its rights cannot be changed: "
            "move the store to a folder of your own",
            ", ".join(wide),
            path.parent,
        )


def _is_narrowed(file: Path) -> bool:
    try:
        mode = stat.S_IMODE(file.stat().st_mode)
        if mode & ~_FILE:
            file.chmod(mode & _FILE)
    except FileNotFoundError:
        return True  # there is none, or another process has just closed the store
    except OSError:
        return False
    return True
