"""The mining sets that fit_mining.py fits on and bench_mining.py measures, made from ../shared/data by seed."""

import random
from dataclasses import dataclass
from pathlib import Path

from align.pairs.corpus.duplicates import bare

SIDE = 6000  # sentences a side of the hidden set
COMPARABLE = 150  # pairs of the set made from the same documents
LONELY = 300  # its sentences a side that have no partner


@dataclass(frozen=True)
class Parallel:
    """A pair and the document it comes from."""

    en: str
    ar: str
    doc: str


@dataclass(frozen=True)
class MiningSet:
    """Two sides to mine and the pairs hidden in them, as row numbers; a document for each row."""

    english: tuple[str, ...]
    arabic: tuple[str, ...]
    gold: frozenset[tuple[int, int]]
    english_docs: tuple[str, ...]
    arabic_docs: tuple[str, ...]


def rows_of(path: Path):
    header, *lines = path.read_text(encoding="utf-8").rstrip("\n").split("\n")
    return [dict(zip(header.split("\t"), line.split("\t"))) for line in lines]


def news_pairs(shared: Path) -> list[Parallel]:
    """The pairs of ntrex_dev whose words are whole."""
    rows = rows_of(shared / "data/ntrex_dev/ntrex.tsv")
    return [Parallel(r["en"], r["ar"], r["doc"]) for r in rows if r["glued"] == "0"]


def other_pairs(shared: Path) -> list[Parallel]:
    """tico19, then Tatoeba's standard Arabic; each pair a document of its own."""
    found = [Parallel(r["en"], r["ar"], r["id"]) for r in rows_of(shared / "data/tico19/tico19.all.tsv")]
    sides = [(shared / f"data/tatoeba/tatoeba.{end}").read_text(encoding="utf-8").split("\n")
             for end in ("en", "ar", "ar.labels")]  # fmt: skip
    return found + [Parallel(en, ar, f"tatoeba:{n}") for n, (en, ar, label) in enumerate(zip(*sides)) if label == "ara"]


def hidden_set(shared: Path, seed: int) -> MiningSet:
    """All news pairs among sentences of other pairs that give one side only; nothing stands twice on a side."""
    rng = random.Random(seed)
    news, others = news_pairs(shared), other_pairs(shared)
    rng.shuffle(others)
    seen = {"en": set(), "ar": set()}
    for pair in news:
        seen["en"].add(bare(pair.en))
        seen["ar"].add(bare(pair.ar))
    lonely = {"en": [], "ar": []}
    for pair in others:
        side = rng.choice(["en", "ar"])
        side = side if len(lonely[side]) < SIDE - len(news) else {"en": "ar", "ar": "en"}[side]
        keys = bare(pair.en), bare(pair.ar)
        # Tatoeba gives one sentence several translations: the other side must not hold any of them.
        if keys[0] in seen["en"] or keys[1] in seen["ar"] or len(lonely[side]) >= SIDE - len(news):
            continue
        seen["en"].add(keys[0])
        seen["ar"].add(keys[1])
        lonely[side].append((getattr(pair, side), pair.doc))
    return _shuffled(news, lonely["en"], lonely["ar"], rng)


def comparable_set(shared: Path, seed: int) -> MiningSet:
    """Some news pairs among other sentences of the same documents, each on one side only."""
    rng = random.Random(seed)
    news = news_pairs(shared)
    rng.shuffle(news)
    rest = news[COMPARABLE : COMPARABLE + 2 * LONELY]
    return _shuffled(
        news[:COMPARABLE], [(p.en, p.doc) for p in rest[:LONELY]], [(p.ar, p.doc) for p in rest[LONELY:]], rng
    )


def _shuffled(pairs, english, arabic, rng) -> MiningSet:
    sides = []
    for name, lonely in (("en", english), ("ar", arabic)):
        rows = [(getattr(p, name), p.doc, n) for n, p in enumerate(pairs)] + [(t, d, None) for t, d in lonely]
        rng.shuffle(rows)
        sides.append(rows)
    places = [{n: row for row, (_, _, n) in enumerate(side) if n is not None} for side in sides]
    gold = frozenset((places[0][n], places[1][n]) for n in range(len(pairs)))
    texts = [tuple(t for t, _, _ in side) for side in sides]
    return MiningSet(*texts, gold, *(tuple(d for _, d, _ in side) for side in sides))
