"""The stages of a run as the run sees them: opened here (`LocalSession`) or spread over `align.run.workers`."""

from __future__ import annotations

import resource
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple, Protocol, TypeVar

from align import __version__
from align.embed.encoder import thread_copies
from align.errors import AlignError, ReadError
from align.match.matcher import Matcher
from align.protocols import Encoder, Engine
from align.records import AlignedArticle, Document, Rejection
from align.run.aligner import Aligner, StageClock
from align.run.directory import RunDirectory
from align.settings import Settings
from align.tweets.lookup import TweetLookup, Window

_Result = TypeVar("_Result")
Work = Callable[[Document], AlignedArticle | Rejection]  # a fault that one article brings to light is a Rejection


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


class Session(Protocol):
    """The stages as a run sees them, in this process (`LocalSession`) or spread over others (`align.run.workers`)."""

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
    def peak_bytes(self) -> int:
        """The most memory that they have held, all processes together."""
        ...

    def work_on(
        self, items: Iterator[Document | Rejection], directory: RunDirectory
    ) -> Iterator[tuple[Document | Rejection, Work]]:
        """Every item in order, with what aligns it under the id that the directory gives it."""
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
    def peak_bytes(self) -> int:
        """The most memory that this process has held."""
        return peak_memory()

    def work_on(
        self, items: Iterator[Document | Rejection], directory: RunDirectory
    ) -> Iterator[tuple[Document | Rejection, Work]]:
        """Every item, to be aligned when its turn comes."""
        return ((item, partial(aligned_or_refused, self.aligner)) for item in items)


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
        return [first, *(Aligner(other, first.calibration, self.settings) for other in others)]


def open_aligner(settings: Settings) -> Aligner:
    """Load the encoder and its calibration.

    Raises ModelError when the model cannot be had.
    """
    from align.embed import load_encoder
    from align.models import calibration

    encoder = load_encoder(settings.embed)
    return Aligner(encoder, calibration.load(encoder.name, encoder.revision, settings.match.weights), settings)


def with_lookup(aligner: Aligner, tweets: Path, window: Window) -> Aligner:
    """The aligner, which also looks tweets up in the index at `tweets`.

    Raises IndexError_ when there is none or it was built with another model.
    """
    from align.index.folder import IndexFolder

    folder = IndexFolder.open(tweets, aligner.encoder)
    aligner.lookup = TweetLookup(folder, Matcher(aligner.encoder, aligner.calibration), window)
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
    return or_refused(document, lambda: aligner.align(document))


def or_refused(document: Document, work: Callable[[], _Result]) -> _Result | Rejection:
    """What `work` on a document gives, or why not: even a bug that one article brings to light stops no others."""
    try:
        return work()
    except ReadError as error:
        return Rejection("extract", error.reason, error.detail, source=document.source)
    except AlignError:
        raise  # the model or the settings: no article would fare better
    except Exception as error:
        said = " ".join(str(error).split())
        place = traceback.extract_tb(error.__traceback__)[-1]
        return Rejection(
            "align",
            "failed",
            f"expected to align the article, found a fault of the program: {type(error).__name__}: {said}; report it",
            source=document.source,
            extra={"where": f"{Path(place.filename).name}:{place.lineno}"},
        )


def signature_of(aligner: Aligner) -> str:
    """One line that names all that moves a score."""
    encoder, calibration, settings = aligner.encoder, aligner.calibration, aligner.settings
    precision = encoder.engine.precision if encoder.engine else "fp32"  # engines of one precision agree to rounding
    rounded = "" if precision == "fp32" else f"+{precision}"
    return (
        f"model:{encoder.name}@{encoder.revision[:12]}{rounded}|weights:{calibration.signature}|thr:{aligner.threshold:.3f}"
        f"|check:{','.join(settings.check.only) or 'all'}-{','.join(settings.check.skip) or 'none'}"
        f"{'|' + aligner.lookup.signature if aligner.lookup else ''}|v:{__version__}"
    )
