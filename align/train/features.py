"""Which of two English texts does an Arabic one render? The difference of cosines, and features of words beside it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from align.models.doubt import WordJudge
from align.models.fitting import fit_logistic
from align.protocols import Encoder, Matrix, WordVectors
from align.records import Span
from align.train.quads import Quad

_NAMES = (
    "cosine",  # of the sentences
    "changed_mean",  # likeness of the words that only one of the two has to their nearest Arabic words
    "changed_least",
    "english_mean",  # of all English words to their nearest Arabic ones
    "arabic_mean",  # of all Arabic words to their nearest English ones
    "arabic_low",  # the same, mean of the lowest quarter
    "arabic_ends",  # how much the Arabic words prefer the second text that most do, and those that least do
)
_JUDGED = ("judge_pair", "judge_word")
_ODDS = 1e-6


def change_features(
    encoder: Encoder, quads: Sequence[Quad], judge: WordJudge | None = None
) -> tuple[tuple[str, ...], NDArray[np.float64], NDArray[np.bool_]]:
    """Names, features (4 * quads, names) of each Arabic text for the second English one, whether it renders that."""
    english = [text for quad in quads for text in quad.en]
    arabic = [text for quad in quads for side in quad.ar for text in side]
    texts = [*english, *arabic]
    sentences, words = encoder.encode(texts), encoder.encode_words(texts)
    centred = [*_centred(words[: len(english)]), *_centred(words[len(english) :])]
    rows = []
    for number in range(len(quads)):
        for rendering in range(4):
            at = len(english) + 4 * number + rendering
            first, second = 2 * number, 2 * number + 1
            row = [float(sentences[at] @ (sentences[second] - sentences[first]))]
            row += _word_features(texts, words, centred, (first, second, at))
            if judge:
                one, other = (judge.doubts(words[k].vectors, words[at].vectors) for k in (first, second))
                row += [
                    _logit(one.pair) - _logit(other.pair),
                    _logit(max(one.en + one.ar)) - _logit(max(other.en + other.ar)),
                ]
            rows.append(row)
    renders_second = np.tile([False, False, True, True], len(quads))
    return _NAMES + (_JUDGED if judge else ()), np.array(rows), renders_second


def _logit(p: float) -> float:
    p = min(max(float(p), _ODDS), 1 - _ODDS)
    return float(np.log(p / (1 - p)))


def _centred(words: Sequence[WordVectors]) -> list[Matrix]:
    mean = np.concatenate([text.vectors for text in words]).mean(0)
    moved = [text.vectors - mean for text in words]
    return [np.asarray(m / np.maximum(np.linalg.norm(m, axis=1, keepdims=True), 1e-9), np.float32) for m in moved]


def _word_features(
    texts: Sequence[str], words: Sequence[WordVectors], centred: Sequence[Matrix], at: tuple[int, int, int]
) -> list[float]:
    first, second, arabic = at
    tables = [centred[k] @ centred[arabic].T for k in (first, second)]
    own = [_only_here(texts, words, one, other) for one, other in ((first, second), (second, first))]
    best_en, best_ar = [table.max(1) for table in tables], [table.max(0) for table in tables]
    changed = [best[flags] if flags.any() else best for best, flags in zip(best_en, own, strict=True)]
    gain = best_ar[1] - best_ar[0]
    quarter = max(1, len(gain) // 4)
    low = [np.sort(best)[:quarter].mean() for best in best_ar]
    return [
        float(changed[1].mean() - changed[0].mean()),
        float(changed[1].min() - changed[0].min()),
        float(best_en[1].mean() - best_en[0].mean()),
        float(gain.mean()),
        float(low[1] - low[0]),
        float(gain.max() + gain.min()),
    ]


def _only_here(texts: Sequence[str], words: Sequence[WordVectors], one: int, other: int) -> NDArray[np.bool_]:
    def forms(number: int) -> list[str]:
        spans: Sequence[Span] = words[number].words
        return [span.cut(texts[number]).casefold() for span in spans]

    there = set(forms(other))
    return np.array([form not in there for form in forms(one)], bool)


def fitted_scores(
    names: tuple[str, ...],
    fitted_on: tuple[NDArray[np.float64], NDArray[np.bool_]],
    features: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Logits of a logistic regression fitted on features and labels of other quads."""
    columns, labels = fitted_on
    both = np.concatenate([columns, -columns]), np.concatenate([labels, ~labels])  # no side is the usual one
    model = fit_logistic(names, both[0], both[1].astype(np.float64), np.ones(len(both[0])))
    return model.score({name: features[:, k] for k, name in enumerate(names)})
