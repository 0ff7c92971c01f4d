"""The encoder trained for this project: its layers ship at 8 bits, the embeddings below them come from the bundled one.

What comes out is a genuine sentence-transformers directory beside the bundled model's, so every engine opens it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from align.embed.bundled import bundled_revision, unpacked, weight_file, write_model
from align.embed.q4 import read_q4
from align.embed.q8 import Tensors, restore
from align.errors import ModelError
from align.files import data_path, sha256_file, sha256_text

NAME = "align-small"
_LAYOUT = 1  # raised whenever what is unpacked changes, so that an older copy in a cache is not taken
_SHAPE = "shape"  # the file's own note of its size
_HEAD = "judge."


def trained_file() -> Path:
    """Where the trained layers lie in the package."""
    return data_path("models", f"{NAME}.safetensors")


@cache
def _signature(path: Path) -> str:
    return sha256_text(sha256_file(path) + bundled_revision())[:16]


def trained_revision() -> str:
    """Name of the unpacked model, of the layers' hash and that of the embeddings below them.

    Raises ModelError when either is missing.
    """
    try:
        return f"{NAME}-{_signature(trained_file())}-v{_LAYOUT}"
    except OSError as error:
        raise ModelError(
            f"the trained encoder's {trained_file()} cannot be read ({error}); reinstall the package"
        ) from error


def trained_model_path() -> Path:
    """The unpacked model's directory, made on first use.

    Raises ModelError when it cannot be.
    """
    return unpacked(trained_revision(), lambda target: write_trained(trained_file(), target))


def write_trained(source: Path, target: Path) -> None:
    """Write a sentence-transformers directory of the layers in `source` over the bundled embeddings.

    Raises ModelError when `source` is no such file.
    """
    tensors, shape = read_trained(source)
    body = {name: value for name, value in tensors.items() if not name.startswith(_HEAD)}
    config = {
        "num_hidden_layers": shape["layers"],
        "word_layers": list(range(shape["word_layer"], shape["layers"] + 1)),
    }
    write_model(read_q4(weight_file()), target, body, config)


def read_trained(path: Path) -> tuple[Tensors, dict[str, Any]]:
    """The tensors of a shipped file in fp32, and the shape it notes.

    Raises ModelError when it is not of this format.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "numpy") as opened:
            shape = json.loads((opened.metadata() or {})[_SHAPE])
            stored: Mapping[str, NDArray[np.generic]] = {name: opened.get_tensor(name) for name in opened.keys()}
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        raise ModelError(f"the trained encoder's {path} cannot be read ({error}); reinstall the package") from error
    return restore(stored), shape


def judge_weights(path: Path | None = None) -> Tensors:
    """The judge's weights that ship with the trained encoder, for `align.models.doubt.WordJudge`.

    Raises ModelError when they cannot be read.
    """
    tensors, _ = read_trained(path or trained_file())
    return {name.removeprefix(_HEAD): value for name, value in tensors.items() if name.startswith(_HEAD)}
