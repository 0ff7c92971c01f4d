"""The bundled encoder as an ONNX graph, built from its weights alone: no exporter, no torch.

Texts lie end to end, without padding: the graph takes the rows of all pieces of a batch as (pieces, hidden), and only
attention lays them out as (texts, longest). So a batch of uneven texts costs what its pieces cost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

import numpy as np
from numpy.typing import NDArray

_OPSET = 20  # the first with Gelu as one operator
_IR = 9

INPUTS = ("rows", "places", "origin", "mask")
OUTPUTS = ("top", "middle")


class BertShape(TypedDict):
    """What config.json of a BERT encoder says of its shape, under the names that it has there."""

    hidden_size: int
    num_hidden_layers: int
    num_attention_heads: int
    layer_norm_eps: float
    word_layers: NotRequired[list[int]]  # the hidden states that words are read from, where the model names them


class _Graph:
    """Nodes and weights as they are added; every method returns the name of its result."""

    def __init__(self) -> None:
        from onnx import helper, numpy_helper

        self._helper, self._numpy = helper, numpy_helper
        self.nodes: list[Any] = []
        self.weights: list[Any] = []

    def weight(self, name: str, value: NDArray[Any]) -> str:
        self.weights.append(self._numpy.from_array(np.ascontiguousarray(value), name))
        return name

    def add(self, operator: str, *inputs: str, output: str | None = None, **options: Any) -> str:
        output = output or f"n{len(self.nodes)}"
        self.nodes.append(self._helper.make_node(operator, list(inputs), [output], **options))
        return output

    def split(self, data: str, parts: int) -> list[str]:
        names = [f"n{len(self.nodes)}.{k}" for k in range(parts)]
        self.nodes.append(self._helper.make_node("Split", [data], names, axis=-1, num_outputs=parts))
        return names

    def dense(self, data: str, name: str, weight: NDArray[Any], bias: NDArray[Any]) -> str:
        product = self.add("MatMul", data, self.weight(f"{name}.w", weight))
        return self.add("Add", product, self.weight(f"{name}.b", bias))

    def norm(self, data: str, name: str, tensors: Mapping[str, NDArray[Any]], epsilon: float) -> str:
        scale = self.weight(f"{name}.w", tensors[f"{name}.weight"])
        return self.add(
            "LayerNormalization",
            data,
            scale,
            self.weight(f"{name}.b", tensors[f"{name}.bias"]),
            axis=-1,
            epsilon=epsilon,
        )


def build_graph(tensors: Mapping[str, NDArray[np.float32]], config: BertShape, middle: Sequence[int]) -> bytes:
    """The serialised ONNX model of a BERT encoder above its embedding table.

    Inputs: `rows` (pieces, hidden), the sums of word, position and type embeddings; `places` (texts, longest), the
    piece at each place (any piece where there is none); `origin` (pieces,), the place of each piece, counted row by
    row; `mask` (texts, 1, 1, longest), 0 or far below. Outputs: the last hidden state, and the mean of the hidden
    states whose numbers are in `middle` (0 is the embedding's), each (pieces, hidden).
    """
    graph = _Graph()
    helper = graph._helper
    hidden = config["hidden_size"]
    state = graph.norm("rows", "embeddings.LayerNorm", tensors, config["layer_norm_eps"])
    states = [state]
    for layer in range(config["num_hidden_layers"]):
        state = _layer(graph, state, f"encoder.layer.{layer}", tensors, config)
        states.append(state)
    graph.add("Identity", state, output="top")
    graph.add("Mean", *(states[k] for k in middle), output="middle")
    kinds = {"rows": ("pieces", hidden), "mask": ("texts", 1, 1, "longest")}
    whole = {"places": ("texts", "longest"), "origin": ("pieces",)}
    from onnx import TensorProto

    inputs = [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in kinds.items()]
    inputs += [helper.make_tensor_value_info(n, TensorProto.INT64, s) for n, s in whole.items()]
    outputs = [helper.make_tensor_value_info(n, TensorProto.FLOAT, ("pieces", hidden)) for n in OUTPUTS]
    body = helper.make_graph(graph.nodes, "encoder", inputs, outputs, graph.weights)
    model = helper.make_model(body, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR)
    return bytes(model.SerializeToString())


def _layer(graph: _Graph, state: str, name: str, tensors: Mapping[str, NDArray[Any]], config: BertShape) -> str:
    def linear(data: str, part: str) -> str:
        return graph.dense(data, f"{name}.{part}", tensors[f"{name}.{part}.weight"].T, tensors[f"{name}.{part}.bias"])

    epsilon = config["layer_norm_eps"]
    mixed = linear(_attention(graph, state, name, tensors, config), "attention.output.dense")
    state = graph.norm(graph.add("Add", mixed, state), f"{name}.attention.output.LayerNorm", tensors, epsilon)
    wide = graph.add("Gelu", linear(state, "intermediate.dense"))
    return graph.norm(
        graph.add("Add", linear(wide, "output.dense"), state), f"{name}.output.LayerNorm", tensors, epsilon
    )


def _attention(graph: _Graph, state: str, name: str, tensors: Mapping[str, NDArray[Any]], config: BertShape) -> str:
    """Scaled dot-product attention within each text; queries, keys and values come from one product."""
    heads, hidden = config["num_attention_heads"], config["hidden_size"]
    size = hidden // heads
    parts = [f"{name}.attention.self.{part}" for part in ("query", "key", "value")]
    weight = np.concatenate([tensors[f"{part}.weight"] for part in parts]).T.copy()
    bias = np.concatenate([tensors[f"{part}.bias"] for part in parts])
    weight[:, :hidden] /= np.sqrt(size)  # the scale of the scores, taken into the queries
    bias[:hidden] /= np.sqrt(size)
    joint = graph.dense(state, f"{name}.qkv", weight, bias)
    laid = graph.add("Gather", joint, "places", axis=0)  # (texts, longest, 3 hidden)
    shape = graph.weight(f"{name}.shape", np.array([0, 0, heads, size], np.int64))
    sides = [graph.add("Reshape", side, shape) for side in graph.split(laid, 3)]
    query, value = (graph.add("Transpose", side, perm=[0, 2, 1, 3]) for side in (sides[0], sides[2]))
    scores = graph.add("MatMul", query, graph.add("Transpose", sides[1], perm=[0, 2, 3, 1]))
    shares = graph.add("Softmax", graph.add("Add", scores, "mask"), axis=-1)
    mixed = graph.add("Transpose", graph.add("MatMul", shares, value), perm=[0, 2, 1, 3])
    flat = graph.add("Reshape", mixed, graph.weight(f"{name}.flat", np.array([-1, hidden], np.int64)))
    return graph.add("Gather", flat, "origin", axis=0)
