"""Runs against gold, pair files against themselves: figures with intervals, comparisons, curves, reports."""

from align.evaluate.counts import Run, match_links, read_run, relocate
from align.evaluate.figures import score_run
from align.figures import f1, overlap

__all__ = ["Run", "f1", "match_links", "overlap", "read_run", "relocate", "score_run"]
