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
        "هيوستن الخليج خليج خليجي بابا البابا كورونا ديمقراطي ديموقراطي جمهوري محافظين عمال"
    ).split()
)
_CASELESS = frozenset({"disease", "court"})
_CAPITALS = frozenset("us who un eu au ap is ecb who imf wb icc icj g7 esa".split())
_ELSEWHERE = 0.6  # a link from which a name is taken to be rendered by another word
_SAME, _SURE, _FAR = (
    0.75,
    0.62,
    0.45,
)  # a spelling is taken for the name; likeness from which two spellings are one name, and below which they cannot be


_CLITICS = frozenset("و ف ب ل ك ال وب ول فل لل".split())
# Capitalised words that are translated, not spelt.
_TITLES = frozenset(
    "mr mrs ms dr miss sir lord lady dame president minister prime king queen prince princess father sister brother judge "
    "justice senator governor mayor general colonel captain major lieutenant sergeant officer professor doctor coach chef "
    "chief secretary state deputy director chair chairman chairwoman rep sen gov gen col capt sgt prof the a an in on at of "
    "and but for he she it we they you i this that these those our my his her their its when if as after before while "
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september "
    "october november december north south east west new old saint great national international university college school "
    "street road park city county island islands river lake sea ocean mount bay beach hotel hospital court house party union "
    "league cup club group company bank board committee council department office agency ministry police army force forces "
    "air world first second third central royal day week year night".split()
)


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


def organisations(text: str, *, is_arabic: bool) -> list[tuple[str, int, int, Span]]:
    """The organisations a text names: key, first and last word number, span."""
    names = _arabic_names(text) if is_arabic else _english_names(text)
    return [(name.key, name.first, name.last, name.span) for name in names if name.kind == "org"]


def _answers(one: _Name, other: _Name) -> bool:
    """Whether one name may stand for the other: the same, or a place and its country (Berlin, Germany)."""
    if one.kind != other.kind:
        return False
    if one.key == other.key:
        return True
    return one.kind == _PLACES and one.country == other.country and one.country in (one.key, other.key)


def _unmatched(english: Sequence[_Name], arabic: Sequence[_Name]) -> tuple[list[_Name], list[_Name]]:
    """What is left on both sides when each name has taken its counterpart: its own name first, then its place."""
    lost, gained = list(english), list(arabic)
    for same in (lambda e, a: e.kind == a.kind and e.key == a.key, _answers):
        for en in tuple(lost):
            ar = next((a for a in gained if same(en, a)), None)
            if ar is not None:
                lost.remove(en)
                gained.remove(ar)
    return lost, gained


def _is_grounded(arabic: _Name, english: Sequence[_Name]) -> bool:
    """Whether the English holds the name, or a place of that country ("Katowice" for مدينة كاتوفيتسه البولندية)."""
    return any(arabic.kind == e.kind and arabic.key in (e.key, e.country) for e in english)


def _is_firm(name: _Name, tokens: Sequence[Token]) -> bool:
    return name.last > name.first or not (tokens[name.first].forms & _AMBIGUOUS)


def _changed(subject: Subject, links: Linked) -> list[Finding]:
    english, arabic = _english_names(subject.en), _arabic_names(subject.ar)
    if not english or not arabic:
        return []
    context = _english_names(subject.en_context) if subject.en_context else ()
    tokens = read_words(subject.ar, is_arabic=True)
    folded = normal_form(subject.ar)
    lost, gained = _unmatched(english, arabic)
    lost = [e for e in lost if normal_form(e.span.cut(subject.en)) not in folded]
    gained = [a for a in gained if _is_firm(a, tokens) and not _is_grounded(a, (*english, *context))]
    findings = []
    for en in lost:
        rivals = [a for a in gained if a.kind == en.kind]
        if not rivals:
            continue
        ar = max(rivals, key=lambda a: _link(links, en, a))
        is_elsewhere = _link(links, en, ar) == 0.0 and _best_link(links, en) >= _ELSEWHERE
        severity = Severity.WARNING if is_elsewhere or subject.is_excerpt else Severity.ERROR
        findings.append(_finding(subject, severity, en.span, ar.span, {"kind": en.kind, "en": en.key, "ar": ar.key}))
    return findings


def _link(links: Linked, en: _Name, ar: _Name) -> float:
    return max(
        (
            score
            for at in range(en.first, en.last + 1)
            for place, score in links.en.get(at, [])
            if ar.first <= place <= ar.last
        ),
        default=0.0,
    )


def _best_link(links: Linked, en: _Name) -> float:
    return max((score for at in range(en.first, en.last + 1) for _, score in links.en.get(at, [])), default=0.0)


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


def _capitalised_runs(text: str, tokens: Sequence[Token], known: Sequence[_Name]) -> list[list[int]]:
    """Names of two words and more that no table holds, by word number."""
    taken = {at for name in known for at in range(name.first, name.last + 1)}
    runs: list[list[int]] = [[]]
    for at, token in enumerate(tokens):
        word = token.span.cut(text)
        is_part = word[0].isupper() and len(token.norm) > 2 and at not in taken and token.norm not in _TITLES
        if not is_part or (runs[-1] and token.clause != tokens[runs[-1][-1]].clause):
            runs.append([])
        if is_part:
            runs[-1].append(at)
    return [run for run in runs if len(run) > 1]


def _respelt(subject: Subject, links: Linked) -> list[Finding]:
    """Names whose first part is there and whose last part is linked to another name (Elias Karam, إلياس خوري)."""
    english, arabic = read_words(subject.en, is_arabic=False), read_words(subject.ar, is_arabic=True)
    capitals = sum(token.span.cut(subject.en)[0].isupper() for token in english)
    if not links or 2 * capitals > len(english):  # a headline in capitals says nothing about names
        return []
    for run in _capitalised_runs(subject.en, english, _english_names(subject.en)):
        known, other = run[-2:]
        place = _place_of(english[known], arabic)
        if place is None or place + 1 >= len(arabic):
            continue
        rival = arabic[place + 1]
        is_linked = any(at == place + 1 for at, _ in links.en.get(other, []))
        if is_linked and _is_another(english, arabic, english[other], rival, clause=arabic[place].clause):
            likeness = _likeness(english[other], rival)
            is_sure = likeness < _FAR and not subject.is_excerpt
            return [
                _finding(
                    subject,
                    Severity.ERROR if is_sure else Severity.WARNING,
                    english[other].span,
                    rival.span,
                    {"kind": "spelling", "likeness": f"{likeness:.2f}"},
                )
            ]
    return []


def _likeness(english: Token, arabic: Token) -> float:
    """The best likeness over the Arabic word as written and without its first letters that may be clitics."""
    base = english.norm.removesuffix("'s")
    spellings = {arabic.norm, *(arabic.norm[n:] for n in (1, 2) if arabic.norm[:n] in _CLITICS)}
    return max(name_likeness(base, spelling) for spelling in spellings)


def _place_of(english: Token, arabic: Sequence[Token]) -> int | None:
    scored = [(_likeness(english, token), place) for place, token in enumerate(arabic)]
    best, place = max(scored, default=(0.0, -1), key=lambda pair: pair[0])
    return place if best >= _SAME else None


def _is_another(english: Sequence[Token], arabic: Sequence[Token], name: Token, rival: Token, *, clause: int) -> bool:
    """Whether `rival` stands where `name` should, and neither is found anywhere else."""
    if rival.clause != clause or len(rival.norm) < 3 or rival.norm.startswith(("ال", "وال", "لل", "بال")):
        return False
    if any(_likeness(name, token) >= _SURE for token in arabic):
        return False
    return all(_likeness(token, rival) < _SURE for token in english if len(token.norm) > 2)


def check_names(subject: Subject) -> list[Finding]:
    """Names exchanged for others of their kind, known ones by table, others by their spelling."""
    links = linked_words(subject)
    return _changed(subject, links) or _respelt(subject, links)
