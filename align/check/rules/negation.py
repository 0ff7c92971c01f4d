"""Negation: a "not" that the Arabic lost or gained, and stances turned into their opposite (accept, reject).

The negators of both sides are counted with the words that can stand for one (deny, refuse, نفى, رفض). Only a surplus is
looked at; it is an error when word links show that what was negated is rendered and stands there without a negator.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import regex

from align.check.codes import CodeInfo
from align.check.evidence.lexicon import Mention, read_list
from align.check.evidence.links import linked_words
from align.check.evidence.opposites import find_clashes
from align.check.evidence.polarity import find_ideas, negators
from align.check.evidence.tokens import Token, read_words
from align.records import Finding, Severity, Span, Subject
from align.text.folded import folded as folded_form
from align.text.normal import normal_form

_VERBAL = frozenset("لا لم لن ليس ليست ليسوا لسنا لست".split())  # غير and عدم also render un-, -less, non-
_UN = regex.compile(r"(?:un|in|im|ir|il|dis|non|anti|de|mis)[a-z]{3,}|[a-z]{3,}less")
_REACH = 6  # words after a negator among which what it negates is looked for
_BEFORE, _AFTER = 5, 3  # how far from a rendered word a negator still counts as its own
# A link from which a word is taken to be rendered; the same with words such as "only", "still" about, and where the
# Arabic holds nothing that could be a negation. On the clean links of dev, natural_dev, contrast_dev and ntrex_dev
# (1,894 rows) these give 12 false alarms; 0.4 instead of 0.5 gives 19.
_SURE, _SURER, _FAIR = 0.5, 0.6, 0.35
_SHORT = 8  # words of a sentence that no one renders in pieces
_PIECE = 0.5  # Arabic words to English ones: below it the Arabic renders a part
_STANCES = frozenset(
    "stance deny truth safety legal permit clear possible cancel outcome praise guilt life wealth custody staff "
    "hope".split()
)


class _Count(NamedTuple):
    hard: int
    soft: int
    weak: int


def _count(found: Sequence[Mention]) -> _Count:
    return _Count(*(sum(m.key == key for m in found) for key in ("hard", "soft", "weak")))


def _governed(text: str, tokens: tuple[Token, ...], negator: Mention) -> list[int]:
    """The first two words with a meaning, names apart, that follow a negator in its clause."""
    found: list[int] = []
    for at in range(negator.last + 1, min(len(tokens), negator.last + 1 + _REACH)):
        if tokens[at].clause != tokens[negator.last].clause or len(found) == 2:
            break
        if tokens[at].norm not in read_list("empty") and not tokens[at].span.cut(text)[0].isupper():
            found.append(at)
    return found


def _not_rendered(is_sure: bool, en: Span, ar: Span | None, score: float) -> Finding:
    return Finding(
        "negation.lost",
        Severity.ERROR if is_sure else Severity.WARNING,
        "the Arabic does not render the English negation",
        "النفي الوارد في الأصل غائب عن النص العربي",
        en,
        ar,
        {"link": round(score, 3)},
    )


class _Bare(NamedTuple):
    """A negated word that the other side renders with no negator about it."""

    own: Span
    other: Span
    score: float  # of the link


def _bare(
    text: str,
    tokens: tuple[Token, ...],
    negator: Mention,
    others: Sequence[Mention],
    other_tokens: tuple[Token, ...],
    links: Mapping[int, list[tuple[int, float]]],
) -> _Bare | None:
    governed = _governed(text, tokens, negator)
    near = [place for at in [negator.first, *governed] for place, _ in links.get(at, [])]
    if any(-_BEFORE <= m.first - place <= _AFTER for place in near for m in others):
        return None
    candidates = [(score, at, place) for at in governed for place, score in links.get(at, [])]
    if not candidates:
        return None
    score, at, place = max(candidates)
    return _Bare(tokens[at].span, other_tokens[place].span, score)


def _lost(subject: Subject) -> list[Finding]:
    """A "not" of the English that the Arabic lacks."""
    english, arabic = read_words(subject.en, is_arabic=False), read_words(subject.ar, is_arabic=True)
    en_negators, ar_negators = negators(subject.en, is_arabic=False), negators(subject.ar, is_arabic=True)
    en, ar = _count(en_negators), _count(ar_negators)
    if en.hard <= ar.hard or en.hard + en.soft <= ar.hard + ar.soft:
        return []
    links = linked_words(subject)
    hard = [m for m in ar_negators if m.key in ("hard", "only")]
    ours = [m for m in en_negators if m.key == "hard"]
    bare = [b for b in (_bare(subject.en, english, m, hard, arabic, links.en) for m in ours) if b is not None]
    is_plain = not ar_negators
    if bare:
        best = max(bare, key=lambda b: b.score)
        is_sure = best.score >= _SURE or (is_plain and best.score >= _FAIR)
        return [_not_rendered(is_sure and not subject.is_excerpt, best.own, best.other, best.score)]
    if subject.is_excerpt or _is_piece(subject) or not (is_plain or (links and _is_rendered(subject, english, ours))):
        return []
    return [_not_rendered(is_plain and not links, ours[0].span, None, 0.0)]


def _is_rendered(subject: Subject, tokens: tuple[Token, ...], ours: Sequence[Mention]) -> bool:
    """Whether what is negated has a good likeness on the other side, though no link."""
    likeness = {word.span.start: word.score for word in subject.en_words}
    return any(
        likeness.get(tokens[at].span.start, 0.0) >= _SURE for m in ours for at in _governed(subject.en, tokens, m)
    )


def _is_piece(subject: Subject) -> bool:
    """Whether the Arabic is too short to render the whole sentence."""
    english, arabic = read_words(subject.en, is_arabic=False), read_words(subject.ar, is_arabic=True)
    return len(english) > _SHORT and len(arabic) < _PIECE * len(english)


def _gained(subject: Subject) -> list[Finding]:
    """A "not" of the Arabic without ground in the English; needs word links."""
    english, arabic = read_words(subject.en, is_arabic=False), read_words(subject.ar, is_arabic=True)
    en_negators = negators(subject.en, is_arabic=False)
    verbal = [
        m
        for m in negators(subject.ar, is_arabic=True)
        if m.key == "hard" and arabic[m.first].norm.lstrip("وف") in _VERBAL
    ]
    en = _count(en_negators)
    if len(verbal) <= en.hard + en.soft:
        return []
    links = linked_words(subject)
    hard = [m for m in en_negators if m.key == "hard"]
    for negator in verbal:
        bare = _bare(subject.ar, arabic, negator, hard, english, links.ar)
        if bare is None:
            continue
        word = normal_form(bare.other.cut(subject.en))
        if word in read_list("empty") or _UN.fullmatch(word) or not word.isalpha():
            continue
        is_sure = bare.score >= (_SURER if en.weak else _SURE) and en.weak <= 1 and not subject.is_excerpt
        return [
            Finding(
                "negation.added",
                Severity.ERROR if is_sure else Severity.WARNING,
                f"the Arabic denies what the English says: {bare.other.cut(subject.en)}",
                f"النص العربي ينفي ما يثبته الأصل: {bare.own.cut(subject.ar)}",
                bare.other,
                Span(negator.span.start, max(negator.span.end, bare.own.end)),
                {"negator": negator.span.cut(subject.ar), "link": round(bare.score, 3)},
            )
        ]
    return []


def _turned(subject: Subject) -> list[Finding]:
    """The same idea, negated on one side only; both sides hold it once, and the negators are uneven."""
    en_count = _count(negators(subject.en, is_arabic=False))
    ar_count = _count(negators(subject.ar, is_arabic=True))
    surplus = en_count.hard + en_count.soft - ar_count.hard - ar_count.soft
    if en_count.hard == ar_count.hard or not (surplus > 0 or surplus + en_count.weak < 0):
        return []
    sides = find_ideas(subject, "anchors.tsv")
    for en in sides.en:
        same = [i for i in sides.ar if i.mention.group == en.mention.group]
        if len(same) != 1 or sum(i.mention.group == en.mention.group for i in sides.en) != 1:
            continue
        ar = same[0]
        if en.is_negated != ar.is_negated and en.is_negated == (surplus > 0):
            return [
                _reversed(
                    subject, "negation.lost" if en.is_negated else "negation.added", en.mention.span, ar.mention.span
                )
            ]
    return []


_CANNOT_EN = regex.compile(r"\b(?:cannot|can't|can not|couldn't|could not)\b", regex.IGNORECASE)
_CAN_EN = regex.compile(r"\b(?:can|could|may|might|able|possible|possibly|perhaps)\b(?!'t| not)", regex.IGNORECASE)
_CAN_AR = regex.compile(
    r"(?<!\p{L})(?P<no>[وف]?(?:لا|لم|لن|ليس|ليست|غير|ما)\s+(?:\p{L}{2,4}\s+)?)?"
    r"[وفس]{0,2}(?:[يتن](?:مكن|ستطيع|ستطع|ستطيعون|قدر)\p{L}*|ب(?:امكان|وسع|مقدور)\p{L}*|(?:ال)?ممكن)(?!\p{L})"
)


def _enabled(subject: Subject) -> list[Finding]:
    """What cannot be is said to be possible."""
    if _count(negators(subject.ar, is_arabic=True)).hard >= _count(negators(subject.en, is_arabic=False)).hard:
        return []
    cannot, folded = _CANNOT_EN.search(subject.en), folded_form(subject.ar)
    able = list(_CAN_AR.finditer(folded.text))
    if not cannot or not able or _CAN_EN.search(subject.en) or any(m["no"] for m in able):
        return []
    place = Span(folded.origin[able[0].start()], folded.origin[able[0].end() - 1] + 1)
    return [_reversed(subject, "negation.lost", Span(*cannot.span()), place)]


# A frame that denies what follows it: نفى أن, تنفي نفياً قاطعاً أن.
_DENIES_BEFORE = regex.compile(
    r"(?<!\p{L})[وفل]?(?:نف[يت]|نفوا|[يتن]نف[يو]\p{L}*|نافي\p{L}*|[اأيتن]نكر\p{L}*|[يت]?كذب\p{L}*)(?:\s+\p{L}+){0,4}\s*$"
)


def _is_denied_by_frame(subject: Subject) -> bool:
    """Whether the words just before the rendering deny it as a whole."""
    return bool(_DENIES_BEFORE.search(normal_form(subject.ar_before[-60:]).rstrip(' :«"')))


def _denial_denied(subject: Subject) -> list[Finding]:
    """لم تنف where the English denies, or says, outright."""
    sides = find_ideas(subject, "opposites.tsv")
    denied = [i for i in sides.ar if (i.mention.group, i.mention.key) == ("deny", "deny") and i.is_negated]
    grounds = [i for i in sides.en if i.mention.group == "deny" and i.mention.key.startswith("deny") and i.is_negated]
    own = negators(subject.en, is_arabic=False)
    if not denied or grounds or len([m for m in own if m.key in ("hard", "soft")]) > 1:
        return []
    en = own[0].span if own else Span(0, len(subject.en))
    return [_reversed(subject, "negation.added", en, denied[0].mention.span)]


def _reversed(subject: Subject, code: str, en: Span, ar: Span) -> Finding:
    return Finding(
        code,
        Severity.ERROR,
        f"negated on one side only: {en.cut(subject.en)}",
        f"النفي في أحد النصين دون الآخر: {ar.cut(subject.ar)}",
        en,
        ar,
        {"en": en.cut(subject.en), "ar": ar.cut(subject.ar)},
    )


CODES: tuple[CodeInfo, ...] = (
    CodeInfo(
        "negation.lost",
        Severity.ERROR,
        "The English denies something that the Arabic states.",
        "الأصل ينفي ما يثبته النص العربي.",
        "The bridge was not damaged.",
        "تضرر الجسر.",
    ),
    CodeInfo(
        "negation.added",
        Severity.ERROR,
        "The Arabic denies something that the English states.",
        "النص العربي ينفي ما يثبته الأصل.",
        "The council wants a new vote.",
        "المجلس لا يريد تصويتاً جديداً.",
    ),
    CodeInfo(
        "negation.opposite",
        Severity.ERROR,
        "A stance turned round: accepted for refused, denied for confirmed, safe for unsafe.",
        "موقف معكوس: القبول بدل الرفض، والنفي بدل التأكيد، والأمان بدل الخطر.",
        "The union rejected the offer.",
        "وافقت النقابة على العرض.",
    ),
)


def check_negation(subject: Subject) -> list[Finding]:
    """Negators lost or gained, ideas negated on one side only, stances turned into their opposite."""
    findings: list[Finding] = []
    if not _is_denied_by_frame(subject):
        findings = _turned(subject) or _denial_denied(subject) or _enabled(subject) or _lost(subject)
    findings = findings or _gained(subject)
    for clash in find_clashes(subject, "opposites.tsv", _STANCES):
        findings.append(
            Finding(
                "negation.opposite",
                Severity.ERROR if clash.is_sure and not subject.is_excerpt else Severity.WARNING,
                f"the opposite is said: {clash.en.cut(subject.en)} against {clash.ar.cut(subject.ar)}",
                f"المعنى معكوس: {clash.ar.cut(subject.ar)} مقابل {clash.en.cut(subject.en)}",
                clash.en,
                clash.ar,
                {"group": clash.group, "en": clash.en_key, "ar": clash.ar_key},
            )
        )
    return findings
