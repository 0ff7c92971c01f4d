"""`coverage_en` and `coverage_ar`: what the check measures of a whole rendering; the shares matched are `linked_*`."""

from dataclasses import replace

import numpy as np
import pytest

from align.judge.inputs import _judgement_of
from align.judge.pairs import check_article
from align.models.linear import LinearModel
from align.models.names import with_current_names
from align.records import Article, Pair, Rendering, Span, Tweet, WordScore
from align.review.view import _runner_up
from align.rows.article import TSV_HEADER, pair_row, tsv_line
from align.settings import CheckSettings
from align.text.words import words
from tests.lexical_cases import MODELS

EN = "The fire destroyed many homes, and most people lost their jobs."
FIRST, SECOND = "دمّر الحريق منازل كثيرة", "وفقد معظم الناس وظائفهم"
TEXT = f"{EN}\n{FIRST}\nوأضاف:\n{SECOND}"
MATCHED = {"cosine": 0.8, "margin": 1.0, "linked_en": 0.4, "linked_ar": 0.9}


def scores(text, likeness):
    return tuple(WordScore(word, likeness) for word in words(text))


def pieces(likeness):
    """Two pieces of one rendering, each of which renders a part of the English."""
    article = Article("a", "a.txt", TEXT, (), (Tweet(0, 0, len(EN), EN, Span(0, len(EN)), lang="en"),))
    out = []
    for number, ar in enumerate((FIRST, SECOND)):
        span = Span(TEXT.index(ar), TEXT.index(ar) + len(ar))
        pair = Pair(f"p{number}", "r", "a", 0, Span(0, len(EN)), EN, span, ar, Rendering.QUOTE, 0.9, MATCHED)
        out.append(replace(pair, en_words=scores(EN, likeness), ar_words=scores(ar, likeness)) if likeness else pair)
    return article, out


def test_coverage_shares_are_those_of_the_whole_rendering_on_every_piece():
    article, given = pieces(0.7)
    first, second = check_article(article, given, CheckSettings(), MODELS)
    assert (first.coverage_en, first.coverage_ar) == (second.coverage_en, second.coverage_ar)
    assert 0.9 < first.coverage_en <= 1
    poor, _ = check_article(*pieces(0.05), CheckSettings(), MODELS)
    assert poor.coverage_en < first.coverage_en


def test_coverage_shares_leave_what_the_matcher_counted_alone():
    article, given = pieces(0.7)
    for pair in check_article(article, given, CheckSettings(), MODELS):
        assert pair.features == MATCHED
        row = pair_row(pair)
        assert row["features"] == {"linked_en": 0.4, "linked_ar": 0.9}
        assert row["coverage_en"] == round(pair.coverage_en, 4)
        assert _judgement_of(pair).coverage_ar == pair.coverage_ar


def test_coverage_shares_that_cannot_be_measured_are_null_and_an_empty_cell():
    article, given = pieces(None)
    pair, _ = check_article(article, given, CheckSettings(), MODELS)
    row = pair_row(pair)
    assert row["coverage_en"] is None is row["coverage_ar"]
    cells = dict(zip(TSV_HEADER.strip().split("\t"), tsv_line(row).rstrip("\n").split("\t"), strict=True))
    assert cells["coverage_en"] == cells["coverage_ar"] == ""
    assert cells["probability"] == "0.9"


FORMER = {"cosine": 1.5, "coverage_en": 2.0, "coverage_outside": -1.0, "coverage_ar": 0.5, "constant": -1.0}


def test_coverage_weights_of_an_earlier_version_are_read_under_the_names_of_today():
    model = LinearModel.of_row(FORMER)
    assert model.names == ("cosine", "linked_en", "linked_outside", "linked_ar")
    features = {"cosine": [0.5], "linked_en": [0.2], "linked_outside": [0.1], "linked_ar": [0.4], "soft_en": [9.0]}
    logit = model.score({name: np.array(value) for name, value in features.items()})
    assert logit == pytest.approx([0.5 * 1.5 + 0.2 * 2.0 - 0.1 + 0.4 * 0.5 - 1.0])
    assert LinearModel.of_row(model.as_row()).names == model.names


def test_coverage_names_of_today_stay_as_they_are():
    assert with_current_names({"linked_en": 1, "rank": 2}) == {"linked_en": 1, "rank": 2}
    assert list(with_current_names(FORMER)) == ["cosine", "linked_en", "linked_outside", "linked_ar", "constant"]


@pytest.mark.parametrize("name", ["linked_ar", "coverage_ar"])
def test_coverage_review_compares_the_matchers_share_with_its_own_kind(name):
    chosen = {"cosine": 0.6, "coverage_en": 0.9, "coverage_ar": 0.9, "features": {"linked_ar": 0.5}}
    candidate = {"ar_start": 0, "ar_end": 4, "probability": 0.1, "features": {"cosine": 0.7, name: 0.3}}
    assert _runner_up(TEXT, candidate, chosen).behind == (("linked_ar", 0.3, 0.5),)


def test_coverage_review_compares_nothing_with_what_the_check_measured():
    chosen = {"cosine": 0.6, "coverage_en": 0.9, "coverage_ar": 0.9, "features": {}}  # of a run of an earlier version
    candidate = {"ar_start": 0, "ar_end": 4, "probability": 0.1, "features": {"coverage_ar": 0.3}}
    assert _runner_up(TEXT, candidate, chosen).behind == ()
