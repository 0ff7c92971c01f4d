"""The two shapes of a check: one pair at a time, or the pairs of a batch at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from align.check.view import View
from align.records import Finding


class Check(Protocol):
    """A check of one pair: pure, no disk."""

    def __call__(self, view: View, /) -> list[Finding]:
        """Findings with spans into `view.subject.en` and `view.subject.ar`."""
        ...


class BatchCheck(Protocol):
    """A check that asks a model, which is quicker with many pairs at once than with one after another."""

    def __call__(self, views: Sequence[View], /) -> Sequence[list[Finding]]:
        """The findings of every view, in order, with spans as above."""
        ...
