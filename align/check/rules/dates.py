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
from align.check.evidence.equal import numeric_dates, pair_numerals
from align.check.rules.numbers import NEAR
from align.check.rules.times import Topics, by_topic, times
from align.check.wording import worded
from align.records import Finding, Severity, Subject
from align.text.calendar import iso_day, month_numbers, read_mentions
from align.text.mention import Mention, Topic
from align.text.numeral import Kind, Numeral

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
        "date.season",
        Severity.ERROR,
        "another season",
        "فصل آخر من السنة",
        "The pass is closed in winter.",
        "يُغلق الممر في الصيف.",
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
    en = by_topic(read_mentions(subject.en, arabic=False))
    ar = by_topic(read_mentions(subject.ar, arabic=True))
    findings = _weekdays(en, ar, subject)
    findings += _months(en, ar, subject)
    findings += _days_of_months(en, ar, subject)
    findings += _years(subject)
    return findings + times(en, ar, subject)


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
    missing, extra = [m for m in _difference(said, rendered) if m.sure], _difference(rendered, said)
    common = {m.value for m in said} & {m.value for m in rendered}
    new_missing = [m for m in missing if m.value not in common]
    new_extra = [m for m in extra if m.value not in common]
    if not new_missing and not new_extra:
        return [], [], []
    pairs = list(zip(new_missing or missing, new_extra or extra, strict=False))
    findings = []
    for e, a in pairs:
        is_told = a.value in _values(a.topic, subject.en_context, arabic=False)
        is_merged = is_told and (subject.is_excerpt or e.value in _values(e.topic, _around(subject), arabic=True))
        severity = Severity.NOTE if is_merged else Severity.ERROR  # each stands in another sentence
        findings.append(worded(code, severity, subject, e.span, a.span, said=str(e.value), rendered=str(a.value)))
    return findings, new_missing[len(pairs) :], [m for m in new_extra[len(pairs) :] if m.sure]


def _weekdays_of(mentions: Sequence[Mention], anchors: Sequence[date | None]) -> set[int]:
    """The weekdays that relative days amount to, from every date they may be told from."""
    return {(a + timedelta(days=int(m.value))).weekday() for m in mentions for a in anchors if a}


def _weekdays(en: Topics, ar: Topics, subject: Subject) -> list[Finding]:
    said, rendered = en[Topic.WEEKDAY], ar[Topic.WEEKDAY]
    tweet, article = iso_day(subject.tweet_date), iso_day(subject.published)
    if en[Topic.DAY] and not tweet and not said:
        return []
    # A weekday that stands for a relative day of the English is no change but its resolution.
    meant = _weekdays_of(en[Topic.DAY], (tweet,))
    named = {m.value for m in said}
    rendered = [m for m in rendered if m.value in named or m.value not in meant]
    findings, missing, extra = _names("date.weekday", said, rendered, subject)
    meant_ar = _weekdays_of(ar[Topic.DAY], (tweet, article))
    beside = _values(Topic.WEEKDAY, _around(subject), arabic=True)
    for m in missing:
        if not ar[Topic.DAY] and m.value not in beside:
            findings.append(worded("date.weekday", Severity.WARNING, subject, m.span, None))
        elif ar[Topic.DAY] and article and m.value not in meant_ar:
            findings.append(worded("date.relative", Severity.WARNING, subject, m.span, ar[Topic.DAY][0].span))
    told = _values(Topic.WEEKDAY, subject.en_context, arabic=False)
    for m in extra:
        if meant:
            findings.append(_resolved_otherwise(en[Topic.DAY][0], m, meant, subject))
        elif not en[Topic.DAY] and m.value not in told and (tweet is None or m.value != tweet.weekday()):
            severity = Severity.NOTE if ar[Topic.DAY] else Severity.WARNING  # غداً الجمعة, told once more
            findings.append(worded("date.weekday", severity, subject, None, m.span))
    return [_soften(f, subject) for f in findings]


def _around(subject: Subject) -> str:
    return subject.ar_before[-NEAR:] + "\n" + subject.ar_after[:NEAR]


def _values(topic: Topic, text: str, *, arabic: bool) -> set[int | str]:
    return {m.value for m in read_mentions(text, arabic=arabic) if m.topic is topic} if text.strip() else set()


def _resolved_otherwise(e: Mention, a: Mention, meant: set[int], subject: Subject) -> Finding:
    """Tomorrow, say, given as a weekday that it is not. Where the tweet was sent a time in UTC may lie a day off."""
    is_neighbour = any((int(a.value) - day) % 7 in (1, 6) for day in meant)
    is_utc = len(subject.tweet_date or "") > len("2024-05-08")
    severity = Severity.WARNING if is_utc and is_neighbour else Severity.ERROR
    return worded("date.weekday", severity, subject, e.span, a.span)


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


def _months(en: Topics, ar: Topics, subject: Subject) -> list[Finding]:
    said = en[Topic.MONTH]
    rendered = _one_per_slash(ar[Topic.MONTH], subject.ar)
    findings, missing, extra = _names("date.month", said, rendered, subject)
    figures = {int(n) for n in numeric_dates(subject.ar)}
    figures |= month_numbers(_around(subject), arabic=True)
    for m in missing:
        if m.value not in figures and not ar[Topic.PERIOD]:
            findings.append(worded("date.month", Severity.WARNING, subject, m.span, None))
    known = {d.month for d in (iso_day(subject.tweet_date), iso_day(subject.published)) if d}
    known |= {int(n) for n in numeric_dates(subject.en)} | month_numbers(subject.en_context, arabic=False)
    for m in extra:
        if m.value not in known and not en[Topic.PERIOD] and not en[Topic.DAY]:
            findings.append(worded("date.month", Severity.WARNING, subject, None, m.span))
    return [_soften(f, subject) for f in findings]


def _days_of_months(en: Topics, ar: Topics, subject: Subject) -> list[Finding]:
    """The days that stand beside a month which both sides name."""
    findings = []
    for month in {m.value for m in en[Topic.MONTH]}:
        said = [(d, m) for m in en[Topic.MONTH] if m.value == month for d in m.days]
        rendered = [(d, m) for m in ar[Topic.MONTH] if m.value == month for d in m.days]
        missing = [(d, m) for d, m in said if d not in {d for d, _ in rendered}]
        extra = [(d, m) for d, m in rendered if d not in {d for d, _ in said}]
        for (day, e), (other, a) in zip(missing, extra, strict=False):
            findings.append(worded("date.day", Severity.ERROR, subject, e.span, a.span, said=day, rendered=other))
    return findings


def _is_year(n: Numeral, text: str) -> bool:
    if n.kind is Kind.DECADE:
        return True
    is_bare = n.in_figures and n.kind is Kind.CARDINAL and not n.unit and n.scale == 1
    return is_bare and 1500 <= n.values[0] <= 2100 and n.span.cut(text).strip("وبلف'").isdigit()


def _years(subject: Subject) -> list[Finding]:
    """Years and decades that the number pairing found changed."""
    pairing = pair_numerals(subject.en, subject.ar)
    return [
        worded("date.year", Severity.ERROR, subject, e.span, a.span, said=str(e.values[0]), rendered=str(a.values[0]))
        for e, a in pairing.changed
        if _is_year(e, subject.en) and _is_year(a, subject.ar)
    ]
