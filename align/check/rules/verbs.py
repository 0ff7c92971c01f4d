"""Reporting verbs that take a side (claimed, admitted, threatened): a note where the two sides differ."""

from __future__ import annotations

from align.check.codes import CodeInfo
from align.check.evidence.lexicon import find_mentions
from align.records import Finding, Severity, Subject

_TABLE = "speech.tsv"
_SIDED = frozenset("claim admit threaten accuse boast lament".split())


CODES: tuple[CodeInfo, ...] = (
    CodeInfo(
        "verb.side",
        Severity.NOTE,
        "A verb of speech that takes a side in one text only: claimed, admitted, threatened.",
        "فعل قول يحمل موقفاً في أحد النصين دون الآخر: زعم، اعترف، هدد.",
        "The minister said the road is safe.",
        "زعم الوزير أن الطريق آمن.",
    ),
)


def check_verbs(subject: Subject) -> list[Finding]:
    """A verb that takes a side in one text, where the other one has a plain verb of speech or another side."""
    english = find_mentions(_TABLE, subject.en, is_arabic=False)
    arabic = find_mentions(_TABLE, subject.ar, is_arabic=True)
    if not english or not arabic:
        return []
    en_keys, ar_keys = {m.key for m in english}, {m.key for m in arabic}
    coloured = next((m for m in arabic if m.key in _SIDED - en_keys), None)
    bleached = next((m for m in english if m.key in _SIDED - ar_keys), None)
    if coloured is None and bleached is None:
        return []
    en, ar = bleached or english[0], coloured or arabic[0]
    return [
        Finding(
            "verb.side",
            Severity.NOTE,
            f"a verb of speech takes another side: {en.span.cut(subject.en)} is rendered as {ar.span.cut(subject.ar)}",
            f"فعل القول يحمل موقفاً مختلفاً: «{ar.span.cut(subject.ar)}» مقابل {en.span.cut(subject.en)}",
            en.span,
            ar.span,
            {"en": en.key, "ar": ar.key},
        )
    ]
