"""The tables. `events` only ever grows; everything else about a decision can be made again from it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from math import isfinite
from typing import Any

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from align.rows.kinds import BlockRow, RejectionRow
from align.store.kinds import Body, StoredPair, StoredTweet

SCHEMA_VERSION = "1"
VERDICT = "verdict:"  # before a verdict among the codes of a pair, which the queue filters by
FINAL = "final"  # the seat of adjudication; a reviewer's own seat is "r:<id>"


class Instant(TypeDecorator[datetime]):
    """A time in UTC; SQLite would hand it back without its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC."""
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """With its zone, always."""
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class CleanText(TypeDecorator[str]):
    """Text of any origin: PostgreSQL takes no NUL and no lone surrogate, so both are kept as private-use signs.

    One code point stays one code point; offsets do not move.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Storable."""
        return storable(value) if value is not None else None

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """As stored."""
        return value


def storable(text: str) -> str:
    """`text` with NUL and lone surrogates replaced, one code point for one."""
    if "\0" in text:
        text = text.replace("\0", "\u2400")
    try:
        text.encode()
    except UnicodeEncodeError:
        text = "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)
    return text


def dump_storable(value: Any) -> str:
    """JSON that both databases take; the rare value that needs mending is found by what it would print."""
    text = json.dumps(value, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(storable_json(value), ensure_ascii=False)
    if "\\u0000" in text or "NaN" in text or "Infinity" in text:
        return json.dumps(storable_json(value), ensure_ascii=False)
    return text


def storable_json(value: Any) -> Any:
    """What `storable` does, for every string inside a JSON value; NaN and infinity become null."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable(str(key)): storable_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [storable_json(item) for item in value]
    if isinstance(value, float) and not isfinite(value):
        return None  # PostgreSQL's JSON has no NaN
    return value


class Base(DeclarativeBase):
    """All tables of the store."""

    metadata = MetaData()
    type_annotation_map = {
        datetime: Instant,
        str: CleanText,
        Body: JSON,
        StoredPair: JSON,
        dict[str, int]: JSON,
        list[BlockRow]: JSON,
        list[StoredTweet]: JSON,
        list[RejectionRow]: JSON,
    }


class Meta(Base):
    """Facts about the store itself: schema version, secret, sampling seeds."""

    __tablename__ = "meta"
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str]


class Run(Base):
    """One import: where it came from and the signature of the tool that made it."""

    __tablename__ = "runs"
    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str]
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    signature: Mapped[str]
    imported_at: Mapped[datetime]
    counts: Mapped[dict[str, int]]


class Article(Base):
    """One text of one article; an article that was edited since gets another row."""

    __tablename__ = "articles"
    __table_args__ = (UniqueConstraint("doc_id", "text_hash"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    doc_id: Mapped[str] = mapped_column(CleanText, index=True)
    text_hash: Mapped[str] = mapped_column(String(64))
    source: Mapped[str]
    title: Mapped[str | None]
    published: Mapped[str | None]
    url: Mapped[str | None]
    outlet: Mapped[str] = mapped_column(String(200))
    text: Mapped[str]
    blocks: Mapped[list[BlockRow]]
    tweets: Mapped[list[StoredTweet]]


class Pair(Base):
    """One row of pairs.jsonl. `row` is that row in full; the columns are what queries need."""

    __tablename__ = "pairs"
    id: Mapped[int] = mapped_column(primary_key=True)
    pair_id: Mapped[str] = mapped_column(String(100), unique=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"), index=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"))
    is_current: Mapped[bool]  # False: the newest run of its article no longer holds it
    row: Mapped[StoredPair]
    runners_up: Mapped[list[RejectionRow]]  # for the same sentence, likeliest first
    search: Mapped[str]  # normal form of both texts and the title


class Item(Base):
    """A pair's place in the queues: narrow, so that 200,000 of them are searched in milliseconds."""

    __tablename__ = "items"
    __table_args__ = (
        Index("items_uncertain", "is_open", "doubt", "pair_id"),
        Index("items_severe", "is_open", "severity", "doubt", "pair_id"),
        Index("items_outlet", "is_open", "outlet", "pair_id"),
        Index("items_article", "is_open", "pair_id"),
        Index("items_lot", "is_open", "lot", "pair_id"),
    )
    pair_id: Mapped[int] = mapped_column(ForeignKey("pairs.id"), primary_key=True)
    is_open: Mapped[bool]  # current, and fewer people have decided it than are wanted
    is_current: Mapped[bool]
    wanted: Mapped[int]  # how many people are to decide it
    decided: Mapped[int]  # how many have
    held_by: Mapped[int | None]  # shown to this reviewer at the moment
    held_until: Mapped[datetime | None]
    doubt: Mapped[float]  # |probability - 0.5|: the smaller the less certain
    severity: Mapped[int]  # 0 error, 1 warning, 2 note, 3 nothing found
    outlet: Mapped[str] = mapped_column(String(200))
    lot: Mapped[int]  # a place by hash: a fixed shuffle
    probability: Mapped[float]


class ItemCode(Base):
    """Finding codes of a pair, for the filter."""

    __tablename__ = "item_codes"
    pair_id: Mapped[int] = mapped_column(ForeignKey("pairs.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(60), primary_key=True)


class SampleMember(Base):
    """A pair drawn into a named random sample ("200/1": 200 pairs, seed 1), once and for all."""

    __tablename__ = "sample_members"
    sample: Mapped[str] = mapped_column(String(40), primary_key=True)
    pair_id: Mapped[int] = mapped_column(ForeignKey("pairs.id"), primary_key=True)


class Reviewer(Base):
    """A person with a link of their own."""

    __tablename__ = "reviewers"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    is_lead: Mapped[bool]  # may adjudicate
    created_at: Mapped[datetime]


class WebSession(Base):
    """A signed-in browser; only the hash of its cookie is kept."""

    __tablename__ = "sessions"
    cookie_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("reviewers.id"))
    key_print: Mapped[str] = mapped_column(String(64))  # of the secret that made the link: another secret ends it
    expires_at: Mapped[datetime]


class Event(Base):
    """One thing a person did. Never changed, never deleted: the database itself refuses."""

    __tablename__ = "events"
    __table_args__ = (Index("events_of_reviewer", "reviewer_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(64), unique=True)  # made in the page: a retry is no second decision
    parent_uid: Mapped[str | None] = mapped_column(String(64))  # a merge touches two pairs in one act
    pair_id: Mapped[int] = mapped_column(ForeignKey("pairs.id"), index=True)
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("reviewers.id"))
    seat: Mapped[str] = mapped_column(String(24))
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(16))  # decide, undo, carry
    undoes: Mapped[int | None] = mapped_column(index=True)  # the event that an undo takes back
    before: Mapped[Body]
    after: Mapped[Body]
    en_hash: Mapped[str] = mapped_column(String(64))
    ar_hash: Mapped[str] = mapped_column(String(64))
    signature: Mapped[str]  # of the tool whose proposal was judged


class State(Base):
    """What one seat says of one pair now: the `after` of its last event. `version` guards against lost races."""

    __tablename__ = "states"
    __table_args__ = (
        UniqueConstraint("pair_id", "seat"),
        Index("states_of_reviewer", "reviewer_id", "choice", "pair_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    pair_id: Mapped[int] = mapped_column(ForeignKey("pairs.id"))
    seat: Mapped[str] = mapped_column(String(24))
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("reviewers.id"))
    version: Mapped[int] = mapped_column()
    choice: Mapped[str | None] = mapped_column(String(12))
    body: Mapped[Body]
    at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": version}


class Succession(Base):
    """How a decided pair that a newer run moved was found again, or that it was not."""

    __tablename__ = "successions"
    old_pair_id: Mapped[int] = mapped_column(ForeignKey("pairs.id"), primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    new_pair_id: Mapped[int | None] = mapped_column(ForeignKey("pairs.id"))
    how: Mapped[str] = mapped_column(String(16))  # text, span, lost
