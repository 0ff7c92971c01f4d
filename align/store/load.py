"""Import into the store: each content once; what people decided stays, whatever a new run says."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple, TypedDict

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from align.files import sha256_text
from align.records import Severity
from align.rows.kinds import BlockRow, RejectionRow
from align.rows.outlet import outlet_of
from align.store.bundles import Bundle, Source
from align.store.carry import carry_decisions
from align.store.database import Store, chunks
from align.store.kinds import StoredPair, StoredTweet
from align.store.schema import VERDICT, Article, Item, ItemCode, Meta, Pair, Run, storable
from align.text.normal import normal_form

_NOTHING_FOUND = len(Severity)  # behind every severity
_BATCH = 50  # articles a transaction: the review begins after the first
LOTS = 1 << 30  # how many places the fixed shuffle has
_OVERLAP_STEPS = 10_000
_LONGEST_OUTLET = 200


class _ArticleValues(TypedDict):
    """A row for `articles`."""

    doc_id: str
    text_hash: str
    source: str
    title: str | None
    published: str | None
    url: str | None
    outlet: str
    text: str
    blocks: list[BlockRow]
    tweets: list[StoredTweet]


class _PairValues(TypedDict):
    """A row for `pairs`."""

    pair_id: str
    article_id: int
    run_id: int
    is_current: bool
    row: StoredPair
    runners_up: list[RejectionRow]
    search: str


class _TextOf(NamedTuple):
    """What tells one text of an article from another."""

    id: int
    text_hash: str
    source: str


class _Known(NamedTuple):
    """An article in the store."""

    id: int
    outlet: str
    kin: list[int]  # all rows of the same article, earlier texts included


@dataclass(slots=True)
class ImportResult:
    """What an import did."""

    articles: int = 0
    new_pairs: int = 0
    known_pairs: int = 0
    retired_pairs: int = 0
    carried: int = 0  # decisions that went over to a pair of the new run
    lost: int = 0  # decided pairs that no pair of the new run matches
    was_known: bool = False


def import_source(
    store: Store, source: Source, after_batch: Callable[[ImportResult], None] = lambda result: None
) -> ImportResult:
    """Take in a run or a file of pairs, some articles at a time; content that was taken in before is passed over.

    Review can begin after the first batch. An import that was cut off is done again by the next one, which finds most
    of it there. Raises StoreError when the source is broken; the articles before the broken row stay.
    """
    result = ImportResult()
    with store.writing() as session:
        if session.scalar(select(Run.id).where(Run.digest == source.digest)) is not None:
            result.was_known = True
            return result
        run = Run(
            source=str(source.path),
            digest=f"importing:{secrets.token_hex(16)}",  # until all of it is in
            signature=storable(source.signature),
            imported_at=datetime.now(UTC),
            counts={},
        )
        session.add(run)
        session.flush()
        run_id = run.id
    for bundles in chunks(source.bundles(), _BATCH):
        with store.writing() as session:
            _import_batch(session, run_id, bundles, overlap_steps(session), result)
        after_batch(result)
    with store.writing() as session:
        run = session.get_one(Run, run_id)
        carried = carry_decisions(session, run)
        result.carried, result.lost = carried.carried, carried.lost
        run.digest = source.digest
        run.counts = {"articles": result.articles, "pairs": result.new_pairs + result.known_pairs}
    return result


def overlap_steps(session: Session) -> int:
    """The share of pairs that two people are to decide, in ten-thousandths."""
    return int(session.scalar(select(Meta.value).where(Meta.key == "overlap")) or 0)


def set_overlap(store: Store, share: float) -> None:
    """Ask for a second, independent decision on this share of all pairs, 0 to 1."""
    steps = round(share * _OVERLAP_STEPS)
    with store.writing() as session:
        session.merge(Meta(key="overlap", value=str(steps)))
        for wanted, chosen in ((2, Item.lot % _OVERLAP_STEPS < steps), (1, Item.lot % _OVERLAP_STEPS >= steps)):
            session.execute(
                update(Item)
                .where(chosen, Item.wanted != wanted)
                .values(wanted=wanted, is_open=Item.is_current & (Item.decided < wanted))
            )


def _import_batch(session: Session, run_id: int, bundles: Sequence[Bundle], overlap: int, result: ImportResult) -> None:
    articles = _articles(session, bundles)
    rows = [(bundle, pair) for bundle in bundles for pair in bundle.pairs]
    ids = [_name(pair) for _, pair in rows]
    known = dict(session.execute(select(Pair.pair_id, Pair.id).where(Pair.pair_id.in_(ids))).all())
    fresh: dict[str, _PairValues] = {}
    for bundle, pair in rows:
        if _name(pair) not in known and _name(pair) not in fresh:
            fresh[_name(pair)] = _pair_values(run_id, articles[storable(bundle.document["doc_id"])].id, bundle, pair)
    made = _insert_pairs(session, list(fresh.values()), overlap, articles)
    _retire(session, articles, set(known.values()) | made, result)
    _revive(session, list(known.values()))
    result.articles += len(bundles)
    result.new_pairs += len(fresh)
    result.known_pairs += len(known)


def _name(pair: StoredPair) -> str:
    return storable(str(pair["pair_id"]))[:100]


def _articles(session: Session, bundles: Iterable[Bundle]) -> dict[str, _Known]:
    """The articles of the bundles by doc_id, the new ones put in."""
    by_doc = {storable(bundle.document["doc_id"]): bundle for bundle in bundles}
    found: dict[str, list[_TextOf]] = {}
    columns = select(Article.doc_id, Article.id, Article.text_hash, Article.source)
    for doc_id, row_id, text_hash, source in session.execute(columns.where(Article.doc_id.in_(by_doc))):
        found.setdefault(doc_id, []).append(_TextOf(row_id, text_hash, source))
    fresh: list[_ArticleValues] = []
    result: dict[str, _Known] = {}
    for doc_id, bundle in by_doc.items():
        values = _article_values(bundle)
        same = [row for row in found.get(doc_id, []) if row.text_hash == values["text_hash"]]
        if not same:
            fresh.append(values)
        # Two collections may use the same name for different articles: an edited one keeps its source.
        kin = [row.id for row in found.get(doc_id, []) if row in same or row.source == values["source"]]
        result[doc_id] = _Known(same[0].id if same else 0, values["outlet"], kin)
    if fresh:
        made = session.execute(insert(Article).returning(Article.id, Article.doc_id), fresh)
        for row_id, doc_id in made:
            _, outlet, kin = result[doc_id]
            result[doc_id] = _Known(row_id, outlet, [*kin, row_id])
    return result


def _article_values(bundle: Bundle) -> _ArticleValues:
    document = bundle.document
    return {
        "doc_id": storable(document["doc_id"]),
        "text_hash": sha256_text(document["text"]),
        "source": storable(str(document.get("source") or "")),
        "title": document.get("title"),
        "published": document.get("published"),
        "url": document.get("url"),
        "outlet": storable(outlet_of(document) or "")[:_LONGEST_OUTLET],
        "text": document["text"],
        "blocks": document.get("blocks") or [],
        "tweets": bundle.tweets,
    }


def _pair_values(run_id: int, article_id: int, bundle: Bundle, pair: StoredPair) -> _PairValues:
    title = str(bundle.document.get("title") or "")
    return {
        "pair_id": _name(pair),
        "article_id": article_id,
        "run_id": run_id,
        "is_current": True,
        "row": pair,
        "runners_up": bundle.runners_up(pair),
        "search": search_text(pair, title, _tweet_of(bundle, pair)),
    }


def search_text(pair: StoredPair, title: str, tweet: StoredTweet) -> str:
    """What the search looks through: normal form of both texts, the title, names and ids of article, pair and tweet."""
    names = [tweet.get(name) for name in ("author", "handle", "tweet_id", "url")]
    known = " ".join(str(name)[:200] for name in (*names, pair["pair_id"]) if name)
    lines = (pair["en"][:5000], pair["ar"][:5000], title[:500], pair["doc_id"], known)
    return storable(normal_form("\n".join(lines)))


def _insert_pairs(session: Session, values: list[_PairValues], overlap: int, articles: dict[str, _Known]) -> set[int]:
    if not values:
        return set()
    made = dict(session.execute(insert(Pair).returning(Pair.pair_id, Pair.id), values).all())
    outlets = {article.id: article.outlet for article in articles.values()}
    items = [item_values(made[v["pair_id"]], v["pair_id"], v["row"], outlets[v["article_id"]], overlap) for v in values]
    session.execute(insert(Item), items)
    codes = [{"pair_id": made[v["pair_id"]], "code": code} for v in values for code in sorted(_codes(v["row"]))]
    if codes:
        session.execute(insert(ItemCode), codes)
    return set(made.values())


def _tweet_of(bundle: Bundle, pair: StoredPair) -> StoredTweet:
    return next((tweet for tweet in bundle.tweets if tweet.get("tweet") == pair["tweet"]), StoredTweet())


def _codes(row: StoredPair) -> set[str]:
    """The codes of a pair's findings, and its verdict among them."""
    codes = {storable(str(finding.get("code", "")))[:60] for finding in row.get("findings") or []}
    verdict = row.get("verdict")
    return codes | {storable(f"{VERDICT}{verdict}")[:60]} if verdict else codes


def item_values(pair_id: int, name: str, row: StoredPair, outlet: str, overlap: int) -> dict[str, object]:
    """A row for `items` of a new pair called `name`."""
    lot = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8]) % LOTS
    severities = [Severity.rank_of(f.get("severity")) for f in row.get("findings") or []]
    probability = float(row["probability"])
    return {
        "pair_id": pair_id,
        "is_open": True,
        "is_current": True,
        "wanted": 2 if lot % _OVERLAP_STEPS < overlap else 1,
        "decided": 0,
        "doubt": abs(probability - 0.5),
        "severity": min(severities, default=_NOTHING_FOUND),
        "outlet": outlet,
        "lot": lot,
        "probability": probability,
    }


def _retire(session: Session, articles: dict[str, _Known], here: set[int], result: ImportResult) -> None:
    """Take pairs that the new run no longer holds out of the queues; their decisions stay."""
    kin = [article_id for article in articles.values() for article_id in article.kin]
    current = session.scalars(select(Pair.id).where(Pair.article_id.in_(kin), Pair.is_current))
    gone = [pair_id for pair_id in current if pair_id not in here]
    for part in chunks(gone, 500):
        session.execute(update(Pair).where(Pair.id.in_(part)).values(is_current=False))
        session.execute(update(Item).where(Item.pair_id.in_(part)).values(is_current=False, is_open=False))
    result.retired_pairs += len(gone)


def _revive(session: Session, ids: list[int]) -> None:
    """A pair that an earlier run had, a later one had not, and this one has again."""
    for part in chunks(ids, 500):
        retired = Pair.id.in_(part) & ~Pair.is_current
        back = list(session.scalars(select(Pair.id).where(retired)))
        if back:
            session.execute(update(Pair).where(Pair.id.in_(back)).values(is_current=True))
            session.execute(
                update(Item).where(Item.pair_id.in_(back)).values(is_current=True, is_open=Item.decided < Item.wanted)
            )
