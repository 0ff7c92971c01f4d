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
from align.check.evidence.text_view import TextView
from align.check.severity import Loss, weight_of_loss
from align.check.view import View
from align.records import Finding, Severity, Span, Subject
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


def _governed(side: TextView, negator: Mention) -> list[int]:
    """The first two words with a meaning, names apart, that follow a negator in its clause."""
    tokens, found = side.tokens, list[int]()
    for at in range(negator.last + 1, min(len(tokens), negator.last + 1 + _REACH)):
        if tokens[at].clause != tokens[negator.last].clause or len(found) == 2:
            break
        if tokens[at].norm not in read_list("empty") and not tokens[at].span.cut(side.text)[0].isupper():
            found.append(at)
    return found


def _not_rendered(severity: Severity, en: Span, ar: Span | None, score: float) -> Finding:
    return Finding(
        "negation.lost",
        severity,
        "the Arabic does not render the English negation",
        "النفي الوارد في الأصل غائب عن النص العربي",
        en,
        ar,
        {"link": round(score, 3)},
    )


class _Undenied(NamedTuple):
    """A negated word that the other side renders with no negator about it."""

    own: Span
    other: Span
    score: float  # of the link


def _undenied(
    negator: Mention,
    own: TextView,
    other: TextView,
    others: Sequence[Mention],
    links: Mapping[int, list[tuple[int, float]]],
) -> _Undenied | None:
    """What `negator` denies on its own side, where the other one renders it and none of `others` is near."""
    governed = _governed(own, negator)
    near = [place for at in [negator.first, *governed] for place, _ in links.get(at, [])]
    if any(-_BEFORE <= m.first - place <= _AFTER for place in near for m in others):
        return None
    candidates = [(score, at, place) for at in governed for place, score in links.get(at, [])]
    if not candidates:
        return None
    score, at, place = max(candidates)
    return _Undenied(own.tokens[at].span, other.tokens[place].span, score)


def _lost(view: View) -> list[Finding]:
    """A "not" of the English that the Arabic lacks."""
    subject, links = view.subject, view.links
    en_negators, ar_negators = view.en.negators, view.ar.negators
    en, ar = _count(en_negators), _count(ar_negators)
    if en.hard <= ar.hard or en.hard + en.soft <= ar.hard + ar.soft:
        return []
    hard = [m for m in ar_negators if m.key in ("hard", "only")]
    ours = [m for m in en_negators if m.key == "hard"]
    stated = [s for m in ours if (s := _undenied(m, view.en, view.ar, hard, links.en)) is not None]
    is_plain = not ar_negators
    if stated:
        best = max(stated, key=lambda s: s.score)
        is_sure = best.score >= _SURE or (is_plain and best.score >= _FAIR)
        severity = Severity.ERROR if is_sure and not subject.is_excerpt else Severity.WARNING
        return [_not_rendered(severity, best.own, best.other, best.score)]
    if _is_piece(view) or not (is_plain or (links and _is_rendered(view, ours))):
        return []
    severity = weight_of_loss(Loss.NEGATION, subject, is_sure=is_plain and not links)
    return [_not_rendered(severity, ours[0].span, None, 0.0)]


def _is_rendered(view: View, ours: Sequence[Mention]) -> bool:
    """Whether what is negated has a good likeness on the other side, though no link."""
    likeness = {word.span.start: word.score for word in view.subject.en_words}
    return any(likeness.get(view.en.tokens[at].span.start, 0.0) >= _SURE for m in ours for at in _governed(view.en, m))


def _is_piece(view: View) -> bool:
    """Whether the Arabic is too short to render the whole sentence."""
    return len(view.en.tokens) > _SHORT and len(view.ar.tokens) < _PIECE * len(view.en.tokens)


def _gained(view: View) -> list[Finding]:
    """A "not" of the Arabic without ground in the English; needs word links."""
    subject, arabic, en_negators = view.subject, view.ar.tokens, view.en.negators
    verbal = [m for m in view.ar.negators if m.key == "hard" and arabic[m.first].norm.lstrip("وف") in _VERBAL]
    en = _count(en_negators)
    if len(verbal) <= en.hard + en.soft:
        return []
    hard = [m for m in en_negators if m.key == "hard"]
    for negator in verbal:
        stated = _undenied(negator, view.ar, view.en, hard, view.links.ar)
        if stated is None:
            continue
        word = normal_form(stated.other.cut(subject.en))
        if word in read_list("empty") or _UN.fullmatch(word) or not word.isalpha():
            continue
        is_sure = stated.score >= (_SURER if en.weak else _SURE) and en.weak <= 1 and not subject.is_excerpt
        return [
            Finding(
                "negation.added",
                Severity.ERROR if is_sure else Severity.WARNING,
                f"the Arabic denies what the English says: {stated.other.cut(subject.en)}",
                f"النص العربي ينفي ما يثبته الأصل: {stated.own.cut(subject.ar)}",
                stated.other,
                Span(negator.span.start, max(negator.span.end, stated.own.end)),
                {"negator": negator.span.cut(subject.ar), "link": round(stated.score, 3)},
            )
        ]
    return []


def _turned(view: View) -> list[Finding]:
    """The same idea, negated on one side only; both sides hold it once, and the negators are uneven."""
    en_count, ar_count = _count(view.en.negators), _count(view.ar.negators)
    surplus = en_count.hard + en_count.soft - ar_count.hard - ar_count.soft
    if en_count.hard == ar_count.hard or not (surplus > 0 or surplus + en_count.weak < 0):
        return []
    sides = view.ideas("anchors.tsv")
    for en in sides.en:
        same = [i for i in sides.ar if i.mention.group == en.mention.group]
        if len(same) != 1 or sum(i.mention.group == en.mention.group for i in sides.en) != 1:
            continue
        ar = same[0]
        if en.is_negated != ar.is_negated and en.is_negated == (surplus > 0):
            code = "negation.lost" if en.is_negated else "negation.added"
            return [_reversed(view.subject, code, en.mention.span, ar.mention.span)]
    return []


_CANNOT_EN = regex.compile(r"\b(?:cannot|can't|can not|couldn't|could not)\b", regex.IGNORECASE)
_CAN_EN = regex.compile(r"\b(?:can|could|may|might|able|possible|possibly|perhaps)\b(?!'t| not)", regex.IGNORECASE)
_CAN_AR = regex.compile(
    r"(?<!\p{L})(?P<no>[وف]?(?:لا|لم|لن|ليس|ليست|غير|ما)\s+(?:\p{L}{2,4}\s+)?)?"
    r"[وفس]{0,2}(?:[يتن](?:مكن|ستطيع|ستطع|ستطيعون|قدر)\p{L}*|ب(?:امكان|وسع|مقدور)\p{L}*|(?:ال)?ممكن)(?!\p{L})"
)


def _enabled(view: View) -> list[Finding]:
    """What cannot be is said to be possible."""
    if _count(view.ar.negators).hard >= _count(view.en.negators).hard:
        return []
    subject, folded = view.subject, view.ar.form
    cannot = _CANNOT_EN.search(subject.en)
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


def _denial_denied(view: View) -> list[Finding]:
    """لم تنف where the English denies, or says, outright."""
    sides = view.ideas("opposites.tsv")
    denied = [i for i in sides.ar if (i.mention.group, i.mention.key) == ("deny", "deny") and i.is_negated]
    grounds = [i for i in sides.en if i.mention.group == "deny" and i.mention.key.startswith("deny") and i.is_negated]
    own = view.en.negators
    if not denied or grounds or len([m for m in own if m.key in ("hard", "soft")]) > 1:
        return []
    en = own[0].span if own else Span(0, len(view.subject.en))
    return [_reversed(view.subject, "negation.added", en, denied[0].mention.span)]


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


def check_negation(view: View) -> list[Finding]:
    """Negators lost or gained, ideas negated on one side only, stances turned into their opposite."""
    subject, findings = view.subject, list[Finding]()
    if not _is_denied_by_frame(subject):
        findings = _turned(view) or _denial_denied(view) or _enabled(view) or _lost(view)
    findings = findings or _gained(view)
    for clash in view.clashes("opposites.tsv", _STANCES):
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
