"""A file of pairs as a test: whether the partner is the nearest sentence, and whether mining finds the pairs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from align.errors import GoldError
from align.evaluate.counts import Counts, counts_of
from align.evaluate.figures import f1
from align.match.links import centred
from align.match.matcher import Matcher
from align.mine import mine_texts
from align.mine.mining import Miner
from align.mine.weights import MiningWeights
from align.protocols import Floats
from align.records import TextPair
from align.text.normal import normal_form

_NEIGHBOURS = 4  # of the margin


def count_pairs(pairs: Sequence[TextPair], matcher: Matcher, weights: MiningWeights) -> Counts:
    """What retrieval and mining get right, a row a pair.

    A sentence that stands in several pairs has several right partners. Raises GoldError where there are no pairs.
    """
    sound = [pair for pair in pairs if pair.error is None]
    if not sound:
        raise GoldError("expected pairs with text on both sides, found none; nothing was scored")
    sides = _Side([pair.en for pair in sound]), _Side([pair.ar for pair in sound])
    right = {(i, j) for i, j in zip(sides[0].of_pair, sides[1].of_pair, strict=True)}
    vectors = [
        centred(matcher.encoder.encode(side.texts), mean)
        for side, mean in zip(sides, (matcher.calibration.mean_en, matcher.calibration.mean_ar), strict=True)
    ]
    cosines = vectors[0] @ vectors[1].T
    margins = cosines / np.maximum(0.05, (_near(cosines)[:, None] + _near(cosines.T)[None]) / 2)
    mined = mine_texts(sides[0].texts, sides[1].texts, Miner(matcher, weights))
    found = {(pair.english, pair.arabic) for pair in mined if pair.probability >= weights.threshold}
    wrong = Counter(i for i, _ in found - right)
    rows = []
    for place, (i, j) in enumerate(zip(sides[0].of_pair, sides[1].of_pair, strict=True)):
        row: dict[tuple[Any, ...], float] = {("pairs",): 1}
        for name, table in (("cosine", cosines), ("margin", margins)):
            row["en_ar", name] = (i, int(table[i].argmax())) in right
            row["ar_en", name] = (int(table[:, j].argmax()), j) in right
        row["true",] = (i, j) in found
        row["predicted",] = row["true",] + (wrong[i] if sides[0].first[i] == place else 0)
        rows.append(row)
    return counts_of(rows)


class _Side:
    """The sentences of one side, each once."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts: list[str] = []
        self.of_pair: list[int] = []
        self.first: list[int] = []  # the pair in which each stands first
        known: dict[str, int] = {}
        for place, text in enumerate(texts):
            row = known.setdefault(normal_form(text), len(self.texts))
            if row == len(self.texts):
                self.texts.append(text)
                self.first.append(place)
            self.of_pair.append(row)


def _near(cosines: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mean cosine of each row's nearest neighbours."""
    k = min(_NEIGHBOURS, cosines.shape[1])
    return np.asarray(np.partition(cosines, -k, axis=1)[:, -k:].mean(1))


def pair_figures(names: Sequence[tuple[Any, ...]], sums: Floats) -> dict[str, Floats]:
    """Retrieval accuracy at 1 both ways, by cosine and by ratio margin, and precision, recall and F1 of mining."""
    column = dict(zip(names, sums.T, strict=True))
    pairs, true, predicted = (column[name,] for name in ("pairs", "true", "predicted"))
    return {
        "pairs": pairs,
        **{
            f"retrieval_{way}_{name}": column[way, name] / np.maximum(1, pairs)
            for name in ("cosine", "margin")
            for way in ("en_ar", "ar_en")
        },
        "mining_precision": true / np.maximum(1, predicted),
        "mining_recall": true / np.maximum(1, pairs),
        "mining_f1": f1(true, predicted, pairs),
    }
