"""Texts to judgements: evidence from the encoder where there is one, then the checks; in batches, bare pairs streamed.

`check_pairs` judges bare pairs, `check_article` the pairs of an article, pieces of one rendering joined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice

import numpy as np
import regex

from align.check import CHECKS, Checked, Checks, View, run_checks, views_of
from align.errors import AlignError
from align.match.links import centred, link_words
from align.match.matcher import Matcher
from align.match.pair import bare_probability
from align.models.bundle import CheckModels
from align.models.doubt import WordJudge
from align.protocols import WordVectors
from align.records import (
    Article,
    BlockKind,
    Doubts,
    Evidence,
    Finding,
    Judgement,
    Pair,
    Rendering,
    Span,
    Subject,
    TextPair,
    Unjudged,
    WordScore,
)
from align.settings import CheckSettings
from align.text.quotation import quoted_spans

_BATCH = 256  # pairs; the encoder sorts what it is given by length, so a batch should hold several of its own
_CONTEXT = 200  # characters of the article around a span that a check may look at
_NEAR = 60  # characters after a frame that follows its speech, where its day may stand
_JOINT = " … "  # between the pieces of a rendering
# A clause behind a rendering, joined to it by a comma: up to the next full stop, no editor's cut in it.
_CLAUSE_BEHIND = regex.compile(r"[؟?!]?\s*+[،,]\s*+([^.؟?!…:()\[\]]++)[.؟?!…]*+\s*+")


def check_pairs(
    pairs: Iterable[TextPair],
    matcher: Matcher | None,
    settings: CheckSettings,
    models: CheckModels,
    checks: Checks = CHECKS,
) -> Iterator[Judgement]:
    """One judgement per pair, in order; without a matcher by rules alone."""
    stream = iter(pairs)
    judge = partial(_judged_together, matcher=matcher, settings=settings, models=models, checks=checks)
    while batch := [_within_limit(pair, settings.max_chars) for pair in islice(stream, _BATCH)]:
        sound = [pair for pair in batch if pair.error is None]
        judged = iter(_each_judged(sound, judge))
        for pair in batch:
            yield next(judged) if pair.error is None else Judgement(pair, error=pair.error)


def _within_limit(pair: TextPair, limit: int) -> TextPair:
    """The pair, with an error where a side is too long to be judged in reasonable time."""
    longest = max(len(pair.en), len(pair.ar))
    if pair.error is not None or longest <= limit:
        return pair
    told = f"expected at most {limit} characters a side, found {longest}; split the text, or raise check.max_chars"
    return pair._replace(error=Unjudged("too_large", told))


def _judged_together(
    pairs: Sequence[TextPair], matcher: Matcher | None, settings: CheckSettings, models: CheckModels, checks: Checks
) -> list[Judgement]:
    found = _evidence(pairs, matcher, settings)
    views = views_of(map(_bare_subject, pairs, found), models)
    return list(map(_judgement, pairs, found, views, run_checks(views, settings, checks)))


def _each_judged(pairs: Sequence[TextPair], judge: Callable[[Sequence[TextPair]], list[Judgement]]) -> list[Judgement]:
    """The pairs judged at once; where a fault of the program comes to light, one by one, so that it costs one alone."""
    try:
        return judge(pairs)
    except AlignError:
        raise  # the model or the settings: no pair would fare better
    except Exception as fault:
        if len(pairs) > 1:
            return [judgement for pair in pairs for judgement in _each_judged([pair], judge)]
        said = " ".join(f"{type(fault).__name__}: {fault}".split())
        refused = Unjudged("failed", f"expected to judge the pair, found a fault of the program ({said}); report it")
        return [Judgement(pairs[0], error=refused)]


def subjects_of(pairs: Sequence[TextPair], matcher: Matcher | None, settings: CheckSettings) -> list[Subject]:
    """What the checks need to know of bare pairs."""
    return list(map(_bare_subject, pairs, _evidence(pairs, matcher, settings)))


def _evidence(pairs: Sequence[TextPair], matcher: Matcher | None, settings: CheckSettings) -> list[Evidence]:
    if matcher is None:
        return [Evidence()] * len(pairs)
    encoder, bundle = matcher
    judge = None if settings.rules_only else bundle.judge
    if not pairs:
        return []
    texts = [p.en for p in pairs] + [p.ar for p in pairs]
    words = encoder.encode_words(texts)
    vectors = encoder.encode(texts)  # after the words, whose pass gives them too
    count = len(pairs)
    english = centred(vectors[:count], bundle.means.mean_en)
    arabic = centred(vectors[count:], bundle.means.mean_ar)
    evidence = []
    for row in range(count):
        links = link_words(words[row], words[count + row], bundle.means)
        cosine = float(english[row] @ arabic[row])
        doubts = judge.doubts(words[row].vectors, words[count + row].vectors) if judge else None
        evidence.append(Evidence(cosine, bare_probability(cosine, links, bundle.pair), links, doubts))
    return evidence


def _bare_subject(pair: TextPair, evidence: Evidence) -> Subject:
    return Subject(
        pair.en,
        pair.ar,
        links=evidence.links.links,
        en_words=evidence.links.en_words,
        ar_words=evidence.links.ar_words,
        doubts=evidence.doubts,
        en_context=pair.en,
        probability=evidence.probability,
    )


def _judgement(pair: TextPair, evidence: Evidence, view: View, checked: Checked) -> Judgement:
    return Judgement(pair, evidence, *_sides(view), checked.findings, checked.verdict, checked.verdict_reason)


def _sides(view: View) -> tuple[float | None, float | None]:
    """How much of each side has a counterpart, where it can be measured."""
    return (view.coverage.en, view.coverage.ar) if view.coverage else (None, None)


def with_own_evidence(pairs: Sequence[Pair], matcher: Matcher, settings: CheckSettings) -> tuple[Pair, ...]:
    """The pairs with word links between their texts read by themselves, as the coverage check was fitted, and doubts.

    Matching reads a whole segment of the article at once, whose words look to their neighbours outside the pair.
    """
    encoder, bundle = matcher
    texts = list(dict.fromkeys(text for pair in pairs for text in (pair.en, pair.ar)))
    words = dict(zip(texts, encoder.encode_words(texts), strict=True)) if texts else {}
    found = [link_words(words[pair.en], words[pair.ar], bundle.means) for pair in pairs]
    doubts = _doubts_of(pairs, words, None if settings.rules_only else bundle.judge)
    return tuple(
        replace(
            pair, links=own.links, en_words=own.en_words, ar_words=own.ar_words, doubts=doubts.get(_rendering(pair))
        )
        for pair, own in zip(pairs, found, strict=True)
    )


def _doubts_of(
    pairs: Sequence[Pair], words: Mapping[str, WordVectors], judge: WordJudge | None
) -> dict[tuple[str, Span], Doubts]:
    """Doubts of each rendering, its pieces one text."""
    found: dict[tuple[str, Span], Doubts] = {}
    if judge is None:
        return found
    for key, pieces in _renderings(pairs).items():
        arabic = np.concatenate([words[piece.ar].vectors for piece in pieces])
        found[key] = judge.doubts(words[pieces[0].en].vectors, arabic)
    return found


def _rendering(pair: Pair) -> tuple[str, Span]:
    return pair.rendering_id, pair.en_span


def _renderings(pairs: Sequence[Pair]) -> dict[tuple[str, Span], list[Pair]]:
    """The pairs by the rendering that they are pieces of, in order."""
    groups: dict[tuple[str, Span], list[Pair]] = {}
    for pair in pairs:
        groups.setdefault(_rendering(pair), []).append(pair)
    return groups


def check_article(
    article: Article, pairs: Sequence[Pair], settings: CheckSettings, models: CheckModels, checks: Checks = CHECKS
) -> tuple[Pair, ...]:
    """The pairs with findings and verdicts; pieces of one rendering are judged as one, all renderings in one batch."""
    renderings = list(_renderings(pairs).values())
    subjects = [replace(subject_of(article, r), left_over=left_over(article, r, pairs)) for r in renderings]
    views = views_of(subjects, models)
    done = map(_given_back, renderings, views, run_checks(views, settings, checks))
    judged = {piece.pair_id: piece for pieces in done for piece in pieces}
    return tuple(judged[pair.pair_id] for pair in pairs)


def _given_back(pieces: list[Pair], view: View, checked: Checked) -> list[Pair]:
    """The pieces of a rendering, each with the findings that lie in it and with the verdict on the whole."""
    starts = starts_of(pieces)
    own: list[list[Finding]] = [[] for _ in pieces]
    for finding in checked.findings:
        place = _piece_of(finding, starts)
        moved = Span(finding.ar.start - starts[place], finding.ar.end - starts[place]) if finding.ar else None
        own[place].append(replace(finding, ar=moved))
    en, ar = _sides(view)
    return [
        replace(
            piece,
            findings=tuple(found),
            verdict=checked.verdict,
            verdict_reason=checked.verdict_reason,
            coverage_en=en,
            coverage_ar=ar,
        )
        for piece, found in zip(pieces, own, strict=True)
    ]


def _piece_of(finding: Finding, starts: Sequence[int]) -> int:
    """The piece that a finding's Arabic span begins in; the first for one without."""
    return max((n for n, start in enumerate(starts) if finding.ar and start <= finding.ar.start), default=0)


def starts_of(pieces: Sequence[Pair]) -> list[int]:
    """Where each piece of a rendering starts in the subject's Arabic."""
    return [sum(len(p.ar) + len(_JOINT) for p in pieces[:n]) for n in range(len(pieces))]


def subject_of(article: Article, pieces: Sequence[Pair]) -> Subject:
    """What the checks need to know of a rendering."""
    first, tweet, starts = pieces[0], article.tweets[pieces[0].tweet], starts_of(pieces)
    before, after = first.ar_span.start, pieces[-1].ar_span.end
    return Subject(
        en=first.en,
        ar=_JOINT.join(p.ar for p in pieces),
        rendering=first.rendering,
        links=tuple(k._replace(ar=_moved(k.ar, s)) for p, s in zip(pieces, starts, strict=True) for k in p.links),
        en_words=_best_words(pieces),
        doubts=first.doubts,
        ar_words=tuple(
            WordScore(_moved(w.span, s), w.score) for p, s in zip(pieces, starts, strict=True) for w in p.ar_words
        ),
        en_context=tweet.text or "",
        ar_before=article.text[max(0, before - _CONTEXT) : before],
        ar_after=article.text[after : after + _CONTEXT],
        author=tweet.author,
        handle=tweet.handle,
        speaker=first.speaker,
        frame=_frame_words(article, first.ar_span),
        tweet_date=tweet.created_at,
        published=article.published,
        is_excerpt=first.rendering is Rendering.HEADLINE,
        is_summary=_is_in_summary(article, first.ar_span),
        probability=max(p.probability for p in pieces),
    )


def _is_in_summary(article: Article, span: Span) -> bool:
    """Whether a span stands in the standfirst or in the lead: the first paragraph of an article that has a headline."""
    block = next((b for b in article.blocks if b.start <= span.start < b.end), None)
    if block is None or block.kind is BlockKind.STANDFIRST:
        return block is not None
    if all(b.kind is not BlockKind.HEADLINE for b in article.blocks):
        return False
    return block == next((b for b in article.blocks if b.kind is BlockKind.PARAGRAPH), None)


def left_over(article: Article, pieces: Sequence[Pair], pairs: Sequence[Pair]) -> str:
    """The words that hang on behind a rendering by a comma, inside its quotation marks, where no pair takes them.

    Empty while a sentence of the tweet has no pair: the words may render that one.
    """
    last = max(pieces, key=lambda p: p.ar_span.end).ar_span
    rendered = {pair.en_span for pair in pairs if pair.tweet == pieces[0].tweet}
    if not rendered.issuperset(article.tweets[pieces[0].tweet].sentences):
        return ""
    line_start = article.text.rfind("\n", 0, last.start) + 1
    line_end = article.text.find("\n", last.end)
    quotes = quoted_spans(article.text, line_start, line_end if line_end >= 0 else len(article.text))
    quote = next((q for q in quotes if q.start <= last.start and last.end < q.end), None)
    if quote is None or any(last.end <= pair.ar_span.start < quote.end for pair in pairs):
        return ""
    clause = _CLAUSE_BEHIND.fullmatch(article.text, last.end, quote.end)
    return clause[1].strip() if clause else ""


def _frame_words(article: Article, span: Span) -> str:
    """The words of the frame that brings a span in: from its speaker or verb to the speech, or after the speech."""
    for frame in article.frames:
        speech = next((s for s in frame.speech if s.start <= span.start < s.end), None)
        named = [place for place in (frame.speaker, frame.verb) if place]
        if speech is None or not named:
            continue
        start, end = min(p.start for p in named), max(p.end for p in named)
        if start < speech.start:
            return article.text[max(start, speech.start - _CONTEXT) : speech.start].strip()
        line_end = article.text.find("\n", end)
        return article.text[start : min(end + _NEAR, line_end if line_end >= 0 else len(article.text))].strip()
    return ""


def _best_words(pieces: Sequence[Pair]) -> tuple[WordScore, ...]:
    """Every English word with its best likeness to any piece."""
    if any(len(p.en_words) != len(pieces[0].en_words) for p in pieces):
        return ()
    return tuple(max(same, key=lambda w: w.score) for same in zip(*(p.en_words for p in pieces), strict=True))


def _moved(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)
