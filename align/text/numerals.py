"""Numbers in running text, English and Arabic, in figures and in words, with their places.

A number is read into every value that its form allows: ألفا may be 1,000 (ألفاً) or 2,000 (ألفا), "a third" is 1/3 or
the 3rd, the 3 of "3 to 5 million" is 3 or 3,000,000. Two numbers agree when they share a value. Links, @mentions and
hashtags hold no numbers. Offsets are code points into the text as given.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

import regex

from align.records import Span
from align.text.folded import folded
from align.text.normal import NormalForm
from align.text.tweet import HASHTAG, MENTION, URL
from align.text.units import unit_after, unit_before

_CURRENCY_SIGN = "[$€£¥₪₽₹]"


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


class Reading(NamedTuple):
    """What a language's reader makes of the tokens from some index on."""

    numeral: Numeral
    following: int  # index of the first token not used


def tokenize(form: NormalForm, original: str) -> list[Token]:
    """The tokens of a normal form, what links, mentions and hashtags cover left out."""
    hidden = [match.span() for pattern in _HIDDEN for match in pattern.finditer(original)]
    tokens = []
    for match in _TOKEN.finditer(form.text):
        start, end = match.span()
        word = match[0]
        place = form.origin[start]
        if hidden and any(a <= place < b for a, b in hidden):
            continue
        glued = start > 0 and form.text[start - 1] != " "
        is_upper = word.isascii() and original[place : form.origin[end - 1] + 1].isupper()
        tokens.append(Token(word, start, end, word[0].isdigit(), glued, is_upper))
    return tokens


def _join_lone_and(tokens: list[Token]) -> list[Token]:
    """Some write مئة و عشرون with a space after the و: the word with it, as if it were glued."""
    out: list[Token] = []
    for token in tokens:
        before = out[-1] if out else None
        if before and before.text == "و" and not before.glued and token.text[0].isalpha():
            out[-1] = token._replace(text="و" + token.text, start=before.start)
        else:
            out.append(token)
    return out


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


@lru_cache(maxsize=4096)
def read_numerals(text: str, *, arabic: bool) -> tuple[Numeral, ...]:
    """Every number of `text` in order, spans into `text`."""
    from align.text import numerals_ar, numerals_en  # both build on this module's records

    form = folded(text)
    tokens = tokenize(form, text)
    if arabic:
        tokens = _join_lone_and(tokens)
    read = numerals_ar.read_at if arabic else numerals_en.read_at
    found: list[Numeral] = []
    index = 0
    while index < len(tokens):
        reading = read(tokens, index)
        if reading is None:
            index += 1
            continue
        found.append(_with_unit(reading.numeral, form.text, arabic=arabic))
        index = reading.following
        while index < len(tokens) and tokens[index].start < found[-1].span.end:  # the المئة of في المئة
            index += 1
    found = _spread_over_ranges(found, form.text)
    return tuple(replace(n, span=form.original_span(*n.span)) for n in found)


def _with_unit(numeral: Numeral, text: str, *, arabic: bool) -> Numeral:
    if numeral.unit:
        return numeral
    end = numeral.span.end
    if numeral.kind is Kind.FRACTION and not arabic and (of_a := _OF_A.match(text, end)):  # half an hour
        end = of_a.end()
    unit, end = unit_after(text, end, arabic=arabic)
    if unit == "percent":  # the sign belongs to the number
        return replace(numeral, unit=unit, span=Span(numeral.span.start, end))
    return replace(numeral, unit=unit or unit_before(text, numeral.span.start))


def _with_century(low: Numeral, high: Numeral) -> Numeral:
    """The 18 of "2017-18" is also 2018."""
    year, rest = low.values[0], high.values[0]
    step = 10 if rest < 10 else 100
    if low.in_figures and high.in_figures and 1000 <= year < 2100 and year % step < rest < step:
        return replace(high, values=(*high.values, year - year % step + rest))
    return high


_OF_A = regex.compile(r"\s+(?:of\s+)?(?:an?|the)(?=\s)")
_RANGE = regex.compile(rf"\s*(?:[-–—/]|to|or|and|الي|حتي|او|و)\s*و?(?:ال|{_CURRENCY_SIGN})?\s*")


def _spread_over_ranges(numerals: list[Numeral], text: str) -> list[Numeral]:
    """In "3 to 5 million people" the scale and the unit stand once and hold for both ends."""
    out = list(numerals)
    for i in range(len(out) - 2, -1, -1):
        low, high = out[i], out[i + 1]
        between = text[low.span.end : high.span.start]
        is_range = bool(_RANGE.fullmatch(between)) or (not between.strip() and text[high.span.start] == "و")
        if len(between) > 12 or not is_range or low.kind is Kind.CODE:
            continue
        high = out[i + 1] = _with_century(low, high)
        if high.scale > 1 and low.scale == 1 and low.values[0] < 1000:
            low = replace(low, values=low.values + tuple(v * high.scale for v in low.values), scale=high.scale)
        if not low.unit:
            low = replace(low, unit=high.unit)
        out[i] = low
    return out
