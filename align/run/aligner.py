"""Articles in, aligned articles out: the order of the stages, and the run directory that CONTRACT.md describes.

`Aligner` joins the stages and touches no disk. `align.run.directory` keeps what it makes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import TypeVar

from align.check.registry import require_known_codes
from align.embed.article import ArticleEncoder
from align.errors import ReadError
from align.extract import extract_article
from align.judge.pairs import check_article, with_own_evidence
from align.match import MatchResult, match_article
from align.match.matcher import Matcher
from align.models.bundle import Bundle
from align.protocols import Encoder
from align.records import AlignedArticle, Article, Document, Segment, Tweet
from align.segment import segment_article, tweet_sentences
from align.settings import Settings
from align.tweets.lookup import TweetLookup, with_tweets

_Result = TypeVar("_Result")


@dataclass(slots=True)
class StageClock:
    """Seconds and items by stage."""

    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    items: Counter[str] = field(default_factory=Counter)

    def timed(self, stage: str, work: Callable[[], _Result], count: Callable[[_Result], int]) -> _Result:
        """Run `work`, and book its time and the number of its results under `stage`."""
        begin = perf_counter()
        result = work()
        self.seconds[stage] += perf_counter() - begin
        self.items[stage] += count(result)
        return result


class Aligner:
    """The stages from a Document to its pairs, with one encoder and one bundle of weights."""

    def __init__(self, encoder: Encoder, bundle: Bundle, settings: Settings, lookup: TweetLookup | None = None) -> None:
        self.encoder = encoder
        self.bundle = bundle
        self.settings = settings
        self.lookup = lookup  # tweets that articles may render without embedding them
        self.clock = StageClock()
        require_known_codes(settings.check)

    @property
    def threshold(self) -> float:
        """The least probability of a pair: as the settings say, else the one stored with the weights.

        Raises ModelError when no threshold held the precision asked for.
        """
        wanted = self.settings.match
        if wanted.threshold is not None:
            return wanted.threshold
        if wanted.precision is not None:
            return self.bundle.matching.threshold_for(wanted.precision)
        return self.bundle.matching.threshold

    def align(self, document: Document) -> AlignedArticle:
        """Find the tweets of one article, match them, check the pairs.

        Raises ReadError when the document holds nothing that can be aligned.
        """
        return self.align_article(self.extract(document))

    def extract(self, document: Document) -> Article:
        """The article's text and tweets. Raises ReadError when the document holds nothing that can be aligned."""
        return self.clock.timed("extract", lambda: self._extract(document), lambda a: len(a.tweets))

    def align_article(self, article: Article) -> AlignedArticle:
        """Match the tweets of an article that was read, and check the pairs."""
        timed, encoder = self.clock.timed, ArticleEncoder(self.encoder)
        segments = timed("segment", lambda: segment_article(article), len)
        if self.lookup:
            found = timed("lookup", lambda: self._look_up(article, segments, encoder), lambda a: len(a.tweets))
            article = found
        result = timed("match", lambda: self._match(article, segments, encoder), lambda r: len(r.pairs))
        matcher = Matcher(encoder, self.bundle)
        linked = timed("link", lambda: with_own_evidence(result.pairs, matcher, self.settings.check), len)
        pairs = timed("check", lambda: check_article(article, linked, self.settings.check, self.bundle.checks), len)
        return AlignedArticle(article, pairs, result.rejected, result.outlooks)

    def _extract(self, document: Document) -> Article:
        if not document.content.strip():
            raise ReadError("empty", "expected an article, found no text; leave this input out")
        article = extract_article(document, self.settings.read)
        return replace(article, tweets=tuple(with_sentences(tweet) for tweet in article.tweets))

    def _look_up(self, article: Article, segments: tuple[Segment, ...], encoder: Encoder) -> Article:
        """The article with the tweets of the collection that it renders, by a first matching, behind its text."""
        assert self.lookup is not None
        rows = self.lookup.find(article, segments)
        if not rows:
            return article
        tried = with_tweets(article, rows, with_sentences)
        rendered = {pair.tweet for pair in self._match(tried, segments, encoder).pairs}
        first = len(article.tweets)
        return with_tweets(article, [r for n, r in enumerate(rows, first) if n in rendered], with_sentences)

    def _match(self, article: Article, segments: tuple[Segment, ...], encoder: Encoder) -> MatchResult:
        return match_article(article, segments, encoder, self.bundle, self.threshold)


def with_sentences(tweet: Tweet) -> Tweet:
    """The tweet with its sentences split, as offsets into the article."""
    return tweet if tweet.text is None else replace(tweet, sentences=tweet_sentences(tweet))
