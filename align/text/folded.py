"""The normal form of a sentence, kept for a moment: the checks of one pair all ask for the same two.

Only for texts of sentence length; an article's normal form with its map is large and asked for once.
"""

from __future__ import annotations

from functools import lru_cache

from align.text.normal import NormalForm, normal_form_with_map


@lru_cache(maxsize=256)
def folded(text: str) -> NormalForm:
    """`normal_form_with_map`, from memory where the text was asked for a moment ago."""
    return normal_form_with_map(text)
