"""Names: countries, cities, organisations, faiths, diseases and people that the Arabic exchanged for others.

A name that only vanished or only appeared is no error (برلين for Germany, "the Polish city of ..."): an error takes a
name of the tweet without counterpart and a name of the same kind in the Arabic without ground. Names that no table holds
are compared by their consonants.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from align.check.codes import CodeInfo
from align.check.lexicon import PhraseTable, read_table
from align.check.linked import Linked, linked_words
from align.check.reading import Token, read_words
from align.records import Finding, Severity, Span, Subject
from align.text.normal import normal_form
from align.text.transliteration import name_likeness

_PLACES = "place"
# Arabic words that are names only now and then: they may answer to an English name, never be one too many.
_AMBIGUOUS = frozenset(
    normal_form(word)
    for word in (
        "مالي بنين غاني هندي عمان صور نيس بون برن فاس سرت ريو باري حلب جنين خليل الخليل القاعدة فتح السل الأسد الغرب "
        "غرب غربي عربي المغرب مغرب مغربي بنس ميتا الحلف القدس المدينة الهادي هادي متوسط أطلسي شرقي غربي طالبان كيم لولا "
        "الاستئناف سكري السنة سنة سني سنن بوش نمسي أردني مصري مصر بري بالي رقة درعا جدة جدّة لاوس تشاد شيعي روماني رفح جيزة "
        "ليما بيرث سوسة كاليه غوما ميلان هاريس ماسك عدن العقبة عقبة حماة ثوار الفاو قاعدة الجزائر حوثي ظريف كيني غيني هولاند "
        "الحديدة سول تسلا أمازون فيجي ناورو بوريل صين شيلي بيروفي بلير غزي كوري كيري إيفواري عاجي كابل سل كرد نيل "
        "هيوستن الخليج خليج خليجي بابا البابا"
    ).split()
)
_CASELESS = frozenset({"disease", "court"})
_CAPITALS = frozenset("us who un eu au ap is ecb who imf wb icc icj g7 esa".split())
_SURE, _FAR = 0.62, 0.4  # likeness from which two spellings are one name, and below which they cannot be


class _Name(NamedTuple):
    kind: str
    key: str
    country: str  # of a place
    span: Span
    first: int
    last: int


class _Tables(NamedTuple):
    en: PhraseTable
    ar: PhraseTable
    country: dict[str, str]  # from a place's key


def _rows() -> Iterable[tuple[str, str, str, Sequence[str], Sequence[str]]]:
    """Kind, key, country, English and Arabic names."""
    for row in read_table("countries.tsv"):
        yield _PLACES, row.key, row.key, row.en, row.ar
    for row in read_table("entities.tsv"):
        kind = _PLACES if row.group == "continent" else row.group
        yield kind, row.key, row.key, row.en, row.ar
    for code, english, arabic in read_cities():
        yield _PLACES, english[0], code, english, arabic


def read_cities() -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Country, English and Arabic names of the cities."""
    return [(row.group, tuple(row.key.split("|")), row.en) for row in read_table("cities.tsv")]


def _without_article(name: str) -> str:
    """The base form of each word: no article, where it is one (الأردن) and no part of the name (ألمانيا)."""
    return " ".join(w[2:] if w.startswith("ال") and len(w) > 4 else w for w in name.split())


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    english, arabic, country = [], [], {}
    for kind, key, home, en, ar in _rows():
        country[key] = home
        english += [(kind, key, " ".join("=" + w for w in name.replace(".", " ").split())) for name in en]
        arabic += [(kind, key, _without_article(name)) for name in ar]
    return _Tables(PhraseTable(english), PhraseTable(arabic), country)


def _is_name(text: str, kind: str) -> bool:
    if kind in _CASELESS:
        return True
    folded = normal_form(text)
    return text[0].isupper() and (folded not in _CAPITALS or text.isupper())


@lru_cache(maxsize=512)
def _english_names(text: str) -> tuple[_Name, ...]:
    tables = _tables()
    found = tables.en.find(read_words(text, is_arabic=False))
    return tuple(
        _Name(m.group, m.key, tables.country[m.key], m.span, m.first, m.last)
        for m in found
        if _is_name(m.span.cut(text), m.group)
    )


@lru_cache(maxsize=512)
def _arabic_names(text: str) -> tuple[_Name, ...]:
    tables = _tables()
    return tuple(
        _Name(m.group, m.key, tables.country[m.key], m.span, m.first, m.last)
        for m in tables.ar.find(read_words(text, is_arabic=True))
    )


def _answers(one: _Name, other: _Name) -> bool:
    """Whether one name may stand for the other: the same, or a place and its country (Berlin, Germany)."""
    if one.kind != other.kind:
        return False
    if one.key == other.key:
        return True
    return one.kind == _PLACES and one.country == other.country and one.country in (one.key, other.key)


def _is_firm(name: _Name, text: str, tokens: Sequence[Token]) -> bool:
    return name.last > name.first or not (tokens[name.first].forms & _AMBIGUOUS)


def _changed(subject: Subject, links: Linked) -> list[Finding]:
    english, arabic = _english_names(subject.en), _arabic_names(subject.ar)
    if not english or not arabic:
        return []
    context = _english_names(subject.en_context) if subject.en_context else ()
    tokens = read_words(subject.ar, is_arabic=True)
    folded = normal_form(subject.ar)
    lost = [
        e
        for e in english
        if not any(_answers(e, a) for a in arabic) and normal_form(e.span.cut(subject.en)) not in folded
    ]
    gained = [
        a
        for a in arabic
        if _is_firm(a, subject.ar, tokens) and not any(_answers(a, e) for e in (*english, *context))
    ]
    findings = []
    for en in lost:
        rivals = [a for a in gained if a.kind == en.kind]
        if not rivals:
            continue
        ar = max(rivals, key=lambda a: _link(links, en, a))
        is_elsewhere = bool(links) and _link(links, en, ar) == 0.0 and _is_linked(links, en)
        severity = Severity.WARNING if is_elsewhere or subject.is_excerpt else Severity.ERROR
        findings.append(_finding(subject, severity, en.span, ar.span, {"kind": en.kind, "en": en.key, "ar": ar.key}))
    return findings


def _link(links: Linked, en: _Name, ar: _Name) -> float:
    return max(
        (score for at in range(en.first, en.last + 1) for place, score in links.en.get(at, []) if ar.first <= place <= ar.last),
        default=0.0,
    )


def _is_linked(links: Linked, en: _Name) -> bool:
    return any(links.en.get(at) for at in range(en.first, en.last + 1))


def _finding(subject: Subject, severity: Severity, en: Span, ar: Span, detail: dict[str, str]) -> Finding:
    return Finding(
        "name.changed",
        severity,
        f"another name: {en.cut(subject.en)} is rendered as {ar.cut(subject.ar)}",
        f"اسم آخر: {ar.cut(subject.ar)} بدلاً من {en.cut(subject.en)}",
        en,
        ar,
        detail,
    )


def check_names(subject: Subject) -> list[Finding]:
    """Names exchanged for others of their kind, known ones by table, others by their spelling."""
    links = linked_words(subject)
    return _changed(subject, links)
