"""Decisions across runs: a pair that a newer run moved is found again by text and span, or listed as lost.

What a person decided is never changed. An accepted pair whose span moved keeps the span that was accepted, as a
correction of the new proposal; a refusal of one span says nothing of another, so it is listed and asked again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session

from align.records import Span
from align.store.bodies import DECIDED, arabic_of, english_of, pieces_of
from align.store.database import chunks
from align.store.events import text_hashes
from align.store.kinds import Body, Piece, StoredPair
from align.store.schema import FINAL, Article, Event, Item, Pair, Run, State, Succession
from align.text.normal import normal_form

_LEAST_OVERLAP = 0.5  # of the two Arabic spans together: below it another stretch of text is meant


@dataclass(slots=True)
class CarryResult:
    """How many decided pairs found their successor."""

    carried: int = 0
    lost: int = 0


class _Place(NamedTuple):
    pair: Pair
    article: Article


def carry_decisions(session: Session, run: Run) -> CarryResult:
    """Match every decided pair that no current run holds, and that was not found again before, to a current pair."""
    result = CarryResult()
    decided = exists().where(State.pair_id == Pair.id, State.choice.is_not(None))
    found = exists().where(Succession.old_pair_id == Pair.id, Succession.new_pair_id.is_not(None))
    orphans = session.scalars(select(Pair.id).where(~Pair.is_current, decided, ~found).order_by(Pair.id)).all()
    for part in chunks(orphans, 500):
        for pair, article in _places(session, part):
            how, successor = _successor(session, _Place(pair, article))
            if successor is not None and not _carry(session, run, _Place(pair, article), successor):
                how, successor = "lost", None
            new_id = successor.pair.id if successor else None
            session.add(Succession(old_pair_id=pair.id, run_id=run.id, new_pair_id=new_id, how=how))
            result.carried += successor is not None
            result.lost += successor is None
    return result


def _places(session: Session, ids: Any) -> list[_Place]:
    rows = session.execute(
        select(Pair, Article).join(Article, Pair.article_id == Article.id).where(Pair.id.in_(ids)).order_by(Pair.id)
    )
    return [_Place(pair, article) for pair, article in rows]


def _successor(session: Session, old: _Place) -> tuple[str, _Place | None]:
    """The current pair of the same article that says the same, and how it was found: text or span."""
    current = select(Pair.id).join(Article, Pair.article_id == Article.id)
    current = current.where(Article.doc_id == old.article.doc_id, Pair.is_current)
    taken = exists().where(Succession.new_pair_id == Pair.id)
    en, ar = normal_form(old.pair.row["en"]), normal_form(old.pair.row["ar"])
    best: tuple[float, _Place | None] = (0.0, None)
    for place in _places(session, current.where(~taken)):
        if normal_form(place.pair.row["en"]) != en:
            continue
        if normal_form(place.pair.row["ar"]) == ar:
            return "text", place
        overlap = _overlap(old, place)
        if overlap > best[0]:
            best = (overlap, place)
    return ("span", best[1]) if best[0] >= _LEAST_OVERLAP else ("lost", None)


def _overlap(old: _Place, new: _Place) -> float:
    """Shared over joint length of the two Arabic spans; of their texts where the article itself was edited."""
    if old.article.id == new.article.id:
        here, there = arabic_of(old.pair.row), arabic_of(new.pair.row)
        shared = min(here.end, there.end) - max(here.start, there.start)
        joint = max(here.end, there.end) - min(here.start, there.start)
        return float(max(0, shared) / max(1, joint))
    from rapidfuzz import fuzz

    return float(fuzz.ratio(normal_form(old.pair.row["ar"]), normal_form(new.pair.row["ar"]))) / 100


def _carry(session: Session, run: Run, old: _Place, new: _Place) -> bool:
    """Write every seat's decision on `old` down for `new`; False when none could be."""
    is_same_text = normal_form(old.pair.row["ar"]) == normal_form(new.pair.row["ar"])
    carried = False
    for state in session.scalars(select(State).where(State.pair_id == old.pair.id, State.choice.is_not(None))):
        body = _body_for(state, old, new, is_same_text=is_same_text)
        known = select(State.id).where(State.pair_id == new.pair.id, State.seat == state.seat)
        if body is None or session.scalar(known) is not None:
            continue
        _write(session, run, state, new, body)
        carried = True
    return carried


def _body_for(state: State, old: _Place, new: _Place, *, is_same_text: bool) -> Body | None:
    body = state.body.copy()
    if is_same_text and body.get("pieces") is None:
        return body
    if not is_same_text and state.choice != "accept":
        return None
    pieces: list[Piece] = []
    for piece in pieces_of(body, old.pair.row):
        moved = _moved(piece, old, new)
        if moved is None:
            return None
        pieces.append(moved)
    return {**body, "pieces": pieces}


def _moved(piece: Piece, old: _Place, new: _Place) -> Piece | None:
    """The piece in the new text of the article: at its place when the text is unchanged, else where its words stand."""
    if old.article.id == new.article.id:
        return piece
    if "en_spans" in piece or "ar_spans" in piece:
        return None
    en = _only_place(english_of(piece).cut(old.article.text), new.article.text)
    ar = _only_place(arabic_of(piece).cut(old.article.text), new.article.text)
    if en is None or ar is None:
        return None
    return {**piece, "en_start": en.start, "en_end": en.end, "ar_start": ar.start, "ar_end": ar.end}


def _only_place(words: str, text: str) -> Span | None:
    """Where `words` stand in `text`; None where they do not, or stand twice."""
    at = text.find(words)
    return None if at < 0 or text.find(words, at + 1) >= 0 else Span(at, at + len(words))


def _write(session: Session, run: Run, state: State, new: _Place, body: Body) -> None:
    now = datetime.now(UTC)
    en_hash, ar_hash = text_hashes(body, new.pair.row)
    uid = hashlib.sha256(f"carry:{run.id}:{state.id}".encode()).hexdigest()
    common = {"pair_id": new.pair.id, "reviewer_id": state.reviewer_id, "seat": state.seat, "at": now}
    session.add(
        Event(
            **common,
            uid=uid,
            kind="carry",
            before={},
            after=body,
            en_hash=en_hash,
            ar_hash=ar_hash,
            signature=run.signature,
        )
    )
    session.add(State(**common, choice=state.choice, body=body))
    if state.seat != FINAL and state.choice in DECIDED:
        decided = Item.decided + 1
        session.execute(
            update(Item)
            .where(Item.pair_id == new.pair.id)
            .values(decided=decided, is_open=Item.is_current & (decided < Item.wanted))
        )


class LostPair(NamedTuple):
    """A decided pair that no current run holds."""

    id: int
    pair_id: str
    doc_id: str
    row: StoredPair


def lost_pairs(session: Session) -> list[LostPair]:
    """Decided pairs that the newest run of their article moved beyond recognition, or refused ones that changed."""
    lost = (
        select(Succession.old_pair_id).group_by(Succession.old_pair_id).having(func.count(Succession.new_pair_id) == 0)
    )
    rows = session.execute(
        select(Pair, Article)
        .join(Article, Pair.article_id == Article.id)
        .where(Pair.id.in_(lost), ~Pair.is_current)
        .order_by(Pair.id)
    )
    return [LostPair(p.id, p.pair_id, a.doc_id, p.row) for p, a in rows]
