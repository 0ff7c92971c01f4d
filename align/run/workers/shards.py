"""Documents to the workers ahead of their turn, results back in the order of the input.

The directory changes behind the documents that are on their way, so each is judged twice: when it is sent (what is done
already is not), and when its turn comes, as in one process. Should the two differ, which takes two files that vie for
one id, it is aligned anew under the id that it gets.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Protocol

from align.records import AlignedArticle, Document, Rejection
from align.run.aligner import StageClock, document_hash
from align.run.directory import RunDirectory
from align.run.session import EncoderFacts, Opening, Work, peak_memory
from align.run.workers.worker import ShardResult, align_shard, this_process
from align.settings import Settings

MOST_DOCUMENTS = 16  # a shard takes seconds: far above Dask's millisecond a task, far below what hurts when it is lost
_MOST_CHARACTERS = 2_000_000  # some long pages make a shard
_AHEAD = 3  # shards on their way for each worker: one in hand, one beside it, one against a slow neighbour
_MOST_WAITING = 64  # items for each shard on its way that may wait for their turn with nothing left to do


@dataclass(slots=True, eq=False)
class Shard:
    """Some documents that travel together."""

    documents: list[Document] = field(default_factory=list)
    future: Any = None  # of Dask; None until it is sent
    outcomes: list[AlignedArticle | Rejection | None] | None = None  # each until it is asked for

    @property
    def is_full(self) -> bool:
        """Whether no further document should join."""
        return sum(len(document.content) for document in self.documents) >= _MOST_CHARACTERS


@dataclass(frozen=True, slots=True)
class _Place:
    """An item on its way, with its place in a shard unless there is nothing to do for it."""

    item: Document | Rejection
    shard: Shard | None = None
    number: int = -1

    @property
    def is_ready(self) -> bool:
        """Whether its turn needs no waiting."""
        shard = self.shard
        return shard is None or shard.outcomes is not None or (shard.future is not None and shard.future.done())


class Crew(Protocol):
    """Who works on shards: the processes of a cluster, or threads."""

    def workers(self) -> int:
        """How many."""
        ...

    def send(self, work: Callable[..., ShardResult], /, *arguments: Any) -> Any:
        """Work on its way: a future."""
        ...

    def result(self, future: Any, /) -> Any:
        """What became of it; None when it cannot be done."""
        ...

    def settle(self, futures: list[Any], /) -> None:
        """Wait until nothing of this is being worked on."""
        ...


@dataclass(slots=True)
class SpreadSession:
    """The stages of a run on a crew."""

    cluster: Crew
    opening: Opening
    signature: str
    encoder: EncoderFacts
    most_documents: int = MOST_DOCUMENTS  # of a shard
    ahead: int = _AHEAD  # shards on their way for each worker
    clock: StageClock = field(default_factory=StageClock)  # the seconds of all workers together
    peaks: dict[str, int] = field(default_factory=dict)  # peak bytes of every worker process that had a shard
    _waiting: deque[_Place] = field(default_factory=deque)
    _flying: list[Shard] = field(default_factory=list)  # sent and not back
    _open: Shard = field(default_factory=Shard)  # not sent yet
    _sent: int = 0

    @property
    def settings(self) -> Settings:
        """What they were opened with."""
        return self.opening.settings

    @property
    def peak_bytes(self) -> int:
        """Of the leading process and of each worker at its own peak."""
        return sum({**self.peaks, this_process(): peak_memory()}.values())

    def work_on(
        self, items: Iterator[Document | Rejection], directory: RunDirectory
    ) -> Iterator[tuple[Document | Rejection, Work]]:
        """Every item in order once its shard is back; reads ahead by a bounded number of shards."""
        for item in items:
            self._waiting.append(self._placed(item, directory))
            yield from self._due()
        self._send()
        while self._waiting:
            yield self._next()

    def _placed(self, item: Document | Rejection, directory: RunDirectory) -> _Place:
        if isinstance(item, Rejection):
            return _Place(item)
        document = replace(item, doc_id=directory.own_id(item))
        if directory.is_done(document.doc_id, document_hash(document)):
            return _Place(item)
        shard = self._open
        shard.documents.append(document)
        place = _Place(item, shard, len(shard.documents) - 1)
        # The first shards are small, so that every worker soon has one and a short input is shared out evenly.
        if len(shard.documents) >= min(self.most_documents, 1 + self._sent // self.cluster.workers()) or shard.is_full:
            self._send()
        return place

    def _due(self) -> Iterator[tuple[Document | Rejection, Work]]:
        """What is ready, and more where too much is on its way."""
        most = self.ahead * self.cluster.workers()
        while self._waiting and self._waiting[0].is_ready:
            yield self._next()
        while len(self._flying) >= most or len(self._waiting) >= most * _MOST_WAITING:
            yield self._next()

    def _next(self) -> tuple[Document | Rejection, Work]:
        place = self._waiting.popleft()
        if place.shard is not None and place.shard.outcomes is None:
            self._fetch(place.shard)
        return place.item, partial(self._outcome, place)

    def _send(self) -> None:
        shard, self._open = self._open, Shard()
        if shard.documents:
            shard.future = self.cluster.send(align_shard, self.opening, self.signature, shard.documents)
            self._flying.append(shard)
            self._sent += 1

    def _fetch(self, shard: Shard) -> None:
        if shard.future is None:  # the shard that is being filled, when too many items wait behind it
            self._send()
        result: ShardResult | None = self.cluster.result(shard.future)
        if result is None:
            shard.outcomes = self._one_by_one(shard)
        else:
            self._book(result)
            shard.outcomes = list(result.outcomes)
        self._flying.remove(shard)
        shard.future = None

    def _book(self, result: ShardResult) -> None:
        for stage, seconds in result.seconds.items():
            self.clock.seconds[stage] += seconds
        self.clock.items.update(result.items)
        self.peaks[result.process] = max(result.peak_bytes, self.peaks.get(result.process, 0))

    def _one_by_one(self, shard: Shard) -> list[AlignedArticle | Rejection | None]:
        """The documents of a shard on which workers died, with nothing else on the cluster that could be to blame."""
        self.cluster.settle([other.future for other in self._flying if other is not shard])
        return [self._alone(document) for document in shard.documents]

    def _alone(self, document: Document) -> AlignedArticle | Rejection:
        future = self.cluster.send(align_shard, self.opening, self.signature, [document])
        result: ShardResult | None = self.cluster.result(future)
        if result is not None:
            self._book(result)
            return result.outcomes[0]
        return Rejection(
            "align",
            "killed",
            "expected to align the article, found that every worker process died over it, for want of memory or "
            "because reading it hangs; give the workers more, or leave this input out",
            source=document.source,
        )

    def _outcome(self, place: _Place, document: Document) -> AlignedArticle | Rejection:
        """What became of the document; aligned anew when it was sent under another id, or not at all."""
        shard = place.shard
        if shard is None or shard.outcomes is None or shard.documents[place.number].doc_id != document.doc_id:
            return self._alone(document)
        outcome, shard.outcomes[place.number] = shard.outcomes[place.number], None
        assert outcome is not None
        return outcome
