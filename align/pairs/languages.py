"""Sides that are in another language than theirs: told, counted, and said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from align.pairs.columns import SIDES
from align.pairs.export.row import PairRow
from align.records import Rejection
from align.text.language import language_of

_NAMES = {"en": "English", "ar": "Arabic"}


def other_language(text: str, side: str) -> str | None:
    """The language of a text that is not the side's, `en` or `ar`; None where it is, or too little tells.

    >>> other_language("El puente no se abre antes del domingo por la noche.", "en")
    'es'
    >>> other_language("Oslo, 12:30", "en")
    """
    code = language_of(text)
    return None if code in (None, side) else code


def is_swapped(found: dict[str, Counter[str]], read: int) -> bool:
    """Whether the sides seem to be exchanged: most English texts are Arabic, and most Arabic ones English."""
    return read > 0 and found["en"]["ar"] * 2 > read and found["ar"]["en"] * 2 > read


@dataclass(slots=True)
class Languages:
    """The languages of the sides of a corpus that passes through."""

    read: int = 0
    found: dict[str, Counter[str]] = field(default_factory=lambda: {side: Counter[str]() for side in SIDES})

    def counted(self, rows: Iterable[PairRow | Rejection]) -> Iterator[PairRow | Rejection]:
        """The rows as they come."""
        for row in rows:
            if isinstance(row, PairRow):
                self.read += 1
                for side, text in (("en", row.en), ("ar", row.ar)):
                    code = other_language(text, side)
                    if code is not None:
                        self.found[side][code] += 1
            yield row

    def said(self) -> Iterator[str]:
        """A line for each side that holds another language, for people."""
        for side, codes in self.found.items():
            if codes:
                names = ", ".join(f"{code} {count}" for code, count in codes.most_common())
                yield f"{codes.total()} of {self.read} {_NAMES[side]} texts are in another language: {names}"
        if is_swapped(self.found, self.read):
            yield "are EN and AR swapped?"
