"""Who aligns the documents of a run: this process (`LocalSession`), or those of `align.run.workers`."""

from __future__ import annotations

import resource
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from align.embed.encoder import thread_copies
from align.errors import AlignError, ReadError, ResourceError
from align.match.matcher import Matcher, open_matcher
from align.models.bundle import Notice
from align.protocols import Encoder, Engine
from align.records import AlignedArticle, Document, Rejection
from align.run.aligner import Aligner, StageClock
from align.run.directory import Planned
from align.run.signature import signature_of
from align.settings import Settings
from align.tweets.lookup import TweetLookup, Window

# What became of an input: a Rejection where it gave no article, None where there was nothing to do.
Outcome = AlignedArticle | Rejection | None


class EncoderFacts(NamedTuple):
    """What run.json says of an encoder."""

    name: str
    revision: str
    dim: int
    engine: Engine | None  # None where there is no choice

    @classmethod
    def of(cls, encoder: Encoder) -> EncoderFacts:
        """Those of an encoder."""
        return cls(encoder.name, encoder.revision, encoder.dim, encoder.engine)


class Workers(Protocol):
    """Those who align: this process (`LocalSession`), its threads, or the processes of a cluster."""

    @property
    def encoder(self) -> EncoderFacts:
        """The model, named."""
        ...

    @property
    def settings(self) -> Settings:
        """What they were opened with."""
        ...

    @property
    def clock(self) -> StageClock:
        """What they have taken so far."""
        ...

    @property
    def signature(self) -> str:
        """One line that names all that moves a score."""
        ...

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What a user should know of the weights."""
        ...

    @property
    def peak_bytes(self) -> int:
        """The most memory that they have held, all processes together."""
        ...

    def outcomes(self, planned: Iterator[Planned]) -> Iterator[tuple[Planned, Outcome]]:
        """Every input in order with what became of it; may read ahead by a bounded number of them."""
        ...


@dataclass(frozen=True, slots=True)
class LocalSession:
    """The stages in this process, one article after the other."""

    aligner: Aligner

    @property
    def encoder(self) -> EncoderFacts:
        """The aligner's."""
        return EncoderFacts.of(self.aligner.encoder)

    @property
    def settings(self) -> Settings:
        """The aligner's."""
        return self.aligner.settings

    @property
    def clock(self) -> StageClock:
        """The aligner's."""
        return self.aligner.clock

    @property
    def signature(self) -> str:
        """One line that names all that moves a score."""
        return signature_of(self.aligner)

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Those of the aligner's bundle."""
        return self.aligner.bundle.notices

    @property
    def peak_bytes(self) -> int:
        """The most memory that this process has held."""
        return peak_memory()

    def outcomes(self, planned: Iterator[Planned]) -> Iterator[tuple[Planned, Outcome]]:
        """Every input, aligned when its turn comes."""
        for plan in planned:
            yield plan, aligned_or_refused(self.aligner, plan.to_align) if plan.to_align else given_outcome(plan)


@dataclass(frozen=True, slots=True)
class Opening:
    """What the stages are opened from; every process that opens it has the same stages."""

    settings: Settings
    tweets: Path | None = None  # an index of tweets that articles may render without embedding them
    window: Window = Window()

    def aligner(self) -> Aligner:
        """The stages in this process, bare.

        Raises ModelError when the model cannot be had, IndexError_ when the index does not fit it.
        """
        aligner = open_aligner(self.settings)
        return with_lookup(aligner, self.tweets, self.window) if self.tweets else aligner

    def aligners(self, count: int) -> list[Aligner]:
        """The stages in this process for `count` threads, or once where they cannot be shared.

        Raises what `aligner` does.
        """
        first = self.aligner()
        if first.lookup is not None:
            return [first]  # it reads its files and asks its encoder for one article at a time
        others = thread_copies(first.encoder, count)[1:]
        return [first, *(Aligner(other, first.bundle, self.settings) for other in others)]


def open_aligner(settings: Settings) -> Aligner:
    """Load the encoder and its bundle of weights.

    Raises ModelError when the model cannot be had.
    """
    encoder, bundle = open_matcher(settings.embed, settings.match.weights)
    return Aligner(encoder, bundle, settings)


def with_lookup(aligner: Aligner, tweets: Path, window: Window) -> Aligner:
    """The aligner, which also looks tweets up in the index at `tweets`.

    Raises IndexError_ when there is none or it was built with another model.
    """
    from align.index.folder import IndexFolder

    folder = IndexFolder.open(tweets, aligner.encoder)
    aligner.lookup = TweetLookup(folder, Matcher(aligner.encoder, aligner.bundle), window)
    return aligner


def peak_memory() -> int:
    """Peak resident bytes of this process."""
    try:  # getrusage counts in what the process held that started this one
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return int(status.split("VmHWM:")[1].split()[0]) * 1024
    except (OSError, IndexError, ValueError):  # no Linux
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def aligned_or_refused(aligner: Aligner, document: Document) -> AlignedArticle | Rejection:
    """The aligned article, or why there is none."""
    try:
        return aligner.align(document)
    except Exception as error:
        return refusal(document.source, error)


def given_outcome(plan: Planned) -> Rejection | None:
    """What became of an input that is not to be aligned."""
    return plan.item if isinstance(plan.item, Rejection) else None


def refusal(source: str, error: Exception) -> Rejection:
    """Why a document gave no article: even a bug that one article brings to light stops no others.

    Raises the error again where it is the model's or the settings', and ResourceError for want of memory: no article
    would fare better.
    """
    if isinstance(error, ReadError):
        return Rejection("extract", error.reason, error.detail, source=source)
    if isinstance(error, AlignError):
        raise error
    if isinstance(error, MemoryError):  # what is left for this article hangs on all that came before
        raise ResourceError(
            f"expected memory to align {source}, found none left; what is done is kept: give it more memory and run "
            "the same command again, or leave this input out"
        ) from error
    said = " ".join(str(error).split())
    place = traceback.extract_tb(error.__traceback__)[-1]
    return Rejection(
        "align",
        "failed",
        f"expected to align the article, found a fault of the program: {type(error).__name__}: {said}; report it",
        source=source,
        extra={"where": f"{Path(place.filename).name}:{place.lineno}"},
    )
