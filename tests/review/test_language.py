"""The Arabic catalogue is whole, and says the same as the English."""

import re

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from align.review.language import _LOCALE, preferred, translations

TEMPLATES = _LOCALE.parent / "templates"


def extracted():
    options = {"**.html": {"newstyle_gettext": "true", "trim_blocks": "true", "lstrip_blocks": "true"}}
    found = extract_from_dir(str(TEMPLATES), [("**.html", "jinja2")], options)
    return {message if isinstance(message, str) else message[:2] for _, _, message, _, _ in found}


@pytest.fixture(scope="module")
def catalogue():
    with (_LOCALE / "ar" / "LC_MESSAGES" / "review.po").open("rb") as stream:
        return read_po(stream, locale="ar")


def test_language_every_sentence_of_the_templates_is_translated(catalogue):
    translated = {message.id for message in catalogue if message.id and all(strings_of(message))}
    assert len(translated) > 100
    assert extracted() == translated


def strings_of(message):
    return [message.string] if isinstance(message.string, str) else list(message.string)


def test_language_translations_are_arabic_and_keep_their_placeholders(catalogue):
    for message in catalogue:
        if not message.id:
            continue
        assert not message.fuzzy, message.id
        wanted = message.id if isinstance(message.id, str) else message.id[1]
        for text in strings_of(message):
            assert re.search("[\u0621-\u064a]", text), message.id
            given = set(re.findall(r"%\(\w+\)s", text))
            assert given <= set(re.findall(r"%\(\w+\)s", wanted))
            assert isinstance(message.id, tuple) or given == set(re.findall(r"%\(\w+\)s", wanted)), message.id


def test_language_arabic_counts_in_six_forms():
    arabic = translations("ar")
    said = [arabic.ngettext("%(num)s minute left", "%(num)s minutes left", n) for n in (0, 1, 2, 3, 11)]
    assert len(set(said)) == 5


@pytest.mark.parametrize(
    ("chosen", "accepted", "expected"),
    [(None, "ar-MA,fr;q=0.8", "ar"), ("en", "ar", "en"), (None, "", "en"), ("xx", "fr, ar;q=0.1", "ar")],
)
def test_language_is_the_chosen_one_else_what_the_browser_asks_for(chosen, accepted, expected):
    assert preferred(chosen, accepted) == expected
