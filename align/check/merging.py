"""One cause, one error: findings of different checks that speak of the same words are joined.

Two findings on the same words of both sides are one change, told twice: the heavier one stays, of equal ones the more
exact (a year that changed is no changed number as well). A changed number leaves its words without a counterpart on
both sides, so the coverage check sees an omission and an addition; and a clause left out takes its names and numbers
with it, so their checks miss them. The more exact finding stays in the first case, the wider one in the second.
"""

from __future__ import annotations

from collections.abc import Sequence

from align.records import Finding, Severity, Span, Subject
from align.text.words import words

# The beginnings of codes, the most exact first; of those in one line the finding that names more words.
_EXACT = (
    ("date",),
    ("quantity.fraction", "quantity.unit", "quantity.bound"),
    ("number",),
    ("quantity.scope",),
    ("attribution", "name"),
    ("gender",),
    ("negation.opposite", "direction"),
    ("negation", "modality"),
)
# What is no change told twice though it is told of the same words: "at least 3 weeks", 3 أشهر على الأكثر.
_TWO_CHANGES = ({"quantity.bound", "quantity.unit"},)
# Families of findings that, on one side alone, only say that some words have no counterpart; and how those of any
# family end that say so.
_ONE_SIDED = ("number", "date", "name", "negation", "modality")
_LOST = ("missing", "vanished", "dropped", "lost", "added", "appeared")
_SHARE = 0.5  # of a wide finding's words that exact findings must explain


def one_per_cause(subject: Subject, findings: Sequence[Finding]) -> list[Finding]:
    """The findings without those that another one explains."""
    exact = _told_once(subject, [f for f in findings if not _is_wide(f)])
    wide = [f for f in findings if _is_wide(f) and not _is_explained(subject, f, exact)]
    return [*(f for f in exact if not any(_is_part(f, w) for w in wide)), *wide]


def _is_wide(finding: Finding) -> bool:
    return finding.code.startswith(("omission", "addition")) and finding.code != "addition.source"


def _told_once(subject: Subject, findings: Sequence[Finding]) -> list[Finding]:
    """The findings without those whose words a heavier or a more exact one speaks of."""
    kept: list[Finding] = []
    for finding in sorted(findings, key=_rank):
        if not any(_is_same_change(subject, finding, other) for other in kept):
            kept.append(finding)
    return [f for f in findings if any(f is k for k in kept)]


def _rank(finding: Finding) -> tuple[int, int, int, str]:
    place = next((n for n, starts in enumerate(_EXACT) if finding.code.startswith(starts)), len(_EXACT))
    length = sum(span.end - span.start for span in (finding.en, finding.ar) if span)
    return finding.severity.rank, place, -length, finding.code


def _is_same_change(subject: Subject, finding: Finding, other: Finding) -> bool:
    """Whether `other`, which names words of both sides, says what `finding` says of them."""
    if not other.en or not other.ar or {finding.code, other.code} in _TWO_CHANGES:
        return False
    if other.en == (0, len(subject.en)) or other.ar == (0, len(subject.ar)):
        return False  # on a whole side: of no words in particular
    if finding.en and finding.ar:
        return _touch(finding.en, other.en) and _touch(finding.ar, other.ar)
    if not finding.code.startswith(_ONE_SIDED):
        return False
    own, theirs = (finding.en, other.en) if finding.en else (finding.ar, other.ar)
    return own is not None and _is_inside(own, theirs)


def _is_explained(subject: Subject, wide: Finding, exact: Sequence[Finding]) -> bool:
    """Whether most words of an omission or addition are spoken of by two-sided findings."""
    text, span = (subject.en, wide.en) if wide.en else (subject.ar, wide.ar)
    if span is None:
        return False
    heavy = [f for f in exact if f.severity.rank <= wide.severity.rank]  # a doubt excuses no error
    others = [f.en if wide.en else f.ar for f in heavy if _says_what_changed(f) and f.severity is not Severity.NOTE]
    places = [Span(span.start + w.start, span.start + w.end) for w in words(span.cut(text))]
    spoken = sum(any(other and _touch(place, other) for other in others) for place in places)
    return bool(places) and spoken >= _SHARE * len(places)


def _says_what_changed(finding: Finding) -> bool:
    return bool(finding.en and finding.ar) or finding.code == "addition.source"


def _is_part(finding: Finding, wide: Finding) -> bool:
    """Whether a finding only says that something inside an omitted or added stretch has no counterpart."""
    is_light = finding.severity.rank >= wide.severity.rank  # a doubt hides no error
    is_one_sided = finding.code.startswith(_ONE_SIDED) and not (finding.en and finding.ar)
    is_lost = finding.code.partition(".")[2].startswith(_LOST)
    if wide.severity is Severity.NOTE or not (is_lost or (is_one_sided and is_light)):
        return False
    inner, outer = (finding.en, wide.en) if wide.en else (finding.ar, wide.ar)
    return bool(inner and outer and _is_inside(inner, outer))


def _is_inside(inner: Span, outer: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _touch(a: Span, b: Span) -> bool:
    return a.start < b.end and b.start < a.end
