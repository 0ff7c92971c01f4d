"""One run: inputs read, aligned and kept, until the end or Ctrl-C; resumes where the run directory stands."""

from __future__ import annotations

import gc
import platform
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import distributions, version
from time import perf_counter
from typing import Any

from threadpoolctl import threadpool_limits

from align import __version__
from align.records import Document, Rejection
from align.run.aligner import document_hash
from align.run.directory import RunDirectory
from align.run.session import EncoderFacts, Session, Work
from align.settings import Settings

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


def run_articles(
    inputs: Sequence[str],
    open_stages: Callable[[], Session],
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

    stages = open_stages()
    directory = open_directory(stages.signature)
    tally, interrupted, begin = _Tally(), False, perf_counter()
    # NumPy's products are small here: helper threads would only take the processors from the encoder, a tenth of a run.
    limits = threadpool_limits(1, user_api="blas")

    def facts() -> dict[str, Any]:
        return _facts(stages, tally, inputs, perf_counter() - begin)

    try:
        if directory.is_behind:
            directory.finish(facts())
        try:
            given = _up_to(read_inputs(inputs, settings.read), limit)
            for item, work in stages.work_on(given, directory):
                if isinstance(item, Rejection):
                    _refuse(directory, tally, item, advance)
                else:
                    _take(directory, work, tally, item, advance)
                if directory.is_refresh_due():
                    directory.finish(facts())
        except KeyboardInterrupt:
            interrupted = True
        run = facts()
        counts = directory.finish(run)
        entries = tuple(directory.entry(doc_id) for doc_id in tally.shown)
    finally:
        gc.unfreeze()
        limits.restore_original_limits()
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


def _facts(stages: Session, tally: _Tally, inputs: Sequence[str], seconds: float) -> dict[str, Any]:
    """What run.json says of a run, besides the counts of what the directory holds."""
    encoder, clock = stages.encoder, stages.clock
    return {
        "version": __version__,
        "versions": {"python": platform.python_version(), **_versions()},
        "model": _model_facts(encoder),
        "settings": stages.settings.as_dict(),
        "inputs": list(inputs),
        "this_run": {"given": tally.given, "aligned": tally.done, "unchanged": tally.skipped, "refused": tally.refused},
        "seconds": {"total": seconds, **clock.seconds},
        "items": dict(clock.items),
        "peak_bytes": stages.peak_bytes,
    }


def _versions() -> dict[str, str]:
    return {name: version(name) for name in _MOVING_PARTS if any(True for _ in distributions(name=name))}


def _model_facts(encoder: EncoderFacts) -> dict[str, Any]:
    return encoder._replace(engine=None)._asdict() | {"engine": encoder.engine._asdict() if encoder.engine else None}


def _refuse(directory: RunDirectory, tally: _Tally, item: Rejection, advance: Callable[[str], None]) -> None:
    directory.reject(item)
    tally.refused += 1
    advance(f"refused {item.source or item.doc_id}: {item.detail}")


def _take(
    directory: RunDirectory, work: Work, tally: _Tally, document: Document, advance: Callable[[str], None]
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
        aligned = work(document)
        if isinstance(aligned, Rejection):
            _refuse(directory, tally, aligned, advance)
            return
        directory.add(digest, aligned)
        tally.done += 1
        if tally.done == 1:
            # What is loaded by now stays: the collector need not go through it again and again, which takes a twentieth
            # of all that is not encoding.
            gc.freeze()
        said = f"{len(aligned.article.tweets)} tweets, {len(aligned.pairs)} pairs"
    if len(tally.shown) < MOST_SHOWN:
        tally.shown.append(document.doc_id)
    advance(f"{document.doc_id}: {said}")
