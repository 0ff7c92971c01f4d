"""Many spans at once: which places they cover, told by bisection rather than one by one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from align.records import Span


def merged(spans: Iterable[Span | tuple[int, int]]) -> list[Span]:
    """The spans in order, those that touch or overlap made one."""
    out: list[Span] = []
    for start, end in sorted(spans):
        if out and start <= out[-1].end:
            out[-1] = Span(out[-1].start, max(out[-1].end, end))
        else:
            out.append(Span(start, end))
    return out


class Covered:
    """The places that some spans cover."""

    def __init__(self, spans: Iterable[Span | tuple[int, int]]) -> None:
        """Of any spans, in any order."""
        self._spans = merged(span for span in spans if span[1] > span[0])
        self._starts = [span.start for span in self._spans]

    def __contains__(self, place: int) -> bool:
        """Whether a place lies in one of the spans."""
        return self.over(place, place + 1) is not None

    def over(self, start: int, end: int) -> Span | None:
        """The merged span that shares a place with [start, end), the last of several; None where none does."""
        at = bisect_right(self._starts, end - 1) - 1
        return self._spans[at] if at >= 0 and self._spans[at].end > start else None
