"""What running text says of days: weekdays, months, days of a month, feasts, parts of the day, "tomorrow", "last week".

Read with every name in use: يناير، كانون الثاني، جانفي. A mention is sure when nothing else can be meant; ماي is a month
beside a date and a name beside تيريزا. Month numbers are 1..12, weekdays 0 (Monday) .. 6.
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

import regex

from align.records import Span
from align.text.dates import ARABIC_MONTHS, ARABIC_WEEKDAYS, ENGLISH_MONTHS, ENGLISH_WEEKDAYS, HIJRI_MONTHS
from align.text.folded import folded
from align.text.normal import NormalForm, normal_form


class Topic(StrEnum):
    """What a mention is about."""

    WEEKDAY = "weekday"
    MONTH = "month"
    HIJRI = "hijri"
    FEAST = "feast"
    DAYPART = "daypart"
    DAY = "relative"  # yesterday, today, tomorrow: an offset in days
    PERIOD = "period"  # last week, next year
    EDGE = "edge"  # the beginning or the end of a period


class Mention(NamedTuple):
    """One mention of a date or a part of one."""

    topic: Topic
    value: int | str
    span: Span  # into the text as given
    sure: bool = True
    days: tuple[int, ...] = ()  # days of the month that stand beside a month's name


_FULL_DAYS = "|".join(n for n in ENGLISH_WEEKDAYS if n.endswith("day"))
_SHORT_DAYS = "|".join(n for n in ENGLISH_WEEKDAYS if not n.endswith("day"))
_EN_WEEKDAY = regex.compile(
    rf"\b(?P<full>{_FULL_DAYS})s?\b|(?:\b(?:on|last|next|this|by|until|since|every|from|to)\s+|\(|^)"
    rf"(?P<short>{_SHORT_DAYS})\b\.?|\b(?P<short2>{_SHORT_DAYS})\b(?=\.?,?\s+(?:\d|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))"
)
_AR_DAYS = "|".join(sorted((n.removeprefix("ال") for n in ARABIC_WEEKDAYS), key=len, reverse=True))
_AR_WEEKDAY = regex.compile(
    rf"(?:(?P<day>يوم|ايام|مساء|صباح|فجر|ظهر|عصر|ليل|ليله|عشيه|نهار)?\s*(?<!\p{{L}}(?<!يوم))(?:[وفبكل]{{0,2}}ال|[وف]?لل)|"
    rf"(?P<bare>(?:يوم|كل)\s+))(?P<name>{_AR_DAYS}|تلاثاء|ثلاثا|اربعا)(?!\p{{L}}(?!لماضي|لمقبل|لقادم))"
)
_EN_MONTH_FULL = "january|february|april|june|july|august|september|october|november|december"
_EN_MONTH_SHORT = "jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec"
_NUM_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_CUE_EN = (
    r"(?:in|of|on|since|until|till|by|from|to|early|late|mid|last|next|this|end|before|after|during|through|and|between|every)"
    r"[\s-]+"
)
_DAYS_BEFORE_EN = rf"(?:(?<![\d.,:$])(?P<d1>{_NUM_DAY}(?:\s*(?:,|-|–|to|and|or|&)\s*{_NUM_DAY})*)\s+(?:of\s+)?)?"
_DAYS_AFTER_EN = (
    rf"(?:\.?\s+(?:the\s+)?(?P<d2>{_NUM_DAY}(?:\s*(?:-|–|to|and|or|&)\s*{_NUM_DAY})*)(?![\d:%]|\.\d|,\d\d\d))?"
)
_EN_MONTH = regex.compile(
    rf"{_DAYS_BEFORE_EN}\b(?:(?P<full>{_EN_MONTH_FULL})|(?P<cue>{_CUE_EN})?(?P<amb>may|march|sept|sep|oct|nov|dec|jan|feb|mar|apr"
    rf"|jun|jul|aug))\b{_DAYS_AFTER_EN}(?P<year>\.?,?\s+\d{{4}})?"
)
_AR_MONTH_NAMES = "|".join(
    sorted(
        (regex.escape(n).replace(r"\ ", r"\s+") for n in ARABIC_MONTHS if n not in ("كانون", "تشرين", "اول")),
        key=len,
        reverse=True,
    )
)
_NOT_SURE_AR = {normal_form(n) for n in "ماي مارس آب أوت نيسان".split()}
_CUE_AR = (
    r"(?:شهر|شهري|في|من|منذ|حتي|قبل|بعد|نهايه|بدايه|مطلع|اواخر|اوائل|منتصف|خلال|اواسط|بحلول|الي|يوم|بين|و|كل|/|\()\s*"
)
_ORDINAL_DAYS = {
    normal_form(w.replace("_", " ")): n
    for n, w in enumerate(
        "الأول الثاني الثالث الرابع الخامس السادس السابع الثامن التاسع العاشر الحادي_عشر الثاني_عشر الثالث_عشر الرابع_عشر "
        "الخامس_عشر السادس_عشر السابع_عشر الثامن_عشر التاسع_عشر العشرين الحادي_والعشرين الثاني_والعشرين الثالث_والعشرين "
        "الرابع_والعشرين الخامس_والعشرين السادس_والعشرين السابع_والعشرين الثامن_والعشرين التاسع_والعشرين الثلاثين "
        "الحادي_والثلاثين".split(),
        1,
    )
}
_ORDINAL = "|".join(sorted((n.replace(" ", r"\s+").replace(r"\s+و", r"\s+و\s*") for n in _ORDINAL_DAYS), key=len, reverse=True))
_DAY_AR = rf"(?:\d{{1,2}}|و?(?:{_ORDINAL}))"
_AR_MONTH = regex.compile(
    rf"(?:(?<![\d.,:٫])(?P<days>{_DAY_AR}(?:\s*(?:-|–|،|و|الي|حتي|او)\s*{_DAY_AR})*)\s+(?:من\s+)?(?:شهر\s+)?)?"
    rf"(?:(?P<cue>{_CUE_AR}))?(?<!\p{{L}}(?<!(?<!\p{{L}})[وبل]))(?P<name>{_AR_MONTH_NAMES})(?!\p{{L}})(?P<year>\s*[/،]?\s*\d{{4}})?"
)
_HIJRI_NAMES = "|".join(
    sorted(
        (
            regex.escape(n).replace(r"\ ", r"\s+")
            for n in HIJRI_MONTHS
            if " " in n or n in ("رمضان", "شعبان", "شوال", "رجب")
        ),
        key=len,
        reverse=True,
    )
)
_AR_HIJRI = regex.compile(rf"(?<!\p{{L}})[وبل]?(?P<name>{_HIJRI_NAMES})(?!\p{{L}})")
_EN_HIJRI = regex.compile(r"\b(?P<name>ramadan|ramadhan|shaaban|sha'ban|shawwal|rajab|muharram|safar|dhu al-hijja)\b")
_EN_HIJRI_OF = {
    "ramadan": 9, "ramadhan": 9, "shaaban": 8, "sha'ban": 8, "shawwal": 10, "rajab": 7, "muharram": 1, "safar": 2,
    "dhu al-hijja": 12,
}  # fmt: skip
_FEASTS = {
    "christmas": (r"christmas|xmas", r"عيد الميلاد|اعياد الميلاد|الكريسماس|كريسماس"),
    "easter": (r"easter|passover", r"الفصح|القيامه"),
    "eid al-fitr": (r"eid al[- ]fitr", r"عيد الفطر"),
    "eid al-adha": (r"eid al[- ]adha", r"عيد الاضحي"),
    "new year": (r"new year(?:'s)?(?: day| eve)?", r"راس السنه|(?:العام|السنه) الجديده?"),
    "thanksgiving": (r"thanksgiving", r"عيد الشكر"),
    "halloween": (r"hall?oween", r"الهالوين|هالوين"),
}
# Dawn to midnight on a ring of six: neighbours may translate each other, opposites may not.
_DAYPARTS = (
    (r"dawn|daybreak|sunrise", r"[وبل]?(?:ال)?فجرا?"),
    (r"morning|mornings", r"[وبل]?(?:ال)?صباحا?|ضحي"),
    (r"noon|midday", r"ظهرا|(?<!بعد )(?:ال)?ظهر(?= (?:يوم )?ال(?:يوم|اثنين|ثلاثاء|اربعاء|خميس|جمعه|سبت|احد|امس))"),
    (
        r"afternoon|afternoons",
        r"عصرا|(?:بعد|من) (?:ال)?ظهر|عصر(?= (?:يوم )?ال(?:يوم|اثنين|ثلاثاء|اربعاء|خميس|جمعه|سبت|احد))",
    ),
    (r"evening|evenings|dusk|sunset", r"[وبل]?(?:ال)?مساء|غروب"),
    (r"night|nights|overnight|tonight|midnight", r"[وبل]?(?:ال)?(?:ليلا|ليله|ليل)|الليله"),
)
_EN_DAY = (
    (2, r"day after tomorrow"), (1, r"tomorrow|tmrw|tmr"), (-1, r"yesterday|last night"),
    (0, r"today|tonight|this (?:morning|afternoon|evening)"),
)  # fmt: skip
_AR_DAY = (
    (2, r"بعد غد"), (-2, r"اول (?:من )?امس"), (1, r"[وبل]?(?:يوم )?(?:ال)?غدا?"),
    (-1, r"[وب]?(?:ال)?امس|البارحه|الليله الماضيه|الليله الفائته"),
    (0, r"(?<!في )(?<!مرات )(?<!ذلك )(?<!هذا )(?<!منذ )اليوم(?! (?:الاول|الثاني|الثالث|التالي|الواحد|السابق|ذاته|نفسه|العالمي|الوطني|الذي|الدولي|الاخير|ال\p{L}+))"
        r"|اليوم(?= (?:الاثنين|الثلاثاء|الاربعاء|الخميس|الجمعه|السبت|الاحد))"
        r"|هذا (?:المساء|الصباح|اليوم)|(?<!منتصف )(?:هذه )?الليله(?! (?:الماضيه|الفائته|التي|التاليه))"),
)  # fmt: skip
_PERIOD_UNITS = (
    ("week", r"weeks?", r"اسبوع|اسبوعين|اسابيع"), ("month", r"months?", r"شهر|شهرين|اشهر|شهور"),
    ("year", r"years?", r"عام|سنه|عامين|سنتين|سنوات|اعوام"), ("decade", r"decades?", r"عقد|عقدين|عقود"),
    ("weekend", r"weekend", r"عطله نهايه الاسبوع|نهايه الاسبوع"), ("summer", r"summer", r"صيف"), ("winter", r"winter", r"شتاء"),
    ("spring", r"spring", r"ربيع"), ("autumn", r"autumn|fall", r"خريف"),
    ("weekday", _FULL_DAYS, _AR_DAYS),
)  # fmt: skip
_PAST_AR, _NEXT_AR = (
    r"الماضي|الماضيه|الماضيين|الماضيتين|المنصرم|المنصرمه|الفائت|الفائته|الاخيره?|الاخيرين",
    (r"المقبل|المقبله|المقبلين|القادم|القادمه|القادمين|الاتي|الاتيه|التالي|التاليه"),
)
_SPAN_EN = r"(?:(?:\d+|two|three|four|five|six|few|several|couple of)\s+)?"


def _compiled(pairs: tuple[tuple[int, str], ...], *, arabic: bool) -> tuple[tuple[int, regex.Pattern[str]], ...]:
    edge, back = (r"(?<!\p{L})", r"(?!\p{L})") if arabic else (r"\b", r"\b")
    return tuple((n, regex.compile(f"{edge}(?:{p}){back}")) for n, p in pairs)


_DAY_PATTERNS = {False: _compiled(_EN_DAY, arabic=False), True: _compiled(_AR_DAY, arabic=True)}
_PART_PATTERNS = {
    False: _compiled(tuple((n, en) for n, (en, _) in enumerate(_DAYPARTS)), arabic=False),
    True: _compiled(tuple((n, ar) for n, (_, ar) in enumerate(_DAYPARTS)), arabic=True),
}
_FEAST_PATTERNS = {
    False: tuple((name, regex.compile(rf"\b(?:{en})\b")) for name, (en, _) in _FEASTS.items()),
    True: tuple((name, regex.compile(rf"(?<!\p{{L}})[وبل]?(?:{ar})(?!\p{{L}})")) for name, (_, ar) in _FEASTS.items()),
}
_PERIOD_EN = regex.compile(
    rf"\b(?:(?P<past>last|past|previous)|(?P<next>next|coming|upcoming|following))\s+{_SPAN_EN}"
    rf"(?:{'|'.join(f'(?P<{name}>{en})' for name, en, _ in _PERIOD_UNITS)})\b"
)
_PERIOD_AR = regex.compile(
    rf"(?<!\p{{L}})[وبفل]?(?:ال|لل)?(?:{'|'.join(f'(?P<{name}>{ar})' for name, _, ar in _PERIOD_UNITS)})\s*"
    rf"(?:\s(?:ال)?(?:\d+|\p{{L}}+)\s+)??(?:(?P<past>{_PAST_AR})|(?P<next>{_NEXT_AR}))(?!\p{{L}})"
)
_EDGE_EN = regex.compile(
    r"\b(?:(?P<end>end)|(?P<begin>beginning|start))\s+of\s+(?:the\s+|this\s+|next\s+)?"
    rf"(?:month|year|week|season|summer|ramadan|\d{{4}}|{_EN_MONTH_FULL}|may|march)\b"
)
_EDGE_AR = regex.compile(
    r"(?<!\p{L})[وبل]?(?:(?P<end>نهايه|اواخر|اخر|ختام|انتهاء)|(?P<begin>بدايه|مطلع|اوائل|مستهل|بدء))\s+(?:شهر\s+|عام\s+|هذا\s+|هذه\s+)?"
    rf"(?:ال?(?:شهر|عام|سنه|اسبوع|موسم|صيف)|رمضان|\d{{4}}|{_AR_MONTH_NAMES})(?!\p{{L}})"
)


@lru_cache(maxsize=4096)
def read_mentions(text: str, *, arabic: bool) -> tuple[Mention, ...]:
    """Every mention of a date in `text`, by topic and then by place."""
    form = folded(text)
    found = _arabic_names(form, text) if arabic else _english_names(form, text)
    for value, pattern in _DAY_PATTERNS[arabic]:
        found += _plain(Topic.DAY, value, pattern, form)
    for value, pattern in _PART_PATTERNS[arabic]:
        found += _plain(Topic.DAYPART, value, pattern, form)
    for name, pattern in _FEAST_PATTERNS[arabic]:
        found += _plain(Topic.FEAST, name, pattern, form)
    found += _periods(form, arabic=arabic)
    for match in (_EDGE_AR if arabic else _EDGE_EN).finditer(form.text):
        found.append(Mention(Topic.EDGE, "end" if match["end"] else "begin", form.original_span(*match.span())))
    return tuple(found)


def _plain(topic: Topic, value: int | str, pattern: regex.Pattern[str], form: NormalForm) -> list[Mention]:
    return [Mention(topic, value, form.original_span(*m.span())) for m in pattern.finditer(form.text)]


def _periods(form: NormalForm, *, arabic: bool) -> list[Mention]:
    found = []
    for match in (_PERIOD_AR if arabic else _PERIOD_EN).finditer(form.text):
        unit = next(name for name, _, _ in _PERIOD_UNITS if match[name])
        value = f"{'past' if match['past'] else 'next'} {unit}"
        found.append(Mention(Topic.PERIOD, value, form.original_span(*match.span())))
    return found


# A look for bare letters first: most sentences hold no month, and the patterns are slow.
_AR_DAY_STEMS = tuple(sorted({n[2:6] for n in ARABIC_WEEKDAYS}))
_AR_MONTH_STEMS = tuple(sorted({n.split()[0] for n in ARABIC_MONTHS}))
_EN_MONTH_STEMS = tuple(sorted({n[:3] for n in ENGLISH_MONTHS}))


def _names_any(text: str, stems: tuple[str, ...]) -> bool:
    return any(stem in text for stem in stems)


def _is_capital(form: NormalForm, text: str, start: int) -> bool:
    return text[form.origin[start]].isupper()


def _numbers(days: str | None) -> tuple[int, ...]:
    return tuple(int(n) for n in regex.findall(r"\d{1,2}", days or "") if 0 < int(n) < 32)


def _english_names(form: NormalForm, text: str) -> list[Mention]:
    found = []
    for match in _EN_WEEKDAY.finditer(form.text):
        group = "full" if match["full"] else "short" if match["short"] else "short2"
        if group == "full" or _is_capital(form, text, match.start(group)):
            span = form.original_span(*match.span(group))
            found.append(Mention(Topic.WEEKDAY, ENGLISH_WEEKDAYS[match[group]], span))
    for match in _EN_MONTH.finditer(form.text) if _names_any(form.text, _EN_MONTH_STEMS) else ():
        group = "full" if match["full"] else "amb"
        days = _numbers(match["d1"]) + _numbers(match["d2"])
        name = match[group]
        beside = bool(days or match["year"])
        if group == "amb" and not (beside or (match["cue"] and name in ("may", "march"))):
            continue
        if _is_capital(form, text, match.start(group)) or name not in ("may", "march", "august", "mar", "dec", "sep"):
            found.append(Mention(Topic.MONTH, ENGLISH_MONTHS[name], form.original_span(*match.span(group)), days=days))
    for match in _EN_HIJRI.finditer(form.text):
        found.append(Mention(Topic.HIJRI, _EN_HIJRI_OF[match["name"]], form.original_span(*match.span())))
    return found


def _arabic_days(days: str | None) -> tuple[int, ...]:
    found = list(_numbers(days))
    for match in regex.finditer(_ORDINAL, days or ""):
        found.append(_ORDINAL_DAYS[regex.sub(r"\s+(و )?", lambda m: " و" if m[1] else " ", match[0])])
    return tuple(found)


def _arabic_names(form: NormalForm, text: str) -> list[Mention]:
    found = []
    for match in _AR_WEEKDAY.finditer(form.text) if _names_any(form.text, _AR_DAY_STEMS) else ():
        name = "ال" + match["name"]
        name = {"التلاثاء": "الثلاثاء", "الثلاثا": "الثلاثاء", "الاربعا": "الاربعاء"}.get(name, name)
        sure = name != "الاثنين" or bool(match["day"] or match["bare"])
        span = form.original_span(*match.span("name"))
        if not match["bare"]:
            span = Span(span.start - 2, span.end)  # the article
        found.append(Mention(Topic.WEEKDAY, ARABIC_WEEKDAYS[name], span, sure))
    for match in _AR_MONTH.finditer(form.text) if _names_any(form.text, _AR_MONTH_STEMS) else ():
        name = regex.sub(r"\s+", " ", match["name"])
        span = form.original_span(*match.span("name"))
        days = _arabic_days(match["days"])
        sure = name not in _NOT_SURE_AR or bool(days or match["year"] or match["cue"])
        if name == "اب" and "آ" not in span.cut(text):  # a father, not August
            continue
        found.append(Mention(Topic.MONTH, ARABIC_MONTHS[name], span, sure, days))
    for match in _AR_HIJRI.finditer(form.text):
        name = regex.sub(r"\s+", " ", match["name"])
        found.append(Mention(Topic.HIJRI, HIJRI_MONTHS[name], form.original_span(*match.span("name"))))
    return found


def month_numbers(text: str, *, arabic: bool) -> set[int]:
    """The numbers of the months that `text` names."""
    return {int(m.value) for m in read_mentions(text, arabic=arabic) if m.topic is Topic.MONTH}
