"""An encoder that reads each text once: matching and linking an article ask for the same sentences."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from align.protocols import Encoder, Matrix, WordVectors


class ArticleEncoder:
    """An encoder over another one, for one article: what was read is kept as long as this object.

    Kept no longer on purpose: a vector differs in its last bits with what it was batched with, so what an article gives
    would hang on the articles before it.
    """

    def __init__(self, encoder: Encoder) -> None:
        """Read through `encoder`."""
        self._encoder = encoder
        self._words: dict[str, WordVectors] = {}
        self.name, self.revision, self.dim, self.engine = encoder.name, encoder.revision, encoder.dim, encoder.engine

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Sentence vectors, (len(texts), dim)."""
        return self._encoder.encode(texts) if texts else np.zeros((0, self.dim), np.float32)

    def encode_words(self, texts: Sequence[str]) -> list[WordVectors]:
        """Word vectors of every text, in order; those of earlier calls are not made again."""
        new = [text for text in dict.fromkeys(texts) if text not in self._words]
        if new:
            self._words.update(zip(new, self._encoder.encode_words(new), strict=True))
        return [self._words[text] for text in texts]
