"""The two sides as words with their possible base forms: what the word tables are matched against.

No morphological analyser: a word is given every form that taking off clitics and endings can leave, and the tables list
base forms. Too many forms do little harm, since only those that a table holds count.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from align.records import Span
from align.text.normal import normal_form
from align.text.words import words

_CONJUNCTIONS = ("و", "ف")
_ARTICLES = ("بال", "كال", "ال", "لل", "ل", "ب", "ك", "س")
# Endings in normal form (ta marbuta is ه): pronouns, plurals, duals, case endings of verbs, the accusative alef.
_ENDINGS = (
    "هما", "تها", "تهم", "ته", "تنا", "تي", "تم", "ها", "هم", "هن", "نا", "ني", "كم", "ون", "ين", "ات", "ان", "وا",
    "تا", "يا", "ه", "ي", "ت", "ا", "ن", "ك",
)  # fmt: skip
_SHORTEST = 2  # letters a base form keeps
# "that not" would fold to the same letters as "except".
_OF_AN_LA = {word: "انلا" for word in ("ألا", "ألّا", "وألا", "وألّا", "بألا", "بألّا")}
_CLAUSE_MARKS = frozenset(',.;:!?،؛؟…—–()[]"«»“”')
_PRESENT = "تن"  # persons of the present tense, listed in the tables under ي


class Token(NamedTuple):
    """A word: where it stands, its normal form, and its base forms ("=" before: as written, "==" ta marbuta kept)."""

    span: Span
    norm: str
    written: str  # the normal form with ta marbuta kept
    forms: frozenset[str]
    clause: int  # number of the stretch between punctuation marks that it stands in


def written_form(word: str) -> str:
    """The normal form with ta marbuta kept: والدة (a mother) and والده (his father) stay apart."""
    return "ة".join(normal_form(part) for part in word.split("ة"))


def _english_forms(word: str) -> set[str]:
    forms = {word, "=" + word}
    base = word.removesuffix("'s").removesuffix("n't").rstrip("'")
    forms |= {base, "=" + base}
    for ending, others in (("ies", ("y",)), ("ied", ("y",)), ("es", ("", "e")), ("s", ("",)), ("ed", ("", "e")),
                           ("ing", ("", "e"))):  # fmt: skip
        if base.endswith(ending) and len(base) - len(ending) >= _SHORTEST:
            stem = base[: -len(ending)]
            forms |= {stem + other for other in others}
            if len(stem) > 3 and stem[-1] == stem[-2]:
                forms.add(stem[:-1])
    return forms


def _with_clitics_off(word: str) -> set[str]:
    """The word, and what stays when prepositions, article and future sign are taken off."""
    stems = {word}
    for article in _ARTICLES:
        if word.startswith(article) and len(word) - len(article) >= _SHORTEST:
            rest = word[len(article) :]
            if article == "س" and rest[0] not in "يتنا":  # the future sign stands before present verbs only
                continue
            stems.add(rest)
            if article == "لل":
                stems.add("ل" + rest)
            elif article == "ل" and rest.startswith("ال"):
                stems.add(rest[2:])
    return stems


def _arabic_forms(word: str) -> set[str]:
    starts = {word} | {word[1:] for c in _CONJUNCTIONS if word.startswith(c) and len(word) > 2}
    forms = {"=" + start for start in starts}
    stems = {stem for start in starts for stem in _with_clitics_off(start)}
    bases = set(stems)
    for stem in stems:
        for ending in _ENDINGS:
            if stem.endswith(ending) and len(stem) - len(ending) >= _SHORTEST:
                base = stem[: -len(ending)]
                bases |= {base, base + "ه"} if ending.startswith("ت") or ending in ("ات", "ي") else {base}
                if base.endswith("ت"):  # a ta marbuta before a pronoun
                    bases.add(base[:-1] + "ه")
    bases |= {"ي" + base[1:] for base in bases if len(base) > 2 and base[0] in _PRESENT}
    return forms | bases


@lru_cache(maxsize=65536)
def _forms(word: str, *, is_arabic: bool) -> tuple[str, str, frozenset[str]]:
    """Normal form, written form and base forms of a word as it stands in the text."""
    written = written_form(word)
    norm = _OF_AN_LA.get(word, normal_form(word))
    if not is_arabic:
        return norm, written, frozenset(_english_forms(norm))
    kept = {"==" + written} | {"==" + written[1:] for c in _CONJUNCTIONS if written.startswith(c)}
    return norm, written if norm == normal_form(word) else norm, frozenset(_arabic_forms(norm) | kept)


def read_words(text: str, *, is_arabic: bool) -> tuple[Token, ...]:
    """The words of one side, in order."""
    tokens: list[Token] = []
    clause, at = 0, 0
    for span in words(text):
        between = text[at : span.start]
        clause += between != "." and not _CLAUSE_MARKS.isdisjoint(between)  # "U.S." is one name
        norm, written, forms = _forms(span.cut(text), is_arabic=is_arabic)
        tokens.append(Token(span, norm, written, forms, clause))
        at = span.end
    return tuple(tokens)
