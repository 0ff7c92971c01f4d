"""What the other renderings of an article say of one: a tweet is mostly rendered in one place, or not at all.

The pair model judges a span by itself. A weak rendering beside a sure one of the same tweet is likelier right than the
same span alone, and a second rendering of a sentence is less likely than its first.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from align.match.candidates import Candidate
from align.protocols import Floats

_MOST_LOGIT = 5.0  # logits beyond it say no more; its negative stands for "no such span"


def context_features(candidates: Sequence[Candidate], logits: Floats) -> dict[str, Floats]:
    """The context model's features of an article's chosen spans, none of which overlap: (n,) each.

    `logits` are the pair model's.
    """
    own = np.clip(logits, -_MOST_LOGIT, _MOST_LOGIT)
    tweet = np.array([c.tweet for c in candidates])
    sentence = np.array([c.en_span.start for c in candidates])
    block = np.array([c.segment.start for c in candidates])
    of_tweet = tweet[:, None] == tweet
    of_sentence = of_tweet & (sentence[:, None] == sentence)
    is_other = ~np.eye(len(own), dtype=bool)
    beside = (block[:, None] == block) & is_other
    repeated = _best(own, of_sentence & is_other)
    return {
        "pair_logit": own,
        "context_strong": np.minimum((of_tweet & ~of_sentence & (own > 0)).sum(1), 3).astype(float),
        "context_tweet": _best(own, of_tweet),
        "context_repeated": repeated,
        "context_is_repeat": np.where(repeated > own, np.maximum(repeated, 0), 0.0),
        "context_beside": _best(own, beside & of_tweet),
        "context_rival_beside": _best(own, beside & ~of_tweet),
        "context_has_rivals": (~of_tweet).any(1).astype(float),
    }


def _best(logits: Floats, mask: NDArray[np.bool_]) -> Floats:
    return np.asarray(np.where(mask, logits, -_MOST_LOGIT).max(1, initial=-_MOST_LOGIT))
