"""Aligned documents as one page: both columns, the links between them drawn, with nothing from outside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Literal, NotRequired, TypedDict, cast

from align.errors import RunError
from align.files import data_path, read_jsonl
from align.writing import atomic_writer

_SURE = 0.9


class _Bead(TypedDict):
    """What is read of a row of beads.jsonl."""

    en_doc_id: str
    ar_doc_id: str
    en: list[int]
    ar: list[int]
    probability: float
    moved: NotRequired[bool]


class _Block(TypedDict):
    start: int


class _Document(TypedDict):
    """What is read of a row of documents.jsonl."""

    doc_id: str
    title: str | None
    text: str
    blocks: list[_Block]
    sentences: list[tuple[int, int, int]]


_TEMPLATE = ("docs", "page.html")


def write_page(folder: Path, path: Path) -> None:
    """Draw what a job of `align docs` wrote into `folder`. Raises RunError where it is not whole, WriteError."""
    before, after = data_path(*_TEMPLATE).read_text(encoding="utf-8").split("<!-- documents -->")
    try:
        documents = {row["doc_id"]: cast(_Document, row) for row in read_jsonl(folder / "documents.jsonl")}
        with atomic_writer(path) as stream:
            stream.write(before)
            beads = (cast(_Bead, row) for row in read_jsonl(folder / "beads.jsonl"))
            stream.writelines(_drawn(documents, _grouped(beads)))
            stream.write(after)
    except (ValueError, KeyError) as error:
        raise RunError(f"{folder} holds no whole job of align docs ({error}); make it again with --redo") from error


def _grouped(rows: Iterable[_Bead]) -> Iterator[list[_Bead]]:
    """The beads of each pair of documents."""
    group: list[_Bead] = []
    for row in rows:
        if group and (row["en_doc_id"], row["ar_doc_id"]) != (group[0]["en_doc_id"], group[0]["ar_doc_id"]):
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _drawn(documents: Mapping[str, _Document], groups: Iterable[list[_Bead]]) -> Iterator[str]:
    for beads in groups:
        english, arabic = documents[beads[0]["en_doc_id"]], documents[beads[0]["ar_doc_id"]]
        names = " · ".join(escape(str(one["title"] or one["doc_id"])) for one in (english, arabic))
        yield f'<section><h2>{names}</h2><div class="pair"><svg></svg>'
        columns: tuple[tuple[_Document, Literal["en", "ar"]], ...] = ((english, "en"), (arabic, "ar"))
        for document, side in columns:
            direction = "rtl" if side == "ar" else "ltr"
            yield f'<div class="column" lang="{side}" dir="{direction}">'
            yield from _sentences(document, side, beads)
            yield "</div>"
        yield "</div></section>\n"


def _sentences(document: _Document, side: Literal["en", "ar"], beads: list[_Bead]) -> Iterator[str]:
    """Each sentence as a box that names its bead; a paragraph begins with some room."""
    bead_of = {n: (place, bead) for place, bead in enumerate(beads) for n in bead[side]}
    starts = {block["start"] for block in document["blocks"]}
    for number, start, end in document["sentences"]:
        text = escape(document["text"][start:end])
        place, bead = bead_of[number] if number in bead_of else (-1, None)
        kind = _kind(bead)
        told = f"{number}" if bead is None else f"{number} · {bead['probability']:.2f}"
        room = " begins" if start in starts else ""
        yield f'<p class="{kind}{room}" data-bead="{place}" title="{told}">{text}</p>'


def _kind(bead: _Bead | None) -> str:
    if bead is None or not (bead["en"] and bead["ar"]):
        return "gap"
    if bead.get("moved"):
        return "moved"
    return "sure" if bead["probability"] >= _SURE else "unsure"
