"""A rendering that the run missed: a reviewer names an English sentence and selects the Arabic."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from align.errors import StoreError
from align.store.bodies import EMPTY, checked_piece
from align.store.database import Store
from align.store.events import Outcome, Written, in_one_go, load_for_change, seat_of, write_event
from align.store.kinds import Piece, StoredPair
from align.store.load import item_values, search_text
from align.store.results import tweet_of
from align.store.schema import Article, Item, Pair, storable

_UNKNOWN = 0.5  # no probability: nothing has scored the pair


@dataclass(frozen=True, slots=True)
class Addition:
    """What is to be added: spans of the article that a pair stands in."""

    uid: str
    beside: int  # a pair of the same tweet
    piece: dict[str, object]  # en_start, en_end, ar_start, ar_end


def add_pair(store: Store, reviewer_id: int, addition: Addition) -> Outcome:
    """Add a pair and accept it in one act; an undo takes both back.

    Raises StoreError when `beside` is no pair, a span holds no word, or the same two spans are a pair already.
    """
    return in_one_go(store, addition.uid, addition.beside, lambda session: _add(session, reviewer_id, addition))


def _add(session: Session, reviewer_id: int, addition: Addition) -> list[Written]:
    found = session.execute(
        select(Pair, Article, Item)
        .join(Article, Pair.article_id == Article.id)
        .join(Item, Item.pair_id == Pair.id)
        .where(Pair.id == addition.beside)
    ).first()
    if found is None:
        raise StoreError(f"expected a pair of this store, found the number {addition.beside}")
    beside, article, item = found
    piece = checked_piece(addition.piece, article.text)
    _refuse_twice(session, article.id, piece)
    row = StoredPair(
        en=piece["en"],
        ar=piece["ar"],
        en_start=piece["en_start"],
        en_end=piece["en_end"],
        ar_start=piece["ar_start"],
        ar_end=piece["ar_end"],
        pair_id=f"added-{addition.uid}",
        doc_id=article.doc_id,
        tweet=beside.row["tweet"],
        probability=_UNKNOWN,
        findings=[],
        links=[],
        added=True,
    )
    pair = Pair(
        pair_id=row["pair_id"],
        article_id=article.id,
        run_id=beside.run_id,
        is_current=True,
        row=row,
        runners_up=[],
        search=search_text(row, article.title or "", tweet_of(article, row)),
    )
    session.add(pair)
    session.flush()
    values = item_values(pair.id, storable(pair.pair_id), row, item.outlet, 0)
    session.execute(insert(Item), [values])
    seat = seat_of(reviewer_id)
    loaded = load_for_change(session, pair.id, seat)
    return [
        write_event(session, reviewer_id, seat, loaded, {**EMPTY, "choice": "accept"}, uid=addition.uid, kind="add")
    ]


def _refuse_twice(session: Session, article_id: int, piece: Piece) -> None:
    place = (piece["en_start"], piece["en_end"], piece["ar_start"], piece["ar_end"])
    rows = session.scalars(select(Pair.row).where(Pair.article_id == article_id, Pair.is_current))
    if any((row["en_start"], row["en_end"], row["ar_start"], row["ar_end"]) == place for row in rows):
        raise StoreError("expected spans that are no pair yet, found those of a pair of this article; decide that one")
