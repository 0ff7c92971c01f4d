"""Words and scripts. A word keeps its tashkeel, inner apostrophes and hyphen-free clitics; punctuation stands apart."""

from __future__ import annotations

import regex

from align.records import Span

# Cf inside a word (a zero-width non-joiner, a bidi mark) does not end it; apostrophes and number separators join.
_INNER = r"[\p{L}\p{N}\p{M}_\p{Cf}]"
# Letters to Unicode, nothing to a reader: the tatweel, alone a printer's dash, and vowel marks on one or on a space.
_BLANK = "\u0640\ufcf2-\ufcf4\ufe70-\ufe7f"
# Looking behind and possessive in front, so that a run of marks with no letter in it is read once.
_WORD = regex.compile(
    rf"(?<!{_INNER})[\p{{M}}_\p{{Cf}}{_BLANK}]*+[[\p{{L}}\p{{N}}]--[{_BLANK}]]{_INNER}*+"
    rf"(?:(?:['’ʼ](?=\p{{L}})|[.,٫٬:](?=\p{{Nd}})){_INNER}+)*",
    regex.V1,
)
_ARABIC_LETTER = regex.compile(r"[\p{Arabic}--[\p{P}\p{N}\p{M}]]", regex.V1)
_LATIN_LETTER = regex.compile(r"\p{Latin}")


def words(text: str) -> tuple[Span, ...]:
    """The spans of the words of `text`, in order."""
    return tuple(Span(*match.span()) for match in _WORD.finditer(text))


def count_arabic(text: str) -> int:
    """How many Arabic letters `text` holds."""
    return len(_ARABIC_LETTER.findall(text))


def has_arabic(text: str) -> bool:
    """Whether `text` holds an Arabic letter."""
    return _ARABIC_LETTER.search(text) is not None


def count_latin(text: str) -> int:
    """How many Latin letters `text` holds."""
    return len(_LATIN_LETTER.findall(text))


def is_mostly_arabic(text: str) -> bool:
    """Whether the Arabic letters outnumber the Latin ones (False when there is neither)."""
    return count_arabic(text) > count_latin(text)


_FUNCTION_WORDS = frozenset(
    "the a an of to in on at for and or but if so as by with from into is are was were be been being it its this that "
    "these those we our us i me my you your he him his she her they them their there here will would have has had not "
    "no do does did can could than then too also very just".split()
)


def is_function_word(word: str) -> bool:
    """Whether an English word is one that carries grammar rather than content."""
    return word.casefold() in _FUNCTION_WORDS
