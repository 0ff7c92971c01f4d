"""Changes of a sentence's meaning made by rule, in English and Arabic, as hard negatives.

Words are replaced by others of their class, digits by other digits, two names are exchanged, a clause is cut. What
stands before a replaced word stays, so an Arabic word with a clitic is left alone unless the list has it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import regex

from align.files import data_path
from align.records import Span
from align.text.words import words
from align.train.edits import Change, Edit, apply

_DIGITS = regex.compile(r"(?<![\p{L}\p{Nd}@#_])\p{Nd}+(?:[.,٫٬]\p{Nd}+)*(?![\p{L}\p{Nd}_])")
_CLAUSE_END = regex.compile(r"[,،;؛.!?؟:\n]|\s[–—-]\s")
_SHORTEST_CLAUSE, _LONGEST_SHARE = 3, 0.6  # words; of the text's words
_JOINING = frozenset({"and", "or", "و", "أو"})
_LEAST_CONTENT = 4  # letters: a shorter word may be one of grammar, and its loss no loss


@dataclass(frozen=True, slots=True)
class _Swap:
    kind: str
    words: tuple[str, ...]
    only_first: bool


@dataclass(frozen=True, slots=True)
class _Found:
    """A place that could be changed, and what could stand there instead."""

    kind: str
    span: Span
    others: tuple[str, ...]


@cache
def _swaps(language: str) -> tuple[_Swap, ...]:
    lines = data_path("train", "changes.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return tuple(
        _Swap(kind, tuple(many.split("|")), which == "first") for kind, of, which, many in rows if of == language
    )


@cache
def _known(language: str) -> tuple[regex.Pattern[str], dict[str, list[tuple[str, tuple[str, ...]]]]]:
    """A pattern of all replaceable words, longest first, and for each its kinds with what may replace it."""
    table: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for swap in _swaps(language):
        for word in swap.words[:1] if swap.only_first else swap.words:
            table.setdefault(word, []).append((swap.kind, tuple(o for o in swap.words if o != word)))
    longest_first = sorted(table, key=len, reverse=True)
    edge = r"(?<![\p{L}\p{N}_'’@#])", r"(?![\p{L}\p{M}\p{N}_]|['’]\p{L})"
    pattern = regex.compile(f"{edge[0]}(?:{'|'.join(map(regex.escape, longest_first))}){edge[1]}", regex.I)
    return pattern, table


def _replaceable(text: str, language: str) -> Iterator[_Found]:
    pattern, table = _known(language)
    for match in pattern.finditer(text, overlapped=True):
        found = match.group()
        written = next((form for form in (found, found.lower(), found.capitalize()) if form in table), None)
        for kind, others in table.get(written or "", ()):
            if found[:1].isupper() and written == found.lower():
                others = tuple(other[:1].upper() + other[1:] for other in others)
            yield _Found(kind, Span(*match.span()), others)


def _numbers(text: str, rng: np.random.Generator) -> Iterator[_Found]:
    for match in _DIGITS.finditer(text):
        yield _Found("number", Span(*match.span()), (_other_number(match.group(), rng),))


def _other_number(written: str, rng: np.random.Generator) -> str:
    """A number of the same length and shape with one digit (in a year one of the last two) changed."""
    places = [k for k, char in enumerate(written) if char.isdecimal()]
    place = int(rng.choice(places[2:] if len(written) == 4 == len(places) else places))
    zero = ord(written[place]) - int(written[place])
    least = 1 if place == 0 else 0
    value = int(rng.choice([n for n in range(least, 10) if n != int(written[place])]))
    return written[:place] + chr(zero + value) + written[place + 1 :]


def _stand_apart(between: str, names: Sequence[str]) -> bool:
    """Whether more than joining words and other names stand between two names: in a list order means nothing."""
    return any(
        word.casefold() not in _JOINING and word not in names for word in (w.cut(between) for w in words(between))
    )


def _exchange(text: str, found: Sequence[_Found], rng: np.random.Generator) -> Change | None:
    """Two names of one class change places."""
    names = [f for f in found if f.kind == "name"]
    pairs = [
        (a, b)
        for k, a in enumerate(names)
        for b in names[k + 1 :]
        if b.span.cut(text) in a.others and _stand_apart(text[a.span.end : b.span.start], a.others)
    ]
    if not pairs:
        return None
    a, b = pairs[int(rng.integers(len(pairs)))]
    return apply(text, "roles", [Edit(a.span, b.span.cut(text)), Edit(b.span, a.span.cut(text))])


def _cut(text: str, rng: np.random.Generator) -> Change | None:
    """A clause between two marks goes, with the mark before it (with the one behind it, where it comes first)."""
    marks = [match.span() for match in _CLAUSE_END.finditer(text)]
    bounds = [(0, 0), *(m for m in marks if m[0] > 0), (len(text), len(text))]
    total = len(words(text))
    places = []
    for (before, begin), (end, behind) in zip(bounds, bounds[1:], strict=False):
        size = len(words(text[begin:end]))
        if _SHORTEST_CLAUSE <= size <= _LONGEST_SHARE * total:
            places.append(Span(before, end) if before else Span(begin, behind))
    if not places:
        return None
    return apply(text, "omission", [Edit(places[int(rng.integers(len(places)))], "")])


def _drop(text: str, rng: np.random.Generator) -> Change | None:
    """One to three words in the middle go: what a small omission is. Not the first, nor the last."""
    spans = words(text)
    size = int(rng.integers(1, 4))
    if len(spans) < size + 6:
        return None
    first = int(rng.integers(1, len(spans) - size))
    span = Span(spans[first].start, spans[first + size].start)
    lost = text[span.start : spans[first + size - 1].end]
    if not lost.replace(" ", "").isalpha() or max(map(len, lost.split())) < _LEAST_CONTENT:
        return None
    return apply(text, "omission", [Edit(span, "")])


def made_changes(text: str, language: str, rng: np.random.Generator) -> list[Change]:
    """At most one change of each kind that can be made of `text` (`en` or `ar`), in random order."""
    found = [*_replaceable(text, language), *_numbers(text, rng)]
    changes: list[Change] = []
    for kind in dict.fromkeys(f.kind for f in found):
        of_kind = [f for f in found if f.kind == kind]
        chosen = of_kind[int(rng.integers(len(of_kind)))]
        other = chosen.others[int(rng.integers(len(chosen.others)))]
        changes.append(apply(text, kind, [Edit(chosen.span, other)]))
    more: tuple[Callable[[], Change | None], ...] = (
        lambda: _exchange(text, found, rng),
        lambda: _cut(text, rng),
        lambda: _drop(text, rng),
    )
    changes += [change for make in more if (change := make())]
    return [changes[k] for k in rng.permutation(len(changes))]
