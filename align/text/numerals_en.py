"""English numbers: figures with their suffixes, words, ordinals, fractions, decades."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from align.records import Span
from align.text.numeral import Kind, Numeral, Reading, Token, figure_values

_SMALL = {
    name: n
    for n, name in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
}
_TENS = {name: 10 * n for n, name in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_LONG_SUFFIX = {"mn": 10**6, "mln": 10**6, "mil": 10**6, "mio": 10**6, "bn": 10**9, "tn": 10**12, "trn": 10**12}
_GLUED_SUFFIX = {"k": 10**3, "m": 10**6, "b": 10**9, "t": 10**12}
_ORDINALS = {
    name: n
    for n, name in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
        "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split(),
        1,
    )
} | {"thirtieth": 30, "fortieth": 40, "fiftieth": 50, "sixtieth": 60, "hundredth": 100}
_PARTS = {"half": 2, "halves": 2, "quarter": 4, "quarters": 4} | {name: n for name, n in _ORDINALS.items() if n > 2}
_PARTS |= {name + "s": n for name, n in _ORDINALS.items() if n > 2}
_ROMAN = {
    "ii": 2,
    "iii": 3,
    "iv": 4,
    "vi": 6,
    "vii": 7,
    "viii": 8,
    "ix": 9,
    "xi": 11,
    "xii": 12,
    "xiii": 13,
    "xiv": 14,
    "xvi": 16,
}
_IMPLIED = {
    "once": 1, "single": 1, "sole": 1, "twice": 2, "both": 2, "couple": 2, "pair": 2, "double": 2, "twin": 2,
    "twins": 2, "triple": 3, "trio": 3, "thrice": 3, "dozen": 12,
}  # fmt: skip
_IMPLIED |= {f"{name}fold": n for name, n in _SMALL.items()} | {"hundredfold": 100}
_DECADES = {name[:-1] + "ies": value for name, value in _TENS.items()}
_OTHER_HALF = {"first", "second", "other", "latter", "either"}  # of a match, or of two
_THIRD_PARTIES = {"party", "parties", "country", "countries", "world"}
_SUFFIX_ORDINAL = {"st", "nd", "rd", "th"}
# Before a hyphen and a figure these do not make it part of a name: "mid-2019", "under-21".
_PLAIN_PREFIXES = {
    "mid",
    "pre",
    "post",
    "under",
    "over",
    "sub",
    "non",
    "to",
    "and",
    "or",
    "of",
    "the",
    "a",
    "plus",
    "some",
}


_STARTS = {"a", "an", "half", "quarter", "fortnight"}.union(_SMALL, _TENS, _ORDINALS, _ROMAN, _IMPLIED, _DECADES)


def read_at(tokens: Sequence[Token], i: int) -> Reading | None:
    """The number that begins at token `i`; None when none does."""
    token = tokens[i]
    if token.is_figure:
        return _read_figure(tokens, i)
    if token.text not in _STARTS:
        return None
    if token.is_upper and token.text in _ROMAN:
        return _made(tokens, i, i + 1, (Fraction(_ROMAN[token.text]),), Kind.CODE)
    if token.text == "fortnight":
        reading = _made(tokens, i, i + 1, (Fraction(2),), Kind.IMPLIED)
        return Reading(replace(reading.numeral, unit="week"), i + 1)
    if token.text in _IMPLIED:
        return _made(tokens, i, i + 1, (Fraction(_IMPLIED[token.text]),), Kind.IMPLIED)
    if token.text in _DECADES:
        return _made(tokens, i, i + 1, (Fraction(_DECADES[token.text]),), Kind.DECADE)
    return _read_words(tokens, i)


def _word(tokens: Sequence[Token], i: int) -> str:
    return tokens[i].text if 0 <= i < len(tokens) and not tokens[i].is_figure else ""


def _skip_hyphen(tokens: Sequence[Token], i: int) -> int:
    return i + 1 if _word(tokens, i) in ("-", "–") and i + 1 < len(tokens) and tokens[i].glued else i


def _made(
    tokens: Sequence[Token], start: int, stop: int, values: tuple[Fraction, ...], kind: Kind, *, scale: int = 1
) -> Reading:
    in_figures = any(t.is_figure for t in tokens[start:stop]) or kind is Kind.CODE
    span = Span(tokens[start].start, tokens[stop - 1].end)
    return Reading(Numeral(span, values, kind, in_figures, scale=scale), stop)


def _is_code(tokens: Sequence[Token], i: int) -> bool:
    """Whether the figure is part of a name: a letter touches it in front, or a letter and a hyphen do."""
    before = _word(tokens, i - 1)
    if not tokens[i].glued or not before:
        return False
    if before.isalpha():
        return True
    name = _word(tokens, i - 2)
    return (
        before in "-‑" and name.isalpha() and tokens[i - 1].glued and name not in _PLAIN_PREFIXES and name not in _SMALL
    )


def _read_figure(tokens: Sequence[Token], i: int) -> Reading:
    values = figure_values(tokens[i].text, arabic=False)
    if _is_code(tokens, i):
        return _made(tokens, i, i + 1, values, Kind.CODE)
    after = _word(tokens, i + 1)
    glued = i + 1 < len(tokens) and tokens[i + 1].glued
    if glued and after in ("/", "⁄") and i + 2 < len(tokens) and tokens[i + 2].is_figure and tokens[i + 2].glued:
        return _read_slash(tokens, i, values[0])
    if glued and after in _SUFFIX_ORDINAL:
        return _made(tokens, i, i + 2, values, Kind.ORDINAL)
    if glued and after in ("s", "'s") and values[0] % 10 == 0:
        return _made(tokens, i, i + 2, values, Kind.DECADE)
    if glued and after == "'" and _word(tokens, i + 2) == "s" and values[0] % 10 == 0:
        return _made(tokens, i, i + 3, values, Kind.DECADE)
    if _word(tokens, i - 1) == "'" and 10 <= values[0] < 100 and not tokens[i - 1].glued:  # since '98
        return _made(tokens, i, i + 1, (*values, 1900 + values[0], 2000 + values[0]), Kind.CARDINAL)
    if glued and after in _GLUED_SUFFIX:
        scale = _GLUED_SUFFIX[after]
        scaled = tuple(v * scale for v in values)
        return _made(tokens, i, i + 2, scaled + values, Kind.CARDINAL, scale=scale)  # 2M is a million, 2m metres
    if glued and after.isalpha() and after not in _LONG_SUFFIX and len(after) == 1 and after not in "gclhf":
        return _made(tokens, i, i + 1, values, Kind.CODE)
    reading = _scaled(tokens, i, i + 1, values[0])
    more = tuple(v * reading.numeral.scale for v in values[1:])
    return Reading(replace(reading.numeral, values=reading.numeral.values + more), reading.following)


def _read_slash(tokens: Sequence[Token], i: int, top: Fraction) -> Reading:
    """1/3, 24/7, 9/11: a fraction when the upper figure is smaller; the two figures are readings as well."""
    bottom = figure_values(tokens[i + 2].text, arabic=False)[0]
    if top == 24 and bottom == 7:  # round the clock
        return _made(tokens, i, i + 3, (top, bottom), Kind.IMPLIED)
    is_date = i + 4 < len(tokens) and tokens[i + 3].text == "/" and tokens[i + 4].is_figure
    if is_date or bottom <= top or bottom == 0 or bottom > 12:
        return _made(tokens, i, i + 1, (top,), Kind.CARDINAL)
    return _made(tokens, i, i + 3, (top / bottom, top, bottom), Kind.FRACTION)


def _scaled(tokens: Sequence[Token], start: int, i: int, value: Fraction) -> Reading:
    """Scale words, "and a half" and parts after a value that ends before token `i`."""
    scale = 1
    kind = Kind.CARDINAL
    i, value = _and_a_part(tokens, i, value)
    at = _skip_hyphen(tokens, i + (_word(tokens, i) == "+"))  # $300+ billion
    while (
        _word(tokens, at) in _SCALES or _word(tokens, at) in _LONG_SUFFIX or _word(tokens, at) in ("hundred", "dozen")
    ):
        word = tokens[at].text
        factor = {"hundred": 100, "dozen": 12}.get(word) or _SCALES.get(word) or _LONG_SUFFIX[word]
        value, scale, i = value * factor, scale * factor, at + 1
        at = _skip_hyphen(tokens, i)
    part = _PARTS.get(_word(tokens, at))
    if (
        scale == 1
        and part
        and value < part
        and value.denominator == 1
        and (value == 1 or _word(tokens, at).endswith("s"))
    ):
        return _part_of_scale(tokens, start, at + 1, value / part)
    i, value = _and_a_part(tokens, i, value, of=scale)
    if _word(tokens, i - 1) == "dozen" and kind is Kind.CARDINAL:  # two dozen may be rounded: عشرون
        kind = Kind.IMPLIED
    return _made(tokens, start, i, (value,), kind, scale=scale)


def _and_a_part(tokens: Sequence[Token], i: int, value: Fraction, of: int = 1) -> tuple[int, Fraction]:
    words = [_word(tokens, k) for k in range(i, i + 6) if _word(tokens, k) != "-"]
    if words[:2] in (["and", "a"], ["and", "one"]) and words[2:3] in (["half"], ["quarter"]):
        hyphens = sum(_word(tokens, k) == "-" for k in range(i, i + 3 + (_word(tokens, i) == "-") * 3))
        return i + 3 + hyphens, value + Fraction(of, _PARTS[words[2]])
    return i, value


def _part_of_scale(tokens: Sequence[Token], start: int, i: int, value: Fraction) -> Reading:
    """Half a million, a quarter of a million, half a dozen: the part, then its scale if one follows."""
    at = i
    for word in ("of", "a"):
        if _word(tokens, at) == word:
            at += 1
    if at > i or _word(tokens, i) in _SCALES:
        factor = {"dozen": 12}.get(_word(tokens, at)) or _SCALES.get(_word(tokens, at))
        if factor:
            return _made(tokens, start, at + 1, (value * factor,), Kind.CARDINAL, scale=factor)
    return _made(tokens, start, i, (value,), Kind.FRACTION)


def _read_words(tokens: Sequence[Token], i: int) -> Reading | None:
    word = tokens[i].text
    following = _word(tokens, i + 1)
    if word in ("a", "an", "one") and following in ("hundred", "thousand", "million", "billion", "trillion", "dozen"):
        return _read_cardinal(tokens, i, i + 1, Fraction(1))
    if word in ("a", "one") and following in _PARTS and following not in ("half",):
        return _read_single_part(tokens, i, following)
    if word == "half" and (_word(tokens, i - 1) in _OTHER_HALF or _word(tokens, _skip_hyphen(tokens, i + 1)) == "time"):
        return _made(tokens, i, i + 1, (Fraction(1, 2),), Kind.IMPLIED)
    if word == "half":
        return _part_of_scale(tokens, i, i + 1, Fraction(1, 2))
    if word in _SMALL or word in _TENS:
        return _read_cardinal(tokens, i, i, Fraction(0))
    if word in _ORDINALS:
        n = _ORDINALS[word]  # the last third: a part
        if word == "third" and _word(tokens, _skip_hyphen(tokens, i + 1)) in _THIRD_PARTIES:
            return _made(tokens, i, i + 1, (Fraction(3),), Kind.IMPLIED)
        return _made(tokens, i, i + 1, (Fraction(n), Fraction(1, n)) if n > 2 else (Fraction(n),), Kind.ORDINAL)
    if word == "quarter":
        reading = _part_of_scale(tokens, i, i + 1, Fraction(1, 4))
        kind = Kind.IMPLIED if reading.numeral.kind is Kind.FRACTION else reading.numeral.kind  # a quarter of the year
        return Reading(replace(reading.numeral, kind=kind), reading.following)
    return None


def _read_single_part(tokens: Sequence[Token], i: int, part: str) -> Reading:
    """A third of them, a third time: 1/3 or the 3rd, the likelier first."""
    reading = _part_of_scale(tokens, i, i + 2, Fraction(1, _PARTS[part]))
    if part not in _ORDINALS or reading.numeral.kind is not Kind.FRACTION:
        return reading
    as_part, as_ordinal = Fraction(1, _PARTS[part]), Fraction(_ORDINALS[part])
    if _word(tokens, i + 2) == "of":
        return _made(tokens, i, i + 2, (as_part, as_ordinal), Kind.FRACTION)
    return _made(tokens, i, i + 2, (as_ordinal, as_part), Kind.ORDINAL)


def _read_cardinal(tokens: Sequence[Token], start: int, i: int, group: Fraction) -> Reading:
    """Two hundred and five thousand three hundred; twenty-first."""
    total, scale = Fraction(0), 1
    room = 1000 if i == start else 0  # the next word must be smaller than this
    while True:
        at = _skip_hyphen(tokens, i) if i > start else i
        word = _word(tokens, at)
        if word == "and" and (scale > 1 or group % 100 == 0) and i > start:
            at += 1
            word = _word(tokens, at)
            if word not in _SMALL and word not in _TENS:
                break
        if word in _ORDINALS and 0 < _ORDINALS[word] < 10 <= room and group:
            return _made(tokens, start, at + 1, (total + group + _ORDINALS[word],), Kind.ORDINAL)
        size = _SMALL.get(word, _TENS.get(word))
        if size is not None and size < room:
            group += size
            room = 10 if word in _TENS else 0
        elif word == "hundred" and 0 < group < 100:
            group, room = group * 100, 100
        elif word in _SCALES and group:
            total, group, scale, room = total + group * _SCALES[word], Fraction(0), _SCALES[word], 1000
        else:
            break
        i = at + 1
    if scale > 1 or group >= 100:
        i, total = _and_a_part(tokens, i, total, of=scale)
        return _made(tokens, start, i, (total + group,), Kind.CARDINAL, scale=scale)
    return _scaled(tokens, start, i, group)
