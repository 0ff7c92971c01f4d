"""XLIFF 1.2 (OASIS, 2008) and 2.1 (OASIS, 2018), English to Arabic, one unit a pair.

1.2: scores and origin as contexts of a `context-group`, the probability as `match-quality` of an `alt-trans` too.
2.1: scores and origin in the Metadata module, probability and cosine in the Translation Candidates module (`mtc`).
Both: findings as notes, and a target whose verdict is not faithful is marked for review.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

from lxml import etree

from align.pairs.export.row import PairRow, record_of
from align.pairs.export.xml import (
    XML_SPACE,
    add,
    document,
    elements,
    is_language,
    notes,
    properties,
    record_from,
    safe,
    text_of,
)
from align.pairs.given import GivenRow, refused_row

Version = Literal["1.2", "2.1"]
_V1 = "urn:oasis:names:tc:xliff:document:1.2"
_V2 = "urn:oasis:names:tc:xliff:document:2.0"  # 2.1 keeps the namespace of 2.0
_MTC = "urn:oasis:names:tc:xliff:matches:2.0"
_MDA = "urn:oasis:names:tc:xliff:metadata:2.0"
_GROUP = "align"
_PREFIX = "x-align-"
_CODES = frozenset({"bpt", "ept", "ph", "it", "x", "bx", "ex"})
_CODE_POINT = "cp"  # XLIFF 2: a character that XML cannot hold, by number


def write(rows: Iterable[PairRow], path: Path, version: Version) -> int:
    """Write the rows as one file of units; returns how many. Pair ids stand in `resname` (1.2) or `name` (2.1)."""
    return _write_v1(rows, path) if version == "1.2" else _write_v2(rows, path)


def _write_v1(rows: Iterable[PairRow], path: Path) -> int:
    count = 0
    languages = {"source-language": "en", "target-language": "ar"}
    with (
        document(path) as xml,
        xml.element(f"{{{_V1}}}xliff", {"version": "1.2"}, nsmap={None: _V1}),
        xml.element(f"{{{_V1}}}file", {"original": "align", "datatype": "plaintext", **languages}),
        xml.element(f"{{{_V1}}}body"),
    ):
        for row in rows:
            count += 1
            xml.write(_unit_v1(row, count))
            xml.write("\n")
    return count


def _unit_v1(row: PairRow, number: int) -> etree._Element:
    record = record_of(row)
    en, ar = safe(record["en"]), safe(record["ar"])
    attributes = {"id": f"u{number}", "resname": safe(record["pair_id"]), XML_SPACE: "preserve"}
    unit = etree.Element(f"{{{_V1}}}trans-unit", attributes, nsmap={None: _V1})  # type: ignore[dict-item]
    add(unit, f"{{{_V1}}}source", en)
    is_faithful = row.verdict in (None, "faithful")
    state = "translated" if is_faithful else "needs-review-translation"
    add(unit, f"{{{_V1}}}target", ar, {"state": state})
    group = add(unit, f"{{{_V1}}}context-group", attributes={"name": _GROUP, "purpose": "information"})
    for name, value in {**properties(row), "unit": str(number)}.items():
        add(group, f"{{{_V1}}}context", value, {"context-type": _PREFIX + name})
    for line in notes(row):
        add(unit, f"{{{_V1}}}note", line, {"from": "align"})
    if row.probability is not None:
        match = add(unit, f"{{{_V1}}}alt-trans", attributes={"match-quality": _percent(row.probability)})
        add(match, f"{{{_V1}}}target", ar)
    return unit


def _write_v2(rows: Iterable[PairRow], path: Path) -> int:
    count = 0
    names = {None: _V2, "mtc": _MTC, "mda": _MDA}
    with (
        document(path) as xml,
        xml.element(f"{{{_V2}}}xliff", {"version": "2.1", "srcLang": "en", "trgLang": "ar"}, nsmap=names),
        xml.element(f"{{{_V2}}}file", {"id": "align"}),
    ):
        for row in rows:
            count += 1
            xml.write(_unit_v2(row, count))
            xml.write("\n")
        if not count:  # a file element must hold a unit; a group may be empty
            xml.write(etree.Element(f"{{{_V2}}}group", {"id": "empty"}))
    return count


def _unit_v2(row: PairRow, number: int) -> etree._Element:
    record = record_of(row)
    en, ar = safe(record["en"]), safe(record["ar"])
    names = {None: _V2, "mtc": _MTC, "mda": _MDA}
    attributes = {"id": f"u{number}", "name": safe(record["pair_id"]), XML_SPACE: "preserve"}
    unit = etree.Element(f"{{{_V2}}}unit", attributes, nsmap=names)  # type: ignore[arg-type]
    if row.probability is not None or row.cosine is not None:
        unit.append(_candidate(row, en, ar))
    values = properties(row)
    if values:
        group = add(add(unit, f"{{{_MDA}}}metadata"), f"{{{_MDA}}}metaGroup", attributes={"category": _GROUP})
        for name, value in values.items():
            add(group, f"{{{_MDA}}}meta", value, {"type": name})
    lines = list(notes(row))
    if lines:
        container = add(unit, f"{{{_V2}}}notes")
        for line in lines:
            add(container, f"{{{_V2}}}note", line, {"category": "finding"})
    is_faithful = row.verdict in (None, "faithful")
    segment = add(
        unit, f"{{{_V2}}}segment", attributes={"id": "s1", "state": "translated" if is_faithful else "initial"}
    )
    add(segment, f"{{{_V2}}}source", en)
    add(segment, f"{{{_V2}}}target", ar)
    return unit


def _candidate(row: PairRow, en: str, ar: str) -> etree._Element:
    scores = {"matchQuality": row.probability, "similarity": row.cosine}
    given = {name: _percent(value) for name, value in scores.items() if value is not None}
    matches = etree.Element(f"{{{_MTC}}}matches")
    match = add(matches, f"{{{_MTC}}}match", attributes={"ref": "#s1", "origin": "align", **given})
    add(match, f"{{{_V2}}}source", en)
    add(match, f"{{{_V2}}}target", ar)
    return matches


def _percent(score: float) -> str:
    return f"{100 * min(max(score, 0.0), 1.0):.2f}"


def read(path: Path) -> Iterator[GivenRow]:
    """The units of XLIFF 1.2 or 2.x with a source and a target, in order. Raises ExportError."""
    languages = ("", "")
    number = 0
    for element in elements(path, "{*}trans-unit", "{*}unit", parents=("{*}xliff", "{*}file")):
        if etree.QName(element).localname in ("xliff", "file"):
            languages = (
                element.get("srcLang") or element.get("source-language") or languages[0],
                element.get("trgLang") or element.get("target-language") or languages[1],
            )
        else:
            yield _row(element, languages, number, path)
            number += 1


def _row(unit: etree._Element, languages: tuple[str, str], number: int, path: Path) -> GivenRow:
    identity = unit.get("resname") or unit.get("name") or unit.get("id") or ""
    place = f"{path}:{identity}"
    sides = [next((s for s in ("en", "ar") if is_language(language, s)), None) for language in languages]
    if set(sides) != {"en", "ar"}:
        detail = f"expected English and Arabic, found {' and '.join(languages)}"
        return refused_row(number, place, "language", detail, values={"pair_id": identity})
    segments = unit.findall("{*}segment") or [unit]
    texts = [_joined(segments, "source"), _joined(segments, "target")]
    if None in texts:
        detail = "expected a source and a target in every segment"
        return refused_row(number, place, "no_target", detail, values={"pair_id": identity})
    found = {str(side): str(text) for side, text in zip(sides, texts, strict=True)}
    return GivenRow(number, place, record_from(_properties(unit), pair_id=identity, **found))


def _joined(segments: list[etree._Element], side: str) -> str | None:
    """The texts of one side of a unit's segments; None when any has none."""
    found = [segment.find(f"{{*}}{side}") for segment in segments]
    return "".join(_text(element) for element in found if element is not None) if None not in found else None


def _text(element: etree._Element) -> str:
    for mark in element.findall(f".//{{*}}{_CODE_POINT}"):
        mark.text = ""  # U+FFFD stands for what XML cannot hold; the exact text is in the properties of our files
    return text_of(element, _CODES)


def _properties(unit: etree._Element) -> Iterator[tuple[str, str]]:
    for context in unit.iterfind(f"{{*}}context-group[@name='{_GROUP}']/{{*}}context"):
        name = str(context.get("context-type")).removeprefix(_PREFIX)
        if name != "unit":
            yield name, context.text or ""
    for meta in unit.iterfind(f"{{*}}metadata/{{*}}metaGroup[@category='{_GROUP}']/{{*}}meta"):
        yield str(meta.get("type")), meta.text or ""
