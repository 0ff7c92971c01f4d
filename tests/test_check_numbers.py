"""Numbers and quantities: right renderings in other forms stay silent, wrong ones are named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.check.rules.numbers import CODES, check_numbers
from align.records import Rendering, Severity, Span, Subject, WordLink, WordScore

RIGHT = [
    ("The dam holds 1,250 tonnes of silt.", "يحتجز السد ١٬٢٥٠ طناً من الطمي."),
    ("The dam holds 1,250 tonnes of silt.", "يحتجز السد ألفاً ومئتين وخمسين طناً من الطمي."),
    ("Some 30,000 fans filled the square.", "ملأ نحو 30 ألف مشجع الساحة."),
    ("The loan is worth $2.25bn.", "تبلغ قيمة القرض 2,25 مليار دولار."),
    ("The loan is worth $2.25bn.", "القرض بقيمة ملياري دولار وربع المليار."),
    ("Half a million bees died in the barn.", "نفقت نصف مليون نحلة في الحظيرة."),
    ("Half a million bees died in the barn.", "نفقت 500 ألف نحلة في الحظيرة."),
    ("She sold a dozen lamps.", "باعت اثني عشر مصباحاً."),
    ("She sold a dozen lamps.", "باعت دزينة من المصابيح."),
    ("They built two bridges in two years.", "شيّدوا جسرين في عامين."),
    ("Three hundred shepherds signed.", "وقّع ثلاثمائة راع."),
    ("The 19th edition opens here.", "تُفتتح هنا الدورة التاسعة عشرة."),
    ("She finished in 21st place.", "حلّت في المركز الحادي والعشرين."),
    ("Prices rose by 7.5%.", "ارتفعت الأسعار بنسبة 7,5 في المئة."),
    ("Prices rose by 7.5 per cent.", "ارتفعت الأسعار سبعة ونصفاً بالمئة."),
    ("A quarter of the cows are ill.", "ربع الأبقار مريض."),
    ("A quarter of the cows are ill.", "25 في المئة من الأبقار مريضة."),
    ("Two thirds of voters stayed home.", "لزم ثلثا الناخبين بيوتهم."),
    ("Two thirds of voters stayed home.", "لزم نحو 67% من الناخبين بيوتهم."),
    ("One in five wells is dry.", "بئر واحدة من كل خمس آبار جافة."),
    ("One in five wells is dry.", "خُمس الآبار جاف."),
    ("Nine out of ten pupils passed.", "نجح تسعون في المئة من التلاميذ."),
    ("The mill closed in the 1970s.", "أُقفلت المطحنة في سبعينيات القرن الماضي."),
    ("A fortress of the 12th century.", "قلعة من القرن الثاني عشر."),
    ("Between 3 and 5 million trees burned.", "احترق ما بين ثلاثة وخمسة ملايين شجرة."),
    ("A 25-year-old baker won.", "فاز خبّاز في الخامسة والعشرين من عمره."),
    ("The trail is 10 miles long.", "يبلغ طول المسار 16 كيلومتراً."),
    ("The calf weighed 90 lbs.", "بلغ وزن العجل 41 كيلوغراماً."),
    ("It was 50 °F at the summit.", "بلغت الحرارة عند القمة 10 درجات مئوية."),
    ("The siege lasted 48 hours.", "دام الحصار يومين."),
    ("He waited 12 months for the visa.", "انتظر سنة كاملة للحصول على التأشيرة."),
    ("The talk lasted 30 minutes.", "دام الحديث نصف ساعة."),
    ("The harvest weighed 1,127 kg.", "بلغ وزن المحصول نحو 1100 كيلوغرام."),
    ("They won 3-1 on Saturday night.", "فازوا 3-1 ليلة السبت."),
    ("The team won by three goals to one.", "فاز الفريق بثلاثة أهداف مقابل هدف."),
    ("2/7 We planted 400 trees.", "زرعنا أربعمئة شجرة."),
    ("We planted 400 trees 👇 https://example.org/a77", "زرعنا 400 شجرة"),
    ("He is the first to row 900 miles alone.", "هو أول من جذّف 900 ميل وحيداً."),
    ("The COVID-19 ward has 40 beds.", "في جناح كوفيد-19 أربعون سريراً."),
    ("The virus ward has 40 beds.", "في جناح كوفيد-19 أربعون سريراً."),
    ("At least 12 boats sank.", "غرق ما لا يقل عن 12 قارباً."),
    ("No more than 80 guests may enter.", "لا يُسمح بدخول أكثر من 80 ضيفاً."),
    ("The jar costs $4.50.", "ثمن الجرة أربعة دولارات و50 سنتاً."),
    ("A year and a half later the shop reopened.", "بعد سنة ونصف السنة أُعيد فتح المتجر."),
    ("The pipe is 2.5 metres wide.", "عرض الأنبوب متران ونصف المتر."),
    ("Over 1.2 million people watched.", "تابع الحدث أكثر من مليون ومئتي ألف شخص."),
    ("The bill passed by 104 votes to 97.", "أُقر القانون بـ104 أصوات مقابل 97."),
    ("King Farid III opened the hall.", "افتتح الملك فريد الثالث القاعة."),
    ("Several hundred farmers came.", "حضر بضع مئات من المزارعين."),
    ("Gate 7 stays closed.", "تبقى البوابة السابعة مغلقة."),
]  # fmt: skip

WRONG = [
    ("The clinic treated 137 patients.", "عالجت العيادة 173 مريضاً.", "number.changed"),
    ("The clinic treated 137 patients.", "عالجت العيادة مئة وثلاثة وسبعين مريضاً.", "number.changed"),
    ("The bridge cost 42 million euros.", "كلّف الجسر 42 مليار يورو.", "number.scale"),
    ("Some 6,000 seats are empty.", "نحو 600 مقعد شاغر.", "number.scale"),
    ("The fire destroyed 48 homes near the harbour.", "دمّر الحريق المنازل القائمة قرب الميناء.", "number.missing"),
    ("The fire destroyed homes near the harbour.", "دمّر الحريق 48 منزلاً قرب الميناء.", "number.added"),
    ("Eleven divers were rescued.", "أُنقذ اثنا عشر غواصاً.", "number.changed"),
    ("The loan is worth $2.25bn.", "تبلغ قيمة القرض 25,2 مليار دولار.", "number.changed"),
    ("They won 3-1.", "فازوا 3-2.", "number.changed"),
    ("The score was 2-2.", "انتهت المباراة 2-3.", "number.changed"),
    ("She finished in 21st place.", "حلّت في المركز الثاني والعشرين.", "number.changed"),
    ("He will seek a second term.", "سيترشح لولاية ثالثة.", "number.changed"),
    ("A fortress of the 12th century.", "قلعة من القرن الثالث عشر.", "number.changed"),
    ("A third of the cows are ill.", "نصف الأبقار مريض.", "quantity.fraction"),
    ("Two thirds of voters stayed home.", "لزم ثلث الناخبين بيوتهم.", "quantity.fraction"),
    ("Prices rose by 7.5%.", "ارتفعت الأسعار بنسبة 5,7 في المئة.", "number.changed"),
    ("At least 12 boats sank.", "غرق 12 قارباً على الأكثر.", "quantity.bound"),
    ("No more than 80 guests came.", "حضر ما لا يقل عن 80 ضيفاً.", "quantity.bound"),
    ("More than 500 sheep were lost.", "ضاع أقل من 500 رأس من الغنم.", "quantity.bound"),
    ("Nearly 900 homes have no power.", "أكثر من 900 منزل بلا كهرباء.", "quantity.bound"),
    ("The strike will last 3 weeks.", "يستمر الإضراب 3 أشهر.", "quantity.unit"),
    ("The strike will last two weeks.", "يستمر الإضراب شهرين.", "quantity.unit"),
    ("The fine is 200 euros.", "تبلغ الغرامة 200 دولار.", "quantity.unit"),
    ("The trail is 10 miles long.", "يبلغ طول المسار 10 كيلومترات.", "quantity.unit"),
    ("The COVID-19 ward has 40 beds.", "في جناح كوفيد-19 ستون سريراً.", "number.changed"),
    ("Bus 7 leaves now.", "تنطلق الحافلة 17 الآن.", "number.changed"),
    ("Gate 7 stays closed.", "تبقى البوابة الثامنة مغلقة.", "number.changed"),
    ("Half a million bees died.", "نفقت ربع مليون نحلة.", "number.changed"),
    ("Two million lamps were sold.", "بيع مليون مصباح.", "number.changed"),
    ("The siege lasted 48 hours.", "دام الحصار ثلاثة أيام.", "number.changed"),
    ("One in five wells is dry.", "بئر واحدة من كل عشر آبار جافة.", "number.changed"),
    ("Only half of the bakeries are open.", "جميع المخابز مفتوحة.", "quantity.fraction"),
]  # fmt: skip


def serious(findings):
    return [(f.code, f.severity.value, f.message) for f in findings if f.severity is not Severity.NOTE]


@pytest.mark.parametrize(("en", "ar"), RIGHT)
def test_numbers_right_rendering_stays_silent(en, ar):
    assert serious(check_numbers(Subject(en, ar))) == []


@pytest.mark.parametrize(("en", "ar", "code"), WRONG)
def test_numbers_wrong_rendering_is_an_error_with_its_code(en, ar, code):
    errors = [f for f in check_numbers(Subject(en, ar)) if f.severity is Severity.ERROR]
    assert code in {f.code for f in errors}
    for finding in errors:
        assert finding.message and finding.message_ar
        assert finding.en is None or finding.en.cut(en).strip() == finding.en.cut(en) != ""
        assert finding.ar is None or finding.ar.cut(ar).strip() == finding.ar.cut(ar) != ""


def test_numbers_span_names_the_words_on_both_sides():
    en, ar = "The clinic treated 137 patients.", "عالجت العيادة مئة وثلاثة وسبعين مريضاً."
    (finding,) = check_numbers(Subject(en, ar))
    assert finding.en.cut(en) == "137"
    assert finding.ar.cut(ar) == "مئة وثلاثة وسبعين"
    assert finding.detail == {"en_value": "137", "ar_value": "173"}


@pytest.mark.parametrize(
    ("en", "ar", "severity"),
    [
        ("Over 80 choirs sang.", "غنّت نحو 80 جوقة.", Severity.WARNING),
        ("About 80 choirs sang.", "غنّت 80 جوقة.", Severity.NOTE),
    ],
)
def test_numbers_lost_bound_is_a_warning_at_most(en, ar, severity):
    assert [(f.code, f.severity) for f in check_numbers(Subject(en, ar))] == [("quantity.bound", severity)]


def test_numbers_headline_may_leave_a_number_out():
    en, ar = "The fire destroyed 48 homes near the harbour.", "حريق يدمّر منازل قرب الميناء"
    findings = check_numbers(Subject(en, ar, rendering=Rendering.HEADLINE, is_excerpt=True))
    assert [(f.code, f.severity) for f in findings] == [("number.missing", Severity.NOTE)]


def test_numbers_short_piece_is_not_blamed_for_the_other_half():
    en = "The fire destroyed homes near the harbour, and 48 families have spent the night in the school."
    (finding,) = check_numbers(Subject(en, "دمّر الحريق منازل قرب الميناء"))
    assert finding.severity is Severity.WARNING


def test_numbers_links_tell_whether_the_words_around_a_number_are_rendered():
    en, ar = "Fire near the harbour destroyed 48 homes", "حريق قرب الميناء دمّر المنازل كلها هناك"
    words = [Span(0, 4), Span(5, 9), Span(14, 21), Span(22, 31), Span(32, 34), Span(35, 40)]
    scores = tuple(WordScore(w, 0.9) for w in words)
    linked = tuple(WordLink(w, Span(0, 4), 0.9) for w in words if w != Span(32, 34))
    (rendered,) = check_numbers(Subject(en, ar, links=linked, en_words=scores))
    (unrendered,) = check_numbers(Subject(en, ar, links=linked[:1], en_words=scores))
    assert (rendered.severity, unrendered.severity) == (Severity.ERROR, Severity.WARNING)


def test_numbers_added_number_that_the_rest_of_the_tweet_explains_is_a_note():
    en, ar = "They are all safe now.", "الركاب الـ48 جميعهم بخير الآن."
    assert [f.severity for f in check_numbers(Subject(en, ar))] == [Severity.ERROR]
    told = Subject(en, ar, en_context="The ferry carried 48 people. They are all safe now.")
    assert [f.severity for f in check_numbers(told)] == [Severity.NOTE]


def test_numbers_missing_number_that_stands_beside_the_quote_is_a_note():
    en, ar = "The fire destroyed 48 homes near the harbour.", "دمّر الحريق المنازل القائمة قرب الميناء."
    told = Subject(en, ar, ar_before="وقال إن عدد المنازل 48 منزلاً: ")
    assert [f.severity for f in check_numbers(told)] == [Severity.NOTE]


def test_numbers_examples_of_the_codes_give_their_codes():
    for info in CODES:
        findings = check_numbers(Subject(info.example_en, info.example_ar))
        assert (info.code, info.severity) in {(f.code, f.severity) for f in findings}


@given(
    st.text(alphabet="half a million 12,5.0% of one in ten $3bn 1/4 two-thirds\n", max_size=60),
    st.text(alphabet="نصف مليون وخمسة عشر ١٢٫٥٪ من كل 3 ثلثا مئتي ألفاً/", max_size=60),
)
def test_numbers_any_text_is_judged_without_failing(en, ar):
    for finding in check_numbers(Subject(en, ar)):
        assert finding.en is None or finding.en.cut(en)
        assert finding.ar is None or finding.ar.cut(ar)


def test_numbers_endless_digits_are_no_number():
    assert check_numbers(Subject("7" * 5000, "")) == []


def test_numbers_swapped_units_are_an_error():
    findings = check_numbers(Subject("We sold 40 lamps for $15.", "بعنا 15 مصباحاً مقابل 40 دولاراً."))
    assert [(f.code, f.severity) for f in findings] == [("quantity.unit", Severity.ERROR)]


def test_numbers_denied_bound_is_not_taken_for_its_opposite():
    en, ar = "The hall can't hold more than 80 guests.", "تتسع القاعة لـ80 ضيفاً على الأكثر."
    assert check_numbers(Subject(en, ar)) == []


def test_numbers_headline_may_take_its_number_from_another_sentence_of_the_tweet():
    en, ar = "The ferry carried 48 people.", "إنقاذ 45 راكباً من العبّارة"
    context = "The ferry carried 48 people. We have rescued 45."
    assert [f.severity for f in check_numbers(Subject(en, ar, is_excerpt=True))] == [Severity.ERROR]
    told = Subject(en, ar, is_excerpt=True, en_context=context)
    assert [f.severity for f in check_numbers(told)] == [Severity.NOTE]
