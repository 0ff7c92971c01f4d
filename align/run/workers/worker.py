"""What a worker process does: open the stages once, align shards of documents, say what that took."""

from __future__ import annotations

import faulthandler
import os
import socket
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from threading import Lock
from typing import NamedTuple

from threadpoolctl import threadpool_limits

from align.errors import RunError
from align.records import AlignedArticle, Document, Rejection
from align.run.aligner import Aligner, StageClock
from align.run.session import EncoderFacts, Opening, or_refused, peak_memory, signature_of

_SETTLE_SECONDS = 0.3
_ONE_AT_A_TIME = Lock()  # a worker may have several threads, an aligner has one clock


class Described(NamedTuple):
    """What the process that leads the run must know of the stages, which it does not open itself."""

    signature: str
    encoder: EncoderFacts


class ShardResult(NamedTuple):
    """What became of a shard's documents, in their order, and what it took."""

    outcomes: list[AlignedArticle | Rejection]
    seconds: dict[str, float]  # by stage
    items: Counter[str]
    process: str  # where it was done
    peak_bytes: int  # of that process so far


@lru_cache(maxsize=1)
def _opened(opening: Opening) -> Aligner:
    # The process that starts a worker again after a death gives it up unless it soon hears of it, which it does not
    # where the very first document hangs with the interpreter in hand.
    time.sleep(_SETTLE_SECONDS)
    return opening.aligner()


def describe(opening: Opening) -> Described:
    """Open the stages and describe them.

    Raises ModelError when there is no encoder here, IndexError_ when the tweets' index does not fit it.
    """
    with _ONE_AT_A_TIME:
        aligner = _opened(opening)
        return Described(signature_of(aligner), EncoderFacts.of(aligner.encoder))


def align_shard(opening: Opening, signature: str, documents: list[Document]) -> ShardResult:
    """Align every document, each by itself as one process would.

    Raises RunError when this worker would score otherwise than the one that described the stages.
    """
    with _ONE_AT_A_TIME, threadpool_limits(1, user_api="blas"):  # as a run in one process does it
        aligner = _opened(opening)
        if (own := signature_of(aligner)) != signature:
            raise RunError(
                f"expected every worker to align as {signature}, found {own} on {this_process()}; install one version "
                "and one model on all of them"
            )
        aligner.clock = StageClock()
        return shard_result(aligner.clock, [or_refused(doc, partial(_aligned, aligner, doc)) for doc in documents])


def _aligned(aligner: Aligner, document: Document) -> AlignedArticle:
    with _ended_when_stuck(aligner.settings.read.max_seconds):
        article = aligner.extract(document)
    return aligner.align_article(article)


@contextmanager
def _ended_when_stuck(seconds: float) -> Iterator[None]:
    """End this process where the block takes far longer than `seconds` (0: never).

    A regular expression that hangs holds the interpreter, and only the main thread could be told by a signal, which is
    Dask's own. So the worker dies, and its shard is taken apart like any other that kills.
    """
    if seconds <= 0:
        yield
        return
    with open(os.devnull, "w", encoding="ascii") as nowhere:
        faulthandler.dump_traceback_later(2 * seconds + 1, exit=True, file=nowhere)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()


def shard_result(clock: StageClock, outcomes: list[AlignedArticle | Rejection]) -> ShardResult:
    """What became of a shard in this process."""
    return ShardResult(outcomes, dict(clock.seconds), clock.items, this_process(), peak_memory())


def this_process() -> str:
    """Its name among all processes of a cluster."""
    return f"{socket.gethostname()}:{os.getpid()}"
