"""A run spread over worker processes, on this machine or on a Dask cluster (docs/scale.md)."""

from __future__ import annotations

from align.run.workers.cluster import on_cluster

__all__ = ["on_cluster"]
