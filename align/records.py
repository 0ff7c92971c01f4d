"""The records that stages hand to each other. Imports nothing of the project.

Offsets are code points, half open [start, end). Article, Tweet, Pair: into `Article.text`. Subject and all
that a check returns: into the strings `Subject.en` and `Subject.ar`; `judge` maps them back into the article.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class Span(NamedTuple):
    """A half-open range of code points."""

    start: int
    end: int

    def cut(self, text: str) -> str:
        """The string that this span covers.

        >>> Span(8, 12).cut("It will rain.")
        'rain'
        """
        return text[self.start : self.end]

    def moved(self, by: int) -> Span:
        """The span so many code points further on.

        >>> Span(8, 12).moved(-8)
        Span(start=0, end=4)
        """
        return Span(self.start + by, self.end + by)


class BlockKind(StrEnum):
    """What a stretch of an article is."""

    HEADLINE = "headline"
    STANDFIRST = "standfirst"
    PARAGRAPH = "paragraph"
    CAPTION = "caption"
    TWEET = "tweet"


class Rendering(StrEnum):
    """How the article gives the tweet's words back."""

    QUOTE = "quote"
    REPORTED = "reported"
    HEADLINE = "headline"


class Severity(StrEnum):
    """How much a finding weighs, the heaviest first."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """Its place in this order, from 0; a lesser rank weighs more.

        >>> [severity.rank for severity in Severity]
        [0, 1, 2]
        """
        return _RANKS[self]

    @staticmethod
    def rank_of(name: object) -> int:
        """The rank of a severity by name, as rows have it; what is no severity weighs as little as a note.

        >>> Severity.rank_of("warning")
        1
        """
        return _RANKS.get(str(name), Severity.NOTE.rank)


_RANKS: dict[str, int] = {severity.value: rank for rank, severity in enumerate(Severity)}


class Verdict(StrEnum):
    """What the findings say of a pair, taken together."""

    FAITHFUL = "faithful"
    PARTIAL = "partial"
    DIVERGENT = "divergent"


class Status(StrEnum):
    """How many sentences of a tweet have Arabic text in the article."""

    FULL = "full"
    PARTIAL = "partial"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Document:
    """One article as read and decoded, before anything was found in it."""

    doc_id: str
    source: str  # path or URL, with the record's place where the file holds several: "news.jsonl:17"
    content: str  # plain text or HTML
    is_html: bool = False
    url: str | None = None
    title: str | None = None  # given by the record, not found in the content
    published: str | None = None  # ISO date, given by the record


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the article's text and what it is."""

    kind: BlockKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a check saw. `code` begins with one of the contract's families ("number.scale")."""

    code: str
    severity: Severity
    message: str
    message_ar: str = ""
    en: Span | None = None
    ar: Span | None = None
    detail: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tweet:
    """An embedded post. `text` is None for a bare link; then the span covers the link as printed."""

    index: int
    start: int
    end: int
    text: str | None
    block: Span  # body and attribution line together
    platform: str = "twitter"
    lang: str | None = None
    author: str | None = None
    handle: str | None = None
    created_at: str | None = None  # ISO: the printed date, else the time in the id (UTC)
    tweet_id: str | None = None
    url: str | None = None
    sentences: tuple[Span, ...] = ()  # into the article's text
    findings: tuple[Finding, ...] = ()
    found_in: str | None = None  # the collection's place of a tweet that the article does not embed
    aside: tuple[Span, ...] = ()  # what stands between its words and is none of them: an attribution, a label


@dataclass(frozen=True, slots=True)
class Frame:
    """A quote frame: who is said to speak, with which verb, and the spans of the speech it brings in."""

    speech: tuple[Span, ...]
    is_direct: bool
    speaker: Span | None = None
    verb: Span | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """One article with its tweets found; `text[t.start:t.end] == t.text` holds for every tweet that has a text."""

    doc_id: str
    source: str
    text: str
    blocks: tuple[Block, ...]
    tweets: tuple[Tweet, ...]
    frames: tuple[Frame, ...] = ()
    title: str | None = None
    published: str | None = None
    url: str | None = None
    byline: str | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """One post of a tweet collection, not embedded in any article."""

    source: str  # path with the record's place: "tweets.js:17"
    text: str
    post_id: str | None = None
    author: str | None = None
    handle: str | None = None
    created_at: str | None = None  # ISO
    lang: str | None = None  # as the collection says
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of one block that is short enough for one forward pass, and its sentences."""

    start: int
    end: int
    block: BlockKind
    sentences: tuple[Span, ...]  # into the article's text; together they hold every word of the stretch


class WordLink(NamedTuple):
    """An English word linked to an Arabic word, by offsets into the two strings of the pair, with a score in [0, 1]."""

    en: Span
    ar: Span
    score: float
    is_mutual: bool = True  # each is the other's nearest word; else one side alone is nearest, as "the" to a noun


class WordScore(NamedTuple):
    """A word and its best likeness to any word of the other side: a cosine of centred contextual vectors, [-1, 1]."""

    span: Span  # into the side's own string
    score: float


def linked_words(links: Iterable[WordLink]) -> tuple[set[Span], set[Span]]:
    """The English and the Arabic words that have a mutual link."""
    mutual = [link for link in links if link.is_mutual]
    return {link.en for link in mutual}, {link.ar for link in mutual}


class WordLinks(NamedTuple):
    """What links two texts; offsets are local to each."""

    links: tuple[WordLink, ...]
    en_words: tuple[WordScore, ...]
    ar_words: tuple[WordScore, ...]

    def linked(self) -> tuple[set[Span], set[Span]]:
        """The English and the Arabic words that have a mutual link.

        >>> WordLinks((WordLink(Span(0, 3), Span(0, 4), 0.9),), (), ()).linked()
        ({Span(start=0, end=3)}, {Span(start=0, end=4)})
        """
        return linked_words(self.links)


class Doubts(NamedTuple):
    """What the judge of words doubts, as probabilities: the pair, and each word that the links name, by side."""

    pair: float  # that the pair is wrong somewhere
    en: tuple[float, ...]  # (English words,), that this word's meaning is changed or missing in the Arabic
    ar: tuple[float, ...]  # (Arabic words,), that it is changed or added


@dataclass(frozen=True, slots=True)
class Pair:
    """One English sentence and one Arabic span that renders it (or a piece of it)."""

    pair_id: str
    rendering_id: str
    doc_id: str
    tweet: int
    en_span: Span
    en: str
    ar_span: Span
    ar: str
    rendering: Rendering
    probability: float
    features: Mapping[str, float]  # cosine, margin and every other score that the probability was made from
    links: tuple[WordLink, ...] = ()  # local to `en` and `ar`
    en_words: tuple[WordScore, ...] = ()  # every word of `en`, linked or not
    ar_words: tuple[WordScore, ...] = ()
    doubts: Doubts | None = None  # of the whole rendering, all its pieces in order
    speaker: str | None = None
    speaker_span: Span | None = None
    findings: tuple[Finding, ...] = ()
    verdict: Verdict = Verdict.FAITHFUL
    verdict_reason: str = ""  # the code of the finding that decided, `probability`, `no_error` or `no_finding`
    coverage_en: float | None = None  # share of the English that the whole rendering, all its pieces, has words for
    coverage_ar: float | None = None  # share of the rendering's Arabic that the English has; None: not measured


@dataclass(frozen=True, slots=True)
class Subject:
    """What a check judges: one rendering of one English sentence, its pieces joined, and what is known around it."""

    en: str
    ar: str
    rendering: Rendering | None = None  # None: a bare pair without an article
    links: tuple[WordLink, ...] = ()  # empty when no encoder has run
    en_words: tuple[WordScore, ...] = ()  # every word of `en` with its likeness to the other side; empty likewise
    ar_words: tuple[WordScore, ...] = ()
    doubts: Doubts | None = None  # of these words, where the encoder comes with a judge of words
    en_context: str = ""  # the whole tweet
    ar_before: str = ""  # article text just before and after the span
    ar_after: str = ""
    left_over: str = ""  # what the quotation still holds behind the span though the whole tweet is rendered elsewhere
    author: str | None = None
    handle: str | None = None
    speaker: str | None = None  # as the Arabic frame names it
    frame: str = ""  # the Arabic frame's own words
    tweet_date: str | None = None  # ISO
    published: str | None = None
    is_excerpt: bool = False  # the Arabic is known to render only a part (a headline)
    is_summary: bool = False  # it stands in a standfirst or a lead, which sum up
    probability: float | None = None  # that the Arabic renders the English; None without an encoder


@dataclass(frozen=True, slots=True)
class Rejection:
    """An input refused, or a candidate below the threshold."""

    stage: str
    reason: str
    detail: str
    source: str | None = None
    doc_id: str | None = None
    extra: Mapping[str, object] = field(default_factory=dict)


class Rendered(StrEnum):
    """Whether the article renders a sentence of a tweet."""

    YES = "yes"  # a pair says so
    NO = "no"  # hardly: nothing comes near
    UNSURE = "unsure"  # a candidate comes near, or nobody looked


@dataclass(frozen=True, slots=True)
class Outlook:
    """Whether a sentence of a tweet is rendered, and the span that is likeliest to render it, if any."""

    tweet: int
    en_span: Span  # into the article
    rendered: Rendered
    ar_span: Span | None = None
    probability: float | None = None  # of that span


@dataclass(frozen=True, slots=True)
class AlignedArticle:
    """One article with its pairs and the candidates that were refused."""

    article: Article
    pairs: tuple[Pair, ...]
    rejected: tuple[Rejection, ...]
    outlooks: tuple[Outlook, ...] = ()  # of the sentences that were looked for

    def outlook(self, tweet: Tweet) -> tuple[Outlook, ...]:
        r"""For each sentence of `tweet`, whether it is rendered, and its likeliest span.

        A sentence that nobody looked for (of a tweet in another language, say) is unsure and has no span.

        >>> from align import align_article
        >>> article = align_article('وكتبت: "ستفتح الجسور يوم الأحد".\nThe bridges open on Sunday.')
        >>> article.outlook(article.article.tweets[0])[0].rendered
        <Rendered.YES: 'yes'>
        """
        known = {(outlook.tweet, outlook.en_span): outlook for outlook in self.outlooks}
        return tuple(
            known.get((tweet.index, sentence))
            or Outlook(tweet.index, sentence, Rendered.YES if is_covered else Rendered.UNSURE)
            for sentence, is_covered in zip(tweet.sentences, self.covered(tweet), strict=True)
        )

    def covered(self, tweet: Tweet) -> tuple[bool, ...]:
        r"""For each sentence of `tweet`, whether some pair renders it.

        >>> from align import align_article
        >>> arabic = 'وكتبت عمدة المدينة: "ستفتح الجسور يوم الأحد".'
        >>> article = align_article(arabic + "\nThe bridges open on Sunday. Thank you all for waiting!")
        >>> article.covered(article.article.tweets[0])
        (True, False)
        """
        rendered = {pair.en_span for pair in self.pairs if pair.tweet == tweet.index}
        return tuple(sentence in rendered for sentence in tweet.sentences)

    def status(self, tweet: Tweet) -> Status:
        r"""How many of the tweet's sentences are rendered.

        >>> from align import align_article
        >>> article = align_article("أمطار غزيرة على الساحل.\nThe bridges open on Sunday.")
        >>> article.status(article.article.tweets[0])
        <Status.NONE: 'none'>
        """
        covered = self.covered(tweet)
        if not any(covered):
            return Status.NONE
        return Status.FULL if all(covered) else Status.PARTIAL


class Unjudged(NamedTuple):
    """Why a pair, or an article, could not be judged."""

    code: str  # as in rejected.jsonl: "empty", "cells", "json"
    message: str


class TextPair(NamedTuple):
    """An English text and the Arabic one that is said to render it; `error` says why the two cannot be judged."""

    pair_id: str
    en: str
    ar: str
    error: Unjudged | None = None
    line: int | None = None  # of the file it came from, from 1


class Evidence(NamedTuple):
    """How alike two texts are; all None and empty where no encoder ran."""

    cosine: float | None = None
    probability: float | None = None
    links: WordLinks = WordLinks((), (), ())
    doubts: Doubts | None = None  # of an encoder that comes with a judge of words


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is said of one pair of texts; `error` in place of a verdict when it cannot be judged."""

    pair: TextPair
    evidence: Evidence = Evidence()
    coverage_en: float | None = None
    coverage_ar: float | None = None
    findings: tuple[Finding, ...] = ()
    verdict: Verdict | None = None
    verdict_reason: str | None = None
    error: Unjudged | None = None
    doc_id: str | None = None  # of the article it was found in
