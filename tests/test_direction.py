"""Directions, bounds and quantifiers turned round, and the same in other words."""

import pytest

from align.check.rules import direction, quantities
from align.records import Severity, Span, Subject, WordLink
from tests.lexical_cases import codes, found_by


def check_words(view):
    """Words of direction, bounds and quantifiers."""
    return direction.check_direction(view) + quantities.check_quantities(view)


WRONG = [
    ("Prices fell in April.", "ارتفعت الأسعار في أبريل.", "direction.opposite"),
    ("Exports grew by a tenth.", "تقلصت الصادرات بمقدار العُشر.", "direction.opposite"),
    ("Call us before the meeting.", "اتصلوا بنا بعد الاجتماع.", "direction.opposite"),
    ("They left after the storm.", "غادروا قبل العاصفة.", "direction.opposite"),
    ("The museum bought the painting.", "باع المتحف اللوحة.", "direction.opposite"),
    ("The club sold its stadium.", "اشترى النادي ملعبه.", "direction.opposite"),
    ("Her health is worsening.", "صحتها تتحسن.", "direction.opposite"),
    ("Our side won the cup.", "خسر فريقنا الكأس.", "direction.opposite"),
    ("The library opened the reading room.", "أغلقت المكتبة قاعة المطالعة.", "direction.opposite"),
    ("The concert was postponed.", "قُدّم موعد الحفل.", "direction.opposite"),
    ("Rain will stop at night.", "يبدأ هطول المطر ليلاً.", "direction.opposite"),
    ("The convoy moved north.", "تحركت القافلة جنوباً.", "direction.opposite"),
    ("At least 12 trucks crossed.", "عبرت 12 شاحنة على الأكثر.", "quantity.bound"),
    ("More than 40 homes burned.", "احترق أقل من 40 منزلاً.", "quantity.bound"),
    ("Most of the schools are open.", "جميع المدارس مفتوحة.", "quantity.scope"),
    ("All roads are closed.", "بعض الطرق مغلقة.", "quantity.scope"),
    ("Some farmers agreed.", "وافق المزارعون كافة.", "quantity.scope"),
    ("Half of the seats were empty.", "كانت معظم المقاعد خالية.", "quantity.scope"),
    ("Nearly all ships sank.", "غرقت بعض السفن.", "quantity.scope"),
]
RIGHT = [
    ("Prices fell in April.", "تراجعت الأسعار في أبريل."),
    ("Prices fell in April.", "سجلت الأسعار انخفاضاً في أبريل."),
    ("Call us before the meeting.", "اتصلوا بنا قبيل الاجتماع."),
    ("They left after the storm.", "غادروا عقب العاصفة."),
    ("Two years ago we met.", "التقينا قبل عامين."),
    ("We have not decided yet.", "لم نقرر بعد."),
    ("The law was passed by parliament.", "أُقر القانون من قبل البرلمان."),
    ("The museum bought the painting.", "اقتنى المتحف اللوحة."),
    ("They agreed a ceasefire.", "اتفقوا على وقف إطلاق النار."),
    ("At least 12 trucks crossed.", "عبر ما لا يقل عن 12 شاحنة."),
    ("More than 40 homes burned.", "احترق ما يزيد على 40 منزلاً."),
    ("Most of the schools are open.", "غالبية المدارس مفتوحة."),
    ("Each day is new.", "كل يوم جديد."),
    ("The water level did not rise.", "لم يرتفع منسوب المياه."),
    ("He works more than his brother.", "يعمل أكثر من أخيه."),
    ("South Korea won.", "فازت كوريا الجنوبية."),
]


@pytest.mark.parametrize(("en", "ar", "code"), WRONG)
def test_the_opposite_is_an_error(en: str, ar: str, code: str) -> None:
    assert codes(check_words, en, ar) == {code}
    assert all(finding.severity is Severity.ERROR for finding in found_by(check_words, Subject(en, ar)))


@pytest.mark.parametrize(("en", "ar"), RIGHT)
def test_the_same_in_other_words_is_no_finding(en: str, ar: str) -> None:
    assert codes(check_words, en, ar) == set()


def test_links_find_the_opposite_where_both_words_stand_on_both_sides() -> None:
    en, ar = "Vote before noon, not after it.", "صوّتوا بعد الظهيرة لا قبلها."
    assert codes(check_words, en, ar) == set()
    links = (WordLink(Span(5, 11), Span(7, 10), 0.8),)
    assert codes(check_words, en, ar, links=links) == {"direction.opposite"}


def test_a_headline_gives_a_warning_at_most() -> None:
    (finding,) = found_by(check_words, Subject(WRONG[0][0], WRONG[0][1], is_excerpt=True))
    assert finding.severity is Severity.WARNING


def test_codes_are_explained() -> None:
    for info in (*direction.CODES, *quantities.CODES):
        assert info.code in codes(check_words, info.example_en, info.example_ar)


LEVELS = [  # a number, whose direction is told by the words of its own clause
    ("It fell 3% to 71.40.", "ارتفع بنسبة 3% إلى 71.40.", True),
    ("Sales of 40 tonnes, said Mona; output fell to 71.40.", "مبيعات 40 طناً، قالت منى؛ ارتفع الإنتاج إلى 71.40.", True),
    ("Output fell, then rose to 71.40.", "تراجع الإنتاج ثم ارتفع إلى 71.40.", False),
]


@pytest.mark.parametrize(("en", "ar", "is_wrong"), LEVELS)
def test_direction_of_a_number_is_that_of_the_word_near_it_in_its_clause(en, ar, is_wrong):
    assert ("direction.opposite" in codes(check_words, en, ar)) is is_wrong
