"""Dates of the two sides: weekdays, months, days, years, parts of the day, and days named from where one stands.

A relative day ("tomorrow", أمس) is resolved against the tweet's date on the English side and against the tweet's or
the article's on the Arabic one, so that "tomorrow" may rightly be الخميس. Where the dates are not known it excuses a
weekday on the other side, for nothing then says that the two differ.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

from align.check.codes import CodeInfo
from align.check.equal import numeric_dates, pair_numerals
from align.records import Finding, Rendering, Severity, Span, Subject
from align.text.calendar import month_numbers, read_mentions
from align.text.clock import Clock, read_clocks
from align.text.mention import Mention, Topic
from align.text.numerals import Kind, Numeral
from align.text.relative import DAYPARTS

CODES: tuple[CodeInfo, ...] = (
    CodeInfo(
        "date.weekday",
        Severity.ERROR,
        "another day of the week",
        "يوم آخر من أيام الأسبوع",
        "The ferry sails again on Tuesday.",
        "تعود العبّارة إلى الإبحار يوم الخميس.",
    ),
    CodeInfo(
        "date.month",
        Severity.ERROR,
        "another month",
        "شهر آخر",
        "The museum reopens in March.",
        "يعيد المتحف فتح أبوابه في أيار/مايو.",
    ),
    CodeInfo(
        "date.day",
        Severity.ERROR,
        "another day of the same month",
        "يوم آخر من الشهر نفسه",
        "The vote is on 14 June.",
        "يجري التصويت في 24 حزيران.",
    ),
    CodeInfo(
        "date.year",
        Severity.ERROR,
        "another year or decade",
        "سنة أخرى أو عقد آخر",
        "The mill burned down in 1986.",
        "احترقت المطحنة عام 1968.",
    ),
    CodeInfo(
        "date.relative",
        Severity.ERROR,
        "today, tomorrow, last week and the like name another time",
        "اليوم وغداً والأسبوع الماضي وأمثالها تدل على زمن آخر",
        "The results come out tomorrow.",
        "صدرت النتائج أمس.",
    ),
    CodeInfo(
        "date.time",
        Severity.ERROR,
        "another time of day",
        "ساعة أخرى أو وقت آخر من اليوم",
        "Gates open at 6 am.",
        "تُفتح الأبواب عند السادسة مساءً.",
    ),
    CodeInfo(
        "date.feast",
        Severity.ERROR,
        "another feast or month of the Hijri year",
        "عيد آخر أو شهر هجري آخر",
        "The bakery closes at Easter.",
        "يُغلق المخبز في عيد الميلاد.",
    ),
    CodeInfo(
        "date.edge",
        Severity.ERROR,
        "the end of a period became its beginning, or the reverse",
        "نهاية المدة صارت بدايتها أو العكس",
        "They leave by the end of the month.",
        "يغادرون قبل بداية الشهر.",
    ),
)


def check_dates(subject: Subject) -> list[Finding]:
    """Findings on every kind of date."""
    en = _by_topic(read_mentions(subject.en, arabic=False))
    ar = _by_topic(read_mentions(subject.ar, arabic=True))
    findings = _weekdays(en, ar, subject)
    findings += _months(en, ar, subject)
    findings += _days_of_months(en, ar, subject)
    findings += _years(subject)
    findings += _relative_days(en, ar, subject)
    findings += _periods(en, ar, subject)
    findings += _opposites(en, ar, subject)
    findings += _clocks(subject, en, ar)
    return findings


_Topics = dict[Topic, list[Mention]]


def _by_topic(mentions: Sequence[Mention]) -> _Topics:
    topics: _Topics = {topic: [] for topic in Topic}
    for mention in mentions:
        topics[mention.topic].append(mention)
    return topics


def _finding(
    code: str, severity: Severity, subject: Subject, en: Span | None, ar: Span | None, **detail: object
) -> Finding:
    english = en.cut(subject.en) if en else ""
    arabic = ar.cut(subject.ar) if ar else ""
    if en and ar:
        message, message_ar = f"{english} became {arabic}", f"{english} صار {arabic}"
    elif en:
        message, message_ar = f"{english} has no counterpart in the Arabic", f"{english} لا مقابل له في النص العربي"
    else:
        message, message_ar = f"{arabic} stands in the Arabic alone", f"{arabic} لا وجود له في التغريدة"
    return Finding(code, severity, message, message_ar, en, ar, detail)


def _difference(left: Sequence[Mention], right: Sequence[Mention]) -> list[Mention]:
    """The mentions of `left` whose value stands less often in `right`: a repeat counts only when it is spare."""
    spare = Counter(m.value for m in right)
    out = []
    for mention in left:
        if spare[mention.value] > 0:
            spare[mention.value] -= 1
        else:
            out.append(mention)
    return out


def _names(
    code: str, said: Sequence[Mention], rendered: Sequence[Mention], subject: Subject
) -> tuple[list[Finding], list[Mention], list[Mention]]:
    """Changed names as findings; then what is only missing and what is only added."""
    missing, extra = _difference(said, rendered), _difference(rendered, said)
    common = {m.value for m in said} & {m.value for m in rendered}
    new_missing = [m for m in missing if m.value not in common]
    new_extra = [m for m in extra if m.value not in common]
    if not new_missing and not new_extra:
        return [], [], []
    pairs = list(zip(new_missing or missing, new_extra or extra, strict=False))
    findings = [
        _finding(code, Severity.ERROR, subject, e.span, a.span, said=str(e.value), rendered=str(a.value))
        for e, a in pairs
    ]
    return findings, new_missing[len(pairs) :], [m for m in new_extra[len(pairs) :] if m.sure]


def _as_date(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None


def _weekdays_of(mentions: Sequence[Mention], anchors: Sequence[date | None]) -> set[int]:
    """The weekdays that relative days amount to, from every date they may be told from."""
    return {(a + timedelta(days=int(m.value))).weekday() for m in mentions for a in anchors if a}


def _weekdays(en: _Topics, ar: _Topics, subject: Subject) -> list[Finding]:
    said, rendered = list(en[Topic.WEEKDAY]), list(ar[Topic.WEEKDAY])
    tweet, article = _as_date(subject.tweet_date), _as_date(subject.published)
    anchors = (tweet, article)
    meant_en = _weekdays_of(en[Topic.DAY], (tweet,))
    meant_ar = _weekdays_of(ar[Topic.DAY], anchors)
    known = {m.value for m in said}
    # A weekday that stands for a relative day of the English is no change but its resolution.
    rendered = [m for m in rendered if m.value in known or m.value not in meant_en]
    unresolved_en = en[Topic.DAY] and not (tweet and meant_en)
    if unresolved_en and not said:
        return []
    findings, missing, extra = _names("date.weekday", said, rendered, subject)
    for m in missing:
        if not ar[Topic.DAY]:
            findings.append(_finding("date.weekday", Severity.WARNING, subject, m.span, None))
        elif meant_ar and m.value not in meant_ar and article:
            findings.append(_finding("date.relative", Severity.WARNING, subject, m.span, ar[Topic.DAY][0].span))
    for m in extra:
        if en[Topic.DAY] and meant_en:
            findings.append(_finding("date.weekday", Severity.ERROR, subject, en[Topic.DAY][0].span, m.span))
        elif tweet is None or m.value != tweet.weekday():
            findings.append(_finding("date.weekday", Severity.WARNING, subject, None, m.span))
    return [_soften(f, subject) for f in findings]


def _soften(finding: Finding, subject: Subject) -> Finding:
    """In a headline what is missing or added is a note."""
    if not subject.is_excerpt or (finding.en and finding.ar):
        return finding
    return Finding(
        finding.code, Severity.NOTE, finding.message, finding.message_ar, finding.en, finding.ar, finding.detail
    )


def _one_per_slash(mentions: Sequence[Mention], text: str) -> list[Mention]:
    """أكتوبر/تشرين الأول is one month."""
    out: list[Mention] = []
    for m in mentions:
        twin = out[-1] if out else None
        between = text[twin.span.end : m.span.start].strip() if twin else "x"
        if twin is None or twin.value != m.value or between not in ("/", "(", "-", "أو", "–"):
            out.append(m)
    return out


def _months(en: _Topics, ar: _Topics, subject: Subject) -> list[Finding]:
    said = en[Topic.MONTH]
    rendered = _one_per_slash(ar[Topic.MONTH], subject.ar)
    findings, missing, extra = _names("date.month", said, rendered, subject)
    figures = {int(n) for n in numeric_dates(subject.ar)}
    for m in missing:
        if m.value not in figures and not ar[Topic.PERIOD]:
            findings.append(_finding("date.month", Severity.WARNING, subject, m.span, None))
    known = {d.month for d in (_as_date(subject.tweet_date), _as_date(subject.published)) if d}
    known |= {int(n) for n in numeric_dates(subject.en)} | month_numbers(subject.en_context, arabic=False)
    for m in extra:
        if m.value not in known and not en[Topic.PERIOD] and not en[Topic.DAY]:
            findings.append(_finding("date.month", Severity.WARNING, subject, None, m.span))
    return [_soften(f, subject) for f in findings]


def _days_of_months(en: _Topics, ar: _Topics, subject: Subject) -> list[Finding]:
    """The days that stand beside a month which both sides name."""
    findings = []
    for month in {m.value for m in en[Topic.MONTH]}:
        said = [(d, m) for m in en[Topic.MONTH] if m.value == month for d in m.days]
        rendered = [(d, m) for m in ar[Topic.MONTH] if m.value == month for d in m.days]
        missing = [(d, m) for d, m in said if d not in {d for d, _ in rendered}]
        extra = [(d, m) for d, m in rendered if d not in {d for d, _ in said}]
        for (day, e), (other, a) in zip(missing, extra, strict=False):
            findings.append(_finding("date.day", Severity.ERROR, subject, e.span, a.span, said=day, rendered=other))
    return findings


def _is_year(n: Numeral) -> bool:
    value = n.values[0]
    if n.kind is Kind.DECADE:
        return True
    return (
        n.in_figures
        and n.kind is Kind.CARDINAL
        and not n.unit
        and n.scale == 1
        and 1500 <= value <= 2100
        and len(n.span) > 0
    )


def _years(subject: Subject) -> list[Finding]:
    """Years and decades that the number pairing found changed."""
    pairing = pair_numerals(subject.en, subject.ar)
    return [
        _finding("date.year", Severity.ERROR, subject, e.span, a.span, said=str(e.values[0]), rendered=str(a.values[0]))
        for e, a in pairing.changed
        if _is_year(e) and _is_year(a) and _is_plain(e, subject.en) and _is_plain(a, subject.ar)
    ]


def _is_plain(n: Numeral, text: str) -> bool:
    return "," not in n.span.cut(text) and "." not in n.span.cut(text)


def _relative_days(en: _Topics, ar: _Topics, subject: Subject) -> list[Finding]:
    said, rendered = en[Topic.DAY], ar[Topic.DAY]
    if not said or not rendered or {m.value for m in said} & {m.value for m in rendered}:
        return []
    tweet, article = _as_date(subject.tweet_date), _as_date(subject.published)
    if tweet and article:
        meant = {tweet + timedelta(days=int(m.value)) for m in said}
        if meant & {article + timedelta(days=int(m.value)) for m in rendered}:
            return []
    # Reported speech may tell the day from the article's own date, which is not known here.
    is_moved = subject.rendering in (Rendering.REPORTED, Rendering.HEADLINE) and not (tweet and article)
    severity = Severity.NOTE if is_moved else Severity.ERROR
    return [_finding("date.relative", severity, subject, said[0].span, rendered[0].span)]


def _periods(en: _Topics, ar: _Topics, subject: Subject) -> list[Finding]:
    """Last against next for the same unit; last week against last month."""
    findings = _other_periods(en[Topic.PERIOD], ar[Topic.PERIOD], subject)
    for e in en[Topic.PERIOD]:
        way, unit = str(e.value).split()
        same_unit = [a for a in ar[Topic.PERIOD] if str(a.value).split()[1] == unit]
        if same_unit and all(str(a.value).split()[0] != way for a in same_unit):
            findings.append(_finding("date.relative", Severity.ERROR, subject, e.span, same_unit[0].span))
    return findings


_LONG = ("week", "month", "year", "decade")


def _other_periods(said: Sequence[Mention], rendered: Sequence[Mention], subject: Subject) -> list[Finding]:
    """One period on each side, of two words each ("last week", الشهر الماضي), and another unit."""
    if len(said) != 1 or len(rendered) != 1:
        return []
    e, a = said[0], rendered[0]
    (way, unit), (other_way, other) = str(e.value).split(), str(a.value).split()
    texts = (e.span.cut(subject.en), a.span.cut(subject.ar))
    is_plain = all(len(text.split()) == 2 for text in texts) and not texts[0].endswith("s")
    if way != other_way or unit == other or not is_plain or texts[1].endswith("ين"):
        return []
    if unit not in _LONG or other not in _LONG:
        return []
    return [_finding("date.relative", Severity.ERROR, subject, e.span, a.span)]


def _opposites(en: _Topics, ar: _Topics, subject: Subject) -> list[Finding]:
    """Feasts, Hijri months and edges of a period: one on each side, and another one."""
    findings = []
    for topic, code in ((Topic.FEAST, "date.feast"), (Topic.HIJRI, "date.feast"), (Topic.EDGE, "date.edge")):
        said, rendered = en[topic], ar[topic]
        if said and rendered and not {m.value for m in said} & {m.value for m in rendered}:
            findings.append(_finding(code, Severity.ERROR, subject, said[0].span, rendered[0].span))
    return findings


def _clocks(subject: Subject, en: _Topics, ar: _Topics) -> list[Finding]:
    """Times by the clock where both sides have one; else the parts of the day."""
    said, rendered = read_clocks(subject.en, arabic=False), read_clocks(subject.ar, arabic=True)
    if not said or not rendered:
        return _dayparts(en, ar, subject)
    missing = [c for c in said if not any(c.agrees(other) for other in rendered)]
    extra = [c for c in rendered if not any(c.agrees(other) for other in said)]
    severity = Severity.WARNING if _is_moved_to_a_zone(subject) else Severity.ERROR
    return [
        _finding("date.time", severity, subject, e.span, a.span, **_times(e, a))
        for e, a in zip(missing, extra, strict=False)
    ]


def _times(e: Clock, a: Clock) -> dict[str, object]:
    return {side: f"{c.minute // 60}:{c.minute % 60:02} {c.half}".strip() for side, c in (("said", e), ("rendered", a))}


def _is_moved_to_a_zone(subject: Subject) -> bool:
    """Whether the Arabic names a time zone that the English does not, so that another hour may be the same time."""
    named = any(word in subject.ar for word in ("غرينتش", "غرينيتش", "جرينتش", "جرينيتش", "بتوقيت مكة"))
    return named and "GMT" not in subject.en


def _dayparts(en: _Topics, ar: _Topics, subject: Subject) -> list[Finding]:
    said, rendered = en[Topic.DAYPART], ar[Topic.DAYPART]
    if len({m.value for m in said}) != 1 or len({m.value for m in rendered}) != 1:
        return []
    apart = abs(int(said[0].value) - int(rendered[0].value))
    if min(apart, DAYPARTS - apart) < 2:
        return []
    return [_finding("date.time", Severity.ERROR, subject, said[0].span, rendered[0].span)]
