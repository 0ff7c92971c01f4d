"""What a corpus holds, counted in one pass with flat memory."""

from __future__ import annotations

import hashlib
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypedDict

import numpy as np

from align.pairs.export.row import PairRow

BINS = 20  # of 0..1 for scores
_MOST_NAMES = 10_000  # outlets counted by name; beyond it they are one "other"
_CHUNK = 50_000
_PART_BITS = 5


class Distinct:
    """How many different strings were seen, by 64-bit hashes: 8 bytes a string, off by one at 10 million in theory."""

    def __init__(self) -> None:
        # Sorted, parted by the first bits: taking new ones in copies one part at a time, not all of a million.
        self._parts = [np.empty(0, dtype=np.uint64) for _ in range(1 << _PART_BITS)]
        self._fresh = array("Q")
        self._last: str | None = None

    def add(self, text: str | None) -> None:
        """Count `text`; a repetition of the text before costs nothing."""
        if text is None or text == self._last:
            return
        self._last = text
        self._fresh.append(
            int.from_bytes(hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "big")
        )
        if len(self._fresh) >= _CHUNK:
            self._settle()

    def _settle(self) -> None:
        fresh = np.unique(np.frombuffer(self._fresh, dtype=np.uint64))
        numbers = fresh >> np.uint64(64 - _PART_BITS)
        for number in np.unique(numbers):
            part, news = self._parts[number], fresh[numbers == number]
            places = np.searchsorted(part, news)
            is_new = np.append(part, np.uint64(0))[places] != news
            is_new |= places == len(part)
            self._parts[number] = np.insert(part, places[is_new], news[is_new])
        self._fresh = array("Q")

    def __len__(self) -> int:
        self._settle()
        return sum(map(len, self._parts))


@dataclass(slots=True)
class _Side:
    """Sizes of one language's texts."""

    words: int = 0
    characters: int = 0
    longest: int = 0

    def add(self, text: str) -> None:
        self.words += len(text.split())
        self.characters += len(text)
        self.longest = max(self.longest, len(text))


class Sizes(TypedDict):
    """Sizes of one language's texts; `longest` in characters."""

    words: int
    characters: int
    longest: int


class Dates(TypedDict):
    """The first and the last day of the articles, as ISO writes it."""

    first: str | None
    last: str | None


class StatsRow(TypedDict):
    """stats.json: counts by value, the most frequent first; histograms by the lower edge of the bin."""

    pairs: int
    articles: int
    tweets: int
    dates: Dates
    texts: dict[str, Sizes]  # by language
    verdict: dict[str, int]
    rendering: dict[str, int]
    split: dict[str, int]
    outlet: dict[str, int]
    year: dict[str, int]
    finding: dict[str, int]
    probability: dict[str, int]
    cosine: dict[str, int]
    ratio: dict[str, int]


@dataclass(slots=True)
class CorpusStats:
    """Counters over rows; `add` each, then `as_dict`."""

    pairs: int = 0
    articles: Distinct = field(default_factory=Distinct)
    tweets: Distinct = field(default_factory=Distinct)
    sides: dict[str, _Side] = field(default_factory=lambda: {"en": _Side(), "ar": _Side()})
    counts: dict[str, Counter[str]] = field(
        default_factory=lambda: {
            name: Counter() for name in ("verdict", "rendering", "split", "outlet", "year", "finding")
        }
    )
    probability: Counter[int] = field(default_factory=Counter)
    cosine: Counter[int] = field(default_factory=Counter)
    ratio: Counter[int] = field(default_factory=Counter)  # Arabic over English characters, in tenths
    first: str | None = None
    last: str | None = None

    def add(self, row: PairRow) -> None:
        """Count one row."""
        self.pairs += 1
        self.articles.add(row.doc_id)
        self.tweets.add(row.tweet_id)
        self.sides["en"].add(row.en)
        self.sides["ar"].add(row.ar)
        outlets = self.counts["outlet"]
        outlet = row.outlet or "unknown"
        outlets[outlet if outlet in outlets or len(outlets) < _MOST_NAMES else "other"] += 1
        for name, value in (("verdict", row.verdict), ("rendering", row.rendering), ("split", row.split)):
            self.counts[name][value or "none"] += 1
        self.counts["finding"].update(str(finding.get("code")) for finding in row.findings)
        self._add_date(row.published)
        for scores, score in ((self.probability, row.probability), (self.cosine, row.cosine)):
            if score is not None:
                scores[min(max(int(score * BINS), 0), BINS - 1)] += 1
        if row.en:
            self.ratio[min(int(10 * len(row.ar) / len(row.en)), 30)] += 1

    def _add_date(self, published: str | None) -> None:
        day = (published or "")[:10]
        self.counts["year"][day[:4] or "unknown"] += 1
        if day:
            self.first = min(self.first or day, day)
            self.last = max(self.last or day, day)

    def counting(self, rows: Iterable[PairRow]) -> Iterator[PairRow]:
        """The rows, each counted as it passes."""
        for row in rows:
            self.add(row)
            yield row

    def as_dict(self) -> StatsRow:
        """Plain values in a fixed order: the most frequent first, then by name."""
        return {
            "pairs": self.pairs,
            "articles": len(self.articles),
            "tweets": len(self.tweets),
            "dates": {"first": self.first, "last": self.last},
            "texts": {
                side: {"words": s.words, "characters": s.characters, "longest": s.longest}
                for side, s in self.sides.items()
            },
            "verdict": _ranked(self.counts["verdict"]),
            "rendering": _ranked(self.counts["rendering"]),
            "split": _ranked(self.counts["split"]),
            "outlet": _ranked(self.counts["outlet"]),
            "year": _ranked(self.counts["year"]),
            "finding": _ranked(self.counts["finding"]),
            "probability": _histogram(self.probability, BINS, 1 / BINS),
            "cosine": _histogram(self.cosine, BINS, 1 / BINS),
            "ratio": _histogram(self.ratio, 31, 0.1),
        }


def _ranked(counter: Counter[str]) -> dict[str, int]:
    return dict(sorted(counter.items(), key=lambda item: (-item[1], item[0])))


def _histogram(counter: Counter[int], bins: int, width: float) -> dict[str, int]:
    """Counts by the lower edge of the bin; empty when nothing was counted."""
    return {f"{index * width:.2f}": counter[index] for index in range(bins)} if counter else {}
