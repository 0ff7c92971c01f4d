"""One run: inputs read, aligned and kept, until the end or Ctrl-C; resumes where the run directory stands."""

from __future__ import annotations

import platform
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import distributions, version
from pathlib import Path
from time import perf_counter
from typing import Any

from align import __version__
from align.checker import Matcher
from align.errors import AlignError, ReadError
from align.lookup import TweetLookup, Window
from align.pipeline import AlignedArticle, Aligner, document_hash
from align.protocols import Encoder
from align.records import Document, Rejection
from align.rundir import RunDirectory
from align.settings import EmbedSettings, Settings

_MOVING_PARTS = (
    "torch",
    "transformers",
    "sentence-transformers",
    "faiss-cpu",
    "numpy",
    "onnxruntime",
    "openvino",
)  # a score may hang on these
MOST_SHOWN = 30  # articles whose rows a result carries: a table of more is no summary, and the files hold all


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run did."""

    usable: int  # articles given that the directory holds now, aligned in this run or before
    was_interrupted: bool
    summary: dict[str, Any]
    entries: tuple[dict[str, Any], ...]  # rows of the first MOST_SHOWN of them


@dataclass(slots=True)
class _Tally:
    given: int = 0
    done: int = 0
    skipped: int = 0
    refused: int = 0
    shown: list[str] = field(default_factory=list)  # ids of the first articles that the directory holds


def open_aligner(settings: Settings) -> Aligner:
    """Load the encoder and its calibration.

    Raises ModelError when the model cannot be had.
    """
    from align.embed import load_encoder
    from align.match import calibration

    encoder = load_encoder(settings.embed)
    return Aligner(encoder, calibration.load(encoder.name, encoder.revision, settings.match.weights), settings)


def open_matcher(settings: EmbedSettings) -> Matcher:
    """Load an encoder and the calibration that ships for it.

    Raises ModelError when the model cannot be had.
    """
    from align.embed import load_encoder
    from align.match import calibration

    encoder = load_encoder(settings)
    return Matcher(encoder, calibration.load(encoder.name, encoder.revision))


def with_lookup(aligner: Aligner, tweets: Path, window: Window) -> Aligner:
    """The aligner, which also looks tweets up in the index at `tweets`.

    Raises IndexError_ when there is none or it was built with another model.
    """
    from align.index.folder import IndexFolder

    folder = IndexFolder.open(tweets, aligner.encoder)
    aligner.lookup = TweetLookup(folder, Matcher(aligner.encoder, aligner.calibration), window)
    return aligner


def run_articles(
    inputs: Sequence[str],
    open_stages: Callable[[], Aligner],
    open_directory: Callable[[str], RunDirectory],
    settings: Settings,
    *,
    limit: int | None = None,
    advance: Callable[[str], None] = lambda message: None,
) -> RunResult:
    """Align every article of `inputs` that the directory does not hold yet.

    Raises RunError when the directory holds a run of another signature or is in use, ModelError when there is no
    encoder, WriteError when the disk is full.
    """
    from align.read import read_inputs

    aligner = open_stages()
    directory = open_directory(signature_of(aligner))
    tally, interrupted, begin = _Tally(), False, perf_counter()

    def facts() -> dict[str, Any]:
        return _facts(aligner, tally, inputs, perf_counter() - begin)

    try:
        if directory.is_behind:
            directory.finish(facts())
        try:
            for item in _up_to(read_inputs(inputs, settings.read), limit):
                if isinstance(item, Rejection):
                    _refuse(directory, tally, item, advance)
                else:
                    _take(directory, aligner, tally, item, advance)
                if directory.is_refresh_due():
                    directory.finish(facts())
        except KeyboardInterrupt:
            interrupted = True
        run = facts()
        counts = directory.finish(run)
        entries = tuple(directory.entry(doc_id) for doc_id in tally.shown)
    finally:
        directory.close()
    summary = {**run, "signature": directory.signature, "counts": counts}
    return RunResult(tally.done + tally.skipped, interrupted, summary, entries)


def _up_to(items: Iterator[Document | Rejection], limit: int | None) -> Iterator[Document | Rejection]:
    """The items up to and with the `limit`-th article; refusals do not count."""
    count = 0
    while limit is None or count < limit:
        item = next(items, None)
        if item is None:
            return
        count += isinstance(item, Document)
        yield item


def _facts(aligner: Aligner, tally: _Tally, inputs: Sequence[str], seconds: float) -> dict[str, Any]:
    """What run.json says of a run, besides the counts of what the directory holds."""
    encoder, clock = aligner.encoder, aligner.clock
    return {
        "version": __version__,
        "versions": {"python": platform.python_version(), **_versions()},
        "model": _model_facts(encoder),
        "settings": aligner.settings.as_dict(),
        "inputs": list(inputs),
        "this_run": {"given": tally.given, "aligned": tally.done, "unchanged": tally.skipped, "refused": tally.refused},
        "seconds": {"total": seconds, **clock.seconds},
        "items": dict(clock.items),
    }


def _versions() -> dict[str, str]:
    return {name: version(name) for name in _MOVING_PARTS if any(True for _ in distributions(name=name))}


def _model_facts(encoder: Encoder) -> dict[str, Any]:
    engine = encoder.engine._asdict() if encoder.engine else None
    return {"name": encoder.name, "revision": encoder.revision, "dim": encoder.dim, "engine": engine}


def _refuse(directory: RunDirectory, tally: _Tally, item: Rejection, advance: Callable[[str], None]) -> None:
    directory.reject(item)
    tally.refused += 1
    advance(f"refused {item.source or item.doc_id}: {item.detail}")


def _take(
    directory: RunDirectory, aligner: Aligner, tally: _Tally, document: Document, advance: Callable[[str], None]
) -> None:
    """Align one document, skip it because it is done, or refuse it."""
    tally.given += 1
    document = replace(document, doc_id=directory.own_id(document))
    digest = document_hash(document)
    if directory.is_done(document.doc_id, digest):
        directory.mend(document.source)
        tally.skipped += 1
        said = "unchanged"
    else:
        aligned = _aligned(aligner, document)
        if isinstance(aligned, Rejection):
            _refuse(directory, tally, aligned, advance)
            return
        directory.add(digest, aligned)
        tally.done += 1
        said = f"{len(aligned.article.tweets)} tweets, {len(aligned.pairs)} pairs"
    if len(tally.shown) < MOST_SHOWN:
        tally.shown.append(document.doc_id)
    advance(f"{document.doc_id}: {said}")


def _aligned(aligner: Aligner, document: Document) -> AlignedArticle | Rejection:
    """The aligned article, or why there is none: even a bug that one article brings to light stops no others."""
    try:
        return aligner.align(document)
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
