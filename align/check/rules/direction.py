"""Words of direction: up and down, before and after, buy and sell, open and close."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence

import regex

from align.check.codes import CodeInfo
from align.check.evidence.lexicon import Mention
from align.check.evidence.opposites import Clash
from align.check.evidence.polarity import Idea
from align.check.evidence.tokens import Token
from align.check.view import View
from align.check.wording import opposite
from align.records import Finding, Severity, Span

_DIRECTIONS = frozenset(
    "level order quality trade contest phase gate delay arrive side compass compass2 tradeway near punct tall rank "
    "march money place temp".split()
)


CODES: tuple[CodeInfo, ...] = (
    CodeInfo(
        "direction.opposite",
        Severity.ERROR,
        "A direction turned round: up and down, before and after, buy and sell, open and close.",
        "اتجاه معكوس: ارتفاع وانخفاض، قبل وبعد، بيع وشراء، فتح وإغلاق.",
        "Prices fell after the vote.",
        "ارتفعت الأسعار بعد التصويت.",
    ),
)


_MOST_WORDS = 8  # of a clause between a word of direction and its number


def _at_numbers(view: View) -> list[Clash]:
    """An opposite direction of one and the same number: "fell 3% to 71.40", ارتفع ... 3% إلى 71.40."""
    ideas = view.ideas("opposites.tsv")
    english, arabic = _levels(view.en.tokens, ideas.en), _levels(view.ar.tokens, ideas.ar)
    if not english or not arabic:
        return []
    for one, two in view.numbers.agreed:
        en = _direction_of(view.en.tokens, english, one.span)
        ar = _direction_of(view.ar.tokens, arabic, two.span)
        if en and ar and en.key != ar.key:
            return [Clash("level", en.key, ar.key, en.span, ar.span, is_sure=True)]
    return []


def _levels(tokens: Sequence[Token], ideas: Sequence[Idea]) -> Mapping[int, Sequence[Mention]]:
    """The words of direction by clause, in order; none of a clause where two contend, or one may mean another thing."""
    by_clause: dict[int, list[Idea]] = defaultdict(list)
    for idea in ideas:
        if idea.mention.group == "level":
            by_clause[tokens[idea.mention.first].clause].append(idea)
    return {
        clause: sorted((i.mention for i in own), key=_first)
        for clause, own in by_clause.items()
        if len({i.mention.key for i in own}) == 1
        and not own[0].mention.key.endswith("?")
        and not any(i.is_negated for i in own)
    }


def _first(mention: Mention) -> int:
    return mention.first


def _direction_of(tokens: Sequence[Token], levels: Mapping[int, Sequence[Mention]], span: Span) -> Mention | None:
    """The word of direction in a number's clause and near it."""
    at = bisect_right(tokens, span.start, key=lambda token: token.span.start) - 1
    if at < 0 or span.start >= tokens[at].span.end:
        return None
    own = levels.get(tokens[at].clause, ())
    next_one = bisect_left(own, at, key=_first)
    nearest = min(own[max(0, next_one - 1) : next_one + 1], key=lambda m: abs(m.first - at), default=None)
    return nearest if nearest and abs(nearest.first - at) <= _MOST_WORDS else None


_CONVERSE = frozenset({"trade", "money"})  # A sells to B is B buys from A
_PARTY = regex.compile(r"\b(?:to|from|by)\b", regex.IGNORECASE)


def _may_be_turned(view: View, clash: Clash) -> bool:
    """Whether a good rendering may say it from the other end: B bought it from A; B happened before A."""
    if clash.group in _CONVERSE:
        return bool(_PARTY.search(view.subject.en, clash.en.end))
    follower = next((t.norm for t in view.ar.tokens if t.span.start >= clash.ar.end), "")
    is_clause = follower == "ان" or clash.ar.cut(view.subject.ar).endswith("أن")
    return clash.group == "order" and not clash.is_linked and is_clause


def check_direction(view: View) -> list[Finding]:
    """Opposite directions."""
    clashes = view.clashes("opposites.tsv", _DIRECTIONS)
    clashes = [c._replace(is_sure=c.is_sure and not _may_be_turned(view, c)) for c in clashes]
    if not any(clash.group == "level" for clash in clashes):
        clashes += _at_numbers(view)
    return [opposite("direction.opposite", clash, view.subject) for clash in clashes]
