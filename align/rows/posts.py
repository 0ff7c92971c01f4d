"""The rows of an index of posts and of a mining directory, as types."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from align.rows.kinds import WarningFacts


class PostRow(TypedDict):
    """A sentence of an index of posts, its place in the post's `text`, and the post."""

    lang: str
    sentence: str
    start: int
    end: int
    source: str
    text: str
    post_id: str | None
    author: str | None
    handle: str | None
    created_at: str | None
    url: str | None


class HitRow(PostRow):
    """A line of `align search --json`: a sentence that was found, and how like it is."""

    probability: float
    cosine: float


class Origin(TypedDict, total=False):
    """What is known of the posts in which a mined pair stands; without what is not known."""

    source: str
    tweet_id: str | None
    author: str | None
    handle: str | None
    created_at: str | None
    tweet_url: str | None
    ar_source: str
    ar_id: str | None
    published: str | None
    article_url: str | None


class MinedRow(Origin):
    """One line of pairs.jsonl in a mining directory; `en_line` and `ar_line` are 0-based rows of the inputs."""

    pair_id: str
    en_line: int
    ar_line: int
    en: str
    ar: str
    cosine: float
    margin: float
    distance: float
    probability: float
    features: dict[str, float]


class BelowRow(MinedRow):
    """One line of rejected.jsonl there: a pair below the threshold, or one whose texts disagree."""

    stage: str
    reason: str
    detail: str


class MinedBy(TypedDict):
    """The encoder of a mining job."""

    name: str
    revision: str
    dim: int


class MineFile(TypedDict):
    """run.json of a mining directory; `search` are the lines that were printed."""

    schema_version: int
    signature: str
    version: str
    versions: dict[str, str]
    model: MinedBy
    settings: dict[str, str | float]
    warnings: NotRequired[list[WarningFacts]]  # version 0.1.0 wrote none
    inputs: list[str]
    search: list[str]
    counts: dict[str, int]
    seconds: dict[str, float]
