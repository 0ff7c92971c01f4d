"""A queue as a list: pairs in the queue's order, a page at a time, with what one reviewer said of each."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from align.records import Severity
from align.store.events import seat_of
from align.store.kinds import StoredPair
from align.store.queue import KEYS, Filters, personal_conditions, static_conditions
from align.store.schema import Item, Pair, State

PAGE = 50
_SNIPPET = 140  # characters of a text in the list


class Listed(NamedTuple):
    """One line of the list."""

    id: int
    version: int
    choice: str | None
    en: str
    ar: str
    verdict: str | None
    severity: str | None  # of the gravest finding


class Page(NamedTuple):
    """Some lines, and the pair after which the next page begins; None at the end."""

    rows: tuple[Listed, ...]
    after: int | None


def list_pairs(session: Session, reviewer_id: int, filters: Filters, after: int | None = None) -> Page:
    """The pairs of a queue behind `after`, at most `PAGE` of them; nobody is kept from them."""
    keys = KEYS[filters.order]
    conditions = [*static_conditions(session, filters), *personal_conditions(reviewer_id, filters)]
    if after is not None:
        here = session.execute(select(*keys).where(Item.pair_id == after)).first()
        if here is None:
            return Page((), None)
        conditions.append(tuple_(*keys) > tuple_(*here))
    wanted = select(Item.pair_id).where(*conditions).order_by(*keys).limit(PAGE + 1)
    ids = list(session.scalars(wanted))
    shown = ids[:PAGE]
    rows = session.execute(
        select(Pair.id, Pair.row, State)
        .outerjoin(State, (State.pair_id == Pair.id) & (State.seat == seat_of(reviewer_id)))
        .where(Pair.id.in_(shown))
    )
    by_id = {number: _listed(number, row, state) for number, row, state in rows}
    return Page(tuple(by_id[number] for number in shown), shown[-1] if len(ids) > PAGE else None)


def _listed(number: int, row: StoredPair, state: State | None) -> Listed:
    severities = [str(finding.get("severity")) for finding in row.get("findings") or []]
    verdict = row.get("verdict")
    return Listed(
        number,
        state.version if state else 0,
        state.choice if state else None,
        str(row["en"])[:_SNIPPET],
        str(row["ar"])[:_SNIPPET],
        str(verdict) if verdict else None,
        min(severities, key=Severity.rank_of, default=None),
    )
