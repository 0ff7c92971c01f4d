"""Decisions: on one pair, on all pieces of a rendering together, and merges; each is written down as `events` does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from align.errors import StoreError
from align.files import sha256_text
from align.store.bodies import changed_body, joined_piece, pieces_of
from align.store.database import Store
from align.store.events import (
    Conflict,
    Loaded,
    Outcome,
    Written,
    body_of,
    in_one_go,
    load_for_change,
    seat_of,
    write_event,
)
from align.store.kinds import Body
from align.store.schema import Pair, State, storable_json


@dataclass(frozen=True, slots=True)
class Seen:
    """A further pair as it was shown, to be decided in the same act."""

    pair_id: int
    version: int


@dataclass(frozen=True, slots=True)
class Change:
    """What one person wants changed about one pair."""

    uid: str  # made by the sender; the same one sent again is the same change
    pair_id: int
    version: int  # of the decision as it was shown; 0 where there was none
    changes: Mapping[str, object]
    is_final: bool = False  # adjudication
    also: tuple[Seen, ...] = ()  # the other pieces of the rendering, which get the same choice


def apply_change(store: Store, reviewer_id: int, change: Change) -> Outcome:
    """Write a change down; durable when this returns. All of it is written, or nothing.

    Raises Conflict when a decision is no longer the one that was shown, StoreError for a pair or value that is not.
    """
    return in_one_go(store, change.uid, change.pair_id, lambda session: _apply(session, reviewer_id, change))


def merge_with_next(store: Store, reviewer_id: int, change: Change) -> Outcome:
    """Join a pair with the one that follows it in its tweet; `change.changes` is left aside.

    The spans are joined, not what lies between them. Raises Conflict like `apply_change`; StoreError when nothing
    follows.
    """
    return in_one_go(store, change.uid, change.pair_id, lambda session: _merge(session, reviewer_id, change))


def _loaded(session: Session, seat: str, pair_id: int, version: int) -> Loaded:
    loaded = load_for_change(session, pair_id, seat)
    if (loaded.state.version if loaded.state else 0) != version:
        raise Conflict(loaded.state)
    return loaded


def _apply(session: Session, reviewer_id: int, change: Change) -> list[Written]:
    seat = seat_of(reviewer_id, is_final=change.is_final)
    changes: dict[str, object] = storable_json(dict(change.changes))
    loaded = _loaded(session, seat, change.pair_id, change.version)
    after = changed_body(body_of(loaded.state), changes, loaded.pair.row, loaded.text)
    also = change.also if "choice" in changes else ()
    parent = change.uid if also else None
    written = [write_event(session, reviewer_id, seat, loaded, after, uid=change.uid, parent_uid=parent)]
    for number, seen in enumerate(also, start=1):
        other = _loaded(session, seat, seen.pair_id, seen.version)
        same = changed_body(body_of(other.state), {"choice": changes["choice"]}, other.pair.row, other.text)
        uid = sha256_text(f"{change.uid}:{number}")
        written.append(write_event(session, reviewer_id, seat, other, same, uid=uid, parent_uid=parent))
    return written


def _merge(session: Session, reviewer_id: int, change: Change) -> list[Written]:
    seat = seat_of(reviewer_id)
    loaded = _loaded(session, seat, change.pair_id, change.version)
    pair, before = loaded.pair, body_of(loaded.state)
    other = following(session, pair, seat)
    if other is None:
        raise StoreError("expected a pair that follows this one in its tweet, found none")
    second_loaded = load_for_change(session, other.id, seat)
    second_body = body_of(second_loaded.state)
    pieces = [*pieces_of(before, pair.row), *pieces_of(second_body, other.row)]
    after = changed_body(before, {"pieces": [joined_piece(pieces, loaded.text)]}, pair.row, loaded.text)
    first = write_event(session, reviewer_id, seat, loaded, after, uid=change.uid, parent_uid=change.uid)
    gone: Body = {**second_body, "choice": "merged", "into": pair.pair_id}
    uid = sha256_text(change.uid)
    second = write_event(session, reviewer_id, seat, second_loaded, gone, uid=uid, parent_uid=change.uid)
    return [first, second]


def following(session: Session, pair: Pair, seat: str) -> Pair | None:
    """The next pair of the same tweet, in the order of the English text, that this seat has not merged yet."""
    place = (pair.row["en_start"], pair.row["ar_start"])
    merged = select(State.pair_id).where(State.seat == seat, State.choice == "merged")
    near = session.scalars(
        select(Pair).where(
            Pair.article_id == pair.article_id, Pair.is_current, Pair.id != pair.id, Pair.id.not_in(merged)
        )
    )
    after = [p for p in near if p.row["tweet"] == pair.row["tweet"] and (p.row["en_start"], p.row["ar_start"]) > place]
    return min(after, key=lambda p: (p.row["en_start"], p.row["ar_start"]), default=None)
