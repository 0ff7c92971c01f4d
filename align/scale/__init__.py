"""A run spread over worker processes, on this machine or on a Dask cluster (docs/scale.md)."""

from __future__ import annotations

from align.scale.cluster import on_cluster

__all__ = ["on_cluster"]
