"""Where a span stands in its article as seen from the posts: how far from them, on which side, how near to the top."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import log1p

from align.records import Article, BlockKind, Tweet

_MOST_BLOCKS = 20  # farther away is no farther
_USUAL_DISTANCE = 2  # in blocks, taken for a post that the article does not embed
_MOST_BLOCKS_BETWEEN = 3  # of text, between two posts of one thread
_TITLES = (BlockKind.HEADLINE, BlockKind.STANDFIRST)


def threads_of(article: Article) -> dict[int, int]:
    """The thread of each tweet, by their indices: the first of the posts of one author that stand close together.

    A post without an author belongs to the post beside it, where no text stands between them.
    """
    threads: dict[int, int] = {}
    starts = _text_starts(article)
    for tweet in article.tweets:
        threads[tweet.index] = tweet.index
        for earlier in article.tweets[: tweet.index][::-1]:
            between = bisect_right(starts, tweet.start) - bisect_right(starts, earlier.start)
            if between > _MOST_BLOCKS_BETWEEN or earlier.found_in != tweet.found_in:
                break
            if _is_one_author(tweet, earlier, are_side_by_side=not between):
                threads[tweet.index] = threads[earlier.index]
                break
    return threads


def _is_one_author(one: Tweet, other: Tweet, *, are_side_by_side: bool) -> bool:
    names = [post.handle or post.author for post in (one, other)]
    if None in names:
        return are_side_by_side
    return names[0] == names[1] or (one.author is not None and one.author == other.author)


def _text_starts(article: Article) -> list[int]:
    return [block.start for block in article.blocks if block.kind is not BlockKind.TWEET]


@dataclass(frozen=True, slots=True)
class Places:
    """Where the blocks of an article's text and its posts stand."""

    starts: Sequence[int]  # of the blocks that are no tweets
    kinds: Sequence[BlockKind]
    paragraphs: Sequence[int]  # before each block, titles not counted
    posts: dict[int, list[int]]  # thread -> for each post the number of blocks before it; none where it is not embedded

    def features(self, thread: int, offset: int) -> dict[str, float]:
        """What is told of a span at `offset` as a rendering of a thread's sentence."""
        block = bisect_right(self.starts, offset) - 1
        is_title = block < 0 or self.kinds[block] in _TITLES
        steps = [block - before if block >= before else block - before + 1 for before in self.posts.get(thread, ())]
        nearest = min(steps, key=abs, default=_USUAL_DISTANCE)
        is_behind = bool(steps) and any(block >= before for before in self.posts[thread])
        return {
            "tweet_distance": 0.0 if is_title else log1p(min(abs(nearest), _MOST_BLOCKS)),
            "is_behind_tweet": float(is_behind and not is_title),
            "paragraph": log1p(min(self.paragraphs[block] if block >= 0 else 0, _MOST_BLOCKS)),
        }


def places_of(article: Article, threads: dict[int, int]) -> Places:
    """Those of an article."""
    blocks = [block for block in article.blocks if block.kind is not BlockKind.TWEET]
    starts = [block.start for block in blocks]
    posts: dict[int, list[int]] = {}
    for tweet in article.tweets:
        if tweet.found_in is None:
            posts.setdefault(threads[tweet.index], []).append(bisect_right(starts, tweet.start))
    kinds = [block.kind for block in blocks]
    return Places(starts, kinds, [0, *accumulate(kind not in _TITLES for kind in kinds)], posts)
