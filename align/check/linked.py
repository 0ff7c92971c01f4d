"""Word links seen by word number: which words of one side render which of the other."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from typing import NamedTuple

from align.check.reading import Token, read_words
from align.records import Span, Subject

_WEAK = 0.3  # a mutual best link below it is a guess


class Linked(NamedTuple):
    """Links between word numbers, both ways, with their scores."""

    en: dict[int, list[tuple[int, float]]]
    ar: dict[int, list[tuple[int, float]]]

    def __bool__(self) -> bool:
        """Whether there is any link."""
        return bool(self.en)


def _number(tokens: tuple[Token, ...], starts: list[int], span: Span) -> int | None:
    at = bisect_right(starts, span.start) - 1
    return at if at >= 0 and tokens[at].span.end > span.start else None


def linked_words(subject: Subject) -> Linked:
    """The links of the pair that are strong enough to rest on; empty without an encoder."""
    english, arabic = read_words(subject.en, is_arabic=False), read_words(subject.ar, is_arabic=True)
    en_starts, ar_starts = [t.span.start for t in english], [t.span.start for t in arabic]
    linked = Linked(defaultdict(list), defaultdict(list))
    for link in subject.links:
        en, ar = _number(english, en_starts, link.en), _number(arabic, ar_starts, link.ar)
        if en is not None and ar is not None and link.score >= _WEAK:
            linked.en[en].append((ar, link.score))
            linked.ar[ar].append((en, link.score))
    return linked
