"""Which pair comes next: filters that live in an address, five orders, and nobody shown what another is looking at."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, insert, not_, or_, select, true, tuple_, update
from sqlalchemy.orm import Session

from align.errors import StoreError
from align.store.bodies import CHOICES
from align.store.database import Store, chunks
from align.store.events import seat_of
from align.store.schema import VERDICT, Article, Event, Item, ItemCode, Pair, SampleMember, State, Succession, storable
from align.store.search import contains

ORDERS = ("uncertainty", "severity", "outlet", "article", "random")
OPEN = "open"  # not decided by me, and still wanted
CHOICE_FILTERS = (OPEN, *CHOICES, "any")
_HOLD = timedelta(minutes=10)  # how long a shown pair is kept from others
_PAUSE = 300.0  # seconds between decisions beyond which someone was away
_PACE_OVER = 50  # newest decisions that make the pace
_SAMPLE = re.compile(r"([1-9][0-9]{0,5})/([0-9]{1,9})")


@dataclass(frozen=True, slots=True)
class Filters:
    """What the queue shows and in which order; every value is a part of the page's address."""

    order: str = "uncertainty"
    choice: str = OPEN
    outlet: str | None = None
    verdict: str | None = None
    code: str | None = None  # a finding code, or its beginning up to the dot
    doc: str | None = None
    q: str | None = None
    sample: str | None = None  # "200/1": the sample of 200 pairs of seed 1

    @classmethod
    def parse(cls, query: Mapping[str, str]) -> Filters:
        """Filters from an address; empty values are none, unknown keys are not ours.

        Raises StoreError for a value that no filter has.
        """
        known = {f.name for f in fields(cls)}
        filters = cls(**{key: storable(value)[:200] for key, value in query.items() if key in known and value})
        if filters.order not in ORDERS:
            raise StoreError(f"expected an order of {', '.join(ORDERS)}, found {filters.order!r}")
        if filters.choice not in CHOICE_FILTERS:
            raise StoreError(f"expected a choice of {', '.join(CHOICE_FILTERS)}, found {filters.choice!r}")
        if filters.sample is not None and not _SAMPLE.fullmatch(filters.sample):
            raise StoreError(f"expected a sample as NUMBER/SEED, found {filters.sample!r}")
        return filters

    def query(self) -> dict[str, str]:
        """What differs from the defaults, for an address."""
        default = Filters()
        return {
            f.name: getattr(self, f.name)
            for f in fields(self)
            if getattr(self, f.name) and getattr(self, f.name) != getattr(default, f.name)
        }


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one reviewer is with one queue."""

    decided: int  # by this reviewer
    left: int  # still to be shown to this reviewer
    per_hour: float | None  # None before there are decisions to count
    hours_left: float | None


def next_pair(
    store: Store, reviewer_id: int, filters: Filters, *, after: int | None = None, backwards: bool = False
) -> int | None:
    """The pair to show now, kept from others for a while; the first again when none follows `after`; None: no more."""
    holds = filters.choice == OPEN and not backwards
    with store.writing() if holds else store.reading() as session:
        found = _find(session, store, reviewer_id, filters, after, backwards=backwards)
        if found is None and after is not None and not backwards:
            found = _find(session, store, reviewer_id, filters, None, backwards=False)
        if found is not None and holds:
            until = datetime.now(UTC) + _HOLD
            session.execute(update(Item).where(Item.pair_id == found).values(held_by=reviewer_id, held_until=until))
    return found


def progress(session: Session, reviewer_id: int, filters: Filters, open_pairs: int | None = None) -> Progress:
    """Counts for one queue and this reviewer's pace; `open_pairs` is what `count_open` has found, if it was asked."""
    static = static_conditions(session, filters)
    mine = select(func.count()).select_from(State).join(Item, _mine(reviewer_id))
    mine = mine.where(State.reviewer_id == reviewer_id, State.choice.is_not(None), *static)
    decided = session.scalar(mine) or 0
    seen = session.scalar(mine.where(Item.is_open == true())) or 0  # decided by me, and still wanted of others
    left = (count_open(session, filters) if open_pairs is None else open_pairs) - seen
    pace = _pace(session, reviewer_id)
    return Progress(decided, left, pace, left / pace if pace else None)


def count_open(session: Session, filters: Filters) -> int:
    """How many pairs of a queue are still wanted of somebody; an open pair is a current one."""
    static = static_conditions(session, filters)[1:]
    return session.scalar(select(func.count()).select_from(Item).where(Item.is_open == true(), *static)) or 0


def draw_sample(store: Store, size: int, seed: int) -> str:
    """Draw `size` of the current pairs at random, once: the same name stands for the same pairs ever after."""
    name = f"{size}/{seed}"
    with store.writing() as session:
        if session.scalar(select(SampleMember.pair_id).where(SampleMember.sample == name).limit(1)) is None:
            rows = session.execute(select(Pair.pair_id, Pair.id).where(Pair.is_current)).all()
            pairs = sorted(rows)  # by the stable name: the draw does not depend on the order of import
            drawn = random.Random(seed).sample(pairs, min(size, len(pairs)))
            for part in chunks(drawn, 5000):
                session.execute(insert(SampleMember), [{"sample": name, "pair_id": row_id} for _, row_id in part])
    return name


def filter_choices(session: Session) -> dict[str, list[str]]:
    """The outlets and finding codes that there are, most frequent first."""

    def ranked(column: Any) -> list[str]:
        counted = select(column).group_by(column).order_by(func.count().desc(), column).limit(200)
        return [value for value in session.scalars(counted) if value and not value.startswith(VERDICT)]

    return {"outlet": ranked(Item.outlet), "code": ranked(ItemCode.code)}


def _find(
    session: Session, store: Store, reviewer_id: int, filters: Filters, after: int | None, *, backwards: bool
) -> int | None:
    conditions = list(static_conditions(session, filters))
    conditions += [] if backwards else list(personal_conditions(reviewer_id, filters))
    keys: tuple[Any, ...] = KEYS[filters.order]
    if after is not None:
        here = session.execute(select(*keys).where(Item.pair_id == after)).first()
        if here is None:
            return None
        place = tuple_(*keys)
        conditions.append(place < tuple_(*here) if backwards else place > tuple_(*here))
    if backwards and filters.choice == OPEN:
        conditions.append(_states_of(reviewer_id, State.choice.is_not(None)) | (Item.is_open == true()))
    ordered = [key.desc() for key in keys] if backwards else list(keys)
    query = select(Item.pair_id).where(*conditions).order_by(*ordered).limit(1)
    if not store.is_sqlite:
        query = query.with_for_update(skip_locked=True)
    return session.scalar(query)


KEYS: dict[str, tuple[Any, ...]] = {
    "uncertainty": (Item.doubt, Item.pair_id),
    "severity": (Item.severity, Item.doubt, Item.pair_id),
    "outlet": (Item.outlet, Item.pair_id),
    "article": (Item.pair_id,),
    "random": (Item.lot, Item.pair_id),
}


def _mine(reviewer_id: int) -> ColumnElement[bool]:
    return and_(State.pair_id == Item.pair_id, State.seat == seat_of(reviewer_id))


def _states_of(reviewer_id: int, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(_mine(reviewer_id), condition)


def personal_conditions(reviewer_id: int, filters: Filters) -> tuple[ColumnElement[bool], ...]:
    """What a queue asks of a pair for this reviewer: the choice, and that nobody else is looking at it."""
    if filters.choice == "any":
        return ()
    if filters.choice != OPEN:
        return (_states_of(reviewer_id, State.choice == filters.choice),)
    free = or_(Item.held_until.is_(None), Item.held_by == reviewer_id, Item.held_until < datetime.now(UTC))
    return Item.is_open == true(), free, not_(_states_of(reviewer_id, State.choice.is_not(None)))


def static_conditions(session: Session, filters: Filters) -> tuple[ColumnElement[bool], ...]:
    """What a queue asks of a pair, whoever looks; the first one is that the pair is current."""
    conditions: list[ColumnElement[bool]] = [Item.is_current == true()]
    if filters.outlet:
        conditions.append(Item.outlet == filters.outlet)
    if filters.code:
        is_family = ItemCode.code.startswith(f"{filters.code}.", autoescape=True)
        same = or_(ItemCode.code == filters.code, is_family)
        conditions.append(exists().where(ItemCode.pair_id == Item.pair_id, same))
    if filters.verdict:
        judged = ItemCode.code == VERDICT + filters.verdict
        conditions.append(exists().where(ItemCode.pair_id == Item.pair_id, judged))
    if filters.sample:
        drawn = exists().where(SampleMember.pair_id == Item.pair_id, SampleMember.sample == filters.sample)
        conditions.append(drawn)
    if filters.doc:
        in_article = exists().where(
            Pair.id == Item.pair_id, Article.id == Pair.article_id, Article.doc_id == filters.doc
        )
        conditions.append(in_article)
    if filters.q:
        conditions.append(contains(session, filters.q))
    return tuple(conditions)


def _pace(session: Session, reviewer_id: int) -> float | None:
    """Decisions an hour over the newest ones, breaks left out."""
    newest = session.scalars(
        select(Event.at)
        .where(Event.reviewer_id == reviewer_id, Event.kind == "decide")
        .order_by(Event.id.desc())
        .limit(_PACE_OVER)
    ).all()
    gaps = [(late - early).total_seconds() for late, early in zip(newest, newest[1:], strict=False)]
    worked = [gap for gap in gaps if gap <= _PAUSE]
    if not worked or not sum(worked):
        return None
    return 3600 * len(worked) / sum(worked)


def has_predecessor(session: Session, pair_id: int) -> bool:
    """Whether a decision on an earlier run's pair was carried over to this one."""
    return session.scalar(select(Succession.run_id).where(Succession.new_pair_id == pair_id).limit(1)) is not None
