"""Possibility, duty, intention, belief and urging that changed their force."""

import pytest

from align.check.rules.modality import CODES, check_modality
from align.records import Severity, Subject
from tests.lexical_cases import codes

WRONG = [
    ("The port may reopen on Friday.", "سيعاد فتح الميناء الجمعة.", "modality.certain"),
    ("We might move the archive.", "سننقل الأرشيف.", "modality.certain"),
    ("The lake could vanish.", "ستختفي البحيرة.", "modality.certain"),
    ("They may have to close the clinic.", "سيضطرون إلى إغلاق العيادة.", "modality.certain"),
    ("The first boats may arrive at dawn.", "ستصل القوارب الأولى فجراً.", "modality.certain"),
    ("The port will reopen on Friday.", "قد يعاد فتح الميناء الجمعة.", "modality.possible"),
    ("He will return the medal.", "ربما يعيد الوسام.", "modality.possible"),
    ("All shops will close at noon.", "قد تغلق المتاجر كلها ظهراً.", "modality.possible"),
    ("The bridge is open.", "قد يكون الجسر مفتوحاً.", "modality.possible"),
    ("She'll sing tonight.", "قد تغني الليلة.", "modality.possible"),
    ("The council might publish the report.", "يجب على المجلس نشر التقرير.", "modality.force"),
    ("Drivers must stop here.", "بإمكان السائقين التوقف هنا.", "modality.duty"),
    ("You have to sign the form.", "يمكنكم توقيع الاستمارة.", "modality.duty"),
    ("The club wants to sell the stadium.", "قرر النادي بيع الملعب.", "modality.intent"),
    ("We intend to appeal.", "قررنا الاستئناف.", "modality.intent"),
    ("We believe the letter is real.", "نحن متأكدون من أن الرسالة حقيقية.", "modality.sure"),
    ("The mayor urged residents to stay home.", "ألزم رئيس البلدية السكان بالبقاء في منازلهم.", "modality.ask"),
]
RIGHT = [
    ("The port may reopen on Friday.", "قد يعاد فتح الميناء الجمعة."),
    ("The port may reopen on Friday.", "من المحتمل إعادة فتح الميناء الجمعة."),
    ("The lake could vanish.", "يمكن أن تختفي البحيرة."),
    ("The fox might have crossed the river.", "ربما عبر الثعلب النهر."),
    ("Foxes might have a den in the quarry.", "قد يكون للثعالب وكر في المحجر."),
    ("Depending on the road, a second driver may be required.", "بحسب الطريق، قد يلزم سائق ثان."),
    ("It may rain.", "لا يُستبعد هطول المطر."),
    ("The port will reopen on Friday.", "سيعاد فتح الميناء الجمعة."),
    ("The port will reopen on Friday.", "يعاد فتح الميناء الجمعة."),
    ("The council should publish the report.", "ينبغي أن ينشر المجلس التقرير."),
    ("Drivers must stop here.", "على السائقين أن يتوقفوا هنا."),
    ("Drivers must stop here.", "يتعين على السائقين التوقف هنا."),
    ("The club wants to sell the stadium.", "يريد النادي بيع الملعب."),
    ("We believe the letter is real.", "نعتقد أن الرسالة حقيقية."),
    ("The mayor urged residents to stay home.", "دعا رئيس البلدية السكان إلى البقاء في منازلهم."),
    ("Years passed.", "مرت سنوات."),
    ("His policy failed.", "فشلت سياسته."),
    ("He had already left.", "كان قد غادر."),
    ("The ship has sailed.", "لقد أبحرت السفينة."),
    ("We met in May.", "التقينا في مايو."),
    ("She can swim.", "تستطيع السباحة."),
]


@pytest.mark.parametrize(("en", "ar", "code"), WRONG)
def test_a_changed_force_is_an_error(en: str, ar: str, code: str) -> None:
    assert code in codes(check_modality, en, ar)
    assert any(f.severity is Severity.ERROR for f in check_modality(Subject(en, ar)) if f.code == code)


@pytest.mark.parametrize(("en", "ar"), RIGHT)
def test_the_same_force_in_other_words_is_no_finding(en: str, ar: str) -> None:
    assert codes(check_modality, en, ar) == set()


def test_a_headline_gives_a_warning_at_most() -> None:
    for finding in check_modality(Subject(WRONG[0][0], WRONG[0][1], is_excerpt=True)):
        assert finding.severity is Severity.WARNING


def test_codes_are_explained() -> None:
    for info in CODES:
        assert info.code in codes(check_modality, info.example_en, info.example_ar)
