"""A finding with its one-line messages: what became what, what has no counterpart, what stands alone."""

from __future__ import annotations

from align.check.evidence.opposites import Clash
from align.records import Finding, Severity, Span, Subject


def worded(
    code: str, severity: Severity, subject: Subject, en: Span | None, ar: Span | None, **detail: object
) -> Finding:
    """A finding on the words that the two spans cover, or on those of one side."""
    english = en.cut(subject.en) if en else ""
    arabic = ar.cut(subject.ar) if ar else ""
    if en and ar:
        message, message_ar = f"{english} became {arabic}", f"{english} صار {arabic}"
    elif en:
        message, message_ar = f"{english} has no counterpart in the Arabic", f"{english} لا مقابل له في النص العربي"
    else:
        message, message_ar = f"{arabic} stands in the Arabic alone", f"{arabic} لا وجود له في التغريدة"
    return Finding(code, severity, message, message_ar, en, ar, detail)


def opposite(code: str, clash: Clash, subject: Subject) -> Finding:
    """A finding on two words that are opposites; no more than a warning in a headline or where doubt is left."""
    en, ar = clash.en.cut(subject.en), clash.ar.cut(subject.ar)
    return Finding(
        code,
        Severity.ERROR if clash.is_sure and not subject.is_excerpt else Severity.WARNING,
        f"{en} is rendered by its opposite: {ar}",
        f"«{ar}» عكس ما في الأصل: {en}",
        clash.en,
        clash.ar,
        {"group": clash.group, "en": clash.en_key, "ar": clash.ar_key},
    )
