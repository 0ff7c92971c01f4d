"""What a batch of parallel text asks of sentence vectors: contrast, half positives, likeness to the teacher."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from align.text.normal import normal_form
from align.train import losses
from align.train.memory import AR, EN, Memory
from align.train.sampling import ParallelBatch

_SAME = 0.97  # cosine of the teacher's English vectors from which two sentences say the same


def sides_of(batch: ParallelBatch) -> tuple[list[str], list[str]]:
    """The English texts of a batch, and the Arabic ones."""
    return [pair.en for pair in batch.pairs], [pair.ar for pair in batch.pairs]


def sentence_losses(memory: Memory, batch: ParallelBatch, pooled: Tensor, raw: Tensor) -> dict[str, Tensor]:
    """Losses of the vectors `pooled` (English, Arabic, changed English, changed Arabic; unit rows), which are kept.

    `raw` holds those of the pairs alone, as they were pooled.
    """
    count, device = len(batch.pairs), pooled.device
    en, ar, made_en, made_ar = pooled.split(  # type: ignore[no-untyped-call]
        [count, count, len(batch.changed_en), len(batch.changed_ar)]
    )
    teacher = torch.from_numpy(np.stack([batch.teacher_en, batch.teacher_ar]).astype(np.float32)).to(device)
    earlier, earlier_teacher = memory.earlier()
    positive = torch.arange(count, device=device)
    same = _same(batch, teacher[EN]).to(device) & ~torch.eye(count, dtype=torch.bool, device=device)
    old = teacher[EN] @ earlier_teacher[EN].T > _SAME
    halves = [(k, made.pair) for k, made in enumerate(batch.changed_en) if made.change.kind == "omission"]
    found = {
        "contrast": (
            losses.contrast(ar, torch.cat([en, made_en, earlier[EN]]), positive, _blocked(same, made_en, old))
            + losses.contrast(en, torch.cat([ar, made_ar, earlier[AR]]), positive, _blocked(same, made_ar, old))
        )
        / 2
    }
    if halves:
        rows, owners = (torch.tensor(column, device=device) for column in zip(*halves, strict=True))
        found["half"] = losses.contrast(made_en[rows], ar, owners, same[owners])
    own = torch.cat(
        [losses.unit(raw[:count], memory.sentence_mean(EN)), losses.unit(raw[count:], memory.sentence_mean(AR))]
    )
    of_teacher = torch.cat([losses.unit(teacher[k], _teacher_mean(memory, teacher, k)) for k in (EN, AR)])
    others, others_teacher = _centred_earlier(memory, raw, teacher)
    found["likeness"] = losses.likeness(own, of_teacher, own, of_teacher)
    if len(others):
        far = losses.likeness(own, of_teacher, others, others_teacher)
        found["likeness"] = (found["likeness"] + far) / 2
    memory.remember(torch.stack([en, ar]), teacher)
    return found


def _same(batch: ParallelBatch, teacher_en: Tensor) -> Tensor:
    """Which pairs of the batch say the same: equal on a side, or alike to the teacher."""
    table = (teacher_en @ teacher_en.T).cpu() > _SAME
    for side in sides_of(batch):
        keys = np.array([normal_form(text) for text in side])
        table |= torch.from_numpy(keys[:, None] == keys[None, :])
    return table


def _blocked(same: Tensor, made: Tensor, old: Tensor) -> Tensor:
    nothing = torch.zeros(len(same), len(made), dtype=torch.bool, device=same.device)
    return torch.cat([same, nothing, old], 1)


def _teacher_mean(memory: Memory, teacher: Tensor, side: int) -> Tensor:
    _, earlier = memory.earlier()
    return torch.as_tensor(torch.cat([teacher[side], earlier[side]]).mean(0))


def _centred_earlier(memory: Memory, raw: Tensor, teacher: Tensor) -> tuple[Tensor, Tensor]:
    """Earlier pairs of both sides, centred: the student's (unit rows, at the length of today's) and the teacher's."""
    earlier, earlier_teacher = memory.earlier()
    length = raw.detach().norm(dim=1).mean()
    student = [losses.unit(earlier[k] * length, memory.sentence_mean(k)) for k in (EN, AR)]
    of_teacher = [losses.unit(earlier_teacher[k], _teacher_mean(memory, teacher, k)) for k in (EN, AR)]
    if not earlier.shape[1]:
        return raw[:0], teacher[0, :0]
    return torch.cat(student), torch.cat(of_teacher)


def lexical_loss(batch: ParallelBatch, pooled: Tensor) -> Tensor:
    """Contrast among the batch's lexical pairs; `pooled` holds English and Arabic by turns, unit rows."""
    en, ar = pooled[0::2], pooled[1::2]
    keys = [
        np.array([normal_form(text) for text in side])
        for side in zip(*((p.en, p.ar) for p in batch.lexical), strict=True)
    ]
    same = torch.from_numpy((keys[0][:, None] == keys[0]) | (keys[1][:, None] == keys[1])).to(pooled.device)
    same &= ~torch.eye(len(en), dtype=torch.bool, device=pooled.device)
    positive = torch.arange(len(en), device=pooled.device)
    return (losses.contrast(en, ar, positive, same) + losses.contrast(ar, en, positive, same)) / 2
