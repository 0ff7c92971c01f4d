"""Names that the tables hold, found in a text: countries, cities, organisations, courts, faiths, diseases, people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from align.check.evidence.lexicon import PhraseTable, read_list, read_table
from align.check.evidence.tokens import Token
from align.records import Span
from align.text.normal import normal_form

_PLACES = "place"
_CLITICS = ("و", "ف", "ب", "ل", "ال", "بال", "لل", "وال", "فال", "وب", "ول")
_CASELESS = frozenset({"disease", "court"})
_CAPITALS = frozenset("us who un eu au ap is ecb who imf wb icc icj g7 esa".split())


class Name(NamedTuple):
    """A name of a table and where it stands."""

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
        yield row.group, row.key, row.key, row.en, row.ar
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
        # The words of a place stand apart at a hyphen (Guinea-Bissau); COVID-19 is told by its letters alone.
        parted = [name.replace("-", " ") if kind == _PLACES else name for name in en]
        english += [(kind, key, " ".join("=" + w for w in name.replace(".", " ").split())) for name in parted]
        arabic += [(kind, key, _without_article(name)) for name in ar]
    return _Tables(PhraseTable(english), PhraseTable(arabic), country)


def _is_name(text: str, kind: str) -> bool:
    if kind in _CASELESS:
        return True
    folded = normal_form(text)
    return text[0].isupper() and (folded not in _CAPITALS or text.isupper())


def find_names(text: str, tokens: Sequence[Token], *, is_arabic: bool) -> tuple[Name, ...]:
    """The names of a text, in order; in English most kinds must be capitalised."""
    tables = _tables()
    found = (tables.ar if is_arabic else tables.en).find(tokens)
    return tuple(
        Name(m.group, m.key, tables.country[m.key], m.span, m.first, m.last)
        for m in found
        if is_arabic or _is_name(m.span.cut(text), m.group)
    )


def answers(one: Name, other: Name) -> bool:
    """Whether one name may stand for the other: the same, or a place and its country (Berlin, Germany)."""
    if one.kind != other.kind:
        return False
    if one.key == other.key:
        return True
    return one.kind == _PLACES and one.country == other.country and one.country in (one.key, other.key)


def is_firm(name: Name, tokens: Sequence[Token]) -> bool:
    """Whether an Arabic name can be nothing else (مالي is Mali and "financial")."""
    word = tokens[name.first].norm
    bare = {word} | {word.removeprefix(clitic) for clitic in _CLITICS}
    return name.last > name.first or not bare & read_list("ambiguous_names")
