"""TMX 1.4b (LISA OSCAR, 2005): a `tu` a pair, scores and origin in `prop`, findings in `note`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from lxml import etree

from align import __version__
from align.pairs.export.row import PairRow, record_of
from align.pairs.export.xml import (
    XML_LANG,
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

_PREFIX = "x-align-"
_HEADER = {
    "creationtool": "align",
    "creationtoolversion": __version__,
    "segtype": "sentence",
    "o-tmf": "align",
    "adminlang": "en",
    "srclang": "en",
    "datatype": "plaintext",
}
_CODES = frozenset({"bpt", "ept", "ph", "it", "ut"})  # native markup; `hi` and `sub` hold text


def write(rows: Iterable[PairRow], path: Path) -> int:
    """Write the rows; returns how many. No dates are written, so that equal rows give equal bytes."""
    count = 0
    with document(path, '<!DOCTYPE tmx SYSTEM "tmx14.dtd">') as xml, xml.element("tmx", version="1.4"):
        xml.write(etree.Element("header", _HEADER))
        with xml.element("body"):
            for row in rows:
                count += 1
                xml.write(_unit(row))
                xml.write("\n")
    return count


def _unit(row: PairRow) -> etree._Element:
    record = record_of(row)
    unit = etree.Element("tu", {"tuid": safe(record["pair_id"])})
    for line in notes(row):
        add(unit, "note", line)
    for name, value in properties(row).items():
        add(unit, "prop", value, {"type": _PREFIX + name})
    for side in ("en", "ar"):
        add(add(unit, "tuv", attributes={XML_LANG: side}), "seg", safe(record[side]))
    return unit


def read(path: Path) -> Iterator[GivenRow]:
    """The units that have an English and an Arabic side, in order; others are refused. Raises ExportError."""
    for number, unit in enumerate(elements(path, "tu")):
        identity = unit.get("tuid") or ""
        place = f"{path}:{identity or number + 1}"
        texts = {side: _side(unit, side) for side in ("en", "ar")}
        found = {side: text for side, text in texts.items() if text is not None}
        if len(found) < 2:
            languages = ", ".join(tuv.get(XML_LANG) or tuv.get("lang") or "none" for tuv in unit.iter("tuv"))
            detail = f"expected an English and an Arabic side, found {languages or 'no side'}"
            yield refused_row(number, place, "language", detail, values={"pair_id": identity, **found})
            continue
        props = [(str(prop.get("type")), prop.text or "") for prop in unit.findall("prop")]
        values = record_from(((n.removeprefix(_PREFIX), v) for n, v in props), pair_id=identity, **found)
        yield GivenRow(number, place, values)


def _side(unit: etree._Element, side: str) -> str | None:
    for tuv in unit.iter("tuv"):
        segment = tuv.find("seg")
        if segment is not None and is_language(tuv.get(XML_LANG) or tuv.get("lang"), side):
            return text_of(segment, _CODES)
    return None
