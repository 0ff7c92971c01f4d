"""Quotation: marks around words that the tweet does not hold as speech, silent cuts, paraphrase."""

from __future__ import annotations

import regex

from align.check.codes import CodeInfo
from align.check.evidence.lexicon import read_list
from align.check.evidence.tokens import read_words
from align.check.severity import ELLIPSIS, Loss, weight_of_loss
from align.check.view import View
from align.records import Finding, Rendering, Severity, Span, Subject, WordScore
from align.text.quotation import MARKS

_ENGLISH_MARKS = regex.compile(r"[\"“”«»]|(?<!\w)['‘][^'’]{1,500}['’](?!\w)")
_QUOTE_WORDS = 4  # a shorter quoted stretch is a name or a scare quote
_CUT_WORDS = 4
_POOR, _GOOD = 0.3, 0.5  # likeness of a word to the other side: below the first unrendered, from the second rendered


def _invented_marks(view: View) -> list[Finding]:
    """Quotation marks inside the Arabic round a clause, where the English quotes nobody."""
    subject = view.subject
    if subject.rendering is Rendering.QUOTE or _ENGLISH_MARKS.search(subject.en):
        return []
    for span in view.ar.quoted:
        if len(read_words(span.cut(subject.ar), is_arabic=True)) < _QUOTE_WORDS:
            continue
        if subject.ar.strip("".join(MARKS) + " .،؟!") == span.cut(subject.ar).strip("".join(MARKS) + " .،؟!"):
            continue  # the whole Arabic is the quotation of the tweet
        return [
            Finding(
                "quotation.marks",
                Severity.WARNING,
                "the Arabic puts words in quotation marks that the English does not quote",
                "يضع النص العربي بين علامتي تنصيص ما لا ينقله الأصل اقتباساً",
                None,
                span,
                {"quoted": span.cut(subject.ar)},
            )
        ]
    return []


def _silent_cut(subject: Subject) -> list[Finding]:
    """A run of English words without counterpart in the middle of a direct quote that shows no ellipsis."""
    if subject.rendering is not Rendering.QUOTE or not subject.en_words or ELLIPSIS.search(subject.ar):
        return []
    content = [w for w in subject.en_words if w.span.cut(subject.en).casefold() not in read_list("empty")]
    runs: list[list[WordScore]] = [[]]
    for word in content:
        if word.score < _POOR:
            runs[-1].append(word)
        elif runs[-1]:
            runs.append([])
    for run in runs:
        if len(run) < _CUT_WORDS:
            continue
        before = [w.score for w in content if w.span.end <= run[0].span.start]
        after = [w.score for w in content if w.span.start >= run[-1].span.end]
        if max(before, default=0.0) >= _GOOD and max(after, default=0.0) >= _GOOD:
            span = Span(run[0].span.start, run[-1].span.end)
            return [
                Finding(
                    "quotation.cut",
                    weight_of_loss(Loss.CUT, subject),
                    f"words cut out of a direct quote without an ellipsis: {span.cut(subject.en)}",
                    f"حُذف من الاقتباس المباشر كلام من دون علامة حذف: {span.cut(subject.en)}",
                    span,
                    None,
                    {"words": len(run)},
                )
            ]
    return []


def _loose_quote(subject: Subject) -> list[Finding]:
    """A direct quote whose words are mostly not the tweet's."""
    if subject.rendering is not Rendering.QUOTE or len(subject.ar_words) < _QUOTE_WORDS:
        return []
    near = sum(word.score >= _POOR for word in subject.ar_words) / len(subject.ar_words)
    if near >= _CLOSE:
        return []
    return [
        Finding(
            "quotation.paraphrase",
            Severity.WARNING,
            "in quotation marks, but no close rendering of the English words",
            "بين علامتي تنصيص من دون أن يكون نقلاً دقيقاً لألفاظ الأصل",
            None,
            Span(0, len(subject.ar)),
            {"share_of_words_near": round(near, 2)},
        )
    ]


# Share of Arabic words with a counterpart; on the quotes of natural_dev and dev (clean links) 1 in 100 is lower.
_CLOSE = 0.3


CODES: tuple[CodeInfo, ...] = (
    CodeInfo(
        "quotation.marks",
        Severity.WARNING,
        "The Arabic puts a clause in quotation marks that the English does not quote.",
        "يضع النص العربي بين علامتي تنصيص ما لا ينقله الأصل اقتباساً.",
        "The mayor thinks the plan is too slow.",
        'قال رئيس البلدية إن "هذه الخطة بطيئة جداً ولا تكفي".',
    ),
    CodeInfo(
        "quotation.cut",
        Severity.ERROR,
        "Words are cut out of the middle of a direct quote without an ellipsis (needs word links).",
        "حُذف من وسط الاقتباس كلام من دون علامة حذف.",
        "We will rebuild the school, the clinic and the old library this year.",
        '"سنعيد بناء المدرسة هذا العام"',
    ),
    CodeInfo(
        "quotation.paraphrase",
        Severity.WARNING,
        "A direct quote few of whose words render the tweet's (needs word links).",
        "اقتباس مباشر قلّما تقابل كلماته كلمات الأصل.",
        "We are not going anywhere.",
        '"الصمود عنوان المرحلة المقبلة"',
    ),
)


def check_quotation(view: View) -> list[Finding]:
    """Invented quotation marks, silent cuts, paraphrase dressed as a quote."""
    return [*_invented_marks(view), *_silent_cut(view.subject), *_loose_quote(view.subject)]
