"""The seams where a heavy part can be exchanged: a test double needs no model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from align.records import Finding, Span, Subject

Matrix = NDArray[np.float32]  # (n, dim), rows of unit length
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class WordVectors(NamedTuple):
    """Contextual vectors of one text's words."""

    words: tuple[Span, ...]  # offsets into the text
    vectors: NDArray[np.float32]  # (len(words), dim), mean over the word's pieces and the chosen layers; not centred
    sums: NDArray[np.float32]  # (len(words), dim), the last layer summed over the word's pieces


class Engine(NamedTuple):
    """What an encoder runs on, the numbers it computes in, and why it was chosen."""

    name: str
    precision: str  # fp32, bf16, fp16
    reason: str

    @property
    def label(self) -> str:
        """Engine and precision in one word, as cache keys have it."""
        return f"{self.name}-{self.precision}"


class Encoder(Protocol):
    """Turns texts into vectors; the same text gives the same vector whatever it is batched with (to rounding)."""

    name: str
    revision: str
    dim: int
    engine: Engine | None  # None for a double, which runs on nothing

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Sentence vectors, (len(texts), dim), unit rows, not centred."""
        ...

    def encode_words(self, texts: Sequence[str]) -> list[WordVectors]:
        """Word vectors of every text, in order."""
        ...


class VectorIndex(Protocol):
    """Nearest neighbours by cosine."""

    def search_top_k(self, queries: Matrix, k: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Cosines and row numbers, each (len(queries), k), best first; -1 where fewer than k rows exist."""
        ...


class Check(Protocol):
    """A check: pure, no model, no disk."""

    def __call__(self, subject: Subject) -> list[Finding]:
        """Findings with spans into `subject.en` and `subject.ar`."""
        ...
