"""How likely each word of a pair has no counterpart on the other side, from its likeness to the other side's words.

One word says little: 22 % of the rightly rendered words of news are linked to nothing. So each word is judged with its
neighbours (weighted means over windows of one, two and four words to each side, function words at a quarter), by a
logistic regression fitted on stretches cut out of and put into human translations (`align/train/coverage.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import regex

from align.models.linear import LinearModel, design
from align.protocols import Floats
from align.records import Span, Subject, WordScore, linked_words
from align.text.tweet import HASHTAG, MENTION, PIC_LINK, URL

WORD_FEATURES = (
    "best linked function digits capital length best_1 best_2 best_4 linked_1 linked_2 linked_4 best_all linked_all "
    "log_ratio best_less_all function_best function_linked"
).split()

_ENGLISH = (
    "a an the of to in on at by for from with and or but as is are was were be been being am it its this that these "
    "those he she they we you i his her their our my your him them us me do does did have has had will would can could "
    "may might shall should must not no if then than so there here what which who whom whose when where while also "
    "just very more most up out about into over after before under again once because until during both each few some "
    "such only own same too s t ve re ll d m"
)
_ARABIC = (
    "في من إلى على عن مع هذا هذه ذلك تلك التي الذي الذين ما لا لم لن إن أن كان كانت قد هو هي هم نحن أنا وأن بأن فإن "
    "وقد كما أو ثم بل حتى بعد قبل منذ عند كل بعض أي غير به بها له لها فيه فيها عليه عليها منه منها عنه يكون تكون وهو "
    "وهي وهذا وهذه كانوا وذلك حيث بين أنه أنها لأن إذا لكن ولكن تم سوف وكان وكانت وما ولا ولم ولن الى إلا لدى قام قامت "
    "يتم بشأن خلال"
)
FUNCTION_WORDS = frozenset(_ENGLISH.split()) | frozenset(_ARABIC.split())
_FUNCTION_WEIGHT = 0.25
SURE = -6.0  # the log-odds of a word that is never counted as left out or added, and the lower limit of all others
_MOST = 4.0

THREAD_NUMBER = regex.compile(r"^\s*\(?\d{1,2}\s?/\s?(?:\d{1,2}|n)?\)?(?=\s|$)|(?<=\s)\(?\d{1,2}/(?:\d{1,2}|n)?\)?\s*$")
SIGNATURE = regex.compile(r"(?<=[.!?…\"”]\s*)[–—-]\s*\p{Lu}[\p{L}'’.-]+(?:\s\p{Lu}[\p{L}'’.-]+){0,3}\s*$")
BRACKET = regex.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_TRIMMINGS = {
    "link": regex.compile(f"{URL.pattern}|{PIC_LINK.pattern}", regex.IGNORECASE),
    "hashtag": HASHTAG,
    "mention": MENTION,
    "thread number": THREAD_NUMBER,
    "signature": SIGNATURE,
}


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a pair, word by word; every array is (number of words,)."""

    text: str
    words: tuple[Span, ...]
    log_odds: Floats  # that the word has no counterpart, in [SURE, 4]
    likeness: Floats  # to the best word of the other side
    link: Floats  # 1 where the word is linked
    is_function: Floats
    is_digits: Floats
    is_capital: Floats
    best: float  # weighted mean likeness
    linked: float  # weighted share of linked words
    is_english: bool

    @property
    def weights(self) -> Floats:
        """What each word counts: a content word 1, a function word a quarter."""
        return 1 - (1 - _FUNCTION_WEIGHT) * self.is_function


def trimmings(text: str) -> list[tuple[str, Span]]:
    """What belongs to the tweet and not to its sentence: links, hashtags, mentions, thread numbers."""
    found = [(what, Span(*m.span())) for what, pattern in _TRIMMINGS.items() for m in pattern.finditer(text)]
    return sorted(found, key=lambda item: item[1])


def read_sides(subject: Subject, en_model: LinearModel, ar_model: LinearModel) -> tuple[Side, Side]:
    """Both sides with every word's log-odds by these models over WORD_FEATURES."""
    linked_en, linked_ar = linked_words(subject.links)
    en, ar = subject.en_words, subject.ar_words
    en_skip = [span for _, span in trimmings(subject.en)]
    ar_skip = [Span(*m.span()) for m in BRACKET.finditer(subject.ar)] + [span for _, span in trimmings(subject.ar)]
    return (
        _side(subject.en, en, linked_en, len(ar), en_model, en_skip, is_english=True),
        _side(subject.ar, ar, linked_ar, len(en), ar_model, ar_skip, is_english=False),
    )


def word_features(text: str, scores: Sequence[WordScore], linked: set[Span], others: int) -> dict[str, Floats]:
    """The features of every word, (number of words,) each; `others` counts the other side's words."""
    tokens = [text[w.span.start : w.span.end] for w in scores]
    best = np.array([w.score for w in scores])
    link = np.array([float(w.span in linked) for w in scores])
    function = np.array([float(t.lower().strip("'’") in FUNCTION_WORDS) for t in tokens])
    weights = 1 - (1 - _FUNCTION_WEIGHT) * function
    whole = (np.average(best, weights=weights), np.average(link, weights=weights))
    windows = {
        f"{name}_{reach}": _window_mean(values, weights, reach)
        for name, values in (("best", best), ("linked", link))
        for reach in (1, 2, 4)
    }
    return {
        "best": best,
        "linked": link,
        "function": function,
        "digits": np.array([float(any(map(str.isdigit, t))) for t in tokens]),
        "capital": np.array([float(t[:1].isupper()) for t in tokens]),
        "length": np.array([min(len(t), 10) / 10 for t in tokens]),
        **windows,
        "best_all": np.full(len(tokens), whole[0]),
        "linked_all": np.full(len(tokens), whole[1]),
        "log_ratio": np.full(len(tokens), np.log((len(tokens) + 1) / (others + 1))),
        "best_less_all": best - whole[0],
        "function_best": best * function,
        "function_linked": link * function,
    }


def _window_mean(values: Floats, weights: Floats, reach: int) -> Floats:
    """Weighted mean over each word and `reach` neighbours on either side."""
    place = np.arange(len(values))
    low, high = np.maximum(0, place - reach), np.minimum(len(values), place + reach + 1)
    sums = np.concatenate([[0.0], np.cumsum(values * weights)])
    counts = np.concatenate([[0.0], np.cumsum(weights)])
    return np.asarray((sums[high] - sums[low]) / (counts[high] - counts[low]), np.float64)


def _side(
    text: str,
    scores: Sequence[WordScore],
    linked: set[Span],
    others: int,
    model: LinearModel,
    skip: Sequence[Span],
    *,
    is_english: bool,
) -> Side:
    features = word_features(text, scores, linked, others)
    log_odds = np.clip(model.score_columns(design(features, model.names)), SURE, _MOST)
    spans = tuple(w.span for w in scores)
    log_odds[[any(s.start <= w.start < s.end for s in skip) for w in spans]] = SURE
    return Side(
        text,
        spans,
        log_odds,
        features["best"],
        features["linked"],
        features["function"],
        features["digits"],
        features["capital"],
        float(features["best_all"][0]),
        float(features["linked_all"][0]),
        is_english,
    )
