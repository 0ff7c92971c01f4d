"""What a run remembers beside the weights: means to centre on, and the vectors of the last steps."""

from __future__ import annotations

import torch
from torch import Tensor, nn

EN, AR = 0, 1  # the sides, wherever two of a kind are stacked
_KEPT = 1024  # pairs of earlier steps that a step is contrasted with
_RATE = 0.02


class Memory(nn.Module):
    """Running means of word vectors by side, and a ring of pairs with the student's and the teacher's vectors.

    All are buffers, so a checkpoint carries them; nothing here is trained.
    """

    means: Tensor
    filled: Tensor
    student: Tensor
    teacher: Tensor

    def __init__(self, hidden: int, teacher_hidden: int = 384) -> None:
        super().__init__()
        self.register_buffer("means", torch.zeros(2, 2, hidden))  # (words or sentences, en or ar)
        self.register_buffer("seen", torch.zeros(2, 2))
        self.register_buffer("student", torch.zeros(2, _KEPT, hidden))  # (en or ar), unit rows
        self.register_buffer("teacher", torch.zeros(2, _KEPT, teacher_hidden))
        self.register_buffer("filled", torch.zeros((), dtype=torch.long))

    def note(self, kind: int, side: int, rows: Tensor) -> None:
        """Move the mean of `kind` (0 words, 1 sentences) and `side` (0 English, 1 Arabic) towards that of `rows`."""
        seen = self.get_buffer("seen")
        rate = _RATE if seen[kind, side] > 1 / _RATE else 1 / (float(seen[kind, side]) + 1)
        seen[kind, side] += 1
        self.means[kind, side] += rate * (rows.detach().mean(0) - self.means[kind, side])

    def word_mean(self, side: int) -> Tensor:
        """The mean of word vectors of a side, (hidden,), apart from what is still to be noted."""
        return self.means[0, side].clone()

    def sentence_mean(self, side: int) -> Tensor:
        """The mean of sentence vectors of a side, (hidden,)."""
        return self.means[1, side].clone()

    def earlier(self) -> tuple[Tensor, Tensor]:
        """Student's and teacher's vectors of earlier pairs, each (en or ar, pairs, dim)."""
        count = min(int(self.filled), _KEPT)
        return self.student[:, :count].clone(), self.teacher[:, :count].clone()

    def remember(self, student: Tensor, teacher: Tensor) -> None:
        """Put pairs, each (en or ar, pairs, dim), in the place of the oldest."""
        count = student.shape[1]
        rows = (int(self.filled) + torch.arange(count, device=student.device)) % _KEPT
        self.student[:, rows] = student.detach()
        self.teacher[:, rows] = teacher.detach()
        self.filled += count
