"""One run: inputs read, planned, aligned and kept, until the end or Ctrl-C; resumes where the run directory stands."""

from __future__ import annotations

import gc
import platform
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.metadata import distributions, version
from time import perf_counter

from threadpoolctl import threadpool_limits

from align import __version__
from align.records import Document, Rejection
from align.rows.kinds import ArticleEntry, ModelFacts, RunFacts, RunSummary
from align.run.directory import Planned, RunDirectory
from align.run.session import EncoderFacts, Outcome, Workers

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
    summary: RunSummary
    entries: tuple[ArticleEntry, ...]  # rows of the first MOST_SHOWN of them


def run_articles(
    inputs: Sequence[str],
    workers: Workers,
    directory: RunDirectory,
    *,
    limit: int | None = None,
    advance: Callable[[str], None] = lambda message: None,
) -> RunResult:
    """Align every article of `inputs` that the directory does not hold yet; Ctrl-C ends it with the directory whole.

    Raises ModelError when there is no encoder, WriteError when the disk is full.
    """
    from align.read import read_inputs

    loop, was_interrupted = _Loop(inputs, workers, directory, advance), False
    # NumPy's products are small here: helper threads would only take the processors from the encoder, a tenth of a run.
    limits = threadpool_limits(1, user_api="blas")
    try:
        if directory.is_behind:
            directory.finish(loop.facts())
        try:
            loop.run(_up_to(read_inputs(inputs, workers.settings.read), limit))
        except KeyboardInterrupt:
            was_interrupted = True
        return loop.result(was_interrupted=was_interrupted)
    finally:
        gc.unfreeze()
        limits.restore_original_limits()


def _up_to(items: Iterator[Document | Rejection], limit: int | None) -> Iterator[Document | Rejection]:
    """The items up to and with the `limit`-th article; refusals do not count."""
    count = 0
    while limit is None or count < limit:
        item = next(items, None)
        if item is None:
            return
        count += isinstance(item, Document)
        yield item


@dataclass(slots=True)
class _Loop:
    """Outcomes into the directory, with a count of each kind."""

    inputs: Sequence[str]
    workers: Workers
    directory: RunDirectory
    advance: Callable[[str], None]
    begin: float = field(default_factory=perf_counter)
    given: int = 0
    done: int = 0
    skipped: int = 0
    refused: int = 0
    shown: list[str] = field(default_factory=list)  # ids of the first articles that the directory holds

    def run(self, items: Iterator[Document | Rejection]) -> None:
        """Write what becomes of every item."""
        for planned, outcome in self.workers.outcomes(self.directory.plan(items)):
            self._take(planned, outcome)
            del planned, outcome  # or this article stays in memory while the next is aligned
            if self.directory.is_refresh_due():
                self.directory.finish(self.facts())

    def _take(self, planned: Planned, outcome: Outcome) -> None:
        """Keep an article, skip it because it is done, or refuse it."""
        document = planned.item
        if isinstance(document, Rejection):
            self._refuse(document)
            return
        self.given += 1
        # One that was planned ahead may have been aligned since, in the same words from another place.
        if outcome is None or self.directory.holds(document.doc_id, planned.digest):
            self.directory.mend(document.source)
            self.skipped += 1
            said = "unchanged"
        elif isinstance(outcome, Rejection):
            self._refuse(outcome)
            return
        else:
            self.directory.add(planned.digest, outcome)
            self.done += 1
            if self.done == 1:
                # What is loaded by now stays: the collector need not go through it again and again, which takes a
                # twentieth of all that is not encoding.
                gc.freeze()
            said = f"{len(outcome.article.tweets)} tweets, {len(outcome.pairs)} pairs"
        if len(self.shown) < MOST_SHOWN:
            self.shown.append(document.doc_id)
        self.advance(f"{document.doc_id}: {said}")

    def _refuse(self, rejection: Rejection) -> None:
        self.directory.reject(rejection)
        self.refused += 1
        self.advance(f"refused {rejection.source or rejection.doc_id}: {rejection.detail}")

    def facts(self) -> RunFacts:
        """What run.json says of a run, besides the counts of what the directory holds."""
        clock = self.workers.clock
        return {
            "version": __version__,
            "versions": {"python": platform.python_version(), **_versions()},
            "model": _model_facts(self.workers.encoder),
            "settings": self.workers.settings.as_dict(),
            "warnings": [{"code": notice.code, "message": notice.message} for notice in self.workers.notices],
            "inputs": list(self.inputs),
            "this_run": {
                "given": self.given,
                "aligned": self.done,
                "unchanged": self.skipped,
                "refused": self.refused,
            },
            "seconds": {"total": perf_counter() - self.begin, **clock.seconds},
            "items": dict(clock.items),
            "peak_bytes": self.workers.peak_bytes,
        }

    def result(self, *, was_interrupted: bool) -> RunResult:
        """Write the files a last time, and say what was done."""
        facts = self.facts()
        counts = self.directory.finish(facts)
        summary: RunSummary = {**facts, "signature": self.directory.signature, "counts": counts}
        entries = tuple(self.directory.entries(self.shown))
        return RunResult(self.done + self.skipped, was_interrupted, summary, entries)


def _versions() -> dict[str, str]:
    return {name: version(name) for name in _MOVING_PARTS if any(True for _ in distributions(name=name))}


def _model_facts(encoder: EncoderFacts) -> ModelFacts:
    engine = encoder.engine
    return {
        "name": encoder.name,
        "revision": encoder.revision,
        "dim": encoder.dim,
        "engine": {"name": engine.name, "precision": engine.precision, "reason": engine.reason} if engine else None,
    }
