"""What a sentence claims of its event: hearsay or fact, on a condition or outright, attempted or done.

A marker of one text (reportedly, if, tried to) must be answered on the other side by one of its class or by a word that
can stand for one; the class is wide on the side that answers and narrow on the side that accuses.
"""

from __future__ import annotations

from typing import NamedTuple

import regex

from align.check.codes import CodeInfo
from align.check.evidence.lexicon import Mention
from align.check.evidence.text_view import TextView
from align.check.severity import Loss, weight_of_loss
from align.check.view import View
from align.check.wording import worded
from align.records import Finding, Severity, Span

_TABLE = "claims.tsv"
_PIECE = 0.5  # Arabic words to English ones: below it the Arabic renders a part


class _Claim(NamedTuple):
    group: str
    code: str
    loss: Loss
    gained: Severity  # of a marker that the Arabic alone has: its إذا often renders a participle or a phrase


_CLAIMS = (
    _Claim("hearsay", "modality.hearsay", Loss.HEDGE, Severity.ERROR),
    _Claim("condition", "modality.condition", Loss.CONDITION, Severity.WARNING),
    _Claim("unreal", "modality.done", Loss.HEDGE, Severity.ERROR),
)


def _markers(side: TextView, group: str) -> tuple[list[Mention], bool]:
    """The words of `side` that can be nothing but markers of the group, and whether anything there may be one."""
    found = [m for m in side.mentions(_TABLE) if m.group == group]
    return [m for m in found if not m.key.endswith("?")], bool(found)


def _compared(view: View, claim: _Claim) -> list[Finding]:
    subject = view.subject
    said, may_be_said = _markers(view.en, claim.group)
    rendered, may_be_rendered = _markers(view.ar, claim.group)
    if said and not may_be_rendered:
        is_whole = len(view.ar.tokens) >= _PIECE * len(view.en.tokens)
        severity = weight_of_loss(claim.loss, subject, is_sure=is_whole)
        return [worded(claim.code, severity, subject, said[0].span, None, group=claim.group)]
    if rendered and not may_be_said:
        severity = Severity.NOTE if subject.is_excerpt else claim.gained
        return [worded(claim.code, severity, subject, None, rendered[0].span, group=claim.group)]
    return []


_ASKS_AR = regex.compile(
    r"[؟?]|(?<!\p{L})[وف]?(?:هل|لماذا|متي|كيف|اين|ما اذا|عما اذا|سوال|تساءل\p{L}*|يتساءل\p{L}*|سال\p{L}*)(?!\p{L})"
)
_ASKS_EN = regex.compile(
    r"\?|\b(?:whether|if|asks?|asked|asking|wonder\w*|question\w*|who|what|when|where|why|how|which|guess|imagine)\b",
    regex.IGNORECASE,
)


def _question(view: View) -> list[Finding]:
    """A question told as a statement, or a statement asked."""
    subject = view.subject
    asked, told = subject.en.rstrip(_CLOSING).endswith("?"), _ASKS_AR.search(view.ar.form.text)
    if asked and not told and subject.en.count("?") == 1 and not regex.search(r"[.!]\s", subject.en):
        severity = Severity.ERROR if subject.rendering is None else Severity.WARNING
        return [worded("modality.question", severity, subject, Span(0, len(subject.en.rstrip())), None, ends="?")]
    is_asked = subject.ar.rstrip(_CLOSING).endswith(("؟", "?"))
    if is_asked and not _ASKS_EN.search(subject.en):
        severity = Severity.NOTE if subject.is_excerpt else Severity.ERROR
        span = view.ar.tokens[-1].span if view.ar.tokens else None
        return [worded("modality.question", severity, subject, None, span, ends="؟")]
    return []


_CLOSING = " \n\"”»'’)…"


CODES: tuple[CodeInfo, ...] = (
    CodeInfo(
        "modality.question",
        Severity.ERROR,
        "A question became a statement, or a statement a question.",
        "سؤال صار خبراً أو خبر صار سؤالاً.",
        "Is the bridge open again?",
        "عاد الجسر مفتوحاً.",
    ),
    CodeInfo(
        "modality.hearsay",
        Severity.ERROR,
        "Hearsay became a fact, or a fact hearsay: reportedly, allegedly.",
        "ما يُروى صار حقيقة أو العكس: يُقال، يُزعم.",
        "The studio has reportedly shelved the film.",
        "جمّد الاستوديو الفيلم.",
    ),
    CodeInfo(
        "modality.condition",
        Severity.ERROR,
        "A condition is gone, or there is a new one: if, unless, provided.",
        "شرط سقط أو أُضيف: إذا، ما لم، شريطة.",
        "The pool opens in June if the pump is repaired.",
        "يُفتح المسبح في يونيو بعد إصلاح المضخة.",
    ),
    CodeInfo(
        "modality.done",
        Severity.ERROR,
        "What was only tried, planned or threatened is told as done, or the other way round.",
        "محاولة أو خطة أو تهديد صار فعلاً تاماً أو العكس.",
        "The prisoner tried to escape.",
        "فرّ السجين.",
    ),
)


def check_claims(view: View) -> list[Finding]:
    """Hearsay, conditions and attempts that one text has and the other has not."""
    return [finding for claim in _CLAIMS for finding in _compared(view, claim)] + _question(view)
