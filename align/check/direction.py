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
