"""Candidates with their named features: spans found by the word and edge models, then encoded by themselves.

Margin: a pair's cosine over the mean cosine of both sides' nearest neighbours (Artetxe and Schwenk 2019, ratio).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from align.index import FlatIndex
from align.match.links import centred, links_of
from align.match.location import Places, places_of, threads_of
from align.match.numbering import without_thread_marks
from align.match.selection import Picked, ScoredSpans, shortlists
from align.match.span_features import all_spans, span_features
from align.match.window import ArabicWindow, window_of
from align.match.word_features import Sentence, WordComparison, compare_words, word_logits
from align.models.bundle import Bundle
from align.models.sections import Means
from align.protocols import Encoder, Floats, Matrix, WordVectors
from align.records import Article, Segment, Span, WordLinks
from align.text.words import is_function_word

_WINDOW_WORDS = 400  # most articles are one window; with 30 tweets 150, 400 and 1,000 took 1.6, 1.3 and 2.2 s
_NEAREST_SENTENCES = 32  # Arabic ones whose segments are searched for an English one; most articles have fewer
_MARGIN_NEIGHBOURS = 4  # whose mean a margin takes; 2 to 4 gave the same on news
_LEAST_WORTH = 1e-3  # of a span, below which less says no more
_FUNCTION_WORD_WEIGHT = 0.15  # against 1 of any other; they link to anything


@dataclass(frozen=True, slots=True)
class Candidate:
    """A tweet sentence, a span that may render it, and the evidence."""

    tweet: int
    thread: int  # the first tweet of those that are one text with it
    order: int  # of the sentence in the article's tweets
    en_span: Span
    ar_span: Span
    segment: Segment
    features: dict[str, float]
    evidence: WordLinks


@dataclass(frozen=True, slots=True)
class EncodedArticle:
    """One article encoded: what the models look at."""

    article: Article
    sentences: tuple[Sentence, ...]
    english: Matrix  # (sentences, dim), centred
    windows: tuple[ArabicWindow, ...]
    to_search: NDArray[np.bool_]  # (sentences, segments), the segments of all windows one after the other
    places: Places


def encode_article(
    article: Article, segments: Sequence[Segment], encoder: Encoder, means: Means
) -> EncodedArticle | None:
    """Encode the English sentences and the Arabic windows; None where either side is empty."""
    places = [(t.index, s) for t in article.tweets if t.text is not None and t.lang == "en" for s in t.sentences]
    if not places or not segments:
        return None
    texts = [without_thread_marks(span.cut(article.text)) for _, span in places]
    vectors = encoder.encode_words([*texts, *(article.text[s.start : s.end] for s in segments)])
    threads = threads_of(article)
    sentences = tuple(
        Sentence(
            tweet,
            threads[tweet],
            span,
            text,
            found.words,
            np.array([_FUNCTION_WORD_WEIGHT if is_function_word(w.cut(text)) else 1.0 for w in found.words]),
            np.asarray(centred(found.vectors, means.word_mean_en), np.float32),
        )
        for (tweet, span), text, found in zip(places, texts, vectors, strict=False)
        if found.words
    )
    if not sentences:
        return None
    english = np.asarray(centred(encoder.encode([s.text for s in sentences]), means.mean_en), np.float32)
    found = [(segment, words) for segment, words in zip(segments, vectors[len(texts) :], strict=True) if words.words]
    if not found:
        return None
    windows = tuple(window_of(article, part, means) for part in _windows_of(found))
    to_search = _segments_to_search(english, windows, means)
    return EncodedArticle(article, sentences, english, windows, to_search, places_of(article, threads))


def _windows_of(found: Sequence[tuple[Segment, WordVectors]]) -> Iterator[list[tuple[Segment, WordVectors]]]:
    """Neighbouring segments with their words, as many together as a window may hold."""
    part: list[tuple[Segment, WordVectors]] = []
    for segment, words in found:
        if part and sum(len(w.words) for _, w in part) + len(words.words) > _WINDOW_WORDS:
            yield part
            part = []
        part.append((segment, words))
    yield part


def _segments_to_search(english: Matrix, windows: Sequence[ArabicWindow], means: Means) -> NDArray[np.bool_]:
    """For each English sentence the segments that hold its nearest Arabic sentences."""
    owners, rows, count = [], [], 0
    for window in windows:
        first, last = (np.unique(edge) for edge in window.sentence_edges)
        sums = (window.totals[last + 1] - window.totals[first]).astype(np.float32)
        rows.append(sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9))
        owners.append(count + window.owner[first])
        count += len(window.segments)
    owner = np.concatenate(owners)
    if len(owner) <= _NEAREST_SENTENCES:
        return np.ones((len(english), count), bool)
    arabic = np.asarray(centred(np.concatenate(rows), means.mean_ar), np.float32)
    _, found = FlatIndex(arabic).search_top_k(english, _NEAREST_SENTENCES)
    to_search = np.zeros((len(english), count), bool)
    to_search[np.arange(len(english))[:, None], owner[found]] = True
    return to_search


def comparisons_of(encoded: EncodedArticle, means: Means) -> Iterator[tuple[int, NDArray[np.bool_], WordComparison]]:
    """Of each window to search: its place, which of its segments for which sentence, and how their words compare.

    Which segments is (sentences, segments).
    """
    at = 0
    for place, window in enumerate(encoded.windows):
        to_search = encoded.to_search[:, at : at + len(window.segments)]
        at += len(window.segments)
        if to_search.any():
            yield place, to_search, compare_words(window, encoded.sentences, encoded.english, means.mean_ar)


def find_spans(encoded: EncodedArticle, bundle: Bundle) -> list[ScoredSpans]:
    """For each sentence every span of the segments to search, with the edge model's features."""
    parts: list[list[ScoredSpans]] = [[] for _ in encoded.sentences]
    first_segment = np.cumsum([0, *(len(window.segments) for window in encoded.windows)])
    for place, to_search, compared in comparisons_of(encoded, bundle.means):
        spans, window = all_spans(compared.window), compared.window
        if not len(spans.first):
            continue
        logits = word_logits(compared, bundle.matching.word)
        cosines = window.likeness_of_spans(spans.first, spans.last, encoded.english, bundle.means.mean_ar)
        rows = np.flatnonzero(to_search.any(1))
        names, values = span_features(spans, compared, logits, rows, cosines)
        owner = window.owner[spans.first]
        for row, number in enumerate(rows.tolist()):
            kept = np.flatnonzero(to_search[number, owner])
            if not len(kept):
                continue
            first, last = spans.first[kept], spans.last[kept]
            parts[number].append(
                ScoredSpans(
                    number,
                    np.full(len(kept), place),
                    first_segment[place] + owner[kept],
                    first,
                    last,
                    window.starts[first],
                    window.ends[last],
                    dict(zip(names, values[row] if len(kept) == len(owner) else values[row][:, kept], strict=True)),
                )
            )
    return [_joined(part) for part in parts if part]


def _joined(parts: list[ScoredSpans]) -> ScoredSpans:
    found = parts[0]
    if len(parts) > 1:
        features = {name: np.concatenate([part.features[name] for part in parts]) for name in found.features}
        places = ("window", "segment", "first", "last", "starts", "ends")
        joined = {name: np.concatenate([getattr(part, name) for part in parts]) for name in places}
        found = ScoredSpans(found.sentence, **joined, features=features)
    found.features["late_lead"] = found.features["late_cosine"] - found.features["late_cosine"].max()
    return found


def find_candidates(article: Article, segments: Sequence[Segment], encoder: Encoder, bundle: Bundle) -> list[Candidate]:
    """For every English tweet sentence its best spans, with all features."""
    encoded = encode_article(article, segments, encoder, bundle.means)
    if encoded is None:
        return []
    return candidates_of(encoded, pick_spans(find_spans(encoded, bundle), bundle), encoder, bundle)


def pick_spans(spans: Sequence[ScoredSpans], bundle: Bundle) -> list[Picked]:
    """For each sentence its spans and those of them to look at closely."""
    return shortlists(spans, [bundle.matching.edge.score(found.features) for found in spans])


def candidates_of(
    encoded: EncodedArticle,
    picked: Sequence[Picked],
    encoder: Encoder,
    bundle: Bundle,
) -> list[Candidate]:
    """Encode the picked spans by themselves and put all features together."""
    text = encoded.article.text
    texts = [text[found.starts[row] : found.ends[row]] for found, rows, _, _ in picked for row in rows]
    if not texts:
        return []
    arabic = centred(encoder.encode(texts), bundle.means.mean_ar)
    cosines = arabic @ encoded.english.T  # (candidates, sentences)
    around_ar = np.sort(cosines, axis=1)[:, -_MARGIN_NEIGHBOURS:].mean(1)
    around_en = np.sort(cosines, axis=0)[-_MARGIN_NEIGHBOURS:].mean(0)
    out, at = [], 0
    for found, rows, edge, worth in picked:
        for place, row in enumerate(rows):
            features = {name: float(values[row]) for name, values in found.features.items()}
            features |= _vector_features(cosines[at + place], found.sentence, cosines, around_en, around_ar[at + place])
            features |= _rank_features(edge, worth, place)
            features |= encoded.places.features(encoded.sentences[found.sentence].thread, int(found.starts[row]))
            out.append(_candidate(encoded, found, row, features))
        at += len(rows)
    return out


def _vector_features(
    of_span: NDArray[np.float32],
    sentence: int,
    cosines: NDArray[np.float32],
    around_en: NDArray[np.float32],
    around_ar: float,
) -> dict[str, float]:
    """What the span's cosines with all sentences, (sentences,), say of it beside the article's other candidates."""
    cosine = float(of_span[sentence])
    others = np.delete(of_span, sentence)
    return {
        "cosine": cosine,
        "lead": cosine - float(cosines[:, sentence].max()),
        "rival": cosine - float(others.max() if others.size else 0.0),
        "margin": cosine / max(0.1, float(around_en[sentence] + around_ar) / 2),
    }


def _rank_features(edge: Floats, worth: Floats, place: int) -> dict[str, float]:
    return {
        "worth": float(worth[place]),
        "worth_log": float(np.log(worth[place] + _LEAST_WORTH)),
        "edge": float(edge[place]),
        "edge_lead": float(edge[place] - edge[0]),
        "rank": float(min(place, 3)),
        "strong": float((edge > -2).sum()),
    }


def _candidate(encoded: EncodedArticle, found: ScoredSpans, row: int, features: dict[str, float]) -> Candidate:
    sentence = encoded.sentences[found.sentence]
    window = encoded.windows[found.window[row]]
    first, last = int(found.first[row]), int(found.last[row])
    span = Span(int(found.starts[row]), int(found.ends[row]))
    table = sentence.vectors @ window.vectors[first : last + 1].T
    local = [Span(w.start - span.start, w.end - span.start) for w in window.spans[first : last + 1]]
    links = links_of(table, sentence.words, local)
    segment = window.segments[window.owner[first]]
    return Candidate(sentence.tweet, sentence.thread, found.sentence, sentence.span, span, segment, features, links)
