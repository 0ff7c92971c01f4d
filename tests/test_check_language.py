"""Sides that are not what they should be: untranslated, exchanged, in a third language; codes that nobody knows."""

import pytest

from align.check.registry import require_known_codes
from align.errors import SettingsError
from align.judge.pairs import check_pairs
from align.models.bundle import shipped_bundle
from align.pairs.texts import pair_of_texts
from align.records import Verdict
from align.settings import CheckSettings

EN, AR = "We will reopen the old bridge on Monday.", "سنعيد فتح الجسر القديم يوم الاثنين."


def judged(en, ar, settings=None):
    checks = shipped_bundle().checks
    return next(check_pairs([pair_of_texts("0", en, ar)], None, settings or CheckSettings(), checks))


@pytest.mark.parametrize(
    ("code", "en", "ar"),
    [
        ("language.untranslated", EN, EN),
        ("language.untranslated", EN, "The old bridge will open again on Monday"),
        ("language.untranslated", EN, "Bridge reopens Monday"),
        ("language.swapped", AR, EN),
        ("language.other", EN, "ما پل قدیمی را روز دوشنبه بازگشایی خواهیم کرد."),
        ("language.other", EN, "ہم پرانا پل پیر کو دوبارہ کھولیں گے۔"),
        ("language.other", EN, "Reabriremos el puente viejo el lunes por la mañana."),
        ("language.other", EN, "Мы откроем мост в понедельник."),
        ("language.other", "Reabriremos el puente viejo el lunes por la mañana.", AR),
        ("language.other", AR, AR),
    ],
)
def test_language_a_side_that_is_not_what_it_should_be_is_the_one_finding(code, en, ar):
    judgement = judged(en, ar)
    assert [finding.code for finding in judgement.findings] == [code]
    assert (judgement.verdict, judgement.verdict_reason) == (Verdict.DIVERGENT, code)


@pytest.mark.parametrize(
    ("en", "ar"),
    [
        (EN, AR),
        ("NATO", "NATO"),
        ("@lina_sample #Bridge https://example.org/a", "@lina_sample #Bridge https://example.org/a"),
        ("WhatsApp is down.", "تعطل تطبيق WhatsApp Messenger Business Account"),
        ("2-1", "2-1"),
        ("Bravo!", "برافو!"),
        ("Bonjour from Lyon, everyone, and thank you", "بونجور من ليون للجميع وشكراً"),
    ],
)
def test_language_short_mixed_and_borrowed_texts_are_no_finding(en, ar):
    assert [f.code for f in judged(en, ar).findings if f.code.startswith("language")] == []


@pytest.mark.parametrize(
    ("wrong", "hint"), [("numbr", "number"), ("omision", "omission"), ("Negation", "negation"), ("zzz", "families are")]
)
@pytest.mark.parametrize("name", ["only", "skip"])
def test_check_a_code_that_nobody_gives_is_told_with_the_nearest_one(name, wrong, hint):
    with pytest.raises(SettingsError, match=rf"check\.{name}: no code begins with '{wrong}'.*{hint}"):
        require_known_codes(CheckSettings(**{name: ("number", wrong)}))


def test_check_families_and_whole_codes_are_known():
    require_known_codes(CheckSettings(only=("number", "omission.part", "language"), skip=("gender.",)))
