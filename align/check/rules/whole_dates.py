"""The parts of one date that stand side by side and all changed are one change: Tuesday 14 June, الأربعاء 15 حزيران."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from align.check.wording import worded
from align.records import Finding, Span, Subject

# The parts of a date, the one that says most first; and what may stand between two of them.
_PARTS = ("date.day", "date.month", "date.year", "date.weekday")
_BETWEEN_EN = regex.compile(r"[\s,.;()]*(?:(?:of|the|in|on)\s+)*(?:the\s+)?", regex.IGNORECASE)
_BETWEEN_AR = regex.compile(r"[\s،,()/–-]*(?:(?:من|في|عام|سنة|العام|لعام|شهر|يوم|الموافق)[\s(]+)*")


def joined(findings: Sequence[Finding], subject: Subject) -> list[Finding]:
    """The findings on dates, in order, those on the parts of one date as one finding on all its words."""
    out: list[Finding] = []
    for finding in sorted(findings, key=lambda f: f.en or f.ar or (0, 0)):
        if out and out[-1].severity is finding.severity and _is_one_date(out[-1], finding, subject):
            out[-1] = _one_date(out[-1], finding, subject)
        else:
            out.append(finding)
    return out


def _is_one_date(one: Finding, other: Finding, subject: Subject) -> bool:
    if not (one.en and one.ar and other.en and other.ar) or {one.code, other.code} - set(_PARTS):
        return False
    return one.code != other.code and (
        _is_beside(one.en, other.en, subject.en, _BETWEEN_EN) and _is_beside(one.ar, other.ar, subject.ar, _BETWEEN_AR)
    )


def _is_beside(one: Span, other: Span, text: str, between: regex.Pattern[str]) -> bool:
    first, second = sorted((one, other))
    return bool(between.fullmatch(text[first.end : second.start]))


def _one_date(one: Finding, other: Finding, subject: Subject) -> Finding:
    """One finding on the words of both, under the code of the part that says most."""
    assert one.en and one.ar and other.en and other.ar
    first, second = sorted((one, other), key=lambda f: _PARTS.index(f.code))
    en = Span(min(one.en.start, other.en.start), max(one.en.end, other.en.end))
    ar = Span(min(one.ar.start, other.ar.start), max(one.ar.end, other.ar.end))
    return worded(
        first.code, first.severity, subject, en, ar, **{**first.detail, "parts": _parts(first) + _parts(second)}
    )


def _parts(finding: Finding) -> list[str]:
    """The codes that were joined into a finding."""
    parts = finding.detail.get("parts")
    return parts if isinstance(parts, list) else [finding.code]
