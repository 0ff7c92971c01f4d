"""The bundled encoder without torch: tokenizers, an embedding table on disk, a graph on ONNX Runtime or OpenVINO."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from align.embed.bundled import SPECIALS, bundled_model_path
from align.embed.graph import OUTPUTS, build_graph
from align.embed.machine import threads
from align.embed.network import Ids, Pieces, States, middle_layers
from align.embed.tokens import Tokens
from align.embed.whole import derived_file, trusted_folder
from align.protocols import Engine

Feed = dict[str, NDArray[Any]]
Session = Callable[[Feed], tuple[NDArray[np.float32], NDArray[np.float32]]]  # top, middle

_LAYOUT = 1  # raised whenever the graph changes, so that an older copy in a cache is not taken
_FAR = np.float32(-1e9)  # added to the score of a place that holds no piece
# Pieces a batch: the products are at full speed from some 500 on, and the states of more leave the second-level cache.
_BATCH_TOKENS = {"fp32": 768, "bf16": 2048}


class FastNetwork:
    """The bundled model over a session."""

    specials: tuple[str, ...] = SPECIALS

    def __init__(self, model: Path, open_session: Callable[[], Session], batch_tokens: int) -> None:
        """Open the tokenizer and the embedding tables of an unpacked model, and the session beside them."""
        with ThreadPoolExecutor(1) as pool:
            session = pool.submit(open_session)  # a third of a second, hidden by the tokenizer's
            tensors = open_tensors(model / "model.safetensors")
            positions = tensors["embeddings.position_embeddings.weight"].astype(np.float32)
            self._tokens = Tokens(model, len(positions))
            self._words = tensors["embeddings.word_embeddings.weight"]
            self._places = positions + tensors["embeddings.token_type_embeddings.weight"][0].astype(np.float32)
            self._session = session.result()
        self.batch_tokens = batch_tokens

    def tokenise(self, texts: Sequence[str]) -> list[Pieces]:
        """The pieces of each text, cut at the model's length."""
        return self._tokens.cut(texts)

    def run(self, batch: Sequence[Ids], *, with_words: bool) -> States:
        """One forward pass; the texts lie end to end, so there is no padding but in attention."""
        top, middle = self._session(self._feed(batch))
        firsts = np.cumsum([0, *(len(ids) for ids in batch[:-1])])
        sums = np.add.reduceat(top, firsts, axis=0)
        pooled = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-12)
        return States(pooled, middle, top)

    def _feed(self, batch: Sequence[Ids]) -> Feed:
        sizes = np.array([len(ids) for ids in batch])
        at = np.arange(sizes.max())
        is_piece = at < sizes[:, None]  # (texts, longest)
        places = np.zeros(is_piece.shape, np.int64)
        places[is_piece] = np.arange(sizes.sum())
        own_place = np.broadcast_to(at, is_piece.shape)[is_piece]
        return {
            "rows": self._words[np.concatenate(batch)].astype(np.float32) + self._places[own_place],
            "places": places,
            "origin": np.flatnonzero(is_piece),
            "mask": np.where(is_piece, np.float32(0), _FAR)[:, None, None, :],
        }


def open_fast(choice: Engine, streams: int = 1, model: Path | None = None) -> FastNetwork:
    """The bundled model on ONNX Runtime or OpenVINO; its graph is built on first use, and again when it is damaged.

    `streams` threads ask at a time and share the processors; `model` is another unpacked model's directory.
    Raises ModelError when it cannot be unpacked.
    """
    model = model or bundled_model_path()

    def open_session() -> Session:
        graph = _graph_file(model)
        if choice.name == "onnx":
            return _onnx_session(graph, streams)
        return _openvino_session(graph, choice.precision, streams)

    network = FastNetwork(model, open_session, _BATCH_TOKENS[choice.precision])
    if streams > 1:
        # The first array that OpenVINO's bindings convert sets them up, and two threads that come with one at the same
        # time wait for each other for ever (seen in one run of twelve).
        network.run([np.zeros(1, np.int64)], with_words=False)
    return network


def open_tensors(path: Path) -> Mapping[str, NDArray[Any]]:
    """The fp16 tensors of a safetensors file, memory-mapped: of 192 MB of embeddings a run reads the rows it needs."""
    with path.open("rb") as stream:
        size = int.from_bytes(stream.read(8), "little")
        header = json.loads(stream.read(size))
    data = np.memmap(path, np.float16, "r", offset=8 + size)
    tensors = {}
    for name, facts in header.items():
        if name != "__metadata__":
            first, end = (offset // data.itemsize for offset in facts["data_offsets"])
            tensors[name] = data[first:end].reshape(facts["shape"])
    return tensors


def _graph_file(model: Path) -> Path:
    """The graph beside the model."""

    def write(path: Path) -> None:
        config = json.loads((model / "config.json").read_text(encoding="utf-8"))
        tensors = open_tensors(model / "model.safetensors")
        body = {n: t.astype(np.float32) for n, t in tensors.items() if not n.endswith("_embeddings.weight")}
        path.write_bytes(
            build_graph(body, config, middle_layers(config["num_hidden_layers"], config.get("word_layers")))
        )

    return derived_file(model.parent / f"{model.name}-graph-v{_LAYOUT}.onnx", write)


def _onnx_session(graph: Path, streams: int) -> Session:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = max(1, threads() // streams)
    options.log_severity_level = 3  # errors
    session = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])

    def run(feed: Feed) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        top, middle = session.run(list(OUTPUTS), feed)
        return top, middle

    return run


def _openvino_session(graph: Path, precision: str, streams: int) -> Session:
    import openvino

    options = {
        "PERFORMANCE_HINT": "LATENCY",
        "NUM_STREAMS": streams,  # of one, all processors work on one batch
        "INFERENCE_NUM_THREADS": threads(),
        "INFERENCE_PRECISION_HINT": {"fp32": "f32", "bf16": "bf16"}[precision],
    }
    with trusted_folder(graph.with_suffix(".openvino")) as kept:  # compiling takes longer than all else of a cold start
        if kept is not None:
            options["CACHE_DIR"] = str(kept)
        compiled = openvino.Core().compile_model(str(graph), "CPU", options)
    own = threading.local()  # a request serves one thread at a time

    def run(feed: Feed) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        if not hasattr(own, "request"):
            own.request = compiled.create_infer_request()
        found = own.request.infer(feed)
        top, middle = (found[name].copy() for name in OUTPUTS)  # the request's own memory is used again
        return top, middle

    return run
