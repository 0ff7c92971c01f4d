"""Language: a side that is not in the language it should be in, sides that were exchanged, text nobody translated."""

from __future__ import annotations

from align.check.codes import CodeInfo
from align.check.view import View
from align.records import Finding, Severity, Span
from align.text.language import language_of, without_handles
from align.text.words import count_arabic, count_latin, words

CODES: tuple[CodeInfo, ...] = (
    CodeInfo(
        "language.untranslated",
        Severity.ERROR,
        "The Arabic side is English: nobody translated it.",
        "الجانب العربي باللغة الإنجليزية، أي أنه لم يُترجم.",
        "The bridge opens on Monday.",
        "The bridge opens on Monday.",
    ),
    CodeInfo(
        "language.swapped",
        Severity.ERROR,
        "The English stands on the Arabic side and the Arabic on the English side.",
        "النص الإنجليزي في موضع العربي والعربي في موضع الإنجليزي.",
        "يفتح الجسر يوم الاثنين.",
        "The bridge opens on Monday.",
    ),
    CodeInfo(
        "language.other",
        Severity.ERROR,
        "A side is in a third language: Persian or Urdu for Arabic, Spanish for English.",
        "أحد الجانبين بلغة ثالثة: الفارسية أو الأردية مكان العربية، أو الإسبانية مكان الإنجليزية.",
        "The bridge is safe.",
        "پل سالم است.",
    ),
)
_LEAST_WORDS = 3  # of a side in Latin letters that counts as English whatever it says: fewer may be a name


def check_language(view: View) -> list[Finding]:
    """One finding where the sides are not English and Arabic; it takes the place of all others."""
    en, ar = view.subject.en, view.subject.ar
    english, arabic = language_of(en), _arabic_language(ar)
    if english == "ar" and arabic == "en":
        return [_finding("swapped", "the two sides are exchanged", "تبادل الجانبان موضعيهما", en=en, ar=ar)]
    if arabic == "en":
        return [_finding("untranslated", "the Arabic side is English", "الجانب العربي باللغة الإنجليزية", ar=ar)]
    if arabic not in ("ar", None):
        return [_other("the Arabic side", "الجانب العربي", arabic, ar=ar)]
    if english not in ("en", None):
        return [_other("the English side", "الجانب الإنجليزي", english, en=en)]
    return []


def _arabic_language(text: str) -> str | None:
    """The language of what should be Arabic; some words of Latin letters alone are English."""
    bare = without_handles(text)
    if count_latin(bare) and not count_arabic(bare):
        return language_of(text) or ("en" if len(words(bare)) >= _LEAST_WORDS else None)
    return language_of(text)


def _other(side: str, side_ar: str, code: str, *, en: str = "", ar: str = "") -> Finding:
    message, message_ar = f"{side} is in another language ({code})", f"{side_ar} بلغة أخرى ({code})"
    return _finding("other", message, message_ar, en=en, ar=ar, detail={"language": code})


def _finding(
    kind: str, message: str, message_ar: str, *, en: str = "", ar: str = "", detail: dict[str, str] | None = None
) -> Finding:
    en_span, ar_span = (Span(0, len(text)) if text else None for text in (en, ar))
    return Finding(f"language.{kind}", Severity.ERROR, message, message_ar, en_span, ar_span, detail or {})
