"""The rows of the files that docs/formats.md describes, as types; at run time each is the plain dict that JSON gives.

`Pair` and `Rejection` of `align.records` are what stages hand on; `PairLine` and `RejectionRow` stand in files.
"""

from __future__ import annotations

from typing import NotRequired, TypedDict, final

# en_start, en_end, ar_start, ar_end into the pair's own two texts, and the score; JSON gives a list of these five.
LinkRow = tuple[int, int, int, int, float]

# The files of a run directory, the journal from which they are made first.
RUN_FILES = (
    ".articles.jsonl", "documents.jsonl", "tweets.jsonl", "pairs.jsonl", "rejected.jsonl", "pairs.tsv", "run.json",
)  # fmt: skip


class BlockRow(TypedDict):
    """A stretch of an article's text and what it is: a value of `BlockKind`."""

    kind: str
    start: int
    end: int


class DocumentRow(TypedDict):
    """One line of documents.jsonl."""

    doc_id: str
    source: str
    text: str
    title: str | None
    published: str | None
    byline: str | None
    url: str | None
    blocks: list[BlockRow]
    outlet: NotRequired[str | None]  # of an article made for a bare pair that names it


class CandidateRow(TypedDict):
    """The span of the article that is likeliest to render a sentence, and how likely that is."""

    ar_start: int
    ar_end: int
    ar: str
    probability: float


class SentenceRow(TypedDict):
    """A sentence of a tweet, by offsets into the article, and whether some pair renders it."""

    start: int
    end: int
    covered: bool
    rendered: NotRequired[str]  # yes, no or unsure; runs of version 0.1.0 lack it and the candidate
    candidate: NotRequired[CandidateRow | None]


class FindingRow(TypedDict):
    """A finding; its spans count into whatever the row around it says, null where a side has none."""

    code: str
    severity: str
    message: str
    message_ar: str
    en_start: int | None
    en_end: int | None
    ar_start: int | None
    ar_end: int | None
    detail: dict[str, object]  # what the check that wrote it wants to say besides


class TweetRow(TypedDict):
    """One line of tweets.jsonl."""

    doc_id: str
    tweet: int
    start: int
    end: int
    text: str | None
    platform: str
    lang: str | None
    author: str | None
    handle: str | None
    created_at: str | None
    tweet_id: str | None
    url: str | None
    found_in: NotRequired[str]
    status: str
    sentences: list[SentenceRow]
    findings: list[FindingRow]


@final
class PairLine(TypedDict):
    """One line of pairs.jsonl; spans of the pair and of its findings count into the article."""

    pair_id: str
    rendering_id: str
    doc_id: str
    tweet: int
    en_start: int
    en_end: int
    en: str
    ar_start: int
    ar_end: int
    ar: str
    rendering: str
    cosine: float
    margin: float
    coverage_en: float | None
    coverage_ar: float | None
    probability: float
    speaker: str | None
    speaker_start: int | None
    speaker_end: int | None
    findings: list[FindingRow]
    verdict: str
    verdict_reason: NotRequired[str]
    features: dict[str, float]
    links: list[LinkRow]


class RejectionRow(TypedDict):
    """One line of rejected.jsonl: an input refused, or a candidate below the threshold with its place and scores."""

    source: NotRequired[str]
    doc_id: NotRequired[str]
    stage: str
    reason: str
    detail: str
    where: NotRequired[str]  # of a fault of the program
    tweet: NotRequired[int]
    en_start: NotRequired[int]
    en_end: NotRequired[int]
    ar_start: NotRequired[int]
    ar_end: NotRequired[int]
    ar: NotRequired[str]
    probability: NotRequired[float]
    features: NotRequired[dict[str, float]]


class ArticleRows(TypedDict):
    """What one article gives to each file of a run."""

    document: DocumentRow
    tweets: list[TweetRow]
    pairs: list[PairLine]
    rejected: list[RejectionRow]


@final
class HeaderEntry(TypedDict):
    """The first line of the journal."""

    signature: str
    schema_version: int


@final
class ArticleEntry(TypedDict):
    """A finished article in the journal: its rows, and the hash of its content."""

    hash: str
    document: DocumentRow
    tweets: list[TweetRow]
    pairs: list[PairLine]
    rejected: list[RejectionRow]


@final
class RefusedEntry(TypedDict):
    """An input in the journal that gave no article."""

    refused: RejectionRow


@final
class MendedEntry(TypedDict):
    """The source of a refused input that is again what it was when it was aligned."""

    mended: str


JournalEntry = HeaderEntry | ArticleEntry | RefusedEntry | MendedEntry


class EngineFacts(TypedDict):
    """What the encoder runs on, and why."""

    name: str
    precision: str
    reason: str


class ModelFacts(TypedDict):
    """The encoder of a run."""

    name: str
    revision: str
    dim: int
    engine: EngineFacts | None


class ThisRun(TypedDict):
    """What the last command did: articles given, aligned and skipped, inputs refused."""

    given: int
    aligned: int
    unchanged: int
    refused: int


class WarningFacts(TypedDict):
    """What a user should know of a run's weights: `code` for programs, `message` for people."""

    code: str
    message: str


class RunFacts(TypedDict):
    """What run.json says of a run besides its signature and counts; `seconds` and `items` by stage."""

    version: str
    versions: dict[str, str]
    model: ModelFacts
    settings: dict[str, object]  # the groups of `align.settings.Settings`
    warnings: NotRequired[list[WarningFacts]]  # version 0.1.0 wrote none
    inputs: list[str]
    this_run: ThisRun
    seconds: dict[str, float]
    items: dict[str, int]
    peak_bytes: int


class RunSummary(RunFacts):
    """What `align run --json` prints; `counts` are the rows of each file."""

    signature: str
    counts: dict[str, int]


class RunFile(RunSummary):
    """run.json; `bytes` is the size of each file that was written with it, so that a reader can tell a torn set."""

    schema_version: int
    bytes: NotRequired[dict[str, int]]


@final
class UnjudgedRow(TypedDict):
    """Why a pair could not be judged."""

    code: str
    message: str


@final
class JudgementRow(TypedDict):
    """One line of `align check --format jsonl`; spans of findings count into `en` and `ar`."""

    pair_id: str
    en: str
    ar: str
    cosine: float | None
    probability: float | None
    coverage_en: float | None
    coverage_ar: float | None
    findings: list[FindingRow]
    verdict: str | None
    verdict_reason: NotRequired[str | None]
    doc_id: NotRequired[str]
    error: NotRequired[UnjudgedRow]
