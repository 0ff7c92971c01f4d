"""Direction and quantity words: up and down, before and after, buy and sell, at least and at most, all and some."""

from __future__ import annotations

from align.check.codes import CodeInfo
from align.check.opposites import Clash, find_clashes
from align.records import Finding, Severity, Subject

_DIRECTIONS = frozenset("level order quality trade contest phase gate delay arrive side compass compass2".split())
_BOUNDS = frozenset("bound amount margin".split())


def _finding(subject: Subject, clash: Clash, code: str, *, is_sure: bool) -> Finding:
    en, ar = clash.en.cut(subject.en), clash.ar.cut(subject.ar)
    return Finding(
        code,
        Severity.ERROR if is_sure and not subject.is_excerpt else Severity.WARNING,
        f"{en} is rendered by its opposite: {ar}",
        f"«{ar}» عكس ما في الأصل: {en}",
        clash.en,
        clash.ar,
        {"group": clash.group, "en": clash.en_key, "ar": clash.ar_key},
    )


CODES: tuple[CodeInfo, ...] = (
    CodeInfo(
        "direction.opposite",
        Severity.ERROR,
        "A direction turned round: up and down, before and after, buy and sell, open and close.",
        "اتجاه معكوس: ارتفاع وانخفاض، قبل وبعد، بيع وشراء، فتح وإغلاق.",
        "Prices fell after the vote.",
        "ارتفعت الأسعار بعد التصويت.",
    ),
    CodeInfo(
        "quantity.bound",
        Severity.ERROR,
        "A bound turned round: at least for at most, more than for less than.",
        "حد معكوس: على الأقل بدل على الأكثر، وأكثر من بدل أقل من.",
        "At least 12 trucks crossed.",
        "عبرت 12 شاحنة على الأكثر.",
    ),
    CodeInfo(
        "quantity.scope",
        Severity.ERROR,
        "Another share or scope: all for most, some for all, about for more than, a third for two thirds.",
        "نطاق آخر: الكل بدل المعظم، والبعض بدل الكل، والثلث بدل الثلثين.",
        "Most of the schools are open.",
        "جميع المدارس مفتوحة.",
    ),
)


def check_direction(subject: Subject) -> list[Finding]:
    """Opposite directions, bounds and quantifiers."""
    findings = [
        _finding(subject, clash, "direction.opposite", is_sure=clash.is_sure)
        for clash in find_clashes(subject, "opposites.tsv", _DIRECTIONS)
    ]
    findings += [
        _finding(subject, clash, "quantity.bound", is_sure=clash.is_sure)
        for clash in find_clashes(subject, "opposites.tsv", _BOUNDS)
    ]
    findings += [
        _finding(subject, clash, "quantity.scope", is_sure=clash.is_sure)
        for clash in find_clashes(subject, "quantifiers.tsv")
    ]
    return findings
