"""What an engine has to do: piece ids of some texts in, hidden states out. Everything else is the encoder's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from align.protocols import Matrix

Ids = NDArray[np.int64]  # (pieces,)

# Layers 7 to 9 of 12 linked words best (9 of 9 on a hand-aligned tweet; the last layer is far worse); other depths
# take the same share.
_FIRST_LAYER, _LAST_LAYER = 7 / 12, 9 / 12


class Pieces(NamedTuple):
    """One text as the network reads it."""

    ids: Ids
    starts: Ids  # of each piece, an offset into the text; a mark of the tokenizer's own is empty: start = end
    ends: Ids


class States(NamedTuple):
    """What the network says of a batch, in fp32; the pieces of its texts lie end to end."""

    pooled: Matrix  # (texts, dim), unit rows
    middle: NDArray[np.float32]  # (pieces, dim), mean of the middle layers; (0, dim) where no words were asked for
    top: NDArray[np.float32]  # (pieces, dim), the last layer; likewise


class Network(Protocol):
    """A loaded model on one engine."""

    specials: tuple[str, ...]  # strings that the tokenizer would take for its own marks
    batch_tokens: int  # pieces a batch at which this engine is fastest

    def tokenise(self, texts: Sequence[str]) -> list[Pieces]:
        """The pieces of each text, cut at the model's length."""
        ...

    def run(self, batch: Sequence[Ids], *, with_words: bool) -> States:
        """One forward pass."""
        ...


def middle_layers(count: int, named: Sequence[int] | None = None) -> Sequence[int]:
    """The hidden states that word vectors are made of, for a network of `count` layers; state 0 is the embedding's.

    `named` are those that the model's own description names.
    """
    return named or range(round(_FIRST_LAYER * count), round(_LAST_LAYER * count) + 1)
