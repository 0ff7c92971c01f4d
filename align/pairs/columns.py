"""What columns and keys of files of pairs are called: one table of names, in English and Arabic.

A name of a language wins over a neutral one ("source", "original"); neutral ones are told by the script of what stands
under them, so that Arabic sources with English targets are read the right way on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import regex

from align.text.normal import normal_form
from align.text.words import count_arabic, count_latin

SIDES = ("en", "ar")
# In normal form, as `_parts` has them. A name is a side's when all its parts are in one of these sets and in _FILLERS.
_LANGUAGES = {
    "en": frozenset("en eng english latn الانجليزيه انجليزيه الانجليزي انجليزي الانكليزيه انكليزيه الانكليزي".split()),
    "ar": frozenset("ar ara arb arabic arab العربيه عربيه العربي عربي".split()),
}
_FILLERS = frozenset(
    "text texts sentence segment string side tweet source src target tgt trg original translation us gb uk eg sa"
    " النص نص الجمله جمله باللغه اللغه لغه الي من".split()
)
_FROM = frozenset("source src original الاصل المصدر الاصلي اصل مصدر".split())
_TO = frozenset("target tgt trg translation translated الترجمه ترجمه الهدف هدف المترجم".split())
_NEUTRAL_FILLERS = _FILLERS - _FROM - _TO | {"lang", "language"}
_IDS = ("pair_id", "id", "guid", "uuid", "uid", "tuid", "key", "segment_id", "row_id", "identifier", "المعرف", "معرف")
_ARTICLE = frozenset(("text", "html"))  # what holds an article; "source" is then its outlet
_PART = regex.compile(r"\p{Lu}?\p{Ll}+|\p{Lu}+(?!\p{Ll})|\p{Lo}[\p{Lo}\p{M}\p{Cf}]*|\d+")


def named_columns(names: Sequence[str], rows: Iterable[Mapping[str, object]] = ()) -> dict[str, str]:
    """Our names by theirs: of the two sides where both are named, and of the pair's id; nothing else is renamed.

    `rows`: the first of the file, for the scripts of neutral columns. Names that are ours already are left out.

    >>> named_columns(["ID", "source", "target"], [{"source": "مرحبا", "target": "Hello"}])
    {'source': 'ar', 'target': 'en', 'ID': 'pair_id'}
    >>> named_columns(["EN text", "النص العربي"])
    {'EN text': 'en', 'النص العربي': 'ar'}
    >>> named_columns(["id", "text", "source"])
    {'id': 'pair_id'}
    """
    found = sides_of(names, rows)
    columns = {theirs: ours for ours, theirs in found.items() if theirs != ours} if len(found) == len(SIDES) else {}
    own_id = id_of(names)
    if own_id is not None and own_id != "pair_id" and own_id not in columns:
        columns[own_id] = "pair_id"
    return columns


def sides_of(names: Sequence[str], rows: Iterable[Mapping[str, object]] = ()) -> dict[str, str]:
    """The name of each side that is there, by `en` and `ar`."""
    found = {side: name for side in SIDES if (name := _of_language(names, side)) is not None}
    if len(found) == len(SIDES) or any(name.casefold() in _ARTICLE for name in names):
        return found
    source, target = (_of_role(names, role, set(found.values())) for role in (_FROM, _TO))
    if not found and source is not None and target is not None:
        return turned({"en": source, "ar": target}, rows)
    for side in SIDES:
        neutral = source if source is not None else target
        if side not in found and neutral is not None and found:
            return {**found, side: neutral}
    return found


def turned(sides: dict[str, str], rows: Iterable[Mapping[str, object]]) -> dict[str, str]:
    """The sides the other way round, where most rows have Arabic letters in the English and Latin in the Arabic."""
    balance = 0
    for row in rows:
        en, ar = (str(row.get(sides[side]) or "") for side in SIDES)
        is_arabic = count_arabic(en) > count_latin(en), count_arabic(ar) > count_latin(ar)
        balance += {(True, False): 1, (False, True): -1}.get(is_arabic, 0)
    return {"en": sides["ar"], "ar": sides["en"]} if balance > 0 else sides


def id_of(names: Sequence[str]) -> str | None:
    """The column of the pairs' own ids; None where there is none."""
    folded = {normal_form(name).strip().replace(" ", "_").replace("-", "_"): name for name in reversed(names)}
    return next((folded[name] for name in _IDS if name in folded), None)


def _of_language(names: Sequence[str], side: str) -> str | None:
    if side in names:
        return side
    return next((name for name in names if _is_of(name, _LANGUAGES[side], _FILLERS)), None)


def _of_role(names: Sequence[str], role: frozenset[str], taken: set[str]) -> str | None:
    return next((name for name in names if name not in taken and _is_of(name, role, _NEUTRAL_FILLERS)), None)


def _is_of(name: str, wanted: frozenset[str], fillers: frozenset[str]) -> bool:
    parts = {normal_form(part) for part in _PART.findall(name)}
    return bool(parts & wanted) and parts <= wanted | fillers
