"""What is said of an embedded tweet itself: a sentence that nothing renders, no text, a date that cannot be.

The last two are found where the tweet is read (`align.extract`); all three are explained here.
"""

from __future__ import annotations

from align.check.codes import CodeInfo
from align.records import Finding, Rendered, Severity, Span, Status

CODES: tuple[CodeInfo, ...] = (
    CodeInfo(
        "omission.sentence",
        Severity.WARNING,
        "A sentence of the tweet that the article renders nowhere; a note where it renders none or it is unsure.",
        "جملة من التغريدة لا ترجمة لها في المقال؛ وهي ملاحظة فقط إن لم تُترجم التغريدة كلها أو لم يكن ذلك مؤكداً.",
        "The bridge is open again. Trucks must wait until Friday.",
        "وكتبت: «أُعيد فتح الجسر».",
    ),
    CodeInfo(
        "omission.no_text",
        Severity.NOTE,
        "The article gives only a link to the post, or says that it is gone: nothing to compare.",
        "لا يورد المقال إلا رابط المنشور، أو يذكر أنه حُذف، فلا نص يُقارن.",
        "(a bare link to a post)",
        "وكتبت على حسابها:",
    ),
    CodeInfo(
        "date.id",
        Severity.WARNING,
        "The date printed with the tweet is more than a day from the time in its id.",
        "التاريخ المكتوب مع التغريدة يخالف الوقت المسجل في رقمها.",
        "(a tweet of 5 June 2024, printed as of 9 June 2024)",
        "وكتبت في 9 يونيو: ...",
    ),
)


def sentence_finding(sentence: str, status: Status, rendered: Rendered = Rendered.NO) -> Finding:
    """The finding on a sentence without a pair, of a tweet that is rendered as `status` says; a note where unsure."""
    is_sure = rendered is Rendered.NO
    return Finding(
        "omission.sentence",
        Severity.WARNING if is_sure and status is not Status.NONE else Severity.NOTE,
        "nothing in the article renders this sentence of the tweet"
        if is_sure
        else "it is not sure whether the article renders this sentence of the tweet",
        "لا شيء في المقال يترجم هذه الجملة من التغريدة"
        if is_sure
        else "ليس مؤكداً أن في المقال ترجمة لهذه الجملة من التغريدة",
        en=Span(0, len(sentence)),
        detail={"status": status.value},
    )
