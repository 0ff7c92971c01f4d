"""Which number of one side stands for which of the other: equal values first, then what amounts to the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

import regex

from align.records import Span
from align.text.calendar import Topic, month_numbers, read_mentions
from align.text.clock import read_clocks
from align.text.normal import normal_form
from align.text.numerals import Kind, Numeral, read_numerals
from align.text.units import UNITS, same_amount, units_named


@dataclass(slots=True)
class Pairing:
    """All numbers of a pair of texts, sorted by what became of them."""

    agreed: list[tuple[Numeral, Numeral]] = field(default_factory=list)
    changed: list[tuple[Numeral, Numeral]] = field(default_factory=list)
    missing: list[Numeral] = field(default_factory=list)
    added: list[Numeral] = field(default_factory=list)


# A thread mark at an end of the text ("2/5", "(3/7)") counts the tweet, not the world.
_THREAD_MARK = regex.compile(r"^\W{0,3}\d{1,2}\s?/\s?(?:\d{1,2}|n|x)?(?!\d)\W|\W\(?\d{1,2}/(?:\d{1,2}|n|x)?\)?\W*$")
_LIST_MARK = regex.compile(r"^\W?\d{1,2}[.)]\s")  # counts only where the other side has one too
_RATIO = regex.compile(r"\W*(?:in|out of|of)(?:\s+(?:the|its|their|our|his|her|every|those|these))?\W*", regex.IGNORECASE)
_RATIO_AR = regex.compile(r"\W*(?:من)(?:\s+(?:كل|اصل|بين|أصل))?\W*(?:ال)?\W*")
_NUMERIC_DATE = regex.compile(r"(?<!\d)\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}(?!\d)|(?<!\d)\d{1,2}/\d{1,2}(?!\d)")
_ABOUT = regex.compile(
    r"\b(?:about|around|some|nearly|almost|roughly|approximately|over|more than|at least|up to)\s+\W?$"
    r"|(?:نحو|حوالي|قرابه|زهاء|يقارب|يناهز|اكثر من|تقريبا|علي|عن|يفوق|تتجاوز|يتجاوز|من)\s+\W?$"
)


def numeric_dates(text: str) -> list[str]:
    """The figures of 1 or 2 digits that stand in dates written with figures alone (5/3/2020)."""
    return [n for m in _NUMERIC_DATE.finditer(text) for n in regex.findall(r"\d+", m[0]) if len(n) < 3]


def is_weak(n: Numeral) -> bool:
    """Whether good translations leave this number out or bring it in: one, the first, both, a dual, a quarter."""
    if n.kind is Kind.IMPLIED:
        return True
    if n.in_figures:
        return False
    return n.values[0] in (0, 1) or (n.kind is Kind.ORDINAL and n.values[0] == 2)


def pair_numerals(en: str, ar: str) -> Pairing:
    """Pair the numbers of two texts."""
    left = _outside(read_numerals(en, arabic=False), _spans_to_skip(en, ar, arabic=False))
    right = _join_cents(_outside(read_numerals(ar, arabic=True), _spans_to_skip(ar, en, arabic=True)), ar)
    pairing = Pairing()
    lonely_en, lonely_ar = _match_equal(left, right, pairing, (len(en), len(ar)))
    _match_ratios(left, right, lonely_en, lonely_ar, en, ar, pairing)
    _match_equivalent(lonely_en, lonely_ar, pairing, en, ar)
    lonely_en = [n for n in lonely_en if not _said_otherwise(n, en, ar, arabic=False)]
    lonely_ar = [n for n in lonely_ar if not _said_otherwise(n, ar, en, arabic=True)]
    _sort_leftovers(lonely_en, lonely_ar, left, right, pairing, (len(en), len(ar)))
    pairing.missing[:] = [e for e in pairing.missing if e.values[0] != 2 or not _has_dual(ar)]
    return pairing


def _spans_to_skip(text: str, other: str, *, arabic: bool) -> list[Span]:
    marks = [Span(*match.span()) for match in _THREAD_MARK.finditer(text)]
    if not _LIST_MARK.match(other) and (mark := _LIST_MARK.match(text)):
        marks.append(Span(*mark.span()))
    return marks + [clock.span for clock in read_clocks(text, arabic=arabic)]


def _outside(numerals: Sequence[Numeral], spans: Sequence[Span]) -> list[Numeral]:
    return [n for n in numerals if not any(n.span.start < s.end and s.start < n.span.end for s in spans)]


def _join_cents(numerals: list[Numeral], text: str) -> list[Numeral]:
    """71 دولاراً و40 سنتاً is one amount."""
    out: list[Numeral] = []
    for n in numerals:
        whole = out[-1] if out else None
        if whole and n.unit == "cent" and whole.unit in ("dollar", "euro") and n.span.start - whole.span.end < 14:
            value = whole.values[0] + n.values[0] / 100
            out[-1] = replace(whole, values=(value,), span=Span(whole.span.start, n.span.end))
        else:
            out.append(n)
    return out


def _match_equal(
    left: Sequence[Numeral], right: Sequence[Numeral], pairing: Pairing, sizes: tuple[int, int]
) -> tuple[list[Numeral], list[Numeral]]:
    """Pair equal values, the best-fitting first; what stays alone on each side."""
    offers = []
    for i, e in enumerate(left):
        for j, a in enumerate(right):
            if not set(e.values) & set(a.values):
                continue
            cost = (
                e.values[0] != a.values[0],
                bool(e.unit and a.unit and e.unit != a.unit),
                (e.kind is Kind.ORDINAL) != (a.kind is Kind.ORDINAL),
                abs(e.span.start / max(1, sizes[0]) - a.span.start / max(1, sizes[1])),
            )
            offers.append((cost, i, j))
    used_e: set[int] = set()
    used_a: set[int] = set()
    for _, i, j in sorted(offers):
        if i not in used_e and j not in used_a:
            used_e.add(i)
            used_a.add(j)
            pairing.agreed.append((left[i], right[j]))
    lonely_en = [e for i, e in enumerate(left) if i not in used_e]
    lonely_ar = [a for j, a in enumerate(right) if j not in used_a]
    return lonely_en, lonely_ar


def _ratios(numerals: Sequence[Numeral], text: str, *, arabic: bool) -> list[tuple[Fraction, Numeral, Numeral]]:
    """One in ten, two out of three, ثلاثة من كل عشرة."""
    found = []
    for x, y in zip(numerals, numerals[1:], strict=False):
        between = text[x.span.end : y.span.start]
        pattern = _RATIO_AR if arabic else _RATIO
        if 0 < x.values[0] < y.values[0] and len(between) < 20 and pattern.fullmatch(between):
            found.append((x.values[0] / y.values[0], x, y))
    return found


def _as_share(n: Numeral) -> Fraction:
    return n.values[0] / 100 if n.unit == "percent" else n.values[0]


def _match_ratios(
    left: Sequence[Numeral],
    right: Sequence[Numeral],
    lonely_en: list[Numeral],
    lonely_ar: list[Numeral],
    en: str,
    ar: str,
    pairing: Pairing,
) -> None:
    """Take a ratio and the share it amounts to off the two lists; a ratio and another fraction are a change."""
    sides = ((left, en, False, lonely_en, lonely_ar), (right, ar, True, lonely_ar, lonely_en))
    for numerals, text, arabic, own, other in sides:
        for ratio, x, y in _ratios(numerals, text, arabic=arabic):
            share = next((n for n in other if _as_share(n) < 1 and abs(_as_share(n) - ratio) <= Fraction(1, 100)), None)
            if share is None and x in own:
                share = next((n for n in other if n.kind is Kind.FRACTION), None)
                if share is not None:
                    pairing.changed.append((share, x) if arabic else (x, share))
            if share is not None and (x in own or y in own):
                other.remove(share)
                own[:] = [n for n in own if n is not x and n is not y]


def _amounts_to(e: Numeral, a: Numeral, en: str, ar: str) -> bool:
    v, w = e.values[0], a.values[0]
    if "percent" in (e.unit, a.unit) and e.unit != a.unit and Kind.FRACTION in (e.kind, a.kind):
        return abs(_as_share(e) - _as_share(a)) <= Fraction(1, 100)
    if (e.unit == "percent") != (a.unit == "percent") and any(x < 1 and x == y / 100 for x in a.values for y in e.values):
        return True  # 20 % and خمس
    if any(same_amount(x, e.unit, y, a.unit) for x in e.values for y in a.values):
        return True
    if e.kind is a.kind is Kind.DECADE:
        return v % 100 == w % 100 and (v < 100 or w < 100)
    return w >= 10 and _is_rounding(v, w) and _says_about(ar, a)


def _is_rounding(exact: Fraction, rounded: Fraction) -> bool:
    """Whether `rounded` keeps the leading digits of `exact` (cut off or rounded) and drops the rest."""
    if rounded.denominator != 1 or exact == rounded:
        return False
    zeros = len(str(rounded.numerator)) - len(str(rounded.numerator).rstrip("0"))
    step = Fraction(10**zeros)
    return rounded < 10**zeros * 100 and abs(exact - rounded) < step and abs(exact - rounded) <= rounded * Fraction(1, 10)


def _says_about(text: str, n: Numeral) -> bool:
    return bool(_ABOUT.search(normal_form(text[max(0, n.span.start - 25) : n.span.start])))


def _match_equivalent(
    lonely_en: list[Numeral], lonely_ar: list[Numeral], pairing: Pairing, en: str, ar: str
) -> None:
    for e in list(lonely_en):
        a = next((a for a in lonely_ar if _amounts_to(e, a, en, ar)), None)
        if a is not None:
            lonely_en.remove(e)
            lonely_ar.remove(a)
            pairing.agreed.append((e, a))


def _said_otherwise(n: Numeral, own: str, other: str, *, arabic: bool) -> bool:
    """Whether the other side says this number without a number: a unit (سنة for 12 months), a month's name, a clock."""
    value = n.values[0]
    if n.unit and UNITS[n.unit].dimension == "time" and value > 1:
        named = units_named(other, arabic=not arabic)
        if any(same_amount(value, n.unit, Fraction(1), unit) for unit in named):
            return True
    if any(value in (c.hour, c.hour % 12, c.minute % 60) for c in read_clocks(other, arabic=not arabic)):
        return True
    in_date = any(m.start() <= n.span.start < m.end() for m in _NUMERIC_DATE.finditer(own))
    if in_date and value <= 12 and value in month_numbers(other, arabic=not arabic):
        return True
    months = [m for m in read_mentions(own, arabic=arabic) if m.topic is Topic.MONTH and value in m.days]
    return bool(months) and any(m.topic is Topic.EDGE for m in read_mentions(other, arabic=not arabic))


_DUAL = regex.compile(r"\p{L}{3,}(?:ان|ين|تا|تي|ا|ي)\b")


def _has_dual(text: str) -> bool:
    return bool(_DUAL.search(normal_form(text)))


def _sort_leftovers(
    lonely_en: list[Numeral],
    lonely_ar: list[Numeral],
    left: Sequence[Numeral],
    right: Sequence[Numeral],
    pairing: Pairing,
    sizes: tuple[int, int],
) -> None:
    """Leftovers of both sides are changes; of one side, missing or added unless they repeat a number that agreed."""
    said_en = {v for e in left if e not in lonely_en for v in e.values}
    said_ar = {v for a in right if a not in lonely_ar for v in a.values}
    repeats_en = [e for e in lonely_en if said_ar & set(e.values)]
    repeats_ar = [a for a in lonely_ar if said_en & set(a.values)]
    offers = []
    for i, e in enumerate(lonely_en):
        for j, a in enumerate(lonely_ar):
            both_repeat = e in repeats_en and a in repeats_ar
            if _may_be_changed(e, a) and not (both_repeat and (len(left) != len(right) or not a.in_figures)):
                cost = _distance(e, a, sizes) + 2 * (e in repeats_en) + 2 * (a in repeats_ar)
                offers.append((cost, i, j))
    used_e: set[int] = set()
    used_a: set[int] = set()
    for _, i, j in sorted(offers):
        if i not in used_e and j not in used_a:
            used_e.add(i)
            used_a.add(j)
            pairing.changed.append((lonely_en[i], lonely_ar[j]))
    pairing.missing += [e for i, e in enumerate(lonely_en) if i not in used_e and e not in repeats_en]
    pairing.added += [a for j, a in enumerate(lonely_ar) if j not in used_a and a not in repeats_ar]


def _may_be_changed(e: Numeral, a: Numeral) -> bool:
    if Kind.IMPLIED in (e.kind, a.kind):
        return False
    if (e.kind is Kind.FRACTION) != (a.kind is Kind.FRACTION) and not (e.in_figures and a.in_figures):
        return "percent" in (e.unit, a.unit)
    if (e.kind is Kind.CODE) != (a.kind is Kind.CODE):
        return e.in_figures and a.in_figures and e.kind is Kind.CODE
    if e.kind is a.kind is Kind.ORDINAL:
        return e.values[0] != 1 and a.values[0] != 1
    return not (is_weak(e) or is_weak(a)) or (e.in_figures or a.in_figures)


def _distance(e: Numeral, a: Numeral, sizes: tuple[int, int]) -> float:
    units = 1.0 if e.unit and a.unit and e.unit != a.unit else 0.0 if e.unit == a.unit else 0.4
    place = abs(e.span.start / max(1, sizes[0]) - a.span.start / max(1, sizes[1]))
    kinds = 0.5 * (e.kind is not a.kind) + 2.5 * (is_weak(e) or is_weak(a)) + 0.3 * (e.in_figures != a.in_figures)
    same_digits = sorted(str(e.values[0])) == sorted(str(a.values[0]))
    return units + place + kinds - 0.3 * same_digits
