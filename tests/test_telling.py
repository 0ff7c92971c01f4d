"""Findings in an editor's words: every code has some, in both languages, and they claim no more than is marked."""

import re

import pytest

from align.check import CODES
from align.rows.telling import kind_of, told
from align.rows.tellings import TELLINGS

AT_MOST = "على الأكثر"
ARABIC = re.compile("[\u0621-\u064a]")


def test_telling_every_code_of_the_checks_has_words_and_no_other_has():
    ours = {info.code for info in CODES} | {"date.id", "omission.no_text", "omission.sentence"}
    assert set(TELLINGS) == ours


@pytest.mark.parametrize("code", sorted(TELLINGS))
def test_telling_both_languages_are_told_without_codes(code):
    for lang, en, ar in (("en", "at least 60", ""), ("ar", "", "على الأكثر"), ("en", "x", "س"), ("ar", "", "")):
        text = told(code, lang, en, ar, "bound 'none' became 'about'").text
        assert code not in text and "bound" not in text and "{" not in text
        assert bool(ARABIC.search(TELLINGS[code].what[1])) and not ARABIC.search(TELLINGS[code].what[0])
    assert kind_of(code, "ar") == TELLINGS[code].what[1]


@pytest.mark.parametrize(
    ("code", "lang", "en", "ar", "expected"),
    [
        ("quantity.bound", "en", "at least 60", AT_MOST, "The tweet says “at least 60”; the Arabic says «على الأكثر»."),
        ("quantity.bound", "ar", "at least 60", AT_MOST, "في التغريدة “at least 60”، وفي النص العربي «على الأكثر»."),
        (
            "omission.part",
            "en",
            "and entry is free",
            "",
            "The tweet says “and entry is free”; nothing in the Arabic renders it.",
        ),
        ("number.missing", "ar", "14", "", "في التغريدة “14”، ولا مقابل له في النص العربي."),
        ("addition.part", "en", "", "بلا مقابل", "The Arabic says «بلا مقابل»; the tweet does not."),
        ("gender.agreement", "en", "", "قالت", "The Arabic says «قالت»."),  # the tweet may well say so
        ("modality.time", "ar", "closed", "", "في التغريدة “closed”."),
        ("attribution.day", "en", "", "", ""),
    ],
)
def test_telling_where_quotes_the_words_and_claims_absence_only_where_it_was_checked(code, lang, en, ar, expected):
    where = told(code, lang, en, ar, "").where
    assert where.translate({0x2068: None, 0x2069: None}) == expected


def test_telling_a_hashtag_says_what_became_of_it():
    said = {policy: told("omission.trimming", "en", "#Qalat", "", "", {"policy": policy}).why
            for policy in ("kept", "translated", "dropped")}  # fmt: skip
    assert said == {"kept": "It was kept.", "translated": "It was translated.", "dropped": "It was left out."}


def test_telling_a_code_of_another_tool_has_its_own_message_alone():
    assert told("terms.odd", "en", "a", "b", "an odd term") == ("", "", "an odd term")
    assert kind_of("terms.odd", "ar") == "terms.odd"


def test_telling_long_words_are_cut_at_a_space():
    where = told("omission.part", "en", "word " * 100, "", "").where
    assert len(where) < 250
    assert "word …”" in where
