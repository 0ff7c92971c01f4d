"""What the other renderings of an article say of one: a tweet is mostly rendered in one place, or not at all.

The pair model judges a span by itself. A weak rendering next to a sure one of the same tweet is likelier than the same
span alone in the article, and a second rendering of a sentence is less likely than its first.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from align.match.scores import Candidate
from align.match.stretch import Floats
from align.records import BlockKind

CONTEXT_NAMES = (
    "logit",
    "others",
    "others_strong",
    "has_others",
    "repeats",
    "is_repeat",
    "near",
    "rivals_near",
    "tweet_best",
    "is_best",
    "headline_others",
    "has_rivals",
)
_LIMIT = 5.0  # logits beyond it say no more
_ABSENT = -_LIMIT  # where there is no other rendering to look at


def context_features(candidates: Sequence[Candidate], logits: Floats) -> dict[str, Floats]:
    """The context model's features of an article's chosen spans, none of which overlap: (n,) each."""
    logits = np.clip(logits, -_LIMIT, _LIMIT)
    tweet = np.array([c.tweet for c in candidates])
    sentence = np.array([c.en_span.start for c in candidates])
    block = np.array([c.segment.start for c in candidates])
    headline = np.array([float(c.segment.block is BlockKind.HEADLINE) for c in candidates])
    same_tweet = tweet[:, None] == tweet
    same_sentence = same_tweet & (sentence[:, None] == sentence)
    np.fill_diagonal(same_sentence, False)
    apart = same_tweet & (sentence[:, None] != sentence)
    near = (block[:, None] == block) & ~np.eye(len(logits), dtype=bool)
    others, repeats = _best(logits, apart), _best(logits, same_sentence)
    tweet_best = np.maximum(_best(logits, same_tweet), logits)
    return {
        "logit": logits,
        "others": others,
        "others_strong": np.minimum((apart & (logits > 0)).sum(1), 3).astype(float),
        "has_others": apart.any(1).astype(float),
        "repeats": repeats,
        "is_repeat": (repeats > logits).astype(float) * np.maximum(repeats, 0),
        "near": _best(logits, near & same_tweet),
        "rivals_near": _best(logits, near & ~same_tweet),
        "tweet_best": tweet_best,
        "is_best": (logits >= tweet_best).astype(float),
        "headline_others": headline * np.maximum(np.maximum(others, repeats), 0),
        "has_rivals": (~same_tweet).any(1).astype(float),
    }


def _best(logits: Floats, mask: np.ndarray) -> Floats:
    return np.asarray(np.where(mask, logits, _ABSENT).max(1, initial=_ABSENT))
