"""Modality: may made will, must made can, a wish made a decision, a belief made a certainty, and back."""

from __future__ import annotations

from typing import NamedTuple

import regex

from align.check.codes import CodeInfo
from align.check.evidence.lexicon import find_mentions
from align.check.evidence.opposites import find_clashes
from align.check.evidence.tokens import Token, read_words
from align.records import Finding, Severity, Span, Subject
from align.text.normal import normal_form

_TABLE = "modals.tsv"
_FUTURE_EN = frozenset("will would won't shall wouldn't".split())
# س before a verb of the present; the words left out are nouns that look like one (سنوات، سياسة، سيارة، ستين).
_FUTURE_AR = regex.compile(
    r"[وف]?(?:س(?!نوات|نوي|نه|نت|ياس|يار|يطر|يول|تار|ينار|ينم|يناء|تين|يده|يدات|يدي|ياق|ياح|تره|يره|يف|تود|تيني)"
    r"[يتن]\p{L}{2,}|سوف|لن)"
)
_PIECE = 0.6  # Arabic words to English ones: below it the Arabic renders a part


class _Force(NamedTuple):
    """Words of possibility and of the future in one text."""

    may: tuple[Span, ...]
    sure: tuple[Span, ...]  # those of `may` that can be nothing else
    can: int  # possibility that may also be ability: excuses, accuses nobody
    loose: int
    will: tuple[Span, ...]


_SHORT_PASTS = frozenset("ترك تلا تبع تعب تلف تاه تاب تجر".split())


def _is_maybe(token: Token, follower: Token) -> bool:
    """Whether قد stands before a verb of the present: "may"; before the past it only stresses."""
    if token.norm.lstrip("وف") != "قد":
        return False
    verb = follower.norm
    return (
        verb == "لا"
        or verb[0] == "ي"
        or (verb[0] == "ت" and len(verb) > 2 and not verb.endswith("ت") and verb not in _SHORT_PASTS)
    )


def _is_sure_maybe(follower: Token) -> bool:
    """A verb in ت may be a past of the fifth form (قد تغير): only ي and لا are certain."""
    return follower.norm == "لا" or follower.norm[0] == "ي"


def _force(text: str, *, is_arabic: bool) -> _Force:
    tokens = read_words(text, is_arabic=is_arabic)
    mentions = find_mentions(_TABLE, text, is_arabic=is_arabic)
    can = sum(m.group == "ability" for m in mentions)
    may = [m.span for m in mentions if (m.group, m.key) == ("force", "may")]
    may = [span for span in may if span.start == 0 or span.cut(text) != "May"]  # the month
    loose = sum((m.group, m.key) == ("force", "may?") for m in mentions)
    sure = list(may)
    if is_arabic:
        maybe = [(t, f) for t, f in zip(tokens, tokens[1:], strict=False) if _is_maybe(t, f)]
        may += [Span(t.span.start, f.span.end) for t, f in maybe]
        sure += [Span(t.span.start, f.span.end) for t, f in maybe if _is_sure_maybe(f)]
        will = tuple(t.span for t in tokens if _FUTURE_AR.fullmatch(t.norm))
    else:
        will = tuple(t.span for t in tokens if t.norm in _FUTURE_EN or t.norm.endswith(("'ll", "'d")))
    return _Force(tuple(may), tuple(sure), can, loose, will)


_MAY_EN = regex.compile(r"\b(?:may|might|can|could|up to|as much as|as many as)\b", regex.IGNORECASE)
# A possibility in the past, or "might have" with an object: it accuses nobody of a lost "may", but it is one.
_PAST_MAY_EN = regex.compile(r"\b(?:might|could)(?: not|n't)? have\b", regex.IGNORECASE)
# Pasts of the fifth and sixth form, which look like a present in ت: قد تغير is "has changed".
_PASTS = frozenset(
    "تضاعف تبقي تكيف تحدث تغير تمكن تعرض تسبب تحول توفي تجاوز تراجع تولي تقدم تحقق تعهد توصل تلقي تسلم تبني تزوج تاكد "
    "تعاون تطور تدهور تفاقم توقف تزايد تشكل تصدر تعرف تعلم تعلق تطلب تمثل تميز تنازل تناول تنافس تواصل توجه توسع تورط "
    "توعد تعامل تاثر تاخر تالف تردد تخلي تحطم تحسن تحرك تجمع تجدد تبين تبادل تاسس تقلص تضرر تصاعد تعثر تعطل تعافي تفوق "
    "تكرر تكون تمسك تنحي توسط توافق توالي تجاهل تحمل تدخل تدرب تراوح تسارع تساءل تسرب تشاور تصدي تظاهر تفهم تقاعد "
    "تكبد تكلم تلاشي تمرد تنوع توتر ترك ترجم تابع".split()
)


def _is_past(tokens: tuple[Token, ...], span: Span) -> bool:
    """Whether the verb behind قد is one of those pasts."""
    verb = next(t for t in reversed(tokens) if t.span.end == span.end)
    return verb.norm in _PASTS


def _possibility(subject: Subject) -> list[Finding]:
    en, ar = _force(subject.en, is_arabic=False), _force(subject.ar, is_arabic=True)
    english, arabic = read_words(subject.en, is_arabic=False), read_words(subject.ar, is_arabic=True)
    is_part = subject.is_excerpt or len(arabic) < _PIECE * len(english)
    if en.may and not ar.may and not ar.can:
        if len(ar.will) > len(en.will):
            return [_finding(subject, "modality.certain", en.may[0], ar.will[0], is_sure=not subject.is_excerpt)]
        if not ar.loose and not is_part and "?" not in subject.en:
            return [_finding(subject, "modality.certain", en.may[0], None, is_sure=False)]
    possible = len(en.may) + en.loose + len(_PAST_MAY_EN.findall(subject.en))
    if len(ar.sure) > possible or (ar.may and not en.may and len(en.will) > len(ar.will)):
        is_plain = not en.loose or len(en.will) > len(ar.will)
        return [_finding(subject, "modality.possible", en.will[0] if en.will else None, ar.may[0], is_sure=is_plain)]
    if ar.may and not en.may and not en.loose and not _MAY_EN.search(subject.en) and not _is_past(arabic, ar.may[0]):
        return [_finding(subject, "modality.possible", None, ar.may[0], is_sure=False)]
    return []


# "has not banned" made "will not ban": a past denied, and a future denied without ground.
_PAST_DENIED = regex.compile(r"\b(?:has|have|did|was|were)(?: not|n't)\b|\bnever\b", regex.IGNORECASE)
_FUTURE_GROUND = regex.compile(
    r"\b(?:will|won't|would|wouldn't|shall|going|ever|until|before|next|tomorrow|yet|soon|can|can't|cannot|could|plan\w*"
    r"|intend\w*|refus\w+|no longer|not to|may|might|must|should|never|promis\w+|vow\w*|pledg\w+)\b|'ll|'d\b",
    regex.IGNORECASE,
)
_NOT_WILL_AR = regex.compile(r"(?<!\p{L})[وف]?لن(?!\p{L})")
_NOT_DID_AR = regex.compile(r"(?<!\p{L})[وف]?(?:لم|ما|لما|ليس|ليست|لا|غير|دون|عدم)(?!\p{L})")
# An intention of the Arabic that nothing in the English hints at: resigned made "intend to resign".
_INTENDS_AR = regex.compile(
    r"(?<!\p{L})[وف]?(?:[أايتن]نوي|[يت]نوون|[أايتن]عتزم|[يت]عتزمون|اعتزم|اعتزمت|اعتزموا)(?!\p{L})"
)
_INTENT_GROUND = regex.compile(
    r"\b(?:inten\w+|plan\w*|aim\w*|want\w*|will|would|going|mean|means|seek\w*|try|trying|hope\w*|consider\w*|propos\w+"
    r"|expect\w*|set|ready|about|prepar\w+|wish\w*|mull\w*|vow\w*|pledg\w+|promis\w+|to be|looking|may|might|shall)\b"
    r"|'ll|'d\b|\bto\s+\w+",
    regex.IGNORECASE,
)


def _tense(subject: Subject) -> list[Finding]:
    """What happened, or did not, told as what will not or is only intended."""
    folded = normal_form(subject.ar)
    past = _PAST_DENIED.search(subject.en)
    is_future = _NOT_WILL_AR.search(folded) and not _NOT_DID_AR.search(folded)
    if past and is_future and not _FUTURE_GROUND.search(subject.en):
        return [_told(subject, Span(*past.span()))]
    if _INTENDS_AR.search(folded) and not _INTENT_GROUND.search(subject.en):
        return [_told(subject, None)]
    return []


def _told(subject: Subject, en: Span | None) -> Finding:
    return Finding(
        "modality.time",
        Severity.WARNING if subject.is_excerpt else Severity.ERROR,
        "what the English tells as past is future or intended in the Arabic",
        "ما يرويه الأصل ماضياً صار في النص العربي مستقبلاً أو نية",
        en,
        detail={"en": en.cut(subject.en) if en else ""},
    )


def _finding(subject: Subject, code: str, en: Span | None, ar: Span | None, *, is_sure: bool) -> Finding:
    became = "certain" if code == "modality.certain" else "a mere possibility"
    became_ar = "مؤكداً" if code == "modality.certain" else "مجرد احتمال"
    return Finding(
        code,
        Severity.ERROR if is_sure and not subject.is_excerpt else Severity.WARNING,
        f"what the English says became {became} in the Arabic",
        f"صار ما في الأصل {became_ar} في النص العربي",
        en,
        ar,
        {"en": en.cut(subject.en) if en else "", "ar": ar.cut(subject.ar) if ar else ""},
    )


CODES: tuple[CodeInfo, ...] = (
    CodeInfo(
        "modality.certain",
        Severity.ERROR,
        "A possibility became a certainty: may is rendered as will.",
        "احتمال صار مؤكداً.",
        "The port may reopen on Friday.",
        "سيعاد فتح الميناء الجمعة.",
    ),
    CodeInfo(
        "modality.possible",
        Severity.ERROR,
        "A certainty became a possibility: will is rendered as may.",
        "أمر مؤكد صار مجرد احتمال.",
        "The port will reopen on Friday.",
        "قد يعاد فتح الميناء الجمعة.",
    ),
    CodeInfo(
        "modality.force",
        Severity.ERROR,
        "Possibility and obligation were exchanged.",
        "احتمال صار إلزاماً أو إلزام صار احتمالاً.",
        "The council might publish the report.",
        "يجب على المجلس نشر التقرير.",
    ),
    CodeInfo(
        "modality.time",
        Severity.ERROR,
        "What happened, or did not happen, became what will not or is intended to.",
        "ما وقع أو لم يقع صار مستقبلاً أو نية.",
        "The ministry has not closed the school.",
        "لن تغلق الوزارة المدرسة.",
    ),
    CodeInfo(
        "modality.duty",
        Severity.ERROR,
        "A duty became an ability: must is rendered as can.",
        "واجب صار إمكاناً.",
        "Drivers must stop here.",
        "بإمكان السائقين التوقف هنا.",
    ),
    CodeInfo(
        "modality.intent",
        Severity.ERROR,
        "A wish became a decision, or a decision a wish.",
        "رغبة صارت قراراً أو العكس.",
        "The club wants to sell the stadium.",
        "قرر النادي بيع الملعب.",
    ),
    CodeInfo(
        "modality.sure",
        Severity.ERROR,
        "A belief became a certainty, or the other way round.",
        "ظن صار يقيناً أو العكس.",
        "We believe the letter is real.",
        "نحن متأكدون من أن الرسالة حقيقية.",
    ),
    CodeInfo(
        "modality.ask",
        Severity.ERROR,
        "A request became an order, or an order a request.",
        "طلب صار إلزاماً أو العكس.",
        "The mayor urged residents to stay home.",
        "ألزم رئيس البلدية السكان بالبقاء في منازلهم.",
    ),
)


def check_modality(subject: Subject) -> list[Finding]:
    """Possibility, obligation, intention, belief and urging that changed their force."""
    findings = _possibility(subject) or _tense(subject)
    for clash in find_clashes(subject, _TABLE):
        if (clash.group, clash.en_key) == ("force", "may") and _force(subject.ar, is_arabic=True).may:
            continue  # قد يلزم: the duty is added, the possibility kept
        en, ar = clash.en.cut(subject.en), clash.ar.cut(subject.ar)
        findings.append(
            Finding(
                f"modality.{clash.group}",
                Severity.ERROR if clash.is_sure and not subject.is_excerpt else Severity.WARNING,
                f"another force: {en} is rendered as {ar}",
                f"قوة العبارة تغيرت: «{ar}» مقابل {en}",
                clash.en,
                clash.ar,
                {"en": clash.en_key, "ar": clash.ar_key},
            )
        )
    return findings
