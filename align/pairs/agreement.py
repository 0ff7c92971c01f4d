"""Whether two texts of one language that look alike say the same: their numbers, negations, opposites and names.

One letter makes a near-duplicate of a sentence and its denial; what is folded together must agree. Names and opposites
speak against two texts only where each holds one that the other lacks, so that a tag or an agency's name added to a
repost does not.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

import regex
from rapidfuzz.distance import Levenshtein

from align.check.evidence.known_names import find_names
from align.check.evidence.tokens import Token, read_words
from align.text.normal import normal_form
from align.text.numeral import Kind
from align.text.numerals import read_numerals
from align.text.tweet import HASHTAG, MENTION, URL
from align.text.words import is_function_word

_CAPITALISED = regex.compile(r"(?<=[\p{L}\p{N},;:’'\"»)]\s)\p{Lu}[\p{L}'’-]+")  # not where a sentence begins
_NOT = {
    "en": frozenset(
        "not no never none nobody nothing neither nor without cannot hardly barely scarcely denied denies deny".split()
    ),
    "ar": frozenset("لا لم لن ليس ليست ليسوا لسنا لست غير عدم دون بدون ما ولا ولم ولن فلا فلم فلن وليس نفي".split()),
}
_UN = ("un", "in", "im", "il", "ir", "dis", "non", "mis")
_CLITICS = regex.compile(r"^[وف]?(?:[بك]?ال|لل)(?=\p{L}{2})")
_SHORT = 6  # words of an Arabic sentence in which one other word makes it another sentence
_VARIANT = 0.6  # likeness of letters from which two Arabic words are one word written or inflected in two ways


class Said(NamedTuple):
    """What must agree, of one text."""

    numbers: Counter[frozenset[Fraction]]
    negations: int
    names: frozenset[str]  # in normal form; keys of the tables
    words: tuple[str, ...]  # in normal form, without links, mentions and tags


def agree(one: str, other: str, lang: str) -> bool:
    """Whether two texts of a language, `en` or `ar`, say the same in what must not differ.

    >>> agree("Schools will not reopen on Sunday.", "Schools will reopen on Sunday.", "en")
    False
    >>> agree("Schools will reopen on Sunday!", "SCHOOLS will reopen on Sunday #news", "en")
    True
    """
    if normal_form(one) == normal_form(other):
        return True
    left, right = said(one, lang), said(other, lang)
    if left.numbers != right.numbers or left.negations != right.negations:
        return False
    own, others = Counter(left.words) - Counter(right.words), Counter(right.words) - Counter(left.words)
    if left.names - right.names - {*right.words} and right.names - left.names - {*left.words}:
        return False
    if lang == "en":
        return not any(_are_opposites(word, rival) for word in own for rival in others)
    is_short = max(len(left.words), len(right.words)) <= _SHORT
    return not is_short or not own or not others or _are_variants(own, others)


@lru_cache(maxsize=4096)
def said(text: str, lang: str) -> Said:
    """What a text says that must agree with its like."""
    bare = text
    for pattern in (URL, MENTION, HASHTAG):
        bare = pattern.sub(" ", bare)
    numbers = Counter(
        frozenset(n.values) for n in read_numerals(bare, arabic=lang == "ar") if n.kind is not Kind.IMPLIED
    )
    tokens = read_words(bare, is_arabic=lang == "ar")
    negations = sum(token.norm in _NOT[lang] or token.norm.endswith("n't") for token in tokens)
    return Said(numbers, negations, _names(bare, tokens, lang), _words(tokens))


def _words(tokens: tuple[Token, ...]) -> tuple[str, ...]:
    return tuple(token.norm for token in tokens)


def _names(text: str, tokens: tuple[Token, ...], lang: str) -> frozenset[str]:
    known = find_names(text, tokens, is_arabic=lang == "ar")
    found = {normal_form(name.key) for name in known}
    if lang == "en":
        found |= {normal_form(word) for word in _CAPITALISED.findall(text) if not is_function_word(word)}
    return frozenset(found)


def _are_opposites(one: str, other: str) -> bool:
    """Whether an English word is the other with "un-" or the like before it, or "-less" against "-ful"."""
    short, long = sorted((one, other), key=len)
    if any(long == prefix + short for prefix in _UN):
        return True
    return short.removesuffix("ful") == long.removesuffix("less") and short != long


def _are_variants(own: Counter[str], others: Counter[str]) -> bool:
    """Whether each word that one Arabic sentence has alone is a spelling or an inflection of one of the other."""
    stems = [_CLITICS.sub("", word) for word in others]
    return all(
        any(Levenshtein.normalized_similarity(_CLITICS.sub("", word), stem) >= _VARIANT for stem in stems)
        for word in own
    )
