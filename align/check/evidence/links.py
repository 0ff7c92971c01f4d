"""Word links seen by word number: which words of one side render which of the other."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from align.check.evidence.tokens import Token
from align.records import Span, WordLink

_WEAK = 0.3  # a mutual best link below it is a guess


class Linked(NamedTuple):
    """Links between word numbers, both ways, with their scores; shared by the checks, so to be read only."""

    en: Mapping[int, list[tuple[int, float]]]
    ar: Mapping[int, list[tuple[int, float]]]

    def __bool__(self) -> bool:
        """Whether there is any link."""
        return bool(self.en)


def _number(tokens: Sequence[Token], starts: list[int], span: Span) -> int | None:
    at = bisect_right(starts, span.start) - 1
    return at if at >= 0 and tokens[at].span.end > span.start else None


def linked_words(links: Iterable[WordLink], english: Sequence[Token], arabic: Sequence[Token]) -> Linked:
    """The links of a pair that are strong enough to rest on; empty without an encoder."""
    en_starts, ar_starts = [t.span.start for t in english], [t.span.start for t in arabic]
    from_en: defaultdict[int, list[tuple[int, float]]] = defaultdict(list)
    from_ar: defaultdict[int, list[tuple[int, float]]] = defaultdict(list)
    for link in (link for link in links if link.is_mutual):
        en, ar = _number(english, en_starts, link.en), _number(arabic, ar_starts, link.ar)
        if en is not None and ar is not None and link.score >= _WEAK:
            from_en[en].append((ar, link.score))
            from_ar[ar].append((en, link.score))
    return Linked(dict(from_en), dict(from_ar))
