"""Exact and near duplicates, one row at a time: a row is refused when one like it has been kept before.

Exact: both sides equal in normal form, letters and digits only. Near: MinHash (Broder, 1997) over character
4-grams of both sides together, through datasketch's LSH; a candidate counts when the estimated Jaccard similarity
reaches the threshold.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from align.text.normal import normal_form

if TYPE_CHECKING:
    from numpy.typing import NDArray

_PERMUTATIONS = 128
# 25 bands of 5: a pair at 0.7 becomes a candidate with probability 0.99, one at 0.3 with 0.06.
_BANDS = (25, 5)
_GRAM = 4
_NO_WORD = re.compile(r"[\W_]+")
_MULTIPLIERS = np.array([1, 1_000_003, 998_244_353, 2_147_483_629], dtype=np.uint64)
_MIX = np.uint64(0x9E3779B97F4A7C15)


@lru_cache(maxsize=64)  # the filters that compare ask one after another for the same row
def bare(text: str) -> str:
    """The words of the normal form with plain spaces: what is compared."""
    return _NO_WORD.sub(" ", normal_form(text)).strip()


def key_of(*texts: str) -> int:
    """64 bits of the texts' normal forms, the same on every machine."""
    digest = hashlib.blake2b("\0".join(texts).encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big")


class ExactDuplicates:
    """The pairs and single sentences seen, by 64-bit keys."""

    def __init__(self) -> None:
        self._seen: set[int] = set()

    def is_known(self, *texts: str) -> bool:
        """Whether a text or pair of texts in `bare` form was added."""
        return key_of(*texts) in self._seen

    def add(self, *texts: str) -> None:
        """Remember a text or pair."""
        self._seen.add(key_of(*texts))


class NearDuplicates:
    """Signatures of the rows kept so far; about 8 kB a row."""

    def __init__(self, threshold: float) -> None:
        from datasketch import MinHash, MinHashLSH

        self._threshold = threshold
        self._lsh = MinHashLSH(num_perm=_PERMUTATIONS, params=_BANDS)
        self._blank = MinHash(num_perm=_PERMUTATIONS, scheme="affine32", hashfunc=int)
        self._signatures: list[NDArray[np.uint32]] = []

    def find(self, *texts: str) -> int | None:
        """The number of the kept row, from 0, that is most like the texts in `bare` form; None when there is none."""
        return self._find(self._minhash(texts))

    def find_or_add(self, *texts: str) -> int | None:
        """The same, and texts that are like none are kept."""
        minhash = self._minhash(texts)
        number = self._find(minhash)
        if number is None:
            self._lsh.insert(len(self._signatures), minhash)
            self._signatures.append(minhash.hashvalues)
        return number

    def _minhash(self, texts: tuple[str, ...]) -> Any:
        minhash = self._blank.__class__(
            num_perm=_PERMUTATIONS,
            scheme="affine32",
            hashfunc=int,
            hashvalues=self._blank.hashvalues,
            permutations=self._blank.permutations,  # given, they are not drawn again: that was a third of the time
        )
        minhash.update_batch(_shingles(texts).tolist())
        return minhash

    def _find(self, minhash: Any) -> int | None:
        found: tuple[float, int] | None = None
        for number in sorted(self._lsh.query(minhash)):  # sorted: a set's order is not the same in every run
            likeness = float(np.mean(minhash.hashvalues == self._signatures[number]))
            if likeness >= self._threshold and (found is None or likeness > found[0]):
                found = (likeness, number)
        return found[1] if found else None


def _shingles(texts: tuple[str, ...]) -> NDArray[np.uint32]:
    """Hashes of the distinct 4-grams of texts in `bare` form, (n,), n at least 1 each; each text stands for itself."""
    found = []
    for side, text in enumerate(texts):
        codes = np.frombuffer(f" {text} ".encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.uint64)
        if len(codes) < _GRAM:
            codes = np.pad(codes, (0, _GRAM - len(codes)))
        grams = np.lib.stride_tricks.sliding_window_view(codes, _GRAM) @ _MULTIPLIERS + np.uint64(side)
        found.append(((grams * _MIX) >> np.uint64(32)).astype(np.uint32))
    return np.unique(np.concatenate(found))
