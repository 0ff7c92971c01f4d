"""A student as an encoder: the same protocol that everything else of the project reads vectors through."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch

from align.embed.encoder import batches
from align.protocols import Engine, Matrix, WordVectors
from align.train.reader import Reader
from align.train.student import Read, Student

_BATCH_PIECES = 2048


class StudentEncoder:
    """Vectors of a student that is being trained, or was."""

    def __init__(self, student: Student, name: str = "student", *, bf16: bool = True) -> None:
        """Wrap a student; `bf16` as it was trained."""
        self._student, self._reader, self._bf16 = student.eval(), Reader(), bf16
        self.name, self.revision, self.dim = name, name, student.shape.hidden
        self.engine: Engine | None = None

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Sentence vectors, (len(texts), dim), unit rows."""
        found = np.zeros((len(texts), self.dim), np.float32)
        for rows, read in self.passes(texts):
            found[rows] = torch.nn.functional.normalize(read.pooled, dim=1).cpu().numpy()
        return found

    def encode_words(self, texts: Sequence[str]) -> list[WordVectors]:
        """Word vectors of every text; `sums` of the last layer are not told, and zero."""
        found: dict[int, WordVectors] = {}
        for rows, read in self.passes(texts):
            for at, (row, text) in enumerate(zip(rows, self._reader.read([texts[r] for r in rows]), strict=True)):
                vectors = read.words[at, : len(text.words)].cpu().numpy()
                found[row] = WordVectors(text.words, vectors, np.zeros_like(vectors))
        return [found[row] for row in range(len(texts))]

    def passes(self, texts: Sequence[str]) -> Iterator[tuple[list[int], Read]]:
        """Batches of row numbers with what the network says of them."""
        if not texts:
            return
        read = self._reader.read(texts)
        for rows in batches([len(text.rows) for text in read], _BATCH_PIECES):
            device = next(self._student.parameters()).device.type
            with torch.inference_mode(), torch.autocast(device, torch.bfloat16, enabled=self._bf16):
                yield rows, self._student([read[row] for row in rows])
