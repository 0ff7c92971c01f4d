"""The normal form in which texts are compared; what is stored and shown is always the original.

Compatibility decomposition without combining marks (so ﻻ is لا, أ is ا, é is e, tashkeel is gone), then tatweel and
invisible controls dropped, alef maqsura and ta marbuta folded, Persian letter forms and Arabic-Indic digits folded,
case folded, every white space a plain space. Lossy on purpose: both sides of any comparison go through it.
"""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

from align.records import Span

_FOLD = {
    "ـ": "",  # tatweel
    "ى": "ي",
    "ة": "ه",
    "ی": "ي",
    "ک": "ك",
    "ٱ": "ا",
    "’": "'",
    "‘": "'",
    "ʼ": "'",
    "−": "-",
    "‐": "-",
    "‑": "-",
}


class _Folds(dict[str, str]):
    """A character's normal form, worked out when it is first met."""

    def __missing__(self, char: str) -> str:
        folded = self[char] = _fold_char(char)
        return folded


def _fold_char(char: str) -> str:
    folded = []
    for part in unicodedata.normalize("NFKD", char):
        category = unicodedata.category(part)
        if category in ("Mn", "Me", "Cf"):
            continue
        if category == "Nd":
            part = str(unicodedata.decimal(part))
        elif part.isspace():
            part = " "
        folded.append(_FOLD.get(part, part))
    return "".join(folded).casefold()


_FOLDS = _Folds()


class NormalForm(NamedTuple):
    """A text's normal form, and for each of its characters the index of the original character it came from."""

    text: str
    origin: tuple[int, ...]  # one longer than `text`: the last entry is len(original)

    def original_span(self, start: int, end: int) -> Span:
        """The original's span for text[start:end] of the normal form (dropped marks after the last letter included)."""
        if start >= end:
            return Span(self.origin[start], self.origin[start])
        return Span(self.origin[start], self.origin[end] if end < len(self.text) else self.origin[-1])


def normal_form(text: str) -> str:
    """The normal form of `text`."""
    return "".join(map(_FOLDS.__getitem__, text))


def normal_form_with_map(text: str) -> NormalForm:
    """The normal form with its map back to the original's offsets."""
    parts = list(map(_FOLDS.__getitem__, text))
    origin = [index for index, part in enumerate(parts) for _ in part]
    return NormalForm("".join(parts), (*origin, len(text)))
