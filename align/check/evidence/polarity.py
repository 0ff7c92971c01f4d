"""Ideas that the word tables find on both sides, each with whether it is negated there."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from align.check.evidence.lexicon import Mention
from align.check.evidence.tokens import Token

_WINDOW_EN = 4  # words between "not" and what it negates: "does not yet really want"
_WINDOW_AR = 6  # words between the negator of a verb and its "before" or "after"
_REACH = 24  # words before a mention in which what negates it begins: the longest phrase of the table and a window
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


def find_negators(mentions: Sequence[Mention], tokens: Sequence[Token], *, is_arabic: bool) -> tuple[Mention, ...]:
    """The negators of one side, from what the table of negators finds there.

    Key "hard" for real ones, "soft" and "weak" for words that can stand for one, "only" for a negation taken back by an
    exception (لا ... إلا).
    """
    found: list[Mention] = []
    for mention in mentions:  # of one phrase the hardest key comes first
        if not found or found[-1].first != mention.first:
            found.append(mention)
    if is_arabic:
        return tuple(found)
    found = [m for m in found if not _is_number_sign(m, tokens)]
    taken = {m.first for m in found if m.key == "hard"}
    contracted = [
        Mention("negator", "hard", i, i, token.span)
        for i, token in enumerate(tokens)
        if token.norm.endswith("n't") and i not in taken
    ]
    taken = {m.first for m in contracted}
    return tuple(sorted([*(m for m in found if m.first not in taken), *contracted], key=lambda m: m.first))


def _is_number_sign(mention: Mention, tokens: Sequence[Token]) -> bool:
    """Whether "no" stands for number: No. 23."""
    at = mention.last + 1
    is_no = mention.first == mention.last and tokens[mention.first].norm in ("no", "nos")
    return is_no and at < len(tokens) and tokens[at].norm[0].isdigit()


def _governs(negator: Mention, mention: Mention, tokens: Sequence[Token], *, is_arabic: bool) -> bool:
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


def find_ideas(
    mentions: Sequence[Mention], negators: Sequence[Mention], tokens: Sequence[Token], *, is_arabic: bool
) -> tuple[Idea, ...]:
    """The mentions of one side, each with whether one of its negators governs it."""
    own = sorted((m for m in negators if m.key in ("hard", "only")), key=lambda m: m.first)
    firsts = [m.first for m in own]
    ideas = []
    for mention in mentions:
        near = own[bisect_left(firsts, mention.first - _REACH) : bisect_right(firsts, mention.last + 1)]
        # Of an exception ("لن نرفع ... إلا") what stands inside it is negated.
        is_negated = any(
            negator.first < mention.first <= negator.last
            if negator.key == "only"
            else _governs(negator, mention, tokens, is_arabic=is_arabic)
            for negator in near
        )
        ideas.append(Idea(mention, is_negated))
    return tuple(ideas)
