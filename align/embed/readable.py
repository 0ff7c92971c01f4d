"""Texts on their way to a tokenizer: in plain letters, and the pieces' places back in the text as printed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from align.embed.network import Pieces
from align.text.orthography import Plain, plain_letters


def read_pieces(tokenise: Callable[[list[str]], list[Pieces]], texts: Sequence[str]) -> list[Pieces]:
    """The pieces of each text in plain letters; their offsets are into `texts`."""
    plain = [plain_letters(text) for text in texts]
    pieces = tokenise([found.text or " " for found in plain])
    return [_as_printed(*both) for both in zip(pieces, plain, strict=True)]


def _as_printed(pieces: Pieces, plain: Plain) -> Pieces:
    """The pieces with offsets into the printed text; marks behind a letter belong to its piece."""
    if plain.origin is None:
        return pieces
    origin = np.array(plain.origin, np.int64)
    last = len(origin) - 1
    starts, ends = np.minimum(pieces.starts, last), np.minimum(pieces.ends, last)
    is_real = ends > starts
    return Pieces(pieces.ids, np.where(is_real, origin[starts], 0), np.where(is_real, origin[ends], 0))
