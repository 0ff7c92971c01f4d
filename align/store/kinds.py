"""What the store keeps as JSON: rows of runs and of other people's corpora, and what a decision says.

A stored row has all that its source gave it; named here is what the store and the page look at. What is not required
may be missing from corpora of others.
"""

from __future__ import annotations

from typing import NotRequired, TypedDict

from align.rows.kinds import FindingRow, SentenceRow


class Piece(TypedDict):
    """Spans and texts of a pair, or of a part of a split one; offsets count into the article's text."""

    en_start: int
    en_end: int
    ar_start: int
    ar_end: int
    en: str
    ar: str
    en_spans: NotRequired[list[list[int]]]  # of merged pairs that do not touch: the stretches of which `en` is joined
    ar_spans: NotRequired[list[list[int]]]


class GivenPlace(TypedDict):
    """What a bare pair says of its origin, kept aside: in the store it stands in an article made for it."""

    pair_id: str | None
    doc_id: str | None
    tweet: int | None
    en_start: int | None
    en_end: int | None
    ar_start: int | None
    ar_end: int | None
    probability: float | None


class StoredPair(Piece):
    """A row of pairs.jsonl; of corpora of others, which may lack what is not required."""

    pair_id: str
    doc_id: str
    tweet: int
    probability: float
    cosine: NotRequired[float | None]
    margin: NotRequired[float | None]
    coverage_en: NotRequired[float | None]
    coverage_ar: NotRequired[float | None]
    features: NotRequired[dict[str, float]]
    rendering: NotRequired[str | None]
    rendering_id: NotRequired[str | None]
    verdict: NotRequired[str | None]
    verdict_reason: NotRequired[str | None]
    speaker: NotRequired[str | None]
    findings: NotRequired[list[FindingRow]]
    links: NotRequired[list[object]]  # each a `LinkRow`; other corpora may call other things so
    added: NotRequired[bool]  # by a reviewer: no run proposed it
    given: NotRequired[GivenPlace]  # of a pair that came without an article


class StoredTweet(TypedDict, total=False):
    """A row of tweets.jsonl; of corpora of others, less."""

    doc_id: str
    tweet: int
    start: int
    end: int
    text: str | None
    platform: str | None
    lang: str | None
    author: str | None
    handle: str | None
    created_at: str | None
    tweet_id: str | None
    url: str | None
    sentences: list[SentenceRow]


class Tag(TypedDict):
    """An error that a person marked."""

    type: str
    severity: str


class Body(TypedDict):
    """What a decision says of a pair."""

    choice: str | None
    pieces: list[Piece] | None  # None: the pair as proposed; one: corrected; several: split
    findings: dict[str, str]  # confirmed or dismissed, by `finding_key`
    tags: list[Tag]
    note: str
    into: str | None  # the pair that a merged one went into


class Review(TypedDict):
    """Who decided an accepted pair when, and what was proposed."""

    by: list[str]
    said: list[str | None]
    at: str
    is_corrected: bool
    is_adjudicated: bool
    proposed: Piece
    findings: dict[str, str]
    tags: list[Tag]
    note: str
    is_en_rewritten: bool  # the English is no longer what stands at its place


class AcceptedPair(StoredPair):
    """A row of pairs.jsonl with corrected texts in place."""

    review: Review


class ArticleFacts(TypedDict):
    """A row of documents.jsonl without its text."""

    doc_id: str
    source: str
    title: str | None
    published: str | None
    url: str | None


class EventRow(TypedDict):
    """One line of the log of decisions."""

    event: int
    uid: str
    pair_id: str
    by: str
    at: str
    kind: str
    is_final: bool
    undoes: int | None
    before: Body
    after: Body
    en_hash: str
    ar_hash: str
    signature: str
