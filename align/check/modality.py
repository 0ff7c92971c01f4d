"""Modality: may made will, must made can, a wish made a decision, a belief made a certainty, and back."""

from __future__ import annotations

from typing import NamedTuple

import regex

from align.check.codes import CodeInfo
from align.check.lexicon import find_mentions
from align.check.opposites import find_clashes
from align.check.reading import Token, read_words
from align.records import Finding, Severity, Span, Subject

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


def _is_maybe(token: Token, follower: Token) -> bool:
    """Whether قد stands before a verb of the present: "may"; before the past it only stresses."""
    if token.norm.lstrip("وف") != "قد":
        return False
    verb = follower.norm
    return verb == "لا" or verb[0] == "ي" or (verb[0] == "ت" and len(verb) > 3 and not verb.endswith("ت"))


def _is_sure_maybe(follower: Token) -> bool:
    """A verb in ت may be a past of the fifth form (قد تغير): only ي and لا are certain."""
    return follower.norm == "لا" or follower.norm[0] == "ي"


def _force(text: str, *, is_arabic: bool) -> _Force:
    tokens = read_words(text, is_arabic=is_arabic)
    mentions = find_mentions(_TABLE, text, is_arabic=is_arabic)
    can = sum(m.group == "ability" for m in mentions)
    may = [m.span for m in mentions if (m.group, m.key) == ("force", "may")]
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


def _possibility(subject: Subject) -> list[Finding]:
    en, ar = _force(subject.en, is_arabic=False), _force(subject.ar, is_arabic=True)
    english, arabic = read_words(subject.en, is_arabic=False), read_words(subject.ar, is_arabic=True)
    is_part = subject.is_excerpt or len(arabic) < _PIECE * len(english)
    if en.may and not ar.may and not ar.can:
        if len(ar.will) > len(en.will):
            return [_finding(subject, "modality.certain", en.may[0], ar.will[0], is_sure=not subject.is_excerpt)]
        if not ar.loose and not is_part and "?" not in subject.en:
            return [_finding(subject, "modality.certain", en.may[0], None, is_sure=False)]
    if len(ar.sure) > len(en.may) + en.loose or (ar.may and not en.may and len(en.will) > len(ar.will)):
        is_plain = not en.loose or len(en.will) > len(ar.will)
        return [_finding(subject, "modality.possible", en.will[0] if en.will else None, ar.may[0], is_sure=is_plain)]
    return []


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
    findings = _possibility(subject)
    for clash in find_clashes(subject, _TABLE):
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
