"""Finding pairs by any stretch of their texts: trigram indexes, so that 200,000 pairs are searched in milliseconds.

SQLite keeps the trigrams in an FTS5 table without texts of its own; PostgreSQL in a GIN index of pg_trgm, where the
database's owner may have it, and without it reads every pair.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, exists, inspect, literal_column, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from align.store.schema import Item, Pair
from align.text.normal import normal_form

_TABLE = "pairs_search"
_GRAM = 3  # a shorter text has no trigram
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
    """Whether the texts of an Item's pair contain `wanted`, in normal form."""
    wanted = normal_form(wanted).strip()
    if session.get_bind().dialect.name == "sqlite" and len(wanted) >= _GRAM:
        phrase = '"' + wanted.replace('"', '""') + '"'
        table = text(_TABLE)
        found: Any = select(literal_column("rowid")).select_from(table).where(text(f"{_TABLE} MATCH :phrase"))
        return Item.pair_id.in_(found.params(phrase=phrase))
    return exists().where(Pair.id == Item.pair_id, Pair.search.contains(wanted, autoescape=True))
