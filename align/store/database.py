"""One open store: engine, transactions, and the promise that what was committed is on the disk."""

from __future__ import annotations

import hashlib
import os
import secrets
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, nullcontext
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, insert, inspect, make_url, select, text
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError
from sqlalchemy.orm import Session

from align.errors import StoreError
from align.store.faults import said, telling
from align.store.private import make_private, narrow, store_files
from align.store.schema import SCHEMA_VERSION, Base, Meta, dump_storable
from align.store.search import has_index, make_index

_T = TypeVar("_T")
_BUSY_SECONDS = 30  # how long a writer waits for another process on the same SQLite file
_APPEND_ONLY = {
    "sqlite": [
        "CREATE TRIGGER IF NOT EXISTS events_no_{0} BEFORE {0} ON events "
        "BEGIN SELECT RAISE(ABORT, 'events are append-only'); END"
    ],
    "postgresql": [
        "CREATE OR REPLACE FUNCTION align_append_only() RETURNS trigger AS "
        "$$ BEGIN RAISE EXCEPTION 'events are append-only'; END $$ LANGUAGE plpgsql",
        "CREATE OR REPLACE TRIGGER events_no_{0} BEFORE {0} ON events EXECUTE FUNCTION align_append_only()",
    ],
}


class Store:
    """A review store. `reading` and `writing` give a session each; a writing block commits when it ends well."""

    def __init__(self, engine: Engine, name: str) -> None:
        self.engine = engine
        self.name = name
        self.is_sqlite = engine.dialect.name == "sqlite"
        # One writer at a time inside the process: waiting here is fair, SQLite's own waiting is not.
        self._writer = threading.Lock() if self.is_sqlite else nullcontext()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads. Raises StoreFault when the database cannot be read."""
        with telling(_safe(self.name)), Session(self.engine) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session whose changes are durable when the block has ended without an error.

        Raises StoreFault when the database cannot write; then nothing of the block is kept.
        """
        engine = self.engine.execution_options(align_writes=True)
        with self._writer, telling(_safe(self.name)), Session(engine) as session, session.begin():
            yield session

    def secret(self) -> str:
        """The secret of this store, from which reviewers' links are made."""
        with self.reading() as session:
            return session.scalars(select(Meta.value).where(Meta.key == "secret")).one()

    def files(self) -> list[Path]:
        """The files that it is kept in; none for a store on PostgreSQL."""
        return store_files(Path(self.engine.url.database or "")) if self.is_sqlite else []

    def id(self) -> str:
        """12 hex digits that tell this store from every other one, copies of it at another place included."""
        return hashlib.sha256(f"store:{self.secret()}:{self.name}".encode()).hexdigest()[:12]

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()


def open_store(where: str | Path, *, create: bool = True) -> Store:
    """Open a SQLite file (made with its tables when missing) or a `postgresql://` URL.

    A file is made for its owner alone, and narrowed to that when it was wider. Raises StoreError when it cannot be
    opened, belongs to another program or was made by another version; without `create`, when it is no store.
    """
    try:
        url = _url(where)
        if url.database and url.get_backend_name() == "sqlite":
            _look_at(Path(url.database), create=create)
        engine = _engine(url)
        store = Store(engine, engine.url.render_as_string(hide_password=True))
        _prepare(engine, create=create)
    except (DBAPIError, ArgumentError, NoSuchModuleError, ModuleNotFoundError, sqlite3.Error, OSError) as error:
        raise _cannot_open(_safe(str(where)), error) from error
    return store


def _url(where: str | Path) -> URL:
    """Raises ArgumentError when `where` is the address of nothing."""
    if not (isinstance(where, str) and "://" in where):
        return URL.create("sqlite", database=os.path.realpath(where))  # no character of a name is an option
    try:
        url = make_url(where.replace("postgresql://", "postgresql+psycopg://", 1))
    except ValueError as error:
        raise ArgumentError("it is no address of a database") from error  # what Python says may hold the password
    if url.get_backend_name() == "postgresql":
        return url
    if url.get_backend_name() != "sqlite":
        raise ArgumentError(f"{url.get_backend_name()} is a database of another kind")
    if not url.database or url.database == ":memory:":
        raise ArgumentError("a store in memory would keep nothing")
    return url.set(database=os.path.realpath(url.database), query={})


def _look_at(path: Path, *, create: bool) -> None:
    """See that a SQLite file is a store or empty, before anything of it is changed; then let nobody else read it."""
    if create:
        make_private(path)
    with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=rw", uri=True, timeout=_BUSY_SECONDS)) as connection:
        version = None
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if Meta.__tablename__ in tables:
            columns = {row[1] for row in connection.execute(f"PRAGMA table_info({Meta.__tablename__})")}
            if {"key", "value"} <= columns:
                version = connection.execute("SELECT value FROM meta WHERE key = 'schema_version'").fetchone()
    if tables or not create:
        _require_version(version[0] if version else None)
    narrow(path)


def _require_version(version: str | None) -> None:
    if version != SCHEMA_VERSION:
        raise StoreError(
            f"expected a review store of schema {SCHEMA_VERSION}, found {version or 'another database'}; "
            "open it with the version of align that made it, or name another --store"
        )


def _cannot_open(name: str, error: Exception) -> StoreError:
    if isinstance(error, ModuleNotFoundError):
        return StoreError(
            f"expected the package {error.name}, which the store {name} needs, found none; "
            "pip install 'quote-align[review]'"
        )
    reason = (error.strerror or str(error)) if isinstance(error, OSError) else said(error)
    return StoreError(
        f"expected a SQLite file of a review or a postgresql:// URL that answers, found {name}: {reason}; "
        "name another --store, or a folder in which you may write"
    )


def chunks(items: Iterable[_T], size: int) -> Iterator[list[_T]]:
    """`items` in lists of `size`, the last one shorter."""
    rest = iter(items)
    while part := list(islice(rest, size)):
        yield part


def _safe(where: str) -> str:
    """A file's path or a database's address, without who may use it and with which password."""
    scheme, found, rest = where.partition("://")
    if not found:
        return where
    return rest[1:] if scheme == "sqlite" else f"{scheme.split('+')[0]}://{rest.rpartition('@')[2]}"


def _engine(url: URL) -> Engine:
    # Parameters stay out of messages and logs: the secret is one of them.
    common: dict[str, Any] = {"json_serializer": dump_storable, "hide_parameters": True}
    if url.get_backend_name() != "sqlite":
        return create_engine(url, **common, pool_size=20, max_overflow=30, pool_pre_ping=True)
    connect = {"timeout": _BUSY_SECONDS, "check_same_thread": False}
    engine = create_engine(url, **common, connect_args=connect, pool_size=40)

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # BEGIN is ours, see below
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")  # a commit is on the disk when it returns, power cut included
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA cache_size=-65536")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A writer takes the lock at once: a reader that turns into a writer can be refused in the middle.
        writes = connection.get_execution_options().get("align_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _prepare(engine: Engine, *, create: bool) -> None:
    """Make what is missing of tables and indexes; two processes may do so at once."""
    has_tables = inspect(engine).has_table(Meta.__tablename__)
    if create and not (has_tables and has_index(engine)):
        try:
            with engine.execution_options(align_writes=True).begin() as connection:
                if engine.dialect.name == "postgresql":
                    connection.execute(text("SELECT pg_advisory_xact_lock(7423811)"))
                _create(connection)
        except IntegrityError:
            pass  # the other process was first
    version = None
    if has_tables or create:
        with Session(engine) as session:
            version = session.scalar(select(Meta.value).where(Meta.key == "schema_version"))
    _require_version(version)


def _create(connection: Connection) -> None:
    Base.metadata.create_all(connection)
    make_index(connection)
    for statement in _APPEND_ONLY.get(connection.dialect.name, []):
        for action in ("UPDATE", "DELETE"):
            connection.execute(text(statement.format(action)))
    if connection.scalar(select(Meta.value).where(Meta.key == "schema_version")) is None:
        facts = {"schema_version": SCHEMA_VERSION, "secret": secrets.token_hex(32)}
        connection.execute(insert(Meta), [{"key": key, "value": value} for key, value in facts.items()])
