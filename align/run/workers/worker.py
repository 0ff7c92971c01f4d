"""What a worker process does: open the stages once, align shards of documents, say what that took."""

from __future__ import annotations

import faulthandler
import os
import pickle
import socket
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from threading import Lock
from typing import Any, NamedTuple

from threadpoolctl import threadpool_limits

from align.errors import ReadError, RunError
from align.extract import extract_article
from align.models.bundle import Notice
from align.records import AlignedArticle, Document, Rejection
from align.run.aligner import Aligner, StageClock
from align.run.session import EncoderFacts, Opening, peak_memory, refusal
from align.run.signature import signature_of
from align.settings import ReadSettings

_PATIENCE_SECONDS, _POLL_SECONDS = 60.0, 0.05  # until the nanny of this process has heard of it
# One of each kind, to have read what the first document of its kind would wait for.
_FIRST = tuple(
    Document("first", "first", f"{mark}قالت الوزيرة: «سنفتح الجسر غداً».", is_html=bool(mark)) for mark in ("", "<p>")
)
_ONE_AT_A_TIME = Lock()  # a worker may have several threads, an aligner has one clock


class Described(NamedTuple):
    """What the process that leads the run must know of the stages, which it does not open itself."""

    signature: str
    encoder: EncoderFacts
    notices: tuple[Notice, ...] = ()  # on the weights


class ShardResult(NamedTuple):
    """What became of a shard's documents, in their order, and what it took."""

    outcomes: list[AlignedArticle | Rejection]
    seconds: dict[str, float]  # by stage
    items: Counter[str]
    process: str  # where it was done
    peak_bytes: int  # of that process so far


@lru_cache(maxsize=1)
def _opened(opening: Opening) -> Aligner:
    _settle()
    aligner = opening.aligner()
    # Packages, tables and models that extraction reads on first use are no document's time: on a busy machine they
    # take longer than a short limit, and the first document of every new process would be refused.
    for document in _FIRST:
        with suppress(ReadError):
            extract_article(document, ReadSettings())
    return aligner


def _settle() -> None:
    """Wait until the nanny of this process, which starts it again after a death, knows that it is there.

    It gives up a process that ends before it has heard of it, which a first document does that hangs with the
    interpreter in hand, and how soon it hears depends on how busy the machine is. Without a nanny there is no waiting.
    """
    from distributed import get_worker
    from distributed.utils import sync

    try:
        worker = get_worker()
    except ValueError:  # not in a worker
        return
    end = time.monotonic() + _PATIENCE_SECONDS
    with suppress(OSError, TimeoutError):  # a nanny that is gone starts nothing again
        while worker.nanny and time.monotonic() < end and not sync(worker.loop, _is_known, worker):
            time.sleep(_POLL_SECONDS)


async def _is_known(worker: Any) -> bool:
    answer = await worker.rpc(worker.nanny).run(function=pickle.dumps(_has_started))
    return bool(answer.get("result", True))


def _has_started(dask_worker: Any) -> bool:
    """In the nanny: whether its process has told it where it listens. Dask passes the nanny under this name."""
    return bool(dask_worker.process is not None and dask_worker.process.status.name == "running")


def describe(opening: Opening) -> Described:
    """Open the stages and describe them.

    Raises ModelError when there is no encoder here, IndexError_ when the tweets' index does not fit it.
    """
    with _ONE_AT_A_TIME:
        aligner = _opened(opening)
        return Described(signature_of(aligner), EncoderFacts.of(aligner.encoder), aligner.bundle.notices)


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
        return shard_result(aligner.clock, [_aligned(aligner, document) for document in documents])


def _aligned(aligner: Aligner, document: Document) -> AlignedArticle | Rejection:
    try:
        with _ended_when_stuck(aligner.settings.read.max_seconds):
            article = aligner.extract(document)
        return aligner.align_article(article)
    except Exception as error:
        return refusal(document.source, error)


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
