"""Ideas that the word tables find on both sides, each with whether it is negated there."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from align.check.evidence.lexicon import Mention, find_mentions
from align.check.evidence.tokens import Token, read_words
from align.records import Subject

_WINDOW_EN = 4  # words between "not" and what it negates: "does not yet really want"
_WINDOW_AR = 6  # words between the negator of a verb and its "before" or "after"
_AFTER_VERB = frozenset({"none", "nothing", "nobody", "no", "neither"})  # "sold none of them" denies the selling
# Arabic negators stand before their word; between them only an auxiliary or a subject like these may come.
_AUXILIARIES = frozenset(
    "يكن تكن نكن اكن يكونوا يعد تعد نعد يتم تتم احد احدا اي قد يزال تزال يكون تكون يوجد توجد".split()
)


class Idea(NamedTuple):
    """A mention and whether a negator governs it."""

    mention: Mention
    is_negated: bool


class Sides(NamedTuple):
    """What one table finds on the two sides of a pair."""

    en: tuple[Idea, ...]
    ar: tuple[Idea, ...]


@lru_cache(maxsize=256)
def negators(text: str, *, is_arabic: bool) -> tuple[Mention, ...]:
    """The negators of one side: key "hard" for real ones, "soft" and "weak" for words that can
    stand for one, "only" for a negation taken back by an exception (لا ... إلا).
    """
    tokens = read_words(text, is_arabic=is_arabic)
    found: list[Mention] = []
    for mention in find_mentions(
        "negators.tsv", text, is_arabic=is_arabic
    ):  # of one phrase the hardest key comes first
        if not found or found[-1].first != mention.first:
            found.append(mention)
    if is_arabic:
        return tuple(found)
    taken = {m.first for m in found if m.key == "hard"}
    contracted = [
        Mention("negator", "hard", i, i, token.span)
        for i, token in enumerate(tokens)
        if token.norm.endswith("n't") and i not in taken
    ]
    taken = {m.first for m in contracted}
    return tuple(sorted([*(m for m in found if m.first not in taken), *contracted], key=lambda m: m.first))


def _governs(negator: Mention, mention: Mention, tokens: tuple[Token, ...], *, is_arabic: bool) -> bool:
    if not is_arabic and tokens[negator.first].norm in _AFTER_VERB and negator.first == mention.last + 1:
        return tokens[negator.first].clause == tokens[mention.last].clause
    if not is_arabic and negator.first < mention.first <= negator.last:  # "not stop without": a negator around it
        return mention.first - negator.first <= _WINDOW_EN
    between = range(negator.last + 1, mention.first)
    if mention.first <= negator.last or tokens[negator.last].clause != tokens[mention.first].clause:
        return False
    if is_arabic and mention.group == "order" and tokens[negator.last].norm.endswith("لن"):
        # "will not lift the rule before May": its verb is denied
        return len(between) < _WINDOW_AR
    if is_arabic:
        return len(between) <= 1 and all(tokens[at].norm in _AUXILIARIES for at in between)
    return len(between) < _WINDOW_EN


def _ideas(text: str, table: str, *, is_arabic: bool) -> tuple[Idea, ...]:
    tokens = read_words(text, is_arabic=is_arabic)
    own = [m for m in negators(text, is_arabic=is_arabic) if m.key == "hard"]
    exceptions = [
        m for m in negators(text, is_arabic=is_arabic) if m.key == "only"
    ]  # "لن نرفع ... إلا": negated inside
    ideas = []
    for mention in find_mentions(table, text, is_arabic=is_arabic):
        is_inside = any(m.first < mention.first <= m.last for m in exceptions)
        is_governed = any(_governs(negator, mention, tokens, is_arabic=is_arabic) for negator in own)
        ideas.append(Idea(mention, is_inside or is_governed))
    return tuple(ideas)


@lru_cache(maxsize=64)
def _sides(en: str, ar: str, table: str) -> Sides:
    return Sides(_ideas(en, table, is_arabic=False), _ideas(ar, table, is_arabic=True))


def find_ideas(subject: Subject, table: str) -> Sides:
    """What `table` finds in the pair."""
    return _sides(subject.en, subject.ar, table)
