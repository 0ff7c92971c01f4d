"""One run: inputs read, aligned and kept, until the end or Ctrl-C; resumes where the run directory stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from align import __version__
from align.errors import ReadError
from align.pipeline import Aligner, document_hash
from align.records import Document, Rejection
from align.rundir import RunDirectory
from align.settings import Settings


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run did. `articles` counts those in the directory, done now or before."""

    articles: int
    was_interrupted: bool
    summary: dict[str, Any]
    entries: tuple[dict[str, Any], ...]  # rows of the articles given to this run, for the table


@dataclass(slots=True)
class _Tally:
    given: int = 0
    done: int = 0
    skipped: int = 0
    refused: int = 0


def open_aligner(settings: Settings) -> Aligner:
    """Load the encoder and its calibration.

    Raises ModelError when the model cannot be had.
    """
    from align.embed import load_encoder
    from align.match import calibration

    encoder = load_encoder(settings.embed)
    return Aligner(encoder, calibration.load(encoder.name, encoder.revision), settings)


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

    Raises RunError when the directory holds a run of another signature, ModelError when there is no encoder.
    """
    from align.read import read_inputs

    aligner = open_stages()
    signature = signature_of(aligner)
    directory = open_directory(signature)
    tally, interrupted, begin, given = _Tally(), False, perf_counter(), []
    try:
        for item in read_inputs(inputs, settings.read):
            if limit is not None and tally.given >= limit:
                break
            if isinstance(item, Rejection):
                _refuse(directory, tally, item, advance)
                continue
            tally.given += 1
            if _take(directory, aligner, tally, item, advance):
                given.append(item.doc_id)
    except KeyboardInterrupt:
        interrupted = True
    run = {
        "version": __version__,
        "model": {"name": aligner.encoder.name, "revision": aligner.encoder.revision, "dim": aligner.encoder.dim},
        "settings": settings.as_dict(),
        "inputs": list(inputs),
        "this_run": {"given": tally.given, "aligned": tally.done, "unchanged": tally.skipped, "refused": tally.refused},
        "seconds": {"total": perf_counter() - begin, **aligner.clock.seconds},
        "items": dict(aligner.clock.items),
    }
    counts = directory.finish(run)
    shown = set(given)
    entries = tuple(entry for entry in directory.entries() if entry["document"]["doc_id"] in shown)
    directory.close()
    return RunResult(counts["documents"], interrupted, {**run, "signature": signature, "counts": counts}, entries)


def _refuse(directory: RunDirectory, tally: _Tally, item: Rejection, advance: Callable[[str], None]) -> None:
    directory.reject(item)
    tally.refused += 1
    advance(f"refused {item.source or item.doc_id}: {item.detail}")


def _take(
    directory: RunDirectory, aligner: Aligner, tally: _Tally, document: Document, advance: Callable[[str], None]
) -> bool:
    """Align one document or skip it; whether the directory holds it afterwards."""
    digest = document_hash(document)
    if directory.is_done(document.doc_id, digest):
        tally.skipped += 1
        advance(f"{document.doc_id}: unchanged")
        return True
    try:
        aligned = aligner.align(document)
    except ReadError as error:
        _refuse(directory, tally, Rejection("extract", error.reason, error.detail, source=document.source), advance)
        return False
    directory.add(digest, aligned)
    tally.done += 1
    advance(f"{document.doc_id}: {len(aligned.article.tweets)} tweets, {len(aligned.pairs)} pairs")
    return True


def signature_of(aligner: Aligner) -> str:
    """One line that names all that moves a score."""
    encoder, calibration, settings = aligner.encoder, aligner.calibration, aligner.settings
    threshold = settings.match.threshold if settings.match.threshold is not None else calibration.threshold
    return (
        f"model:{encoder.name}@{encoder.revision[:12]}|weights:{calibration.signature}|thr:{threshold:.3f}"
        f"|check:{','.join(settings.check.only) or 'all'}-{','.join(settings.check.skip) or 'none'}|v:{__version__}"
    )
