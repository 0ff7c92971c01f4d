"""The Arabic catalogue is whole, and says the same as the English."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from align.report.labels import LABELS
from align.review.language import _LOCALE, preferred, translations
from align.rows.terms import TERMS, counted, plural_category

TEMPLATES = _LOCALE.parent / "templates"
GLOSSARY = Path(__file__).parents[2] / "docs" / "glossary.md"
# What reads wrongly in a newsroom: husband, candidate of an election, delete for omission, cosine, honest, ...
UNWANTED = (
    "زوج",
    "أزواج",
    "الأزواج",
    "مرشح",
    "مرشحات",
    "المرشحات",
    "حذف",
    "جيب التمام",
    "أمين",
    "أمينة",
    "قائمة الانتظار",
)


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


def arabic_texts(catalogue):
    """Every Arabic text of the page, the report and the terminal."""
    texts = [text for message in catalogue if message.id for text in strings_of(message)]
    counts = [counted(noun, n, "ar") for noun in COUNTED for n in NUMBERS]
    return [*texts, *LABELS["ar"].values(), *counts]


NUMBERS = [0, 1, 2, 3, 10, 11, 72, 99, 100, 101, 102, 103, 274, 1000]
COUNTED = ("article", "tweet", "pair", "finding", "error", "warning", "note")


def test_language_the_glossary_and_the_words_of_the_program_agree():
    rows = [line.split("|")[1:3] for line in GLOSSARY.read_text("utf-8").splitlines() if line.startswith("| ")]
    written = {english.strip(): arabic.strip() for english, arabic in rows}
    assert {english: arabic for english, arabic in TERMS.values()}.items() <= written.items()


def test_language_the_catalogue_says_what_the_glossary_says(catalogue):
    glossary = {english.lower(): arabic for english, arabic in TERMS.values()}
    shared = [message for message in catalogue if message.id and str(message.id).lower() in glossary]
    assert len(shared) >= 12
    for message in shared:
        assert glossary[message.id.lower()].removeprefix("ال") == message.string.removeprefix("ال"), message.id


def test_language_no_word_is_used_that_reads_wrongly(catalogue):
    for text in arabic_texts(catalogue):
        words = re.findall(r"[\u0621-\u0652]+", text)
        assert not [bad for bad in UNWANTED if bad in words or (" " in bad and bad in text)], text


def test_language_tanwin_is_written_and_one_way(catalogue):
    for text in arabic_texts(catalogue):
        assert "\u064b\u0627" not in text, text  # before the alif: the other habit
        bare = re.findall(r"[\u0621-\u064a]{2,}ا\b(?!\u064b)", text)
        allowed = ("ها", "ما", "هذا", "هنا", "نا", "لا", "كابا", "ألفا")
        assert not [word for word in bare if not word.endswith(allowed)], (text, bare)


@pytest.mark.parametrize(
    ("noun", "n", "said"),
    [
        ("article", 72, "72 مقالاً"),
        ("tweet", 100, "100 تغريدة"),
        ("pair", 274, "274 مقطعاً"),
        ("pair", 100, "100 مقطع"),
        ("pair", 2, "مقطعان"),
        ("article", 103, "103 مقالات"),
        ("error", 11, "11 خطأً"),
    ],
)
def test_language_counts_follow_cldr(noun, n, said):
    assert counted(noun, n, "ar") == said
    assert counted("pair", 1, "en") == "1 pair"
    assert counted("pair", 21, "en") == "21 pairs"


def test_language_the_catalogue_counts_as_cldr_does():
    forms = {n: translations("ar").ngettext("%(num)s pair", "%(num)s pairs", n) for n in range(1200)}
    by_category = {}
    for n, form in forms.items():
        by_category.setdefault(plural_category(n, "ar"), set()).add(form)
    assert {category: len(found) for category, found in by_category.items()} == dict.fromkeys(by_category, 1)
    assert len(by_category) == 6
