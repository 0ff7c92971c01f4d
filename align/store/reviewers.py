"""Who reviews: a name, a link with a token made from the store's secret, and sessions that end."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from align.errors import StoreError
from align.store.database import Store
from align.store.schema import Reviewer, WebSession, storable

SESSION_LIFE = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Person:
    """A reviewer who is signed in."""

    id: int
    name: str
    is_lead: bool
    csrf: str  # what forms of this session must carry


def add_reviewer(store: Store, name: str, *, is_lead: bool = False) -> int:
    """Make a reviewer, or find the one of that name; the id.

    Raises StoreError for a name that cannot be shown.
    """
    name = storable(name).strip()
    if not 0 < len(name) <= 100 or not name.isprintable():
        raise StoreError(f"expected a reviewer's name of 1 to 100 printable characters, found {name!r}")
    with store.writing() as session:
        known = session.scalar(select(Reviewer).where(Reviewer.name == name))
        if known is None:
            known = Reviewer(name=name, is_lead=is_lead, created_at=datetime.now(UTC))
            session.add(known)
            session.flush()
        elif is_lead:
            session.execute(update(Reviewer).where(Reviewer.id == known.id).values(is_lead=True))
        return known.id


def enrol(store: Store, names: Sequence[str], lead: str | None, fallback: str) -> list[str]:
    """Add those who are named; without any, whoever the store has, else `fallback`. The names, first the first named.

    The lead is the one that is named so; in a store that has none yet, the first.
    """
    with store.reading() as session:
        known = list(session.scalars(select(Reviewer.name).order_by(Reviewer.id)))
        has_lead = session.scalar(select(Reviewer.id).where(Reviewer.is_lead).limit(1)) is not None
    chosen = [*([lead] if lead else []), *names] or known or [fallback]
    for number, name in enumerate(chosen):
        add_reviewer(store, name, is_lead=name == lead or (number == 0 and lead is None and not has_lead))
    return chosen


def token_for(key: str, name: str) -> str:
    """The token in this reviewer's link; another key makes other links."""
    return hmac.new(key.encode(), f"reviewer:{name}".encode(), hashlib.sha256).hexdigest()[:40]


def links(store: Store, key: str) -> dict[str, str]:
    """Every reviewer's token by name."""
    with store.reading() as session:
        names = session.scalars(select(Reviewer.name).order_by(Reviewer.id)).all()
    return {name: token_for(key, name) for name in names}


def names_of(session: Session) -> dict[int, str]:
    """Every reviewer's name by id."""
    return dict(session.execute(select(Reviewer.id, Reviewer.name)).all())


def sign_in(store: Store, key: str, token: str) -> str | None:
    """A new session's cookie for the owner of `token`; None when it is nobody's."""
    with store.writing() as session:
        session.execute(delete(WebSession).where(WebSession.expires_at < datetime.now(UTC)))
        owner = None
        for reviewer in session.scalars(select(Reviewer)):
            if hmac.compare_digest(token_for(key, reviewer.name).encode(), token.encode()):
                owner = reviewer
        if owner is None:
            return None
        cookie = secrets.token_urlsafe(32)
        session.add(
            WebSession(
                cookie_hash=_hash(cookie),
                reviewer_id=owner.id,
                key_print=_hash(key),
                expires_at=datetime.now(UTC) + SESSION_LIFE,
            )
        )
    return cookie


def person_of(session: Session, key: str, cookie: str) -> Person | None:
    """Who this cookie belongs to; None when the session has ended."""
    found = session.execute(
        select(Reviewer, WebSession)
        .join(WebSession, WebSession.reviewer_id == Reviewer.id)
        .where(WebSession.cookie_hash == _hash(cookie))
    ).first()
    if found is None or found[1].expires_at < datetime.now(UTC) or found[1].key_print != _hash(key):
        return None
    csrf = hmac.new(key.encode(), f"csrf:{cookie}".encode(), hashlib.sha256).hexdigest()
    return Person(found[0].id, found[0].name, found[0].is_lead, csrf)


def sign_out(store: Store, cookie: str) -> None:
    """End the session of this cookie."""
    with store.writing() as session:
        session.execute(delete(WebSession).where(WebSession.cookie_hash == _hash(cookie)))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
