"""A number as read from a text, and the tokens and figures that both languages' readers work on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

import regex

from align.records import Span
from align.text.normal import NormalForm
from align.text.spans import Covered
from align.text.tweet import HASHTAG, MENTION, URL


class Kind(StrEnum):
    """What a number does in its sentence."""

    CARDINAL = "cardinal"
    ORDINAL = "ordinal"
    FRACTION = "fraction"
    DECADE = "decade"
    CODE = "code"  # part of a name: COVID-19, G20, H1N1
    IMPLIED = "implied"  # once, both, يومين: the other language may say it without a number


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number as read."""

    span: Span
    values: tuple[Fraction, ...]  # the likeliest reading first
    kind: Kind
    in_figures: bool
    unit: str = ""  # a name of `units.UNITS`; empty when none stands beside it
    scale: int = 1  # what a scale word multiplied it by
    power: int = 1  # of the last scale word, while the number is being read


class Token(NamedTuple):
    """A run of letters, a figure, or one sign, in the normal form."""

    text: str
    start: int
    end: int
    is_figure: bool
    glued: bool  # no white space in front
    is_upper: bool  # written in capitals


# Figures: 1,234,567.8 · 10 000 · 71.40 · 25,2 · 12. Arabic separators are kept apart by the normal form.
_FIGURE = (
    r"\d{1,3}(?:[,٬]\d{3})+(?:[.٫]\d+)?(?!\d)|\d{1,3}(?:\.\d{3}){2,}(?!\d)|(?<![\d.,/-])\d{1,3}(?: \d{3})+(?!\d)"
    r"|\d+[.٫]\d+(?!\d|\.\d)|\d+[,٫]\d{1,2}(?![\d,]\d?)|\d+"
)
_TOKEN = regex.compile(rf"(?:{_FIGURE})|\p{{L}}+(?:'\p{{L}}+)?|\S")
_GROUPED = regex.compile(r"\d{1,3}(?:,\d{3})+(?:[.٫]\d+)?")
_THREE_AFTER_POINT = regex.compile(r"[1-9]\d{0,2}\.\d{3}")
_HIDDEN = (URL, MENTION, HASHTAG)


MOST_FIGURE_CHARS = 40  # a longer run of digits is a key or noise, and Python refuses to read the very long ones


class Reading(NamedTuple):
    """What a language's reader makes of the tokens from some index on."""

    numeral: Numeral
    following: int  # index of the first token not used


def tokenize(form: NormalForm, original: str) -> list[Token]:
    """The tokens of a normal form, what links, mentions and hashtags cover left out."""
    hidden = Covered(match.span() for pattern in _HIDDEN for match in pattern.finditer(original))
    tokens = []
    for match in _TOKEN.finditer(form.text):
        start, end = match.span()
        word = match[0]
        place = form.origin[start]
        if place in hidden:
            continue
        glued = start > 0 and form.text[start - 1] != " "
        is_upper = word.isascii() and original[place : form.origin[end - 1] + 1].isupper()
        is_figure = word[0].isdigit() and len(word) <= MOST_FIGURE_CHARS
        tokens.append(Token(word, start, end, is_figure, glued, is_upper))
    return tokens


def figure_values(text: str, *, arabic: bool) -> tuple[Fraction, ...]:
    """The values of a figure in normal form. 42.000 may be 42 or 42,000; the language's likelier reading is first."""
    plain = text.replace(" ", "").replace("٬", "")
    if _GROUPED.fullmatch(plain):
        return (Fraction(plain.replace(",", "").replace("٫", ".")),)
    if plain.count(".") > 1:
        return (Fraction(plain.replace(".", "")),)
    value = Fraction(plain.replace("٫", ".").replace(",", "."))
    if _THREE_AFTER_POINT.fullmatch(plain):
        whole = Fraction(plain.replace(".", ""))
        return (whole, value) if arabic else (value, whole)
    return (value,)
