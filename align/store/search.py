"""Finding pairs by any stretch of their texts: trigram indexes, so that 200,000 pairs are searched in milliseconds.

SQLite keeps the trigrams in an FTS5 table without texts of its own; PostgreSQL in a GIN index of pg_trgm, where the
database's owner may have it, and without it reads every pair.
"""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, and_, exists, inspect, literal_column, select, text, true
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from align.files import sha256_text
from align.store.schema import Item, Pair
from align.text.normal import normal_form

_TABLE = "pairs_search"
_GRAM = 3  # a shorter text has no trigram
_QUOTED = re.compile(r'"([^"]*)"|(\S+)')
_SQLITE = (
    f"CREATE VIRTUAL TABLE {_TABLE} USING fts5(search, content='', tokenize='trigram')",
    f"INSERT INTO {_TABLE}(rowid, search) SELECT id, search FROM pairs",
    f"CREATE TRIGGER {_TABLE}_insert AFTER INSERT ON pairs "
    f"BEGIN INSERT INTO {_TABLE}(rowid, search) VALUES (new.id, new.search); END",
)
_POSTGRESQL = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public",
    f"CREATE INDEX IF NOT EXISTS {_TABLE} ON pairs USING gin (search public.gin_trgm_ops)",
)


def has_index(where: Engine | Connection) -> bool:
    """Whether nothing is left to be made; stores of 0.1.0 have no index."""
    return where.dialect.name != "sqlite" or inspect(where).has_table(_TABLE)


def make_index(connection: Connection) -> None:
    """Make the index over the pairs that are there and all that come; one that is there stays."""
    if connection.dialect.name == "sqlite":
        for statement in () if has_index(connection) else _SQLITE:
            connection.execute(text(statement))
        return
    try:
        with connection.begin_nested():
            for statement in _POSTGRESQL:
                connection.execute(text(statement))
    except DBAPIError:
        pass  # not installed, or not ours to install: the search is only slower


def contains(session: Session, wanted: str) -> ColumnElement[bool]:
    """Whether the texts of an Item's pair hold every word of `wanted`, in any order; a quoted stretch as it stands."""
    parts = [part.strip() for quoted in _QUOTED.findall(normal_form(wanted)) for part in quoted if part.strip()]
    return and_(*(_holds(session, part) for part in parts)) if parts else true()


def _holds(session: Session, part: str) -> ColumnElement[bool]:
    if session.get_bind().dialect.name == "sqlite" and len(part) >= _GRAM:
        phrase = '"' + part.replace('"', '""') + '"'
        table, name = text(_TABLE), f"phrase_{sha256_text(part)[:12]}"
        found: Any = select(literal_column("rowid")).select_from(table).where(text(f"{_TABLE} MATCH :{name}"))
        return Item.pair_id.in_(found.params({name: phrase}))
    return exists().where(Pair.id == Item.pair_id, Pair.search.contains(part, autoescape=True))
