"""Products of two blocks of rows, as whole numbers where ONNX Runtime is there, with the most that they may be off.

Rows are rounded to whole numbers, x' = step * codes. By Cauchy and Schwarz
|x.y - x'.y'| <= |x - x'| |y| + |x'| |y - y'|, and all four lengths are known, so the error has a bound and not only a
likely size. On AVX2 the whole numbers take 0.6 of the time of fp32 products; VNNI and AMX have instructions for them.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from align.errors import IndexError_
from align.protocols import Matrix

_ROUNDING = 1e-5  # of fp32 products of unit rows: 384 terms were off by 6e-7 at most
# AVX2 adds two products into 16 bits: 2 * 127 * 127 fits, so one side has 7 bits and a middle, the other 8 and a sign.
_QUERY_LIMIT, _BASE_LIMIT, _MIDDLE = 63, 127, 64


class Codes(NamedTuple):
    """A block of rows as its products take it."""

    values: NDArray[Any]  # (n, dim); of a base in whole numbers (dim, n)
    step: float  # what one unit of `values` is worth
    length: float  # of the longest row
    lost: float  # length of the most that rounding took from a row


class Products(Protocol):
    """One way to multiply blocks of rows; what it gives times both steps is within `margin` of the true products."""

    threads: int  # blocks that are best worked on at a time

    def queries(self, rows: Matrix) -> Codes:
        """The left side, (n, dim)."""
        ...

    def base(self, rows: Matrix) -> Codes:
        """The right side, (m, dim)."""
        ...

    def multiply(self, queries: Codes, base: Codes) -> NDArray[Any]:
        """All products, (n, m)."""
        ...


def margin(queries: Codes, base: Codes) -> float:
    """The most by which a product of the two blocks may be off."""
    return queries.lost * base.length + (queries.length + queries.lost) * base.lost + _ROUNDING


class FloatProducts:
    """fp32 products by NumPy, which shares each out over the processors."""

    threads = 1

    def queries(self, rows: Matrix) -> Codes:
        """The rows themselves."""
        return Codes(rows, 1.0, _longest(rows), 0.0)

    base = queries

    def multiply(self, queries: Codes, base: Codes) -> NDArray[Any]:
        """(n, m), float32."""
        return np.asarray(queries.values @ base.values.T)


class WholeProducts:
    """8-bit products by ONNX Runtime, one processor a block."""

    def __init__(self, threads: int) -> None:
        """Open a session that `threads` threads may share."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3  # errors
        self._session = onnxruntime.InferenceSession(_graph(), options, providers=["CPUExecutionProvider"])
        self.threads = threads

    def queries(self, rows: Matrix) -> Codes:
        """Whole numbers about a middle, uint8, (n, dim)."""
        whole = _rounded(rows, _QUERY_LIMIT)
        return whole._replace(values=(whole.values + _MIDDLE).astype(np.uint8))

    def base(self, rows: Matrix) -> Codes:
        """Whole numbers with a sign, int8, (dim, n)."""
        whole = _rounded(rows, _BASE_LIMIT)
        return whole._replace(values=np.ascontiguousarray(whole.values.astype(np.int8).T))

    def multiply(self, queries: Codes, base: Codes) -> NDArray[Any]:
        """(n, m), int32."""
        return np.asarray(self._session.run(None, {"queries": queries.values, "base": base.values})[0])


@lru_cache(maxsize=1)
def products_here() -> Products:
    """The fastest products that are installed."""
    if not (find_spec("onnxruntime") and find_spec("onnx")):
        return FloatProducts()
    import faiss

    return WholeProducts(faiss.omp_get_max_threads())


def _rounded(rows: Matrix, limit: int) -> Codes:
    length = _longest(rows)
    step = max(float(np.abs(rows).max(initial=0)), 1e-9) / limit
    values = np.rint(rows * np.float32(1 / step))
    return Codes(values, step, length, _longest(rows - values * np.float32(step)))


def _longest(rows: Matrix) -> float:
    """Length of the longest row; raises IndexError_ where one is no number, which would hide its whole block."""
    length = float(np.sqrt(np.einsum("nd,nd->n", rows, rows).max(initial=0)))
    if not np.isfinite(length):
        raise IndexError_(
            "expected numbers in the vectors, found NaN or infinity: a file is damaged; build the index again"
        )
    return length


def _graph() -> bytes:
    from onnx import TensorProto, helper

    inputs = [
        helper.make_tensor_value_info("queries", TensorProto.UINT8, ("n", "dim")),
        helper.make_tensor_value_info("base", TensorProto.INT8, ("dim", "m")),
    ]
    output = helper.make_tensor_value_info("products", TensorProto.INT32, ("n", "m"))
    middle = helper.make_tensor("middle", TensorProto.UINT8, (), [_MIDDLE])
    node = helper.make_node("MatMulInteger", ["queries", "base", "middle"], ["products"])
    body = helper.make_graph([node], "products", inputs, [output], [middle])
    model = helper.make_model(body, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    return bytes(model.SerializeToString())
