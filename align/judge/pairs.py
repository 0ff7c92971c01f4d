"""Texts to judgements: evidence from the encoder where there is one, then the checks; a stream, in batches.

`check_pairs` judges bare pairs, `check_article` the pairs of an article, pieces of one rendering joined.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

import regex

from align.check import run_checks
from align.check.coverage.measure import measure
from align.match.links import centred, link_words
from align.match.matcher import Matcher
from align.match.pair import bare_probability
from align.records import (
    Article,
    Evidence,
    Finding,
    Judgement,
    Pair,
    Rendering,
    Span,
    Subject,
    TextPair,
    WordLink,
    WordScore,
)
from align.settings import CheckSettings
from align.text.quotation import quoted_spans

_BATCH = 256  # pairs; the encoder sorts what it is given by length, so a batch should hold several of its own
_CONTEXT = 200  # characters of the article around a span that a check may look at
_NEAR = 60  # characters after a frame that follows its speech, where its day may stand
_JOINT = " … "  # between the pieces of a rendering
# A clause that hangs on behind a rendering by a comma: up to the next full stop, no editor's cut in it.
_HUNG_ON = regex.compile(r"[؟?!]?\s*[،,]\s*([^.؟?!…:()\[\]]+)[.؟?!…]*\s*")


def check_pairs(pairs: Iterable[TextPair], matcher: Matcher | None, settings: CheckSettings) -> Iterator[Judgement]:
    """One judgement a pair, in order; without a matcher by rules alone."""
    stream = iter(pairs)
    while batch := list(islice(stream, _BATCH)):
        sound = [pair for pair in batch if pair.error is None]
        found = iter(_evidence(sound, matcher) if matcher else [Evidence()] * len(sound))
        for pair in batch:
            if pair.error is not None:
                yield Judgement(pair, error=pair.error)
            else:
                yield _judge(pair, next(found), settings)


def _evidence(pairs: Sequence[TextPair], matcher: Matcher) -> list[Evidence]:
    encoder, calibration = matcher
    if not pairs:
        return []
    texts = [p.en for p in pairs] + [p.ar for p in pairs]
    words = encoder.encode_words(texts)
    vectors = encoder.encode(texts)  # after the words, whose pass gives them too
    count = len(pairs)
    english = centred(vectors[:count], calibration.mean_en)
    arabic = centred(vectors[count:], calibration.mean_ar)
    evidence = []
    for row in range(count):
        links = link_words(words[row], words[count + row], calibration)
        cosine = float(english[row] @ arabic[row])
        evidence.append(Evidence(cosine, bare_probability(cosine, links), links))
    return evidence


def _judge(pair: TextPair, evidence: Evidence, settings: CheckSettings) -> Judgement:
    links = evidence.links
    subject = Subject(pair.en, pair.ar, None, links.links, links.en_words, links.ar_words, en_context=pair.en)
    findings, verdict = run_checks(subject, settings, probability=evidence.probability)
    coverage = measure(subject)
    sides = (coverage.en, coverage.ar) if coverage else (None, None)
    return Judgement(pair, evidence, sides[0], sides[1], findings, verdict)


def with_own_evidence(pairs: Sequence[Pair], matcher: Matcher) -> tuple[Pair, ...]:
    """The pairs with word links between their texts read by themselves, as the coverage check was fitted.

    Matching reads a whole segment of the article at once, whose words look to their neighbours outside the pair.
    """
    encoder, calibration = matcher
    texts = list(dict.fromkeys(text for pair in pairs for text in (pair.en, pair.ar)))
    words = dict(zip(texts, encoder.encode_words(texts), strict=True)) if texts else {}
    found = [link_words(words[pair.en], words[pair.ar], calibration) for pair in pairs]
    return tuple(
        replace(pair, links=own.links, en_words=own.en_words, ar_words=own.ar_words)
        for pair, own in zip(pairs, found, strict=True)
    )


def check_article(article: Article, pairs: Sequence[Pair], settings: CheckSettings) -> tuple[Pair, ...]:
    """The pairs with findings and verdicts; pieces of one rendering are judged together, and the first carries that."""
    groups: dict[tuple[str, Span], list[Pair]] = {}
    for pair in pairs:
        groups.setdefault((pair.rendering_id, pair.en_span), []).append(pair)
    judged = {p.pair_id: p for group in groups.values() for p in _check_rendering(article, group, pairs, settings)}
    return tuple(judged[pair.pair_id] for pair in pairs)


def _check_rendering(
    article: Article, pieces: list[Pair], pairs: Sequence[Pair], settings: CheckSettings
) -> list[Pair]:
    subject, starts = subject_of(article, pieces)
    subject = replace(subject, left_over=left_over(article, pieces, pairs))
    findings, verdict = run_checks(subject, settings, probability=max(p.probability for p in pieces))
    own: list[list[Finding]] = [[] for _ in pieces]
    for finding in findings:
        place = _piece_of(finding, starts)
        moved = Span(finding.ar.start - starts[place], finding.ar.end - starts[place]) if finding.ar else None
        own[place].append(replace(finding, ar=moved))
    done = [replace(p, findings=tuple(f), verdict=verdict) for p, f in zip(pieces, own, strict=True)]
    if coverage := measure(subject):
        sides = {"coverage_en": coverage.en, "coverage_ar": coverage.ar}
        done[0] = replace(done[0], features={**done[0].features, **sides})
    return done


def _piece_of(finding: Finding, starts: Sequence[int]) -> int:
    """The piece that a finding's Arabic span begins in; the first for one without."""
    return max((n for n, start in enumerate(starts) if finding.ar and start <= finding.ar.start), default=0)


def subject_of(article: Article, pieces: Sequence[Pair]) -> tuple[Subject, list[int]]:
    """What the checks need to know of a rendering, and where each of its pieces starts in the subject's Arabic."""
    first, tweet = pieces[0], article.tweets[pieces[0].tweet]
    starts = [sum(len(p.ar) + len(_JOINT) for p in pieces[:n]) for n in range(len(pieces))]
    before, after = first.ar_span.start, pieces[-1].ar_span.end
    subject = Subject(
        en=first.en,
        ar=_JOINT.join(p.ar for p in pieces),
        rendering=first.rendering,
        links=tuple(
            WordLink(k.en, _moved(k.ar, s), k.score) for p, s in zip(pieces, starts, strict=True) for k in p.links
        ),
        en_words=_best_words(pieces),
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
    )
    return subject, starts


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
    hung_on = _HUNG_ON.fullmatch(article.text, last.end, quote.end)
    return hung_on[1].strip() if hung_on else ""


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
