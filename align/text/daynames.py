"""Names of weekdays and months in running text, English and Arabic, and the days of the month beside them.

Every name in use is read: يناير، كانون الثاني، جانفي. ماي is a month beside a date and a name beside تيريزا, May a
month after "in" and an auxiliary after "she"; such a mention counts, or is sure, only where its neighbours say so.
"""

from __future__ import annotations

from collections.abc import Iterable

import regex

from align.text.dates import ARABIC_MONTHS, ARABIC_WEEKDAYS, ENGLISH_MONTHS, ENGLISH_WEEKDAYS, HIJRI_MONTHS
from align.text.mention import Mention, Topic
from align.text.normal import NormalForm, normal_form

_LINK = r"\s*(?:,|-|–|to|and|or|&)\s*"


def any_of(forms: Iterable[str]) -> str:
    """An alternation of literal forms, the longest first, any white space for a space."""
    return "|".join(regex.escape(f).replace(r"\ ", r"\s+") for f in sorted(forms, key=len, reverse=True))


# English
EN_DAYS = any_of(n for n in ENGLISH_WEEKDAYS if n.endswith("day"))
_EN_SHORT_DAYS = any_of(n for n in ENGLISH_WEEKDAYS if not n.endswith("day"))
_AMBIGUOUS = {n for n in ENGLISH_MONTHS if len(n) < 5 and n not in ("june", "july")} | {"march"}
EN_MONTHS = any_of(n for n in ENGLISH_MONTHS if n not in _AMBIGUOUS)
_EN_SHORT_MONTHS = any_of(_AMBIGUOUS)
_WORDS_ALSO = {"may", "march", "mar", "august", "dec", "sep", "jan"}  # months only with a capital
_EN_WEEKDAY = regex.compile(
    rf"\b(?P<full>{EN_DAYS})s?\b(?!\s+(?:herald|times|telegraph|mirror|express|mail|post))"
    rf"|(?:\b(?:on|last|next|this|by|until|since|every|from|to)\s+|\(|^)(?P<short>{_EN_SHORT_DAYS})\b\.?"
    rf"|\b(?P<dated>{_EN_SHORT_DAYS})\b(?=\.?,?\s+(?:\d|(?:{_EN_SHORT_MONTHS})))"
)
_EN_CUE = (
    r"(?:in|of|on|since|until|till|by|from|to|early|late|mid|last|next|this|end|before|after|during|through|and|between"
    r"|every)[\s-]+"
)
# A month has no more days than this; without a limit a long list of figures is read again from each of them.
_MOST_DAYS = "{0,30}"
_EN_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_EN_MONTH = regex.compile(
    rf"(?:(?<![\d.,:$])(?P<before>{_EN_DAY}(?:{_LINK}{_EN_DAY}){_MOST_DAYS})\s+(?:of\s+)?)?\b"
    rf"(?:(?P<full>{EN_MONTHS})|(?P<cue>{_EN_CUE})?(?P<short>{_EN_SHORT_MONTHS}))\b"
    rf"(?:\.?\s+(?:the\s+)?(?P<after>{_EN_DAY}(?:{_LINK}{_EN_DAY}){_MOST_DAYS})(?![\d:%]|\.\d|,\d\d\d))?(?P<year>\.?,?\s+\d{{4}})?"
)
_EN_MONTH_LOOK = regex.compile(rf"\b(?:{EN_MONTHS}|{_EN_SHORT_MONTHS})\b")  # quick: most sentences hold no month
_EN_HIJRI_OF = {
    "ramadan": 9, "ramadhan": 9, "shaaban": 8, "sha'ban": 8, "shawwal": 10, "rajab": 7, "muharram": 1, "safar": 2,
    "dhu al-hijja": 12, "dhul hijjah": 12,
}  # fmt: skip
EN_HIJRI = any_of(_EN_HIJRI_OF)
_EN_HIJRI = regex.compile(rf"\b(?P<name>{EN_HIJRI})\b")

# Arabic, in normal form
_AR_VARIANTS = {"تلاثاء": "ثلاثاء", "ثلاثا": "ثلاثاء", "اربعا": "اربعاء"}
AR_DAYS = any_of([*(n.removeprefix("ال") for n in ARABIC_WEEKDAYS), *_AR_VARIANTS])
AR_MONTHS = any_of(ARABIC_MONTHS).replace("1|", r"1(?!\d)|").replace("2|", r"2(?!\d)|")  # كانون 2, not كانون 2024
# Names that never mean anything else; صفر is also zero, محرم forbidden.
AR_HIJRI = any_of(n for n in HIJRI_MONTHS if " " in n or n in ("رمضان", "شعبان", "شوال", "رجب"))
_NOT_SURE = {normal_form(n) for n in "ماي مارس آب أوت نيسان".split()}
# A weekday with its article, or after يوم and كل. Glued to يوم in front or to الماضي behind (pages lose spaces).
_AR_WEEKDAY = regex.compile(
    r"(?:(?:(?P<lead>يوم|ايام|يومي|مساء|صباح|فجر|ظهر|عصر|ليل|ليله|عشيه|نهار)\s*+)?"
    r"(?<!\p{L}(?<!يوم))(?:[وفبكل]{0,2}ال|[وف]?لل)|(?P<bare>(?:يوم|كل)\s++))"
    rf"(?P<name>{AR_DAYS})(?!\p{{L}}(?!لماضي|لمقبل|لقادم))"
)
_AR_WEEKDAY_LOOK = regex.compile(rf"(?:ل|يوم |كل )(?:{AR_DAYS})")
_AR_CUE = (
    r"(?:شهر|شهري|في|من|منذ|حتي|قبل|بعد|نهايه|بدايه|مطلع|اواخر|اوائل|منتصف|خلال|اواسط|بحلول|الي|يوم|بين|و|كل|/|\()\s*"
)
_ORDINAL_DAYS = {
    normal_form(w.replace("_", " ")): n
    for n, w in enumerate(
        "الأول الثاني الثالث الرابع الخامس السادس السابع الثامن التاسع العاشر الحادي_عشر الثاني_عشر الثالث_عشر "
        "الرابع_عشر الخامس_عشر السادس_عشر السابع_عشر الثامن_عشر التاسع_عشر العشرين الحادي_والعشرين الثاني_والعشرين "
        "الثالث_والعشرين الرابع_والعشرين الخامس_والعشرين السادس_والعشرين السابع_والعشرين الثامن_والعشرين "
        "التاسع_والعشرين الثلاثين الحادي_والثلاثين".split(),
        1,
    )
}
_AR_ORDINAL = any_of(_ORDINAL_DAYS).replace(r"\s+و", r"\s+و\s*")
_AR_DAY = rf"(?:\d{{1,2}}|و?(?:{_AR_ORDINAL}))"
_AR_MONTH = regex.compile(
    rf"(?:(?<![\d.,:٫])(?P<days>{_AR_DAY}(?:\s*(?:-|–|،|و|الي|حتي|او)\s*{_AR_DAY}){_MOST_DAYS})\s+(?:من\s+)?(?:شهر\s+)?)?"
    rf"(?P<cue>{_AR_CUE})?(?<!\p{{L}}(?<!(?<!\p{{L}})[وبل]))(?P<name>{AR_MONTHS})(?!\p{{L}})"
    r"(?P<year>\s*+[/،]?+\s*+\d{4})?"
)
_AR_MONTH_LOOK = regex.compile(rf"(?<!\p{{L}})[وبل]?(?:{any_of({n.split()[0] for n in ARABIC_MONTHS})})(?!\p{{L}})")
_AR_HIJRI = regex.compile(rf"(?<!\p{{L}})[وبل]?(?P<name>{AR_HIJRI})(?!\p{{L}})")
_SPACE = regex.compile(r"\s+(?:(و)\s*)?")


def english_names(form: NormalForm, text: str) -> list[Mention]:
    """Weekdays and months of an English text."""
    found = []
    for match in _EN_WEEKDAY.finditer(form.text):
        group = next(g for g in ("full", "short", "dated") if match[g])
        if group == "full" or _is_capital(form, text, match.start(group)):
            span = form.original_span(*match.span(group))
            found.append(Mention(Topic.WEEKDAY, ENGLISH_WEEKDAYS[match[group]], span))
    for match in _EN_MONTH.finditer(form.text) if _EN_MONTH_LOOK.search(form.text) else ():
        group = "full" if match["full"] else "short"
        name, days = match[group], _figures(match["before"]) + _figures(match["after"])
        is_dated = bool(days or match["year"])
        sure = is_dated or group == "full" or bool(match["cue"] and name in ("may", "march"))
        if not sure and name not in ("may", "march"):
            continue
        if name not in _WORDS_ALSO or _is_capital(form, text, match.start(group)):
            span = form.original_span(*match.span(group))
            found.append(Mention(Topic.MONTH, ENGLISH_MONTHS[name], span, sure, days))
    for match in _EN_HIJRI.finditer(form.text):
        found.append(Mention(Topic.HIJRI, _EN_HIJRI_OF[match["name"]], form.original_span(*match.span())))
    return found


def arabic_names(form: NormalForm, text: str) -> list[Mention]:
    """Weekdays and months of an Arabic text."""
    return [*_arabic_weekdays(form), *_arabic_months(form, text), *_arabic_hijri(form)]


def _arabic_weekdays(form: NormalForm) -> list[Mention]:
    found = []
    for match in _AR_WEEKDAY.finditer(form.text) if _AR_WEEKDAY_LOOK.search(form.text) else ():
        name = "ال" + _AR_VARIANTS.get(match["name"], match["name"])
        span = form.original_span(match.start("name") - (0 if match["bare"] else 2), match.end("name"))  # its article
        sure = name != "الاثنين" or bool(match["lead"] or match["bare"])  # else it may be "the two"
        found.append(Mention(Topic.WEEKDAY, ARABIC_WEEKDAYS[name], span, sure))
    return found


def _arabic_months(form: NormalForm, text: str) -> list[Mention]:
    found = []
    for match in _AR_MONTH.finditer(form.text) if _AR_MONTH_LOOK.search(form.text) else ():
        name = _SPACE.sub(" ", match["name"])
        span = form.original_span(*match.span("name"))
        if name == "اب" and "آ" not in span.cut(text):  # أب, a father
            continue
        days = _arabic_days(match["days"] or "")
        sure = name not in _NOT_SURE or bool(days or match["year"] or match["cue"])
        found.append(Mention(Topic.MONTH, ARABIC_MONTHS[name], span, sure, days))
    return found


def _arabic_hijri(form: NormalForm) -> list[Mention]:
    return [
        Mention(Topic.HIJRI, HIJRI_MONTHS[_SPACE.sub(" ", m["name"])], form.original_span(*m.span("name")))
        for m in _AR_HIJRI.finditer(form.text)
    ]


def _is_capital(form: NormalForm, text: str, start: int) -> bool:
    return text[form.origin[start]].isupper()


def _figures(days: str | None) -> tuple[int, ...]:
    return tuple(int(n) for n in regex.findall(r"\d{1,2}", days or "") if 0 < int(n) < 32)


def _arabic_days(days: str) -> tuple[int, ...]:
    names = [_SPACE.sub(lambda m: " " + (m[1] or ""), name) for name in regex.findall(_AR_ORDINAL, days)]
    return _figures(days) + tuple(_ORDINAL_DAYS[name] for name in names)
