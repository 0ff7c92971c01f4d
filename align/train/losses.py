"""What the student is asked for, as losses over vectors: nothing here knows where the texts come from."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as fn

_CONTRAST, _LINK, _CHANGED = 0.03, 0.08, 0.1  # temperatures of cosines
_SURE = 0.15  # Dou and Neubig's threshold of the softmax, both ways
_FAR = -1e4


def unit(vectors: Tensor, mean: Tensor | None = None) -> Tensor:
    """Rows, less `mean` where one is given, at unit length; a row of zeros stays one."""
    return fn.normalize(vectors if mean is None else vectors - mean, dim=-1)


def contrast(queries: Tensor, keys: Tensor, positive: Tensor, blocked: Tensor) -> Tensor:
    """InfoNCE (van den Oord et al. 2018), the mean over queries (n, dim) of -log p(its positive among the keys).

    `positive` (n,) numbers keys; `blocked` (n, keys) says which keys may be as good, and so are no negatives.
    """
    logits = (queries @ keys.T) / _CONTRAST
    return fn.cross_entropy(logits.masked_fill(blocked, _FAR), positive)


def likeness(student: Tensor, teacher: Tensor, student_others: Tensor, teacher_others: Tensor) -> Tensor:
    """Mean squared difference of the cosines that student and teacher see between rows and others (relational).

    All rows are centred and of unit length, (n, dim) and (m, dim).
    """
    return fn.mse_loss(student @ student_others.T, teacher @ teacher_others.T)


def link_masses(en: Tensor, ar: Tensor, is_en: Tensor, is_ar: Tensor) -> tuple[Tensor, Tensor]:
    """Softmax over the Arabic words of each English one and the other way, both (pairs, n, m), 0 outside the texts."""
    real = is_en[:, :, None] & is_ar[:, None, :]
    logits = (torch.einsum("pnh,pmh->pnm", en, ar) / _LINK).masked_fill(~real, _FAR)
    return logits.softmax(2) * real, logits.softmax(1) * real


def link_loss(forward: Tensor, backward: Tensor) -> Tensor:
    """Self-training of Dou and Neubig (2021): the mass of links that stand above the threshold both ways is to grow.

    For each pair the mean of the two masses, each over its number of words; its negative, averaged over the pairs.
    """
    sure = ((forward > _SURE) & (backward > _SURE)).detach()
    english = (forward.detach().sum((2,)) > 0).sum(1).clamp(min=1)
    arabic = (backward.detach().sum((1,)) > 0).sum(1).clamp(min=1)
    mass = (forward * sure).sum((1, 2)) / english + (backward * sure).sum((1, 2)) / arabic
    return -mass.mean() / 2


def span_link_loss(forward: Tensor, backward: Tensor, en: Tensor, ar: Tensor) -> Tensor:
    """-log of the mass that words of known English places (pairs, n) send into known Arabic ones (pairs, m), and back.

    Pairs without such places on both sides count nothing.
    """
    block = (en[:, :, None] & ar[:, None, :]).float()
    has = block.flatten(1).any(1)
    if not bool(has.any()):
        return forward.sum() * 0
    there = ((forward * block).sum((1, 2)) / en.sum(1).clamp(min=1))[has]
    back = ((backward * block).sum((1, 2)) / ar.sum(1).clamp(min=1))[has]
    return -(there.clamp(min=1e-4).log() + back.clamp(min=1e-4).log()).mean() / 2


def changed_loss(anchor: Tensor, right: Tensor, wrong: Tensor) -> Tensor:
    """Words (n, dim) are to be nearer to what they render than to what was put in its place; all of unit length."""
    if not len(anchor):
        return anchor.sum() * 0
    return fn.softplus(((anchor * wrong).sum(1) - (anchor * right).sum(1)) / _CHANGED).mean()


def word_loss(logits: Tensor, labels: Tensor, weight: float) -> Tensor:
    """Cross-entropy of words labelled 1 (weighted) or 0; those labelled -1 count nothing."""
    known = labels >= 0
    if not bool(known.any()):
        return logits.sum() * 0
    chosen, wanted = logits[known], labels[known].float()
    return fn.binary_cross_entropy_with_logits(chosen, wanted, pos_weight=torch.tensor(weight, device=logits.device))


def mean_of(words: Tensor, chosen: Tensor) -> Tensor:
    """Unit mean of the chosen words of each text: (texts, n, dim) and (texts, n) to (texts, dim)."""
    return unit((words * chosen[:, :, None]).sum(1))


def mutual(likeness_table: Tensor, is_en: Tensor, is_ar: Tensor) -> Tensor:
    """Which cells of (pairs, n, m) are best of their row and of their column, as word links are read."""
    table = likeness_table.masked_fill(~(is_en[:, :, None] & is_ar[:, None, :]), _FAR)
    return (table == table.amax(2, keepdim=True)) & (table == table.amax(1, keepdim=True)) & (table > _FAR / 2)
