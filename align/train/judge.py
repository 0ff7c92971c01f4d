"""The judge of words: from two texts' word states, how likely each word's meaning is changed, missing or added."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as fn

_HEADS = 6
_BLOCKS = 2
_DROPOUT = 0.1
_DOUBT_AT_FIRST = -3.0  # logit: few words are wrong
_LIKENESS = 3  # features of the closest words: best, second best, best that is the other's best too


class Doubt(NamedTuple):
    """What the judge says, all as logits."""

    en: Tensor  # (pairs, English words)
    ar: Tensor  # (pairs, Arabic words)
    pair: Tensor  # (pairs,)


class _Block(nn.Module):
    """Each word attends to the other text, then to its own."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.cross = nn.MultiheadAttention(width, _HEADS, dropout=_DROPOUT, batch_first=True)
        self.own = nn.MultiheadAttention(width, _HEADS, dropout=_DROPOUT, batch_first=True)
        self.compare = nn.Sequential(nn.Linear(4 * width, width), nn.GELU(), nn.Dropout(_DROPOUT))
        self.deepen = nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width))
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(3))

    def forward(self, words: Tensor, other: Tensor, is_blank: Tensor, other_is_blank: Tensor) -> Tensor:
        """States (pairs, words, width) of one side, given the other side's."""
        met, _ = self.cross(words, other, other, key_padding_mask=other_is_blank, need_weights=False)
        words = self.norms[0](words + self.compare(torch.cat([words, met, words - met, words * met], -1)))
        own, _ = self.own(words, words, words, key_padding_mask=is_blank, need_weights=False)
        words = self.norms[1](words + own)
        return torch.as_tensor(self.norms[2](words + self.deepen(words)))


class Judge(nn.Module):
    """A small head; both sides go through the same weights, told apart by a vector of the language."""

    def __init__(self, hidden: int, width: int) -> None:
        super().__init__()
        self.enter = nn.Linear(hidden + _LIKENESS, width)
        self.side = nn.Parameter(torch.zeros(2, width))
        self.blocks = nn.ModuleList(_Block(width) for _ in range(_BLOCKS))
        self.doubt = nn.Linear(width, 1)
        self.whole = nn.Sequential(nn.Linear(4 * width, width), nn.GELU(), nn.Linear(width, 1))
        nn.init.constant_(self.doubt.bias, _DOUBT_AT_FIRST)

    def forward(self, en: Tensor, ar: Tensor, is_en: Tensor, is_ar: Tensor) -> Doubt:
        """Doubts of pairs whose words are `en` (pairs, n, hidden) and `ar` (pairs, m, hidden), centred unit rows."""
        likeness = torch.einsum("pnh,pmh->pnm", en, ar)
        likeness = likeness.masked_fill(~(is_en[:, :, None] & is_ar[:, None, :]), -1)
        sides = [
            self.enter(torch.cat([en * en.shape[-1] ** 0.5, _closest(likeness)], -1)) + self.side[0],
            self.enter(torch.cat([ar * ar.shape[-1] ** 0.5, _closest(likeness.transpose(1, 2))], -1)) + self.side[1],
        ]
        blank = (~is_en, ~is_ar)
        for block in self.blocks:
            sides = [block(sides[k], sides[1 - k], blank[k], blank[1 - k]) for k in (0, 1)]
        logits = [self.doubt(words).squeeze(-1).float() for words in sides]
        pooled = [_pooled(words, real) for words, real in zip(sides, (is_en, is_ar), strict=True)]
        worst = torch.cat(
            [logit.masked_fill(~real, -30) for logit, real in zip(logits, (is_en, is_ar), strict=True)], 1
        ).logsumexp(1)
        return Doubt(logits[0], logits[1], worst + self.whole(torch.cat(pooled, -1)).squeeze(-1).float())


def _closest(likeness: Tensor) -> Tensor:
    """For each row of (pairs, n, m) the best, the second best, and the best where it is mutual, else -1."""
    best = likeness.topk(min(2, likeness.shape[2]), dim=2).values
    if best.shape[2] == 1:
        best = fn.pad(best, (0, 1), value=-1.0)
    mutual = likeness >= likeness.max(1, keepdim=True).values
    mutual_best = likeness.masked_fill(~mutual, -1).max(2, keepdim=True).values
    return torch.cat([best, mutual_best], -1)


def _pooled(words: Tensor, real: Tensor) -> Tensor:
    """Mean and greatest value over the real words, (pairs, 2 * width)."""
    mean = (words * real[:, :, None]).sum(1) / real.sum(1, keepdim=True).clamp(min=1)
    return torch.cat([mean, words.masked_fill(~real[:, :, None], -30).max(1).values], -1)
