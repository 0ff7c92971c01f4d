"""What the other renderings of an article say of one: a tweet is mostly rendered in one place, or not at all.

The pair model judges a span by itself. A weak rendering beside a sure one of the same tweet is likelier right than the
same span alone, and likelier still where it goes on in the tweet's order right behind it; a second rendering of a
sentence is less likely than its first. Posts of one thread are one text here: none is another's rival.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from align.match.candidates import Candidate
from align.protocols import Floats, Ints

_MOST_LOGIT = 5.0  # logits beyond it say no more; its negative stands for "no such span"
_MOST_BETWEEN = 25  # letters between two spans side by side: marks, or a short frame
_SECOND_PARAGRAPH = 1.0  # log1p of a paragraph's number: the first two are the lead
_MOST_NEAR = 400  # letters between two spans of neighbouring paragraphs or sentences


def context_features(candidates: Sequence[Candidate], logits: Floats) -> dict[str, Floats]:
    """The context model's features of an article's chosen spans, none of which overlap: (n,) each.

    `logits` are the pair model's.
    """
    own = np.clip(logits, -_MOST_LOGIT, _MOST_LOGIT)
    thread = np.array([c.thread for c in candidates])
    order = np.array([c.order for c in candidates])
    block = np.array([c.segment.start for c in candidates])
    of_tweet = thread[:, None] == thread
    of_sentence = order[:, None] == order
    is_other = ~np.eye(len(own), dtype=bool)
    beside = (block[:, None] == block) & is_other
    repeated = _best(own, of_sentence & is_other)
    gaps = _gaps(candidates)
    is_title = np.array([c.features.get("is_headline", 0) + c.features.get("is_standfirst", 0) > 0 for c in candidates])
    is_lead = np.array([c.features.get("paragraph", 1.0) < _SECOND_PARAGRAPH for c in candidates]) & ~is_title
    again = np.maximum(repeated, 0)
    steps = order - order[:, None]  # how far on in the tweets the other's sentence is
    return {
        "pair_logit": own,
        "context_strong": np.minimum((of_tweet & ~of_sentence & (own > 0)).sum(1), 3).astype(float),
        "context_tweet": _best(own, of_tweet),
        "context_repeated": repeated,
        "context_is_repeat": np.where(repeated > own, np.maximum(repeated, 0), 0.0),
        "context_is_lead": is_lead.astype(float),
        "context_title_again": is_title * again,
        "context_lead_again": is_lead * again,
        "context_title_tweet": is_title * _best(own, of_tweet & is_other),
        "context_words": np.array([c.features.get("words", 2.0) for c in candidates]),
        "context_beside": _best(own, beside & of_tweet),
        "context_near": _best(own, (np.abs(gaps) <= _MOST_NEAR) & of_tweet & ~of_sentence & is_other),
        "context_before": _best(own, (steps == -1) & (gaps <= 0) & (gaps >= -_MOST_BETWEEN) & of_tweet),
        "context_behind": _best(own, (steps == 1) & (gaps >= 0) & (gaps <= _MOST_BETWEEN) & of_tweet),
        "context_rival_beside": _best(own, beside & ~of_tweet),
        "context_has_rivals": (~of_tweet).any(1).astype(float),
    }


def _gaps(candidates: Sequence[Candidate]) -> Ints:
    """Letters from each span to each other one, (n, n): negative where the other stands before it."""
    starts = np.array([c.ar_span.start for c in candidates])
    ends = np.array([c.ar_span.end for c in candidates])
    return np.asarray(np.where(starts >= ends[:, None], starts - ends[:, None], ends - starts[:, None]))


def _best(logits: Floats, mask: NDArray[np.bool_]) -> Floats:
    return np.asarray(np.where(mask, logits, -_MOST_LOGIT).max(1, initial=-_MOST_LOGIT))
