"""What two sentences say against each other: numbers, negation, names. A pair that does is none, whatever its likeness.

The rules of `align check` judge, without the encoder; of their findings count those that stand on both sides (a number
for another, a name for another) and a negation that one side lost. A denial that only the Arabic has is an error there
where word links show it; here it counts in a short sentence whose English holds nothing that could be one. On the clean
links of the development sets (752 in natural_dev and dev, headlines left out) six are refused so, 0.8 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from align.check.evidence.text_view import TextView
from align.check.evidence.tokens import read_words
from align.judge.pairs import check_pairs
from align.models.bundle import CheckModels
from align.records import Severity, TextPair
from align.settings import CheckSettings

_CODES = frozenset(
    ("number.changed", "number.scale", "negation.lost", "negation.added", "negation.opposite", "name.changed")
)
_DENIALS = frozenset("لم لن ليس ليست ليسوا".split())  # لا also wishes and forbids
_SHORT = 10  # words of an Arabic sentence that leaves no room for a free rendering
_SETTINGS = CheckSettings(only=("number", "negation", "name"))


class Disagreement(NamedTuple):
    """Why a candidate is no pair."""

    code: str  # of the finding
    message: str


def disagreement(en: str, ar: str, models: CheckModels) -> Disagreement | None:
    """The first finding that speaks against the pair; None where nothing does. Takes some milliseconds."""
    (judgement,) = check_pairs([TextPair("", en, ar)], None, _SETTINGS, models)
    for finding in judgement.findings:
        if finding.code in _CODES and finding.severity is Severity.ERROR:
            return Disagreement(finding.code, finding.message)
    return _added_denial(en, ar)


def _added_denial(en: str, ar: str) -> Disagreement | None:
    tokens = read_words(ar, is_arabic=True)
    denial = next((token for token in tokens if token.norm.lstrip("وف") in _DENIALS), None)
    if denial is None or len(tokens) > _SHORT or TextView(en, is_arabic=False).negators:
        return None
    return Disagreement("negation.added", f"the English holds no counterpart of {denial.span.cut(ar)}")


class Disagreements:
    """The disagreements of candidates, each worked out when it is first asked for."""

    def __init__(self, texts: tuple[Sequence[str], Sequence[str]], models: CheckModels) -> None:
        self._texts = texts
        self._models = models
        self.found: dict[tuple[int, int], Disagreement] = {}

    def between(self, english: int, arabic: int) -> bool:
        """Whether these rows say something against each other; what it is stands in `found`."""
        if (english, arabic) not in self.found:
            found = disagreement(self._texts[0][english], self._texts[1][arabic], self._models)
            if found is None:
                return False
            self.found[english, arabic] = found
        return True
