"""What people accepted on the review page, as a source of pairs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from align.pairs.corpus.origin import About, origin_of
from align.pairs.export.row import PairRow, row_of
from align.rows.places import moved_rows

if TYPE_CHECKING:
    from align.store import Store
    from align.store.kinds import AcceptedPair, GivenPlace

_POSTGRES = "postgresql:/"  # of a URL that came as a path, which has one slash where a URL has two
_PLACES = ("en_start", "en_end", "ar_start", "ar_end")


def is_store(path: Path, head: bytes) -> bool:
    """Whether there is a SQLite file at `path`, or it is the address of a PostgreSQL database."""
    return head.startswith(b"SQLite format 3\0") or str(path).startswith(_POSTGRES)


@contextmanager
def opened(path: Path) -> Iterator[Store]:
    """The store at `path`. Raises StoreError when there is none; nothing is made."""
    from align.store import open_store  # here: SQLAlchemy takes half a second

    where = str(path)
    if where.startswith(_POSTGRES) and not where.startswith(_POSTGRES + "/"):
        where = where.replace(_POSTGRES, _POSTGRES + "/", 1)
    store = open_store(where, create=False)
    try:
        yield store
    finally:
        store.close()


def read_store(path: Path) -> Iterator[PairRow]:
    """The accepted pairs of a store."""
    with opened(path) as store:
        yield from accepted_pairs(store)


def accepted_pairs(store: Store) -> Iterator[PairRow]:
    """The accepted pairs, corrected texts in place; `extra["review"]` says who decided, when and on what."""
    from align.store.results import iter_accepted

    for accepted in iter_accepted(store):
        pair, document, tweet = accepted
        given = pair.get("given")
        record = {**pair, **origin_of(document, tweet, pair)} if given is None else _as_given(pair, given)
        if pair["review"]["is_en_rewritten"]:  # the tweet has no such words, so no tweet can give them back
            record |= {"tweet_en_start": None, "tweet_en_end": None}
        yield row_of(record)


def _as_given(accepted: AcceptedPair, given: GivenPlace) -> dict[str, object]:
    """A pair of an imported corpus with the id and the places that it had there; a corrected one has no places."""
    proposed = accepted["review"]["proposed"]
    en, ar = (given["en_start"] or 0) - proposed["en_start"], (given["ar_start"] or 0) - proposed["ar_start"]
    name, *piece = accepted["pair_id"].partition(".")
    own: dict[str, object] = {**given, "pair_id": "".join((given["pair_id"] or name, *piece))}
    own["findings"] = moved_rows(accepted.get("findings"), en=en, ar=ar)
    if accepted["review"]["is_corrected"]:
        own |= dict.fromkeys(_PLACES)
    return {**{key: value for key, value in accepted.items() if key != "given"}, **own}


def about_reviews(store: Store) -> About:
    """For the data card: the signatures of the reviewed runs, and lines on how many decided and agreed."""
    from align.store.results import figures, signatures

    with store.reading() as session:
        numbers = figures(session)
        found = tuple(signatures(session))
    agreement = numbers.agreement
    lines = [
        f"pairs decided: {numbers.judged} of {numbers.pairs}; differing and not settled: {numbers.unsettled}",
        f"accepted, of accepted and rejected: {numbers.precision.right} of {numbers.precision.of}",
        f"decided by two or more: {agreement.units}",
    ]
    for name, value in (("raw agreement", agreement.raw), ("Krippendorff's alpha", agreement.alpha)):
        if value is not None:
            lines.append(f"{name}: {value:.3f}")
    return About(found, tuple(lines))
