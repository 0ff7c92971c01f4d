"""Direction and quantity words: up and down, before and after, buy and sell, at least and at most, all and some."""

from __future__ import annotations

from collections.abc import Sequence

from align.check.codes import CodeInfo
from align.check.evidence.equal import pair_numerals
from align.check.evidence.lexicon import Mention
from align.check.evidence.opposites import Clash, find_clashes
from align.check.evidence.polarity import Idea, find_ideas
from align.check.evidence.tokens import read_words
from align.records import Finding, Severity, Span, Subject

_DIRECTIONS = frozenset(
    "level order quality trade contest phase gate delay arrive side compass compass2 tradeway near punct tall rank "
    "march money place temp".split()
)
_BOUNDS = frozenset("bound amount margin".split())


def _finding(subject: Subject, clash: Clash, code: str, *, is_sure: bool) -> Finding:
    en, ar = clash.en.cut(subject.en), clash.ar.cut(subject.ar)
    return Finding(
        code,
        Severity.ERROR if is_sure and not subject.is_excerpt else Severity.WARNING,
        f"{en} is rendered by its opposite: {ar}",
        f"«{ar}» عكس ما في الأصل: {en}",
        clash.en,
        clash.ar,
        {"group": clash.group, "en": clash.en_key, "ar": clash.ar_key},
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
    CodeInfo(
        "quantity.bound",
        Severity.ERROR,
        "A bound turned round: at least for at most, more than for less than.",
        "حد معكوس: على الأقل بدل على الأكثر، وأكثر من بدل أقل من.",
        "At least 12 trucks crossed.",
        "عبرت 12 شاحنة على الأكثر.",
    ),
    CodeInfo(
        "quantity.scope",
        Severity.ERROR,
        "Another share or scope: all for most, some for all, about for more than, a third for two thirds.",
        "نطاق آخر: الكل بدل المعظم، والبعض بدل الكل، والثلث بدل الثلثين.",
        "Most of the schools are open.",
        "جميع المدارس مفتوحة.",
    ),
)


_MOST_WORDS = 8  # of a clause between a word of direction and its number


def _at_numbers(subject: Subject) -> list[Clash]:
    """An opposite direction of one and the same number: "fell 3% to 71.40", ارتفع ... 3% إلى 71.40."""
    ideas = find_ideas(subject, "opposites.tsv")
    for one, two in pair_numerals(subject.en, subject.ar).agreed:
        en = _direction_of(subject.en, ideas.en, one.span, is_arabic=False)
        ar = _direction_of(subject.ar, ideas.ar, two.span, is_arabic=True)
        if en and ar and en.key != ar.key:
            return [Clash("level", en.key, ar.key, en.span, ar.span, is_sure=True)]
    return []


def _direction_of(text: str, ideas: Sequence[Idea], span: Span, *, is_arabic: bool) -> Mention | None:
    """The word of direction in a number's clause and near it; None where two contend, or it may mean another thing."""
    tokens = read_words(text, is_arabic=is_arabic)
    at = next((n for n, token in enumerate(tokens) if token.span.start <= span.start < token.span.end), None)
    if at is None:
        return None
    own = [i for i in ideas if i.mention.group == "level" and tokens[i.mention.first].clause == tokens[at].clause]
    is_plain = len({i.mention.key for i in own}) == 1 and not any(i.is_negated for i in own)
    if not is_plain or own[0].mention.key.endswith("?"):
        return None
    nearest = min((i.mention for i in own), key=lambda m: abs(m.first - at))
    return nearest if abs(nearest.first - at) <= _MOST_WORDS else None


def check_direction(subject: Subject) -> list[Finding]:
    """Opposite directions, bounds and quantifiers."""
    clashes = find_clashes(subject, "opposites.tsv", _DIRECTIONS)
    if not any(clash.group == "level" for clash in clashes):
        clashes += _at_numbers(subject)
    findings = [_finding(subject, clash, "direction.opposite", is_sure=clash.is_sure) for clash in clashes]
    findings += [
        _finding(subject, clash, "quantity.bound", is_sure=clash.is_sure)
        for clash in find_clashes(subject, "opposites.tsv", _BOUNDS)
    ]
    findings += [
        _finding(subject, clash, "quantity.scope", is_sure=clash.is_sure)
        for clash in find_clashes(subject, "quantifiers.tsv")
    ]
    return findings
