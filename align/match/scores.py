"""Candidates with their named features: centred cosine, margin, and how many words of each side are linked.

Margin: ratio of a pair's cosine to the mean cosine of both sides' nearest neighbours (Artetxe and Schwenk 2019), here
over the article. Word links: mutual argmax over contextual word vectors (SimAlign, Jalili Sabet et al. 2020), found
once a paragraph, so that a span's links can be held against those just outside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from align.index import FlatIndex
from align.match.calibration import Calibration
from align.protocols import Encoder, Matrix, WordVectors
from align.records import Article, BlockKind, Segment, SegmentKind, Span, WordLink

_NEIGHBOURS = 4  # of the margin; articles are small, 2 to 4 gave the same on news
_CANDIDATES = 24  # nearest segments kept a sentence; the gold span was among them in all but a few articles


@dataclass(frozen=True, slots=True)
class Candidate:
    """A tweet sentence, a segment that may render it, and the evidence."""

    tweet: int
    en_span: Span
    segment: Segment
    features: dict[str, float]
    links: tuple[WordLink, ...]


def centred(vectors: NDArray[np.float32], mean: NDArray[np.float32]) -> Matrix:
    """Rows less the mean (their own one where none is stored), at unit length."""
    base = mean if mean.size else vectors.mean(0)
    moved = vectors - base
    norms = np.linalg.norm(moved, axis=1, keepdims=True)
    return np.asarray(moved / np.maximum(norms, 1e-9), np.float32)


def find_candidates(
    article: Article, segments: Sequence[Segment], encoder: Encoder, calibration: Calibration
) -> list[Candidate]:
    """For every English tweet sentence its nearest segments, with all features."""
    sentences = [(t.index, s) for t in article.tweets if t.text is not None and t.lang == "en" for s in t.sentences]
    if not sentences or not segments:
        return []
    texts = [span.cut(article.text) for _, span in sentences]
    english = centred(encoder.encode(texts), calibration.mean_en)
    arabic = centred(encoder.encode([s.span.cut(article.text) for s in segments]), calibration.mean_ar)
    k = min(_CANDIDATES, len(segments))
    cosines, rows = FlatIndex(arabic).search_top_k(english, k)
    near_en = cosines[:, :_NEIGHBOURS].mean(1)
    near_ar = np.sort(arabic @ english.T, axis=1)[:, -_NEIGHBOURS:].mean(1)
    words = _Words(article, texts, segments, encoder, calibration)
    found = []
    for number, (tweet, span) in enumerate(sentences):
        for place in range(k):
            row, cosine = int(rows[number, place]), float(cosines[number, place])
            segment = segments[row]
            features, links = words.evidence(number, segment)
            features |= {
                "cosine": cosine,
                "margin": cosine / max(0.05, float(near_en[number] + near_ar[row]) / 2),
                "lead": cosine - float(cosines[number, 0]),
                "length": abs(float(np.log((segment.end - segment.start) / max(1, span.end - span.start))) + 0.12),
            } | _kind_features(segment)
            found.append(Candidate(tweet, span, segment, features, links))
    return found


def _kind_features(segment: Segment) -> dict[str, float]:
    return {
        "is_quote": float(segment.kind is SegmentKind.QUOTE),
        "is_reported": float(segment.kind is SegmentKind.REPORTED),
        "is_headline": float(segment.block is BlockKind.HEADLINE),
        "is_sentence": float(segment.kind is SegmentKind.SENTENCE),
    }


class _Words:
    """Word vectors of the sentences and of the article's blocks, and their similarities, each computed once."""

    def __init__(
        self,
        article: Article,
        texts: list[str],
        segments: Sequence[Segment],
        encoder: Encoder,
        calibration: Calibration,
    ) -> None:
        starts = {s.start for s in segments}
        self._blocks = [b for b in article.blocks if any(b.start <= start < b.end for start in starts)]
        vectors = encoder.encode_words([*texts, *(article.text[b.start : b.end] for b in self._blocks)])
        self._english = _centred_words(vectors[: len(texts)], calibration.word_mean_en)
        self._arabic = _centred_words(vectors[len(texts) :], calibration.word_mean_ar)
        self._english_words = [v.words for v in vectors[: len(texts)]]
        self._arabic_words = [
            [Span(w.start + b.start, w.end + b.start) for w in v.words]
            for v, b in zip(vectors[len(texts) :], self._blocks, strict=True)
        ]
        self._similar: dict[tuple[int, int], tuple[NDArray[np.float32], NDArray[np.bool_]]] = {}

    def _similarity(self, sentence: int, block: int) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        key = (sentence, block)
        if key not in self._similar:
            table = self._english[sentence] @ self._arabic[block].T
            mutual = np.zeros(table.shape, bool)
            if table.size:
                best_ar, best_en = table.argmax(1), table.argmax(0)
                rows = np.arange(len(best_ar))
                mutual[rows, best_ar] = best_en[best_ar] == rows
            self._similar[key] = (table, mutual)
        return self._similar[key]

    def evidence(self, sentence: int, segment: Segment) -> tuple[dict[str, float], tuple[WordLink, ...]]:
        """Coverage features of one candidate, and its word links (offsets into the two strings)."""
        block = next(i for i, b in enumerate(self._blocks) if b.start <= segment.start < b.end)
        table, mutual = self._similarity(sentence, block)
        inside = np.array([segment.start <= w.start and w.end <= segment.end for w in self._arabic_words[block]], bool)
        empty = {"coverage_en": 0.0, "coverage_ar": 0.0, "soft_en": 0.0, "soft_ar": 0.0, "outside": 0.0}
        if not table.size or not inside.any():
            return empty, ()
        linked = mutual[:, inside]
        part = table[:, inside]
        features = {
            "coverage_en": float(linked.any(1).mean()),
            "coverage_ar": float(linked.any(0).mean()),
            "soft_en": float(part.max(1).mean()),
            "soft_ar": float(part.max(0).mean()),
            "outside": float(mutual[:, ~inside].any(1).mean()) if (~inside).any() else 0.0,
        }
        places = np.flatnonzero(inside)
        arabic = self._arabic_words[block]
        links = tuple(
            WordLink(
                self._english_words[sentence][row],
                Span(arabic[places[column]].start - segment.start, arabic[places[column]].end - segment.start),
                float(max(0.0, part[row, column])),
            )
            for row, column in zip(*np.nonzero(linked), strict=True)
        )
        return features, links


def _centred_words(texts: Sequence[WordVectors], mean: NDArray[np.float32]) -> list[Matrix]:
    if not mean.size:
        every = [t.vectors for t in texts if len(t.vectors)]
        mean = np.concatenate(every).mean(0) if every else mean
    return [centred(t.vectors, mean) if len(t.vectors) else t.vectors for t in texts]
