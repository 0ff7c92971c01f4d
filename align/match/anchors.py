"""Anchors: what two texts share whatever their wording, numbers by value and names by transliteration."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

import regex

from align.records import Span
from align.text.normal import normal_form
from align.text.numeral import Kind
from align.text.numerals import read_numerals
from align.text.transliteration import name_likeness
from align.text.words import is_function_word

_LEAST_NAME_LIKENESS = 0.8  # of a name's two spellings, as in the checks of names
_CLITICS = regex.compile(r"[وف]?[بلك]?(?=\p{L}{3})")
_CAPITALISED = regex.compile(r"\p{Lu}[\p{L}'’.-]{2,}")


@lru_cache(maxsize=4096)
def numbers_of(text: str, *, arabic: bool) -> tuple[tuple[Span, frozenset[Fraction]], ...]:
    """The numbers of a text, in figures or in words, each with every value it may be read as.

    Ones, ordinals of one and duals are left out: good translations bring them in and leave them out.
    """
    return tuple(
        (n.span, frozenset(n.values))
        for n in read_numerals(text, arabic=arabic)
        if n.kind is not Kind.IMPLIED and (n.in_figures or n.values[0] > 1)
    )


@lru_cache(maxsize=4096)
def names_of(text: str) -> tuple[str, ...]:
    """The words of an English sentence that may be names: capitalised, and no function words."""
    return tuple(dict.fromkeys(w for w in _CAPITALISED.findall(text) if not is_function_word(w)))


@lru_cache(maxsize=65536)
def spells(name: str, word: str) -> bool:
    """Whether an Arabic word, clitics in front or not, spells the English name."""
    form = normal_form(word)
    bare = _CLITICS.sub("", form, count=1)
    if form.isascii():
        return form == name.casefold()
    return any(name_likeness(name, spelling) >= _LEAST_NAME_LIKENESS for spelling in {form, bare})
