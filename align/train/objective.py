"""The losses of one step, by name and weight: what a batch of parallel text asks of the student."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from align.train import losses
from align.train.memory import AR, EN, Memory
from align.train.quad_losses import quad_losses
from align.train.reader import Text, Texts
from align.train.sampling import ParallelBatch, QuadBatch
from align.train.sentence_losses import lexical_loss, sentence_losses, sides_of
from align.train.student import Read, Student
from align.train.word_losses import word_losses

WEIGHTS = {
    "contrast": 1.0,
    "half": 0.3,
    "likeness": 60.0,
    "links": 0.7,
    "span_links": 0.2,
    "changed": 0.3,
    "judge_words": 1.0,
    "judge_pair": 1.0,
    "paragraph": 0.5,
    "lexical": 0.3,
}


def step_losses(student: Student, reader: Texts, memory: Memory, batch: ParallelBatch | QuadBatch) -> dict[str, Tensor]:
    """The losses of a batch, by the names of `WEIGHTS`."""
    if isinstance(batch, QuadBatch):
        return quad_losses(student, reader, memory, batch)
    return parallel_losses(student, reader, memory, batch)


def parallel_losses(student: Student, reader: Texts, memory: Memory, batch: ParallelBatch) -> dict[str, Tensor]:
    """Losses of a batch of parallel text: contrast, half positives, likeness, links, changes, judge, spans, lexicon."""
    count = len(batch.pairs)
    changed = [*batch.changed_en, *batch.changed_ar]
    joined = [[side[k] for k in group] for group in batch.paragraphs for side in sides_of(batch)]
    lexical = [text for pair in batch.lexical for text in (pair.en, pair.ar)]
    groups = [
        [*sides_of(batch)[EN], *sides_of(batch)[AR]],
        [made.change.text for made in changed],
        _paragraphs(joined),
        lexical,
    ]
    texts = reader.read([text for group in groups for text in group])
    read = student(texts)
    bounds = np.cumsum([0, *map(len, groups)])
    pooled = losses.unit(read.pooled)
    _note(memory, read, [range(count), range(count, 2 * count)])
    found = sentence_losses(memory, batch, pooled[: bounds[2]], read.pooled[: 2 * count])
    found |= word_losses(student, memory, batch, texts[: bounds[2]], read)
    found["paragraph"] = _paragraph_loss(memory, batch, joined, texts, read, int(bounds[2]))
    if lexical:
        found["lexical"] = lexical_loss(batch, pooled[bounds[3] :])
    return found


def _paragraphs(joined: Sequence[Sequence[str]]) -> list[str]:
    return [" ".join(texts) for texts in joined]


def _note(memory: Memory, read: Read, rows: Sequence[range]) -> None:
    for side, own in enumerate(rows):
        at = slice(own.start, own.stop)
        memory.note(0, side, read.words[at][read.is_word[at]])
        memory.note(1, side, read.pooled[at])


def _paragraph_loss(
    memory: Memory, batch: ParallelBatch, joined: Sequence[Sequence[str]], texts: Sequence[Text], read: Read, first: int
) -> Tensor:
    """How far a sentence's vector inside a paragraph lies from its vector alone, both centred; 1 - cosine, the mean."""
    count = len(batch.pairs)
    inside, alone = [], []
    for number, parts in enumerate(joined):
        side, text, begin = number % 2, texts[first + number], 0
        for pair, part in zip(batch.paragraphs[number // 2], parts, strict=True):
            end = begin + len(part)
            own = (text.ends > text.starts) & (text.starts < end) & (text.ends > begin)
            begin = end + 1
            if own.any():
                pieces = read.firsts[first + number] + torch.from_numpy(np.flatnonzero(own)).to(read.top.device)
                mean = memory.sentence_mean(side)
                inside.append(losses.unit(read.top[pieces].mean(0), mean))
                alone.append(losses.unit(read.pooled[pair + side * count].detach(), mean))
    if not inside:
        return read.top.sum() * 0
    return 1 - (torch.stack(inside) * torch.stack(alone)).sum(1).mean()
