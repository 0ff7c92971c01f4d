"""What is said of a document whose translation leaves sentences out, or has some of its own: `align docs` tells these.

A sentence left out is an `omission.sentence`, as in a tweet. Whole paragraphs weigh more, and are told once.
"""

from __future__ import annotations

from align.check.codes import CodeInfo
from align.records import Finding, Severity, Span

CODES: tuple[CodeInfo, ...] = (
    CodeInfo(
        "omission.paragraph",
        Severity.ERROR,
        "A paragraph of the English document of which nothing stands in the Arabic one.",
        "فقرة من النص الإنجليزي لا يقابلها شيء في النص العربي.",
        "(a paragraph of three sentences)",
        "(لا شيء)",
    ),
    CodeInfo(
        "addition.sentence",
        Severity.WARNING,
        "A sentence of the Arabic document that renders nothing of the English one.",
        "جملة من النص العربي لا يقابلها شيء في النص الإنجليزي.",
        "The ferry is late.",
        "تأخرت العبّارة. وقال الركاب إنهم لن ينتظروا.",
    ),
    CodeInfo(
        "addition.paragraph",
        Severity.ERROR,
        "A paragraph of the Arabic document of which nothing stands in the English one.",
        "فقرة من النص العربي لا يقابلها شيء في النص الإنجليزي.",
        "(nothing)",
        "(فقرة من ثلاث جمل)",
    ),
)
_SAID = {
    ("en", False): ("omission.sentence", "nothing in the Arabic document renders this sentence",
                    "لا شيء في النص العربي يترجم هذه الجملة"),
    ("en", True): ("omission.paragraph", "nothing in the Arabic document renders this paragraph of {count} sentences",
                   "لا شيء في النص العربي يترجم هذه الفقرة، وفيها {count} من الجمل"),
    ("ar", False): ("addition.sentence", "nothing in the English document says this sentence",
                    "لا شيء في النص الإنجليزي يقابل هذه الجملة"),
    ("ar", True): ("addition.paragraph", "nothing in the English document says this paragraph of {count} sentences",
                   "لا شيء في النص الإنجليزي يقابل هذه الفقرة، وفيها {count} من الجمل"),
}  # fmt: skip


def gap_finding(span: Span, side: str, count: int, *, is_paragraph: bool) -> Finding:
    """The finding on sentences of a side, `en` or `ar`, that have no partner; `span` into the side's document."""
    code, message, message_ar = _SAID[side, is_paragraph]
    return Finding(
        code,
        Severity.ERROR if is_paragraph else Severity.WARNING,
        message.format(count=count),
        message_ar.format(count=count),
        en=span if side == "en" else None,
        ar=span if side == "ar" else None,
        detail={"sentences": count},
    )
