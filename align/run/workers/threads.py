"""A run on several threads of this process: while one matches or checks, the others encode.

ONNX Runtime and OpenVINO let the interpreter go while they compute, and the encoder takes nine tenths of a run. Two
threads that encode one article each on one processor got through 1.2 to 1.3 times as many articles as one that encodes
on both (150 and 200 made articles, cache off, three rounds): the products of one article are too small to be shared
out well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import partial
from queue import SimpleQueue
from typing import Any

from align.records import Article, Document, Rejection
from align.run.aligner import Aligner, StageClock
from align.run.session import EncoderFacts, Opening, or_refused, signature_of
from align.run.workers.shards import SpreadSession
from align.run.workers.worker import ShardResult, shard_result

_AHEAD = 32  # articles on their way for each thread: as many as are aligned while the files of 20,000 are written


class Threads:
    """Threads, an aligner each; documents are read by the thread that sends them, where the time limit is strict."""

    def __init__(self, aligners: Sequence[Aligner]) -> None:
        """Start nothing yet."""
        first = aligners[0]
        self._reader = Aligner(first.encoder, first.calibration, first.settings)
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
        self._reader.clock = clock = StageClock()
        articles = [or_refused(document, partial(self._reader.extract, document)) for document in documents]
        return self._pool.submit(self._align, documents, articles, clock)

    def _align(self, documents: list[Document], articles: list[Article | Rejection], clock: StageClock) -> ShardResult:
        aligner = self._free.get()
        aligner.clock = clock  # it goes on from what reading took
        try:
            return shard_result(
                clock,
                [
                    item if isinstance(item, Rejection) else or_refused(document, partial(aligner.align_article, item))
                    for document, item in zip(documents, articles, strict=True)
                ],
            )
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
def on_threads(aligners: Sequence[Aligner], opening: Opening) -> Iterator[SpreadSession]:
    """The stages of a run on a thread an aligner, one article at a time each."""
    first, threads = aligners[0], Threads(aligners)
    try:
        facts = EncoderFacts.of(first.encoder)
        yield SpreadSession(threads, opening, signature_of(first), facts, most_documents=1, ahead=_AHEAD)
    finally:
        threads.close()
