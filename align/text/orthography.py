"""What Arabic print adds to the letters and an encoder was not trained on: vowel marks, tatweel, presentation forms.

The form without them is what an encoder is given; what is stored and shown stays as printed, and `origin` maps back.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

# Vowel and Quranic marks, the tatweel, bidirectional controls. Hamza and madda above a letter (U+0653 to U+0655) stay:
# they tell letters apart.
_ADDED = (
    "\u0610-\u061a\u0640\u064b-\u0652\u0656-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u061c"
    "\u200e\u200f\u202a-\u202e\u2066-\u2069"
)
_FORMS = "\ufb50-\ufdff\ufe70-\ufefc"  # letters in the shape of their place in a word
_ANY = re.compile(f"[{_ADDED}{_FORMS}]")
_MARK = re.compile(f"[{_ADDED}]+")


class Plain(NamedTuple):
    """A text in plain letters; `origin[i]` is the place in the printed text that character i came from."""

    text: str
    origin: tuple[int, ...] | None  # one longer than `text`; None where nothing was changed


def plain_letters(text: str) -> Plain:
    """The text without vowel marks, tatweel and bidirectional controls, presentation forms as the letters they show."""
    if _ANY.search(text) is None:
        return Plain(text, None)
    parts: list[str] = []
    origin: list[int] = []
    for place, char in enumerate(text):
        if _ANY.match(char):
            char = _MARK.sub("", unicodedata.normalize("NFKC", char)).strip()
        parts.append(char)
        origin += [place] * len(char)
    return Plain("".join(parts), (*origin, len(text)))
