"""The options of commands whose work can be spread over processes."""

from __future__ import annotations

from typing import Annotated

import typer

from align.ranges import MOST_WORKERS

Cluster = Annotated[
    str | None,
    typer.Option(metavar="local|ADDRESS", help="Spread the work: over processes here, or over a Dask cluster."),
]
WorkerCount = Annotated[
    int | None, typer.Option(min=1, max=MOST_WORKERS, help="How many processes --cluster local takes; all processors.")
]


def check_workers(cluster: str | None, workers: int | None) -> None:
    """Raises BadParameter when there are no processes here to be counted."""
    if workers is not None and cluster != "local":
        raise typer.BadParameter("--workers needs --cluster local; another cluster has the workers that it has")
