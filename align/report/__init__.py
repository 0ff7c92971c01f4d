"""A run, or a list of judged pairs, as one page that needs no other file."""

from align.report.page import render_pairs, render_run

__all__ = ["render_pairs", "render_run"]
