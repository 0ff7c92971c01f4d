"""Undo and redo: each takes back one act of a reviewer, step by step, as an event of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from align.errors import StoreError
from align.files import sha256_text
from align.store.database import Store
from align.store.events import Conflict, Outcome, Written, in_one_go, load_for_change, outcome_of, write_event
from align.store.schema import Event

_ACTS = ("decide", "add")  # what a person did first; a redo stands for one of them


def undo(store: Store, reviewer_id: int, uid: str) -> Outcome | None:
    """Take back this reviewer's last act that still stands; None when there is none. Can be repeated, step by step.

    Raises Conflict when someone has built on it since.
    """
    return _take_back(store, reviewer_id, uid, "undo")


def redo(store: Store, reviewer_id: int, uid: str) -> Outcome | None:
    """Do again what the last undo took back; None when there is none, or something else was done since.

    Raises Conflict when someone has built on it since.
    """
    return _take_back(store, reviewer_id, uid, "redo")


def _take_back(store: Store, reviewer_id: int, uid: str, kind: str) -> Outcome | None:
    with store.reading() as session:
        known = outcome_of(session, uid)
        pair_id = session.scalar(_open_acts(reviewer_id, kind).with_only_columns(Event.pair_id).limit(1))
    if known is not None or pair_id is None:
        return known
    return in_one_go(store, uid, pair_id, lambda session: _reversed(session, reviewer_id, uid, kind))


def _open_acts(reviewer_id: int, kind: str) -> Any:
    """What an undo, or a redo, can take back, newest first."""
    mine = Event.reviewer_id == reviewer_id
    back = select(Event.undoes).where(mine, Event.undoes.is_not(None))
    newest = select(Event).where(mine, Event.id.not_in(back)).order_by(Event.id.desc())
    if kind == "undo":
        return newest.where(Event.kind.in_((*_ACTS, "redo")))
    last_act = select(func.coalesce(func.max(Event.id), 0)).where(mine, Event.kind.in_(_ACTS)).scalar_subquery()
    return newest.where(Event.kind == "undo", Event.id > last_act)


def _reversed(session: Session, reviewer_id: int, uid: str, kind: str) -> list[Written]:
    last = session.scalars(_open_acts(reviewer_id, kind).limit(1)).first()
    if last is None:
        raise StoreError(f"there is nothing left to {kind}")
    act: Sequence[Event] = [last]
    if last.parent_uid is not None:
        act = session.scalars(_open_acts(reviewer_id, kind).where(Event.parent_uid == last.parent_uid)).all()
    written = []
    for number, event in enumerate(sorted(act, key=lambda one: one.id)):  # the pair that was acted on first
        loaded = load_for_change(session, event.pair_id, event.seat)
        if loaded.state is None or loaded.state.body != event.after:
            raise Conflict(loaded.state)
        own_uid = uid if number == 0 else sha256_text(f"{uid}:{number}")
        parent = uid if len(act) > 1 else None
        before = event.before.copy()
        written.append(
            write_event(
                session,
                reviewer_id,
                event.seat,
                loaded,
                before,
                uid=own_uid,
                parent_uid=parent,
                undoes=event.id,
                kind=kind,
            )  # fmt: skip
        )
    return written
