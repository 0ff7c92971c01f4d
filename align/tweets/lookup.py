"""Tweets that an article renders without embedding them, looked up in an index.

A tweet found stands behind the article's text as one more tweet block, so that every offset, file and page means what
it means for an embedded one; the text that was read keeps its offsets. A candidate that no pair speaks for is dropped.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np

from align.index.folder import IndexFolder
from align.match.links import centred, link_words
from align.match.matcher import Matcher
from align.match.pair import bare_probability
from align.records import Article, Block, BlockKind, Segment, Span, Tweet
from align.text.normal import normal_form

_NEAR = 8  # nearest tweet sentences of each Arabic one, before the window of dates
_NEAR_IN_WINDOW = 64  # the same where a window will throw most of them away
_LEAST_LIKELY = 0.2  # probability of the two texts alone below which a tweet is not tried
_MOST = 12  # tweets tried an article


@dataclass(frozen=True, slots=True)
class Window:
    """How many days before and after the article its tweets may have been written; None: no limit."""

    days_before: int | None = None
    days_after: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether no date is refused."""
        return self.days_before is None and self.days_after is None

    def holds(self, created_at: str | None, published: str | None) -> bool:
        """Whether a tweet may belong to an article; an article without a date takes all, a tweet without one none."""
        article, tweet = _day(published), _day(created_at)
        if self.is_open or article is None:
            return True
        if tweet is None:
            return False
        early = self.days_before is not None and tweet < article - timedelta(days=self.days_before)
        late = self.days_after is not None and tweet > article + timedelta(days=self.days_after)
        return not early and not late


def _day(value: str | None) -> date | None:
    try:
        moment = datetime.fromisoformat(value) if value else None
    except ValueError:
        return None
    return moment.astimezone(UTC).date() if moment and moment.tzinfo else moment.date() if moment else None


@dataclass(frozen=True, slots=True)
class TweetLookup:
    """An index of tweets and the window in which they count."""

    folder: IndexFolder
    matcher: Matcher
    window: Window = Window()

    @property
    def signature(self) -> str:
        """What stands for it in a run's signature."""
        return f"tweets:{self.folder.signature}:{self.window.days_before}:{self.window.days_after}"

    def find(self, article: Article, segments: Sequence[Segment]) -> list[dict[str, Any]]:
        """Rows of the index, one a tweet that the article may render and does not embed, likeliest first."""
        sentences = [s.cut(article.text) for segment in segments for s in segment.sentences]
        if not sentences or not self.folder.shelves["en"].count:
            return []
        encoder, calibration = self.matcher
        mean = calibration.mean_ar if calibration.mean_ar.size else np.zeros(encoder.dim, np.float32)
        queries = centred(encoder.encode(sentences), mean)
        near = self.folder.search_top_k("en", queries, _NEAR if self.window.is_open else _NEAR_IN_WINDOW)
        embedded = {normal_form(t.text) for t in article.tweets if t.text}
        ids = {t.tweet_id for t in article.tweets if t.tweet_id}
        rows = self._allowed(near.rows, article.published)
        likely: defaultdict[str, float] = defaultdict(float)
        kept: dict[str, dict[str, Any]] = {}
        words = encoder.encode_words(sentences)
        for place, (cosines, numbers) in enumerate(zip(near.cosines.tolist(), near.rows.tolist(), strict=True)):
            tried = [(c, rows[n]) for c, n in zip(cosines, numbers, strict=True) if n in rows][:_NEAR]
            english = encoder.encode_words([row["sentence"] for _, row in tried]) if tried else []
            for (cosine, row), own in zip(tried, english, strict=True):
                if normal_form(row["text"]) in embedded or row["post_id"] in ids:
                    continue
                probability = bare_probability(cosine, link_words(own, words[place], calibration))
                likely[row["source"]] = max(likely[row["source"]], probability)
                kept[row["source"]] = row
        ranked = sorted(kept, key=lambda source: (-likely[source], source))
        return [kept[source] for source in ranked if likely[source] >= _LEAST_LIKELY][:_MOST]

    def _allowed(self, numbers: Any, published: str | None) -> dict[int, dict[str, Any]]:
        wanted = sorted({int(n) for n in numbers.ravel() if n >= 0})
        rows = dict(zip(wanted, self.folder.shelves["en"].rows(wanted), strict=True))
        return {n: row for n, row in rows.items() if self.window.holds(row["created_at"], published)}


def with_tweets(article: Article, rows: Sequence[dict[str, Any]], split: Callable[[Tweet], Tweet]) -> Article:
    """The article with these tweets behind its text; `split` gives a tweet its sentences."""
    text, blocks, tweets = article.text, list(article.blocks), list(article.tweets)
    for row in rows:
        text += "\n\n"
        span = Span(len(text), len(text) + len(row["text"]))
        text += row["text"]
        tweet = Tweet(
            len(tweets), span.start, span.end, row["text"], span, lang="en", author=row["author"],
            handle=row["handle"], created_at=row["created_at"], tweet_id=row["post_id"], url=row["url"],
            found_in=row["source"],
        )  # fmt: skip
        blocks.append(Block(BlockKind.TWEET, span.start, span.end))
        tweets.append(tweet)
    whole = replace(article, text=text, blocks=tuple(blocks), tweets=tuple(tweets))
    return replace(whole, tweets=tuple(split(t) if t.found_in else t for t in whole.tweets))
