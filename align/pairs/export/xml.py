"""What TMX and XLIFF share: text that XML can hold, streams of elements in and out.

XML 1.0 forbids most control characters and U+FFFE, U+FFFF. Each becomes U+FFFD in the element where tools look for
the text, and the exact text stands beside it as a JSON string under the column's name with `:json`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import regex
from lxml import etree

from align.errors import ExportError
from align.pairs.export.row import FIELDS, PairRow, flat_of
from align.pairs.opening import opened
from align.writing import atomic_path

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
# U+0085 and U+2028 are line ends of XML 1.1 and white space to some readers of 1.0; lxml keeps them as they are.
_FORBIDDEN = regex.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_EXACT = ":json"


def safe(text: str) -> str:
    """`text` with what XML cannot hold replaced by U+FFFD."""
    return text if text.isprintable() else _FORBIDDEN.sub("\ufffd", text)


def properties(row: PairRow) -> dict[str, str]:
    """All columns but the texts and the id as names and values that XML can hold; of those three, what it cannot."""
    found: dict[str, str] = {}
    for name, value in flat_of(row).items():
        is_exact = safe(value) == value
        if not is_exact:
            found[name + _EXACT] = json.dumps(value)
        elif name not in ("pair_id", "en", "ar"):
            found[name] = value
    return found


def record_from(properties: Iterable[tuple[str, str]], **texts: str) -> dict[str, object]:
    """The record of a unit: its properties as `properties` wrote them, and `pair_id`, `en`, `ar`.

    A property of another tool whose name ends as ours do stays as it is.
    """
    record: dict[str, object] = dict(texts)
    for name, value in properties:
        column = name.removesuffix(_EXACT)
        exact = _exact(value) if column != name and column in FIELDS else None
        if exact is None:
            record[name] = value
        else:
            record[column] = exact
    return record


def _exact(value: str) -> str | None:
    """The text that we wrote beside what XML cannot hold; None where the property is somebody else's."""
    try:
        exact = json.loads(value)
    except (ValueError, RecursionError):
        return None
    return exact if isinstance(exact, str) else None


def notes(row: PairRow) -> Iterator[str]:
    """One line a finding, for the people who open the file in a translation tool."""
    for finding in row.findings:
        yield safe(f"{finding.get('severity', 'note')} {finding.get('code', '')}: {finding.get('message', '')}")


def add(
    parent: etree._Element, tag: str, text: str | None = None, attributes: Mapping[str, str] | None = None
) -> etree._Element:
    """A child element with text."""
    child = etree.SubElement(parent, tag, dict(attributes or {}))
    child.text = text
    return child


@contextmanager
def document(path: Path, doctype: str | None = None) -> Iterator[Any]:
    """An incremental XML file in UTF-8 that appears under its name only when it is whole."""
    # A stream of ours: what the disk refuses comes out as an OSError, where libxml2 has an error of its own.
    with (
        atomic_path(path) as temporary,
        temporary.open("wb") as stream,
        etree.xmlfile(stream, encoding="utf-8") as xml,
    ):
        xml.write_declaration()
        if doctype:
            xml.write_doctype(doctype)
        yield xml


def elements(path: Path, *tags: str, parents: tuple[str, ...] = ()) -> Iterator[etree._Element]:
    """The elements of these names (of any namespace when given as "{*}name"), each emptied after its turn.

    `parents` are also yielded, when they begin. Entities are not resolved, nothing is fetched. Raises ExportError on a
    file that is not well-formed.
    """
    bare = {tag.rpartition("}")[2] for tag in parents}
    with opened(path) as (stream, _):
        parser = etree.iterparse(
            stream,
            events=("start", "end"),
            tag=[*tags, *parents],
            resolve_entities=False,
            no_network=True,
            huge_tree=False,
        )
        try:
            for event, element in parser:
                is_parent = etree.QName(element).localname in bare
                if is_parent == (event == "start"):
                    yield element
                if event == "end":
                    element.clear(keep_tail=False)
                    while element.getprevious() is not None and not is_parent:
                        del element.getparent()[0]
        except etree.XMLSyntaxError as error:
            found = " ".join(str(error).split())  # it quotes what it found, line breaks of any kind among them
            raise ExportError(f"{path} is not well-formed XML: {found}; mend it with the tool that wrote it") from None


def text_of(element: etree._Element, codes: frozenset[str]) -> str:
    """The text of an element and its inner elements, without the content of those whose names are in `codes`."""
    parts = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str) and etree.QName(child).localname not in codes:
            parts.append(text_of(child, codes))
        parts.append(child.tail or "")
    return "".join(parts)


def is_language(found: str | None, wanted: str) -> bool:
    """Whether a language tag ("ar-EG", "AR") is the language `wanted` ("ar")."""
    return (found or "").lower().replace("_", "-").split("-")[0] == wanted
