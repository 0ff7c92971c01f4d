"""The Arabic side of matching: some segments with all that their words tell before any English is looked at."""

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
from align.match.links import centred
from align.models.sections import Means
from align.protocols import Floats, Ints, Matrix, WordVectors
from align.records import Article, BlockKind, Segment, Span
from align.text.normal import normal_form
from align.text.quotation import MARKS, quoted_spans
from align.text.transliteration import name_likeness

LEFT = ("start", "quote", "stop", "colon", "comma", "inna", "waw", "plain")  # what stands before a word
RIGHT = ("end", "quote", "stop", "comma", "plain")  # what stands behind it
_STOP = regex.compile(r"[.!?؟\n]")
_MARK = regex.compile(r"[\p{P}ـ]")  # a tatweel between words is a printer's dash
_BRACKETED = regex.compile(r"[(\[][^()\[\]\n]{1,80}[)\]]")
_ELISION = regex.compile(r"[(\[](?:\.{2,}|…)[)\]]")  # an editor's cut: no boundary of the sentence around it
_COMPLEMENTISER = regex.compile(r"[وف]?[بل]?ان(?:ه|ها|هم|هما|هن|نا|ني|ي)?")
_BACKGROUND_VERB = regex.compile(r"و?(?:كان|كانت|كانوا|سبق)")
# Prepositions, conjunctions and relatives: what follows one belongs to it, and a clause seldom ends in one.
_PARTICLE = regex.compile(
    r"[وف]?(?:من|الي|علي|عن|في|فى|مع|حتي|منذ|بين|تحت|فوق|امام|خلال|عند|عبر|ضد|حول|دون|بعد|قبل|بعدما|قبلما|فيما|بينما"
    r"|عندما|حين|حيث|اذ|اذا|لو|لكن|لكنه|لكنها|ثم|او|ام|بل|كي|لكي|ما|الذي|التي|الذين|اللذين|اللتين|اللواتي|غير|سوي|الا|كما|مثل"
    r"|لان|لانه|لانها|ب?[بل]?ان(?:ه|ها|هم|نا|ني|ي)?)"
)
_LEAST_NAME_LIKENESS = 0.8  # of a name's two spellings, as in the checks of names


def running_sums(values: NDArray[Any]) -> Floats:
    """Running sums along the last axis, one longer than `values`: out[j] - out[i] is the sum over [i, j)."""
    out = np.zeros((*values.shape[:-1], values.shape[-1] + 1))
    np.cumsum(values, axis=-1, dtype=np.float64, out=out[..., 1:])
    return out


@lru_cache(maxsize=65_536)  # an article asks for each of its words and authors, many times over: 8 % of matching
def names_author(author: str | None, word: str) -> bool:
    """Whether an Arabic word, a clitic in front or not, spells a part of the author's name."""
    form = normal_form(word)
    spellings = [form, *([form[1:]] if form[:1] in "وبلكف" and len(form) > 3 else [])]
    parts = [part for part in regex.findall(r"\p{L}+", author or "") if len(part) > 2]
    return any(name_likeness(part, spelling) >= _LEAST_NAME_LIKENESS for part in parts for spelling in spellings)


class Gap(NamedTuple):
    """What is printed between two words."""

    kind: str  # quote, stop, colon, comma or plain
    ends_clause: bool
    counts: tuple[int, int, int]  # quotation marks, colons, brackets


@lru_cache(maxsize=4096)
def _gap_of(printed: str) -> Gap:
    printed = _ELISION.sub("", printed)
    quotes, colons, brackets = (sum(char in marks for char in printed) for marks in (MARKS, ":", "()[]"))
    has_mark = bool(_MARK.search(printed))
    kinds = {"quote": quotes, "stop": _STOP.search(printed), "colon": colons, "comma": has_mark}
    kind = next((name for name, is_there in kinds.items() if is_there), "plain")
    return Gap(kind, has_mark, (quotes, colons, brackets))


@dataclass(frozen=True)
class ArabicWindow:
    """Neighbouring segments of an article that are searched in one go; arrays have one entry a word."""

    text: str  # the article's
    segments: tuple[Segment, ...]  # each with a word at least
    owner: Ints  # place of the word's segment among them
    spans: tuple[Span, ...]  # of the words, into the article
    printed: tuple[str, ...]  # the words
    vectors: Matrix  # (n, dim), centred word vectors
    totals: Floats  # (n + 1, dim), running sums of the last layer
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
    def gaps(self) -> tuple[tuple[Gap, ...], tuple[Gap, ...]]:
        """What is printed before each word and behind it, within its segment, less editors' cuts."""
        at, (low, high) = np.arange(len(self)), self.segment_edges
        begin = np.array([segment.start for segment in self.segments])[self.owner]
        end = np.array([segment.end for segment in self.segments])[self.owner]
        before = np.where(at == low, begin, np.roll(self.ends, 1)).tolist()
        behind = np.where(at == high, end, np.roll(self.starts, -1)).tolist()
        starts, ends = self.starts.tolist(), self.ends.tolist()
        return (
            tuple(_gap_of(self.text[a:b]) for a, b in zip(before, starts, strict=True)),
            tuple(_gap_of(self.text[a:b]) for a, b in zip(ends, behind, strict=True)),
        )

    @cached_property
    def marks_before(self) -> Ints:
        """Quotation marks, colons and brackets before each word: (3, n)."""
        return np.cumsum([gap.counts for gap in self.gaps[0]], axis=0, dtype=np.int64).T

    @cached_property
    def seams(self) -> Ints:
        """Places up to each word where one quotation closes and the next opens with no word between them, (n,)."""
        return np.cumsum([gap.counts[0] > 1 for gap in self.gaps[0]], dtype=np.int64)

    @cached_property
    def is_quoted(self) -> NDArray[np.bool_]:
        """Whether the word stands between quotation marks."""
        quotes = [quote for s in self.segments for quote in quoted_spans(self.text, s.start, s.end)]
        return _inside(quotes, self.starts, self.ends)

    @cached_property
    def is_bracketed(self) -> NDArray[np.bool_]:
        """Whether it stands in brackets: an editor's word, which no tweet holds."""
        found = [Span(*m.span()) for s in self.segments for m in _BRACKETED.finditer(self.text, s.start, s.end)]
        return _inside(found, self.starts, self.ends)

    def is_of(self, kind: BlockKind) -> NDArray[np.bool_]:
        """Whether the word stands in a block of this kind."""
        return np.array([segment.block is kind for segment in self.segments])[self.owner]

    @cached_property
    def clause_edges(self) -> tuple[Ints, Ints]:
        """First and last word of each word's clause: any mark ends one."""
        return _edges_of(np.cumsum([gap.ends_clause for gap in self.gaps[0]]) + self.owner)

    @cached_property
    def segment_edges(self) -> tuple[Ints, Ints]:
        """First and last word of each word's segment."""
        return _edges_of(self.owner)

    @cached_property
    def sentence_edges(self) -> tuple[Ints, Ints]:
        """First and last word of each word's sentence."""
        return _edges_of(self.sentence)

    @cached_property
    def unit_edges(self) -> tuple[Ints, Ints]:
        """First and last word of its sentence's part on the same side of quotation marks."""
        turns = np.cumsum(np.diff(self.is_quoted, prepend=self.is_quoted[:1])) + self.seams
        return _edges_of(self.sentence * (2 * len(self) + 1) + turns)

    @cached_property
    def left(self) -> Ints:
        """What stands before each word, as a place in LEFT."""
        firsts = self.segment_edges[0].tolist()
        return np.array([LEFT.index("start" if k == first else self._left(k)) for k, first in enumerate(firsts)])

    def _left(self, k: int) -> str:
        kind = self.gaps[0][k].kind
        if kind != "plain":
            return kind
        if self.is_complement[k - 1]:
            return "inna"
        word = self.printed[k]
        return "waw" if word[0] in "وف" and len(word) > 3 else "plain"

    @cached_property
    def right(self) -> Ints:
        """What stands behind each word, as a place in RIGHT."""
        kinds = ("comma" if gap.kind == "colon" else gap.kind for gap in self.gaps[1])
        lasts = self.segment_edges[1].tolist()
        return np.array([RIGHT.index("end" if k == lasts[k] else kind) for k, kind in enumerate(kinds)])

    @cached_property
    def is_complement(self) -> NDArray[np.bool_]:
        """Whether the word is إنّ or أنّ in one of its forms."""
        return np.array([bool(_COMPLEMENTISER.fullmatch(normal_form(word))) for word in self.printed], bool)

    @cached_property
    def is_particle(self) -> NDArray[np.bool_]:
        """Whether the word is one that something must follow: a preposition, a conjunction, a relative."""
        return np.array([bool(_PARTICLE.fullmatch(normal_form(word))) for word in self.printed], bool)

    @cached_property
    def is_background(self) -> NDArray[np.bool_]:
        """Whether the word's sentence opens like background to the news: `وكان قد ...`, what happened before."""
        first, _ = self.sentence_edges
        opens = {k: bool(_BACKGROUND_VERB.fullmatch(normal_form(self.printed[k]))) for k in set(first.tolist())}
        return np.array([opens[k] for k in first.tolist()], bool)

    @cached_property
    def numbers(self) -> tuple[tuple[int, frozenset[Fraction]], ...]:
        """The word at which each number begins, with every value the number may be read as."""
        found = []
        for place, segment in enumerate(self.segments):
            for span, values in numbers_of(self.text[segment.start : segment.end], arabic=True):
                k = int(np.searchsorted(self.ends, span.start + segment.start, "right"))
                if k < len(self) and self.owner[k] == place:
                    found.append((k, values))
        return tuple(found)

    def likeness_of_spans(self, first: Ints, last: Ints, english: Matrix, mean: NDArray[np.float32]) -> Floats:
        """Cosine of each sentence and words first..last (both inside): (sentences, spans).

        A span's vector is the mean of its pieces in the pass over its whole segment ("late chunking", Günther et al.
        2024), so that all spans of a segment cost one pass.
        """
        sums = (self.totals[last + 1] - self.totals[first]).astype(np.float32)
        units = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)
        return np.asarray(english @ centred(units, mean).T, np.float64)


def window_of(article: Article, found: Sequence[tuple[Segment, WordVectors]], means: Means) -> ArabicWindow:
    """Put together what is known of some segments; the words beside each are of its `text[start:end]`, one at least."""
    segments, words = zip(*found, strict=True)
    spans = tuple(Span(w.start + s.start, w.end + s.start) for s, found_words in found for w in found_words.words)
    printed = tuple(span.cut(article.text) for span in spans)
    owner = np.repeat(np.arange(len(segments)), [len(own.words) for own in words])
    ends = np.array([sentence.end for segment in segments for sentence in segment.sentences])
    starts = np.array([span.start for span in spans], np.int64)
    last = np.array([span.end for span in spans], np.int64)
    begin, end = segments[0].start, segments[-1].end
    verbs = {frame.verb.start for frame in article.frames if frame.verb}
    beside = [f for f in article.frames if f.speech[0].start < end and begin < f.speech[-1].end]
    spoken = [_inside(frame.speech, starts, last) for frame in beside]
    named = [
        (frame.speaker.cut(article.text), inside) for frame, inside in zip(beside, spoken, strict=True) if frame.speaker
    ]
    authors = {tweet.author for tweet in article.tweets}
    names = {author: np.array([names_author(author, word) for word in printed], bool) for author in authors}
    speech = {author: _speech(author, named, len(spans)) for author in authors}
    sums = np.concatenate([own.sums for own in words])
    return ArabicWindow(
        article.text,
        segments,
        owner,
        spans,
        printed,
        np.asarray(centred(np.concatenate([own.vectors for own in words]), means.word_mean_ar), np.float32),
        np.concatenate([np.zeros((1, sums.shape[1])), np.cumsum(sums, 0, np.float64)]),
        np.searchsorted(ends, starts, "right") * len(segments) + owner,
        np.array([not verbs.isdisjoint(range(*span)) for span in spans], bool),
        _inside([part for frame in beside for part in frame.speech], starts, last),
        {tweet.index: names[tweet.author] for tweet in article.tweets},
        {tweet.index: speech[tweet.author] for tweet in article.tweets},
    )


def _edges_of(ids: Ints) -> tuple[Ints, Ints]:
    """First and last place of each one's number; `ids` rise."""
    return np.searchsorted(ids, ids, "left"), np.searchsorted(ids, ids, "right") - 1


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
