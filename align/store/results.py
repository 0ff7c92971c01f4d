"""What the decisions add up to: the settled pairs, the disagreements, precision with its uncertainty."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from align.figures import Share, wilson
from align.store.agreement import Agreement, agreement
from align.store.bodies import finding_key, pieces_of
from align.store.database import Store
from align.store.kinds import AcceptedPair, ArticleFacts, EventRow, Piece, Review, StoredPair, StoredTweet
from align.store.reviewers import names_of
from align.store.schema import FINAL, Article, Event, Item, Pair, Reviewer, Run, SampleMember, State, Succession

JUDGED = ("accept", "reject", "unsure")


class Decided(NamedTuple):
    """One pair with all that seats say of it."""

    pair: Pair
    article: Article
    states: tuple[State, ...]  # judged ones only; the final one first, if there is one

    @property
    def settled(self) -> State | None:
        """The decision that counts: the final one, else the one that all agree on; None while they differ."""
        if self.states[0].seat == FINAL or all(_same(self.states[0], state) for state in self.states[1:]):
            return self.states[0]
        return None

    @property
    def is_disputed(self) -> bool:
        """Whether reviewers differ, settled or not."""
        own = [state for state in self.states if state.seat != FINAL]
        return any(not _same(own[0], state) for state in own[1:]) if own else False


def _same(one: State, other: State) -> bool:
    return one.choice == other.choice and one.body.get("pieces") == other.body.get("pieces")


def iter_decided(session: Session, *, sample: str | None = None) -> Iterator[Decided]:
    """Every pair that someone has judged, in the order of import; split, merged and skipped ones as judged."""
    query = (
        select(State, Pair, Article)
        .join(Pair, State.pair_id == Pair.id)
        .join(Article, Pair.article_id == Article.id)
        .where(State.choice.in_(JUDGED))
        .order_by(Pair.id, State.seat)  # "final" sorts before "r:1"
        .execution_options(yield_per=1000)
    )
    if sample is not None:
        query = query.join(SampleMember, SampleMember.pair_id == Pair.id).where(SampleMember.sample == sample)
    group: list[tuple[State, Pair, Article]] = []
    for row in session.execute(query):
        if group and row[1].id != group[0][1].id:
            yield _grouped(group)
            group = []
        group.append(row)
    if group:
        yield _grouped(group)


def _grouped(rows: Sequence[tuple[State, Pair, Article]]) -> Decided:
    return Decided(rows[0][1], rows[0][2], tuple(state for state, _, _ in rows))


class Accepted(NamedTuple):
    """An accepted pair, or one piece of a split one, and where it comes from."""

    pair: AcceptedPair
    document: ArticleFacts
    tweet: StoredTweet  # empty where there is none


def iter_accepted(store: Store) -> Iterator[Accepted]:
    """Accepted pairs in the order of import, one for each piece.

    Left out: pairs on which reviewers differ and that nobody has settled, and pairs of an earlier run whose decision
    went over to a newer one.
    """
    with store.reading() as session:
        names = names_of(session)
        moved = set(session.scalars(select(Succession.old_pair_id).where(Succession.new_pair_id.is_not(None))))
        for decided in iter_decided(session):
            settled = decided.settled
            if settled is None or settled.choice != "accept" or decided.pair.id in moved:
                continue
            yield from _accepted_rows(decided, settled, names)


def _accepted_rows(decided: Decided, settled: State, names: Mapping[int, str]) -> Iterator[Accepted]:
    row, article = decided.pair.row, decided.article
    pieces = pieces_of(settled.body, row)
    document: ArticleFacts = {
        "doc_id": article.doc_id,
        "source": article.source,
        "title": article.title,
        "published": article.published,
        "url": article.url,
    }
    for number, piece in enumerate(pieces):
        pair_id = row["pair_id"] if len(pieces) == 1 else f"{row['pair_id']}.{number}"
        is_rewritten = piece["en"] != article.text[piece["en_start"] : piece["en_end"]]
        review = _review(decided, settled, names, is_en_rewritten=is_rewritten)
        pair: AcceptedPair = {**row, **piece, "pair_id": pair_id, "review": review}
        yield Accepted(pair, document, tweet_of(article, row))


def tweet_of(article: Article, row: StoredPair) -> StoredTweet:
    """The tweet that a pair of the article renders; empty where the article has none of that number."""
    return next((tweet for tweet in article.tweets if tweet.get("tweet") == row["tweet"]), StoredTweet())


def _review(decided: Decided, settled: State, names: Mapping[int, str], *, is_en_rewritten: bool) -> Review:
    return {
        "by": [names[state.reviewer_id] for state in decided.states],
        "said": [state.choice for state in decided.states],
        "at": settled.at.isoformat(),
        "is_corrected": settled.body.get("pieces") is not None,
        "is_adjudicated": settled.seat == FINAL,
        "proposed": _proposed(decided.pair.row),
        "findings": settled.body.get("findings", {}),
        "tags": settled.body.get("tags", []),
        "note": settled.body.get("note", ""),
        "is_en_rewritten": is_en_rewritten,
    }


def _proposed(row: Piece) -> Piece:
    """The pair as proposed, in the order of the files that name it."""
    return {
        "en_start": row["en_start"],
        "en_end": row["en_end"],
        "en": row["en"],
        "ar_start": row["ar_start"],
        "ar_end": row["ar_end"],
        "ar": row["ar"],
    }


def iter_events(store: Store) -> Iterator[EventRow]:
    """Every event as it was written, oldest first."""
    with store.reading() as session:
        rows = session.execute(
            select(Event, Pair.pair_id, Reviewer.name)
            .join(Pair, Event.pair_id == Pair.id)
            .join(Reviewer, Event.reviewer_id == Reviewer.id)
            .order_by(Event.id)
            .execution_options(yield_per=1000)
        )
        for event, pair_id, name in rows:
            yield {
                "event": event.id,
                "uid": event.uid,
                "pair_id": pair_id,
                "by": name,
                "at": event.at.isoformat(),
                "kind": event.kind,
                "is_final": event.seat == FINAL,
                "undoes": event.undoes,
                "before": event.before,
                "after": event.after,
                "en_hash": event.en_hash,
                "ar_hash": event.ar_hash,
                "signature": event.signature,
            }


def signatures(session: Session) -> list[str]:
    """The signatures of the runs that the store has taken in."""
    return list(session.scalars(select(Run.signature).distinct().order_by(Run.signature)))


def disagreements(session: Session) -> list[Decided]:
    """Pairs on which reviewers differ, the unsettled first."""
    disputed = [decided for decided in iter_decided(session) if decided.is_disputed]
    return sorted(disputed, key=lambda decided: (decided.states[0].seat == FINAL, decided.pair.id))


def reviewer_agreement(session: Session) -> Agreement:
    """Agreement on accept, reject or unsure, over reviewers' own decisions."""
    labels = {
        decided.pair.id: {state.reviewer_id: str(state.choice) for state in decided.states if state.seat != FINAL}
        for decided in iter_decided(session)
    }
    return agreement(labels)


@dataclass(frozen=True, slots=True)
class Threshold:
    """What a threshold on the probability would keep of the judged pairs."""

    probability: float
    kept: float  # share of the judged pairs
    precision: Share  # of what is kept


@dataclass(frozen=True, slots=True)
class Figures:
    """What `align review stats` prints."""

    pairs: int  # current ones in the store
    judged: int
    choices: Mapping[str, int]
    unsettled: int
    precision: Share  # accepted, corrected spans included, of accepted and rejected
    strict: Share  # accepted exactly as proposed
    by_outlet: Mapping[str, Share]
    by_code: Mapping[str, Share]  # confirmed of confirmed and dismissed
    tags: Mapping[str, int]
    thresholds: tuple[Threshold, ...]
    agreement: Agreement


def figures(session: Session, *, sample: str | None = None) -> Figures:
    """All figures over the settled pairs, of one sample or of all that was judged."""
    settled, unsettled = [], 0
    for decided in iter_decided(session, sample=sample):
        state = decided.settled
        unsettled += state is None
        if state is not None:
            settled.append((decided, state))
    proposed = [(d, s) for d, s in settled if not d.pair.row.get("added")]  # what a person added says nothing of a run
    judged = [(d, s.choice == "accept", s) for d, s in proposed if s.choice in ("accept", "reject")]
    by_outlet: dict[str, list[bool]] = defaultdict(list)
    for decided, is_right, _ in judged:
        by_outlet[decided.article.outlet].append(is_right)
    return Figures(
        pairs=session.scalar(select(func.count()).select_from(Item).where(Item.is_current)) or 0,
        judged=len(settled) + unsettled,
        choices=Counter(str(state.choice) for _, state in settled),
        unsettled=unsettled,
        precision=wilson(sum(is_right for _, is_right, _ in judged), len(judged)),
        strict=wilson(sum(is_right and s.body.get("pieces") is None for _, is_right, s in judged), len(judged)),
        by_outlet={outlet: wilson(sum(rows), len(rows)) for outlet, rows in sorted(by_outlet.items())},
        by_code=_by_code(settled),
        tags=Counter(tag["type"] for _, state in settled for tag in state.body.get("tags", [])),
        thresholds=thresholds([(float(d.pair.row["probability"]), is_right) for d, is_right, _ in judged]),
        agreement=reviewer_agreement(session),
    )


def _by_code(settled: Sequence[tuple[Decided, State]]) -> dict[str, Share]:
    verdicts: dict[str, list[bool]] = defaultdict(list)
    for decided, state in settled:
        row = decided.pair.row
        for finding in row.get("findings") or []:
            said = state.body.get("findings", {}).get(finding_key(finding, row))
            if said is not None:
                verdicts[str(finding.get("code"))].append(said == "confirmed")
    return {code: wilson(sum(rows), len(rows)) for code, rows in sorted(verdicts.items())}


def thresholds(judged: Sequence[tuple[float, bool]]) -> tuple[Threshold, ...]:
    """For every hundredth from 0 to 0.99 that changes what is kept: how much, and how much of it is right."""
    result: list[Threshold] = []
    for hundredth in range(100):
        least = hundredth / 100
        kept = [is_right for probability, is_right in judged if probability >= least]
        if not kept or (result and len(kept) == result[-1].precision.of):
            continue
        result.append(Threshold(least, len(kept) / len(judged), wilson(sum(kept), len(kept))))
    return tuple(result)


def advised(rows: Sequence[Threshold], precision: float) -> Threshold | None:
    """The threshold that keeps most while at least `precision` of what is kept is right."""
    return next((row for row in rows if row.precision.of and row.precision.right / row.precision.of >= precision), None)
