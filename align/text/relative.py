"""Feasts, parts of the day, days and periods told from where one stands: "tomorrow", أمس, "last week", نهاية الشهر.

Arabic patterns are in normal form (أمس is امس).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import regex

from align.text.daynames import AR_DAYS, AR_HIJRI, AR_MONTHS, EN_DAYS, EN_HIJRI, EN_MONTHS
from align.text.mention import Mention, Topic, found_by
from align.text.normal import NormalForm

_OF_A_DAY = rf"(?= (?:يوم )?(?:اليوم|امس|ال(?:{AR_DAYS})))"  # ظهر and عصر mean a part of the day before a day's name
_FEASTS = {
    "christmas": (r"christmas|xmas", r"(?:عيد|اعياد) الميلاد|(?:ال)?كريسماس"),
    "easter": (r"easter|passover", r"(?:عيد )?(?:الفصح|القيامه)"),
    "eid al-fitr": (r"eid al[- ]fitr", r"عيد الفطر"),
    "eid al-adha": (r"eid al[- ]adha", r"عيد الاضحي"),
    "new year": (r"new year(?:'s)?(?: day| eve)?", r"راس السنه|العام الجديد|السنه الجديده"),
    "thanksgiving": (r"thanksgiving", r"عيد الشكر"),
    "halloween": (r"hall?oween", r"(?:ال)?هالوين"),
}
# Spring is too often something else in English, ربيع a man's name.
_SEASONS = {
    "summer": (r"summer", r"(?:ال)?صيف"),
    "winter": (r"winter", r"(?:ال)?شتاء"),
    "autumn": (r"autumn", r"(?:ال)?خريف"),
    "spring": (r"springtime", r"الربيع"),
}
# Dawn to night on a ring of six: neighbours may translate each other, opposites may not.
_DAYPARTS = {
    0: (r"dawn|daybreak|sunrise", r"(?:ال)?فجرا?"),
    1: (r"mornings?", r"(?:ال)?صباحا?|ضحي"),
    2: (r"noon|midday", rf"ظهرا|(?<!بعد )(?:ال)?ظهر{_OF_A_DAY}"),
    3: (r"afternoons?", rf"عصرا|(?:بعد|من) (?:ال)?ظهر|عصر{_OF_A_DAY}"),
    4: (r"evenings?|dusk|sunset", r"(?:ال)?مساء|غروب"),
    5: (r"nights?|overnight|tonight|midnight", r"(?:ال)?(?:ليلا|ليله|ليل)"),
}
DAYPARTS = len(_DAYPARTS)
_DAYS = {
    2: (r"day after tomorrow", r"بعد غد"),
    1: (r"(?<!day after )(?:tomorrow|tmrw|tmr)", r"(?<!بعد )(?:يوم )?(?:ال)?غدا?"),
    -1: (r"yesterday|last night", r"(?<!اول )(?<!اول من )(?:ال)?امس|البارحه|الليله (?:الماضيه|الفائته)"),
    -2: (r"day before yesterday", r"اول (?:من )?امس"),
    # اليوم is "today" unless it counts ("في اليوم", a day) or is described ("اليوم التالي", the next day).
    0: (
        r"today|tonight|this (?:morning|afternoon|evening)",
        rf"(?<!(?:في|مرات|مره|ذلك|هذا|منذ) )اليوم(?! (?:ال(?!(?:{AR_DAYS})\b)|ذاته|نفسه))|هذا (?:المساء|الصباح|اليوم)"
        r"|(?<!منتصف )(?:هذه )?الليله(?! (?:الماضيه|الفائته|التي|التاليه))",
    ),
}
_UNITS = {
    "week": (r"weeks?", r"اسبوع|اسبوعين|اسابيع"),
    "month": (r"months?", r"شهر|شهرين|اشهر|شهور"),
    "year": (r"years?", r"عام|سنه|عامين|سنتين|سنوات|اعوام"),
    "decade": (r"decades?", r"عقد|عقدين|عقود"),
    "weekend": (r"weekend", r"(?:عطله )?نهايه الاسبوع"),
    "summer": (r"summer", r"صيف"),
    "winter": (r"winter", r"شتاء"),
    "spring": (r"spring", r"ربيع"),
    "autumn": (r"autumn|fall", r"خريف"),
    "weekday": (EN_DAYS, AR_DAYS),
}
LONG_UNITS = ("week", "month", "year", "decade")
_PAST_AR = r"ال(?:ماضي|منصرم|فائت|اخير)(?:ه|ين|تين)?"
_NEXT_AR = r"ال(?:مقبل|قادم|اتي|تالي)(?:ه|ين|تين)?"
_THIS_AR = r"ال(?:جاري|حالي)ه?"
_HOW_MANY = r"(?:(?:\d+|two|three|four|five|six|few|several|couple of)\s+)?"
_PERIOD = {
    False: regex.compile(
        rf"\b(?:(?P<past>last|past|previous)|(?P<next>next|coming|upcoming|following)|(?P<this>this))\s+{_HOW_MANY}"
        rf"(?:{'|'.join(f'(?P<{name}>{en})' for name, (en, _) in _UNITS.items())})\b"
    ),
    True: regex.compile(
        rf"(?<!\p{{L}})[وبفل]?(?:ال|لل)?(?:{'|'.join(f'(?P<{name}>{ar})' for name, (_, ar) in _UNITS.items())})\s*"
        rf"(?:\s(?:ال)?(?:\d+|\p{{L}}+)\s+)??(?:(?P<past>{_PAST_AR})|(?P<next>{_NEXT_AR})|(?P<this>{_THIS_AR}))(?!\p{{L}})"
    ),
}
_EDGE = {
    False: regex.compile(
        r"\b(?:(?P<end>end)|(?P<begin>beginning|start))\s+of\s+(?:the\s+|this\s+|next\s+)?"
        rf"(?:month|year|week|season|summer|\d{{4}}|{EN_MONTHS}|may|march|{EN_HIJRI})\b"
    ),
    True: regex.compile(
        r"(?<!\p{L})[وبل]?(?:(?P<end>نهايه|اواخر|اخر|ختام|انتهاء)|(?P<begin>بدايه|مطلع|اوائل|مستهل|بدء))\s+"
        rf"(?:شهر\s+|عام\s+|هذا\s+|هذه\s+)?(?:ال?(?:شهر|عام|سنه|اسبوع|موسم|صيف)|\d{{4}}|{AR_MONTHS}|{AR_HIJRI})(?!\p{{L}})"
    ),
}
# A quick look for any word that the Arabic patterns begin with or need: most sentences hold none.
_AR_LOOK = regex.compile(
    "غد|امس|بارح|ليل|يوم|مساء|صباح|فجر|ضحي|ظهر|عصر|غروب|عيد|اعياد|فصح|قيام|سنه|عام|كريسماس|هالوين|ماضي|منصرم|فائت|اخير"
    "|صيف|شتاء|خريف|ربيع|مقبل|قادم|اتي|تالي|جاري|حالي|نهايه|اواخر|اخر|ختام|انتهاء|بدايه|مطلع|اوائل|مستهل|بدء"
)


def _plain_patterns(*, arabic: bool) -> list[tuple[Topic, int | str, regex.Pattern[str]]]:
    tables: tuple[tuple[Topic, Mapping[Any, tuple[str, str]]], ...] = (
        (Topic.DAY, _DAYS),
        (Topic.DAYPART, _DAYPARTS),
        (Topic.FEAST, _FEASTS),
        (Topic.SEASON, _SEASONS),
    )
    frame = r"(?<!\p{{L}})[وبل]?(?:{})(?!\p{{L}})" if arabic else r"\b(?:{})\b"
    return [
        (topic, value, regex.compile(frame.format(forms[arabic])))
        for topic, table in tables
        for value, forms in table.items()
    ]


_PLAIN = {arabic: _plain_patterns(arabic=arabic) for arabic in (False, True)}


def relative_mentions(form: NormalForm, *, arabic: bool) -> list[Mention]:
    """All mentions that are not names of weekdays or months."""
    if arabic and not _AR_LOOK.search(form.text):
        return []
    found = []
    for topic, value, pattern in _PLAIN[arabic]:
        found += found_by(pattern, topic, value, form)
    for match in _PERIOD[arabic].finditer(form.text):
        unit = next(name for name in _UNITS if match[name])
        way = next(way for way in ("past", "next", "this") if match[way])
        if way == "this" and unit not in LONG_UNITS:  # this Friday may be الجمعة المقبل
            continue
        value = f"{way} {unit}"
        found.append(Mention(Topic.PERIOD, value, form.original_span(*match.span())))
    for match in _EDGE[arabic].finditer(form.text):
        found.append(Mention(Topic.EDGE, "end" if match["end"] else "begin", form.original_span(*match.span())))
    return found
