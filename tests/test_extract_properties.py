"""Whatever the text: offsets cut back exactly, nothing raises but ReadError, sentences hold every character."""

import importlib.util
import os
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from align.errors import ReadError
from align.extract import extract_article
from align.extract.attribution import split_attribution
from align.records import Document
from align.settings import ReadSettings
from align.text.quotation import quoted_spans
from align.text.sentences import split_arabic, split_tweet
from tests import zoo

WORDS = (
    'قال سامي العابد|وأضاف|إن الجسر مغلق|وزيرة النقل لينا سامر|في تغريدة|:|«|»|"|“|”|‹|›|(...)|[|]|.|..|…|،|؟| |-|—|د.'
    "|3.5|We will open the bridge.|Lina Sample|(@lina_sample)|March 19, 2022|١٨ نوفمبر، ٢٠١٧|pic.twitter.com/AbCdEfGhIj"
    "|#bridge|@lina|🚢|ﻻ|ﷺ|ß|İ"
).split("|")
INVISIBLE = ["\n", "\n\n", "\u200f", "\u2067", "\u0640", "\u0651", "\ufeff", "\ud800", "\0", "\r", "\u2028"]
PIECES = st.sampled_from([*WORDS, *INVISIBLE, zoo.URL])
TEXTS = st.one_of(st.lists(PIECES, max_size=25).map(" ".join), st.lists(PIECES, max_size=25).map("".join), st.text())
MARKUP = st.lists(
    st.one_of(
        st.sampled_from(
            ["<p>", "</p>", "<blockquote>", "</blockquote>", "<div>", "</div>", "<br>", "<li>", "<td>", "<h1>"]
        ),
        st.sampled_from([*zoo.WITH_TEXT.values(), *zoo.WITHOUT_TEXT.values(), *zoo.NO_POST.values()]),
        PIECES,
    ),
    max_size=15,
).map("".join)
# The issue asks for 10,000: ALIGN_EXAMPLES=10000 python -m pytest tests/test_extract_properties.py
ASKED = int(os.environ.get("ALIGN_EXAMPLES", "0"))
MANY = settings(
    max_examples=ASKED or 200,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


def assert_exact(article) -> None:
    text = article.text
    for tweet in article.tweets:
        assert 0 <= tweet.block.start <= tweet.start <= tweet.end <= tweet.block.end <= len(text)
        assert tweet.text is None or text[tweet.start : tweet.end] == tweet.text
    spans = [(b.start, b.end) for b in article.blocks]
    assert spans == sorted(spans)
    assert all(a_end <= b_start for (_, a_end), (b_start, _) in zip(spans, spans[1:], strict=False))
    for frame in article.frames:
        for span in (*frame.speech, frame.speaker, frame.verb):
            assert span is None or 0 <= span.start < span.end <= len(text)


def extract(content, *, is_html):
    try:
        assert_exact(extract_article(Document("a", "a", content, is_html=is_html), ReadSettings()))
    except ReadError as error:
        assert error.reason in ("empty", "no_arabic", "language", "no_text", "html")


@given(TEXTS)
@MANY
def test_offsets_of_any_text_are_exact(text: str) -> None:
    extract("خبر\n" + text, is_html=False)


@given(MARKUP)
@settings(MANY, max_examples=ASKED or 50)
def test_offsets_of_any_page_are_exact(markup: str) -> None:
    extract(f"<html><body><article><p>{zoo.BEFORE}</p>{markup}</article></body></html>", is_html=True)


@given(TEXTS)
@MANY
def test_arabic_sentences_hold_every_character(text: str) -> None:
    assert "".join(span.cut(text) for span in split_arabic(text)) == text


@given(TEXTS)
@MANY
def test_tweet_sentences_quotes_and_attributions_lie_inside_the_text(text: str) -> None:
    for spans in (split_tweet(text), quoted_spans(text)):
        assert all(0 <= s.start < s.end <= len(text) for s in spans)
        assert all(a.end <= b.start for a, b in zip(spans, spans[1:], strict=False))
    assert 0 <= split_attribution(text).body_end <= len(text)


def load_fuzzer():
    path = Path(__file__).parents[1] / "scripts" / "fuzz_inputs.py"
    spec = importlib.util.spec_from_file_location("fuzz_inputs", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("seed", range(3))
def test_broken_pages_are_accepted_or_refused_with_a_code(seed: int) -> None:
    fuzzer = load_fuzzer()
    pages = [zoo.page(markup).encode() for markup in random.Random(seed).sample([*zoo.WITH_TEXT.values()], 10)]
    outcomes, _ = fuzzer.fuzz(pages, 60, seed, ReadSettings())
    assert sum(outcomes.values()) >= 60
    assert "accepted" in outcomes
