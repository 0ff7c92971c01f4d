"""Scales and claims: another step, hearsay for fact, an attempt for the deed; right pairs that look alike are clean."""

import pytest

from align.check.evidence.lexicon import read_table
from align.check.rules.claims import check_claims
from align.check.rules.numbers import check_numbers
from align.check.rules.scales import CODE_OF, check_scales
from tests.lexical_cases import codes

ANOTHER_STEP = [
    ("The clerk was charged with fraud on Monday.", "أُدين الموظف بالاحتيال يوم الاثنين.", "modality.stage"),
    ("Two divers were wounded in the cave.", "قُتل غواصان داخل الكهف.", "modality.stage"),
    ("The city council is considering a tram line.", "أقر مجلس المدينة خط الترام.", "modality.stage"),
    ("The ministry ordered villagers to leave.", "حثت الوزارة القرويين على المغادرة.", "modality.stage"),
    ("The orchestra hopes for a full hall.", "تتوقع الأوركسترا قاعة ممتلئة.", "modality.stage"),
    ("The bakery still sells rye bread.", "لم يعد المخبز يبيع خبز الجاودار.", "negation.scope"),
    ("All the halls reopen except the library.", "تفتح القاعات كلها بما في ذلك المكتبة.", "negation.scope"),
    ("The coach admitted he had slept.", "نفى المدرب أنه نام.", "negation.scope"),
    ("The council imposed a curfew on scooters.", "رفع المجلس حظر التجول عن الدراجات.", "direction.scale"),
    ("The painter defended the mural.", "هاجم الرسام الجدارية.", "direction.scale"),
    ("The ferry sails four times a week.", "تبحر العبّارة أربع مرات يومياً.", "quantity.rate"),
    ("Dozens of goats crossed the road.", "عبرت مئات الماعز الطريق.", "quantity.rate"),
    ("The acting mayor opened the fair.", "افتتح العمدة السابق المعرض.", "attribution.office"),
    ("The sculptor's wife thanked the town.", "شكرت شقيقة النحات البلدة.", "attribution.office"),
]
SAME_STEP = [
    ("The clerk was charged with fraud on Monday.", "وُجهت إلى الموظف تهمة الاحتيال يوم الاثنين."),
    ("Two divers were wounded in the cave.", "أصيب غواصان بجروح داخل الكهف."),
    ("The city council is considering a tram line.", "يدرس مجلس المدينة مدّ خط للترام."),
    ("The bakery still sells rye bread.", "لا يزال المخبز يبيع خبز الجاودار."),
    ("All the halls reopen except the library.", "تفتح القاعات كلها باستثناء المكتبة."),
    ("The ferry sails four times a week.", "تبحر العبّارة أربع مرات أسبوعياً."),
    ("Dozens of goats crossed the road.", "عبرت عشرات الماعز الطريق."),
    ("The acting mayor opened the fair.", "افتتح القائم بأعمال العمدة المعرض."),
    ("The sculptor's wife thanked the town.", "شكرت زوجة النحات البلدة."),
]


@pytest.mark.parametrize(("en", "ar", "code"), ANOTHER_STEP)
def test_scales_another_step_of_a_scale_is_found(en, ar, code):
    assert code in codes(check_scales, en, ar)


@pytest.mark.parametrize(("en", "ar"), SAME_STEP)
def test_scales_the_same_step_in_other_words_is_clean(en, ar):
    assert codes(check_scales, en, ar) == set()


def test_scales_every_group_of_the_table_has_a_code():
    assert {row.group for row in read_table("stages.tsv")} == set(CODE_OF)


@pytest.mark.parametrize(
    ("en", "ar", "code"),
    [
        ("The prisoner tried to escape at dawn.", "فرّ السجين فجراً من السجن.", "modality.done"),
        ("The union threatened to close the plant.", "أغلقت النقابة أبواب المصنع.", "modality.done"),
        ("The painter left the city.", "حاول الرسام مغادرة المدينة.", "modality.done"),
        ("The studio has shelved the film.", "يُقال إن الاستوديو جمّد الفيلم.", "modality.hearsay"),
        ("Refunds are paid provided that the seal is whole.", "تُرد المبالغ والختم سليم تماماً.", "modality.condition"),
        ("Is the bridge open again?", "عاد الجسر مفتوحاً.", "modality.question"),
        ("The bridge is open again.", "هل عاد الجسر مفتوحاً؟", "modality.question"),
    ],
)
def test_claims_a_marker_that_one_side_lacks_is_found(en, ar, code):
    assert code in codes(check_claims, en, ar)


@pytest.mark.parametrize(
    ("en", "ar"),
    [
        ("The prisoner tried to escape at dawn.", "سعى السجين فجراً إلى الهرب."),
        ("The studio has reportedly shelved the film.", "جمّد الاستوديو الفيلم، بحسب تقارير صحفية."),
        ("The pool opens if the pump is repaired.", "يُفتح المسبح شريطة إصلاح المضخة."),
        ("Is the bridge open again?", "هل عاد الجسر مفتوحاً؟"),
        ("He asked whether the bridge was open.", "هل الجسر مفتوح؟ هكذا سأل."),
        ("Call me a dreamer, if you like. What is not to like?", "سمّوني حالماً إن شئتم. ما الذي لا يعجب؟"),
    ],
)
def test_claims_a_marker_that_is_answered_is_clean(en, ar):
    assert codes(check_claims, en, ar) == set()


@pytest.mark.parametrize(
    ("en", "ar"),
    [
        ("The fleet counts 30,500 boats.", "يضم الأسطول 500 30 قارب."),
        ("The fund paid 2,044,822 dollars.", "دفع الصندوق 822 044 2 دولارا."),
        ("Prices rose 3.7% in May.", "ارتفعت الأسعار ثلاثة فاصلة سبعة في المئة في مايو."),
        ("Prices rose 3.7% in May.", "ارتفعت الأسعار ٣،٧٪ في مايو."),
        ("The province holds 1,234,567 people.", "تضم المحافظة ١،٢٣٤،٥٦٧ نسمة."),
        ("It was the 122nd day of the drought.", "كان اليوم الثاني والعشرين بعد المئة من الجفاف."),
        ("The trip takes 2½ hours.", "تستغرق الرحلة ساعتين ونصف الساعة."),
        ("The debt passed $2.3 trillion.", "تجاوز الدين ألفين وثلاثمئة مليار دولار."),
        ("The bank raised rates by 50 basis points.", "رفع المصرف الفائدة نصف نقطة مئوية."),
        ("The talks resume on 14 January.", "تُستأنف المحادثات في 14 كانون 2."),
        ("The panel met in March.", "41- اجتمع الفريق في مارس."),
        ("Call +962 6 555 0199.", "اتصلوا على +962 6 555 0199."),
    ],
)
def test_numbers_every_way_to_write_one_value_agrees(en, ar):
    assert codes(check_numbers, en, ar) & {"number.changed", "number.missing", "number.added", "number.scale"} == set()


@pytest.mark.parametrize(
    ("en", "ar"),
    [
        ("The fleet counts 30,500 boats.", "يضم الأسطول 700 30 قارب."),
        ("Prices rose 3.7% in May.", "ارتفعت الأسعار ثلاثة فاصلة خمسة في المئة في مايو."),
        ("It was the 122nd day of the drought.", "كان اليوم الثالث والعشرين بعد المئة من الجفاف."),
        ("The debt passed $2.3 trillion.", "تجاوز الدين ألفين وأربعمئة مليار دولار."),
    ],
)
def test_numbers_another_value_in_any_of_these_ways_is_a_change(en, ar):
    assert codes(check_numbers, en, ar) & {"number.changed", "number.scale"}
