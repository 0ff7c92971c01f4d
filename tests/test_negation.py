"""Negation lost, gained, turned round; and negation that is only said in another way."""

import pytest

from align.check.rules.negation import CODES, check_negation
from align.records import Severity, Span, Subject, WordLink
from tests.lexical_cases import codes

WRONG = [
    ("The bridge was not damaged.", "تضرر الجسر.", "negation.lost"),
    ("We do not rule out sabotage.", "نستبعد التخريب.", "negation.lost"),
    ("The council will not extend the deadline.", "سيمدد المجلس المهلة.", "negation.lost"),
    ("Nobody told us about the leak.", "أبلغونا بالتسرب.", "negation.lost"),
    ("The tickets are not valid on Sunday.", "التذاكر صالحة يوم الأحد.", "negation.lost"),
    ("This water is not enough for the village.", "هذه المياه تكفي القرية.", "negation.lost"),
    ("The airport has never paid the crew.", "دفع المطار أجور الطاقم.", "negation.lost"),
    ("The mayor wants a new vote.", "لا يريد رئيس البلدية تصويتاً جديداً.", "negation.added"),
    ("The guards attended.", "لم يحضر الحراس.", "negation.added"),
    ("The union rejected the offer.", "وافقت النقابة على العرض.", "negation.opposite"),
    ("Parliament approved the plan.", "رفض البرلمان الخطة.", "negation.opposite"),
    ("The actor denied the rumour.", "أكد الممثل الشائعة.", "negation.opposite"),
    ("They oppose the dam.", "إنهم يدعمون السد.", "negation.opposite"),
    ("The bank refused the loan.", "أقر البنك القرض.", "negation.opposite"),
    ("The story is false.", "الرواية صحيحة.", "negation.opposite"),
    ("The city banned fireworks.", "سمحت المدينة بالألعاب النارية.", "negation.opposite"),
]
RIGHT = [
    ("The bridge was not damaged.", "لم يتضرر الجسر."),
    ("We do not rule out sabotage.", "لا نستبعد التخريب."),
    ("There is no water in the village.", "القرية محرومة من المياه."),
    ("He said the guards had not left.", "نفى مغادرة الحراس."),
    ("They came without shoes.", "جاؤوا حفاة من غير أحذية."),
    ("Not only the roof but the walls fell.", "لم يسقط السقف فحسب بل الجدران أيضاً."),
    ("Only two members stayed.", "لم يبقَ سوى عضوين."),
    ("The road is still closed.", "لا يزال الطريق مغلقاً."),
    ("At least nine people came.", "حضر ما لا يقل عن تسعة أشخاص."),
    ("No one is asking you to leave.", "لا أحد يطلب منكم المغادرة."),
    ("The plan is unclear.", "الخطة غير واضحة."),
    ("It is illegal to park here.", "ركن السيارات هنا غير قانوني."),
    ("We will not lift the ban until May.", "لن نرفع الحظر إلا في مايو."),
    ("The union rejected the offer.", "رفضت النقابة العرض."),
    ("Parliament approved the plan.", "صادق البرلمان على الخطة."),
    ("The actor denied the report.", "قال الممثل إنه لا صحة للخبر."),
    ("He couldn't find the key.", "لم يعثر على المفتاح."),
    ("Especially the children suffer.", "يعاني الأطفال، ولا سيما الصغار."),
    ("The shop must not open early.", "يجب ألا يفتح المتجر باكراً."),
    ("But she stayed.", "غير أنها بقيت."),
]


@pytest.mark.parametrize(("en", "ar", "code"), WRONG)
def test_lost_added_or_turned_negation_is_found(en: str, ar: str, code: str) -> None:
    assert codes(check_negation, en, ar) == {code}


@pytest.mark.parametrize(("en", "ar"), RIGHT)
def test_negation_in_other_words_is_no_finding(en: str, ar: str) -> None:
    assert codes(check_negation, en, ar) == set()


def test_a_strong_link_from_the_negated_word_makes_an_error() -> None:
    en, ar = "We don't trust the old map, still we drew it.", "نثق بالخريطة القديمة، لكننا رسمناها ولم نندم."
    weak = Subject(en, ar, links=(WordLink(Span(9, 14), Span(0, 3), 0.31),))
    assert check_negation(weak) == []  # one negation on each side
    en = "We don't trust the old map, and they never did."
    strong = Subject(en, ar, links=(WordLink(Span(9, 14), Span(0, 3), 0.8),))
    (finding,) = check_negation(strong)
    assert (finding.severity, finding.en, finding.ar) == (Severity.ERROR, Span(9, 14), Span(0, 3))


def test_a_piece_of_the_sentence_is_not_blamed_for_the_other_piece() -> None:
    en = "I own that mistake, and I won't hide behind the drivers or the people who came before me."
    assert codes(check_negation, en, "هذا خطئي أنا.") == set()


def test_codes_are_explained() -> None:
    for info in CODES:
        assert info.code in codes(check_negation, info.example_en, info.example_ar)
