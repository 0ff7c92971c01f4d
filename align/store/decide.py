"""Decisions: each an event that is on the disk before the caller hears of it; a lost race is told, not resolved."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from align.errors import StoreError
from align.files import sha256_text
from align.records import Span
from align.store.bodies import DECIDED, EMPTY, arabic_of, changed_body, english_of, pieces_of, proposed_piece
from align.store.database import Store
from align.store.kinds import Body, Piece
from align.store.schema import FINAL, Article, Event, Item, Pair, Run, State, storable_json

_FARTHEST_MERGE = 400  # characters between two pairs that are merged; farther ones are not one sentence


class Conflict(StoreError):
    """Someone, another tab perhaps, changed the decision in between; `state` is what stands now."""

    def __init__(self, state: State | None) -> None:
        super().__init__("expected to change the decision as it was shown, but it has been changed since")
        self.version = state.version if state else 0
        self.body = _body_of(state)


@dataclass(frozen=True, slots=True)
class Change:
    """What one person wants changed about one pair."""

    uid: str  # made by the sender; the same one sent again is the same change
    pair_id: int
    version: int  # of the decision as it was shown; 0 where there was none
    changes: Mapping[str, object]
    is_final: bool = False  # adjudication


@dataclass(frozen=True, slots=True)
class Outcome:
    """What stands after a change."""

    event_id: int
    pair_id: int
    version: int
    body: Body


class _Written(NamedTuple):
    """An event and the state that it leads to."""

    event: Event
    state: State


def seat_of(reviewer_id: int, *, is_final: bool = False) -> str:
    """Whose decision it is: a reviewer's own, or the one that settles a disagreement."""
    return FINAL if is_final else f"r:{reviewer_id}"


def apply_change(store: Store, reviewer_id: int, change: Change) -> Outcome:
    """Write a change down; durable when this returns.

    Raises Conflict when the decision is no longer the one that was shown, StoreError for a pair or value that is not.
    """
    return _in_one_go(store, change.uid, change.pair_id, lambda session: [_apply(session, reviewer_id, change)])


def merge_with_next(store: Store, reviewer_id: int, change: Change) -> Outcome:
    """Join a pair with the one that follows it in its tweet; `change.changes` is left aside.

    Raises Conflict like `apply_change`; StoreError when nothing follows, or too far away.
    """
    return _in_one_go(store, change.uid, change.pair_id, lambda session: _merge(session, reviewer_id, change))


def undo(store: Store, reviewer_id: int, uid: str) -> Outcome | None:
    """Take back this reviewer's last act that still stands; None when there is none. Can be repeated, step by step.

    Raises Conflict when someone has built on it since.
    """
    with store.reading() as session:
        known = _outcome_of(session, uid)
        pair_id = session.scalar(_standing(reviewer_id).with_only_columns(Event.pair_id).limit(1))
    if known is not None or pair_id is None:
        return known
    return _in_one_go(store, uid, pair_id, lambda session: _undo(session, reviewer_id, uid))


def text_hashes(body: Body, row: Piece) -> tuple[str, str]:
    """Hashes of the English and the Arabic text that the decision is about."""
    pieces = pieces_of(body, row)
    en, ar = "\n".join(piece["en"] for piece in pieces), "\n".join(piece["ar"] for piece in pieces)
    return sha256_text(en), sha256_text(ar)


def _body_of(state: State | None) -> Body:
    """A copy of what stands; the empty body where nothing was decided."""
    return state.body.copy() if state else EMPTY.copy()


def _in_one_go(store: Store, uid: str, pair_id: int, work: Callable[[Session], list[_Written]]) -> Outcome:
    """Run `work` in one transaction; an act `uid` that is already written stands as it is."""
    try:
        with store.writing() as session:
            event, state = work(session)[0]
            session.flush()
            return _outcome(event, state)
    except (Conflict, StaleDataError, IntegrityError) as error:  # sent twice, or another one was faster
        with store.reading() as session:
            known = _outcome_of(session, uid)
            if known is not None:
                return known
            if isinstance(error, Conflict):
                raise
            newest = select(State).where(State.pair_id == pair_id).order_by(State.at.desc())
            raise Conflict(session.scalars(newest).first()) from None


def _outcome_of(session: Session, uid: str) -> Outcome | None:
    same = (State.pair_id == Event.pair_id) & (State.seat == Event.seat)
    found = session.execute(select(Event, State).join(State, same).where(Event.uid == uid)).first()
    return _outcome(found[0], found[1]) if found is not None else None


def _outcome(event: Event, state: State) -> Outcome:
    return Outcome(event.id, event.pair_id, state.version, _body_of(state))


class _Loaded(NamedTuple):
    """A pair with what a decision on it needs, in one question to the database."""

    pair: Pair
    text: str
    signature: str
    state: State | None


def _load(session: Session, pair_id: int, seat: str) -> _Loaded:
    found = session.execute(
        select(Pair, Article.text, Run.signature, State)
        .join(Article, Pair.article_id == Article.id)
        .join(Run, Pair.run_id == Run.id)
        .outerjoin(State, (State.pair_id == Pair.id) & (State.seat == seat))
        .where(Pair.id == pair_id)
    ).first()
    if found is None:
        raise StoreError(f"expected a pair of this store, found the number {pair_id}")
    return _Loaded(*found)


def _apply(session: Session, reviewer_id: int, change: Change) -> _Written:
    seat = seat_of(reviewer_id, is_final=change.is_final)
    loaded = _load(session, change.pair_id, seat)
    if (loaded.state.version if loaded.state else 0) != change.version:
        raise Conflict(loaded.state)
    before = _body_of(loaded.state)
    after = changed_body(before, storable_json(dict(change.changes)), loaded.pair.row, loaded.text)
    return _write(session, reviewer_id, seat, loaded, after, uid=change.uid)


def _merge(session: Session, reviewer_id: int, change: Change) -> list[_Written]:
    seat = seat_of(reviewer_id)
    loaded = _load(session, change.pair_id, seat)
    pair, state = loaded.pair, loaded.state
    if (state.version if state else 0) != change.version:
        raise Conflict(state)
    other = _following(session, pair)
    before = _body_of(state)
    pieces = [*pieces_of(before, pair.row), proposed_piece(other.row)]
    en, ar = _joined([english_of(piece) for piece in pieces]), _joined([arabic_of(piece) for piece in pieces])
    joined = {"en_start": en.start, "en_end": en.end, "ar_start": ar.start, "ar_end": ar.end}
    after = changed_body(before, {"pieces": [joined]}, pair.row, loaded.text)
    first = _write(session, reviewer_id, seat, loaded, after, uid=change.uid, parent_uid=change.uid)
    second_loaded = _load(session, other.id, seat)
    gone: Body = {**_body_of(second_loaded.state), "choice": "merged", "into": pair.pair_id}
    uid = sha256_text(change.uid)
    second = _write(session, reviewer_id, seat, second_loaded, gone, uid=uid, parent_uid=change.uid)
    return [first, second]


def _joined(spans: Sequence[Span]) -> Span:
    """The one span over all. Raises StoreError when two lie too far apart."""
    gap = max(span.start for span in spans) - min(span.end for span in spans)
    if gap > _FARTHEST_MERGE:
        raise StoreError(f"expected two pairs beside each other, found {gap} characters between them")
    return Span(min(span.start for span in spans), max(span.end for span in spans))


def _following(session: Session, pair: Pair) -> Pair:
    """The next pair of the same tweet, in the order of the English text."""
    place = (pair.row["en_start"], pair.row["ar_start"])
    near = session.scalars(select(Pair).where(Pair.article_id == pair.article_id, Pair.is_current, Pair.id != pair.id))
    after = [p for p in near if p.row["tweet"] == pair.row["tweet"] and (p.row["en_start"], p.row["ar_start"]) > place]
    if not after:
        raise StoreError("expected a pair that follows this one in its tweet, found none")
    return min(after, key=lambda p: (p.row["en_start"], p.row["ar_start"]))


def _write(
    session: Session,
    reviewer_id: int,
    seat: str,
    loaded: _Loaded,
    after: Body,
    *,
    uid: str,
    parent_uid: str | None = None,
    undoes: int | None = None,
) -> _Written:
    pair, state, now = loaded.pair, loaded.state, datetime.now(UTC)
    before = _body_of(state)
    en_hash, ar_hash = text_hashes(after, pair.row)
    event = Event(
        uid=uid,
        parent_uid=parent_uid,
        pair_id=pair.id,
        reviewer_id=reviewer_id,
        seat=seat,
        at=now,
        kind="undo" if undoes is not None else "decide",
        undoes=undoes,
        before=before,
        after=after,
        en_hash=en_hash,
        ar_hash=ar_hash,
        signature=loaded.signature,
    )
    session.add(event)
    if state is None:
        state = State(pair_id=pair.id, seat=seat, reviewer_id=reviewer_id, choice=after["choice"], body=after, at=now)
        session.add(state)
    else:
        state.reviewer_id, state.choice, state.body, state.at = reviewer_id, after["choice"], after, now
    if seat != FINAL:
        _count(session, pair.id, before["choice"], after["choice"])
    return _Written(event, state)


def _count(session: Session, pair_id: int, before: str | None, after: str | None) -> None:
    """Keep the queue's books: how many have decided, and that nobody is looking at it any more."""
    decided = Item.decided + ((after in DECIDED) - (before in DECIDED))
    values: dict[str, object] = {"decided": decided, "is_open": Item.is_current & (decided < Item.wanted)}
    if after is not None:
        values |= {"held_by": None, "held_until": None}
    session.execute(update(Item).where(Item.pair_id == pair_id).values(values))


def _standing(reviewer_id: int) -> Any:
    """The reviewer's acts that have not been taken back, newest first."""
    undone = select(Event.undoes).where(Event.reviewer_id == reviewer_id, Event.undoes.is_not(None))
    return (
        select(Event)
        .where(Event.reviewer_id == reviewer_id, Event.kind == "decide", Event.id.not_in(undone))
        .order_by(Event.id.desc())
    )


def _undo(session: Session, reviewer_id: int, uid: str) -> list[_Written]:
    last = session.scalars(_standing(reviewer_id).limit(1)).first()
    if last is None:
        raise StoreError("there is nothing left to undo")
    act = [last]
    if last.parent_uid is not None:
        act = list(session.scalars(_standing(reviewer_id).where(Event.parent_uid == last.parent_uid)))
    act.sort(key=lambda event: event.id)  # the pair that was acted on first
    written = []
    for number, event in enumerate(act):
        loaded = _load(session, event.pair_id, event.seat)
        if loaded.state is None or loaded.state.body != event.after:
            raise Conflict(loaded.state)
        one_uid = uid if number == 0 else sha256_text(f"{uid}:{number}")
        written.append(
            _write(session, reviewer_id, event.seat, loaded, event.before.copy(), uid=one_uid, undoes=event.id)
        )
    return written
