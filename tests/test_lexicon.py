"""Readings of words, phrases of the tables, masks and gaps; the tables themselves."""

import pytest

from align.check.evidence.lexicon import TABLES, PhraseTable, read_list, read_table
from align.check.evidence.text_view import TextView
from align.check.evidence.tokens import read_words


@pytest.mark.parametrize(
    ("word", "base"),
    [
        ("وارتفعت", "ارتفع"),
        ("المتحدثون", "متحدث"),
        ("بالمدرسة", "مدرسه"),
        ("وستنخفض", "ينخفض"),
        ("للشرطة", "شرطه"),
        ("مدارسهم", "مدارس"),
    ],
)
def test_arabic_words_are_stripped_to_their_base(word: str, base: str) -> None:
    assert base in read_words(word, is_arabic=True)[0].forms


@pytest.mark.parametrize(
    ("word", "base"),
    [("stopped", "stop"), ("prices", "price"), ("carries", "carry"), ("rising", "rise"), ("men's", "men")],
)
def test_english_words_are_stripped_to_their_base(word: str, base: str) -> None:
    assert base in read_words(word, is_arabic=False)[0].forms


def test_a_word_as_written_keeps_ta_marbuta_apart() -> None:
    assert "==والدة" in read_words("والدة", is_arabic=True)[0].forms
    assert "==والدة" not in read_words("والده", is_arabic=True)[0].forms


def test_the_longest_phrase_counts_and_a_mask_switches_it_off() -> None:
    table = PhraseTable([("a", "x", "over"), ("a", "y", "over the top"), ("a", "-", "all over")])
    found = table.find(read_words("He went over the top, all over again, over there", is_arabic=False))
    assert [(m.key, m.first) for m in found] == [("y", 2), ("x", 8)]


def test_a_gap_stays_inside_its_clause() -> None:
    table = PhraseTable([("a", "x", "=لا _ =إلا")])
    assert table.find(read_words("لا يأتي أحد إلا سامي", is_arabic=True))
    assert not table.find(read_words("لا يأتي، إلا سامي", is_arabic=True))


@pytest.mark.parametrize("name", TABLES)
def test_tables_hold_two_or_more_columns_and_no_empty_row(name: str) -> None:
    rows = read_table(name)
    assert rows and all(row.group and row.key and (row.en or row.ar) for row in rows)


def test_lists_are_in_normal_form() -> None:
    assert "ماليه" in read_list("ambiguous_names") or "مالي" in read_list("ambiguous_names")


def test_offsets_are_those_of_the_text() -> None:
    text = "لم  تَرتفعِ الأسعار"
    (mention,) = [m for m in TextView(text, is_arabic=True).mentions("opposites.tsv") if m.group == "level"]
    assert mention.span.cut(text) == "تَرتفعِ"


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("لا يزال هنا", []),
        ("لم يأتِ سوى سامي", ["only"]),
        ("لن نعود", ["hard"]),
        ("نفى الخبر", ["soft"]),
        ("غير أنه عاد", []),
    ],
)
def test_arabic_negators(text: str, keys: list[str]) -> None:
    assert [m.key for m in TextView(text, is_arabic=True).negators] == keys


def test_contractions_are_negators() -> None:
    text = TextView("They didn't, I can't and we won’t", is_arabic=False)
    assert [m.key for m in text.negators] == ["hard"] * 3


def test_an_idea_is_negated_inside_its_clause_only() -> None:
    sides = TextView("Not here, prices rise", is_arabic=False), TextView("لا، ترتفع الأسعار", is_arabic=True)
    ideas = [idea for side in sides for idea in side.ideas("opposites.tsv")]
    assert [idea.is_negated for idea in ideas if idea.mention.group == "level"] == [False, False]


@pytest.mark.parametrize("text", ["لإل", "لال", "لالا", "ال", "بال", "وال", "س", "لل"])
def test_lexicon_words_of_clitics_alone_are_read(text):
    (token,) = read_words(text, is_arabic=True)
    assert token.norm in {form.strip("=") for form in token.forms}
