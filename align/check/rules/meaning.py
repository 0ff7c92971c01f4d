"""Meaning: words that the judge of words doubts, whatever it is that changed there."""

from __future__ import annotations

from align.check.codes import CodeInfo
from align.check.view import View
from align.records import Finding, Severity, Span, WordScore

CODES: tuple[CodeInfo, ...] = (
    CodeInfo(
        "meaning.doubt",
        Severity.ERROR,
        "The judge of words doubts that these words say the same; which of them differ, and how, a reader must tell.",
        "يشكّ نموذج الكلمات في أن هذه الكلمات تقول الشيء نفسه، وعلى القارئ أن يحدد موضع الاختلاف.",
        "The council will sell the old mill.",
        "سيرمّم المجلس المطحنة القديمة.",
    ),
)
# Probabilities. Of right pairs 5 to 9 in 100 are doubted as a whole this much, of wrong ones 28 to 39 (docs/method.md).
_LEAST_PAIR = 0.95
_LEAST_WORD = 0.3


def check_meaning(view: View) -> list[Finding]:
    """A warning on the words that are doubted most, where the judge doubts the pair; weighing may make it an error."""
    doubts, subject = view.subject.doubts, view.subject
    if doubts is None or doubts.pair < _LEAST_PAIR:
        return []
    en, ar = _doubted(subject.en_words, doubts.en), _doubted(subject.ar_words, doubts.ar)
    if en is None and ar is None:
        return []
    parts = [f"“{span.cut(text)}”" for span, text in ((en, subject.en), (ar, subject.ar)) if span]
    return [
        Finding(
            "meaning.doubt",
            Severity.WARNING,
            f"the meaning may differ at {' and '.join(parts)}",
            f"قد يختلف المعنى عند {' و'.join(parts)}",
            en=en,
            ar=ar,
            detail={"probability": round(doubts.pair, 3)},
        )
    ]


def _doubted(words: tuple[WordScore, ...], doubts: tuple[float, ...]) -> Span | None:
    """The run of doubted words around the one that is doubted most; None where none is doubted enough."""
    most = max(range(len(doubts)), key=doubts.__getitem__, default=None)
    if most is None or doubts[most] < _LEAST_WORD:
        return None
    first, last = most, most
    while first and doubts[first - 1] >= _LEAST_WORD:
        first -= 1
    while last + 1 < len(doubts) and doubts[last + 1] >= _LEAST_WORD:
        last += 1
    return Span(words[first].span.start, words[last].span.end)
