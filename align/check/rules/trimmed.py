"""What belongs to a tweet and not to its sentence: hashtags, mentions, links, thread numbers, attributions, brackets.

A policy says what became of each: `kept` as it was, `translated`, or `dropped`. None is an omission or an addition.
"""

from __future__ import annotations

import regex

from align.check.codes import CodeInfo
from align.check.coverage.words import BRACKET, trimmings
from align.records import Finding, Severity, Span, Subject, linked_words

CODES = (
    CodeInfo(
        "omission.attribution",
        Severity.NOTE,
        "Words that only say who speaks are left out; the article's frame usually says it.",
        "سقط ما يدل على القائل وحده، وإطار الاقتباس يذكره عادة.",
        "The road is open again, officials said.",
        "عاد الطريق مفتوحاً.",
    ),
    CodeInfo(
        "omission.trimming",
        Severity.NOTE,
        "A hashtag, a mention, a link or a thread number of the tweet: kept, translated or dropped.",
        "وسم أو إشارة أو رابط أو رقم في سلسلة: أُبقي أو تُرجم أو حُذف.",
        "Thank you @CityLibrary for the books #Reading",
        "شكراً على الكتب.",
    ),
    CodeInfo(
        "addition.bracket",
        Severity.NOTE,
        "An editor's bracket inside the quotation, which the tweet does not hold.",
        "كلام بين قوسين أضافه المحرر داخل الاقتباس.",
        "He will not come back.",
        "لن يعود (المدرب السابق).",
    ),
)
_SAID = "said|says|say|told|tells|wrote|writes|added|adds|warned|warns|announced|reported|reports|claimed|tweeted"
_NAME = r"[\p{L}'’.-]+"
_ATTRIBUTION = regex.compile(
    rf"(?:^|[,;–—-]\s*|\s)(?:(?:as\s+)?(?:{_NAME}\s+){{1,4}}(?:{_SAID})"
    r"(?:\s+(?:that|on\s+\w+day|today|me|us|reporters))?"
    rf"|according\s+to\s+{_NAME}(?:\s+{_NAME}){{0,5}})"
    rf"|(?:^|[,;–—-]\s*)(?:{_SAID})\s+(?!(?:that|he|she|it|they|we|i|there|no)\b){_NAME}(?:\s+{_NAME}){{0,4}}",
    regex.IGNORECASE,
)
_LONGEST = 400  # characters of an attribution with what stands beside it
_BESIDE = 2  # words that a stretch may hold beside an attribution: its edges are never exact
_WHAT_AR = {"link": "رابط", "hashtag": "وسم", "mention": "إشارة", "thread number": "رقم في سلسلة", "signature": "توقيع"}
_POLICY_AR = {"kept": "أُبقي", "translated": "تُرجم", "dropped": "حُذف"}


def only_says_who(words: str) -> bool:
    """Whether a stretch of the tweet holds an attribution and hardly a word more."""
    match = _ATTRIBUTION.search(words) if len(words) <= _LONGEST else None
    return match is not None and len((words[: match.start()] + words[match.end() :]).split()) <= _BESIDE


def note_trimmings(subject: Subject) -> list[Finding]:
    """Notes on what became of the tweet's trimmings, and on brackets that the Arabic added."""
    notes = []
    for what, span in trimmings(subject.en):
        policy = _policy(subject, span)
        text = span.cut(subject.en).strip()
        notes.append(
            Finding(
                "omission.trimming",
                Severity.NOTE,
                f"{what} {policy}: {text}",
                f"{_POLICY_AR[policy]} {_WHAT_AR[what]}: {text}",
                en=span,
                detail={"what": what, "policy": policy},
            )
        )
    return notes + _brackets(subject)


def _policy(subject: Subject, span: Span) -> str:
    if span.cut(subject.en).strip() in subject.ar:
        return "kept"
    is_linked = any(span.start <= en.start and en.end <= span.end for en in linked_words(subject.links)[0])
    return "translated" if is_linked else "dropped"


def _brackets(subject: Subject) -> list[Finding]:
    if any(mark in subject.en for mark in "(["):  # the bracket may be the author's own
        return []
    return [
        Finding(
            "addition.bracket",
            Severity.NOTE,
            f"an editor's bracket: {match[0]}",
            f"قوس من المحرر: {match[0]}",
            ar=Span(*match.span()),
            detail={"policy": "kept"},
        )
        for match in BRACKET.finditer(subject.ar)
        if any(char.isalpha() for char in match[0])
    ]
