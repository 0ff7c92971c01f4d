"""Articles to segments: pieces of Arabic text, each short enough for one forward pass, and their sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator

from align.records import Article, BlockKind, Segment, Span, Tweet
from align.text.sentences import split_arabic, split_tweet
from align.text.words import count_arabic, is_mostly_arabic

__all__ = ["segment_article", "tweet_sentences"]

# For one forward pass: 512 pieces of the encoder are some 1,300 Arabic letters, and the paragraphs of the
# benchmarks end at 800. A longer "sentence" is a list or a page without stops; it is cut between words.
_MOST_SEGMENT_CHARS = 900
_PAUSE = re.compile(r"(?:\.{2,}|[،؛…])[ \u00a0]")


def segment_article(article: Article) -> tuple[Segment, ...]:
    """Every piece of Arabic outside the tweets, in order; no word of it is lost."""
    return tuple(
        Segment(run[0].start, run[-1].end, block.kind, run)
        for block in article.blocks
        if block.kind is not BlockKind.TWEET
        for run in _runs(article.text, block.start, block.end)
        if count_arabic(article.text[run[0].start : run[-1].end])
    )


def tweet_sentences(tweet: Tweet) -> tuple[Span, ...]:
    """The sentences of a tweet that has a text, as offsets into the article; of an English one its English sentences.

    What stands aside in it (an attribution before its second half) belongs to no sentence.
    """
    assert tweet.text is not None
    found: list[Span] = []
    at = tweet.start
    for start, end in (*tweet.aside, Span(tweet.end, tweet.end)):
        piece = tweet.text[at - tweet.start : start - tweet.start]
        found += (span.moved(at) for span in split_tweet(piece))
        at = end
    if tweet.lang != "en":
        return tuple(found)
    english = (span for span in found if not is_mostly_arabic(span.moved(-tweet.start).cut(tweet.text)))
    return tuple(english)


def _runs(text: str, start: int, end: int) -> Iterator[tuple[Span, ...]]:
    """Neighbouring sentences, as many as fit one segment."""
    run: list[Span] = []
    for sentence in split_arabic(text, start, end):
        for part in _cut(text, sentence):
            if run and part.end - run[0].start > _MOST_SEGMENT_CHARS:
                yield tuple(run)
                run = []
            run.append(part)
    if run:
        yield tuple(run)


def _cut(text: str, sentence: Span) -> Iterator[Span]:
    start = sentence.start
    while sentence.end - start > _MOST_SEGMENT_CHARS:
        pauses = _PAUSE.finditer(text, start + _MOST_SEGMENT_CHARS // 2, start + _MOST_SEGMENT_CHARS)
        gap = max((pause.end() - 1 for pause in pauses), default=-1)  # between clauses where that can be
        gap = gap if gap > 0 else text.rfind(" ", start + 1, start + _MOST_SEGMENT_CHARS)
        end = gap + 1 if gap > 0 else start + _MOST_SEGMENT_CHARS
        yield Span(start, end)
        start = end
    yield Span(start, sentence.end)
