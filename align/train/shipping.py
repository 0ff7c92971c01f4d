"""A trained student to the file that ships: layers and judge at 8 bits; the embeddings stay the bundled ones."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch

from align.embed.q8 import quantise, restore
from align.errors import ModelError
from align.models.doubt import WordJudge
from align.train.memory import Memory
from align.train.student import Student, body_of, load_student, tensors_of
from align.writing import atomic_path

_MOST_BYTES = 25_000_000


def ship(checkpoint: Path, target: Path) -> int:
    """Write the file; its size in bytes comes back.

    Raises ModelError when it is larger than the repository may hold.
    """
    from safetensors.numpy import save_file

    student = load_student(checkpoint)
    tensors = {**tensors_of(student), **_judge_tensors(student, load_memory(checkpoint, student))}
    stored = quantise({name: value.detach().float().numpy() for name, value in tensors.items()})
    shape = json.dumps(asdict(student.shape), sort_keys=True)
    with atomic_path(target) as temporary:
        save_file(stored, temporary, metadata={"shape": shape})
        size = temporary.stat().st_size
        if size > _MOST_BYTES:
            raise ModelError(f"the weights take {size:,} bytes, more than {_MOST_BYTES:,}; train fewer layers")
    return size


def load_memory(checkpoint: Path, student: Student) -> Memory:
    """What the run of a checkpoint remembers: the means that words are centred on."""
    saved = torch.load(checkpoint, map_location="cpu", weights_only=False)["memory"]
    memory = Memory(student.shape.hidden, saved["teacher"].shape[-1])
    memory.load_state_dict(saved)
    return memory


def _judge_tensors(student: Student, memory: Memory) -> dict[str, torch.Tensor]:
    head = {f"judge.{name}": value for name, value in student.judge.state_dict().items()}
    return {**head, "judge.mean_en": memory.word_mean(0), "judge.mean_ar": memory.word_mean(1)}


def word_judge(student: Student, memory: Memory) -> WordJudge:
    """The judge as it is used without torch, at full precision."""
    tensors = _judge_tensors(student, memory)
    return WordJudge(
        {name.removeprefix("judge."): np.asarray(value.detach().float()) for name, value in tensors.items()}
    )


def as_shipped(student: Student) -> Student:
    """The student with its weights as they come back from 8 bits, for figures of what ships."""
    state = {name: np.asarray(value.detach().float()) for name, value in tensors_of(student).items()}
    body = {name: torch.from_numpy(value) for name, value in restore(quantise(state)).items()}
    head = {name: np.asarray(value.detach().float()) for name, value in student.judge.state_dict().items()}
    judge = {f"judge.{name}": torch.from_numpy(value) for name, value in restore(quantise(head)).items()}
    shipped = Student(student.shape)
    shipped.load_state_dict({**body_of(body, student.shape.layers), **judge})
    return shipped.eval()
