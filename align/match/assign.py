"""From scored candidates to pairs: a global choice per article in which no Arabic span serves two sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from align.files import sha256_text
from align.match.calibration import FEATURES, Calibration
from align.match.scores import Candidate, find_candidates
from align.protocols import Encoder
from align.records import Article, BlockKind, Pair, Rejection, Rendering, Segment, SegmentKind, Span

_RUNNERS_UP = 3  # refused candidates kept a sentence


@dataclass(frozen=True, slots=True)
class MatchResult:
    """What was paired and what was not."""

    pairs: tuple[Pair, ...]
    rejected: tuple[Rejection, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A candidate that no better one overlaps, with the regression's score."""

    candidate: Candidate
    score: float


def match_article(
    article: Article,
    segments: Sequence[Segment],
    encoder: Encoder,
    calibration: Calibration,
    threshold: float | None = None,
) -> MatchResult:
    """Pair each tweet sentence with every span that renders it; a sentence may stay without one."""
    least = calibration.threshold if threshold is None else threshold
    chosen = choose(find_candidates(article, segments, encoder, calibration), calibration)
    pairs, rejected, kept = [], [], dict[tuple[int, Span], int]()
    for item in chosen:
        probability = calibration.probability(item.score)
        if probability >= least:
            pairs.append(_pair(article, item.candidate, probability))
            continue
        key = (item.candidate.tweet, item.candidate.en_span)
        kept[key] = kept.get(key, 0) + 1
        if kept[key] <= _RUNNERS_UP:
            rejected.append(_rejection(article, item.candidate, probability, least))
    pairs.sort(key=lambda pair: (pair.tweet, pair.en_span, pair.ar_span))
    return MatchResult(tuple(pairs), tuple(rejected))


def choose(candidates: Sequence[Candidate], calibration: Calibration) -> list[Chosen]:
    """The best candidates of an article, best first, no two of which overlap."""
    if not candidates:
        return []
    rows = np.array([[c.features[name] for name in FEATURES] for c in candidates], np.float64)
    scores = calibration.score(rows)
    chosen: list[Chosen] = []
    for number in np.argsort(-scores, kind="stable"):
        span = candidates[number].segment.span
        if all(c.candidate.segment.end <= span.start or span.end <= c.candidate.segment.start for c in chosen):
            chosen.append(Chosen(candidates[number], float(scores[number])))
    return chosen


def _pair(article: Article, candidate: Candidate, probability: float) -> Pair:
    en, ar = candidate.en_span.cut(article.text), candidate.segment.span.cut(article.text)
    parts = (article.doc_id, candidate.tweet, *candidate.en_span, *candidate.segment.span, en, ar)
    pair_id = sha256_text(repr(parts))[:16]
    speaker = candidate.segment.frame.speaker if candidate.segment.frame else None
    return Pair(
        pair_id,
        pair_id,
        article.doc_id,
        candidate.tweet,
        candidate.en_span,
        en,
        candidate.segment.span,
        ar,
        _rendering(candidate.segment),
        probability,
        candidate.features,
        candidate.links,
        speaker=speaker.cut(article.text) if speaker else None,
        speaker_span=speaker,
    )


def _rendering(segment: Segment) -> Rendering:
    if segment.block is BlockKind.HEADLINE:
        return Rendering.HEADLINE
    is_direct = segment.frame.is_direct if segment.frame else segment.kind is SegmentKind.QUOTE
    return Rendering.QUOTE if is_direct else Rendering.REPORTED


def _rejection(article: Article, candidate: Candidate, probability: float, least: float) -> Rejection:
    return Rejection(
        "match",
        "below_threshold",
        f"probability {probability:.3f} is below the threshold {least:.3f}",
        doc_id=article.doc_id,
        extra={
            "tweet": candidate.tweet,
            "en_start": candidate.en_span.start,
            "en_end": candidate.en_span.end,
            "ar_start": candidate.segment.start,
            "ar_end": candidate.segment.end,
            "ar": candidate.segment.span.cut(article.text),
            "probability": round(probability, 4),
            "features": {name: round(value, 4) for name, value in candidate.features.items()},
        },
    )
