"""What a batch asks of word vectors: links, changed words, and the judge above them."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as fn

from align.records import Span
from align.train import losses
from align.train.edits import touched
from align.train.judge import Doubt
from align.train.memory import AR, EN, Memory
from align.train.reader import Text
from align.train.sampling import ParallelBatch
from align.train.student import Read, Student

_WRONG_WORD = 4.0  # weight of a changed word beside a right one


def word_losses(
    student: Student, memory: Memory, batch: ParallelBatch, texts: Sequence[Text], read: Read
) -> dict[str, Tensor]:
    """Losses of words of `texts`: English, Arabic, changed English and changed Arabic ones, in this order."""
    count = len(batch.pairs)
    first_ar = 2 * count + len(batch.changed_en)
    words = torch.cat(
        [
            _centred(memory, read, EN, 0, count),
            _centred(memory, read, AR, count, 2 * count),
            _centred(memory, read, EN, 2 * count, first_ar),
            _centred(memory, read, AR, first_ar, len(texts)),
        ]
    )
    real = read.is_word[: len(texts)]
    en, ar, is_en, is_ar = words[:count], words[count : 2 * count], real[:count], real[count : 2 * count]
    forward, backward = losses.link_masses(en, ar, is_en, is_ar)
    linked = losses.mutual(torch.einsum("pnh,pmh->pnm", en, ar).detach(), is_en, is_ar)
    best = torch.einsum("pnh,pmh->pnm", en, ar).detach().masked_fill(~(is_en[:, :, None] & is_ar[:, None, :]), -2)
    rows, labels, changed = _judged(batch, texts, linked, best, words)
    doubt = student.judge(words[rows[EN]], words[rows[AR]], real[rows[EN]], real[rows[AR]])
    wrong = (torch.arange(len(rows[EN]), device=words.device) >= count).float()
    return {
        "links": losses.link_loss(forward, backward),
        "changed": losses.changed_loss(*changed),
        **judge_losses(doubt, labels, (real[rows[EN]], real[rows[AR]]), wrong),
    }


def _centred(memory: Memory, read: Read, side: int, first: int, end: int) -> Tensor:
    rows = losses.unit(read.words[first:end], memory.word_mean(side))
    return rows * read.is_word[first:end, :, None]


def judge_losses(
    doubt: Doubt, labels: tuple[Tensor, Tensor], real: tuple[Tensor, Tensor], wrong: Tensor
) -> dict[str, Tensor]:
    """Losses of doubts of words, labelled 1 (wrong), 0 or -1 (not known), and of pairs, wrong or not."""
    logits = torch.cat([doubt.en, doubt.ar], 1)
    known = torch.cat([label.masked_fill(~own, -1) for label, own in zip(labels, real, strict=True)], 1)
    return {
        "judge_words": losses.word_loss(logits, known, _WRONG_WORD),
        "judge_pair": fn.binary_cross_entropy_with_logits(doubt.pair, wrong),
    }


def marks(texts: Sequence[Text], spans: Sequence[Sequence[Span]], most: int) -> Tensor:
    """Which words of each text overlap its spans, (texts, most)."""
    table = torch.zeros(len(texts), most, dtype=torch.bool)
    for row, (text, own) in enumerate(zip(texts, spans, strict=True)):
        flags = touched(text.words, own)[:most]
        table[row, : len(flags)] = torch.tensor(flags, dtype=torch.bool)
    return table


def _judged(
    batch: ParallelBatch, texts: Sequence[Text], linked: Tensor, likeness: Tensor, words: Tensor
) -> tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor], tuple[Tensor, Tensor, Tensor]]:
    """Rows of the judge's pairs (right ones first), labels of their words, and words against what replaced them.

    A word of the other text is wrong where it is linked to a changed one, unsure where a changed one is only its
    nearest, else right.
    """
    count, most, device = len(batch.pairs), words.shape[1], words.device
    rows = [list(range(count)), list(range(count, 2 * count))]
    labels = [torch.zeros(count, most), torch.zeros(count, most)]
    anchors: list[Tensor] = []
    rights: list[Tensor] = []
    wrongs: list[Tensor] = []
    at = 2 * count
    for side, changed in ((EN, batch.changed_en), (AR, batch.changed_ar)):
        for made in changed:
            original = texts[made.pair + side * count]
            old = marks([original], [made.change.old], most)[0].to(device)
            new = marks([texts[at]], [made.change.new], most)[0]
            table = linked[made.pair] if side == EN else linked[made.pair].T
            alike = likeness[made.pair] if side == EN else likeness[made.pair].T
            sure = table[old].any(0)
            near = old[alike.argmax(0)] & (alike.amax(0) > -2)
            other = torch.where(sure, 1.0, torch.where(near, -1.0, 0.0)).cpu()
            rows[side].append(at)
            rows[1 - side].append(made.pair + (1 - side) * count)
            labels[side] = torch.cat([labels[side], new.float()[None]])
            labels[1 - side] = torch.cat([labels[1 - side], other[None]])
            if bool(sure.any()) and bool(new.any()):
                anchors.append(losses.mean_of(words[made.pair + (1 - side) * count][None], sure[None])[0])
                rights.append(losses.mean_of(words[made.pair + side * count][None], old[None])[0])
                wrongs.append(losses.mean_of(words[at][None], new.to(device)[None])[0])
            at += 1
    empty = words.new_zeros(0, words.shape[2])
    return (
        (torch.tensor(rows[EN], device=device), torch.tensor(rows[AR], device=device)),
        (labels[EN].to(device), labels[AR].to(device)),
        tuple(torch.stack(kind) if kind else empty for kind in (anchors, rights, wrongs)),  # type: ignore[return-value]
    )
