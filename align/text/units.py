"""Units that stand beside numbers, English and Arabic, and what they measure.

A unit is a name, a dimension and a size in the dimension's base unit, so that two lengths in different units compare.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

import regex

from align.text.normal import normal_form


class Unit(NamedTuple):
    """A unit of measure."""

    dimension: str
    size: Fraction  # in the dimension's base unit
    english: str  # forms, space-separated, _ for a space
    arabic: str
    dual: str = ""  # Arabic forms that say "two of it" by themselves


def _u(dimension: str, size: str, english: str, arabic: str, dual: str = "") -> Unit:
    return Unit(dimension, Fraction(size), english, arabic, dual)


UNITS: dict[str, Unit] = {
    "percent": _u(
        "share",
        "1/100",
        "% percent per_cent pct pc percentage_point percentage_points points_percent percentage",
        "% ٪ في_المئة في_المائة بالمئة بالمائة في_الميه بالميه نقطة_مئوية نقاط_مئوية من_المئة",
    ),
    "basis point": _u("share", "1/10000", "basis_point basis_points bps", "نقطة_أساس نقاط_أساس نقطة_اساس نقاط_الأساس"),
    "second": _u("time", "1", "seconds sec secs", "ثانية ثوان ثواني", "ثانيتين ثانيتان"),
    "minute": _u("time", "60", "minute minutes min mins", "دقيقة دقائق دقايق", "دقيقتين دقيقتان"),
    "hour": _u("time", "3600", "hour hours hr hrs", "ساعة ساعات", "ساعتين ساعتان ساعتي"),
    "day": _u("time", "86400", "day days", "يوم يوما أيام", "يومين يومان يوما"),
    "night": _u("time", "86400", "night nights", "ليلة ليال ليالي", "ليلتين ليلتان"),
    "week": _u("time", "604800", "week weeks wk wks", "أسبوع أسبوعا أسابيع", "أسبوعين أسبوعان"),
    "month": _u("time", "2629746", "month months", "شهر شهرا أشهر شهور", "شهرين شهران"),
    "year": _u(
        "time", "31556952", "year years yr yrs", "عام عاما أعوام سنة سنوات سنين ربيعا", "عامين عامان سنتين سنتان"
    ),
    "decade": _u("time", "315569520", "decade decades", "عقد عقدا عقود", "عقدين عقدان"),
    "century": _u("time", "3155695200", "century centuries", "قرن قرنا قرون", "قرنين قرنان"),
    "millimetre": _u(
        "length", "1/1000", "mm millimetre millimetres millimeter millimeters", "ملم مم مليمتر ملليمتر ميليمتر"
    ),
    "centimetre": _u(
        "length", "1/100", "cm centimetre centimetres centimeter centimeters", "سم سنتيمتر سنتيمترات سنتيمترا"
    ),
    "metre": _u("length", "1", "m metre metres meter meters", "متر مترا أمتار م", "مترين متران"),
    "kilometre": _u(
        "length", "1000", "km kms kph kilometre kilometres kilometer kilometers", "كم كلم كيلومتر كيلومترا كيلومترات"
    ),
    "inch": _u("length", "254/10000", "inch inches", "بوصة بوصات إنش", "بوصتين"),
    "foot": _u("length", "3048/10000", "foot feet ft", "قدم قدما أقدام", "قدمين قدمان"),
    "yard": _u("length", "9144/10000", "yard yards yd", "ياردة ياردات"),
    "mile": _u("length", "1609344/1000", "mile miles mi mph", "ميل ميلا أميال", "ميلين ميلان"),
    "gram": _u("mass", "1", "g gram grams gramme grammes", "غرام غراما غرامات جرام جرامات غ"),
    "kilogram": _u(
        "mass", "1000", "kg kgs kilo kilos kilogram kilograms", "كغ كجم كلغ كيلوغرام كيلوغراما كيلوجرام كيلوغرامات"
    ),
    "pound mass": _u("mass", "45359237/100000", "lb lbs", "رطل رطلا أرطال", "رطلين"),
    "ounce": _u("mass", "28349523/1000000", "oz ounce ounces", "أونصة أونصات أوقية"),
    "tonne": _u("mass", "1000000", "ton tons tonne tonnes", "طن طنا أطنان", "طنين طنان"),
    "litre": _u("volume", "1", "l litre litres liter liters", "لتر لترا لترات ليتر"),
    "gallon": _u("volume", "3785/1000", "gallon gallons", "غالون غالونا غالونات جالون"),
    "barrel": _u("barrel", "1", "barrel barrels", "برميل برميلا براميل"),
    "square metre": _u("area", "1", "m2 sqm square_metres square_meters", "م2 متر_مربع مترا_مربعا أمتار_مربعة"),
    "square foot": _u("area", "929/10000", "sq_ft sqft square_feet square_foot", "قدم_مربع قدم_مربعة قدما_مربعة"),
    "acre": _u("area", "4047", "acre acres", "فدان فدانا فدادين"),
    "hectare": _u("area", "10000", "hectare hectares ha", "هكتار هكتارا هكتارات"),
    "square kilometre": _u(
        "area", "1000000", "sq_km km2 square_kilometres square_kilometers", "كم2 كيلومتر_مربع كلم_مربع"
    ),
    "square mile": _u("area", "2589988", "sq_mi square_miles", "ميل_مربع"),
    "dollar": _u("money dollar", "1", "$ us$ usd dollar dollars buck bucks", "$ دولار دولارا دولارات", "دولارين"),
    "cent": _u("money dollar", "1/100", "cent cents", "سنت سنتا سنتات"),
    "euro": _u("money euro", "1", "€ eur euro euros", "€ يورو"),
    "pound": _u("money pound", "1", "£ gbp pound pounds quid", "£ جنيه جنيها جنيهات ليرة"),
    "yen": _u("money yen", "1", "¥ yen", "ين ينا"),
    "yuan": _u("money yuan", "1", "yuan renminbi", "يوان يوانا"),
    "rouble": _u("money rouble", "1", "₽ rouble roubles ruble rubles", "روبل روبلا"),
    "rupee": _u("money rupee", "1", "₹ rupee rupees", "روبية روبيات"),
    "celsius": _u("heat C", "1", "°c c celsius centigrade degrees_celsius", "درجة_مئوية درجات_مئوية °م"),
    "fahrenheit": _u("heat F", "1", "°f f fahrenheit degrees_fahrenheit", "درجة_فهرنهايت فهرنهايت درجات_فهرنهايت"),
    "degree": _u("heat", "1", "° degree degrees", "° درجة درجات"),  # of which scale, the text leaves open
    "occasion": _u("count", "1", "time times", "مرة مرات", "مرتين مرتان"),
}


def _phrase(form: str) -> str:
    return normal_form(form.replace("_", " "))


_ENGLISH = {_phrase(form): name for name, unit in UNITS.items() for form in unit.english.split()}
_ARABIC = {_phrase(form): name for name, unit in UNITS.items() for form in unit.arabic.split()}
# Dual forms to their unit: a word that says "two" by itself. يوما is the accusative of one day, not two.
ARABIC_DUALS = {_phrase(form): name for name, unit in UNITS.items() for form in unit.dual.split() if form != "يوما"}
_SIGNS = {"$": "dollar", "€": "euro", "£": "pound", "¥": "yen", "₽": "rouble", "₹": "rupee"}
_WORD = r"(?:[%٪]|[°$€£]?\p{L}+2?|°)"
_AFTER_EN = regex.compile(rf"(?:\s|-)?\s*({_WORD})(?:\s+({_WORD}))?")
_AFTER_AR = regex.compile(rf"\s*({_WORD})(?:\s+({_WORD}))?")
_BEFORE = regex.compile(r"([$€£¥₽₹])\s?$")


def unit_after(text: str, end: int, *, arabic: bool) -> tuple[str, int]:
    """The unit that follows offset `end` of a normal form, and where it ends; ("", end) without one."""
    match = (_AFTER_AR if arabic else _AFTER_EN).match(text, end)
    if match is None:
        return "", end
    table = _ARABIC if arabic else _ENGLISH
    if match[2]:
        name = table.get(f"{match[1]} {match[2]}")
        if name:
            return name, match.end(2)
    word = match[1].removeprefix("ال") if arabic and match[1] not in table else match[1]
    name = table.get(word)
    return (name, match.end(1)) if name else ("", end)


def unit_before(text: str, start: int) -> str:
    """The currency whose sign stands before offset `start`; "" without one."""
    match = _BEFORE.search(text, max(0, start - 2), start)
    return _SIGNS[match[1]] if match else ""


def same_amount(value: Fraction, unit: str, other: Fraction, other_unit: str) -> bool:
    """Whether two amounts in different units of one dimension agree, to the rounding that translators allow (6 %)."""
    if not unit or not other_unit:
        return False
    one, two = UNITS[unit], UNITS[other_unit]
    if one.dimension.startswith("heat") and two.dimension.startswith("heat"):
        return _same_heat(value, unit, other, other_unit)
    if one.dimension != two.dimension or unit == other_unit:
        return False
    first, second = value * one.size, other * two.size
    return abs(first - second) <= Fraction(6, 100) * max(abs(first), abs(second))


def _same_heat(value: Fraction, unit: str, other: Fraction, other_unit: str) -> bool:
    """Celsius against Fahrenheit, either way round where one side only says degrees."""
    if value == other:
        return unit == other_unit or "degree" in (unit, other_unit)
    as_celsius = unit != "fahrenheit" and other_unit != "celsius" and abs(value * 9 / 5 + 32 - other) <= 2
    as_fahrenheit = unit != "celsius" and other_unit != "fahrenheit" and abs(other * 9 / 5 + 32 - value) <= 2
    return as_celsius or as_fahrenheit


_LETTERS = regex.compile(r"\p{L}+")


def units_named(text: str, *, arabic: bool) -> set[str]:
    """The units whose singular or plural words stand anywhere in `text`, with or without a number."""
    table = _ARABIC if arabic else _ENGLISH
    found = set()
    for word in _LETTERS.findall(normal_form(text)):
        for form in (word, word.removeprefix("ال"), word[1:], word[1:].removeprefix("ال")) if arabic else (word,):
            if form in table:
                found.add(table[form])
                break
    return found
