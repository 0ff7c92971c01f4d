"""Events and the states they lead to: each on the disk before the caller hears of it; a lost race is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from align.errors import StoreError
from align.files import sha256_text
from align.store.bodies import DECIDED, EMPTY, pieces_of
from align.store.database import Store
from align.store.kinds import Body, Piece
from align.store.schema import FINAL, Article, Event, Item, Pair, Run, State


class Conflict(StoreError):
    """Someone, another tab perhaps, changed the decision in between; `state` is what stands now."""

    def __init__(self, state: State | None) -> None:
        super().__init__("expected to change the decision as it was shown, but it has been changed since")
        self.version = state.version if state else 0
        self.body = body_of(state)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What stands after a change."""

    event_id: int
    pair_id: int
    version: int
    body: Body
    was: Body  # what stood before
    kind: str  # of the event: decide, add, undo, redo


class Written(NamedTuple):
    """An event and the state that it leads to."""

    event: Event
    state: State


def seat_of(reviewer_id: int, *, is_final: bool = False) -> str:
    """Whose decision it is: a reviewer's own, or the one that settles a disagreement."""
    return FINAL if is_final else f"r:{reviewer_id}"


def text_hashes(body: Body, row: Piece) -> tuple[str, str]:
    """Hashes of the English and the Arabic text that the decision is about."""
    pieces = pieces_of(body, row)
    en, ar = "\n".join(piece["en"] for piece in pieces), "\n".join(piece["ar"] for piece in pieces)
    return sha256_text(en), sha256_text(ar)


def body_of(state: State | None) -> Body:
    """A copy of what stands; the empty body where nothing was decided."""
    return state.body.copy() if state else EMPTY.copy()


def in_one_go(store: Store, uid: str, pair_id: int, work: Callable[[Session], list[Written]]) -> Outcome:
    """Run `work` in one transaction; an act `uid` that is already written stands as it is."""
    try:
        with store.writing() as session:
            event, state = work(session)[0]
            session.flush()
            return _outcome(event, state)
    except (Conflict, StaleDataError, IntegrityError) as error:  # sent twice, or another one was faster
        with store.reading() as session:
            known = outcome_of(session, uid)
            if known is not None:
                return known
            if isinstance(error, Conflict):
                raise
            newest = select(State).where(State.pair_id == pair_id).order_by(State.at.desc())
            raise Conflict(session.scalars(newest).first()) from None


def outcome_of(session: Session, uid: str) -> Outcome | None:
    """What came of the act `uid`; None when there is none."""
    same = (State.pair_id == Event.pair_id) & (State.seat == Event.seat)
    found = session.execute(select(Event, State).join(State, same).where(Event.uid == uid)).first()
    return _outcome(found[0], found[1]) if found is not None else None


def _outcome(event: Event, state: State) -> Outcome:
    was: Body = {**EMPTY, **event.before}
    return Outcome(event.id, event.pair_id, state.version, body_of(state), was, event.kind)


class Loaded(NamedTuple):
    """A pair with what a decision on it needs, in one question to the database."""

    pair: Pair
    text: str
    signature: str
    state: State | None


def load_for_change(session: Session, pair_id: int, seat: str) -> Loaded:
    """What a decision on the pair needs. Raises StoreError when there is no such pair."""
    found = session.execute(
        select(Pair, Article.text, Run.signature, State)
        .join(Article, Pair.article_id == Article.id)
        .join(Run, Pair.run_id == Run.id)
        .outerjoin(State, (State.pair_id == Pair.id) & (State.seat == seat))
        .where(Pair.id == pair_id)
    ).first()
    if found is None:
        raise StoreError(f"expected a pair of this store, found the number {pair_id}")
    return Loaded(*found)


def write_event(
    session: Session,
    reviewer_id: int,
    seat: str,
    loaded: Loaded,
    after: Body,
    *,
    uid: str,
    parent_uid: str | None = None,
    undoes: int | None = None,
    kind: str = "decide",
) -> Written:
    """Write down that `seat` now says `after` of the pair; `undoes` is the event that an undo or a redo takes back."""
    pair, state, now = loaded.pair, loaded.state, datetime.now(UTC)
    before = body_of(state)
    en_hash, ar_hash = text_hashes(after, pair.row)
    event = Event(
        uid=uid,
        parent_uid=parent_uid,
        pair_id=pair.id,
        reviewer_id=reviewer_id,
        seat=seat,
        at=now,
        kind=kind,
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
    if pair.row.get("added"):  # a pair that a reviewer added is there as long as somebody stands by it
        others = select(State.id).where(State.pair_id == pair.id, State.seat != seat, State.choice.is_not(None))
        is_here = after["choice"] is not None or session.scalar(others.limit(1)) is not None
        pair.is_current = is_here
        session.execute(update(Item).where(Item.pair_id == pair.id).values(is_current=is_here))
    if seat != FINAL:
        _count(session, pair.id, before["choice"], after["choice"])
    return Written(event, state)


def _count(session: Session, pair_id: int, before: str | None, after: str | None) -> None:
    """Keep the queue's books: how many have decided, and that nobody is looking at it any more."""
    decided = Item.decided + ((after in DECIDED) - (before in DECIDED))
    values: dict[str, object] = {"decided": decided, "is_open": Item.is_current & (decided < Item.wanted)}
    if after is not None:
        values |= {"held_by": None, "held_until": None}
    session.execute(update(Item).where(Item.pair_id == pair_id).values(values))
