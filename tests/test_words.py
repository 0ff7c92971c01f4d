"""What counts as a word: letters that are nothing to a reader make none."""

import pytest

from align.records import Span
from align.text.normal import normal_form
from align.text.spans import Covered, merged
from align.text.words import words


def cut(text):
    return [span.cut(text) for span in words(text)]


@pytest.mark.parametrize("dash", ["ـ", "ـــ", "\ufcf2", "\ufe71", "\ufe70", "ـ\u064b", "\u200fـ\u200f"])
def test_words_a_letter_that_is_nothing_to_a_reader_is_none(dash):
    text = f"الجسر {dash} بعد الصيانة {dash} يوم"
    assert cut(text) == ["الجسر", "بعد", "الصيانة", "يوم"]
    assert all(normal_form(word).strip() for word in cut(text))


def test_words_keep_the_tatweel_and_marks_that_stand_beside_letters():
    assert cut("كتـــاب ـهـ و\u064eقال ـ\u064eب") == ["كتـــاب", "ـهـ", "و\u064eقال", "ـ\u064eب"]


def test_words_keep_apostrophes_and_separators_of_numbers():
    assert cut("don't 1,000.5 ١٢٫٥ 4:30 a_b _ ' it's_") == ["don't", "1,000.5", "١٢٫٥", "4:30", "a_b", "it's_"]


def test_spans_merged_touch_or_overlap():
    assert merged([(5, 7), (0, 2), (2, 3), (6, 9)]) == [Span(0, 3), Span(5, 9)]


def test_spans_covered_tells_places_and_overlaps():
    covered = Covered([(5, 7), (0, 2), (6, 9), (3, 3)])
    assert [place for place in range(11) if place in covered] == [0, 1, 5, 6, 7, 8]
    assert covered.over(2, 5) is None
    assert covered.over(2, 6) == Span(5, 9)
    assert covered.over(1, 20) == Span(5, 9)
    assert Covered([]).over(0, 5) is None
