"""Weights at 8 bits: each row of a matrix as whole numbers from -127 to 127 and one scale; vectors stay as they are."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from align.errors import ModelError

_MOST = 127
_WHOLE, _SCALE = ".q8", ".scale"

Tensors = dict[str, NDArray[np.float32]]


def quantise(tensors: Mapping[str, NDArray[np.float32]]) -> dict[str, NDArray[np.int8] | NDArray[np.float32]]:
    """The tensors as they are stored: a matrix (rows, columns) as int8 and fp32 scales (rows,), all else in fp32.

    A value read back differs by at most half a scale: 1/254 of the greatest value of its row.
    """
    stored: dict[str, NDArray[np.int8] | NDArray[np.float32]] = {}
    for name, value in tensors.items():
        if value.ndim != 2:
            stored[name] = np.ascontiguousarray(value, np.float32)
            continue
        scale = np.maximum(np.abs(value).max(1) / _MOST, np.finfo(np.float32).tiny).astype(np.float32)
        stored[name + _WHOLE] = np.rint(value / scale[:, None]).clip(-_MOST, _MOST).astype(np.int8)
        stored[name + _SCALE] = scale
    return stored


def restore(stored: Mapping[str, NDArray[np.generic]]) -> Tensors:
    """The tensors in fp32.

    Raises ModelError when a matrix has lost its scales.
    """
    tensors: Tensors = {}
    for name, value in stored.items():
        if name.endswith(_WHOLE):
            own = name.removesuffix(_WHOLE)
            if own + _SCALE not in stored:
                raise ModelError(f"the weights of {own} have no scales; reinstall the package")
            tensors[own] = value.astype(np.float32) * stored[own + _SCALE].astype(np.float32)[:, None]
        elif not name.endswith(_SCALE):
            tensors[name] = value.astype(np.float32)
    return tensors
