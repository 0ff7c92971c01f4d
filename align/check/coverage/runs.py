"""The stretch of one side that is most likely without a counterpart, and the features that say how sure that is."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from align.check.coverage.words import SURE, Side
from align.protocols import Floats
from align.records import Span

# What is added to every word's log-odds before the heaviest run of words is sought; 1 found the edges best.
_LEAN = 1.0
_WALL = SURE - 100.0  # log-odds that no run goes across
_PIECE_GAP = "…"
_LEANS = (0.0, 1.0, 2.0, 3.0)
_MARKS = frozenset(',،;؛:–—-.!?؟()"“”«»')
_CLAUSE_WORDS = frozenset(
    (
        "in on at after before since until because which who that with during when where while and but for by from to "
        "as if though although despite without through against about over under في من إلى على عن بعد قبل منذ حتى لأن "
        "الذي التي الذين مع خلال عند حيث بسبب لكن بينما عندما مما بأن إذ رغم دون أثناء ضد حول وفق بهدف عبر"
    ).split()
)
RUN_FEATURES = (
    "run_0 run_1 run_2 run_3 content log_content words mean most least other_0 other_1 other_2 other_3 other_content "
    "expected other_expected share other_mean starts_clause ends_clause is_clause starts_phrase is_phrase log_ratio "
    "log_ratio_without is_last is_first best_all linked_all outside digits capitals log_words best_inside "
    "linked_inside best_most linked_content"
).split()


class WordRun(NamedTuple):
    """A run of words [first, last) of a side."""

    first: int
    last: int

    def span(self, side: Side) -> Span:
        """Its place in the side's text."""
        return Span(side.words[self.first].start, side.words[self.last - 1].end)


def heaviest_run(log_odds: Floats, lean: float) -> tuple[float, WordRun]:
    """The run of words with the greatest sum of log-odds plus `lean`, and that sum (Kadane's algorithm)."""
    best, run, total, first = -np.inf, WordRun(0, 1), 0.0, 0
    for place, value in enumerate(log_odds.tolist()):
        if total <= 0:
            total, first = 0.0, place
        total += value + lean
        if total > best:
            best, run = total, WordRun(first, place + 1)
    return float(best), run


def find_run(side: Side, taken: list[WordRun]) -> WordRun:
    """The heaviest run outside those already taken; none goes across a gap between the pieces of a rendering."""
    log_odds = side.log_odds.copy()
    for run in taken:
        log_odds[run.first : run.last] = _WALL
    best, found = -np.inf, WordRun(0, 1)
    for first, last in _pieces(side):
        total, run = heaviest_run(log_odds[first:last], _LEAN)
        if total > best:
            best, found = total, WordRun(first + run.first, first + run.last)
    return found


def _pieces(side: Side) -> list[tuple[int, int]]:
    """The words of each piece, as [first, last)."""
    words = side.words
    gaps = [n for n in range(1, len(words)) if _PIECE_GAP in side.text[words[n - 1].end : words[n].start]]
    return list(zip([0, *gaps], [*gaps, len(words)], strict=True))


def run_row(side: Side, other: Side, run: WordRun) -> Floats:
    """The features of a stretch, (len(RUN_FEATURES),)."""
    count, length = len(side.words), run.last - run.first
    inside = side.log_odds[run.first : run.last]
    outside = np.delete(side.log_odds, np.s_[run.first : run.last])
    content = float((1 - side.is_function)[run.first : run.last].sum())
    edges, best = _edges(side, run), side.likeness[run.first : run.last]
    total, other_run = heaviest_run(other.log_odds, _LEAN)
    other_content = float((1 - other.is_function)[other_run.first : other_run.last].sum()) if total > 0 else 0.0
    return np.array(
        [
            *(_log(float((inside + lean).sum())) for lean in _LEANS),
            min(content, 8.0),
            np.log1p(content),
            min(length, 12),
            inside.mean(),
            inside.max(),
            inside.min(),
            *(_log(heaviest_run(other.log_odds, lean)[0]) for lean in _LEANS),
            np.log1p(other_content),
            np.log1p((1 / (1 + np.exp(-side.log_odds))).sum()),
            np.log1p((1 / (1 + np.exp(-other.log_odds))).sum()),
            length / count,
            other.log_odds.mean(),
            *edges,
            np.log((len(other.words) + 1) / (count + 1)),
            np.log((len(other.words) + 1) / (count - length + 1)),
            float(run.last == count),
            float(run.first == 0),
            side.best,
            side.linked,
            outside.mean() if len(outside) else 0.0,
            side.is_digits[run.first : run.last].mean(),
            side.is_capital[run.first : run.last].mean(),
            np.log(count),
            best.mean(),
            side.link[run.first : run.last].mean(),
            best.max(),
            float((side.link * (1 - side.is_function))[run.first : run.last].sum()),
        ]
    )


def _log(value: float) -> float:
    return float(np.log1p(max(0.0, value)))


def _edges(side: Side, run: WordRun) -> tuple[float, float, float, float, float]:
    """Whether the stretch starts and ends where a clause does (a mark), is one, starts or is a phrase (a particle)."""
    text, words = side.text, side.words
    before = text[words[run.first - 1].end if run.first else 0 : words[run.first].start]
    after = text[words[run.last - 1].end : words[run.last].start if run.last < len(words) else len(text)]
    starts = float(run.first == 0 or not _MARKS.isdisjoint(before))
    ends = float(run.last == len(words) or not _MARKS.isdisjoint(after))
    word = words[run.first].cut(text).lower()
    phrase = float(word in _CLAUSE_WORDS or (not side.is_english and word.startswith(tuple("وفبل"))))
    return starts, ends, starts * ends, phrase, phrase * ends
