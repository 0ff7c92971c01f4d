"""Candidate spans of an article and sentences of a tweet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.records import Article, Block, BlockKind
from align.segment import segment_article, split_tweet


def make_article(text: str, kind: BlockKind = BlockKind.PARAGRAPH) -> Article:
    return Article("a", "a.txt", text, (Block(kind, 0, len(text)),), ())


@pytest.mark.parametrize(
    ("tweet", "sentences"),
    [
        ("@un We met Dr. Lee today. It went well! #Peace https://t.co/a", ["We met Dr. Lee today.", "It went well!"]),
        ("BREAKING: talks are over. More: https://t.co/a", ["BREAKING: talks are over."]),
        ("We go home.pic.twitter.com/Ab12", ["We go home."]),
        ("It grew by 5.8% in the U.S. economy. Thread below ⬇️", ["It grew by 5.8% in the U.S. economy."]),
    ],
)
def test_tweet_sentences(tweet: str, sentences: list[str]) -> None:
    assert [span.cut(tweet) for span in split_tweet(tweet)] == sentences


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('وقال سامي: "سنعود غداً. لن نتأخر".', {"سنعود غداً. لن نتأخر", "سنعود غداً", "لن نتأخر"}),
        ("وأعلن سامي أنّ الجسر مغلق اليوم.", {"الجسر مغلق اليوم"}),
        ("سامي: لا عودة قبل الغد", {"لا عودة قبل الغد"}),
    ],
)
def test_candidates(text: str, wanted: set[str]) -> None:
    assert wanted <= {segment.span.cut(text) for segment in segment_article(make_article(text))}


@given(st.text(alphabet='ab .!?،أنّ"«»: \n@#…', max_size=80))
def test_spans_stay_inside_the_text(text: str) -> None:
    spans = list(split_tweet(text))
    assert all(0 <= a.start < a.end <= len(text) for a in spans)
    assert all(a.end <= b.start for a, b in zip(spans, spans[1:], strict=False))
    for segment in segment_article(make_article(text)):
        assert 0 <= segment.start < segment.end <= len(text)
        assert not segment.span.cut(text)[0].isspace()
