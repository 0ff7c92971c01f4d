"""Pairs of documents spread over worker processes, each with its own encoder; the files come out the same."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from align.docs.aligner import DocsAligner, DocsOptions, rows_or_refusal
from align.docs.job import Work
from align.docs.plan import Planned
from align.docs.rows import Row
from align.docs.weights import weights_with
from align.match.matcher import open_matcher
from align.records import Rejection
from align.run.workers.cluster import Cluster
from align.settings import Settings


@lru_cache(maxsize=1)
def _aligner(settings: Settings, options: DocsOptions, weights: Path | None) -> DocsAligner:
    matcher = open_matcher(settings.embed, settings.match.weights)
    return DocsAligner(matcher, weights_with(weights, options.threshold), options, settings.check)


def _align(
    settings: Settings, options: DocsOptions, weights: Path | None, plan: Planned
) -> dict[str, list[Row]] | Rejection:
    return rows_or_refusal(_aligner(settings, options, weights), plan)


def align_spread(cluster: Cluster, settings: Settings, options: DocsOptions, weights: Path | None) -> Work:
    """The work on a cluster; pairs come back in the order in which they were planned."""

    def work(planned: Iterator[Planned]) -> Iterator[tuple[Planned, dict[str, list[Row]] | Rejection]]:
        sent: deque[Planned] = deque()

        def futures() -> Iterator[object]:
            for plan in planned:
                sent.append(plan)
                yield cluster.send(_align, settings, options, weights, plan)

        for rows in cluster.in_order(futures()):
            yield sent.popleft(), rows

    return work
