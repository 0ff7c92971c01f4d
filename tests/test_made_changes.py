"""Changes of meaning made by rule: they change what they say, where they say, and nothing else."""

import numpy as np
import pytest

from align.records import Span
from align.text.words import words
from align.train.changes import made_changes
from align.train.edits import Edit, apply, touched

ENGLISH = [
    "Minister Hala Berri said on Monday that 1,240 families must leave Lebanon before 2021.",
    "The army did not enter Egypt, officials in Jordan confirmed, because the border was closed.",
    "She arrested all of them; prices rose by 3.5% in March, the spokesman added.",
    "No one in the northern provinces will ever forget the attack of last year.",
]
ARABIC = [
    "قالت الوزيرة هالة بري يوم الاثنين إن 1240 أسرة يجب أن تغادر لبنان قبل عام ٢٠٢١.",
    "لم يدخل الجيش مصر، كما أكد مسؤولون في الأردن، بسبب إغلاق الحدود",
    "ارتفعت الأسعار بنسبة 3.5% في مارس، بحسب المتحدث، أكثر من العام الماضي.",
]
TEXTS = [("en", text) for text in ENGLISH] + [("ar", text) for text in ARABIC]


def rest(text, spans):
    """What stands outside the places."""
    kept, end = [], 0
    for span in spans:
        kept.append(text[end : span.start])
        end = span.end
    return "".join(kept) + text[end:]


def changes_of(language, text, draws=25):
    return [change for seed in range(draws) for change in made_changes(text, language, np.random.default_rng(seed))]


@pytest.mark.parametrize(("language", "text"), TEXTS)
def test_made_changes_touch_nothing_but_the_places_they_name(language, text):
    changes = changes_of(language, text)
    assert changes
    for change in changes:
        assert change.text != text
        assert rest(text, change.old) == rest(change.text, change.new)
        assert all(span.cut(text).strip() for span in change.old)


@pytest.mark.parametrize(("language", "text"), TEXTS)
def test_made_changes_put_another_word_in_each_place(language, text):
    for change in changes_of(language, text):
        if change.new and change.kind != "roles":
            assert [s.cut(text) for s in change.old] != [s.cut(change.text) for s in change.new]


def test_made_changes_of_a_number_keep_its_length_and_digits_of_its_script():
    changes = [c for c in changes_of("ar", ARABIC[0]) if c.kind == "number"]
    assert changes
    for change in changes:
        old, new = change.old[0].cut(ARABIC[0]), change.new[0].cut(change.text)
        assert len(old) == len(new)
        assert [char.isascii() for char in old] == [char.isascii() for char in new]


def test_made_changes_of_a_year_stay_within_its_century():
    text = "Elections were held in Tunisia in 1989 and 2014."
    years = [c.new[0].cut(c.text) for c in changes_of("en", text) if c.kind == "number"]
    assert years
    assert {year[:2] for year in years} <= {"19", "20"}


def test_made_changes_exchange_two_names_of_a_kind():
    text = "Egypt asked Jordan for help after talks in Doha."
    swapped = {c.text for c in changes_of("en", text) if c.kind == "roles"}
    assert swapped == {"Jordan asked Egypt for help after talks in Doha."}


@pytest.mark.parametrize("text", ["Talks in Egypt and Jordan", "Egypt, Jordan or Oman", "زيارة مصر أو الأردن"])
def test_made_changes_leave_the_order_of_a_list_alone(text):
    language = "ar" if "مصر" in text else "en"
    assert [c for c in changes_of(language, text) if c.kind == "roles"] == []


@pytest.mark.parametrize(
    ("language", "text", "known"),
    [
        ("en", "The court must hear the case.", {"The court must not hear the case."}),
        ("en", "They can't go home.", {"They can go home."}),
        ("ar", "يجب أن يغادر", {"يجب ألا يغادر"}),
        ("ar", "لن يوقع الاتفاق", {"سوف يوقع الاتفاق", "قد يوقع الاتفاق"}),
    ],
)
def test_made_changes_put_in_or_take_out_a_negation(language, text, known):
    found = {c.text for c in changes_of(language, text) if c.kind == "negation"}
    assert found & known
    assert text not in found


@pytest.mark.parametrize("text", [ENGLISH[1], ARABIC[1]])
def test_made_changes_cut_words_out_and_leave_no_place_of_words_behind(text):
    language = "ar" if text in ARABIC else "en"
    cuts = [c for c in changes_of(language, text) if c.kind == "omission"]
    assert cuts
    for cut in cuts:
        assert cut.new == ()
        assert 0 < len(words(cut.text)) < len(words(text))


@pytest.mark.parametrize("text", ["@Egypt2020 wrote #Monday", "ولبنان", "Egypt's", "Mondayish", "A7"])
def test_made_changes_leave_handles_hashtags_and_parts_of_words_alone(text):
    language = "ar" if text == "ولبنان" else "en"
    assert [c for c in changes_of(language, text) if c.kind in ("name", "weekday", "number")] == []


def test_made_changes_keep_a_capital_at_the_beginning():
    found = {c.text for c in changes_of("en", "More people came.") if c.kind == "direction"}
    assert found == {"Less people came.", "Fewer people came."}


def test_made_changes_are_the_same_for_the_same_seed():
    assert made_changes(ENGLISH[0], "en", np.random.default_rng(3)) == made_changes(
        ENGLISH[0], "en", np.random.default_rng(3)
    )


def test_edits_labels_sit_on_the_changed_words():
    text = "three ships left the harbour"
    change = apply(text, "number", [Edit(Span(0, 5), "thirteen"), Edit(Span(21, 28), "pier")])
    assert change.text == "thirteen ships left the pier"
    assert [s.cut(change.text) for s in change.new] == ["thirteen", "pier"]
    flags = touched(words(change.text), change.new)
    assert [w.cut(change.text) for w, flag in zip(words(change.text), flags, strict=True) if flag] == [
        "thirteen",
        "pier",
    ]
