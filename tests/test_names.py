"""Names exchanged for others, and names that only look different."""

import pytest

from align.check.rules.names import CODES, check_names
from align.records import Severity, Span, Subject, WordLink
from tests.lexical_cases import codes

CHANGED = [
    ("Estonia closes its border tonight.", "تغلق لاتفيا حدودها الليلة."),
    ("Our team leaves for Portugal on Sunday.", "يغادر فريقنا إلى إسبانيا الأحد."),
    ("The German ambassador met the farmers.", "التقى السفير الفرنسي المزارعين."),
    ("She was born in Nairobi.", "وُلدت في كمبالا."),
    ("The ferry from Izmir is late.", "تأخرت العبّارة القادمة من أنطاليا."),
    ("NATO sent two ships.", "أرسل الاتحاد الأوروبي سفينتين."),
    ("UNICEF opened a school.", "افتتحت اليونسكو مدرسة."),
    ("The World Bank approved the loan.", "وافق صندوق النقد الدولي على القرض."),
    ("The Supreme Court will hear the case.", "ستنظر المحكمة الدستورية في القضية."),
    ("A dengue ward opened in the clinic.", "افتُتح في العيادة جناح لمرضى الحصبة."),
    ("Muslim families shared their bread.", "تقاسمت عائلات مسيحية خبزها."),
    ("The White House published the letter.", "نشر الكرملين الرسالة."),
    ("Kenya beat Ghana in the final.", "هزمت كينيا نيجيريا في النهائي."),
    ("Trucks wait at the Polish border.", "تنتظر الشاحنات على الحدود الليتوانية."),
    ("Google bought the archive.", "اشترت مايكروسوفت الأرشيف."),
]
SAME = [
    ("NATO sent two ships.", "أرسل حلف شمال الأطلسي سفينتين."),
    ("NATO sent two ships.", "أرسل الناتو سفينتين."),
    ("America will not wait.", "لن تنتظر الولايات المتحدة."),
    ("US officials left the room.", "غادر المسؤولون الأميركيون القاعة."),
    ("Germany will take in more students.", "ستستقبل برلين مزيداً من الطلاب."),
    ("The storm hit Katowice.", "ضربت العاصفة مدينة كاتوفيتسه البولندية."),
    ("The Dutch police closed the road.", "أغلقت الشرطة الهولندية الطريق."),
    ("UNHCR tents arrived.", "وصلت خيام مفوضية اللاجئين."),
    ("Give us more time.", "أعطونا مزيداً من الوقت."),
    ("They told us who paid.", "قالوا لنا من دفع."),
    ("The budget gap grew.", "اتسعت الفجوة المالية."),
    ("Tallinn is cold today.", "الجو بارد اليوم في العاصمة الإستونية."),
    ("Syria and Lebanon signed.", "وقّعت سوريا ولبنان."),
    ("The minister flew to Amman.", "توجه الوزير إلى عمّان."),
    ("A fire broke out in Athens.", "اندلع حريق في أثينا."),
    ("He flew to Britain.", "سافر إلى المملكة المتحدة."),
    ("The train was late.", "تأخر القطار القادم من روما."),
    ("Spain won again.", "فازت مرة أخرى."),
]


@pytest.mark.parametrize(("en", "ar"), CHANGED)
def test_another_name_of_the_same_kind_is_an_error(en: str, ar: str) -> None:
    assert codes(check_names, en, ar) == {"name.changed"}
    assert all(finding.severity is Severity.ERROR for finding in check_names(Subject(en, ar)))


@pytest.mark.parametrize(("en", "ar"), SAME)
def test_short_forms_capitals_and_dropped_names_are_no_change(en: str, ar: str) -> None:
    assert codes(check_names, en, ar) == set()


def test_a_headline_gives_a_warning_at_most() -> None:
    (finding,) = check_names(Subject(CHANGED[0][0], CHANGED[0][1], is_excerpt=True))
    assert finding.severity is Severity.WARNING


def test_the_second_part_of_an_unknown_name_is_compared_by_its_consonants() -> None:
    en, ar = "We thank Lena Marsh for the soup.", "نشكر لينا خوري على الحساء."
    links = (WordLink(Span(14, 19), Span(10, 14), 0.7),)
    (finding,) = check_names(Subject(en, ar, links=links))
    assert (finding.code, finding.en, finding.ar) == ("name.changed", Span(14, 19), Span(10, 14))
    assert check_names(Subject(en, "نشكر لينا مارش على الحساء.", links=links)) == []


def test_codes_are_explained() -> None:
    for info in CODES:
        assert info.code in codes(check_names, info.example_en, info.example_ar)
