"""Alignments in the formats of other tools: Hunalign's ladder, Vecalign's and Bertalign's lines, and beads.jsonl.

A ladder (Varga et al. 2005) has a line per rung, `English sentence, Arabic sentence, score` between tabs: how many
sentences of each side are behind it; a bead is what lies between two rungs. Vecalign and Bertalign write
`[0, 1]:[0]:score`, a list of sentences for each side, in the order of the documents that they were given.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import regex

from align.docs.beads import Bead
from align.errors import ExportError, ReadError
from align.files import dump_json, read_jsonl
from align.writing import atomic_writer, refuse_overwriting

_LISTS = regex.compile(r"\s*\[([\d,\s]*)\]\s*:\s*\[([\d,\s]*)\]\s*(?::\s*(\S+))?\s*")
_RUNG = regex.compile(r"\s*(\d+)\t\s*(\d+)(?:\t\s*(\S+))?\s*")
_JOINT = regex.compile(r"\s*~~~\s*")
_MOST = 1 << 40  # a sentence's number


def read_beads(path: Path) -> list[Bead]:
    """The beads of a file of any of these formats, told by its content.

    Raises ReadError when it cannot be read, or a line of it is of no kind that the first line is.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ReadError("unreadable", f"expected an alignment in {path}, which cannot be read: {error}") from None
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not lines:
        raise ReadError("empty", f"expected an alignment in {path}, found an empty file")
    first = lines[0][1]
    if first.lstrip().startswith("{"):
        return [_json_bead(line, path, number) for number, line in lines]
    if _LISTS.fullmatch(first):
        return [_list_bead(line, path, number) for number, line in lines]
    if _RUNG.fullmatch(first):
        return list(_of_rungs([_rung(line, path, number) for number, line in lines]))
    if first.count("\t") == 2:
        return list(_of_texts(lines, path))
    raise ReadError(
        "alignment",
        f"expected a ladder, lines such as [0]:[0] or beads.jsonl in {path}, found {first[:60]!r}; name another file",
    )


def _json_bead(line: str, path: Path, number: int) -> Bead:
    try:
        row = json.loads(line)
        en, ar = (tuple(map(_sentence, row[side])) for side in ("en", "ar"))
        probability = float(row.get("probability", 1.0))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise _broken(path, number, line, 'an object such as {"en": [0], "ar": [0]}') from None
    return Bead(en, ar, probability if math.isfinite(probability) else 1.0, bool(row.get("moved")))


def _sentence(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < _MOST:
        raise ValueError
    return value


def _list_bead(line: str, path: Path, number: int) -> Bead:
    found = _LISTS.fullmatch(line)
    if found is None:
        raise _broken(path, number, line, "two lists such as [0, 1]:[0]")
    en, ar = (tuple(int(n) for n in part.replace(",", " ").split()) for part in (found[1], found[2]))
    return Bead(en, ar)


def _rung(line: str, path: Path, number: int) -> tuple[int, int]:
    found = _RUNG.fullmatch(line)
    if found is None:
        raise _broken(path, number, line, "two sentence numbers and a score between tabs")
    return int(found[1]), int(found[2])


def _of_rungs(rungs: Sequence[tuple[int, int]]) -> Iterator[Bead]:
    start = (0, 0)
    for rung in rungs:
        if rung == start:
            continue
        yield Bead(tuple(range(start[0], rung[0])), tuple(range(start[1], rung[1])))
        start = rung


def _of_texts(lines: Sequence[tuple[int, str]], path: Path) -> Iterator[Bead]:
    """Of a ladder with texts in place of numbers, sentences joined by ~~~."""
    i = j = 0
    for number, line in lines:
        cells = line.split("\t")
        if len(cells) != 3:
            raise _broken(path, number, line, "two texts and a score between tabs")
        left, right = (len(_JOINT.split(cell)) if cell.strip() else 0 for cell in cells[:2])
        yield Bead(tuple(range(i, i + left)), tuple(range(j, j + right)))
        i, j = i + left, j + right


def _broken(path: Path, number: int, line: str, wanted: str) -> ReadError:
    return ReadError("alignment", f"{path}:{number}: expected {wanted}, found {line[:60]!r}; mend the line")


def checked_beads(beads: Iterable[Bead], english: int, arabic: int, source: str) -> list[Bead]:
    """The beads, each sentence in one of them at most and none beyond the documents. Raises ReadError otherwise."""
    out, seen = [], (set[int](), set[int]())
    for bead in beads:
        for side, taken, count, name in zip(bead[:2], seen, (english, arabic), ("English", "Arabic"), strict=True):
            if beyond := [n for n in side if n >= count]:
                raise ReadError(
                    "alignment",
                    f"{source}: expected sentences below {count} on the {name} side, found {beyond[0]}; give the "
                    "documents that were aligned, with --lines where each line is a sentence",
                )
            if twice := taken.intersection(side):
                raise ReadError("alignment", f"{source}: expected each {name} sentence once, found {min(twice)} twice")
            taken.update(side)
        out.append(bead)
    return out


def ladder_lines(beads: Iterable[Bead], english: int, arabic: int) -> Iterator[str]:
    """The rungs of a ladder of two documents of so many sentences; a moved bead stands in no ladder, nor a gap's score.

    Sentences between two rungs of which one side has none are a gap.
    """
    yield "0\t0\t0"
    end = (0, 0)
    for bead in beads:
        if bead.is_gap or bead.is_moved:
            continue
        start = bead.en[0], bead.ar[0]
        if start < end or start[1] < end[1]:
            continue  # it crosses one that stands there
        if start[0] > end[0] and start[1] > end[1]:
            yield f"{start[0]}\t{end[1]}\t0"  # what one side leaves out, then what the other does
        if start != end:
            yield f"{start[0]}\t{start[1]}\t0"
        end = bead.en[-1] + 1, bead.ar[-1] + 1
        yield f"{end[0]}\t{end[1]}\t{bead.probability:.4f}"
    if english > end[0] and arabic > end[1]:
        yield f"{english}\t{end[1]}\t0"
    if (english, arabic) != end:
        yield f"{english}\t{arabic}\t0"


def write_ladder(path: Path, beads: Iterable[Bead], english: int, arabic: int) -> None:
    """Write a ladder, whole or not at all. The score of a rung is the probability of the bead that ends there."""
    with atomic_writer(path) as stream:
        stream.writelines(line + "\n" for line in ladder_lines(beads, english, arabic))


def export_ladder(folder: Path, path: Path) -> int:
    """Write the ladder of the one pair of documents that a job of `align docs` holds; returns how many beads.

    Raises ExportError where it holds several, or is no such job.
    """
    try:
        documents = {row["doc_id"]: row for row in read_jsonl(folder / "documents.jsonl")}
        rows = list(read_jsonl(folder / "beads.jsonl"))
        pairs = {(row["en_doc_id"], row["ar_doc_id"]) for row in rows}
        if len(pairs) != 1:
            raise ExportError(f"expected one pair of documents in {folder}, found {len(pairs)}; export one job each")
        counts = [1 + max((one[0] for one in documents[name]["sentences"]), default=-1) for name in pairs.pop()]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ExportError(f"expected a directory of align docs, found none in {folder} ({error})") from error
    refuse_overwriting(path, [folder])
    beads = [Bead(tuple(row["en"]), tuple(row["ar"]), row["probability"], bool(row.get("moved"))) for row in rows]
    write_ladder(path, beads, *counts)
    return sum(not bead.is_gap for bead in beads)


def bead_row(bead: Bead) -> dict[str, object]:
    """A bead as beads.jsonl has it."""
    row: dict[str, object] = {"en": list(bead.en), "ar": list(bead.ar), "probability": round(bead.probability, 4)}
    return {**row, "moved": True} if bead.is_moved else row


def bead_line(bead: Bead) -> str:
    """Its line."""
    return dump_json(bead_row(bead)) + "\n"
