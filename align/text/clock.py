"""Times of day in running text: 4:30 pm, 0400 GMT, noon, الرابعة والنصف عصراً, الساعة 16:30, منتصف الليل."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import regex

from align.records import Span
from align.text.folded import folded
from align.text.normal import normal_form
from align.text.spans import Covered

HALF_DAY = 720


class Clock(NamedTuple):
    """A time of day. `half` is "am" or "pm", "" when the text leaves it open."""

    span: Span
    minute: int  # since midnight or noon, 0..719
    half: str
    hour: int  # as printed, for comparison with a plain number

    def agrees(self, other: Clock) -> bool:
        """The same time, as far as both say."""
        return self.minute == other.minute and (not self.half or not other.half or self.half == other.half)


_EN_HOURS = {w: n for n, w in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), 1)}
_EN_HOUR = "|".join(_EN_HOURS)
_EN_MINUTES = {
    "five": 5, "ten": 10, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "forty-five": 45, "fifty": 50,
    "half": 30, "quarter": 15, "a quarter": 15,
}  # fmt: skip
_EN_MINUTE = "fifteen|thirty|forty-five|forty|fifty"
_MERIDIEM = r"(?P<half>[ap])\.?\s?m\b\.?"
_EN = tuple(
    regex.compile(p)
    for p in (
        rf"(?<![\d:.,$£€])(?P<h>\d{{1,2}})(?:[:.](?P<m>\d{{2}}))?\s?{_MERIDIEM}",
        r"\bat\s(?P<h>1?\d|2[0-3])\.(?P<m>[0-5][05])(?![\d%])(?!\s?(?:%|°|per|points?|[a-z]*illion|bn|[mkcp]\b|\p{L}+s\b))",
        r"(?<![\d:.,])(?P<h>[01]?\d|2[0-3])[:h](?P<m>[0-5]\d)(?![\d:]|\.\d)",
        r"(?<![\d:.,])(?P<h>[01]\d|2[0-3])(?P<m>[0-5]\d)\s?(?:gmt|bst|utc|est|edt|cet|local time|hours)\b",
        r"(?<![\d:.,])(?P<h>\d{1,2}|(?P<hw>one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve))\s?o'clock",
        r"\b(?:at|until|till|before|after|by|from|to|past|around|about)\s"
        rf"(?P<hw>{_EN_HOUR})[- ](?P<mw>{_EN_MINUTE})\b(?!\s*(?:\p{{L}}+s|-))",
        rf"\b(?P<mw>half|(?:a )?quarter|ten|five|twenty)\s(?P<way>past|to)\s(?:(?P<h>\d{{1,2}})|(?P<hw>{_EN_HOUR}))\b",
        r"\b(?P<noon>noon|midday)\b|\b(?P<midnight>midnight)\b",
    )
)

_AR_HOURS = {
    normal_form(form): n
    for n, forms in {
        1: "الواحدة", 2: "الثانية", 3: "الثالثة", 4: "الرابعة", 5: "الخامسة", 6: "السادسة", 7: "السابعة", 8: "الثامنة",
        9: "التاسعة", 10: "العاشرة", 11: "الحادية_عشرة الحادية_عشر", 12: "الثانية_عشرة الثانية_عشر",
    }.items()
    for form in (f.replace("_", " ") for f in forms.split())
}  # fmt: skip
_PERIODS = (
    ("am", "صباحا فجرا من_صباح من_فجر صباح فجر ص"),
    ("pm", "مساء ظهرا عصرا من_مساء من_عصر من_بعد_ظهر من_بعد_الظهر بعد_الظهر بعد_ظهر من_ظهر من_عصر ظهر عصر م"),
    ("night", "ليلا من_ليل من_ليلة بعد_منتصف_الليل"),
)
_PERIOD_OF = {normal_form(f.replace("_", " ")): half for half, forms in _PERIODS for f in forms.split()}
_PERIOD = "|".join(sorted(map(regex.escape, _PERIOD_OF), key=len, reverse=True))
_HOUR = "|".join(sorted(map(regex.escape, _AR_HOURS), key=len, reverse=True))
_QUARTERS = {"نصف": 30, "ربع": 15, "ثلث": 20}
_UNITS = "واحدة اثنتين ثلاث أربع خمس ست سبع ثماني تسع عشر إحدى_عشرة اثنتي_عشرة".split()
_UNITS += [f"{u}_عشرة" for u in _UNITS[2:9]]
_TENS = {20: "عشرين عشرون", 30: "ثلاثين ثلاثون", 40: "أربعين أربعون", 50: "خمسين خمسون"}


def _minutes() -> dict[str, int]:
    """How many minutes "and five", "less a quarter" and the like add to the hour, by their normal forms."""
    words = {w.replace("_", " "): n for n, w in enumerate(_UNITS, 1)} | {"دقيقتين": 2}
    for ten, forms in _TENS.items():
        for form in forms.split():
            words[form] = ten
            words |= {f"{unit} و{form}": n + ten for n, unit in enumerate(_UNITS[:9], 1)}
    table = {f"و{word}": n for word, n in words.items()} | {f"إلا {word}": -n for word, n in words.items()}
    for word, n in _QUARTERS.items():
        table |= {f"وال{word}": n, f"و{word}": n} | {f"إلا {form}": -n for form in (word, f"{word}ا", f"ال{word}")}
    return {normal_form(word): n for word, n in table.items()}


_ADDED = _minutes()
_ADD = "|".join(sorted((regex.sub(r"(^| )و", r"\1و ?", word) for word in _ADDED), key=len, reverse=True))
_AFTER_AND = regex.compile(r"(^| )و ")
_TAIL = rf"(?:\s+(?P<add>{_ADD})\b(?:\s+دقيق\p{{L}}+)?)?(?:[\s،]+(?:تقريبا\s+)?(?P<period>{_PERIOD})\b)?"
_CLITIC = r"(?<!\p{L})[وفبلك]?"
_AR = tuple(
    regex.compile(p)
    for p in (
        rf"(?<![\d:.,])(?P<h>\d{{1,2}})[:](?P<m>[0-5]\d)(?![\d:]|\.\d)(?:\s+(?P<period>{_PERIOD})\b)?",
        rf"(?:الساعه|ساعه)\s+(?P<m>[0-5]\d)/(?P<h>\d{{1,2}})(?!\d){_TAIL}",  # 30/15 of the UN's pages is 15:30
        rf"(?:الساعه|ساعه)\s+(?:ال)?(?P<h>\d{{1,2}})(?:[:.](?P<m>\d\d))?(?!\d){_TAIL}",
        rf"(?:الساعه|ساعه)\s+(?P<h>[01]\d|2[0-3])(?P<m>[0-5]\d)(?!\d)(?:\s+(?P<period>{_PERIOD})\b)?",
        r"(?<![\d:.,])(?P<h>\d{1,2})\s+(?P<period>صباحا|مساء|ظهرا|عصرا|فجرا|ليلا)\b",
        rf"(?P<lead>(?:الساعه|في حدود|عند|حوالي|في|حتي|قبل|بعد)\s+)?{_CLITIC}(?P<word>{_HOUR})\b{_TAIL}",
        r"(?<!\p{L})[وبلف]?(?P<before>قبيل\s+)?(?P<midnight>منتصف\s+(?:ال)?ليل)(?P<quarter>\s+بربع\s+ساعه)?",
    )
)
_NOON_AR = regex.compile(
    r"(?<!\p{L})(?P<noon>ظهرا|ظهر\s+(?:يوم\s+)?ال(?:يوم|اثنين|ثلاثاء|اربعاء|خميس|جمعه|سبت|احد))(?!\p{L})"
)


def _clock(span: Span, hour: int, minute: int, half: str) -> Clock | None:
    if hour > 24 or minute > 59:
        return None
    if hour > 12 or hour == 0:
        half = "pm" if 12 < hour < 24 else "am"
    if half == "night":
        half = "pm" if 6 <= hour < 12 else "am"
    return Clock(span, (hour % 12 * 60 + minute) % HALF_DAY, half, hour)


@lru_cache(maxsize=4096)
def read_clocks(text: str, *, arabic: bool) -> tuple[Clock, ...]:
    """The times of day that `text` states, in order, spans into `text`; none overlaps another."""
    form = folded(text)
    patterns = (*_AR, _NOON_AR) if arabic else _EN
    found: list[Clock] = []
    taken: list[tuple[int, int]] = []
    for pattern in patterns:
        earlier = Covered(taken)  # by another pattern: those of one pattern do not overlap
        for match in pattern.finditer(form.text):
            if earlier.over(*match.span()) is not None:
                continue
            lead = match.groupdict().get("lead") or ""
            span = form.original_span(match.start() + (0 if lead.startswith("الساعه") else len(lead)), match.end())
            clock = _arabic_clock(match, span) if arabic else _english_clock(match, span)
            if clock is not None:
                found.append(clock)
                taken.append(match.span())
    return tuple(sorted(found, key=lambda clock: clock.span))


def _english_clock(match: regex.Match[str], span: Span) -> Clock | None:
    groups = match.groupdict()
    if groups.get("noon"):
        return Clock(span, 0, "pm", 12)
    if groups.get("midnight"):
        return Clock(span, 0, "am", 12)
    hour = _EN_HOURS.get(groups.get("hw") or "") or int(groups["h"])
    half = f"{groups['half']}m" if groups.get("half") else ""
    minute = _EN_MINUTES.get(groups.get("mw") or "", int(groups.get("m") or 0))
    if groups.get("way") == "to":
        hour, minute = hour - 1 or 12, 60 - minute
    return _clock(span, hour, minute, half)


def _arabic_clock(match: regex.Match[str], span: Span) -> Clock | None:
    groups = match.groupdict()
    if groups.get("noon"):
        return Clock(span, 0, "pm", 12)
    if groups.get("midnight"):
        if groups.get("quarter"):
            return Clock(span, 705, "pm", 11)
        return Clock(span, 0, "am", 12)
    half = _PERIOD_OF.get(groups.get("period") or "", "")
    if groups.get("word"):
        if not (half or groups.get("add") or (groups.get("lead") or "").startswith("الساعه")):
            return None  # "the fourth" of something
        hour = _AR_HOURS[groups["word"]]
    else:
        hour = int(groups["h"])
    shift = _ADDED.get(_AFTER_AND.sub(r"\1و", groups.get("add") or ""), 0)
    if hour > 24:
        return None
    total = hour * 60 + int(groups.get("m") or 0) + shift
    return _clock(span, total // 60, total % 60, half)
