"""Dates: every name of a day or month, days told from where one stands, times; right ones silent, wrong ones named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.check.rules.dates import CODES, check_dates
from align.records import Rendering, Severity, Subject

RIGHT = [
    ("The ferry sails again on Tuesday.", "تعود العبّارة إلى الإبحار الثلاثاء."),
    ("The ferry sails again on Tuesday.", "تعود العبّارة إلى الإبحار يوم الثلاثاء المقبل."),
    ("On Monday and Wednesday the pool is shut.", "المسبح مغلق يومي الاثنين والأربعاء."),
    ("Sunday's race is off.", "أُلغي سباق الأحد."),
    ("The museum reopens in March.", "يعيد المتحف فتح أبوابه في آذار."),
    ("The museum reopens in March.", "يعيد المتحف فتح أبوابه في مارس/آذار."),
    ("The museum reopens in August.", "يعيد المتحف فتح أبوابه في غشت."),
    ("The museum reopens in August.", "يعيد المتحف فتح أبوابه في أوت المقبل."),
    ("The museum reopens in August.", "يعيد المتحف فتح أبوابه في آب/أغسطس."),
    ("The museum reopens in January.", "يعيد المتحف فتح أبوابه في جانفي."),
    ("The museum reopens in July.", "يعيد المتحف فتح أبوابه في يوليوز."),
    ("The museum reopens in November.", "يعيد المتحف فتح أبوابه في تشرين الثاني (نوفمبر)."),
    ("The vote is on 14 June.", "يجري التصويت في الرابع عشر من حزيران."),
    ("The vote is on June 14th.", "يجري التصويت في 14 يونيو."),
    ("The vote is on 5/6/2024.", "يجري التصويت في 5 حزيران 2024."),
    ("Open from May 3 to May 9.", "يفتح من 3 إلى 9 أيار."),
    ("She may march with us.", "قد تسير معنا."),
    ("The mill burned down in 1986.", "احترقت المطحنة عام ١٩٨٦."),
    ("The mill dates from the 1930s.", "تعود المطحنة إلى ثلاثينيات القرن الماضي."),
    ("The results come out tomorrow.", "تصدر النتائج غداً."),
    ("The results come out tomorrow.", "تصدر النتائج يوم غد."),
    ("We met the mayor yesterday.", "التقينا رئيس البلدية أمس."),
    ("We met the mayor last night.", "التقينا رئيس البلدية الليلة الماضية."),
    ("We meet the mayor tonight.", "نلتقي رئيس البلدية هذا المساء."),
    ("The next concert is next week.", "الحفل المقبل في الأسبوع القادم."),
    ("Sales fell last year.", "تراجعت المبيعات العام الماضي."),
    ("Sales fell over the past two months.", "تراجعت المبيعات خلال الشهرين الماضيين."),
    ("Gates open at 6 am.", "تُفتح الأبواب عند السادسة صباحاً."),
    ("Gates open at 18:30.", "تُفتح الأبواب عند السادسة والنصف مساءً."),
    ("Gates open at 04:00 BST.", "تُفتح الأبواب عند الساعة 4 بتوقيت بريطانيا."),
    ("Gates open at a time to be told by noon.", "تُعلن ساعة الافتتاح قبل الثانية عشرة ظهراً."),
    ("Lights out at midnight.", "تُطفأ الأنوار عند منتصف الليل."),
    ("The bakery closes at Easter.", "يُغلق المخبز في عيد الفصح."),
    ("Fasting begins with Ramadan.", "يبدأ الصيام مع حلول رمضان."),
    ("They leave by the end of the month.", "يغادرون قبل نهاية الشهر."),
    ("He works 9 hours a day.", "يعمل تسع ساعات في اليوم."),
    ("The father of the bride spoke.", "تحدث أب العروس."),
    ("Both lakes are dry.", "البحيرتان جافتان، والاثنتان بلا أسماك."),
    ("Morning fog delays flights.", "ضباب الصباح يؤخر الرحلات."),
    ("Work resumes Thursday morning.", "يُستأنف العمل صباح الخميس."),
]

WRONG = [
    ("The ferry sails again on Tuesday.", "تعود العبّارة إلى الإبحار يوم الخميس.", "date.weekday"),
    ("Sunday's race is off.", "أُلغي سباق الاثنين.", "date.weekday"),
    ("On Monday and Wednesday the pool is shut.", "المسبح مغلق يومي الاثنين والخميس.", "date.weekday"),
    ("Shut until Fri, 3 May.", "مغلق حتى السبت 3 أيار.", "date.weekday"),
    ("The market opens every Saturday.", "يفتح السوق كل أحد.", "date.weekday"),
    ("The museum reopens in March.", "يعيد المتحف فتح أبوابه في أيار.", "date.month"),
    ("The museum reopens in June.", "يعيد المتحف فتح أبوابه في جويلية.", "date.month"),
    ("The museum reopens in December.", "يعيد المتحف فتح أبوابه في كانون الثاني.", "date.month"),
    ("The museum reopens in October.", "يعيد المتحف فتح أبوابه في تشرين الثاني.", "date.month"),
    ("The museum reopens on 2 August.", "يعيد المتحف فتح أبوابه في 2 شباط.", "date.month"),
    ("The vote is on 14 June.", "يجري التصويت في 24 حزيران.", "date.day"),
    ("The vote is on June 14th.", "يجري التصويت في الخامس عشر من يونيو.", "date.day"),
    ("The mill burned down in 1986.", "احترقت المطحنة عام 1968.", "date.year"),
    ("The mill dates from the 1930s.", "تعود المطحنة إلى خمسينيات القرن الماضي.", "date.year"),
    ("The mill dates from the 1890s.", "تعود المطحنة إلى تسعينيات القرن العشرين.", "date.year"),
    ("The results come out tomorrow.", "صدرت النتائج أمس.", "date.relative"),
    ("We met the mayor yesterday.", "نلتقي رئيس البلدية غداً.", "date.relative"),
    ("Sales fell last year.", "تتراجع المبيعات العام المقبل.", "date.relative"),
    ("The next concert is next week.", "أُقيم الحفل الأسبوع الماضي.", "date.relative"),
    ("They met last Friday.", "يلتقون الجمعة المقبل.", "date.relative"),
    ("Gates open at 6 am.", "تُفتح الأبواب عند السادسة مساءً.", "date.time"),
    ("Gates open at 6 am.", "تُفتح الأبواب عند السابعة صباحاً.", "date.time"),
    ("Gates open at 18:30.", "تُفتح الأبواب عند الساعة 19:30.", "date.time"),
    ("Gates open at noon.", "تُفتح الأبواب عند منتصف الليل.", "date.time"),
    ("The curfew ends at dawn.", "ينتهي حظر التجول مساءً.", "date.time"),
    ("Work resumes Thursday morning.", "يُستأنف العمل مساء الخميس.", "date.time"),
    ("The bakery closes at Easter.", "يُغلق المخبز في عيد الميلاد.", "date.feast"),
    ("Fasting begins with Ramadan.", "يبدأ الصيام مع حلول شعبان.", "date.feast"),
    ("They leave by the end of the month.", "يغادرون قبل بداية الشهر.", "date.edge"),
    ("They leave at the start of next year.", "يغادرون في نهاية العام.", "date.edge"),
]


def serious(findings):
    return [(f.code, f.severity.value, f.message) for f in findings if f.severity is not Severity.NOTE]


@pytest.mark.parametrize(("en", "ar"), RIGHT)
def test_dates_right_rendering_stays_silent(en, ar):
    assert serious(check_dates(Subject(en, ar))) == []


@pytest.mark.parametrize(("en", "ar", "code"), WRONG)
def test_dates_wrong_rendering_is_an_error_with_its_code(en, ar, code):
    errors = [f for f in check_dates(Subject(en, ar)) if f.severity is Severity.ERROR]
    assert code in {f.code for f in errors}
    for finding in errors:
        assert finding.message and finding.message_ar
        assert finding.en.cut(en).strip() == finding.en.cut(en) != ""
        assert finding.ar.cut(ar).strip() == finding.ar.cut(ar) != ""


WEDNESDAY = "2024-05-08"


@pytest.mark.parametrize(
    ("en", "ar", "expected"),
    [
        ("The results come out tomorrow.", "تصدر النتائج الخميس.", []),
        ("The results come out tomorrow.", "تصدر النتائج الجمعة.", ["date.weekday"]),
        ("The results came out today.", "صدرت النتائج الأربعاء.", []),
        ("The results came out yesterday.", "صدرت النتائج يوم الثلاثاء.", []),
        ("The results came out yesterday.", "صدرت النتائج يوم الأحد.", ["date.weekday"]),
    ],
)
def test_dates_relative_day_is_resolved_against_the_date_of_the_tweet(en, ar, expected):
    findings = check_dates(Subject(en, ar, tweet_date=WEDNESDAY))
    assert [f.code for f in findings if f.severity is Severity.ERROR] == expected


def test_dates_weekday_for_a_relative_day_is_let_pass_when_the_date_of_the_tweet_is_not_known():
    assert check_dates(Subject("The results come out tomorrow.", "تصدر النتائج الخميس.")) == []


@pytest.mark.parametrize(
    ("published", "ar", "expected"),
    [
        ("2024-05-09", "صدرت النتائج أمس.", []),
        ("2024-05-11", "صدرت النتائج أمس.", ["date.relative"]),
    ],
)
def test_dates_article_tells_today_as_yesterday_when_it_appears_a_day_later(published, ar, expected):
    subject = Subject("The results came out today.", ar, tweet_date=WEDNESDAY, published=published)
    assert [f.code for f in check_dates(subject)] == expected


def test_dates_reported_speech_may_move_a_relative_day_when_no_date_is_known():
    subject = Subject("The results came out today.", "صدرت النتائج أمس.", rendering=Rendering.REPORTED)
    assert [f.severity for f in check_dates(subject)] == [Severity.NOTE]


def test_dates_weekday_that_only_the_arabic_names_is_a_warning_unless_it_is_the_day_of_the_tweet():
    en, ar = "The mayor has resigned.", "استقال رئيس البلدية الأربعاء."
    assert [f.severity for f in check_dates(Subject(en, ar))] == [Severity.WARNING]
    assert check_dates(Subject(en, ar, tweet_date=WEDNESDAY)) == []


def test_dates_headline_may_leave_the_day_out():
    subject = Subject("The ferry sails again on Tuesday.", "العبّارة تعود", is_excerpt=True)
    assert [f.severity for f in check_dates(subject)] == [Severity.NOTE]


def test_dates_hour_in_another_time_zone_is_a_warning():
    (finding,) = check_dates(Subject("Gates open at 6 pm.", "تُفتح الأبواب عند الساعة 15:00 بتوقيت غرينتش."))
    assert (finding.code, finding.severity) == ("date.time", Severity.WARNING)


def test_dates_span_names_the_words_on_both_sides():
    en, ar = "The museum reopens in December.", "يعيد المتحف فتح أبوابه في كانون الثاني."
    (finding,) = check_dates(Subject(en, ar))
    assert (finding.en.cut(en), finding.ar.cut(ar)) == ("December", "كانون الثاني")


def test_dates_examples_of_the_codes_give_their_codes():
    for info in CODES:
        findings = check_dates(Subject(info.example_en, info.example_ar))
        assert (info.code, info.severity) in {(f.code, f.severity) for f in findings}


def test_dates_time_in_utc_may_lie_a_day_off_where_the_tweet_was_sent():
    subject = Subject("We sail tonight.", "نبحر مساء الثلاثاء.", tweet_date="2024-05-08T01:30:00Z")
    assert [f.severity for f in check_dates(subject)] == [Severity.WARNING]


def test_dates_weekday_that_the_rest_of_the_tweet_or_of_the_article_tells_is_no_finding():
    en, ar = "The mayor has resigned.", "استقال رئيس البلدية الأربعاء."
    assert check_dates(Subject(en, ar, en_context="It happened on Wednesday. The mayor has resigned.")) == []
    said = Subject("The ferry sails again on Tuesday.", "تعود العبّارة إلى الإبحار", ar_before="وقال يوم الثلاثاء: ")
    assert check_dates(said) == []


def test_dates_headline_may_take_its_day_from_another_sentence_of_the_tweet():
    en, ar = "The ferry sank on Tuesday.", "إنقاذ ركاب العبّارة الخميس"
    assert [f.severity for f in check_dates(Subject(en, ar, is_excerpt=True))] == [Severity.ERROR]
    told = Subject(en, ar, is_excerpt=True, en_context="The ferry sank on Tuesday. All were rescued on Thursday.")
    assert [f.severity for f in check_dates(told)] == [Severity.NOTE]


@given(
    st.text(alphabet="May 3rd on Tuesday,last week at 5pm 10:30 2020s'-/", max_size=60),
    st.text(alphabet="يوم الثلاثاء ٣ أيار الماضي الساعة 10:30 مساء غدا والنصف/", max_size=60),
    st.sampled_from([None, "", "2024-05-08", "9999-12-31", "May 8", "2024-05-08T01:00:00Z"]),
)
def test_dates_any_text_and_any_date_is_judged_without_failing(en, ar, day):
    for finding in check_dates(Subject(en, ar, tweet_date=day, published=day)):
        assert finding.en is None or finding.en.cut(en)
        assert finding.ar is None or finding.ar.cut(ar)
