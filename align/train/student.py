"""The network that is trained: the first layers of the bundled encoder over its frozen embeddings, and the judge.

Texts lie end to end, so that the products cost what the pieces cost; only attention lays them out as (texts, longest).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as fn

from align.embed.bundled import bundled_model_path
from align.embed.fast_network import open_tensors
from align.train.judge import Judge
from align.train.reader import Text

_FAR = -1e4  # score of a place that holds no piece
_LEAST_FILLED = 0.75  # of the longest text of a bucket; attention costs its padding
_NAMES = {  # of this module's parts in a sentence-transformers file
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_QKV = ("query", "key", "value")


@dataclass(frozen=True, slots=True)
class Shape:
    """Size of the network. Words are read as the mean of the layers from `word_layer` up, sentences at the last."""

    hidden: int = 384
    heads: int = 12
    feed_forward: int = 1536
    layers: int = 8
    word_layer: int = 7
    epsilon: float = 1e-12
    judge: int = 192  # width
    dropout: float = 0.05


@dataclass(frozen=True, slots=True)
class Read:
    """What the network says of some texts."""

    top: Tensor  # (pieces, hidden), the last layer, all texts end to end
    pooled: Tensor  # (texts, hidden), mean over a text's pieces
    words: Tensor  # (texts, most words, hidden), mean over a word's pieces and layers; zero where there is none
    is_word: Tensor  # (texts, most words)
    firsts: tuple[int, ...]  # where each text's pieces begin


@dataclass(frozen=True, slots=True)
class _Bucket:
    """Texts of like size, laid out for attention."""

    places: Tensor  # (texts, longest), the number of each place's piece
    origin: Tensor  # (pieces,), the place of each piece
    mask: Tensor  # (texts, 1, 1, longest), which places hold one

    @classmethod
    def of(cls, sizes: NDArray[np.int64], first: int, device: torch.device) -> _Bucket:
        is_piece = np.arange(sizes.max()) < sizes[:, None]
        places = np.zeros(is_piece.shape, np.int64)
        places[is_piece] = first + np.arange(sizes.sum())
        tables = (places, np.flatnonzero(is_piece), is_piece[:, None, None, :])
        return cls(*(torch.from_numpy(table).to(device) for table in tables))


class Layer(nn.Module):
    """One layer of BERT."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        size, wide = shape.hidden, shape.feed_forward
        self.heads, self.dropout = shape.heads, shape.dropout
        self.qkv = nn.Linear(size, 3 * size)
        self.ao, self.aln = nn.Linear(size, size), nn.LayerNorm(size, shape.epsilon)
        self.fi, self.fo = nn.Linear(size, wide), nn.Linear(wide, size)
        self.oln = nn.LayerNorm(size, shape.epsilon)

    def forward(self, rows: Tensor, buckets: Sequence[_Bucket]) -> Tensor:
        """States (pieces, hidden) to states."""
        qkv = self.qkv(rows)
        attended = []
        for bucket in buckets:
            texts, longest = bucket.places.shape
            laid = qkv[bucket.places].view(texts, longest, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
            mixed = _attend(laid[0], laid[1], laid[2], bucket.mask)
            attended.append(mixed.transpose(1, 2).reshape(texts * longest, -1)[bucket.origin])
        rows = self.aln(rows + self.ao(torch.cat(attended)))
        return torch.as_tensor(
            self.oln(rows + fn.dropout(self.fo(fn.gelu(self.fi(rows))), self.dropout, self.training))
        )


def _attend(query: Tensor, key: Tensor, value: Tensor, mask: Tensor) -> Tensor:
    """Attention written out: on texts of 20 to 80 pieces torch's fused kernel takes three to six times as long here."""
    scores = (query * query.shape[-1] ** -0.5) @ key.transpose(-1, -2)
    return torch.as_tensor(scores.masked_fill(~mask, _FAR).softmax(-1).to(value.dtype) @ value)


class Student(nn.Module):
    """The layers, the frozen normalisation of the embeddings below them, and the judge of words above them."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.norm = nn.LayerNorm(shape.hidden, shape.epsilon).requires_grad_(False)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.judge = Judge(shape.hidden, shape.judge)

    def forward(self, texts: Sequence[Text]) -> Read:
        """States of some texts, read together."""
        device = next(self.parameters()).device
        order = sorted(range(len(texts)), key=lambda k: -len(texts[k].rows))
        laid = [texts[k] for k in order]
        sizes = np.array([len(text.rows) for text in laid])
        buckets = [_Bucket.of(*bucket, device) for bucket in _buckets(sizes)]
        rows = self.norm(torch.from_numpy(np.concatenate([text.rows for text in laid])).to(device))
        middle = []
        for number, layer in enumerate(self.layers, 1):
            rows = layer(rows, buckets)
            if number >= self.shape.word_layer:
                middle.append(rows.float())
        top = middle[-1]
        text_of = torch.from_numpy(np.repeat(np.array(order), sizes)).to(device)
        sums = torch.zeros(len(texts), top.shape[1], device=device).index_add(0, text_of, top)
        counts = torch.tensor([len(text.rows) for text in texts], device=device)
        found, is_word = _words(laid, order, torch.stack(middle).mean(0))
        firsts = np.empty(len(texts), np.int64)
        firsts[order] = np.concatenate([[0], sizes.cumsum()[:-1]])
        return Read(top, sums / counts[:, None], found, is_word, tuple(int(first) for first in firsts))


def _buckets(sizes: NDArray[np.int64]) -> list[tuple[NDArray[np.int64], int]]:
    """Falling text sizes cut where padding would cost much: the sizes of each bucket, and where its pieces begin."""
    found = []
    begin = first = 0
    for end in range(1, len(sizes) + 1):
        if end == len(sizes) or sizes[end] < _LEAST_FILLED * sizes[begin]:
            found.append((sizes[begin:end], first))
            first += int(sizes[begin:end].sum())
            begin = end
    return found


def _words(texts: Sequence[Text], order: Sequence[int], states: Tensor) -> tuple[Tensor, Tensor]:
    """Means of `states` over the pieces of each word, laid out as (texts, most words, hidden), and which are words.

    Text k's pieces come k-th; its words are laid out in row order[k].
    """
    most = max(1, max(len(text.words) for text in texts))
    slots = np.concatenate(
        [np.where(text.word_of < 0, -1, text.word_of + k * most) for k, text in zip(order, texts, strict=True)]
    )
    pieces = torch.from_numpy(np.flatnonzero(slots >= 0)).to(states.device)
    slot = torch.from_numpy(slots[slots >= 0]).to(states.device)
    sums = torch.zeros(len(texts) * most, states.shape[1], device=states.device).index_add(0, slot, states[pieces])
    counts = torch.zeros(len(texts) * most, device=states.device).index_add(
        0, slot, torch.ones(len(slot), device=states.device)
    )
    laid = (sums / counts.clamp(min=1)[:, None]).view(len(texts), most, -1)
    return laid, (counts > 0).view(len(texts), most)


def from_bundled(shape: Shape, seed: int) -> Student:
    """A student with the weights of the bundled encoder's first layers, and a judge as `seed` draws it."""
    torch.manual_seed(seed)
    student = Student(shape)
    tensors = {
        name: torch.from_numpy(np.array(value, np.float32))
        for name, value in open_tensors(bundled_model_path() / "model.safetensors").items()
        if not name.endswith("_embeddings.weight")
    }
    student.load_state_dict(body_of(tensors, shape.layers), strict=False)
    return student


def body_of(tensors: dict[str, Tensor], layers: int) -> dict[str, Tensor]:
    """A student's state, without the judge's, of tensors named as a sentence-transformers file names them."""
    state = {f"norm.{end}": tensors[f"embeddings.LayerNorm.{end}"] for end in ("weight", "bias")}
    for number in range(layers):
        for end in ("weight", "bias"):
            start = f"encoder.layer.{number}."
            parts = [tensors[f"{start}attention.self.{part}.{end}"] for part in _QKV]
            state[f"layers.{number}.qkv.{end}"] = torch.cat(parts)
            for short, long in _NAMES.items():
                state[f"layers.{number}.{short}.{end}"] = tensors[f"{start}{long}.{end}"]
    return state


def tensors_of(student: Student) -> dict[str, Tensor]:
    """The body's tensors, named as a sentence-transformers file names them: what `body_of` undoes."""
    state = student.state_dict()
    tensors = {f"embeddings.LayerNorm.{end}": state[f"norm.{end}"] for end in ("weight", "bias")}
    for number in range(student.shape.layers):
        for end in ("weight", "bias"):
            start = f"encoder.layer.{number}."
            for part, value in zip(_QKV, state[f"layers.{number}.qkv.{end}"].chunk(3), strict=True):
                tensors[f"{start}attention.self.{part}.{end}"] = value.contiguous()
            for short, long in _NAMES.items():
                tensors[f"{start}{long}.{end}"] = state[f"layers.{number}.{short}.{end}"]
    return tensors


def load_student(path: Path, device: str = "cpu") -> Student:
    """The student of a checkpoint, ready to read."""
    saved = torch.load(path, map_location=device, weights_only=False)
    student = Student(Shape(**saved["shape"])).to(device)
    student.load_state_dict(saved["student"])
    return student.eval()
