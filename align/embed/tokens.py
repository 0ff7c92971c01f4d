"""The bundled tokenizer in two sizes: one of Latin and Arabic script for nearly every text, the whole one for the rest.

Opening all 250,002 pieces takes 0.8 s, and letting go of them 0.2 s more; half of them serve other scripts. A text in
which nothing but kept characters occurs, once normalised, is cut alike by both: no dropped piece could stand in it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import regex
from numpy.typing import NDArray

from align.embed.network import Pieces
from align.embed.whole import derived_file

_LAYOUT = 1  # raised whenever the choice of pieces changes, so that an older copy in a cache is not taken
_KEPT = regex.compile(r"[\p{Latin}\p{Arabic}\p{Common}\p{Inherited}]*")
_SPECIALS = 4  # <s> <pad> </s> <unk>, the first pieces


class Tokens:
    """Texts to pieces, as the whole tokenizer cuts them."""

    def __init__(self, model: Path, most_pieces: int) -> None:
        """Open the small tokenizer of an unpacked model, made on first use; texts are cut at `most_pieces`.

        Raises ModelError when it cannot be written.
        """
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        self._whole_file, self._most = model / "tokenizer.json", most_pieces
        small = derived_file(model.parent / f"{model.name}-pieces-v{_LAYOUT}.jsonl", self._write_small)
        numbers, tokenizer = small.read_text(encoding="utf-8").splitlines()
        self._small, self._numbers = self._opened(tokenizer), np.array(json.loads(numbers), np.int64)

    def _opened(self, tokenizer: str) -> Any:
        from tokenizers import Tokenizer

        opened = Tokenizer.from_str(tokenizer)
        opened.enable_truncation(self._most)
        return opened

    @cached_property
    def _whole(self) -> Any:
        return self._opened(self._whole_file.read_text(encoding="utf-8"))

    def cut(self, texts: Sequence[str]) -> list[Pieces]:
        """The pieces of each text."""
        normal = self._small.normalizer.normalize_str
        if all(_KEPT.fullmatch(normal(text)) for text in texts):
            return [_pieces(encoding, self._numbers) for encoding in self._small.encode_batch(list(texts))]
        return [_pieces(encoding, None) for encoding in self._whole.encode_batch(list(texts))]

    def _write_small(self, path: Path) -> None:
        """The numbers of the kept pieces in the whole tokenizer, a line, and the tokenizer of these, a line."""
        facts = json.loads(self._whole_file.read_text(encoding="utf-8"))
        vocabulary = facts["model"]["vocab"]
        lowest = min(range(len(vocabulary)), key=lambda n: vocabulary[n][1])  # an unknown piece's score hangs on it
        kept = [
            n for n, (piece, _) in enumerate(vocabulary) if n < _SPECIALS or n == lowest or _KEPT.fullmatch(str(piece))
        ]
        facts["model"]["vocab"] = [vocabulary[n] for n in kept]
        facts["added_tokens"] = [token for token in facts["added_tokens"] if token["id"] < _SPECIALS]
        path.write_text(f"{json.dumps(kept)}\n{json.dumps(facts)}\n", encoding="utf-8")


def _pieces(encoding: Any, numbers: NDArray[np.int64] | None) -> Pieces:
    ids, offsets = np.array(encoding.ids, np.int64), np.array(encoding.offsets, np.int64).reshape(-1, 2)
    return Pieces(ids if numbers is None else numbers[ids], offsets[:, 0], offsets[:, 1])
