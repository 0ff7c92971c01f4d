"""Which number of one side stands for which of the other: equal values first, then what amounts to the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from math import ceil
from typing import Any, NamedTuple

import regex

from align.check.evidence.text_view import NUMERIC_DATE, TextView
from align.records import Span
from align.text.mention import Topic
from align.text.normal import normal_form
from align.text.numeral import Kind, Numeral
from align.text.spans import Covered
from align.text.units import UNITS, same_amount

# Numbers of a side that are held against each other; texts with more are paired part by part, so that a list of
# thousands takes no square of the time.
_MOST_NUMERALS = 100
_MANY, _FEW_AT_ONCE = 1000, 25  # beyond so many numbers a text is a table, and so few are held against each other


class Pairing(NamedTuple):
    """All numbers of a pair of texts, sorted by what became of them; in a pair the English one is first."""

    agreed: tuple[tuple[Numeral, Numeral], ...]
    changed: tuple[tuple[Numeral, Numeral], ...]
    missing: tuple[Numeral, ...]
    added: tuple[Numeral, ...]


@dataclass(slots=True)
class _Work:
    """The two texts, all their numbers, and those that have found no partner yet."""

    en: str
    ar: str
    left: list[Numeral]
    right: list[Numeral]
    lonely_en: list[Numeral] = field(default_factory=list)
    lonely_ar: list[Numeral] = field(default_factory=list)
    agreed: list[tuple[Numeral, Numeral]] = field(default_factory=list)
    changed: list[tuple[Numeral, Numeral]] = field(default_factory=list)

    def drift(self, e: Numeral, a: Numeral) -> float:
        """How far apart two numbers stand, each in its own text."""
        return abs(e.span.start / max(1, len(self.en)) - a.span.start / max(1, len(self.ar)))


# A thread mark at an end of the tweet ("2/5", "(3/7)") counts the tweet, not the world; "1/3 of us" does not.
_THREAD_MARK = regex.compile(
    r"^\W{0,3}\d{1,2}\s?/\s?(?:\d{1,2}|n|x)?(?!\d)(?!\s*of\b)\W|(?<=[.!?…”\")])\s*+\(?\d{1,2}/(?:\d{1,2}|n|x)?\)?\s*$"
)
_LIST_MARK = regex.compile(
    r"^\W{0,2}\d{1,3}\s?[.)\u060c\-\u2013\u2014'`](?=\s)(?!\s?\d)"
)  # counts only where the other side has one too
_RATIO = regex.compile(
    r"\W*(?:in|out of|of)(?:\s+(?:the|its|their|our|his|her|every|those|these))?\W*", regex.IGNORECASE
)
_RATIO_AR = regex.compile(r"\W*من(?:\s+(?:كل|أصل|اصل|بين))?\W*(?:ال)?\W*")
_ROUNDS = regex.compile(r"(?:نحو|حوالي|قرابه|زهاء|يقارب|يناهز|اكثر من|علي|عن|يفوق|تتجاوز|يتجاوز|يقرب من)\s+\W?$")


def numeric_dates(text: str) -> list[str]:
    """The figures of 1 or 2 digits that stand in dates written with figures alone (5/3/2020)."""
    return [n for m in NUMERIC_DATE.finditer(text) for n in regex.findall(r"\d+", m[0]) if len(n) < 3]


def is_weak(n: Numeral) -> bool:
    """Whether good translations leave this number out or bring it in: one, the first, both, a dual, a quarter."""
    if n.kind is Kind.IMPLIED:
        return True
    if n.in_figures:
        return False
    return n.values[0] in (0, 1) or (n.kind is Kind.ORDINAL and n.values[0] == 2)


def pair_numerals(en: TextView, ar: TextView) -> Pairing:
    """Pair the numbers of two texts."""
    left = _outside(en.numerals, _spans_to_skip(en, ar))
    right = _join_cents(_outside(ar.numerals, _spans_to_skip(ar, en)))
    count = max(len(left), len(right))
    parts = ceil(count / (_MOST_NUMERALS if count <= _MANY else _FEW_AT_ONCE))
    works = [_Work(en.text, ar.text, *both) for both in zip(_cut(left, parts), _cut(right, parts), strict=True)]
    paired = [_paired(work, en, ar) for work in works]
    return Pairing(
        tuple(pair for own in paired for pair in own.agreed),
        tuple(pair for own in paired for pair in own.changed),
        tuple(numeral for own in paired for numeral in own.missing),
        tuple(numeral for own in paired for numeral in own.added),
    )


def _cut(numerals: list[Numeral], parts: int) -> list[list[Numeral]]:
    """The numbers in so many parts of about one size, in order."""
    edges = [part * len(numerals) // parts for part in range(parts + 1)] if parts else []
    return [numerals[a:b] for a, b in pairwise(edges)]


def _paired(work: _Work, en: TextView, ar: TextView) -> Pairing:
    _match_equal(work)
    _match_ratios(work)
    _match_equivalent(work)
    work.lonely_en = [n for n in work.lonely_en if not _said_otherwise(n, en, ar)]
    work.lonely_ar = [n for n in work.lonely_ar if not _said_otherwise(n, ar, en)]
    missing, added = _match_changed(work)
    if any(e.values[0] == 2 for e in missing) and _DUAL.search(ar.form.text):
        missing = [e for e in missing if e.values[0] != 2]
    return Pairing(tuple(work.agreed), tuple(work.changed), tuple(missing), tuple(added))


def _spans_to_skip(own: TextView, other: TextView) -> list[Span]:
    marks = [] if own.is_arabic else [Span(*match.span()) for match in _THREAD_MARK.finditer(own.text)]
    if not _LIST_MARK.match(other.text) and (mark := _LIST_MARK.match(own.text)):
        marks.append(Span(*mark.span()))
    marks += [m.span for m in own.topics[Topic.MONTH] if m.span.cut(own.text)[-1:].isdigit()]  # كانون 2
    return marks + [clock.span for clock in own.clocks]


def _outside(numerals: Sequence[Numeral], spans: Sequence[Span]) -> list[Numeral]:
    skipped = Covered(spans)
    return [n for n in numerals if skipped.over(*n.span) is None]


def _join_cents(numerals: list[Numeral]) -> list[Numeral]:
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


def _best_first(offers: Iterable[tuple[Any, int, int]]) -> Iterator[tuple[int, int]]:
    """From (cost, row, column), the cheapest cells that share no row and no column."""
    rows: set[int] = set()
    columns: set[int] = set()
    for _, i, j in sorted(offers):
        if i not in rows and j not in columns:
            rows.add(i)
            columns.add(j)
            yield i, j


def _match_equal(work: _Work) -> None:
    """Pair equal values, the best-fitting first; the others stay alone."""
    places: dict[Fraction, list[int]] = defaultdict(list)
    for j, a in enumerate(work.right):
        for value in dict.fromkeys(a.values):
            places[value].append(j)
    offers = []
    for i, e in enumerate(work.left):
        for j in {j for value in e.values for j in places.get(value, ())}:
            a = work.right[j]
            cost = (
                e.values[0] != a.values[0],
                bool(e.unit and a.unit and e.unit != a.unit),
                (e.kind is Kind.ORDINAL) != (a.kind is Kind.ORDINAL),
                work.drift(e, a),
            )
            offers.append((cost, i, j))
    cells = list(_best_first(offers))
    work.agreed += [(work.left[i], work.right[j]) for i, j in cells]
    rows, columns = {i for i, _ in cells}, {j for _, j in cells}
    work.lonely_en = [e for i, e in enumerate(work.left) if i not in rows]
    work.lonely_ar = [a for j, a in enumerate(work.right) if j not in columns]


def _ratios(numerals: Sequence[Numeral], text: str, *, arabic: bool) -> list[tuple[Fraction, Numeral, Numeral]]:
    """One in ten, two out of three, ثلاثة من كل عشرة."""
    found = []
    for x, y in zip(numerals, numerals[1:], strict=False):
        between = text[x.span.end : y.span.start]
        pattern = _RATIO_AR if arabic else _RATIO
        if 0 < x.values[0] < y.values[0] and len(between) < 20 and pattern.fullmatch(between):
            found.append((x.values[0] / y.values[0], x, y))
    return found


def _match_ratios(work: _Work) -> None:
    """Take a ratio and the share it amounts to off the two lists; a ratio and another fraction are a change."""
    sides = (
        (work.left, work.en, False, work.lonely_en, work.lonely_ar),
        (work.right, work.ar, True, work.lonely_ar, work.lonely_en),
    )
    for numerals, text, arabic, own, other in sides:
        for ratio, x, y in _ratios(numerals, text, arabic=arabic):
            if x not in own and y not in own:
                continue
            shares = [n for n in other if n.values[0] < 1 or n.unit == "percent"]
            share = next((n for n in shares if abs(_as_share(n) - ratio) <= Fraction(1, 100)), None)
            if share is None and x in own:
                share = next((n for n in shares if n.kind is Kind.FRACTION), None)
                if share is not None:
                    work.changed.append((share, x) if arabic else (x, share))
            if share is not None:
                other.remove(share)
                own[:] = [n for n in own if n is not x and n is not y]


def _as_share(n: Numeral) -> Fraction:
    return n.values[0] / 100 if n.unit == "percent" else n.values[0]


def _amounts_to(e: Numeral, a: Numeral, ar: str) -> bool:
    v, w = e.values[0], a.values[0]
    units = {e.unit, a.unit}
    if "percent" in units and len(units) > 1 and "basis point" not in units and Kind.FRACTION in (e.kind, a.kind):
        return abs(_as_share(e) - _as_share(a)) <= Fraction(1, 100)
    if (e.unit == "percent") != (a.unit == "percent") and any(
        x < 1 and x == y / 100 for x in a.values for y in e.values
    ):
        return True  # 20 % and خمس
    if any(same_amount(x, e.unit, y, a.unit) for x in e.values for y in a.values):
        return True
    if e.kind is a.kind is Kind.DECADE:
        return v % 100 == w % 100 and (v < 100 or w < 100)
    return w >= 10 and _is_rounding(v, w) and _is_said_to_be_round(ar, a)


def _is_rounding(exact: Fraction, rounded: Fraction) -> bool:
    """Whether `rounded` keeps the leading digits of `exact` (cut off or rounded) and drops the rest."""
    if rounded.denominator != 1 or exact == rounded:
        return False
    zeros = len(str(rounded.numerator)) - len(str(rounded.numerator).rstrip("0"))
    step = Fraction(10**zeros)
    return (
        rounded < 10**zeros * 100 and abs(exact - rounded) < step and abs(exact - rounded) <= rounded * Fraction(1, 10)
    )


def _is_said_to_be_round(text: str, n: Numeral) -> bool:
    return bool(_ROUNDS.search(normal_form(text[max(0, n.span.start - 25) : n.span.start])))


def _match_equivalent(work: _Work) -> None:
    for e in list(work.lonely_en):
        a = next((a for a in work.lonely_ar if _amounts_to(e, a, work.ar)), None)
        if a is not None:
            work.lonely_en.remove(e)
            work.lonely_ar.remove(a)
            work.agreed.append((e, a))


def _said_otherwise(n: Numeral, own: TextView, other: TextView) -> bool:
    """Whether the other side says this number without a number: a unit (سنة for 12 months), a month's name, a clock."""
    value = n.values[0]
    if n.unit and UNITS[n.unit].dimension == "time" and value > 1:
        if any(same_amount(value, n.unit, Fraction(1), unit) for unit in other.units):
            return True
    if value in other.clock_values:
        return True
    if value <= 12 and value in other.months and n.span.start in own.numeric_dates:
        return True
    return value in own.days_of_months and bool(other.topics[Topic.EDGE])


_DUAL = regex.compile(r"(?<!\p{L})\p{L}{3,}(?:ان|ين|تا|تي|ا|ي)\b")


def _match_changed(work: _Work) -> tuple[list[Numeral], list[Numeral]]:
    """Pair what is left over on both sides as changes; return what is missing and what is added.

    A number that only repeats one that agreed is neither, but it may be half of a change: 3 and 3 against 3 and 8.
    """
    said_en = {v for e in work.left if e not in work.lonely_en for v in e.values}
    said_ar = {v for a in work.right if a not in work.lonely_ar for v in a.values}
    repeats_en = [e for e in work.lonely_en if said_ar & set(e.values)]
    repeats_ar = [a for a in work.lonely_ar if said_en & set(a.values)]
    same_count = len(work.left) == len(work.right)
    offers = []
    for i, e in enumerate(work.lonely_en):
        for j, a in enumerate(work.lonely_ar):
            is_repeat = e in repeats_en and a in repeats_ar
            if _may_be_changed(e, a) and (not is_repeat or (same_count and a.in_figures)):
                cost = _unlikeness(e, a) + work.drift(e, a) + 2 * (e in repeats_en) + 2 * (a in repeats_ar)
                offers.append((cost, i, j))
    cells = list(_best_first(offers))
    work.changed += [(work.lonely_en[i], work.lonely_ar[j]) for i, j in cells]
    rows, columns = {i for i, _ in cells}, {j for _, j in cells}
    missing = [e for i, e in enumerate(work.lonely_en) if i not in rows and e not in repeats_en]
    added = [a for j, a in enumerate(work.lonely_ar) if j not in columns and a not in repeats_ar]
    return missing, added


def _may_be_changed(e: Numeral, a: Numeral) -> bool:
    if e.kind is Kind.IMPLIED:
        return False
    if a.kind is Kind.IMPLIED:  # three days, يومين
        return bool(a.unit) and e.unit == a.unit
    if (e.kind is Kind.FRACTION) != (a.kind is Kind.FRACTION) and not (e.in_figures and a.in_figures):
        return "percent" in (e.unit, a.unit)
    if (e.kind is Kind.CODE) != (a.kind is Kind.CODE):
        return e.in_figures and a.in_figures and e.kind is Kind.CODE
    if e.kind is a.kind is Kind.ORDINAL:
        return e.values[0] != 1 and a.values[0] != 1
    return not (is_weak(e) or is_weak(a)) or (e.in_figures or a.in_figures)


def _unlikeness(e: Numeral, a: Numeral) -> float:
    """How little one number looks like the other gone wrong."""
    units = 1.0 if e.unit and a.unit and e.unit != a.unit else 0.0 if e.unit == a.unit else 0.4
    forms = 0.5 * (e.kind is not a.kind) + 0.3 * (e.in_figures != a.in_figures) + 2.5 * (is_weak(e) or is_weak(a))
    same_digits = sorted(str(e.values[0])) == sorted(str(a.values[0]))
    return units + forms - 0.3 * same_digits
