"""The Encoder protocol over a network on any engine: sorted batches, vectors of sentences and of words."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from align.embed.network import Ids, Network, Pieces, States
from align.embed.readable import read_pieces
from align.embed.whole import fault_of_encoder, is_for_want_of_memory
from align.errors import AlignError
from align.protocols import Encoder, Engine, Matrix, WordVectors
from align.records import Span
from align.text.words import words

_Result = TypeVar("_Result")
_PLAIN = "yes, نعم"  # what every encoder can take


class SentenceEncoder:
    """An encoder whose network is loaded when the first text comes: a run that has nothing to do needs none."""

    def __init__(
        self,
        open_network: Callable[[int], Network],
        *,
        name: str,
        revision: str,
        dim: int,
        engine: Engine | None = None,
        prefix: str = "",
        batch_tokens: int = 0,
        is_shareable: bool = False,
    ) -> None:
        """Name a model; `engine` says what it runs on and why, `batch_tokens` overrides what its engine likes best.

        `open_network` is told how many threads ask at a time; `is_shareable` says that the network may be asked so.
        """
        self._open = open_network
        self._streams = 1
        self._is_shareable = is_shareable
        self._network: Network | None = None
        self._failure: Exception | None = None
        self._prefix = prefix
        self._batch_tokens = batch_tokens
        self._recent: dict[str, Matrix] = {}
        self.name = name
        self.revision = revision
        self.dim = dim
        self.engine = engine

    def thread_copies(self, count: int) -> list[SentenceEncoder]:
        """Itself and others over the same network, `count` in all, a thread each; itself alone where that cannot be.

        To be called before the first text: the network is opened for so many threads.
        """
        if count < 2 or not self._is_shareable or self._network is not None:
            return [self]
        self._open, self._streams = _Shared(self._open), count
        others = [
            SentenceEncoder(
                self._open,
                name=self.name,
                revision=self.revision,
                dim=self.dim,
                engine=self.engine,
                prefix=self._prefix,
                batch_tokens=self._batch_tokens,
            )
            for _ in range(count - 1)
        ]
        for other in others:
            other._streams = count
        return [self, *others]

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Sentence vectors, (len(texts), dim), unit rows; a text that occurs twice is encoded once."""
        if not texts:
            return np.zeros((0, self.dim), np.float32)
        unique = list(dict.fromkeys(texts))
        known = {text: self._recent[text] for text in unique if text in self._recent}
        missing = [text for text in unique if text not in known]
        for rows, states, _ in self._passes(missing, self._prefix, with_words=False):
            known.update((missing[row], vector) for row, vector in zip(rows, states.pooled, strict=True))
        return np.array([known[text] for text in texts], np.float32)

    def encode_words(self, texts: Sequence[str]) -> list[WordVectors]:
        """Word vectors of every text; a word beyond the model's length has a zero vector.

        The sentence vectors fall out of the same pass: they are kept until the next call, so `encode` of the same texts
        costs nothing.
        """
        unique = list(dict.fromkeys(texts))
        found: dict[str, WordVectors] = {}
        recent: dict[str, Matrix] = {}
        for rows, states, pieces in self._passes(unique, "", with_words=True):
            at = 0
            for row, vector in zip(rows, states.pooled, strict=True):
                text, end = unique[row], at + len(pieces[row].ids)
                found[text] = _pool_words(text, pieces[row], states.middle[at:end], states.top[at:end])
                recent[text] = vector
                at = end
        self._recent = {} if self._prefix else recent
        return [found[text] for text in texts]

    def _passes(
        self, texts: Sequence[str], prefix: str, *, with_words: bool
    ) -> Iterator[tuple[list[int], States, list[Pieces]]]:
        """For each batch its rows and states, and the pieces of all texts."""
        if not texts:
            return
        network = self._loaded()
        given = [prefix + _neutral(text, network.specials) for text in texts]
        pieces = self._asked(lambda: read_pieces(network.tokenise, given))
        for rows in batches([len(p.ids) for p in pieces], self._batch_tokens or network.batch_tokens):
            batch = [pieces[row].ids for row in rows]
            yield rows, self._asked(partial(_run, network, batch, with_words=with_words)), pieces

    def _asked(self, work: Callable[[], _Result]) -> _Result:
        """What the network says. A fault that comes with a plain text too is the encoder's own: ModelError, at once."""
        try:
            return work()
        except AlignError:
            raise
        except Exception as error:
            if is_for_want_of_memory(error) or not self._answers():
                raise fault_of_encoder(self.name, "encode", error) from error
            raise

    def _answers(self) -> bool:
        network = self._loaded()
        try:
            _run(network, [piece.ids for piece in network.tokenise([_PLAIN])], with_words=False)
        except Exception:
            return False
        return True

    def _loaded(self) -> Network:
        """Raises ModelError when it cannot be opened, and the same at once when it is asked for again."""
        if self._failure is not None:
            raise self._failure
        if self._network is None:
            try:
                self._network = self._open(self._streams)
            except Exception as error:
                is_told = isinstance(error, AlignError)
                self._failure = error if is_told else fault_of_encoder(self.name, "open", error)
                raise self._failure from (None if is_told else error)
        return self._network


def thread_copies(encoder: Encoder, count: int) -> list[Encoder]:
    """`encoder` and others over the same network for `count` threads; itself alone where it cannot be shared."""
    find = getattr(encoder, "thread_copies", None)
    return list(find(count)) if find else [encoder]


class _Shared:
    """Opens a network once for all who ask."""

    def __init__(self, open_network: Callable[[int], Network]) -> None:
        self._open = open_network
        self._lock = threading.Lock()
        self._network: Network | None = None
        self._failure: Exception | None = None

    def __call__(self, streams: int) -> Network:
        with self._lock:
            if self._failure is not None:
                raise self._failure  # the other threads need not wait for it to fail again
            if self._network is None:
                try:
                    self._network = self._open(streams)
                except Exception as error:
                    self._failure = error
                    raise
            return self._network


def _run(network: Network, batch: Sequence[Ids], *, with_words: bool) -> States:
    """One batch's states. Raises FloatingPointError when they are no numbers, which would be kept and believed."""
    states = network.run(batch, with_words=with_words)
    if not np.isfinite(states.pooled).all():
        raise FloatingPointError("expected vectors, found NaN or infinity")
    return states


def batches(lengths: Sequence[int], budget: int) -> Iterator[list[int]]:
    """Row numbers, longest text first, each batch within `budget` pieces once padded (a longer text goes alone)."""
    batch: list[int] = []
    for row in sorted(range(len(lengths)), key=lambda row: -lengths[row]):
        if batch and lengths[batch[0]] * (len(batch) + 1) > budget:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def _neutral(text: str, specials: Sequence[str]) -> str:
    """The text without strings that the tokenizer would take for its own marks, at the same length."""
    for special in specials:
        text = text.replace(special, " " * len(special))
    return text or " "


def _pool_words(text: str, pieces: Pieces, middle: Matrix, top: Matrix) -> WordVectors:
    """Mean of the middle layers and sum of the last one over the pieces that overlap each word."""
    spans: tuple[Span, ...] = words(text)
    real = pieces.ends > pieces.starts  # the tokenizer's own marks cover no letter
    first = np.searchsorted(pieces.ends[real], [span.start for span in spans], "right")
    last = np.searchsorted(pieces.starts[real], [span.end for span in spans], "left")
    size = np.maximum(last - first, 0)
    return WordVectors(
        spans,
        _sums(middle[real], first, last) / np.maximum(size, 1)[:, None].astype(np.float32),
        _sums(top[real], first, last),
    )


def _sums(rows: Matrix, first: NDArray[np.int64], last: NDArray[np.int64]) -> Matrix:
    """Sums of rows[first:last], one for each of the ranges; zero for an empty one."""
    if not len(first):
        return np.zeros((0, rows.shape[1]), np.float32)
    padded = np.concatenate([rows, np.zeros((1, rows.shape[1]), rows.dtype)])  # a range may end behind the last row
    bounds = np.minimum(np.stack([first, last], 1).ravel(), len(rows))
    return np.where((last > first)[:, None], np.add.reduceat(padded, bounds, axis=0)[::2], 0).astype(np.float32)
