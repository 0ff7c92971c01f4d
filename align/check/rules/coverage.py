"""Omission and addition: stretches of the tweet that the Arabic does not render, and the other way round.

Without an encoder's word scores nothing is said. What belongs to the tweet and not to its sentence is judged by a
policy, as notes (`trimmed`).
"""

from __future__ import annotations

from align.check.codes import CodeInfo
from align.check.coverage.measure import Coverage, Gap
from align.check.coverage.words import FUNCTION_WORDS
from align.check.rules.trimmed import CODES as TRIMMED_CODES
from align.check.rules.trimmed import note_trimmings, only_says_who
from align.check.severity import Frame, Loss, frame_of, is_cut_from_middle, kind_of_loss, weight_of_loss
from align.check.view import View
from align.models.sections import CoverageModel
from align.records import Finding, Severity, Span, Subject
from align.text.parts import split_parts

CODES = (
    CodeInfo(
        "omission.part",
        Severity.ERROR,
        "A part of the English sentence has no counterpart in the Arabic.",
        "جزء من الجملة الإنجليزية لا مقابل له في العربية.",
        "The museum reopens on Friday, and entry is free for children.",
        "يفتح المتحف أبوابه من جديد يوم الجمعة.",
    ),
    CodeInfo(
        "addition.part",
        Severity.ERROR,
        "The Arabic holds words that nothing in the English sentence stands behind.",
        "في العربية كلام لا أصل له في الجملة الإنجليزية.",
        "The bridge will stay closed until spring.",
        "سيبقى الجسر مغلقاً حتى الربيع بسبب أخطاء في التصميم.",
    ),
    *TRIMMED_CODES,
)
_LEFT_OUT = ("left out", "سقط من الترجمة")
_LEAST_CONTENT = 2  # content words of an error; one word alone is as often a paraphrase


def check_coverage(view: View) -> list[Finding]:
    """Omissions, additions, and notes on what belongs to the tweet rather than to its sentence."""
    subject, coverage, model = view.subject, view.coverage, view.models.coverage
    notes = [*note_trimmings(subject), *_quoted_behind(subject)]
    if coverage is None:
        return notes
    omissions = [_omission(view, gap, coverage, model) for gap in coverage.left_out]
    additions = [_addition(view, gap, model) for gap in coverage.added]
    return [*omissions, *additions, *notes]


def _omission(view: View, gap: Gap, coverage: Coverage, model: CoverageModel) -> Finding:
    subject, words = view.subject, gap.span.cut(view.subject.en)
    if only_says_who(words):
        return Finding(
            "omission.attribution",
            Severity.NOTE,
            f"who says so is left out: {words}",
            f"سقط ذكر القائل: {words}",
            en=gap.span,
            detail={"policy": "dropped", "probability": round(gap.probability, 3)},
        )
    parts = split_parts(subject.en, [g.span for g in coverage.left_out])
    missing = [part for part in parts if any(_mostly_in(part, g.span) for g in coverage.left_out)]
    rendered = len(parts) - len(missing)
    severity = _severity(view, gap, model.error_en, is_english=True)
    is_quoted_in_part = severity is Severity.NOTE and frame_of(subject) in (Frame.QUOTATION, Frame.REPORT)
    what, what_ar = ("quoted in part, not taken up", "اقتباس جزئي، لم يرد فيه") if is_quoted_in_part else _LEFT_OUT
    return Finding(
        "omission.part",
        severity,
        f'{what}: "{words}"; {rendered} of {len(parts)} parts rendered',
        f"{what_ar}: «{words}»؛ تُرجم {rendered} من {len(parts)} من أجزاء الجملة",
        en=gap.span,
        detail={
            "probability": round(gap.probability, 3),
            "coverage": round(coverage.en, 3),
            "parts": len(parts),
            "rendered": rendered,
            "missing": [part.cut(subject.en) for part in missing],
        },
    )


def _addition(view: View, gap: Gap, model: CoverageModel) -> Finding:
    words = gap.span.cut(view.subject.ar)
    return Finding(
        "addition.part",
        _severity(view, gap, model.error_ar, is_english=False),
        f"not in the tweet: «{words}»",
        f"ليس في التغريدة: «{words}»",
        ar=gap.span,
        detail={"probability": round(gap.probability, 3)},
    )


def _quoted_behind(subject: Subject) -> list[Finding]:
    """Words that the quotation goes on with when all of the tweet has been rendered."""
    if sum(word.lower() not in FUNCTION_WORDS for word in subject.left_over.split()) < _LEAST_CONTENT:
        return []
    return [
        Finding(
            "addition.part",
            Severity.NOTE if frame_of(subject) is Frame.HEADING else Severity.ERROR,
            f"not in the tweet, though quoted behind its words: «{subject.left_over}»",
            f"ليس في التغريدة مع أنه داخل علامتي الاقتباس بعد كلامها: «{subject.left_over}»",
            detail={"left_over": subject.left_over},
        )
    ]


def _severity(view: View, gap: Gap, error: float, *, is_english: bool) -> Severity:
    """By the policy of losses; what the Arabic adds misleads in every frame but a heading, more than a few words do."""
    subject, is_sure = view.subject, gap.probability >= error and gap.content >= _LEAST_CONTENT
    kind = kind_of_loss(view.en if is_english else view.ar, gap.span)
    if is_english:
        is_cut = kind is not Loss.WORDS and is_cut_from_middle(subject, gap.span)
        return weight_of_loss(Loss.CUT if is_cut else kind, subject, is_sure=is_sure)
    if frame_of(subject) is Frame.HEADING or kind is Loss.WORDS:
        return Severity.NOTE
    return Severity.ERROR if is_sure else Severity.WARNING


def _mostly_in(part: Span, gap: Span) -> bool:
    common = min(part.end, gap.end) - max(part.start, gap.start)
    return common > 0.5 * (part.end - part.start)
