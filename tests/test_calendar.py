"""Dates and times of day in running text, and units: what is read, and what is not."""

from fractions import Fraction

import pytest

from align.text.calendar import month_numbers, read_mentions
from align.text.clock import read_clocks
from align.text.mention import Topic
from align.text.units import same_amount


def values(text, topic, *, arabic):
    return [
        (m.value, m.days) if topic is Topic.MONTH else m.value
        for m in read_mentions(text, arabic=arabic)
        if m.topic is topic
    ]


@pytest.mark.parametrize(
    ("text", "arabic", "topic", "expected"),
    [
        ("يوم السبت والأحد", True, Topic.WEEKDAY, [5, 6]),
        ("الإثنين", True, Topic.WEEKDAY, [0]),
        ("للثلاثاء", True, Topic.WEEKDAY, [1]),
        ("يومالسبت الماضيبعد", True, Topic.WEEKDAY, [5]),
        ("الأحداث", True, Topic.WEEKDAY, []),
        ("on Sat and every Mon.", False, Topic.WEEKDAY, [5, 0]),
        ("she sat in the sun", False, Topic.WEEKDAY, []),
        ("بين الثالث والسابع عشر من تموز", True, Topic.MONTH, [(7, (3, 17))]),
        ("السادس والعشرين من ديسمبر", True, Topic.MONTH, [(12, (26,))]),
        ("تشرين الأول وكانون الثاني", True, Topic.MONTH, [(10, ()), (1, ())]),
        ("أب حنون", True, Topic.MONTH, []),
        ("في آب", True, Topic.MONTH, [(8, ())]),
        ("between 3 and 17 August", False, Topic.MONTH, [(8, (3, 17))]),
        ("Nov 8 and May 9th", False, Topic.MONTH, [(11, (8,)), (5, (9,))]),
        ("it may march on", False, Topic.MONTH, []),
        ("the day after tomorrow", False, Topic.DAY, [2]),
        ("بعد غد", True, Topic.DAY, [2]),
        ("أول أمس", True, Topic.DAY, [-2]),
        ("تسع ساعات في اليوم", True, Topic.DAY, []),
        ("في اليوم التالي", True, Topic.DAY, []),
        ("اليوم الجمعة", True, Topic.DAY, [0]),
        ("last Friday, next two weeks", False, Topic.PERIOD, ["past weekday", "next week"]),
        ("الأسبوع المقبل والشهرين الماضيين", True, Topic.PERIOD, ["next week", "past month"]),
        ("the end of Ramadan", False, Topic.EDGE, ["end"]),
        ("مطلع شهر رمضان", True, Topic.EDGE, ["begin"]),
        ("ظهر الفرق", True, Topic.DAYPART, []),
        ("بعد ظهر اليوم", True, Topic.DAYPART, [3]),
        ("عيد الفصح", True, Topic.FEAST, ["easter"]),
    ],
)
def test_calendar_mentions(text, arabic, topic, expected):
    assert values(text, topic, arabic=arabic) == expected


def test_calendar_name_of_a_minister_is_not_a_sure_month():
    mentions = read_mentions("قالت تيريزا ماي", arabic=True)
    assert [(m.value, m.sure) for m in mentions] == [(5, False)]
    assert month_numbers("في ماي 2021", arabic=True) == {5}


def test_calendar_spans_cut_back_the_words():
    text = "يُفتح المتحف ظهر يوم الأربعاء ٨ أيَّار"
    assert [m.span.cut(text) for m in read_mentions(text, arabic=True)] == ["الأربعاء", "أيَّار", "ظهر"]


@pytest.mark.parametrize(
    ("text", "arabic", "expected"),
    [
        ("4:30 pm", False, (270, "pm")),
        ("4.30pm", False, (270, "pm")),
        ("16:30", False, (270, "pm")),
        ("1500 GMT", False, (180, "pm")),
        ("at eight-thirty", False, (510, "")),
        ("half past eight", False, (510, "")),
        ("a quarter to nine", False, (525, "")),
        ("noon", False, (0, "pm")),
        ("midnight", False, (0, "am")),
        ("الرابعة والنصف عصراً", True, (270, "pm")),
        ("الساعة 16:30", True, (270, "pm")),
        ("السابعة إلا ثلاث عشرة دقيقة مساء", True, (407, "pm")),
        ("الحادية عشرة وخمس وأربعين دقيقة ليلاً", True, (705, "pm")),
        ("الثانية عشرة ظهراً", True, (0, "pm")),
        ("الثانية ليلاً", True, (120, "am")),
        ("قبيل منتصف الليل بربع ساعة", True, (705, "pm")),
        ("الساعة 0800", True, (480, "")),
    ],
)
def test_clock_times(text, arabic, expected):
    (clock,) = read_clocks(text, arabic=arabic)
    assert (clock.minute, clock.half) == expected


@pytest.mark.parametrize(
    ("text", "arabic"), [("the fourth time", False), ("المرة الرابعة", True), ("in the 1500s", False), ("$4.30", False)]
)
def test_clock_other_numbers_are_no_times(text, arabic):
    assert read_clocks(text, arabic=arabic) == ()


@pytest.mark.parametrize(
    ("value", "unit", "other", "other_unit", "same"),
    [
        (10, "mile", 16, "kilometre", True),
        (10, "mile", 10, "kilometre", False),
        (72, "hour", 3, "day", True),
        (12, "month", 1, "year", True),
        (90, "pound mass", 41, "kilogram", True),
        (104, "fahrenheit", 40, "degree", True),
        (50, "fahrenheit", 10, "celsius", True),
        (50, "fahrenheit", 50, "celsius", False),
        (300, "foot", 91, "metre", True),
        (10, "mile", 16, "kilogram", False),
        (10, "", 10, "day", False),
    ],
)
def test_units_amounts_agree_across_units(value, unit, other, other_unit, same):
    assert same_amount(Fraction(value), unit, Fraction(other), other_unit) is same
