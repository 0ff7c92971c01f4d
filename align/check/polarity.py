"""Ideas that the word tables find on both sides, each with whether it is negated there."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from align.check.lexicon import Mention, load_tables
from align.check.reading import read_words
from align.records import Subject

_WINDOW_EN = 4  # words between "not" and what it negates: "does not yet really want"
_WINDOW_AR = 2  # Arabic negators stand before their word; one word may come between ("لم يكن قد")


class Idea(NamedTuple):
    """A mention and whether a negator governs it."""

    mention: Mention
    is_negated: bool


class Sides(NamedTuple):
    """What one table finds on the two sides of a pair."""

    en: tuple[Idea, ...]
    ar: tuple[Idea, ...]


def negators(text: str, *, is_arabic: bool) -> list[Mention]:
    """The negators of one side: key "hard" for real ones, "soft" for words that can stand for one."""
    tokens = read_words(text, is_arabic=is_arabic)
    found: list[Mention] = []
    for mention in load_tables("negators.tsv")[is_arabic].find(tokens):  # of one phrase the hardest key comes first
        if not found or found[-1].first != mention.first:
            found.append(mention)
    if is_arabic:
        return found
    taken = {m.first for m in found if m.key == "hard"}
    contracted = [
        Mention("negator", "hard", i, i, token.span)
        for i, token in enumerate(tokens)
        if token.norm.endswith("n't") and i not in taken
    ]
    return sorted([*(m for m in found if m.first not in {c.first for c in contracted}), *contracted], key=lambda m: m.first)


def _ideas(text: str, table: str, *, is_arabic: bool) -> tuple[Idea, ...]:
    tokens = read_words(text, is_arabic=is_arabic)
    hard = [m for m in negators(text, is_arabic=is_arabic) if m.key == "hard"]
    window = _WINDOW_AR if is_arabic else _WINDOW_EN
    ideas = []
    for mention in load_tables(table)[is_arabic].find(tokens):
        governs = any(
            0 < mention.first - n.last <= window and tokens[n.last].clause == tokens[mention.first].clause for n in hard
        )
        ideas.append(Idea(mention, governs))
    return tuple(ideas)


@lru_cache(maxsize=64)
def _sides(en: str, ar: str, table: str) -> Sides:
    return Sides(_ideas(en, table, is_arabic=False), _ideas(ar, table, is_arabic=True))


def find_ideas(subject: Subject, table: str) -> Sides:
    """What `table` finds in the pair."""
    return _sides(subject.en, subject.ar, table)
