"""An encoder that reads each text once and may keep what it read in a file, between fits."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from align.protocols import Encoder, Engine, Matrix, WordVectors

_BATCH = 512


class KeptEncoder:
    """An `Encoder` over another one, opened when a text is missing from what is kept.

    `is_compact`: word vectors are kept in half precision and without the sums of the last layer, a quarter of the
    room; whoever reads links alone needs no more.
    """

    def __init__(
        self, open_encoder: Callable[[], Encoder], path: Path | None = None, *, is_compact: bool = False
    ) -> None:
        """Read what `path` holds, a file of this class; it is trusted as any pickle is."""
        self._open, self._path, self._is_compact = open_encoder, path, is_compact
        self._encoder: Encoder | None = None
        kept: dict[str, Any] = pickle.loads(path.read_bytes()) if path and path.exists() else {}
        self._sentences: dict[str, Any] = kept.get("encode", {})
        self._words: dict[str, Any] = kept.get("encode_words", {})
        identity = kept.get("identity") or (self.encoder.name, self.encoder.revision, self.encoder.dim)
        self.name: str = identity[0]
        self.revision: str = identity[1]
        self.dim: int = identity[2]
        self.engine: Engine | None = None
        self._is_changed = False

    @property
    def encoder(self) -> Encoder:
        """The encoder below."""
        if self._encoder is None:
            self._encoder = self._open()
        return self._encoder

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Sentence vectors as the encoder below gives them, (len(texts), dim)."""
        self._add(self._sentences, texts, lambda part: list(self.encoder.encode(part)))
        return np.array([self._sentences[text] for text in texts], np.float32).reshape(-1, self.dim)

    def encode_words(self, texts: Sequence[str]) -> list[WordVectors]:
        """Word vectors of every text; compact ones with the vectors in the place of the sums."""
        self._add(self._words, texts, lambda part: [self._to_keep(w) for w in self.encoder.encode_words(part)])
        return [self._of_kept(self._words[text]) for text in texts]

    def _add(self, known: dict[str, Any], texts: Sequence[str], read: Callable[[list[str]], list[Any]]) -> None:
        new = [text for text in dict.fromkeys(texts) if text not in known]
        for start in range(0, len(new), _BATCH):
            part = new[start : start + _BATCH]
            known.update(zip(part, read(part), strict=True))
        self._is_changed |= bool(new)

    def _to_keep(self, found: WordVectors) -> Any:
        return (found.words, found.vectors.astype(np.float16)) if self._is_compact else found

    def _of_kept(self, kept: Any) -> WordVectors:
        if not self._is_compact:
            return WordVectors(*kept)
        vectors = kept[1].astype(np.float32)
        return WordVectors(kept[0], vectors, vectors)

    def save(self) -> None:
        """Write what is kept, where a file was named and something came in."""
        if self._path and self._is_changed:
            identity = self.name, self.revision, self.dim
            kept = {"identity": identity, "encode": self._sentences, "encode_words": self._words}
            self._path.write_bytes(pickle.dumps(kept, protocol=4))
            self._is_changed = False
