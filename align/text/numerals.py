"""Numbers in running text, English and Arabic, in figures and in words, with their places.

A number is read into every value that its form allows: ألفا may be 1,000 (ألفاً) or 2,000 (ألفا), "a third" is 1/3 or
the 3rd, the 3 of "3 to 5 million" is 3 or 3,000,000. Two numbers agree when they share a value. Links, @mentions and
hashtags hold no numbers. Offsets are code points into the text as given.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import regex

from align.records import Span
from align.text import numerals_ar, numerals_en
from align.text.folded import folded
from align.text.numeral import Kind, Numeral, Token, tokenize
from align.text.units import unit_after, unit_before

_CURRENCY_SIGN = "[$€£¥₪₽₹]"


@lru_cache(maxsize=4096)
def read_numerals(text: str, *, arabic: bool) -> tuple[Numeral, ...]:
    """Every number of `text` in order, spans into `text`."""
    form = folded(text)
    tokens = tokenize(form, text, arabic=arabic)
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
    found = _spread_over_ranges(_joined_decimals(found, form.text), form.text)
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


_POINT = regex.compile(r"\s+(?:فاصله?|point)\s+")


def _joined_decimals(numerals: list[Numeral], text: str) -> list[Numeral]:
    """Numbers whose fraction stands apart, as one: ثلاثة فاصلة سبعة is 3.7, 1½ is 1.5."""
    out: list[Numeral] = []
    for n in numerals:
        whole = out[-1] if out else None
        between = text[whole.span.end : n.span.start] if whole else ""
        if whole is None or whole.values[0].denominator != 1 or whole.kind is not Kind.CARDINAL:
            out.append(n)
        elif _POINT.fullmatch(between) and n.kind is Kind.CARDINAL and n.values[0].denominator == 1:
            value = whole.values[0] + n.values[0] / 10 ** len(str(n.values[0]))
            out[-1] = replace(n, values=(value,), span=Span(whole.span.start, n.span.end))
        elif (
            between in ("", " ")
            and n.kind is Kind.FRACTION
            and n.in_figures
            and whole.values[0] < 1000
            and n.values[0] < 1
        ):
            out[-1] = replace(n, values=(whole.values[0] + n.values[0],), span=Span(whole.span.start, n.span.end))
        else:
            out.append(n)
    return out


_OF_A = regex.compile(r"\s+(?:of\s+)?(?:an?|the)(?=\s)")
_MOST_BETWEEN = 12  # characters between the two ends of a range
_RANGE = regex.compile(rf"\s*(?:[-–—/]|to|or|and|الي|حتي|او|و)\s*و?(?:ال|{_CURRENCY_SIGN})?\s*")


def _spread_over_ranges(numerals: list[Numeral], text: str) -> list[Numeral]:
    """In "3 to 5 million people" the scale and the unit stand once and hold for both ends."""
    out = list(numerals)
    for i in range(len(out) - 2, -1, -1):
        low, high = out[i], out[i + 1]
        between = text[low.span.end : high.span.start]
        if len(between) > _MOST_BETWEEN or low.kind is Kind.CODE:
            continue
        if not _RANGE.fullmatch(between) and (between.strip() or text[high.span.start] != "و"):
            continue
        high = out[i + 1] = _with_century(low, high)
        if high.scale > 1 and low.scale == 1 and low.values[0] < 1000:
            low = replace(low, values=low.values + tuple(v * high.scale for v in low.values), scale=high.scale)
        if not low.unit:
            low = replace(low, unit=high.unit)
        out[i] = low
    return out


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
