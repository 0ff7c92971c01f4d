"""What a step is made of: drawn from the seed and the step's number alone, so that a run can be taken up anywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from align.train.changes import made_changes
from align.train.edits import Change
from align.train.parallel import Pair, read_rows, training_pairs
from align.train.quads import Quad, training_quads
from align.train.splits import splits
from align.train.teacher import corpus_vectors, neighbours, teacher_vectors

# News and human texts more often than their share; the rest by what is left of one.
_SHARE = {"un_political": 0.30, "un_conflict_mt": 0.22, "fignews_mt": 0.2, "tatoeba": 0.22}
_GROUP = 4  # a sentence and its nearest: hard negatives of each other
_NEAREST = 12
_ENGLISH_CHANGED, _ARABIC_CHANGED = 0.9, 0.5
_PARAGRAPH = 3
_LEXICAL_REACH = 20  # rows of a list sorted by its English

Vectors = NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much a step holds."""

    groups: int = 5
    quads: int = 8
    lexical: int = 24
    paragraphs: int = 2


@dataclass(frozen=True, slots=True)
class Changed:
    """A changed text and the pair of the batch that it was made from."""

    pair: int
    change: Change


@dataclass(frozen=True, slots=True)
class ParallelBatch:
    """Pairs in groups of neighbours, changes of them, paragraphs of some of them, short lexical pairs."""

    pairs: tuple[Pair, ...]
    teacher_en: Vectors  # (pairs, dim)
    teacher_ar: Vectors
    changed_en: tuple[Changed, ...]
    changed_ar: tuple[Changed, ...]
    paragraphs: tuple[tuple[int, ...], ...]  # numbers of pairs
    lexical: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class QuadBatch:
    """Some quads, and the teacher's vectors of their six texts each: en, en2, ar, ar, ar2, ar2."""

    quads: tuple[Quad, ...]
    teacher: Vectors  # (quads, 6, dim)


@dataclass(frozen=True, slots=True)
class Corpus:
    """One corpus with the teacher's vectors and each sentence's nearest."""

    pairs: Sequence[Pair]
    en: Vectors
    ar: Vectors
    nearest: NDArray[np.int64]  # (pairs, _NEAREST)


@dataclass(frozen=True, slots=True)
class Material:
    """All that is trained on."""

    corpora: Mapping[str, Corpus]
    quads: Sequence[Quad]
    quad_vectors: Vectors  # (quads, 6, dim)
    lexicon: Sequence[Sequence[Pair]]  # each list sorted by its English


def quad_texts(quads: Sequence[Quad]) -> list[str]:
    """The six texts of each quad: en, en2, ar, ar, ar2, ar2."""
    return [text for quad in quads for text in (*quad.en, *quad.ar[0], *quad.ar[1])]


def load_material(shared: Path, cache: Path) -> Material:
    """Read everything, and have the teacher read it where `cache` does not hold its vectors yet."""
    pairs = training_pairs(shared)
    vectors = corpus_vectors(pairs, cache)
    corpora = {
        name: Corpus(pairs[name], en, ar, neighbours(en, min(_NEAREST, len(en) - 1)))
        for name, (en, ar) in vectors.items()
    }
    quads, _ = training_quads(shared)
    quad_vectors = teacher_vectors(quad_texts(quads), cache)
    return Material(corpora, quads, quad_vectors.reshape(len(quads), 6, -1), _lexicon(shared))


def _lexicon(shared: Path) -> list[list[Pair]]:
    lists = []
    for name in splits()["lexicon"]["trained"]:
        rows = read_rows(shared / "train" / "lexicon" / f"{name}.tsv.gz")
        pairs = [Pair(row[0].replace("_", " "), row[1]) for row in rows if len(row) > 1 and row[0] and row[1]]
        lists.append(sorted(pairs, key=lambda pair: pair.en))
    return lists


def draw(material: Material, sizes: Sizes, seed: int, step: int) -> ParallelBatch | QuadBatch:
    """The batch of a step: parallel text and quads by turns."""
    rng = np.random.default_rng([seed, step])
    return _quad_batch(material, sizes, rng) if step % 2 else _parallel_batch(material, sizes, rng)


def _quad_batch(material: Material, sizes: Sizes, rng: np.random.Generator) -> QuadBatch:
    chosen = rng.choice(len(material.quads), min(sizes.quads, len(material.quads)), replace=False)
    return QuadBatch(tuple(material.quads[k] for k in chosen), material.quad_vectors[chosen])


def _parallel_batch(material: Material, sizes: Sizes, rng: np.random.Generator) -> ParallelBatch:
    pairs: list[Pair] = []
    en, ar = [], []
    for _ in range(sizes.groups):
        corpus = _corpus(material, rng)
        seed = int(rng.integers(len(corpus.pairs)))
        near = rng.permutation(corpus.nearest[seed])[: _GROUP - 1]
        rows = [seed, *(int(row) for row in near)]
        pairs += [corpus.pairs[row] for row in rows]
        en.append(corpus.en[rows])
        ar.append(corpus.ar[rows])
    order = rng.permutation(len(pairs))
    paragraphs = tuple(
        tuple(int(k) for k in order[first : first + _PARAGRAPH])
        for first in range(0, min(sizes.paragraphs * _PARAGRAPH, len(pairs) - _PARAGRAPH + 1), _PARAGRAPH)
    )
    return ParallelBatch(
        tuple(pairs),
        np.concatenate(en),
        np.concatenate(ar),
        _changed([p.en for p in pairs], "en", _ENGLISH_CHANGED, rng),
        _changed([p.ar for p in pairs], "ar", _ARABIC_CHANGED, rng),
        paragraphs,
        tuple(_lexical(material, sizes.lexical, rng)),
    )


def _corpus(material: Material, rng: np.random.Generator) -> Corpus:
    names = list(material.corpora)
    rest = [name for name in names if name not in _SHARE]
    left = 1 - sum(_SHARE.get(name, 0) for name in names)
    shares = np.array([_SHARE[name] if name in _SHARE else left / len(rest) for name in names])
    return material.corpora[names[int(rng.choice(len(names), p=shares / shares.sum()))]]


def _changed(texts: Sequence[str], language: str, share: float, rng: np.random.Generator) -> tuple[Changed, ...]:
    found = []
    for number, text in enumerate(texts):
        if rng.random() < share and (changes := made_changes(text, language, rng)):
            found.append(Changed(number, changes[0]))
    return tuple(found)


def _lexical(material: Material, count: int, rng: np.random.Generator) -> list[Pair]:
    found: list[Pair] = []
    while material.lexicon and len(found) < count:
        rows = material.lexicon[int(rng.integers(len(material.lexicon)))]
        start = int(rng.integers(len(rows)))
        near = start + rng.choice(_LEXICAL_REACH, _GROUP, replace=False)
        found += [rows[int(row)] for row in near if row < len(rows)]
    return found[:count]
