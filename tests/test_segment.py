"""Stretches of an article and sentences of a tweet."""

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


def test_segments_hold_the_sentences_of_a_block():
    text = "سنعود غداً. لن نتأخر."
    (segment,) = segment_article(make_article(text))
    assert [span.cut(text).strip() for span in segment.sentences] == ["سنعود غداً.", "لن نتأخر."]


def test_segments_of_a_line_without_stops_are_short_and_lose_no_word():
    text = "، ".join(f"كلمة{number}" for number in range(2000))
    segments = segment_article(make_article(text))
    assert max(segment.end - segment.start for segment in segments) <= 900
    assert "".join(text[segment.start : segment.end] for segment in segments) == text


@given(st.text(alphabet='ab .!?،أنّ"«»: \n@#…', max_size=80))
def test_spans_stay_inside_the_text(text: str) -> None:
    spans = list(split_tweet(text))
    assert all(0 <= a.start < a.end <= len(text) for a in spans)
    assert all(a.end <= b.start for a, b in zip(spans, spans[1:], strict=False))
    for segment in segment_article(make_article(text)):
        assert 0 <= segment.start < segment.end <= len(text)
        assert (segment.start, segment.end) == (segment.sentences[0].start, segment.sentences[-1].end)
