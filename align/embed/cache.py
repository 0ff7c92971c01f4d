"""Vectors on disk: a SQLite file that several processes may use at once, bounded, every entry with its checksum.

An entry is keyed by model revision, engine, precision, kind and text. What cannot be read, or reads wrong, is computed
again; a cache that cannot be written is done without. No answer comes from it that the encoder would not give.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np

from align.embed.encoder import thread_copies
from align.protocols import Encoder, Matrix, WordVectors
from align.text.words import words

_LOG = logging.getLogger(__name__)
_LAYOUT = 2  # part of every key; raised when the encoder is given other letters for a text
_FILE = "vectors-v1.sqlite"
_DAY = 86_400
_CHUNK = 500  # keys a query
_SLACK = 0.9  # how full a full cache is left
_SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (
    key BLOB PRIMARY KEY, space TEXT NOT NULL, used INTEGER NOT NULL, size INTEGER NOT NULL, check_sum BLOB NOT NULL,
    data BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS by_age ON entries (used, size);
CREATE INDEX IF NOT EXISTS by_space ON entries (space, size);
"""
_Value = TypeVar("_Value")
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_STILL_READ = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_FULL)
_REFUSED = (*_STILL_READ, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PERM, sqlite3.SQLITE_NOLFS)


class _DoneWithout(Exception):
    """The cache was given up."""


class CacheInfo(NamedTuple):
    """What a cache holds."""

    path: Path
    file_bytes: int
    entries: int
    by_space: Mapping[str, tuple[int, int]]  # model and engine: entries, bytes


class VectorCache:
    """Bytes by key in one file of `directory`."""

    def __init__(self, directory: Path, limit_bytes: int) -> None:
        """Nothing is opened before it is used."""
        self.path = directory / _FILE
        self._limit = limit_bytes
        self._room = 0  # bytes that may be written before the size is asked for again
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._is_used = self._is_written = True  # until the disk refuses: it is told once, and then done without
        self._is_told = False

    def get(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """The entries that are there and whole."""
        found: dict[bytes, bytes] = {}
        stale, damaged, today = [], [], _today()
        with self._tolerant():
            connection = self._open()
            for at in range(0, len(keys), _CHUNK):
                part = keys[at : at + _CHUNK]
                marks = ",".join("?" * len(part))
                rows = connection.execute(
                    f"SELECT key, used, check_sum, data FROM entries WHERE key IN ({marks})", part
                )
                for key, used, check_sum, data in rows:
                    if not isinstance(data, bytes) or _check_sum(key, data) != check_sum:
                        damaged.append((key,))
                        continue
                    found[key] = data
                    if used != today:
                        stale.append((today, key))
        if (stale or damaged) and self._is_written:
            with self._tolerant(), (connection := self._open()):
                connection.executemany("DELETE FROM entries WHERE key = ?", damaged)
                connection.executemany("UPDATE entries SET used = ? WHERE key = ?", stale)
        return found

    def put(self, space: str, entries: Iterable[tuple[bytes, bytes]]) -> None:
        """Keep entries; a full cache gives up what was not used today, and takes nothing more when that is not enough.

        (Throwing out the oldest would leave a run larger than the cache with no hit at all when it is repeated.)
        """
        if not self._is_written:
            return
        rows = [(key, space, _today(), len(data), _check_sum(key, data), data) for key, data in entries]
        size = sum(len(row[-1]) for row in rows)
        with self._tolerant():
            connection = self._open()
            if size > self._room:
                self._room = self._make_room(connection, size)
            if size <= self._room:
                with connection:
                    connection.executemany("INSERT OR IGNORE INTO entries VALUES (?, ?, ?, ?, ?, ?)", rows)
                self._room -= size

    def _make_room(self, connection: sqlite3.Connection, size: int) -> int:
        """Bytes to be written before the next look: a quarter of what is free, as other processes write too."""
        held = _held(connection)
        if self._limit - held < 4 * size:
            target = min(int(self._limit * _SLACK), self._limit - 4 * size)
            held -= self._drop(connection, held - target, before=_today())
        return max(0, self._limit - held) // 4

    def prune(self, target_bytes: int) -> int:
        """Drop the entries that were unused for longest until `target_bytes` are left; returns the bytes dropped."""
        dropped = 0
        with self._tolerant():
            if self.path.exists():
                connection = self._open()
                dropped = self._drop(connection, _held(connection) - target_bytes, before=_today() + 1)
                connection.execute("VACUUM")
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                self._room = 0
        return dropped

    def _drop(self, connection: sqlite3.Connection, wanted: int, *, before: int) -> int:
        dropped, keys = 0, []
        for key, size in connection.execute(
            "SELECT key, size FROM entries WHERE used < ? ORDER BY used, rowid", (before,)
        ):
            if dropped >= wanted:
                break
            keys.append((key,))
            dropped += size
        with connection:
            connection.executemany("DELETE FROM entries WHERE key = ?", keys)
        return dropped

    def info(self) -> CacheInfo:
        """What is held, by model and engine."""
        by_space: dict[str, tuple[int, int]] = {}
        with self._tolerant():
            if self.path.exists():
                rows = self._open().execute("SELECT space, count(*), sum(size) FROM entries GROUP BY space")
                by_space = {space: (count, size) for space, count, size in rows}
        size = self.path.stat().st_size if self.path.exists() else 0
        return CacheInfo(self.path, size, sum(count for count, _ in by_space.values()), by_space)

    def _open(self) -> sqlite3.Connection:
        if not self._is_used:
            raise _DoneWithout
        if self._connection is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(self.path, timeout=5.0, check_same_thread=False)
            for pragma in ("journal_mode=WAL", "synchronous=NORMAL"):  # no mmap_size: a file cut short would kill us
                self._connection.execute(f"PRAGMA {pragma}")
            self._connection.executescript(_SCHEMA)
        return self._connection

    @contextlib.contextmanager
    def _tolerant(self) -> Iterator[None]:
        """A cache that fails is a cache that holds nothing; a file that is no database is begun anew."""
        try:
            with self._lock:
                yield
        except _DoneWithout:
            pass
        except OSError as error:
            self._do_without(error, is_read=False)
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF  # the extended ones add bits above
            if code in _BUSY:
                self._tell("is in use by another process and passed over", error)
            elif code in _REFUSED:
                self._do_without(error, is_read=code in _STILL_READ and self._connection is not None)
            else:
                _LOG.warning("the vector cache %s is damaged and begun anew: %s", self.path, error)
                self._discard()

    def _do_without(self, error: Exception, *, is_read: bool) -> None:
        self._is_written = False
        if not is_read:
            self._is_used = False
            self.close()
        self._tell("cannot be written, and no vector is kept", error)

    def _tell(self, what: str, error: Exception) -> None:
        """One line, once: a run asks the cache thousands of times."""
        if not self._is_told:
            self._is_told = True
            _LOG.warning("the vector cache %s %s: %s", self.path, what, getattr(error, "strerror", None) or error)

    def _discard(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        try:
            for suffix in ("", "-wal", "-shm"):
                Path(f"{self.path}{suffix}").unlink(missing_ok=True)
        except OSError as error:  # it stays as it is
            self._do_without(error, is_read=False)

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class CachedEncoder:
    """An encoder that asks the cache first."""

    def __init__(self, inner: Encoder, cache: VectorCache) -> None:
        """Keep what `inner` says, by its revision, engine and precision."""
        self._inner = inner
        self._cache = cache
        self._space = f"{inner.name}@{inner.revision} {inner.engine.label if inner.engine else ''}"
        self.name = inner.name
        self.revision = inner.revision
        self.dim = inner.dim
        self.engine = inner.engine

    def thread_copies(self, count: int) -> list[CachedEncoder]:
        """Itself and others for as many threads as the inner encoder can serve, all over one cache."""
        inner = thread_copies(self._inner, count)
        return [self, *(CachedEncoder(other, self._cache) for other in inner[1:])]

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Sentence vectors, (len(texts), dim), unit rows."""
        found = self._through(
            "sentence", texts, self._vector_of, lambda missing: list(self._inner.encode(missing)), _raw
        )
        return np.array([found[text] for text in texts], np.float32).reshape(-1, self.dim)

    def encode_words(self, texts: Sequence[str]) -> list[WordVectors]:
        """Word vectors of every text, in order."""
        found = self._through("words", texts, self._words_of, self._inner.encode_words, _raw_words)
        return [found[text] for text in texts]

    def _through(
        self,
        kind: str,
        texts: Sequence[str],
        read: Callable[[str, bytes], _Value | None],
        compute: Callable[[list[str]], Sequence[_Value]],
        write: Callable[[_Value], bytes],
    ) -> dict[str, _Value]:
        keys = {text: _key(self._space, kind, text) for text in texts}
        held = self._cache.get(list(keys.values()))
        found = {
            text: value for text, key in keys.items() if key in held and (value := read(text, held[key])) is not None
        }
        missing = [text for text in keys if text not in found]
        if missing:
            new = dict(zip(missing, compute(missing), strict=True))
            self._cache.put(self._space, ((keys[text], write(value)) for text, value in new.items()))
            found.update(new)
        return found

    def _vector_of(self, text: str, data: bytes) -> Matrix | None:
        vector = np.frombuffer(data, np.float32)
        return vector if vector.size == self.dim else None

    def _words_of(self, text: str, data: bytes) -> WordVectors | None:
        """None where the text's words are other than those that were kept: the splitting has changed since."""
        spans = words(text)
        rows = np.frombuffer(data, np.float32)
        if rows.size != len(spans) * (2 * self.dim + 2):
            return None
        edges, vectors = rows[: 2 * len(spans)].view(np.int32), rows[2 * len(spans) :]
        if edges.tolist() != [edge for span in spans for edge in (span.start, span.end)]:
            return None
        both = vectors.reshape(2, len(spans), self.dim)
        return WordVectors(spans, both[0], both[1])


def _raw(vector: Matrix) -> bytes:
    return vector.astype(np.float32).tobytes()


def _raw_words(value: WordVectors) -> bytes:
    edges = np.array([edge for span in value.words for edge in (span.start, span.end)], np.int32)
    return edges.tobytes() + value.vectors.astype(np.float32).tobytes() + value.sums.astype(np.float32).tobytes()


def _key(space: str, kind: str, text: str) -> bytes:
    parts = f"{_LAYOUT}\0{space}\0{kind}\0{text}"
    return hashlib.blake2b(parts.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _check_sum(key: bytes, data: bytes) -> bytes:
    return hashlib.blake2b(data, key=key, digest_size=8).digest()


def _held(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT coalesce(sum(size), 0) FROM entries").fetchone()[0])


def _today() -> int:
    return int(time.time()) // _DAY
