"""One cause, one error: findings of different checks that speak of the same words are joined.

Two findings on the same words of both sides are one change, told twice: the heavier one stays, of equal ones the more
exact (a year that changed is no changed number as well). A changed number leaves its words without a counterpart on
both sides, so the coverage check sees an omission and an addition; and a clause left out takes its names and numbers
with it, so their checks miss them. The more exact finding stays in the first case, the wider one in the second.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from align.records import Finding, Severity, Span, Subject
from align.text.spans import Covered
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
_DOUBT = "meaning."  # says that words are doubted, and not what is wrong with them
_CELL = 64  # characters
_SHARE = 0.5  # of a wide finding's words that exact findings must explain


def one_per_cause(subject: Subject, findings: Sequence[Finding]) -> list[Finding]:
    """The findings without those that another one explains."""
    exact = _told_once(subject, [f for f in findings if not _is_wide(f)])
    spoken = _Spoken(exact)
    wide = [f for f in findings if _is_wide(f) and not _is_explained(subject, f, spoken)]
    weighty = [f for f in wide if f.severity is not Severity.NOTE]
    told = [*(f for f in exact if not any(_is_part(f, w) for w in weighty)), *wide]
    return [f for f in told if not (f.code.startswith(_DOUBT) and any(_is_named(f, other) for other in told))]


def _is_named(doubt: Finding, other: Finding) -> bool:
    """Whether another finding says what is wrong with words that are only doubted."""
    if other.code.startswith(_DOUBT) or other.severity is Severity.NOTE:
        return False
    sides = ((doubt.en, other.en), (doubt.ar, other.ar))
    return any(own is not None and named is not None and _touch(own, named) for own, named in sides)


def _is_wide(finding: Finding) -> bool:
    return finding.code.startswith(("omission", "addition")) and finding.code != "addition.source"


def _told_once(subject: Subject, findings: Sequence[Finding]) -> list[Finding]:
    """The findings without those whose words a heavier or a more exact one speaks of."""
    kept: set[int] = set()
    two_sided = _ByPlace()  # only a finding that names words of both sides says what another one says
    for finding in sorted(findings, key=_rank):
        if not any(_is_same_change(subject, finding, other) for other in two_sided.near(finding)):
            kept.add(id(finding))
            two_sided.add(finding)
    return [f for f in findings if id(f) in kept]


class _ByPlace:
    """Findings that name words of both sides, found by the places that they touch."""

    def __init__(self) -> None:
        self._found: defaultdict[tuple[str, int], list[Finding]] = defaultdict(list)

    def add(self, finding: Finding) -> None:
        """Keep a finding, where it names words of both sides."""
        if finding.en and finding.ar:
            for place in (*_cells("en", finding.en), *_cells("ar", finding.ar)):
                self._found[place].append(finding)

    def near(self, finding: Finding) -> Iterator[Finding]:
        """Those that may touch a finding, on its English where it has some."""
        side, span = ("en", finding.en) if finding.en else ("ar", finding.ar)
        for place in _cells(side, span) if span else ():
            yield from self._found[place]


def _cells(side: str, span: Span) -> Iterator[tuple[str, int]]:
    """The stretches of a text that a span reaches into."""
    return ((side, cell) for cell in range(span.start // _CELL, max(span.start, span.end - 1) // _CELL + 1))


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


class _Spoken:
    """The words of each side that findings say have changed, by how much the findings weigh at least."""

    def __init__(self, exact: Sequence[Finding]) -> None:
        self._exact = [f for f in exact if _says_what_changed(f) and f.severity is not Severity.NOTE]
        self._covered: dict[tuple[bool, Severity], Covered] = {}

    def of(self, wide: Finding) -> Covered:
        """Those of findings as heavy as `wide`, on its side: a doubt excuses no error."""
        key = (wide.en is not None, wide.severity)
        if key not in self._covered:
            heavy = [f for f in self._exact if f.severity.rank <= wide.severity.rank]
            self._covered[key] = Covered(span for f in heavy if (span := f.en if wide.en else f.ar))
        return self._covered[key]


def _is_explained(subject: Subject, wide: Finding, spoken: _Spoken) -> bool:
    """Whether most words of an omission or addition are spoken of by two-sided findings."""
    text, span = (subject.en, wide.en) if wide.en else (subject.ar, wide.ar)
    if span is None:
        return False
    places = words(span.cut(text))
    said = sum(spoken.of(wide).over(span.start + w.start, span.start + w.end) is not None for w in places)
    return bool(places) and said >= _SHARE * len(places)


def _says_what_changed(finding: Finding) -> bool:
    return bool(finding.en and finding.ar) or finding.code == "addition.source"


def _is_part(finding: Finding, wide: Finding) -> bool:
    """Whether a finding only says that something inside an omitted or added stretch has no counterpart."""
    is_light = finding.severity.rank >= wide.severity.rank  # a doubt hides no error
    is_one_sided = finding.code.startswith(_ONE_SIDED) and not (finding.en and finding.ar)
    is_lost = finding.code.partition(".")[2].startswith(_LOST)
    if not (is_lost or (is_one_sided and is_light)):
        return False
    inner, outer = (finding.en, wide.en) if wide.en else (finding.ar, wide.ar)
    return bool(inner and outer and _is_inside(inner, outer))


def _is_inside(inner: Span, outer: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _touch(a: Span, b: Span) -> bool:
    return a.start < b.end and b.start < a.end
