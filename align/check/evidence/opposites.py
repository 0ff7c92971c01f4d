"""Opposite words: the English holds one pole of a pair of opposites, the Arabic the other one.

Counted by group, so that a word the tables lack costs recall and not a false alarm: a pole must be missing from the
Arabic and the other one must be there without English ground. Keys that end in "?" only excuse.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from align.check.evidence.links import Linked, linked_words
from align.check.evidence.polarity import Idea, find_ideas
from align.records import Span, Subject

_ANY = "*"
_LINKED, _CROSSED = 0.4, 0.6


class Clash(NamedTuple):
    """One pole lost and another gained."""

    group: str
    en_key: str
    ar_key: str
    en: Span
    ar: Span
    is_sure: bool  # the two sides hold nothing else of the group: no room for another reading
    is_linked: bool = False  # word links join the two words


class _Tally(NamedTuple):
    """How often one side holds each key: as such, and with everything that may stand for it."""

    firm: Counter[str]
    all: Counter[str]


def _tally(ideas: Iterable[Idea]) -> _Tally:
    tally = _Tally(Counter(), Counter())
    for mention, is_negated in ideas:
        key = mention.key.removesuffix("?")
        tally.all[key] += 1
        if is_negated:
            tally.all[_ANY] += 1  # "not worse" may be better
        elif key == mention.key:
            tally.firm[key] += 1
    return tally


def find_clashes(subject: Subject, table: str, groups: frozenset[str] | None = None) -> list[Clash]:
    """The groups of `table` whose poles changed sides, at most one clash a group."""
    by_group: dict[str, tuple[list[Idea], list[Idea]]] = defaultdict(lambda: ([], []))
    for side, ideas in enumerate(find_ideas(subject, table)):
        for idea in ideas:
            if groups is None or idea.mention.group in groups:
                by_group[idea.mention.group][side].append(idea)
    links = linked_words(subject)
    clashes = []
    for group, (en, ar) in by_group.items():
        clash = (
            (_linked_clash(group, en, ar, links) or _crossed(group, en, ar) or _clash(group, en, ar))
            if en and ar
            else None
        )
        if clash is not None:
            clashes.append(clash)
    return clashes


def _linked_clash(group: str, en: list[Idea], ar: list[Idea], links: Linked) -> Clash | None:
    """A word linked to a word of the other pole."""
    least = _CROSSED if _tally(en).all == _tally(ar).all else _LINKED
    at = {place: idea for idea in ar for place in range(idea.mention.first, idea.mention.last + 1)}
    for idea in en:
        mention = idea.mention
        found = [
            (at[place], score)
            for word in range(mention.first, mention.last + 1)
            for place, score in links.en.get(word, [])
            if place in at
        ]
        if not found or mention.key.endswith("?") or any(other.mention.key == mention.key for other, _ in found):
            continue
        other, score = max(found, key=lambda pair: pair[1])
        is_firm = not other.mention.key.endswith("?") and score >= least
        if is_firm and not idea.is_negated and not other.is_negated:
            return Clash(
                group, mention.key, other.mention.key, mention.span, other.mention.span, is_sure=True, is_linked=True
            )
    return None


def _crossed(group: str, en: list[Idea], ar: list[Idea]) -> Clash | None:
    """Poles that changed places around a "not": bought, not sold (باعت ولم تشتر); did not fall (لم يرتفع)."""
    for is_contrast in (True, False):
        sides = []
        for ideas in (en, ar):
            denied, stated = ([i for i in ideas if i.is_negated is wanted] for wanted in (True, False))
            own = stated if is_contrast else denied
            if len(own) != 1 or len(denied) != 1 or any(i.mention.key.endswith("?") for i in ideas):
                break
            if is_contrast is (own[0].mention.key == denied[0].mention.key) or (not is_contrast and stated):
                break
            sides.append(own[0].mention)
        if len(sides) == 2 and sides[0].key != sides[1].key:
            return Clash(group, sides[0].key, sides[1].key, sides[0].span, sides[1].span, is_sure=True)
    return None


def _clash(group: str, en: list[Idea], ar: list[Idea]) -> Clash | None:
    english, arabic = _tally(en), _tally(ar)
    lost = [k for k in english.firm if english.all[k] > arabic.all[k] + arabic.all[_ANY]]
    gained = [k for k in arabic.firm if arabic.all[k] > english.all[k] + english.all[_ANY]]
    for en_key in lost:
        for ar_key in gained:
            if en_key != ar_key:
                en_span = next(i.mention.span for i in en if i.mention.key == en_key)
                ar_span = next(i.mention.span for i in ar if i.mention.key == ar_key)
                is_sure = english.firm[en_key] > arabic.all[en_key]
                return Clash(group, en_key, ar_key, en_span, ar_span, is_sure)
    return None
