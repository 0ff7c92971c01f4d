"""A run on several threads of this process: while one reads, matches or checks, the others encode.

ONNX Runtime lets the interpreter go while it computes, and the encoder takes nine tenths of a run. Two threads that
encode one article each on one processor got through 1.2 to 1.3 times as many articles as one that encodes on both (150
made articles, cache off, three rounds): the products of one article are too small to be shared out well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from queue import SimpleQueue
from typing import Any

from align.pipeline import Aligner
from align.records import Document
from align.scale.shards import SpreadStages
from align.scale.worker import EncoderFacts, ShardResult, aligned_shard
from align.stages import Opening, signature_of


class Threads:
    """Threads with an aligner each."""

    def __init__(self, aligners: Sequence[Aligner]) -> None:
        """Start nothing yet."""
        self._free: SimpleQueue[Aligner] = SimpleQueue()
        for aligner in aligners:
            self._free.put(aligner)
        self._count = len(aligners)
        self._pool = ThreadPoolExecutor(self._count, thread_name_prefix="align")

    def workers(self) -> int:
        """How many threads."""
        return self._count

    def send(self, work: Callable[..., Any], opening: Opening, signature: str, documents: list[Document]) -> Any:
        """A shard on its way; the aligners are open, so that `documents` is all that counts."""
        return self._pool.submit(self._align, documents)

    def _align(self, documents: list[Document]) -> ShardResult:
        aligner = self._free.get()
        try:
            return aligned_shard(aligner, documents)
        finally:
            self._free.put(aligner)

    def result(self, future: Future[ShardResult]) -> ShardResult:
        """What became of it; raises what it raised."""
        return future.result()

    def settle(self, futures: list[Future[ShardResult]]) -> None:
        """Wait until nothing of this is being worked on."""
        wait(futures)

    def close(self) -> None:
        """Drop what has not begun; what has is finished first."""
        self._pool.shutdown(cancel_futures=True)


@contextmanager
def on_threads(aligners: Sequence[Aligner], opening: Opening) -> Iterator[SpreadStages]:
    """The stages of a run on a thread an aligner, one article at a time each."""
    first = aligners[0]
    encoder = first.encoder
    facts = EncoderFacts(encoder.name, encoder.revision, encoder.dim, encoder.engine)
    threads = Threads(aligners)
    try:
        yield SpreadStages(threads, opening, signature_of(first), facts, most_documents=1)
    finally:
        threads.close()
