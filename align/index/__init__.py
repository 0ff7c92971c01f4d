"""Nearest neighbours by cosine: exact while that pays, approximate beyond, in memory or on disk."""

from align.index.flat import FlatIndex

__all__ = ["FlatIndex"]
