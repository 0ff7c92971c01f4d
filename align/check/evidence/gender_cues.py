"""How feminine or masculine an Arabic sentence speaks of the one person it is about: a linear scorer over word shapes.

Verbs and adjectives agree and pronouns are suffixes, so single words rarely settle it (ها may be a city, ه a day). Each
word gives its own form, its first and last letters and its ending; the shapes are weighted apart for English sentences
with "she/he" as subject, with "her/his", with a noun that has a gender, or with "it" and "they" about. Weights:
data/models/gender.json, logistic regression, fitted by scripts/fit_gender.py on the mt_geneval development pairs.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import lru_cache
from typing import NamedTuple

import regex

from align.files import data_path

_MARKS = regex.compile(r"[\u064b-\u0652\u0670\u0640]")
_WORDS = regex.compile(r"[\u0621-\u064a]+")
_ALEFS = str.maketrans("أإآٱ", "اااا")
_PREFIXES = ("بال", "كال", "ال", "لل", "س", "ل", "ب", "ك")
_LATIN_WORDS = regex.compile(r"[a-z']+")
_MOST = 3  # a shape counts at most so often in one sentence
_OPENING = 3  # words at the start in which a sentence that begins with "She" shows its verb

SUBJECTS = {"she": "F", "she's": "F", "she'd": "F", "she'll": "F", "he": "M", "he's": "M", "he'd": "M", "he'll": "M"}
OBJECTS = {"her": "F", "hers": "F", "herself": "F", "him": "M", "his": "M", "himself": "M"}
NOUNS = {
    word: gender
    for gender, words in (
        (
            "F",
            "woman girl mother daughter sister wife queen princess actress lady mrs ms miss madam female aunt niece "
            "grandmother granddaughter mom mum chairwoman spokeswoman policewoman congresswoman businesswoman duchess "
            "countess baroness nun widow bride girlfriend heroine waitress empress schoolgirl stewardess "
            "priestess stepmother stepdaughter godmother policewomen saleswoman councilwoman firewoman grandma",
        ),
        (
            "M",
            "man boy father son brother husband king prince actor gentleman mr sir male uncle nephew grandfather "
            "grandson dad chairman spokesman policeman congressman businessman duke baron monk widower groom "
            "boyfriend hero waiter emperor schoolboy priest stepfather stepson godfather policemen "
            "salesman councilman fireman grandpa",
        ),
    )
    for word in words.split()
}
_OTHERS = frozenset("it its they their them women girls".split())


class EnglishGender(NamedTuple):
    """Words of an English sentence that tell a person's gender, and what the scorer should know of the sentence."""

    feminine: int
    masculine: int
    conditions: tuple[str, ...]


def english_gender(text: str) -> EnglishGender:
    """Count the gendered words of `text`."""
    words = _LATIN_WORDS.findall(text.lower().replace("’", "'"))
    found = Counter(SUBJECTS.get(w) or OBJECTS.get(w) or NOUNS.get(w.removesuffix("'s")) for w in words)
    conditions = [
        name
        for name, is_there in (
            ("S", any(w in SUBJECTS for w in words)),
            ("P", any(w in OBJECTS for w in words)),
            ("N", any(w.removesuffix("'s") in NOUNS for w in words)),
            ("0", bool(words) and words[0] in SUBJECTS),
            ("O", any(w in _OTHERS for w in words)),
        )
        if is_there
    ]
    return EnglishGender(found["F"], found["M"], tuple(conditions))


def arabic_words(text: str) -> list[str]:
    """The words as the scorer reads them: no vowel marks, alefs folded, ta marbuta and alef maqsura kept."""
    return _WORDS.findall(_MARKS.sub("", text).translate(_ALEFS))


def word_shapes(word: str) -> tuple[list[str], list[str]]:
    """The coarse shapes of one word (weighted apart by condition) and the fine ones."""
    bare = word[1:] if len(word) > 3 and word[0] in "وف" else word
    stem = bare
    for prefix in _PREFIXES:
        if stem.startswith(prefix) and len(stem) - len(prefix) >= 3:
            stem = stem[len(prefix) :]
            break
    article = "A" if bare.startswith(("ال", "لل", "بال")) else ""
    size = min(len(stem), 6)
    coarse = [f"e{article}{stem[-1:]}{size}", f"E{article}{stem[-2:]}", f"b{bare[:1]}{stem[-1:]}", f"B{bare[:2]}"]
    fine = [f"w{word}", f"u{stem}", f"3{stem[-3:]}", f"x{bare[:2]}_{stem[-2:]}", f"y{bare[:1]}_{stem[-1:]}{size}"]
    if bare != word:
        fine.append(f"w{bare}")
    return coarse, fine


def sentence_shapes(text: str, conditions: tuple[str, ...]) -> Counter[str]:
    """All shapes of an Arabic sentence with their counts."""
    counts: Counter[str] = Counter()
    for place, word in enumerate(arabic_words(text)):
        coarse, fine = word_shapes(word)
        counts.update(coarse)
        counts.update(fine)
        for condition in conditions:
            counts.update(f"{condition}|{shape}" for shape in coarse)
        if "0" in conditions and place < _OPENING:
            counts.update(f"{place}|{shape}" for shape in coarse[:3])
    return Counter({shape: min(count, _MOST) for shape, count in counts.items()})


class _Weights(NamedTuple):
    constant: float
    weights: dict[str, float]


@lru_cache(maxsize=1)
def _weights() -> _Weights:
    row = json.loads(data_path("models", "gender.json").read_text(encoding="utf-8"))
    return _Weights(float(row["constant"]), row["weights"])


def femininity(text: str, conditions: tuple[str, ...]) -> float:
    """Log odds that the Arabic speaks of a woman rather than of a man."""
    constant, weights = _weights()
    return constant + sum(weights.get(shape, 0.0) * count for shape, count in sentence_shapes(text, conditions).items())


def telling_words(text: str, conditions: tuple[str, ...]) -> list[tuple[float, str]]:
    """The words with what each adds to the log odds, the strongest first."""
    _, weights = _weights()
    found = []
    for word in arabic_words(text):
        coarse, fine = word_shapes(word)
        shapes = [*coarse, *fine, *(f"{c}|{shape}" for c in conditions for shape in coarse)]
        found.append((sum(weights.get(shape, 0.0) for shape in shapes), word))
    return sorted(found, key=lambda pair: -abs(pair[0]))
