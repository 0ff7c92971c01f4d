"""Arabic numbers: figures, words with their clitics (وبخمسمئة), duals, ordinals, fractions, decades.

Grammar read here: hundreds, then units, then tens, each further part with و (مئة وخمسة وعشرون); teens without
(ثلاثة عشر); a scale word multiplies what stands before it (خمسة وعشرون ألفاً) and its dual is 2 of it (مليونان).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import NamedTuple

from align.records import Span
from align.text.numberwords_ar import (
    ALSO_PARTS,
    AND_ELEVEN,
    FIFTHS,
    FIRST,
    HALVES,
    LEXICON,
    VAGUE_ALONE,
    VIRUS_NAMES,
    Entry,
    Word,
)
from align.text.numeral import Kind, Numeral, Reading, Token, figure_values
from align.text.units import ARABIC_DUALS, unit_after


@dataclass(slots=True)
class _Sum:
    """A number while it is being read: what scale words have closed, and the group below them."""

    total: Fraction = Fraction(0)
    group: Fraction = Fraction(0)
    room: Fraction = Fraction(10**15)  # the next part added must be smaller
    scale: int = 1
    last: str = ""  # role of the last word read
    others: list[Fraction] = field(default_factory=list)  # further readings of the whole

    @property
    def value(self) -> Fraction:
        return self.total + self.group

    def multiply(self, word: Word) -> None:
        factor = word.values[0]
        if not self.group and len(word.values) > 1:
            self.others.append(self.total + word.values[1])
        if self.total and self.group and factor > self.scale > 1:  # ألفان وثلاثمئة مليار: all of it in milliards
            self.total, self.group = Fraction(0), self.value
        self.total += (self.group or 1) * factor
        size = factor / 2 if word.role == "dual scale" else factor
        self.group, self.scale, self.room, self.last = Fraction(0), int(size), size, "scale"

    def add(self, value: Fraction, role: str) -> None:
        self.group += value
        self.others.clear()  # after ألفا comes و only when it is ألفاً
        self.last = role


def read_at(tokens: Sequence[Token], i: int) -> Reading | None:
    """The number that begins at token `i`; None when none does."""
    token = tokens[i]
    if token.is_figure:
        return _read_figure(tokens, i)
    entry = LEXICON.get(token.text)
    if entry is None or token.text in VAGUE_ALONE:
        return None
    role, values = entry.word
    if role == "decade":
        return _decade(tokens, i, values)
    if role in ("counted dual", "implied"):
        return _read_implied(tokens, i, values)
    if role in ("first", "ordinal"):
        return _read_ordinal(tokens, i, values[0])
    if role == "part":
        return _read_part(tokens, i, values[0])
    if role == "parts" or (role == "eleven" and not _goes_on_from_one(tokens, i)):
        return None
    return _read_sum(tokens, i)


def _read_implied(tokens: Sequence[Token], i: int, values: tuple[Fraction, ...]) -> Reading:
    """يومين, بعامين, ساعتين ونصف; الخمسيني."""
    word = tokens[i].text
    unit = next((ARABIC_DUALS[form] for k in range(4) if (form := word[k:]) in ARABIC_DUALS), "")
    half = HALVES.get(tokens[i + 1].text) if i + 1 < len(tokens) else None
    stop = i + 1 + (half is not None)
    span = Span(tokens[i].start, tokens[stop - 1].end)
    values = tuple(v + (half or 0) for v in values)
    return Reading(Numeral(span, values, Kind.IMPLIED, in_figures=False, unit=unit), stop)


def _entry(tokens: Sequence[Token], i: int) -> Entry | None:
    return LEXICON.get(tokens[i].text) if 0 <= i < len(tokens) and not tokens[i].is_figure else None


def _goes_on_from_one(tokens: Sequence[Token], i: int) -> bool:
    after = _entry(tokens, i + 1)
    return after is not None and (after.word.role == "ten" or (after.word.role == "tens" and after.has_and))


def _made(
    tokens: Sequence[Token], start: int, stop: int, values: Sequence[Fraction], kind: Kind, *, scale: int = 1
) -> Reading:
    in_figures = any(t.is_figure for t in tokens[start:stop])
    span = Span(tokens[start].start, tokens[stop - 1].end)
    return Reading(Numeral(span, tuple(dict.fromkeys(values)), kind, in_figures, scale=scale), stop)


def _decade(tokens: Sequence[Token], i: int, values: tuple[Fraction, ...]) -> Reading:
    """ثلاثينيات القرن الماضي, with its century when one is named."""
    near = [t.text for t in tokens[i + 1 : i + 6]]
    if "القرن" in near:
        ordinal = (
            read_at(tokens, i + 1 + near.index("القرن") + 1) if near.index("القرن") + i + 2 < len(tokens) else None
        )
        if ordinal is not None and 10 < ordinal.numeral.values[0] < 30:
            century = 100 * (ordinal.numeral.values[0] - 1)
            return _made(tokens, i, ordinal.following, (century + values[0],), Kind.DECADE)
        if "الماضي" in near:
            return _made(tokens, i, i + 1, (1900 + values[0],), Kind.DECADE)
    return _made(tokens, i, i + 1, values, Kind.DECADE)


def _is_code(tokens: Sequence[Token], i: int) -> bool:
    before = tokens[i - 1].text if i else ""
    if before in VIRUS_NAMES:
        return True
    if before in "-‑–" and before and i > 1:
        name = tokens[i - 2].text
        return name in VIRUS_NAMES or (tokens[i].glued and tokens[i - 1].glued and name.isalpha() and len(name) > 2)
    return tokens[i].glued and before.isascii() and before.isalpha()


def _read_figure(tokens: Sequence[Token], i: int) -> Reading:
    values = figure_values(tokens[i].text, arabic=True)
    if _is_code(tokens, i):
        return _made(tokens, i, i + 1, values, Kind.CODE)
    after = tokens[i + 1] if i + 1 < len(tokens) else None
    if after and after.glued and after.text in ("/", "⁄") and i + 2 < len(tokens) and tokens[i + 2].is_figure:
        bottom = figure_values(tokens[i + 2].text, arabic=True)[0]
        is_date = i + 4 < len(tokens) and tokens[i + 3].text == "/" and tokens[i + 4].is_figure
        if not is_date and values[0] < bottom <= 12:
            return _made(tokens, i, i + 3, (values[0] / bottom, values[0], bottom), Kind.FRACTION)
    if after and after.glued and after.text.isascii() and after.text.isalpha() and len(after.text) == 1:
        return _made(tokens, i, i + 1, values, Kind.CODE)
    reading = _read_sum(tokens, i)
    if len(values) > 1 and reading is not None:
        numeral = reading.numeral
        more = tuple(v * numeral.scale for v in values)
        return _made(tokens, i, reading.following, (*numeral.values, *more), numeral.kind, scale=numeral.scale)
    return reading or _made(tokens, i, i + 1, values, Kind.CARDINAL)


def _read_ordinal(tokens: Sequence[Token], i: int, value: Fraction) -> Reading:
    after = _entry(tokens, i + 1)
    is_first = tokens[i].text.endswith(FIRST)  # أول عشر عينات is no eleventh
    stop = i + 1
    if after and after.word.role == "ten" and not after.has_and and not is_first:
        value, stop = value + 10, i + 2
    elif after and after.word.role == "tens" and after.has_and:
        value, stop = value + after.word.values[0], i + 2
    if stop + 1 < len(tokens) and tokens[stop].text == "بعد" and (hundred := _entry(tokens, stop + 1)):
        if hundred.word.role in ("hundred", "hundreds", "scale"):  # السادس بعد المئة, الثاني والعشرون بعد المئة
            value, stop = value + hundred.word.values[0], stop + 2
    return _made(tokens, i, stop, (value,), Kind.ORDINAL)


def _read_part(tokens: Sequence[Token], i: int, part: Fraction) -> Reading:
    after = _entry(tokens, i + 1)
    if after and after.word.role == "scale" and not after.has_and and tokens[i + 1].text not in VAGUE_ALONE:
        scale = after.word.values[0]
        return _made(tokens, i, i + 2, (part * scale,), Kind.CARDINAL, scale=int(scale))
    one_of = unit_after(tokens[i - 1].text, 0, arabic=True)[0] if i and tokens[i].text in HALVES else ""
    if one_of:  # سنة ونصف: one and a half
        reading = _made(tokens, i, i + 1, (1 + part, part), Kind.FRACTION)
        return Reading(replace(reading.numeral, unit=one_of), reading.following)
    return _made(tokens, i, i + 1, (part,), Kind.FRACTION)


def _read_sum(tokens: Sequence[Token], start: int) -> Reading | None:
    """Units, tens, hundreds and scale words as far as they make one number."""
    number = _Sum()
    i = start
    while i < len(tokens):
        step = _step(tokens, i, number, is_first=i == start)
        if step == 0:
            break
        i += step
    if i == start:
        return None
    i, half = _half_after(tokens, i, number)
    values = [number.value + half, *(v + half for v in number.others)]
    after = _entry(tokens, i)
    if i == start + 1 and after and after.word.role == "parts" and not after.has_and:
        return _made(tokens, start, i + 1, (number.value / after.word.values[0],), Kind.FRACTION)
    if half and not number.scale > 1 and after and after.word.role == "scale" and not after.has_and:  # اثنان ونصف مليون
        scale = after.word.values[0]
        return _made(tokens, start, i + 1, [v * scale for v in values], Kind.CARDINAL, scale=int(scale))
    part = _part_after_noun(tokens, i, number.scale)
    if part is not None:
        numeral = _made(
            tokens, start, part.following, [values[0] + part.size], Kind.CARDINAL, scale=number.scale
        ).numeral
        return Reading(replace(numeral, unit=part.unit), part.following)
    bare = tokens[start].text.removeprefix("و").removeprefix("ال")
    if i == start + 1 and bare in ALSO_PARTS:
        values.append(Fraction(1, ALSO_PARTS[bare]))
    return _made(tokens, start, i, values, Kind.CARDINAL, scale=number.scale)


def _step(tokens: Sequence[Token], i: int, number: _Sum, *, is_first: bool) -> int:
    """Take the next part of the number; how many tokens it used, 0 at the number's end."""
    token = tokens[i]
    if token.is_figure:
        return _figure_step(tokens, i, number, is_first=is_first)
    if token.text == "و" and not is_first and i + 1 < len(tokens):  # a bare و, then a figure: "و400", "و 400"
        return 1 + _figure_step(tokens, i + 1, number, is_first=False) if _may_add_figure(tokens, i + 1, number) else 0
    entry = LEXICON.get(token.text)
    if entry is None:
        return 0
    if token.text == AND_ELEVEN and not is_first and (after := _entry(tokens, i + 1)) and after.word.role == "ten":
        entry = Entry(Word("eleven", entry.word.values), has_and=True, has_article=False)
    role, values = entry.word
    if role in ("scale", "dual scale"):
        return _scale_step(entry, number, is_first=is_first, is_vague=is_first and token.text in VAGUE_ALONE)
    if not is_first and not entry.has_and:
        return _teen_or_hundred_step(role, number)
    if role not in ("unit", "ten", "eleven", "tens", "hundred", "hundreds"):
        return 0
    if not is_first and not _fits(role, values[0], number):
        return 0
    number.add(values[0], role)
    return 1


def _scale_step(entry: Entry, number: _Sum, *, is_first: bool, is_vague: bool) -> int:
    word = entry.word
    if is_vague:
        return 0
    if is_first or (not entry.has_and and number.last not in ("scale", "")):
        number.multiply(word)
        return 1
    if entry.has_and and number.last == "scale" and word.values[0] < number.room:  # مليون وألف
        number.multiply(word)
        return 1
    return 0


def _teen_or_hundred_step(role: str, number: _Sum) -> int:
    if role == "ten" and number.last in ("unit", "eleven") and number.group % 10:
        number.add(Fraction(10), "teen")
        return 1
    if role == "hundred" and number.last == "unit" and 2 < number.group % 100 < 10 and number.group < 10:
        number.group, number.last = number.group * 100, "hundred"
        return 1
    return 0


def _fits(role: str, value: Fraction, number: _Sum) -> bool:
    """Whether a part joined by و belongs to the number: 5 and 40, 100 and 7, 1,000 and 300; never 40 and 5."""
    if number.last in ("hundred", "hundreds"):
        return value < 100
    if number.last in ("unit", "eleven"):
        return role == "tens"
    return number.last == "scale" and value < number.room


def _may_add_figure(tokens: Sequence[Token], i: int, number: _Sum) -> bool:
    if number.last != "scale" or not tokens[i].is_figure:
        return False
    value = figure_values(tokens[i].text, arabic=True)[0]
    after = _entry(tokens, i + 1)
    if after and after.word.role == "scale" and not after.has_and:
        return value * after.word.values[0] < number.room
    return value < number.room


def _figure_step(tokens: Sequence[Token], i: int, number: _Sum, *, is_first: bool) -> int:
    if not is_first and (number.last != "scale" or tokens[i - 1].text != "و"):
        return 0
    number.add(figure_values(tokens[i].text, arabic=True)[0], "figure")
    return 1


class _Part(NamedTuple):
    size: Fraction
    unit: str
    following: int


def _part_after_noun(tokens: Sequence[Token], i: int, scale: int) -> _Part | None:
    """سبعة أيام ونصف, تسعة أيام وخُمس اليوم, مليار دولار وربع المليار: a part that follows the unit."""
    if i + 1 >= len(tokens):
        return None
    unit = unit_after(tokens[i].text, 0, arabic=True)[0]
    part = HALVES.get(tokens[i + 1].text)
    repeated = _entry(tokens, i + 2)
    if part and scale > 1 and repeated and repeated.word.role == "scale":
        return _Part(part * scale, unit, i + 3)
    if part is None and i + 2 < len(tokens) and tokens[i + 2].text.startswith("ال"):
        part = FIFTHS.get(tokens[i + 1].text)
    return _Part(part, unit, i + 2) if unit and unit != "percent" and part and scale == 1 else None


def _half_after(tokens: Sequence[Token], i: int, number: _Sum) -> tuple[int, Fraction]:
    """مليون ونصف المليون, ثلاثة ونصف: what is added, and the index after it."""
    part = HALVES.get(tokens[i].text) if i < len(tokens) else None
    if part is None:
        return i, Fraction(0)
    if number.last != "scale":
        return i + 1, part
    after = _entry(tokens, i + 1)
    repeated = after is not None and after.word.role == "scale" and not after.has_and
    return i + 1 + repeated, part * number.scale
