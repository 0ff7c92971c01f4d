"""The judge of words at work: doubts of pairs, and how well they tell a quad's wrong rows from its right ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from align.train import losses
from align.train.memory import Memory
from align.train.quads import ROWS, Quad
from align.train.reading import StudentEncoder
from align.train.student import Student

_PAIRS = 64


@dataclass(frozen=True, slots=True)
class Judged:
    """Doubts of one pair, as probabilities."""

    pair: float
    en: NDArray[np.float32]  # (English words,)
    ar: NDArray[np.float32]  # (Arabic words,)


@dataclass(frozen=True, slots=True)
class QuadDoubts:
    """The pair's doubt of every row of some quads."""

    scores: list[float]
    is_wrong: list[bool]
    types: list[str]


def judge_pairs(
    student: Student, memory: Memory, pairs: Sequence[tuple[str, str]], *, bf16: bool = True
) -> list[Judged]:
    """What the judge says of pairs of an English and an Arabic text; each text is read once."""
    texts = list(dict.fromkeys(text for pair in pairs for text in pair))
    sides = {text: side for pair in pairs for side, text in enumerate(pair)}
    encoder = StudentEncoder(student, bf16=bf16)
    words: dict[str, torch.Tensor] = {}
    for text, vectors in zip(texts, encoder.encode_words(texts), strict=True):
        words[text] = losses.unit(torch.from_numpy(vectors.vectors), memory.word_mean(sides[text]).cpu())
    found: list[Judged] = []
    for first in range(0, len(pairs), _PAIRS):
        found += _judge([(words[en], words[ar]) for en, ar in pairs[first : first + _PAIRS]], student)
    return found


def _judge(pairs: Sequence[tuple[torch.Tensor, torch.Tensor]], student: Student) -> list[Judged]:
    device = next(student.parameters()).device
    laid, real = [], []
    for side in (0, 1):
        most = max(1, max(len(pair[side]) for pair in pairs))
        table = torch.zeros(len(pairs), most, student.shape.hidden)
        for row, pair in enumerate(pairs):
            table[row, : len(pair[side])] = pair[side]
        laid.append(table.to(device))
        sizes = torch.tensor([max(1, len(pair[side])) for pair in pairs])
        real.append((torch.arange(most) < sizes[:, None]).to(device))
    with torch.inference_mode():
        doubt = student.judge(laid[0], laid[1], real[0], real[1])
    en, ar, whole = (logits.float().sigmoid().cpu().numpy() for logits in doubt)
    return [
        Judged(float(whole[row]), en[row, : len(pair[0])], ar[row, : len(pair[1])]) for row, pair in enumerate(pairs)
    ]


def quad_doubts(student: Student, memory: Memory, quads: Sequence[Quad]) -> QuadDoubts:
    """The judge's doubt of the eight rows of each quad."""
    pairs = [(quad.en[row.english], quad.ar[row.side][row.rendering]) for quad in quads for row in ROWS]
    judged = judge_pairs(student, memory, pairs)
    return QuadDoubts(
        [one.pair for one in judged],
        [not row.is_right for _ in quads for row in ROWS],
        [quad.type for quad in quads for _ in ROWS],
    )
