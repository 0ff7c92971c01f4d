"""How alike a Latin and an Arabic spelling of one name are: consonant skeletons compared by edit distance.

Letters that transliterators take for one another fall into one class (g, k, q, ج, غ, ق, ك, خ), short vowels are
dropped on both sides, and what stays is compared with rapidfuzz.
"""

from __future__ import annotations

from functools import lru_cache

import regex
from rapidfuzz.distance import Levenshtein

from align.text.normal import normal_form

_DIGRAPHS = (
    ("tsch", "C"), ("sch", "C"), ("tch", "C"), ("sh", "C"), ("ch", "C"), ("kh", "K"), ("gh", "K"), ("ph", "f"),
    ("th", "t"), ("dh", "d"), ("ck", "K"), ("qu", "K"), ("zh", "C"), ("ts", "s"), ("tz", "s"), ("x", "Ks"), ("wr", "r"),
    ("kn", "n"),
)  # fmt: skip
_LATIN = {
    "b": "b", "p": "b", "t": "t", "d": "d", "s": "s", "z": "s", "c": "K", "k": "K", "q": "K", "g": "K", "j": "K",
    "f": "f", "v": "f", "l": "l", "m": "m", "n": "n", "r": "r", "h": "h", "w": "w", "C": "C", "K": "K",
}  # fmt: skip
_ARABIC = {
    "ب": "b", "پ": "b", "ت": "t", "ط": "t", "ث": "t", "د": "d", "ض": "d", "ذ": "d", "س": "s", "ص": "s", "ز": "s",
    "ظ": "d",
    "ش": "C", "چ": "C", "ك": "K", "ق": "K", "غ": "K", "ج": "K", "خ": "K", "گ": "K", "ف": "f", "ڤ": "f", "ل": "l",
    "م": "m", "ن": "n", "ر": "r", "ه": "h", "ح": "h",
}  # fmt: skip
_MARKED = str.maketrans({"ł": "l", "ø": "o", "ß": "s", "æ": "e", "ð": "d", "þ": "t", "đ": "d", "ı": "i", "œ": "o"})
_NOT_LETTERS = regex.compile(r"[^\p{L}]+")


def _squeeze(skeleton: str) -> str:
    return "".join(c for i, c in enumerate(skeleton) if i == 0 or c != skeleton[i - 1])


@lru_cache(maxsize=8192)
def latin_skeleton(name: str) -> str:
    """The consonants of a Latin spelling by class."""
    text = _NOT_LETTERS.sub("", normal_form(name).translate(_MARKED))
    text = regex.sub(r"c(?=[eiy])", "s", text)
    for letters, sound in _DIGRAPHS:
        text = text.replace(letters, sound)
    return _squeeze("".join(_LATIN.get(c, "") for c in text if c != "w").replace("h", ""))


@lru_cache(maxsize=8192)
def arabic_skeleton(name: str) -> str:
    """The consonants of an Arabic spelling by class; و and ي count as vowels."""
    text = _NOT_LETTERS.sub("", normal_form(name)).replace("تش", "ش").replace("تس", "س")
    return _squeeze("".join(_ARABIC.get(c, "") for c in text).replace("h", ""))


def _vowels_differ(latin: str, arabic: str) -> bool:
    """Whether the long vowels contradict each other though the consonants agree (Hassan, حسين)."""
    text, other = normal_form(latin), normal_form(arabic)
    has_front = any(c in text for c in "eiyj")
    ends_front = text.endswith(("i", "y", "e", "j", "a", "h"))  # a: a final ى folds to ي
    inner = other[1:-1]
    return ("ي" in inner and not has_front) or (other.endswith("ي") and not ends_front and not other.endswith("اي"))


def name_likeness(latin: str, arabic: str) -> float:
    """Likeness of a Latin and an Arabic spelling in [0, 1]; 1 for equal skeletons."""
    one, other = latin_skeleton(latin), arabic_skeleton(arabic)
    if not one or not other:
        return 0.0
    likeness = Levenshtein.normalized_similarity(one, other)
    if len(one) != len(other) and min(len(one), len(other)) == 1:
        likeness *= 0.8
    return likeness * (0.6 if likeness > 0.6 and _vowels_differ(latin, arabic) else 1.0)
