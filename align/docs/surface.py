"""What can be seen of sentences without an encoder: letters, and where two sides share a number or a name."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import regex

from align.match.anchors import names_of, numbers_of
from align.protocols import Floats, Ints
from align.text.transliteration import arabic_skeleton, latin_skeleton
from align.text.words import words

_LEAST_SKELETON = 3  # consonants of a name; of two, any short word has them
_CLITICS = regex.compile(r"^[وف]?[بلك]?(?:ال)?(?=\p{L}{3})")
_LETTER = regex.compile(r"\p{L}")


@dataclass(frozen=True, slots=True)
class Surface:
    """What is seen of the sentences of one side, in order."""

    letters: Floats  # (n,), at least 1
    numbers: tuple[tuple[Hashable, ...], ...]  # of each sentence, each with the values that it may have
    names: tuple[tuple[str, ...], ...]  # consonants of the words that may be names

    @property
    def number_counts(self) -> Floats:
        """How many numbers each sentence holds, (n,)."""
        return np.array([len(found) for found in self.numbers], float)


@dataclass(frozen=True, slots=True)
class Shared:
    """Cells of the table in which a sentence of each side hold the same thing: rising in the row, with how many."""

    rows: Ints
    columns: Ints
    counts: Floats

    def within(self, top: int, bottom: int, left: int, right: int) -> Floats:
        """The counts of rows `top` to `bottom` and columns `left` to `right` as a table."""
        table = np.zeros((max(0, bottom - top), max(0, right - left)))
        first, last = np.searchsorted(self.rows, [top, bottom])
        rows, columns, counts = (part[first:last] for part in (self.rows, self.columns, self.counts))
        kept = (columns >= left) & (columns < right)
        table[rows[kept] - top, columns[kept] - left] = counts[kept]
        return table


def surface_of(sentences: Sequence[str], lang: str) -> Surface:
    """What is seen of the sentences of a side, `en` or `ar`."""
    letters = np.array([max(1, len(_LETTER.findall(text))) for text in sentences], float)
    is_arabic = lang == "ar"
    numbers = tuple(tuple(values for _, values in numbers_of(text, arabic=is_arabic)) for text in sentences)
    names = tuple(map(_arabic_names if is_arabic else _english_names, sentences))
    return Surface(letters, numbers, names)


def _english_names(text: str) -> tuple[str, ...]:
    return _long(latin_skeleton(name) for name in names_of(text))


def _arabic_names(text: str) -> tuple[str, ...]:
    """The consonants of every word: Arabic does not mark its names."""
    found = (span.cut(text) for span in words(text))
    return _long(skeleton for word in found for skeleton in _skeletons(word))


def _skeletons(word: str) -> tuple[str, ...]:
    if word.isascii():
        return (latin_skeleton(word),)
    return tuple({arabic_skeleton(word), arabic_skeleton(_CLITICS.sub("", word, count=1))})


def _long(skeletons: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(s for s in skeletons if len(s) >= _LEAST_SKELETON))


def shared_numbers(english: Surface, arabic: Surface, low: Ints, high: Ints) -> Shared:
    """How many numbers of each English sentence stand in each Arabic one from `low` to `high` of its row."""
    keys = tuple(tuple(value for values in row for value in _values(values)) for row in arabic.numbers)
    wanted = tuple(tuple(_values(values) for values in row) for row in english.numbers)
    return _shared(wanted, keys, low, high)


def _values(values: Hashable) -> tuple[Hashable, ...]:
    return tuple(values) if isinstance(values, frozenset) else (values,)


def shared_names(english: Surface, arabic: Surface, low: Ints, high: Ints) -> Shared:
    """The same of names: how many of an English sentence have a word of the same consonants."""
    return _shared(tuple(tuple((name,) for name in row) for row in english.names), arabic.names, low, high)


def _shared(
    wanted: Sequence[Sequence[tuple[Hashable, ...]]], held: Sequence[Sequence[Hashable]], low: Ints, high: Ints
) -> Shared:
    """`wanted`: things of each row, each with the keys that it may go by; `held`: the keys of each column."""
    places: defaultdict[Hashable, list[int]] = defaultdict(list)
    for column, keys in enumerate(held):
        for key in dict.fromkeys(keys):
            places[key].append(column)
    found: list[tuple[int, int, float]] = []
    for row, things in enumerate(wanted):
        counts: defaultdict[int, float] = defaultdict(float)
        for keys in things:
            near = {column for key in keys for column in _between(places.get(key, []), int(low[row]), int(high[row]))}
            for column in near:
                counts[column] += 1.0
        found += [(row, column, count) for column, count in sorted(counts.items())]
    table = np.array(found, float).reshape(-1, 3)
    return Shared(table[:, 0].astype(np.int64), table[:, 1].astype(np.int64), table[:, 2])


def _between(places: Sequence[int], low: int, high: int) -> Sequence[int]:
    return places[bisect_left(places, low) : bisect_left(places, high)]
