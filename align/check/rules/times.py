"""Times told from where one stands, feasts, the edges of a period, the hours of the day: one side against the other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from align.check.wording import worded
from align.records import Finding, Rendering, Severity, Subject
from align.text.calendar import iso_day
from align.text.clock import Clock, read_clocks
from align.text.mention import Mention, Topic
from align.text.relative import DAYPARTS, LONG_UNITS

Topics = dict[Topic, list[Mention]]


def by_topic(mentions: Sequence[Mention]) -> Topics:
    """The mentions of one text, sorted by what they are about."""
    topics: Topics = {topic: [] for topic in Topic}
    for mention in mentions:
        topics[mention.topic].append(mention)
    return topics


def times(en: Topics, ar: Topics, subject: Subject) -> list[Finding]:
    """Findings on relative days and periods, feasts, edges and hours."""
    findings = _relative_days(en, ar, subject) + _periods(en, ar, subject)
    return findings + _opposites(en, ar, subject) + _clocks(en, ar, subject)


def _relative_days(en: Topics, ar: Topics, subject: Subject) -> list[Finding]:
    said, rendered = en[Topic.DAY], ar[Topic.DAY]
    if not said or not rendered or {m.value for m in said} & {m.value for m in rendered}:
        return []
    tweet, article = iso_day(subject.tweet_date), iso_day(subject.published)
    if tweet and article:
        meant = {tweet + timedelta(days=int(m.value)) for m in said}
        if meant & {article + timedelta(days=int(m.value)) for m in rendered}:
            return []
    severity = Severity.NOTE if _is_moved(subject) and not (tweet and article) else Severity.ERROR
    return [worded("date.relative", severity, subject, said[0].span, rendered[0].span)]


def _is_moved(subject: Subject) -> bool:
    """Whether times may be told from the article's own day: in reported speech and in headlines."""
    return subject.rendering in (Rendering.REPORTED, Rendering.HEADLINE)


def _periods(en: Topics, ar: Topics, subject: Subject) -> list[Finding]:
    """Last, this or next for the same unit; last week against last month."""
    findings = _other_periods(en[Topic.PERIOD], ar[Topic.PERIOD], subject)
    for e in en[Topic.PERIOD]:
        way, unit = str(e.value).split()
        same_unit = [a for a in ar[Topic.PERIOD] if str(a.value).split()[1] == unit]
        ways = {str(a.value).split()[0] for a in same_unit}
        if same_unit and way not in ways:
            # In an article of a later day "this week" may have become last week, "next week" this one.
            severity = Severity.NOTE if "this" in (way, *ways) and _is_moved(subject) else Severity.ERROR
            findings.append(worded("date.relative", severity, subject, e.span, same_unit[0].span))
    return findings


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
    if unit not in LONG_UNITS or other not in LONG_UNITS:
        return []
    return [worded("date.relative", Severity.ERROR, subject, e.span, a.span)]


def _opposites(en: Topics, ar: Topics, subject: Subject) -> list[Finding]:
    """Feasts, Hijri months and edges of a period: one on each side, and another one."""
    findings = []
    for topic, code in (
        (Topic.FEAST, "date.feast"),
        (Topic.HIJRI, "date.feast"),
        (Topic.EDGE, "date.edge"),
        (Topic.SEASON, "date.season"),
    ):
        said, rendered = en[topic], ar[topic]
        if said and rendered and not {m.value for m in said} & {m.value for m in rendered}:
            findings.append(worded(code, Severity.ERROR, subject, said[0].span, rendered[0].span))
    return findings


def _clocks(en: Topics, ar: Topics, subject: Subject) -> list[Finding]:
    """Times by the clock where both sides have one; else the parts of the day."""
    said, rendered = read_clocks(subject.en, arabic=False), read_clocks(subject.ar, arabic=True)
    if not said or not rendered:
        return _dayparts(en, ar, subject)
    missing = [c for c in said if not any(c.agrees(other) for other in rendered)]
    extra = [c for c in rendered if not any(c.agrees(other) for other in said)]
    severity = Severity.WARNING if _is_moved_to_a_zone(subject) else Severity.ERROR
    return [
        worded("date.time", severity, subject, e.span, a.span, **_times(e, a))
        for e, a in zip(missing, extra, strict=False)
    ]


def _times(e: Clock, a: Clock) -> dict[str, object]:
    return {side: f"{c.minute // 60}:{c.minute % 60:02} {c.half}".strip() for side, c in (("said", e), ("rendered", a))}


def _is_moved_to_a_zone(subject: Subject) -> bool:
    """Whether the Arabic names a time zone that the English does not, so that another hour may be the same time."""
    named = any(word in subject.ar for word in ("غرينتش", "غرينيتش", "جرينتش", "جرينيتش", "بتوقيت مكة"))
    return named and "GMT" not in subject.en


def _dayparts(en: Topics, ar: Topics, subject: Subject) -> list[Finding]:
    said, rendered = en[Topic.DAYPART], ar[Topic.DAYPART]
    if len({m.value for m in said}) != 1 or len({m.value for m in rendered}) != 1:
        return []
    apart = abs(int(said[0].value) - int(rendered[0].value))
    if min(apart, DAYPARTS - apart) < 2:
        return []
    return [worded("date.time", Severity.ERROR, subject, said[0].span, rendered[0].span)]
