"""What stands around a pair: the other pieces of its rendering, every sentence of its tweet, and what renders it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from align.records import Span
from align.review.passages import Region
from align.store.bodies import EMPTY, arabic_of, english_of, pieces_of, spans_of
from align.store.decide import Seen, following
from align.store.kinds import Piece, StoredPair, StoredTweet
from align.store.schema import Article, Pair, State

_SHORT = 90  # characters of a sentence in the list under the tweet


class Other(NamedTuple):
    """Another pair of the same article, as one seat has it."""

    id: int
    row: StoredPair
    pieces: list[Piece]
    version: int
    choice: str | None


class SentenceView(NamedTuple):
    """A sentence of the tweet and what the article makes of it."""

    span: Span
    text: str  # short enough for a list
    whole: str
    place: str  # here, elsewhere, none
    pairs: tuple[int, ...]  # that render it, but for the one on the screen


class NextView(NamedTuple):
    """The pair that a merge would take in."""

    id: int
    is_same_sentence: bool
    en: str


class Around(NamedTuple):
    """All of it."""

    pieces: tuple[Other, ...]  # of the same rendering, decided together with the pair
    sentences: tuple[SentenceView, ...]
    regions: tuple[Region, ...]  # to be tinted in both texts
    next: NextView | None


def around(
    session: Session, pair: Pair, article: Article, tweet: StoredTweet, own: Sequence[Piece], seat: str
) -> Around:
    """What stands around `pair`, whose pieces `seat` takes to be `own`."""
    others = _others(session, pair, seat)
    same = tuple(other for other in others if _is_piece(other.row, pair.row))
    elsewhere = [other for other in others if other not in same and other.choice != "reject"]
    here = [*own, *(piece for other in same for piece in other.pieces)]
    sentences = tuple(_sentences(article.text, tweet, here, elsewhere))
    return Around(same, sentences, tuple(_regions(sentences, elsewhere)), _next(session, pair, seat))


def seen(others: Sequence[Other]) -> list[dict[str, int]]:
    """The pairs as a decision names them."""
    return [{"pair": one.pair_id, "version": one.version} for one in (Seen(o.id, o.version) for o in others)]


def _others(session: Session, pair: Pair, seat: str) -> list[Other]:
    rows = session.execute(
        select(Pair.id, Pair.row, State)
        .outerjoin(State, (State.pair_id == Pair.id) & (State.seat == seat))
        .where(Pair.article_id == pair.article_id, Pair.is_current, Pair.id != pair.id)
        .order_by(Pair.id)
    )
    found = []
    for number, row, state in rows:
        body = {**EMPTY, **state.body} if state else EMPTY
        if row["tweet"] == pair.row["tweet"] and body["choice"] != "merged":
            found.append(Other(number, row, pieces_of(body, row), state.version if state else 0, body["choice"]))
    return found


def _is_piece(one: StoredPair, other: StoredPair) -> bool:
    rendering = one.get("rendering_id")
    return rendering is not None and rendering == other.get("rendering_id") and english_of(one) == english_of(other)


def _sentences(text: str, tweet: StoredTweet, here: Sequence[Piece], elsewhere: Sequence[Other]) -> list[SentenceView]:
    views = []
    for row in tweet.get("sentences") or []:
        match row:
            case {"start": int(start), "end": int(end)}:
                span = Span(start, end)
            case _:  # what another corpus calls a sentence
                continue
        pairs = tuple(other.id for other in elsewhere if any(_touch(span, piece) for piece in other.pieces))
        place = "here" if any(_touch(span, piece) for piece in here) else "elsewhere" if pairs else "none"
        words = " ".join(span.cut(text).split())
        short = words if len(words) <= _SHORT else f"{words[:_SHORT]}…"
        views.append(SentenceView(span, short, span.cut(text), place, pairs))
    return views


def _touch(span: Span, piece: Piece) -> bool:
    return any(one.start < span.end and span.start < one.end for one in spans_of(piece, "en"))


def _regions(sentences: Sequence[SentenceView], elsewhere: Sequence[Other]) -> list[Region]:
    """The other renderings in the article; in the tweet each sentence that is not rendered here."""
    arabic = [
        Region(span, "elsewhere", other.id)
        for other in elsewhere
        for piece in other.pieces
        for span in spans_of(piece, "ar")
    ]
    places = {"elsewhere": "elsewhere", "none": "missing"}
    english = [Region(s.span, places[s.place], s.pairs[0] if s.pairs else None) for s in sentences if s.place in places]
    return [*english, *arabic]


def _next(session: Session, pair: Pair, seat: str) -> NextView | None:
    other = following(session, pair, seat)
    if other is None:
        return None
    is_same = english_of(other.row).start < pair.row["en_end"] or arabic_of(other.row) == arabic_of(pair.row)
    return NextView(other.id, is_same, str(other.row["en"])[:_SHORT])
