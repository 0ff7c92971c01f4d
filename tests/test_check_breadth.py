"""Rules that join two kinds of evidence: numbers with directions and sources, negators with opposites, frames."""

import pytest

from align.check import run_checks
from align.records import Severity, Subject
from align.settings import CheckSettings
from tests.lexical_cases import view_of

WRONG = [
    ("Shares slid 4% in Leipzig.", "صعدت الأسهم 4% في لايبزيغ.", "direction"),
    ("Shares slid 4% in Leipzig.", "تراجعت الأسهم 4% في دوسلدورف.", "name"),
    ("UNDP will fund the clinic.", "ستمول منظمة الصحة العالمية العيادة.", "name"),
    ("We will not leave before May.", "لن نغادر بعد أيار.", "direction"),
    ("The senator bought the farm, he did not sell it.", "باع السيناتور المزرعة ولم يشترها.", "direction"),
    ("The dealers didn't raise prices.", "لم يخفض التجار الأسعار.", "direction"),
    ("The judge cannot free him.", "يستطيع القاضي الإفراج عنه.", "negation"),
    ("The plan failed.", "نجحت الخطة.", "negation"),
    ("The minister praised the strike.", "انتقد الوزير الإضراب.", "negation"),
    ("He was acquitted of fraud.", "أدين بتهمة الاحتيال.", "negation"),
    ("The hostages are alive.", "الرهائن أموات.", "negation"),
    ("The import of cars is banned.", "تصدير السيارات محظور.", "direction"),
    ("The rich will pay more tax.", "سيدفع الفقراء ضرائب أكثر.", "negation"),
    ("The train was early.", "تأخر القطار.", "direction"),
    ("The last train leaves at noon.", "ينطلق أول قطار ظهراً.", "direction"),
    ("The ministry has not closed the school.", "لن تغلق الوزارة المدرسة.", "modality"),
    ("The chairman resigned.", "ينوي الرئيس الاستقالة.", "modality"),
    ("The bridge is shut.", "الجسر مغلق وفق ما أكدته مصادر محلية.", "addition"),
    ("At least 40 houses burned.", "احترق 40 منزلاً على أكثر تقدير.", "quantity"),
    ("Police count 300 marchers; organisers count 900.", "أحصى المنظمون 300 مشارك، وأحصت الشرطة 900.", "attribution"),
]
RIGHT = [
    ("Shares slid 4% in Leipzig.", "تراجعت الأسهم 4% في لايبزيغ."),
    ("UNDP will fund the clinic.", "سيمول برنامج الأمم المتحدة الإنمائي العيادة."),
    ("We will not leave before May.", "لن نغادر قبل أيار."),
    ("We will not leave before May.", "لن نغادر إلا في أيار."),
    ("The senator bought the farm, he did not sell it.", "اشترى السيناتور المزرعة ولم يبعها."),
    ("The dealers didn't raise prices.", "لم يرفع التجار الأسعار."),
    ("The judge cannot free him.", "لا يستطيع القاضي الإفراج عنه."),
    ("The judge cannot free him.", "يعجز القاضي عن الإفراج عنه."),
    ("Aid may arrive tomorrow.", "قد تصل المساعدات غداً."),
    ("Demand has grown fast.", "قد تضاعف الطلب بسرعة."),
    ("Only members may vote.", "لا يحق التصويت إلا للأعضاء."),
    ("The ministry has not closed the school.", "لم تغلق الوزارة المدرسة."),
    ("The school will not be closed.", "لن تغلق المدرسة."),
    ("The road is shut, local sources say.", "الطريق مقطوع وفق ما أكدته مصادر محلية."),
    ("Do not stop the treatment without talking to a nurse.", "لا توقفوا العلاج من غير أن تستشيروا ممرضة."),
    ("The plan failed.", "أخفقت الخطة."),
    ("The museum is free for children.", "المتحف مجاني للأطفال."),
    ("Police count 300 marchers; organisers count 900.", "أحصت الشرطة 300 مشارك، وأحصى المنظمون 900."),
]


def told(en, ar, **known):
    (checked,) = run_checks([view_of(Subject(en, ar, en_context=en, **known))], CheckSettings())
    return [(f.code.partition(".")[0], f.severity) for f in checked.findings if f.severity is not Severity.NOTE]


@pytest.mark.parametrize(("en", "ar", "family"), WRONG)
def test_a_changed_sentence_is_an_error(en, ar, family):
    assert (family, Severity.ERROR) in told(en, ar)


@pytest.mark.parametrize(("en", "ar"), RIGHT)
def test_a_right_rendering_is_let_alone(en, ar):
    assert told(en, ar) == []


def test_a_frame_that_denies_stands_for_the_negation_of_what_follows():
    en, ar = "We are not closing the port.", "تكون بلاده بصدد إغلاق الميناء"
    assert ("negation", Severity.ERROR) in told(en, ar) or ("negation", Severity.WARNING) in told(en, ar)
    assert not any(family == "negation" for family, _ in told(en, ar, ar_before="ونفى الوزير نفياً قاطعاً أن "))
