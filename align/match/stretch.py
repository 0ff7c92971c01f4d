"""The Arabic side of matching: a stretch of text with all that its words tell before any English is looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import numpy as np
import regex
from numpy.typing import NDArray

from align.match.anchors import numbers_of
from align.match.calibration import Calibration
from align.match.links import centred
from align.protocols import Matrix, WordVectors
from align.records import Article, Segment, Span
from align.text.normal import normal_form
from align.text.quotation import MARKS, quoted_spans
from align.text.transliteration import name_likeness

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

LEFT = ("start", "quote", "stop", "colon", "comma", "inna", "waw", "plain")  # what stands before a word
RIGHT = ("end", "quote", "stop", "comma", "plain")  # what stands behind it
_STOP = regex.compile(r"[.!?؟\n]")
_MARK = regex.compile(r"\p{P}")
_BRACKETED = regex.compile(r"[(\[][^()\[\]\n]{1,80}[)\]]")
_ELISION = regex.compile(r"[(\[](?:\.{2,}|…)[)\]]")  # an editor's cut: no boundary of the sentence around it
_COMPLEMENT = regex.compile(r"[وف]?[بل]?ان(?:ه|ها|هم|هما|هن|نا|ني|ي)?")
_BACKGROUND = regex.compile(r"و?(?:كان|كانت|كانوا|سبق)")
_LEAST_LIKENESS = 0.8  # of a name's two spellings, as in the checks of names


def prefix(values: NDArray[Any]) -> Floats:
    """Running sums along the last axis, one longer than `values`: the sum over [i, j) is prefix[j] - prefix[i]."""
    out = np.zeros((*values.shape[:-1], values.shape[-1] + 1))
    np.cumsum(values, axis=-1, dtype=np.float64, out=out[..., 1:])
    return out


@lru_cache(maxsize=65_536)  # an article asks for each of its words and authors, many times over: 8 % of matching
def names_author(author: str | None, word: str) -> bool:
    """Whether an Arabic word, a clitic in front or not, spells a part of the author's name."""
    form = normal_form(word)
    spellings = [form, *([form[1:]] if form[:1] in "وبلكف" and len(form) > 3 else [])]
    parts = [part for part in regex.findall(r"\p{L}+", author or "") if len(part) > 2]
    return any(name_likeness(part, spelling) >= _LEAST_LIKENESS for part in parts for spelling in spellings)


class Gap(NamedTuple):
    """What is printed between two words."""

    kind: str  # quote, stop, colon, comma or plain
    ends_clause: bool
    counts: tuple[int, int, int]  # quotation marks, colons, brackets


@lru_cache(maxsize=4096)
def _gap(printed: str) -> Gap:
    quotes, colons, brackets = (sum(char in marks for char in printed) for marks in (MARKS, ":", "()[]"))
    has_mark = bool(_MARK.search(printed))
    kinds = {"quote": quotes, "stop": _STOP.search(printed), "colon": colons, "comma": has_mark}
    kind = next((name for name, is_there in kinds.items() if is_there), "plain")
    return Gap(kind, has_mark, (quotes, colons, brackets))


@dataclass(frozen=True)
class Stretch:
    """One segment; arrays have one entry a word."""

    text: str  # the article's
    segment: Segment
    spans: tuple[Span, ...]  # of the words, into the article
    vectors: Matrix  # (n, dim), centred word vectors
    totals: NDArray[np.float32]  # (n + 1, dim), running sums of the last layer
    sentence: Ints  # number of the word's sentence
    is_verb: NDArray[np.bool_]  # a verb of saying that brings in speech
    is_speech: NDArray[np.bool_]  # in what such a verb brings in, whoever speaks
    names: Mapping[int, NDArray[np.bool_]]  # tweet -> words that name its author
    in_speech: Mapping[int, NDArray[np.int8]]  # tweet -> 1 in speech of its author, -1 of another named speaker, else 0

    def __len__(self) -> int:
        return len(self.spans)

    @cached_property
    def starts(self) -> Ints:
        """Where the words start in the article."""
        return np.array([span.start for span in self.spans])

    @cached_property
    def ends(self) -> Ints:
        """Where they end."""
        return np.array([span.end for span in self.spans])

    @cached_property
    def printed(self) -> tuple[str, ...]:
        """The words as printed."""
        return tuple(span.cut(self.text) for span in self.spans)

    @cached_property
    def gaps(self) -> tuple[Gap, ...]:
        """What is printed before each word and, last, behind all, less editors' cuts: (n + 1)."""
        edges = [self.segment.start, *(offset for span in self.spans for offset in span), self.segment.end]
        return tuple(_gap(_ELISION.sub("", self.text[a:b])) for a, b in zip(edges[::2], edges[1::2], strict=True))

    @cached_property
    def marks_before(self) -> Ints:
        """Quotation marks, colons and brackets before each word, within the stretch: (3, n)."""
        return np.cumsum([gap.counts for gap in self.gaps[:-1]], axis=0, dtype=np.int64).T

    @cached_property
    def is_quoted(self) -> NDArray[np.bool_]:
        """Whether the word stands between quotation marks."""
        return _inside(quoted_spans(self.text, self.segment.start, self.segment.end), self.starts, self.ends)

    @cached_property
    def is_bracketed(self) -> NDArray[np.bool_]:
        """Whether it stands in brackets: an editor's word, which no tweet holds."""
        found = _BRACKETED.finditer(self.text, self.segment.start, self.segment.end)
        return _inside([Span(*match.span()) for match in found], self.starts, self.ends)

    @cached_property
    def clause(self) -> Ints:
        """Number of the word's clause: any mark ends one."""
        return np.cumsum([gap.ends_clause for gap in self.gaps[:-1]])

    @cached_property
    def sentence_edges(self) -> tuple[Ints, Ints]:
        """First and last word of each word's sentence."""
        return np.searchsorted(self.sentence, self.sentence, "left"), self._last(self.sentence)

    @cached_property
    def unit_edges(self) -> tuple[Ints, Ints]:
        """First and last word of its sentence's part on the same side of quotation marks."""
        turns = np.cumsum(np.r_[0, np.diff(self.is_quoted.astype(int)) != 0]) if len(self) else self.sentence
        unit = self.sentence * (len(self) + 1) + turns
        return np.searchsorted(unit, unit, "left"), self._last(unit)

    @staticmethod
    def _last(ids: Ints) -> Ints:
        return np.searchsorted(ids, ids, "right") - 1

    @cached_property
    def left(self) -> Ints:
        """What stands before each word, as a place in LEFT."""
        return np.array([LEFT.index(self._left(k)) for k in range(len(self))])

    def _left(self, k: int) -> str:
        if k == 0:
            return "start"
        kind = self.gaps[k].kind
        if kind != "plain":
            return kind
        if self.is_complement[k - 1]:
            return "inna"
        word = self.printed[k]
        return "waw" if word[0] in "وف" and len(word) > 3 else "plain"

    @cached_property
    def right(self) -> Ints:
        """What stands behind each word, as a place in RIGHT."""
        kinds = ["comma" if gap.kind == "colon" else gap.kind for gap in self.gaps[1:-1]] + ["end"] * bool(len(self))
        return np.array([RIGHT.index(kind) for kind in kinds])

    @cached_property
    def is_complement(self) -> NDArray[np.bool_]:
        """Whether the word is إنّ or أنّ in one of its forms."""
        return np.array([bool(_COMPLEMENT.fullmatch(normal_form(word))) for word in self.printed], bool)

    @cached_property
    def is_background(self) -> NDArray[np.bool_]:
        """Whether the word's sentence opens like background to the news: `وكان قد ...`, what happened before."""
        first, _ = self.sentence_edges
        opens = {k: bool(_BACKGROUND.fullmatch(normal_form(self.printed[k]))) for k in set(first.tolist())}
        return np.array([opens[k] for k in first.tolist()], bool)

    @cached_property
    def numbers(self) -> tuple[tuple[int, frozenset[Fraction]], ...]:
        """The word at which each number begins, with every value the number may be read as."""
        found = numbers_of(self.text[self.segment.start : self.segment.end], arabic=True)
        places = np.searchsorted(self.ends, [span.start + self.segment.start for span, _ in found], "right")
        return tuple((int(k), values) for k, (_, values) in zip(places, found, strict=True) if k < len(self))

    def likeness_of_spans(self, first: Ints, last: Ints, english: Matrix, mean: NDArray[np.float32]) -> Floats:
        """Cosine of each sentence and words first..last (both inside): (sentences, spans).

        A span's vector is the mean of its pieces in the pass over the whole stretch ("late chunking", Günther et al.
        2024), so that all spans of a stretch cost one pass.
        """
        sums = self.totals[last + 1] - self.totals[first]
        units = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)
        return np.asarray(english @ centred(units, mean).T, np.float64)


def stretch_of(article: Article, segment: Segment, words: WordVectors, calibration: Calibration) -> Stretch:
    """Put together what is known of one segment; `words` are of `text[segment.start:segment.end]`."""
    spans = tuple(Span(w.start + segment.start, w.end + segment.start) for w in words.words)
    ends = np.array([sentence.end for sentence in segment.sentences])
    starts = np.array([span.start for span in spans], np.int64)
    last = np.array([span.end for span in spans], np.int64)
    verbs = [f.verb.start for f in article.frames if f.verb and segment.start <= f.verb.start < segment.end]
    near = [f for f in article.frames if f.speech[0].start < segment.end and segment.start < f.speech[-1].end]
    spoken = [_inside(frame.speech, starts, last) for frame in near]
    named = [
        (frame.speaker.cut(article.text), words) for frame, words in zip(near, spoken, strict=True) if frame.speaker
    ]
    printed = [span.cut(article.text) for span in spans]
    authors = {tweet.author for tweet in article.tweets}
    names = {author: np.array([names_author(author, word) for word in printed], bool) for author in authors}
    speech = {author: _speech(author, named, len(spans)) for author in authors}
    return Stretch(
        article.text,
        segment,
        spans,
        np.asarray(centred(words.vectors, calibration.word_mean_ar), np.float32),
        np.concatenate([np.zeros((1, words.sums.shape[1]), np.float32), np.cumsum(words.sums, 0)]),
        np.searchsorted(ends, starts, "right"),
        np.array([any(span.start <= verb < span.end for verb in verbs) for span in spans], bool),
        np.any(spoken, axis=0) if spoken else np.zeros(len(spans), bool),
        {tweet.index: names[tweet.author] for tweet in article.tweets},
        {tweet.index: speech[tweet.author] for tweet in article.tweets},
    )


def _inside(parts: Sequence[Span], starts: Ints, ends: Ints) -> NDArray[np.bool_]:
    """Which words, given by their offsets, lie within one of `parts`."""
    inside = np.zeros(len(starts), bool)
    for part in parts:
        inside |= (part.start <= starts) & (ends <= part.end)
    return inside


def _speech(author: str | None, named: Sequence[tuple[str, NDArray[np.bool_]]], size: int) -> NDArray[np.int8]:
    """What `in_speech` holds for an author; `named` are speakers and the words that each speaks, later ones on top."""
    out = np.zeros(size, np.int8)
    for speaker, spoken in named:
        out[spoken] = 1 if any(names_author(author, word) for word in speaker.split()) else -1
    return out
