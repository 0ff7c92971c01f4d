"""Printed dates, English and Arabic: month and weekday names, and the ISO date that a string holds."""

from __future__ import annotations

from datetime import date

import regex

from align.text.normal import normal_form

_ENGLISH = "january february march april may june july august september october november december".split()
ENGLISH_MONTHS: dict[str, int] = {name: n for n, name in enumerate(_ENGLISH, 1)}
ENGLISH_MONTHS |= {name[:3]: n for n, name in enumerate(_ENGLISH, 1)} | {"sept": 9}

_ARABIC = {
    1: "يناير جانفي ينير كانون_الثاني",
    2: "فبراير فيفري فبرير شباط",
    3: "مارس آذار اذار",
    4: "أبريل إبريل ابريل أفريل نيسان",
    5: "مايو ماي أيار",
    6: "يونيو يونيه جوان حزيران",
    7: "يوليو يوليه جويلية يوليوز تموز",
    8: "أغسطس اغسطس أوت غشت آب",
    9: "سبتمبر شتنبر أيلول",
    10: "أكتوبر اكتوبر تشرين_الأول تشرين_اول",
    11: "نوفمبر نونبر تشرين_الثاني تشرين_ثاني",
    12: "ديسمبر دجنبر كانون_الأول كانون_اول",
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


def parse_date(text: str) -> str | None:
    """The first full date that `text` prints, as ISO; None without one. Day before month where only numbers stand."""
    folded = normal_form(text)
    for pattern in _PATTERNS:
        for match in pattern.finditer(folded):
            name = match["month"]
            month = MONTHS[name] if name in MONTHS else int(name)
            try:
                return date(int(match["year"]), month, int(match["day"])).isoformat()
            except ValueError:  # the 31st of February, the 13th month
                continue
    return None
