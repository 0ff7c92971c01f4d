"""The losses of one step, by name: what a batch of parallel text or of quads asks of the student."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as fn

from align.records import Span
from align.text.normal import normal_form
from align.train import losses
from align.train.edits import touched
from align.train.judge import Doubt
from align.train.memory import Memory
from align.train.quads import ROWS
from align.train.sampling import ParallelBatch, QuadBatch, quad_texts
from align.train.student import Read, Reader, Student, Text

WEIGHTS = {
    "contrast": 1.0,
    "half": 0.3,
    "likeness": 30.0,
    "links": 0.7,
    "span_links": 0.2,
    "changed": 0.3,
    "judge_words": 0.6,
    "judge_pair": 0.6,
    "paragraph": 0.5,
    "lexical": 0.3,
}
_SAME = 0.97  # cosine of the teacher's English vectors from which two sentences say the same
_WRONG_WORD = 4.0  # weight of a changed word beside a right one
EN, AR = 0, 1


def parallel_losses(student: Student, reader: Reader, memory: Memory, batch: ParallelBatch) -> dict[str, Tensor]:
    """Losses of a batch of parallel text: contrast, half positives, likeness, links, changes, judge, spans, lexicon."""
    count = len(batch.pairs)
    changed = [*batch.changed_en, *batch.changed_ar]
    joined = [[side[k] for k in group] for group in batch.paragraphs for side in _sides(batch)]
    lexical = [text for pair in batch.lexical for text in (pair.en, pair.ar)]
    groups = [
        [*_sides(batch)[EN], *_sides(batch)[AR]],
        [made.change.text for made in changed],
        _paragraphs(joined),
        lexical,
    ]
    texts = reader.read([text for group in groups for text in group])
    read = student(texts)
    bounds = np.cumsum([0, *map(len, groups)])
    pooled = losses.unit(read.pooled)
    _note(memory, read, [range(count), range(count, 2 * count)])
    found = _sentence_losses(memory, batch, pooled[: bounds[2]], read.pooled[: 2 * count])
    found |= _word_losses(student, memory, batch, texts[: bounds[2]], read)
    found["paragraph"] = _paragraph_loss(memory, batch, joined, texts, read, int(bounds[2]))
    if lexical:
        found["lexical"] = _lexical_loss(batch, pooled[bounds[3] :])
    return found


def _sides(batch: ParallelBatch) -> tuple[list[str], list[str]]:
    return [pair.en for pair in batch.pairs], [pair.ar for pair in batch.pairs]


def _paragraphs(joined: Sequence[Sequence[str]]) -> list[str]:
    return [" ".join(texts) for texts in joined]


def _note(memory: Memory, read: Read, rows: Sequence[range]) -> None:
    for side, own in enumerate(rows):
        at = slice(own.start, own.stop)
        memory.note(0, side, read.words[at][read.is_word[at]])
        memory.note(1, side, read.pooled[at])


def _sentence_losses(memory: Memory, batch: ParallelBatch, pooled: Tensor, raw: Tensor) -> dict[str, Tensor]:
    count, device = len(batch.pairs), pooled.device
    en, ar, made_en, made_ar = pooled.split([count, count, len(batch.changed_en), len(batch.changed_ar)])
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
    for side in _sides(batch):
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


def _word_losses(
    student: Student, memory: Memory, batch: ParallelBatch, texts: Sequence[Text], read: Read
) -> dict[str, Tensor]:
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
        **_judge_losses(doubt, labels, (real[rows[EN]], real[rows[AR]]), wrong),
    }


def _centred(memory: Memory, read: Read, side: int, first: int, end: int) -> Tensor:
    rows = losses.unit(read.words[first:end], memory.word_mean(side))
    return rows * read.is_word[first:end, :, None]


def _judge_losses(
    doubt: Doubt, labels: tuple[Tensor, Tensor], real: tuple[Tensor, Tensor], wrong: Tensor
) -> dict[str, Tensor]:
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


def _lexical_loss(batch: ParallelBatch, pooled: Tensor) -> Tensor:
    en, ar = pooled[0::2], pooled[1::2]
    keys = [
        np.array([normal_form(text) for text in side])
        for side in zip(*((p.en, p.ar) for p in batch.lexical), strict=True)
    ]
    same = torch.from_numpy((keys[0][:, None] == keys[0]) | (keys[1][:, None] == keys[1])).to(pooled.device)
    same &= ~torch.eye(len(en), dtype=torch.bool, device=pooled.device)
    positive = torch.arange(len(en), device=pooled.device)
    return (losses.contrast(en, ar, positive, same) + losses.contrast(ar, en, positive, same)) / 2


def quad_losses(student: Student, reader: Reader, memory: Memory, batch: QuadBatch) -> dict[str, Tensor]:
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
        **_judge_losses(doubt, (labels[0], labels[1]), (read.is_word[en_rows], read.is_word[ar_rows]), wrong.float()),
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
