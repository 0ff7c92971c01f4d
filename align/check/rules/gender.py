"""Gender of the one spoken about, where the English makes it certain and speaks of one gender only."""

from __future__ import annotations

from align.check.codes import CodeInfo
from align.check.evidence.gender_cues import EnglishGender, arabic_words, english_gender, femininity, telling_words
from align.check.evidence.opposites import find_clashes
from align.check.evidence.polarity import find_ideas
from align.records import Finding, Severity, Span, Subject
from align.text.words import words

# Bars on the log odds. Out of fold on the mt_geneval pairs, sentences of two genders left alone
# (scripts/fit_gender.py): 0.66 flags 4.2 % of the right sentences and 82.3 % of the crossed ones, 2.0 flags 1.8 and
# 67.1 %, 3.0 flags 0.9 and 51.4 %. At 2.5 an error stands on 4 of the 3,992 rows of tico19 and ntrex_dev.
_WARN, _SURE = 0.66, 2.5
_PAIRS = frozenset(
    "spokes chair actor police business adult child parent spouse sibling offspring ruler prince title lawmaker".split()
)
_NAMES = {"f": ("a woman", "امرأة"), "m": ("a man", "رجل")}


def _by_word(subject: Subject) -> list[Finding]:
    """A noun of one gender rendered by that of the other (spokeswoman, المتحدث)."""
    return [
        Finding(
            "gender.noun",
            Severity.ERROR if clash.is_sure and not subject.is_excerpt else Severity.WARNING,
            f"{clash.en.cut(subject.en)} is {_NAMES[clash.en_key][0]}, "
            f"{clash.ar.cut(subject.ar)} is {_NAMES[clash.ar_key][0]}",
            f"«{clash.ar.cut(subject.ar)}» {_NAMES[clash.ar_key][1]}، وفي الأصل {_NAMES[clash.en_key][1]}",
            clash.en,
            clash.ar,
            {"group": clash.group},
        )
        for clash in find_clashes(subject, "gendered.tsv", _PAIRS)
    ]


def _span_of(subject: Subject, word: str) -> Span | None:
    for span in words(subject.ar):
        if word in arabic_words(span.cut(subject.ar)):
            return span
    return None


def _by_agreement(subject: Subject, english: EnglishGender) -> list[Finding]:
    """Verbs, adjectives and pronouns that agree with the other gender."""
    sign = 1 if english.feminine else -1
    odds = sign * femininity(subject.ar, english.conditions)
    if odds > -_WARN:
        return []
    is_woman_named = any(idea.mention.group == "role" for idea in find_ideas(subject, "gendered.tsv").ar)
    is_sure = odds <= -_SURE and not subject.is_excerpt and not (sign > 0 and is_woman_named)
    against = [word for weight, word in telling_words(subject.ar, english.conditions) if sign * weight < 0]
    en, ar = _NAMES["f" if sign > 0 else "m"], _NAMES["m" if sign > 0 else "f"]
    return [
        Finding(
            "gender.agreement",
            Severity.ERROR if is_sure else Severity.WARNING,
            f"the English speaks of {en[0]}, the Arabic words agree with {ar[0]}",
            f"الأصل يتحدث عن {en[1]}، وصيغ النص العربي تدل على {ar[1]}",
            None,
            _span_of(subject, against[0]) if against else None,
            {"log_odds": round(odds, 2), "words": against[:3]},
        )
    ]


CODES: tuple[CodeInfo, ...] = (
    CodeInfo(
        "gender.agreement",
        Severity.ERROR,
        "Verbs, adjectives and pronouns of the Arabic agree with the other gender than the English names.",
        "أفعال النص العربي وصفاته وضمائره لجنس غير الذي يذكره الأصل.",
        "She said she would resign.",
        "قال إنه سيستقيل.",
    ),
    CodeInfo(
        "gender.noun",
        Severity.ERROR,
        "A noun of one gender is rendered by that of the other.",
        "اسم مؤنث صار مذكراً أو العكس.",
        "The spokeswoman confirmed the date.",
        "أكد المتحدث الموعد.",
    ),
)


def check_gender(subject: Subject) -> list[Finding]:
    """A finding when the Arabic agrees with the other gender than the English names."""
    english = english_gender(subject.en)
    found = _by_word(subject)
    if found or bool(english.feminine) == bool(english.masculine):
        return found
    return _by_agreement(subject, english)
