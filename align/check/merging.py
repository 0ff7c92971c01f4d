"""One cause, one error: findings of different checks that speak of the same words are joined.

A changed number leaves its words without a counterpart on both sides, so the coverage check sees an omission and an
addition; and a clause left out takes its names and numbers with it, so their checks miss them. The more exact finding
stays in the first case, the wider one in the second.
"""

from __future__ import annotations

from collections.abc import Sequence

from align.records import Finding, Severity, Span, Subject
from align.text.words import words

_WIDE = ("omission", "addition")
# What follows the dot when one side has nothing.
_LOST = ("missing", "vanished", "dropped", "lost", "added", "appeared")
_SHARE = 0.5  # of a wide finding's words that exact findings must explain


def one_per_cause(subject: Subject, findings: Sequence[Finding]) -> list[Finding]:
    """The findings without those that another one explains."""
    exact = [f for f in findings if not f.code.startswith(_WIDE)]
    wide = [f for f in findings if f.code.startswith(_WIDE) and not _is_explained(subject, f, exact)]
    kept = [f for f in findings if not f.code.startswith(_WIDE) and not any(_is_part(f, w) for w in wide)]
    return [*kept, *wide]


def _is_explained(subject: Subject, wide: Finding, exact: Sequence[Finding]) -> bool:
    """Whether most words of an omission or addition are spoken of by two-sided findings."""
    text, span = (subject.en, wide.en) if wide.en else (subject.ar, wide.ar)
    if span is None:
        return False
    heavy = [f for f in exact if f.severity.rank <= wide.severity.rank]  # a doubt excuses no error
    others = [f.en if wide.en else f.ar for f in heavy if f.en and f.ar and f.severity is not Severity.NOTE]
    places = [Span(span.start + w.start, span.start + w.end) for w in words(span.cut(text))]
    spoken = sum(any(other and _touch(place, other) for other in others) for place in places)
    return bool(places) and spoken >= _SHARE * len(places)


def _is_part(finding: Finding, wide: Finding) -> bool:
    """Whether a finding only says that something inside an omitted or added stretch has no counterpart."""
    if wide.severity is Severity.NOTE or not finding.code.partition(".")[2].startswith(_LOST):
        return False
    inner, outer = (finding.en, wide.en) if wide.en else (finding.ar, wide.ar)
    return bool(inner and outer and outer.start <= inner.start and inner.end <= outer.end)


def _touch(a: Span, b: Span) -> bool:
    return a.start < b.end and b.start < a.end
