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
    r"\d{1,3}(?:[,٬،]\d{3})+(?:[.٫]\d+)?(?!\d)|\d{1,3}(?:\.\d{3}){2,}(?!\d)|(?<![\d.,/-])\d{1,3}(?: \d{3})+(?!\d)"
    r"|\d+[.٫]\d+(?!\d|\.\d)|\d+[,٫،]\d{1,2}(?![\d,]\d?)|\d+"
)
# Groups of three in the order of the page, which old Arabic files keep: 000 30 is 30,000, 822 044 2 is 2,044,822.
_BACKWARD = r"(?<![\d.,/+])(?<!\d\s?[–-]\s?)(?:\d{3} )+\d{1,3}(?![\d.,/])"
_TOKENS = {
    arabic: regex.compile(rf"{_BACKWARD + '|' if arabic else ''}(?:{_FIGURE})|\p{{L}}+(?:'\p{{L}}+)?|\S")
    for arabic in (False, True)
}
_GROUPED = regex.compile(r"\d{1,3}(?:,\d{3})+(?:[.٫]\d+)?")
_THREE_AFTER_POINT = regex.compile(r"[1-9]\d{0,2}\.\d{3}")
_VULGAR = frozenset("¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞")
_HIDDEN = (URL, MENTION, HASHTAG)


MOST_FIGURE_CHARS = 40  # a longer run of digits is a key or noise, and Python refuses to read the very long ones


class Reading(NamedTuple):
    """What a language's reader makes of the tokens from some index on."""

    numeral: Numeral
    following: int  # index of the first token not used


def tokenize(form: NormalForm, original: str, *, arabic: bool) -> list[Token]:
    """The tokens of a normal form, what links, mentions and hashtags cover left out."""
    hidden = Covered(match.span() for pattern in _HIDDEN for match in pattern.finditer(original))
    tokens = []
    for match in _TOKENS[arabic].finditer(form.text):
        start, end = match.span()
        word = match[0]
        place = form.origin[start]
        if place in hidden:
            continue
        glued = start > 0 and form.text[start - 1] != " "
        is_upper = word.isascii() and original[place : form.origin[end - 1] + 1].isupper()
        is_figure = word[0].isdigit() and len(word) <= MOST_FIGURE_CHARS
        cut = next((n for n in range(start + 1, end) if is_figure and original[form.origin[n]] in _VULGAR), start)
        if cut > start and form.origin[cut] > form.origin[cut - 1]:  # 1½, which folds to 11⁄2
            tokens.append(Token(word[: cut - start], start, cut, is_figure, glued, is_upper))
            word, start, glued = word[cut - start :], cut, True
        tokens.append(Token(word, start, end, is_figure, glued, is_upper))
    return tokens


def figure_values(text: str, *, arabic: bool) -> tuple[Fraction, ...]:
    """The values of a figure in normal form. 42.000 may be 42 or 42,000; the language's likelier reading is first."""
    if arabic and " " in text:
        return _grouped_by_spaces(text.split())
    plain = text.replace(" ", "").replace("٬", "").replace("،", ",")
    if _GROUPED.fullmatch(plain):
        return (Fraction(plain.replace(",", "").replace("٫", ".")),)
    if plain.count(".") > 1:
        return (Fraction(plain.replace(".", "")),)
    value = Fraction(plain.replace("٫", ".").replace(",", "."))
    if _THREE_AFTER_POINT.fullmatch(plain):
        whole = Fraction(plain.replace(".", ""))
        return (whole, value) if arabic else (value, whole)
    return (value,)


def _grouped_by_spaces(groups: list[str]) -> tuple[Fraction, ...]:
    """Both readings of groups of three: in the order of the text and in that of the page; none begins with 0."""
    orders = [order for order in (groups, groups[::-1]) if all(len(group) == 3 for group in order[1:])]
    told = [order for order in orders if not order[0].startswith("0")] or orders or [groups]
    return tuple(dict.fromkeys(Fraction("".join(order)) for order in told))
