"""Reporting verbs that take a side."""

import pytest

from align.check.rules.verbs import CODES, check_verbs
from align.records import Severity, Subject
from tests.lexical_cases import codes

SIDED = [
    ("The minister said the road is safe.", "زعم الوزير أن الطريق آمن."),
    ("The minister said the road is safe.", "ادعى الوزير أن الطريق آمن."),
    ("The coach said he erred.", "اعترف المدرب بأنه أخطأ."),
    ("The owner told us he would sell.", "هدد المالك بالبيع."),
    ("The actor wrote that he won.", "تباهى الممثل بفوزه."),
    ("The neighbours say the dog is loud.", "اشتكى الجيران من نباح الكلب."),
    ("The agency said the ship left.", "اتهم المتحدث السفينة بالمغادرة."),
    ("The firm claimed the tests were clean.", "قالت الشركة إن الفحوص سليمة."),
    ("The driver admitted he slept.", "قال السائق إنه نام."),
    ("The union threatened to walk out.", "قالت النقابة إنها ستضرب."),
    ("The clerk alleged fraud.", "ذكر الموظف وقوع احتيال."),
    ("He boasted that he never lost.", "قال إنه لم يخسر قط."),
    ("The board conceded the error.", "أوضح المجلس الخطأ."),
    ("They accused the guard.", "قالوا إنه الحارس."),
    ("She said so.", "زعمت ذلك."),
]
PLAIN = [
    ("The minister said the road is safe.", "قال الوزير إن الطريق آمن."),
    ("The minister said the road is safe.", "أكد الوزير أن الطريق آمن."),
    ("The minister said the road is safe.", "بحسب الوزير الطريق آمن."),
    ("The coach said he erred.", "أوضح المدرب أنه أخطأ."),
    ("The firm claimed the tests were clean.", "زعمت الشركة أن الفحوص سليمة."),
    ("The driver admitted he slept.", "أقر السائق بأنه نام."),
    ("The driver admitted he slept.", "اعترف السائق بأنه نام."),
    ("The union threatened to walk out.", "هددت النقابة بالإضراب."),
    ("He warned of rain.", "حذر من المطر."),
    ("She promised to return.", "تعهدت بالعودة."),
    ("They accused the guard.", "اتهموا الحارس."),
    ("The bridge is closed.", "الجسر مغلق."),
    ("According to the pilot, fog came.", "وفق الطيار جاء الضباب."),
    ("He noted the time.", "أشار إلى الوقت."),
    ("The owner wrote a letter.", "كتب المالك رسالة."),
]


@pytest.mark.parametrize(("en", "ar"), SIDED)
def test_a_verb_that_takes_a_side_on_one_side_only_is_a_note(en: str, ar: str) -> None:
    assert codes(check_verbs, en, ar) == {"verb.side"}
    assert check_verbs(Subject(en, ar))[0].severity is Severity.NOTE


@pytest.mark.parametrize(("en", "ar"), PLAIN)
def test_plain_and_equal_verbs_are_no_finding(en: str, ar: str) -> None:
    assert codes(check_verbs, en, ar) == set()


def test_codes_are_explained() -> None:
    for info in CODES:
        assert info.code in codes(check_verbs, info.example_en, info.example_ar)
