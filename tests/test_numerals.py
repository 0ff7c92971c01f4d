"""The reader of numbers: values, kinds and places, in both languages."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.text.numeral import Kind
from align.text.numerals import read_numerals

UNITS = "صفر واحد اثنان ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة".split()
TENS = ". عشرة عشرون ثلاثون أربعون خمسون ستون سبعون ثمانون تسعون".split()
HUNDREDS = ". مئة مئتان ثلاثمئة أربعمئة خمسمئة ستمئة سبعمئة ثمانمئة تسعمئة".split()
EN_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
EN_TENS = ". ten twenty thirty forty fifty sixty seventy eighty ninety".split()


def arabic_below_hundred(n):
    if n < 10:
        return UNITS[n]
    if n == 10:
        return "عشرة"
    if n < 20:
        return {11: "أحد عشر", 12: "اثنا عشر"}.get(n, f"{UNITS[n - 10]} عشر")
    return TENS[n // 10] if n % 10 == 0 else f"{UNITS[n % 10]} و{TENS[n // 10]}"


def arabic_below_thousand(n):
    parts = [HUNDREDS[n // 100]] if n >= 100 else []
    if n % 100:
        parts.append(arabic_below_hundred(n % 100))
    return " و".join(parts)


def arabic(n):
    thousands, rest = divmod(n, 1000)
    parts = []
    if thousands == 1:
        parts.append("ألف")
    elif thousands == 2:
        parts.append("ألفان")
    elif thousands:
        parts.append(f"{arabic_below_thousand(thousands)} {'آلاف' if 3 <= thousands % 100 <= 10 else 'ألف'}")
    if rest:
        parts.append(arabic_below_thousand(rest))
    return " و".join(parts)


def english_below_thousand(n):
    words = []
    if n >= 100:
        words += [EN_UNITS[n // 100], "hundred"]
        n %= 100
        words += ["and"] if n else []
    if n >= 20:
        words.append(EN_TENS[n // 10] + (f"-{EN_UNITS[n % 10]}" if n % 10 else ""))
    elif n:
        words.append(EN_UNITS[n])
    return " ".join(words)


def english(n):
    thousands, rest = divmod(n, 1000)
    words = [english_below_thousand(thousands), "thousand"] if thousands else []
    return " ".join([*words, english_below_thousand(rest)]).strip()


def only(text, *, arabic):
    (numeral,) = read_numerals(text, arabic=arabic)
    return numeral


@settings(max_examples=300)
@given(st.integers(3, 999_999))
def test_numerals_arabic_words_are_read_back(n):
    text = f"شوهد {arabic(n)} من الطيور"
    numeral = only(text, arabic=True)
    assert numeral.values[0] == n
    assert numeral.span.cut(text) == arabic(n)


@settings(max_examples=300)
@given(st.integers(2, 999_999))
def test_numerals_english_words_are_read_back(n):
    text = f"We saw {english(n)} birds"
    numeral = only(text, arabic=False)
    assert numeral.values[0] == n
    assert numeral.span.cut(text) == english(n)


@given(st.integers(0, 10**9), st.sampled_from([str, "{:,}".format]))
def test_numerals_figures_are_read_back_in_both_digits(n, shown):
    western = shown(n)
    eastern = western.translate(str.maketrans("0123456789,", "٠١٢٣٤٥٦٧٨٩٬"))
    assert only(f"We saw {western} birds", arabic=False).values[0] == n
    assert only(f"شوهد {western} طائر", arabic=True).values[0] == n
    assert only(f"شوهد {eastern} طائر", arabic=True).values[0] == n


@given(st.text(alphabet="ألف مئةثلاوبنصع خمس ٢5,.%/-عشر", max_size=40), st.booleans())
def test_numerals_any_text_gives_ordered_spans_that_cut_back(text, is_arabic):
    numerals = read_numerals(text, arabic=is_arabic)
    assert all(n.span.cut(text).strip() and n.values for n in numerals)
    assert all(a.span.end <= b.span.start for a, b in zip(numerals, numerals[1:], strict=False))


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("مئتي مليون", [200_000_000]),
        ("مئتا مليون", [200_000_000]),
        ("مليونان ونصف المليون", [2_500_000]),
        ("ثلاثة ملايين و400 ألف", [3_400_000]),
        ("مليار و200 مليون", [1_200_000_000]),
        ("ألفا شخص", [1000, 2000]),
        ("ألفاً وستمئة", [1600]),
        ("٣٫٥ مليار", [3_500_000_000]),
        ("8,1 في المئة", [Fraction(81, 10)]),
        ("ثلاثة أرباع", [Fraction(3, 4)]),
        ("ثلثا الركاب", [Fraction(2, 3)]),
        ("نصفهم", [Fraction(1, 2)]),
        ("خمس الركاب", [5, Fraction(1, 5)]),
        ("الثاني والعشرين", [22]),
        ("الحادية عشرة", [11]),
        ("السادس بعد المئة", [106]),
        ("سبعة أيام ونصف", [Fraction(15, 2)]),
        ("مئة و عشرون مليون", [120_000_000]),
        ("تسعينيات القرن التاسع عشر", [1890]),
        ("آلاف", []),
        ("عشرات الملايين", []),
        ("@user99 #وسم2024 https://example.org/55", []),
    ],
)
def test_numerals_arabic_forms(text, values):
    numerals = read_numerals(text, arabic=True)
    assert [v for n in numerals for v in n.values] == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("2.25bn", [2_250_000_000]),
        ("half a million", [500_000]),
        ("a quarter of a billion", [250_000_000]),
        ("two and a half million", [2_500_000]),
        ("two dozen", [24]),
        ("three quarters", [Fraction(3, 4)]),
        ("a third of us", [Fraction(1, 3), 3]),
        ("1930s", [1930]),
        ("twenty-first", [21, Fraction(1, 21)][:1]),
        ("$300+ billion", [300_000_000_000]),
        ("2017-18", [2017, 18, 2018]),
        ("since '98", [98, 1998, 2098]),
        ("1/3 of us", [Fraction(1, 3), 1, 3]),
        ("several hundred people", []),
        ("@user99 #tag2024 https://example.org/55", []),
    ],
)
def test_numerals_english_forms(text, values):
    numerals = read_numerals(text, arabic=False)
    assert [v for n in numerals for v in n.values] == values


@pytest.mark.parametrize(
    ("text", "arabic", "kind"),
    [
        ("COVID-19", False, Kind.CODE),
        ("كوفيد 19", True, Kind.CODE),
        ("World War II", False, Kind.CODE),
        ("mid-2019", False, Kind.CARDINAL),
        ("يومين", True, Kind.IMPLIED),
        ("twice", False, Kind.IMPLIED),
        ("19th", False, Kind.ORDINAL),
        ("ثلاثينيات", True, Kind.DECADE),
        ("نصف", True, Kind.FRACTION),
    ],
)
def test_numerals_kinds(text, arabic, kind):
    assert only(text, arabic=arabic).kind is kind


@pytest.mark.parametrize(
    ("text", "arabic", "units"),
    [
        ("$40", False, ["dollar"]),
        ("40 دولاراً", True, ["dollar"]),
        ("between 30 and 43 percent", False, ["percent", "percent"]),
        ("بين 30 و43 بالمئة", True, ["percent", "percent"]),
        ("half an hour", False, ["hour"]),
        ("25-year-old", False, ["year"]),
        ("شهرين", True, ["month"]),
        ("40 sheep", False, [""]),
    ],
)
def test_numerals_units(text, arabic, units):
    assert [n.unit for n in read_numerals(text, arabic=arabic)] == units


def test_numerals_scale_of_a_range_holds_for_both_ends():
    low, high = read_numerals("بين 3 و5 ملايين", arabic=True)
    assert low.values == (3, 3_000_000)
    assert high.values == (5_000_000,)
