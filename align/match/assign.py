"""From scored candidates to pairs: a global choice per article in which no Arabic span serves two sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import regex

from align.files import sha256_text
from align.match.candidates import Candidate, find_candidates
from align.match.choice import Chosen, judge, outlooks_of
from align.models.bundle import Bundle
from align.protocols import Encoder
from align.records import (
    Article,
    Block,
    BlockKind,
    Frame,
    Outlook,
    Pair,
    Rejection,
    Rendering,
    Segment,
    Span,
    linked_words,
)
from align.text.quotation import quoted_spans

_RUNNERS_UP_PER_SENTENCE = 3  # refused candidates that are kept
# Two spans of one block are pieces of one rendering where each covers words of the sentence that the other does not:
# by at least this share of the words that either covers.
_LEAST_NEW_SHARE = 0.25
# What follows a rendering in its quotation, behind a comma and in the same sentence.
_QUOTATION_TAIL = regex.compile(r"[؟?!]?\s*+[،,]\s*+(?P<words>[^.؟?!\s]++(?:[^\S\n]++[^.؟?!\s]++)*+)[.؟?!\s]*+")


@dataclass(frozen=True, slots=True)
class MatchResult:
    """What was paired and what was not."""

    pairs: tuple[Pair, ...]
    rejected: tuple[Rejection, ...]
    outlooks: tuple[Outlook, ...] = ()  # of every English sentence


def match_article(
    article: Article,
    segments: Sequence[Segment],
    encoder: Encoder,
    bundle: Bundle,
    threshold: float,
) -> MatchResult:
    """Pair each tweet sentence with every span of at least this probability; a sentence may stay without one."""
    chosen, lost = judge(find_candidates(article, segments, encoder, bundle), bundle.matching)
    chosen = with_additions(article, chosen, threshold)
    pairs = with_renderings(article, [pair_of(article, c) for c in chosen if c.probability >= threshold])
    paired = {(pair.tweet, pair.en_span) for pair in pairs}
    outlooks = outlooks_of(article, [*chosen, *lost], paired, min(bundle.matching.doubt, threshold))
    return MatchResult(pairs, _runners_up(article, chosen, threshold), outlooks)


def with_additions(article: Article, chosen: Sequence[Chosen], threshold: float) -> list[Chosen]:
    """Accepted renderings that open a quotation, with the shorter tail that nothing in the tweet answers to.

    The marks put the tail in the author's mouth too, so it belongs to what is checked: an addition, most likely.
    (Out of fold, strict macro F1 on `dev` is .961 without this and .976 with it; on `natural_dev` .765 both ways.)
    """
    taken = [c.candidate.ar_span for c in chosen if c.probability >= threshold]
    out = []
    for item in chosen:
        span = item.candidate.ar_span
        end = _end_of_quotation(article.text, item.candidate) if item.probability >= threshold else span.end
        if end > span.end and not any(span.end <= other.start < end for other in taken):
            item = replace(item, candidate=replace(item.candidate, ar_span=Span(span.start, end)))
        out.append(item)
    return out


def _end_of_quotation(text: str, candidate: Candidate) -> int:
    """Where the rendering ends once its quotation's tail is counted in; its own end where there is no such tail."""
    span, segment = candidate.ar_span, candidate.segment
    for quote in quoted_spans(text, segment.start, segment.end):
        if quote.start <= span.start and span.end <= quote.end and not text[quote.start : span.start].strip():
            tail = _QUOTATION_TAIL.fullmatch(text, span.end, quote.end)
            if tail and len(tail["words"].split()) <= len(span.cut(text).split()):
                return tail.end("words")
    return span.end


def pair_of(article: Article, chosen: Chosen) -> Pair:
    """The pair of an accepted candidate; `rendering_id` is its own until pieces are joined."""
    candidate = chosen.candidate
    en, ar = candidate.en_span.cut(article.text), candidate.ar_span.cut(article.text)
    pair_id = sha256_text(repr((article.doc_id, candidate.tweet, *candidate.en_span, *candidate.ar_span, en, ar)))[:16]
    frame = _frame_of(article, candidate.ar_span)
    speaker = frame.speaker if frame else None
    return Pair(
        pair_id,
        pair_id,
        article.doc_id,
        candidate.tweet,
        candidate.en_span,
        en,
        candidate.ar_span,
        ar,
        _rendering(article, candidate, frame),
        chosen.probability,
        candidate.features,
        *candidate.evidence,
        speaker=speaker.cut(article.text) if speaker else None,
        speaker_span=speaker,
    )


def _frame_of(article: Article, span: Span) -> Frame | None:
    """The innermost frame whose speech holds the span."""
    holding = [f for f in article.frames if any(s.start <= span.start and span.end <= s.end for s in f.speech)]
    return min(holding, key=lambda f: f.speech[-1].end - f.speech[0].start, default=None)


def _rendering(article: Article, candidate: Candidate, frame: Frame | None) -> Rendering:
    segment, span = candidate.segment, candidate.ar_span
    if segment.block is BlockKind.HEADLINE:
        return Rendering.HEADLINE
    quotes = quoted_spans(article.text, segment.start, segment.end)
    is_quoted = any(q.start <= span.start and span.end <= q.end for q in quotes)
    return Rendering.QUOTE if is_quoted or (frame and frame.is_direct) else Rendering.REPORTED


def with_renderings(article: Article, pairs: Sequence[Pair]) -> tuple[Pair, ...]:
    """The pairs in order of the text; pieces of one rendering get the id of their first."""
    ordered = sorted(pairs, key=lambda pair: (pair.tweet, pair.en_span, pair.ar_span))
    out: list[Pair] = []
    for pair in ordered:
        before = out[-1] if out else None
        if before and before.en_span == pair.en_span and _are_pieces(article, before, pair):
            pair = replace(pair, rendering_id=before.rendering_id)
        out.append(pair)
    return tuple(out)


def _are_pieces(article: Article, one: Pair, other: Pair) -> bool:
    """Whether two renderings of one sentence stand in one block or neighbouring ones, and cover different words."""
    places = [_block_number(article.blocks, pair.ar_span.start) for pair in (one, other)]
    is_headline = Rendering.HEADLINE in (one.rendering, other.rendering)
    if abs(places[0] - places[1]) > (0 if is_headline else 1):
        return False
    first, second = (linked_words(pair.links)[0] for pair in (one, other))
    least = _LEAST_NEW_SHARE * max(1, len(first | second))
    return len(first - second) >= least and len(second - first) >= least


def _block_number(blocks: Sequence[Block], offset: int) -> int:
    """Place of the block at `offset`, tweets not counted."""
    texts = [block for block in blocks if block.kind is not BlockKind.TWEET]
    return next((place for place, block in enumerate(texts) if block.start <= offset < block.end), -1)


def _runners_up(article: Article, chosen: Sequence[Chosen], threshold: float) -> tuple[Rejection, ...]:
    kept: dict[tuple[int, Span], int] = {}
    rejected = []
    for item in chosen:
        key = (item.candidate.tweet, item.candidate.en_span)
        if item.probability < threshold and kept.setdefault(key, 0) < _RUNNERS_UP_PER_SENTENCE:
            kept[key] += 1
            rejected.append(_rejection(article, item, threshold))
    return tuple(rejected)


def _rejection(article: Article, item: Chosen, threshold: float) -> Rejection:
    candidate = item.candidate
    return Rejection(
        "match",
        "below_threshold",
        f"probability {item.probability:.3f} is below the threshold {threshold:.3f}",
        doc_id=article.doc_id,
        extra={
            "tweet": candidate.tweet,
            "en_start": candidate.en_span.start,
            "en_end": candidate.en_span.end,
            "ar_start": candidate.ar_span.start,
            "ar_end": candidate.ar_span.end,
            "ar": candidate.ar_span.cut(article.text),
            "probability": round(item.probability, 4),
            "features": {name: round(value, 4) for name, value in candidate.features.items()},
        },
    )
