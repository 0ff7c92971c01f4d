"""Attribution: who says, does or receives what; the frame's speaker against the tweet's author; the frame's day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import combinations
from typing import NamedTuple

import regex

from align.check.codes import CodeInfo
from align.check.evidence.equal import pair_numerals
from align.check.evidence.known_names import organisations
from align.check.evidence.lexicon import find_mentions, read_list
from align.check.evidence.links import Linked, linked_words
from align.check.evidence.opposites import find_clashes
from align.check.evidence.tokens import Token, read_words
from align.records import Finding, Severity, Span, Subject
from align.text.dates import ARABIC_WEEKDAYS
from align.text.folded import folded
from align.text.normal import normal_form
from align.text.transliteration import name_likeness
from align.text.words import is_mostly_arabic, words

_NEAR = 3  # words between a verb of speech and the one who speaks
_APART = 4  # words between two sources that can change places
_SAME_NAME = 0.62


class _Source(NamedTuple):
    """Someone who may speak: a role or an organisation."""

    key: str
    first: int
    last: int
    span: Span


def _sources(text: str, *, is_arabic: bool) -> list[_Source]:
    """Roles (firm ones only) and organisations, in order."""
    roles = [m for m in find_mentions("roles.tsv", text, is_arabic=is_arabic) if not m.key.endswith("?")]
    found = [_Source(m.key, m.first, m.last, m.span) for m in roles]
    found += [_Source(key, first, last, span) for key, first, last, span in organisations(text, is_arabic=is_arabic)]
    return sorted(found, key=lambda s: s.first)


def _speakers(text: str, *, is_arabic: bool) -> list[_Source]:
    """The sources that stand beside a verb of speech in their clause."""
    tokens = read_words(text, is_arabic=is_arabic)
    verbs = find_mentions("speech.tsv", text, is_arabic=is_arabic)
    return [
        source
        for source in _sources(text, is_arabic=is_arabic)
        if any(
            0 < source.first - v.last <= _NEAR or 0 < v.first - source.last <= _NEAR
            for v in verbs
            if tokens[v.first].clause == tokens[source.first].clause
        )
    ]


def _replaced(subject: Subject) -> list[Finding]:
    """A source of the English that is gone, and one in the Arabic without ground."""
    findings = []
    spoken_ar = {s.span for s in _speakers(subject.ar, is_arabic=True)}
    for clash in find_clashes(subject, "roles.tsv"):
        is_speech = clash.ar in spoken_ar
        findings.append(_finding(subject, clash.en, clash.ar, is_sure=clash.is_sure and (is_speech or clash.is_linked)))
    if findings:
        return findings
    en_all, ar_all = _sources(subject.en, is_arabic=False), _sources(subject.ar, is_arabic=True)
    en_keys, ar_keys = {s.key for s in en_all}, {s.key for s in ar_all}
    lost = [s for s in _speakers(subject.en, is_arabic=False) if s.key not in ar_keys]
    gained = [s for s in _speakers(subject.ar, is_arabic=True) if s.key not in en_keys]
    if lost and gained and not _is_excused(subject, lost[0].key, gained[0].key):
        return [_finding(subject, lost[0].span, gained[0].span, is_sure=True)]
    return []


def _is_excused(subject: Subject, en_key: str, ar_key: str) -> bool:
    """Whether either side holds a looser word for the other's source."""
    english = find_mentions("roles.tsv", subject.en, is_arabic=False)
    arabic = find_mentions("roles.tsv", subject.ar, is_arabic=True)
    return any(m.key == ar_key + "?" for m in english) or any(m.key == en_key + "?" for m in arabic)


def _finding(subject: Subject, en: Span, ar: Span, *, is_sure: bool) -> Finding:
    return Finding(
        "attribution.source",
        Severity.ERROR if is_sure and not subject.is_excerpt else Severity.WARNING,
        f"another one speaks or acts: {en.cut(subject.en)} is rendered as {ar.cut(subject.ar)}",
        f"القائل أو الفاعل مختلف: «{ar.cut(subject.ar)}» بدلاً من {en.cut(subject.en)}",
        en,
        ar,
        {"en": en.cut(subject.en), "ar": ar.cut(subject.ar)},
    )


def _nearest(sources: Sequence[_Source], tokens: Sequence[Token], at: int) -> _Source:
    """The source to which a word belongs: in its clause, else the nearest one."""
    same = [s for s in sources if tokens[s.first].clause == tokens[at].clause]
    return min(same or sources, key=lambda s: abs(s.first - at))


def _swapped(subject: Subject, links: Linked) -> list[Finding]:
    """Two sources on both sides whose words changed places, seen by the words linked to each."""
    en_all, ar_all = _sources(subject.en, is_arabic=False), _sources(subject.ar, is_arabic=True)
    en_keys, ar_keys = Counter(s.key for s in en_all), Counter(s.key for s in ar_all)
    once = [s.key for s in en_all if en_keys[s.key] == 1 == ar_keys[s.key]]
    for pair in combinations(once, 2):
        en_sources = [s for s in en_all if s.key in pair]
        ar_sources = [s for s in ar_all if s.key in pair]
        if any(two.first - one.last < _APART for one, two in (en_sources, ar_sources)):
            continue  # "the UN General Assembly" is one source with two names
        same, other = _linked_shares(subject, links, en_sources, ar_sources)
        if other >= max(1.0, 2 * same):
            return [
                Finding(
                    "attribution.swapped",
                    Severity.ERROR if other >= 4 * same and not subject.is_excerpt else Severity.WARNING,
                    "two sources changed places: what one says is given to the other",
                    "تبادل المصدران مكانيهما: نُسب كلام أحدهما إلى الآخر",
                    en_sources[0].span,
                    ar_sources[0].span,
                    {"same": round(same, 2), "other": round(other, 2)},
                )
            ]
    return []


def _linked_shares(
    subject: Subject, links: Linked, en_sources: Sequence[_Source], ar_sources: Sequence[_Source]
) -> tuple[float, float]:
    """The summed links between words that belong to the same source on both sides, and to different ones."""
    english, arabic = read_words(subject.en, is_arabic=False), read_words(subject.ar, is_arabic=True)
    taken_en = {at for s in en_sources for at in range(s.first, s.last + 1)}
    taken_ar = {at for s in ar_sources for at in range(s.first, s.last + 1)}
    same = other = 0.0
    for at, places in links.en.items():
        for place, score in places:
            if at in taken_en or place in taken_ar:
                continue
            if _nearest(en_sources, english, at).key == _nearest(ar_sources, arabic, place).key:
                same += score
            else:
                other += score
    for is_same in _numbers_agree(subject, en_sources, ar_sources):
        same, other = (same + 1, other) if is_same else (same, other + 1)
    return same, other


def _numbers_agree(subject: Subject, en_sources: Sequence[_Source], ar_sources: Sequence[_Source]) -> Iterator[bool]:
    """For each number whose clause names one of the sources on both sides: whether it is the same one."""
    english, arabic = read_words(subject.en, is_arabic=False), read_words(subject.ar, is_arabic=True)
    for one, two in pair_numerals(subject.en, subject.ar).agreed:
        en_key, ar_key = _owner(en_sources, english, one.span), _owner(ar_sources, arabic, two.span)
        if en_key and ar_key:
            yield en_key == ar_key


def _owner(sources: Sequence[_Source], tokens: Sequence[Token], span: Span) -> str | None:
    """The only source in the clause of a number."""
    clause = next((t.clause for t in tokens if t.span.start <= span.start < t.span.end), None)
    keys = [s.key for s in sources if tokens[s.first].clause == clause]
    return keys[0] if len(keys) == 1 else None


_SOURCE_AR = regex.compile(
    r"(?<!\p{L})(?:وفقا?(?: ل)?|[بو]?حسب|نقلا عن|علي حد (?:قول|تعبير|زعم)|استنادا الي)\s?(?:ما\s+\p{L}+\s+)?"
    r"(?:ال)?(?:مصادر|مصدر|مسوول\p{L}*|شهود|تقارير|تقرير|وسائل|خبراء|محلل\p{L}*|مراقب\p{L}*|ناشط\p{L}*|سلطات|شرطه|مختص\p{L}*"
    r"|وكاله|وكالات|صحيفه|صحف)(?:\s+\p{L}+)?"
    r"|(?<!\p{L})[وف]?قالت? (?:احد|احدي)\s+(?:ال)?\p{L}+"
)
_SOURCE_EN = regex.compile(
    r"\b(?:according|sources?|officials?|reports?|reported\w*|says?|said|saying|tells?|told|claim\w*|witness\w*|experts?|cit\w+"
    r"|analysts?|one|an?|per|authorit\w+|police|media|agenc\w+|paper|newspaper|observers?|activists?|based on)\b",
    regex.IGNORECASE,
)
_ONE_EN = regex.compile(r"\b(?:one|an?|some\w*|another|member|two)\b", regex.IGNORECASE)


def _source_added(subject: Subject) -> list[Finding]:
    """The Arabic gives a source that nothing in the English hints at."""
    form = folded(subject.ar)
    match = _SOURCE_AR.search(form.text)
    if match is None:
        return []
    ground = _ONE_EN if match[0].lstrip("وف").startswith("قال") else _SOURCE_EN
    if ground.search(subject.en):
        return []
    span = Span(form.origin[match.start()], form.origin[match.end() - 1] + 1)
    words_ar = span.cut(subject.ar)
    return [
        Finding(
            "addition.source",
            Severity.WARNING if subject.is_excerpt else Severity.ERROR,
            f"a source that the tweet does not give: {words_ar}",
            f"مصدر لا تذكره التغريدة: {words_ar}",
            ar=span,
            detail={"ar": words_ar},
        )
    ]


def _author(subject: Subject) -> list[Finding]:
    """The Arabic frame names another speaker than the tweet's author."""
    if (
        not subject.speaker
        or not subject.author
        or is_mostly_arabic(subject.author)
        or _is_description(subject.speaker)
    ):
        return []
    given = [normal_form(subject.author[s.start : s.end]) for s in words(subject.author)]
    given += [subject.handle] if subject.handle else []
    said = [subject.speaker[s.start : s.end] for s in words(subject.speaker)]
    if _are_bodies(subject.author, subject.speaker):
        return []  # the name of a union or a ministry is translated, not spelt
    likeness = max((name_likeness(one, two) for one in given for two in said if len(one) > 2), default=0.0)
    if likeness >= _SAME_NAME or normal_form(subject.author) in normal_form(subject.speaker):
        return []
    return [
        Finding(
            "attribution.speaker",
            Severity.NOTE,
            f"the frame names {subject.speaker}, the tweet is by {subject.author}",
            f"ينسب النص الكلام إلى {subject.speaker}، وصاحب التغريدة {subject.author}",
            detail={"speaker": subject.speaker, "author": subject.author, "likeness": round(likeness, 2)},
        )
    ]


def _are_bodies(author: str, speaker: str) -> bool:
    """Whether both names hold a common noun for a body, as the names of organisations do."""
    english = {normal_form(span.cut(author)) for span in words(author)}
    arabic = {token.norm for token in read_words(speaker, is_arabic=True)}
    arabic |= {"ال" + word for word in arabic}
    return bool(english & read_list("bodies_en") and arabic & read_list("bodies"))


def _is_description(speaker: str) -> bool:
    """Whether the frame only describes its speaker ("the minister", "the observatory"): that contradicts no name."""
    described = {at for m in find_mentions("roles.tsv", speaker, is_arabic=True) for at in range(m.first, m.last + 1)}
    tokens = read_words(speaker, is_arabic=True)
    return all(at in described or token.norm in read_list("bodies") for at, token in enumerate(tokens))


def _frame_day(subject: Subject) -> list[Finding]:
    """The weekday that the frame gives against the tweet's date; a day's difference is a time zone's."""
    if not subject.frame or not subject.tweet_date:
        return []
    try:
        day = date.fromisoformat(subject.tweet_date[:10])
    except ValueError:
        return []
    named = {ARABIC_WEEKDAYS[t.norm] for t in read_words(subject.frame, is_arabic=True) if t.norm in ARABIC_WEEKDAYS}
    near = {(day + timedelta(days=shift)).weekday() for shift in (-1, 0, 1)}
    if len(named) != 1 or named & near:
        return []
    return [
        Finding(
            "attribution.day",
            Severity.WARNING,
            f"the frame gives another weekday than the tweet's date {day.isoformat()}",
            f"اليوم المذكور لا يوافق تاريخ التغريدة {day.isoformat()}",
            detail={"frame": subject.frame, "date": day.isoformat()},
        )
    ]


CODES: tuple[CodeInfo, ...] = (
    CodeInfo(
        "attribution.source",
        Severity.ERROR,
        "Another one speaks or acts than in the tweet.",
        "القائل أو الفاعل غير المذكور في الأصل.",
        "Doctors say the water is clean.",
        "يقول السكان إن المياه نظيفة.",
    ),
    CodeInfo(
        "attribution.swapped",
        Severity.ERROR,
        "Two sources changed places: what one says is given to the other.",
        "تبادل مصدران مكانيهما فنُسب كلام كل منهما إلى الآخر.",
        "Police say the road is open; residents say it is blocked.",
        "يقول السكان إن الطريق مفتوح، وتقول الشرطة إنه مقطوع.",
    ),
    CodeInfo(
        "addition.source",
        Severity.ERROR,
        "The Arabic gives a source that the tweet does not name.",
        "في العربية مصدر لا تذكره التغريدة.",
        "The bridge will reopen on Friday.",
        "سيعاد فتح الجسر الجمعة وفق ما أكدته مصادر محلية.",
    ),
    CodeInfo(
        "attribution.speaker",
        Severity.NOTE,
        "The Arabic frame names another speaker than the author of the tweet.",
        "ينسب النص الكلام إلى غير صاحب التغريدة.",
        "(a tweet by Lena Marsh)",
        "وكتب سامي العابد: ...",
    ),
    CodeInfo(
        "attribution.day",
        Severity.WARNING,
        "The weekday in the frame does not fit the date of the tweet.",
        "اليوم المذكور لا يوافق تاريخ التغريدة.",
        "(a tweet of Wednesday 5 June 2024)",
        "وكتبت السبت: ...",
    ),
)


def check_attribution(subject: Subject) -> list[Finding]:
    """Sources replaced or swapped, the speaker and the day of the frame."""
    links = linked_words(subject)
    inside = _swapped(subject, links) or _replaced(subject)
    return [*inside, *_source_added(subject), *_author(subject), *_frame_day(subject)]
