"""Texts as the network takes them: rows of the frozen embedding tables, and the word that each piece belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from align.embed.bundled import bundled_model_path
from align.embed.fast_network import open_tensors
from align.embed.readable import read_pieces
from align.embed.tokens import Tokens
from align.records import Span
from align.text.words import words

_MOST_PIECES = 160


@dataclass(frozen=True, slots=True)
class Text:
    """One text as the network reads it."""

    rows: NDArray[np.float32]  # (pieces, hidden), of the embedding tables
    starts: NDArray[np.int64]  # (pieces,), offsets; a mark of the tokenizer's own is empty
    ends: NDArray[np.int64]
    words: tuple[Span, ...]
    word_of: NDArray[np.int64]  # (pieces,), number of the word that a piece belongs to, -1 for none


class Texts(Protocol):
    """Reads texts."""

    def read(self, texts: Sequence[str]) -> list[Text]:
        """The texts as the network takes them."""
        ...


class Reader:
    """Texts to rows of the frozen embedding tables."""

    def __init__(self) -> None:
        """Open the bundled model's tables and tokenizer, unpacking it on first use."""
        model = bundled_model_path()
        tensors = open_tensors(model / "model.safetensors")
        self._words = tensors["embeddings.word_embeddings.weight"]
        kind = tensors["embeddings.token_type_embeddings.weight"][0].astype(np.float32)
        self._places = tensors["embeddings.position_embeddings.weight"].astype(np.float32) + kind
        self._tokens = Tokens(model, _MOST_PIECES)

    def read(self, texts: Sequence[str]) -> list[Text]:
        """The texts as the network takes them."""
        found = []
        for text, pieces in zip(texts, read_pieces(self._tokens.cut, texts), strict=True):
            spans = words(text)
            rows = self._words[pieces.ids].astype(np.float32) + self._places[: len(pieces.ids)]
            found.append(Text(rows, pieces.starts, pieces.ends, spans, word_of(pieces.starts, pieces.ends, spans)))
        return found


def word_of(starts: NDArray[np.int64], ends: NDArray[np.int64], spans: Sequence[Span]) -> NDArray[np.int64]:
    """For each piece the number of the first word that it overlaps, -1 for none."""
    if not spans:
        return np.full(len(starts), -1, np.int64)
    word_starts, word_ends = np.array(spans).T
    found = np.searchsorted(word_ends, starts, "right")
    inside = np.minimum(found, len(spans) - 1)
    overlaps = (found < len(spans)) & (word_starts[inside] < ends) & (ends > starts)
    return np.where(overlaps, inside, -1)
