"""A run on several threads of this process: while one matches or checks, the others encode.

ONNX Runtime and OpenVINO let the interpreter go while they compute, and the encoder takes nine tenths of a run. Two
threads that encode one article each on one processor got through 1.2 to 1.3 times as many articles as one that encodes
on both (150 and 200 made articles, cache off, three rounds): the products of one article are too small to be shared
out well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from queue import SimpleQueue

from align.records import AlignedArticle, Article, Document, Rejection
from align.run.aligner import Aligner, StageClock
from align.run.session import EncoderFacts, Opening, refusal
from align.run.signature import signature_of
from align.run.workers.shards import SpreadSession
from align.run.workers.worker import ShardResult, shard_result

_AHEAD = 32  # articles on their way for each thread: as many as are aligned while the files of 20,000 are written


class Threads:
    """Threads, an aligner each; documents are read by the thread that sends them, where the time limit is strict."""

    def __init__(self, aligners: Sequence[Aligner]) -> None:
        """Start nothing yet."""
        first = aligners[0]
        self._reader = Aligner(first.encoder, first.bundle, first.settings)
        self._free: SimpleQueue[Aligner] = SimpleQueue()
        for aligner in aligners:
            self._free.put(aligner)
        self._count = len(aligners)
        self._pool = ThreadPoolExecutor(self._count, thread_name_prefix="align")

    def workers(self) -> int:
        """How many threads."""
        return self._count

    def send(self, documents: list[Document]) -> Future[ShardResult]:
        """A shard on its way, its documents read."""
        self._reader.clock = clock = StageClock()
        return self._pool.submit(self._align, [self._read(document) for document in documents], clock)

    def _read(self, document: Document) -> Article | Rejection:
        try:
            return self._reader.extract(document)
        except Exception as error:
            return refusal(document.source, error)

    def _align(self, articles: list[Article | Rejection], clock: StageClock) -> ShardResult:
        aligner = self._free.get()
        aligner.clock = clock  # it goes on from what reading took
        try:
            return shard_result(clock, [_aligned(aligner, article) for article in articles])
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


def _aligned(aligner: Aligner, article: Article | Rejection) -> AlignedArticle | Rejection:
    if isinstance(article, Rejection):
        return article
    try:
        return aligner.align_article(article)
    except Exception as error:
        return refusal(article.source, error)


@contextmanager
def on_threads(aligners: Sequence[Aligner], opening: Opening) -> Iterator[SpreadSession]:
    """The stages of a run on a thread an aligner, one article at a time each."""
    first, threads = aligners[0], Threads(aligners)
    try:
        facts = EncoderFacts.of(first.encoder)
        notices, signature = first.bundle.notices, signature_of(first)
        yield SpreadSession(threads, opening.settings, signature, facts, notices, most_documents=1, ahead=_AHEAD)
    finally:
        threads.close()
