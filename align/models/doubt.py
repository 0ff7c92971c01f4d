"""The judge of words without torch: from two texts' word vectors, how likely each word's meaning is changed or lost.

The network is that of `align/train/judge.py`, whose weights ship with the trained encoder; both give the same doubts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from align.records import Doubts

Rows = NDArray[np.float32]
Weights = Mapping[str, Rows]

_HEADS = 6
_BLOCKS = 2
_EPSILON = 1e-5
_GREATEST, _LEAST = 30.0, -1.0


@dataclass(frozen=True, slots=True)
class WordJudge:
    """The head and the means that words are centred on, by name as the trained file has them, less `judge.`."""

    weights: Weights

    def doubts(self, en: Rows, ar: Rows) -> Doubts:
        """Doubts of a pair whose word vectors are `en` (n, dim) and `ar` (m, dim), as the encoder gives them.

        A text without words is doubted as a whole: every word of the other one stands alone.
        """
        if not len(en) or not len(ar):
            return Doubts(1.0, (1.0,) * len(en), (1.0,) * len(ar))
        en, ar = _unit(en - self.weights["mean_en"]), _unit(ar - self.weights["mean_ar"])
        likeness = en @ ar.T
        sides = [self._enter(en, likeness, 0), self._enter(ar, likeness.T, 1)]
        for number in range(_BLOCKS):
            sides = [self._block(f"blocks.{number}", sides[k], sides[1 - k]) for k in (0, 1)]
        logits = [self._linear("doubt", words)[:, 0] for words in sides]
        pooled = np.concatenate([part for words in sides for part in (words.mean(0), words.max(0))])
        whole = self._linear("whole.2", _gelu(self._linear("whole.0", pooled)))[0]
        worst = np.logaddexp.reduce(np.concatenate(logits))
        en_doubts, ar_doubts = (tuple(_sigmoid(own).tolist()) for own in logits)
        return Doubts(float(_sigmoid(worst + whole)), en_doubts, ar_doubts)

    def _enter(self, words: Rows, likeness: Rows, side: int) -> Rows:
        given = np.concatenate([words * np.sqrt(words.shape[1], dtype=np.float32), _closest(likeness)], 1)
        return np.asarray(self._linear("enter", given) + self.weights["side"][side], np.float32)

    def _block(self, name: str, words: Rows, other: Rows) -> Rows:
        met = self._attend(f"{name}.cross", words, other)
        compared = _gelu(self._linear(f"{name}.compare.0", np.concatenate([words, met, words - met, words * met], 1)))
        words = self._norm(f"{name}.norms.0", words + compared)
        words = self._norm(f"{name}.norms.1", words + self._attend(f"{name}.own", words, words))
        deeper = self._linear(f"{name}.deepen.2", _gelu(self._linear(f"{name}.deepen.0", words)))
        return self._norm(f"{name}.norms.2", words + deeper)

    def _attend(self, name: str, words: Rows, other: Rows) -> Rows:
        """Multi-head attention (Vaswani et al. 2017) of `words` (n, width) to `other` (m, width)."""
        width = words.shape[1]
        weight, bias = self.weights[f"{name}.in_proj_weight"], self.weights[f"{name}.in_proj_bias"]
        query, key, value = (
            (rows @ weight[k * width : (k + 1) * width].T + bias[k * width : (k + 1) * width])
            .reshape(len(rows), _HEADS, -1)
            .transpose(1, 0, 2)
            for k, rows in enumerate((words, other, other))
        )
        scores = query @ key.transpose(0, 2, 1) / np.sqrt(width // _HEADS, dtype=np.float32)
        shares = np.exp(scores - scores.max(2, keepdims=True))
        mixed = (shares / shares.sum(2, keepdims=True)) @ value
        return self._linear(f"{name}.out_proj", mixed.transpose(1, 0, 2).reshape(len(words), width))

    def _linear(self, name: str, rows: Rows) -> Rows:
        return np.asarray(rows @ self.weights[f"{name}.weight"].T + self.weights[f"{name}.bias"], np.float32)

    def _norm(self, name: str, rows: Rows) -> Rows:
        moved = rows - rows.mean(1, keepdims=True)
        scaled = moved / np.sqrt((moved**2).mean(1, keepdims=True) + _EPSILON)
        return np.asarray(scaled * self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"], np.float32)


def _closest(likeness: Rows) -> Rows:
    """For each row of (n, m) the best, the second best, and the best where it is mutual, else the least."""
    best = likeness.max(1)
    second = np.partition(likeness, -2, axis=1)[:, -2] if likeness.shape[1] > 1 else np.full(len(best), _LEAST)
    mutual = np.where(likeness >= likeness.max(0), likeness, _LEAST).max(1)
    return np.stack([best, second, mutual], 1).astype(np.float32)


def _unit(rows: Rows) -> Rows:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12), np.float32)


def _gelu(rows: Rows) -> Rows:
    from scipy.special import erf  # sentence-transformers brings SciPy

    return np.asarray(rows * 0.5 * (1 + erf(rows / np.sqrt(2))), np.float32)


def _sigmoid(logits: Rows | np.floating) -> Rows:
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -_GREATEST, _GREATEST))), np.float32)
