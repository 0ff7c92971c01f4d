"""Pairs of documents with known alignments, made from sentence pairs by a seeded script, for scripts/bench_docs.py.

Sources: `ntrex_dev` (61 news documents) and `tico19` (31 health documents, each cut to its first 120 sentences). A
document is shaped first: in natural proportions some sentences of one side are merged (", and" / "، و"), some are
split at a clause, some both, so that the stop of one side stands inside a sentence of the other (2:2, 3:2, ...). Noise
of x then takes the counterpart of so many sentences that x / 2 of each side has none, puts as many sentences of other
documents between them (of the same source, so that their topic is near), both singly and as paragraphs, and moves
Arabic paragraphs (x / 4 of the beads) to another place. The same shape stands under all levels of noise.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

_LONGEST = 120  # sentences of a tico19 document
_SHARES = {"1:1": 0.83, "2:1": 0.045, "1:2": 0.045, "split_en": 0.02, "split_ar": 0.02,
           "2:2": 0.02, "3:1": 0.007, "1:3": 0.007, "3:2": 0.006}  # fmt: skip
_EN_CUT = re.compile(r"(?:;|:| –| —|,(?= (?:and|but|which|while|who|as|with|after|before|because|so)\b)) ")
_AR_CUT = re.compile(r"(?:؛|:|،(?= ?(?:و|كما|حيث|بينما|ولكن|لكن|الذي|التي|مما|بعد|قبل|في حين)))\s*")
_FARTHEST = 25  # beads that a paragraph is moved


class Unit(NamedTuple):
    """Sentences of both sides that render each other, none of them less; a gap has one empty side."""

    en: tuple[str, ...]
    ar: tuple[str, ...]
    moved: int = -1  # the number of the moved unit whose English or Arabic this is; -1: not moved


class MadeDocument(NamedTuple):
    """Two documents and their true alignment."""

    name: str
    source: str
    fold: int
    en: list[str]
    ar: list[str]
    beads: list[tuple[tuple[int, ...], tuple[int, ...]]]
    moved: set[int]  # beads, by place in `beads`


def read_sources(shared: Path) -> dict[str, list[list[tuple[str, str]]]]:
    """Documents of sentence pairs, by source, in a fixed order."""
    ntrex: dict[str, list[tuple[str, str]]] = {}
    tico: dict[str, list[tuple[str, str]]] = {}
    for row in _rows(shared / "data/ntrex_dev/ntrex.tsv"):
        if row["glued"] == "0":
            ntrex.setdefault(row["doc"], []).append((row["en"].strip(), row["ar"].strip()))
    for row in _rows(shared / "data/tico19/tico19.all.tsv"):
        tico.setdefault(row["id"].split(":")[0], []).append((row["en"].strip(), row["ar"].strip()))
    return {"ntrex": list(ntrex.values()), "tico19": [rows[:_LONGEST] for rows in tico.values()]}


def _rows(path: Path) -> Iterable[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)


def made_documents(
    shared: Path, noise: float, *, seed: int = 25, folds: int = 5, chain: int = 0, sources: Sequence[str] = ()
) -> list[MadeDocument]:
    """The benchmark's documents at one level of noise; `chain` joins so many of a fold and source into a long one."""
    out = []
    every = {
        source: [_shaped(rows, np.random.default_rng([seed, number])) for number, rows in enumerate(documents)]
        for source, documents in read_sources(shared).items()
    }
    for source, shaped in every.items():
        if sources and source not in sources:
            continue
        groups = _groups(len(shaped), folds, chain)
        for number, (fold, members) in enumerate(groups):
            units = [unit for member in members for unit in shaped[member]]
            own = [doc for at, doc in enumerate(shaped) if at not in members and at % folds == fold]
            strange = [doc for name, docs in every.items() if name != source for doc in docs[fold::folds]]
            others = [unit for doc in (own or strange) for unit in doc]
            rng = np.random.default_rng([seed, 1000 + number, round(noise * 100)])
            noisy = _with_noise(units, others, noise, rng)
            out.append(_document(f"{source}-{'chain' if chain else 'doc'}{number}", source, fold, noisy))
    return out


def _groups(count: int, folds: int, chain: int) -> list[tuple[int, list[int]]]:
    if not chain:
        return [(number % folds, [number]) for number in range(count)]
    groups = []
    for fold in range(folds):
        own = list(range(fold, count, folds))
        groups += [(fold, own[start : start + chain]) for start in range(0, len(own), chain)]
    return groups


def _shaped(rows: Sequence[tuple[str, str]], rng: np.random.Generator) -> list[Unit]:
    """The pairs as units of other shapes than 1:1 here and there."""
    units, at = [], 0
    while at < len(rows):
        shape = str(rng.choice(list(_SHARES), p=list(_SHARES.values())))
        take = {"2:1": 2, "1:2": 2, "2:2": 2, "3:1": 3, "1:3": 3, "3:2": 3}.get(shape, 1)
        some = rows[at : at + take]
        unit = _unit(shape, some, rng) if len(some) == take else None
        if unit is None:
            unit, take = Unit((rows[at][0],), (rows[at][1],)), 1
        units.append(unit)
        at += take
    return units


def _unit(shape: str, rows: Sequence[tuple[str, str]], rng: np.random.Generator) -> Unit | None:
    """The unit of that shape; None where the texts do not allow it."""
    en, ar = tuple(row[0] for row in rows), tuple(row[1] for row in rows)
    match shape:
        case "2:1" | "3:1":
            return Unit(en, (_joined(ar, "ar"),))
        case "1:2" | "1:3":
            return Unit((_joined(en, "en"),), ar)
        case "split_en":
            parts = _split(en[0], _EN_CUT, rng)
            return Unit(parts, ar) if parts else None
        case "split_ar":
            parts = _split(ar[0], _AR_CUT, rng)
            return Unit(en, parts) if parts else None
        case "2:2" | "3:2":
            side, cut = ("en", _EN_CUT) if rng.random() < 0.5 else ("ar", _AR_CUT)
            texts, others = (en, ar) if side == "en" else (ar, en)
            parts = _split(texts[-1], cut, rng)
            if not parts:
                return None
            crossed = (_joined((*texts[:-1], parts[0]), side), parts[1])
            return Unit(crossed, others) if side == "en" else Unit(others, crossed)
    return Unit(en, ar)


def _joined(texts: Sequence[str], side: str) -> str:
    joint = ", and " if side == "en" else "، و"
    first = [text.rstrip(" .!?؟…") for text in texts[:-1]]
    return joint.join([*first, texts[-1]])


def _split(text: str, cut: re.Pattern[str], rng: np.random.Generator) -> tuple[str, str] | None:
    """The text in two sentences at a clause, each of at least three words."""
    places = [m.end() for m in cut.finditer(text) if min(text[: m.end()].count(" "), text[m.end() :].count(" ")) >= 3]
    if not places:
        return None
    place = int(rng.choice(places))
    return text[:place].rstrip(" ,;:،؛–—") + ".", text[place:].strip()


def _with_noise(units: list[Unit], others: list[Unit], noise: float, rng: np.random.Generator) -> list[Unit]:
    out = list(units)
    if noise <= 0:
        return out
    count = round(noise * len(units) / 2)
    for side in (0, 1):
        for start, length in _runs(count, len(out), rng):
            for at in range(start, start + length):
                kept = out[at]
                if kept.en and kept.ar:
                    out[at] = Unit(kept.en, ()) if side else Unit((), kept.ar)
    out = _moved(out, round(noise * len(units) / 4), rng)
    half = len(others) // 2  # what is added to one side is not what the other has in translation
    for side, pool in enumerate((others[:half], others[half:])):
        for start, length in sorted(_runs(count, len(out), rng), reverse=True):
            begin = int(rng.integers(0, max(1, len(pool) - length)))
            strange = [Unit((), u.ar) if side else Unit(u.en, ()) for u in pool[begin : begin + length]]
            out[start:start] = strange
    return out


def _runs(count: int, length: int, rng: np.random.Generator) -> list[tuple[int, int]]:
    """Runs of places that do not touch each other's starts, `count` places in all: two in three stand alone."""
    runs, left = [], count
    while left > 0:
        size = min(left, int(rng.choice([1, 2, 3, 4], p=[0.66, 0.16, 0.1, 0.08])), length)
        runs.append((int(rng.integers(0, length - size + 1)), size))
        left -= size
    return runs


def _moved(units: list[Unit], count: int, rng: np.random.Generator) -> list[Unit]:
    """Paragraphs of two to four beads whose Arabic stands elsewhere: their units are marked and put at another place.

    What moves is the Arabic alone: the English stays, as a unit with the same mark behind which `_document` finds it.
    """
    out, left, tries, number = list(units), count, 0, 0
    while left > 0 and tries < 50:
        tries += 1
        size = max(2, min(left, int(rng.integers(2, 5))))
        start = int(rng.integers(0, max(1, len(out) - size)))
        block = out[start : start + size]
        if len(block) < size or any(u.moved >= 0 or not (u.en and u.ar) for u in block):
            continue
        away = int(rng.integers(5, _FARTHEST + 1)) * (1 if rng.random() < 0.5 else -1)
        if not 0 <= start + away <= len(out) - size:
            continue
        out[start : start + size] = [Unit(u.en, (), number + n) for n, u in enumerate(block)]
        place = start + away if away < 0 else start + away + size - 1
        if any(u.moved >= 0 for u in out[max(0, place - 1) : place + 1]):
            out[start : start + size] = block
            continue
        out[place:place] = [Unit((), u.ar, number + n) for n, u in enumerate(block)]
        left, number = left - size, number + size
    return out


def _document(name: str, source: str, fold: int, units: list[Unit]) -> MadeDocument:
    en: list[str] = []
    ar: list[str] = []
    beads: list[tuple[tuple[int, ...], tuple[int, ...]]] = []
    halves: dict[int, tuple[int, ...]] = {}  # by the number of the moved unit: the side that came first
    moved: set[tuple[tuple[int, ...], tuple[int, ...]]] = set()
    for unit in units:
        left = tuple(range(len(en), len(en) + len(unit.en)))
        right = tuple(range(len(ar), len(ar) + len(unit.ar)))
        en += unit.en
        ar += unit.ar
        if unit.moved in halves:
            moved.add((left, halves[unit.moved]) if left else (halves[unit.moved], right))
        elif unit.moved >= 0:
            halves[unit.moved] = left or right
        elif unit.en and unit.ar:
            beads.append((left, right))
        else:
            beads += [((n,), ()) for n in left] + [((), (n,)) for n in right]
    beads = sorted([*beads, *moved], key=lambda bead: (bead[0] or (10**9,), bead[1]))
    return MadeDocument(name, source, fold, en, ar, beads, {n for n, bead in enumerate(beads) if bead in moved})
