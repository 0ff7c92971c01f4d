"""Words of direction: up and down, before and after, buy and sell, open and close."""

from __future__ import annotations

from collections.abc import Sequence

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
    for one, two in view.numbers.agreed:
        en = _direction_of(view.en.tokens, ideas.en, one.span)
        ar = _direction_of(view.ar.tokens, ideas.ar, two.span)
        if en and ar and en.key != ar.key:
            return [Clash("level", en.key, ar.key, en.span, ar.span, is_sure=True)]
    return []


def _direction_of(tokens: Sequence[Token], ideas: Sequence[Idea], span: Span) -> Mention | None:
    """The word of direction in a number's clause and near it; None where two contend, or it may mean another thing."""
    at = next((n for n, token in enumerate(tokens) if token.span.start <= span.start < token.span.end), None)
    if at is None:
        return None
    own = [i for i in ideas if i.mention.group == "level" and tokens[i.mention.first].clause == tokens[at].clause]
    is_plain = len({i.mention.key for i in own}) == 1 and not any(i.is_negated for i in own)
    if not is_plain or own[0].mention.key.endswith("?"):
        return None
    nearest = min((i.mention for i in own), key=lambda m: abs(m.first - at))
    return nearest if abs(nearest.first - at) <= _MOST_WORDS else None


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
