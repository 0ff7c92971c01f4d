"""Printed dates, English and Arabic: month and weekday names, and the ISO date that a string holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import NamedTuple

import regex

from align.records import Span
from align.text.normal import normal_form, normal_form_with_map

_ENGLISH = "january february march april may june july august september october november december".split()
ENGLISH_MONTHS: dict[str, int] = {name: n for n, name in enumerate(_ENGLISH, 1)}
ENGLISH_MONTHS |= {name[:3]: n for n, name in enumerate(_ENGLISH, 1)} | {"sept": 9}

_ARABIC = {
    1: "يناير جانفي ينير كانون_الثاني كانون_2 ك2",
    2: "فبراير فيفري فبرير شباط",
    3: "مارس آذار اذار",
    4: "أبريل إبريل ابريل أفريل نيسان",
    5: "مايو ماي أيار",
    6: "يونيو يونيه جوان حزيران",
    7: "يوليو يوليه جويلية يوليوز تموز",
    8: "أغسطس اغسطس أوت غشت آب",
    9: "سبتمبر شتنبر أيلول",
    10: "أكتوبر اكتوبر تشرين_الأول تشرين_اول تشرين_1 ت1",
    11: "نوفمبر نونبر تشرين_الثاني تشرين_ثاني تشرين_2 ت2",
    12: "ديسمبر دجنبر كانون_الأول كانون_اول كانون_1 ك1",
}
# Names in normal form, to their number; two-word names with a plain space.
ARABIC_MONTHS: dict[str, int] = {
    normal_form(name.replace("_", " ")): n for n, names in _ARABIC.items() for name in names.split()
}
_HIJRI = (
    "محرم,صفر,ربيع الأول,ربيع الآخر,جمادى الأولى,جمادى الآخرة,رجب,شعبان,رمضان,شوال,ذو القعدة,ذو الحجة,"
    "المحرم,صفر,ربيع أول,ربيع الثاني,جمادى الأول,جمادى الثانية,رجب,شعبان,رمضان,شوال,ذي القعدة,ذي الحجة"
)
HIJRI_MONTHS: dict[str, int] = {normal_form(name): i % 12 + 1 for i, name in enumerate(_HIJRI.split(","))}

_ENGLISH_DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
ENGLISH_WEEKDAYS: dict[str, int] = {name: n for n, name in enumerate(_ENGLISH_DAYS)}
ENGLISH_WEEKDAYS |= {
    "mon": 0,
    "tue": 1,
    "tues": 1,
    "wed": 2,
    "thu": 3,
    "thur": 3,
    "thurs": 3,
    "fri": 4,
    "sat": 5,
    "sun": 6,
}
ARABIC_WEEKDAYS: dict[str, int] = {
    normal_form(name): n for n, name in enumerate("الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد".split())
}

MONTHS: dict[str, int] = ENGLISH_MONTHS | ARABIC_MONTHS
_NAME = "|".join(regex.escape(name) for name in sorted(MONTHS, key=len, reverse=True))
_MONTH = rf"(?P<month>\b(?:{_NAME})\b)\.?(?:\s*[/(]\s*(?:{_NAME})\b\)?)?"
_DAY = r"(?<!\d)(?P<day>\d{1,2})(?:st|nd|rd|th)?(?!\d)"
_YEAR = r"(?P<year>\d{4})(?!\d)"
_GAP = r"[\s,،.]*"
_PATTERNS = tuple(
    regex.compile(pattern)
    for pattern in (
        rf"{_DAY}{_GAP}(?:of |من )?{_MONTH}{_GAP}{_YEAR}",
        rf"{_MONTH}{_GAP}{_DAY}{_GAP}{_YEAR}",
        rf"(?<!\d){_YEAR}{_GAP}{_MONTH}{_GAP}{_DAY}",
        r"(?<!\d)(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)",
        r"(?<!\d)(?P<day>\d{1,2})[-/.](?P<month>\d{1,2})[-/.](?P<year>\d{4})(?!\d)",
    )
)


_LANGUAGES = "de fr es pt it nl ru uk pl cs sv da nb fi tr fa he id ro hu el ca".split()
_YEAR_ALONE = regex.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


class PrintedDate(NamedTuple):
    """A full date, and where it stands in the text that prints it."""

    iso: str
    span: Span


def parse_date(text: str) -> str | None:
    """The first full date that `text` prints, as ISO; None without one. Day before month where only numbers stand.

    English and Arabic first; where they see no date but a year, month names of the languages that embed codes come in.
    """
    found = _find(normal_form(text))
    return found.iso if found else None


def find_date(text: str) -> PrintedDate | None:
    """The date that `parse_date` reads, with its place in `text`."""
    form = normal_form_with_map(text)
    found = _find(form.text)
    return PrintedDate(found.iso, form.original_span(*found.span)) if found else None


def _find(folded: str) -> PrintedDate | None:
    found = _first_date(folded, _PATTERNS, MONTHS)
    if found is None and _YEAR_ALONE.search(folded):
        patterns, months = _foreign()
        found = _first_date(folded, patterns, months)
    return found


def _first_date(folded: str, patterns: Sequence[regex.Pattern[str]], months: Mapping[str, int]) -> PrintedDate | None:
    for pattern in patterns:
        for match in pattern.finditer(folded):
            name = match["month"]
            month = months[name] if name in months else int(name)
            try:
                iso = date(int(match["year"]), month, int(match["day"])).isoformat()
            except ValueError:  # the 31st of February, the 13th month
                continue
            return PrintedDate(iso, Span(*match.span()))
    return None


@cache
def _foreign() -> tuple[tuple[regex.Pattern[str], ...], dict[str, int]]:
    """Patterns and months of CLDR's other languages, long and short names, read on first use."""
    from babel.dates import get_month_names

    months: dict[str, int] = {}
    for language in _LANGUAGES:
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                for number, name in get_month_names(width, context, language).items():
                    months.setdefault(normal_form(name).strip("."), number)
    months = {name: number for name, number in months.items() if len(name) > 2 and not name[0].isdigit()}
    names = "|".join(regex.escape(name) for name in sorted(months, key=len, reverse=True))
    month = rf"(?P<month>\b(?:{names})\b)\.?"
    day_first = rf"{_DAY}{_GAP}(?:de |of )?{month}{_GAP}(?:de |del )?{_YEAR}"
    east_asian = r"(?<!\d)(?P<year>\d{4})\s*[年년]\s*(?P<month>\d{1,2})\s*[月월]\s*(?P<day>\d{1,2})\s*[日일]"
    patterns = (day_first, rf"{month}{_GAP}{_DAY}{_GAP}{_YEAR}", rf"{_YEAR}{_GAP}{month}{_GAP}{_DAY}", east_asian)
    return tuple(map(regex.compile, patterns)), months
