"""What a batch of minimal quads asks of the student: contrast, likeness across quads, links, the judge."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from align.train import losses
from align.train.memory import AR, EN, Memory
from align.train.quads import ROWS
from align.train.reader import Texts
from align.train.sampling import QuadBatch, quad_texts
from align.train.student import Read, Student
from align.train.word_losses import judge_losses, marks


def quad_losses(student: Student, reader: Texts, memory: Memory, batch: QuadBatch) -> dict[str, Tensor]:
    """Losses of a batch of quads: contrast with the other side, likeness across quads, links, judge."""
    count = len(batch.quads)
    texts = reader.read(quad_texts(batch.quads))
    read = student(texts)
    device = read.pooled.device
    english, arabic = _places(count, (0, 1)), _places(count, (2, 3, 4, 5))
    for side, own in ((EN, english), (AR, arabic)):
        memory.note(0, side, read.words[own][read.is_word[own]])
        memory.note(1, side, read.pooled[own])
    side_of = torch.tensor([EN, EN, AR, AR, AR, AR] * count, device=device)
    means = torch.stack([memory.word_mean(EN), memory.word_mean(AR)])[side_of]
    words = losses.unit(read.words, means[:, None]) * read.is_word[:, :, None]
    found = _quad_sentences(memory, batch, read, side_of)
    spans = [span for q in batch.quads for span in (*q.en_changed, *q.ar_changed[0], *q.ar_changed[1])]
    changed = marks(texts, spans, words.shape[1]).to(device)
    pairs = [(6 * k + row.english, 6 * k + 2 + 2 * row.side + row.rendering) for k in range(count) for row in ROWS]
    en_rows, ar_rows = (torch.tensor(column, device=device) for column in zip(*pairs, strict=True))
    wrong = torch.tensor([not row.is_right for _ in range(count) for row in ROWS], device=device)
    doubt = student.judge(words[en_rows], words[ar_rows], read.is_word[en_rows], read.is_word[ar_rows])
    labels = tuple((changed[rows] & wrong[:, None]).float() for rows in (en_rows, ar_rows))
    right_en, right_ar = en_rows[~wrong], ar_rows[~wrong]
    masses = losses.link_masses(words[right_en], words[right_ar], read.is_word[right_en], read.is_word[right_ar])
    centres = losses.mean_of(words, changed)
    other_en = right_en + 1 - 2 * (right_en % 6)  # en for en2 and the other way
    full = changed[right_en].any(1) & changed[right_ar].any(1) & changed[other_en].any(1)
    return found | {
        "links": losses.link_loss(*masses),
        "span_links": losses.span_link_loss(*masses, changed[right_en], changed[right_ar]),
        "changed": losses.changed_loss(centres[right_ar[full]], centres[right_en[full]], centres[other_en[full]]),
        **judge_losses(doubt, (labels[0], labels[1]), (read.is_word[en_rows], read.is_word[ar_rows]), wrong.float()),
    }


def _places(count: int, within: Sequence[int]) -> Tensor:
    return torch.tensor([6 * k + place for k in range(count) for place in within])


def _quad_sentences(memory: Memory, batch: QuadBatch, read: Read, side_of: Tensor) -> dict[str, Tensor]:
    count, device = len(batch.quads), read.pooled.device
    pooled = losses.unit(read.pooled)
    english, arabic = _places(count, (0, 1)).to(device), _places(count, (2, 3, 4, 5)).to(device)
    owner = torch.arange(2 * count, device=device).repeat_interleave(2)  # of each Arabic text, among the English ones
    nothing = torch.zeros(4 * count, 2 * count, dtype=torch.bool, device=device)
    to_english = losses.contrast(pooled[arabic], pooled[english], owner, nothing)
    own = torch.arange(4 * count, device=device)
    twin = (owner[:, None] == owner[None, :]) & (own[:, None] != own[None, :])
    to_arabic = losses.contrast(pooled[english][owner], pooled[arabic], own, twin)
    teacher = torch.from_numpy(batch.teacher.astype(np.float32)).reshape(6 * count, -1).to(device)
    student_means = torch.stack([memory.sentence_mean(EN), memory.sentence_mean(AR)])[side_of]
    teacher_means = torch.stack([teacher[english].mean(0), teacher[arabic].mean(0)])[side_of]
    near, of_teacher = losses.unit(read.pooled, student_means), losses.unit(teacher, teacher_means)
    quad_of = torch.arange(count, device=device).repeat_interleave(6)
    apart = quad_of[:, None] != quad_of[None, :]  # within a quad the teacher sees too little
    likeness = ((near @ near.T - of_teacher @ of_teacher.T)[apart] ** 2).mean() if count > 1 else near.sum() * 0
    return {"contrast": (to_english + to_arabic) / 2, "likeness": likeness}
