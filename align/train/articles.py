"""The benchmark articles that matching is fitted on, read as the program reads them, with their gold."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from align.extract import extract_article
from align.figures import overlap
from align.files import sha256_text
from align.match.candidates import Candidate, EncodedArticle, encode_article
from align.models.sections import Means
from align.protocols import Encoder, Floats, Ints
from align.records import Article, Document, Segment, Span
from align.run.aligner import with_sentences
from align.segment import segment_article
from align.settings import ReadSettings
from align.train.folds import fold_of, inner_fold_of

# Where each set stands in the shared folder; of `natural`, the articles J are never read.
SETS = {
    "natural_dev": Path("bench", "natural_dev.jsonl"),
    "natural": Path("train", "natural.jsonl"),
    "dev": Path("bench", "dev.jsonl"),
}
_UNREAD = "J"  # how the ids of articles begin that nothing is fitted on
NATURAL_WEIGHT = 3.0  # of an article written freely against a composed one, of which there are five times as many
LOOSE, STRICT = 0.5, 0.9  # overlap with a gold span from which a pair is right


@dataclass(frozen=True, slots=True)
class ArticleExample:
    """One benchmark article with its gold."""

    set: str
    row: dict[str, Any]  # of the benchmark's file
    article: Article
    segments: tuple[Segment, ...]
    encoded: EncodedArticle | None = None

    @property
    def name(self) -> str:
        """Its set and its id."""
        return f"{self.set}/{self.row['id']}"

    @property
    def _doc(self) -> str:
        return str(self.row.get("doc", self.row["id"]))

    @property
    def fold(self) -> int:
        """That of its document."""
        return fold_of(self._doc)

    @property
    def inner_fold(self) -> int:
        """For the fits within a fold."""
        return inner_fold_of(self._doc)

    @property
    def weight(self) -> float:
        """In every fit."""
        return NATURAL_WEIGHT if self.set != "dev" else 1.0

    def gold(self, en_span: Span) -> list[tuple[int, int]]:
        """Arabic spans that render the sentence at `en_span`."""
        out = []
        for link in self.row["links"]:
            tweet = self.row["tweets"][link["tweet"]]
            start, end = (tweet["body"][0] + offset for offset in tweet["sents"][link["sent"]]["body_span"])
            if overlap((start, end), en_span) >= LOOSE:
                out.append((int(link["ar"][0]), int(link["ar"][1])))
        return out

    def is_right(self, candidate: Candidate, least: float = LOOSE) -> bool:
        """Whether a candidate's span overlaps a gold one of its sentence by so much."""
        return any(overlap(candidate.ar_span, gold) >= least for gold in self.gold(candidate.en_span))


def overlaps(starts: Ints, ends: Ints, gold: Sequence[tuple[int, int]]) -> Floats:
    """Best overlap of each span with any gold span, (n,)."""
    best = np.zeros(len(starts))
    for a, b in gold:
        common = np.maximum(0, np.minimum(ends, b) - np.maximum(starts, a))
        best = np.maximum(best, common / (np.maximum(ends, b) - np.minimum(starts, a)))
    return best


def load_examples(shared: Path) -> tuple[list[ArticleExample], str]:
    """All articles of the benchmarks that may be fitted on, not encoded, and a hash of what was read."""
    examples, read = [], ""
    for name, place in SETS.items():
        for line in (shared / place).read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if name == "natural" and row["id"].startswith(_UNREAD):
                continue
            read += line
            article = extract_article(Document(row["id"], row["id"], row["text"]), ReadSettings())
            article = replace(article, tweets=tuple(map(with_sentences, article.tweets)))
            examples.append(ArticleExample(name, row, article, segment_article(article)))
    return examples, sha256_text(read)[:8]


def means_of(examples: Sequence[ArticleExample], encoder: Encoder) -> Means:
    """Means over the English sentences and the Arabic segments of all examples."""
    english = [s.cut(e.article.text) for e in examples for t in e.article.tweets for s in t.sentences]
    arabic = [e.article.text[s.start : s.end] for e in examples for s in e.segments]
    sides = [encoder.encode(side).mean(0) for side in (english, arabic)]
    words = [np.concatenate([w.vectors for w in encoder.encode_words(side)]).mean(0) for side in (english, arabic)]
    return Means(*sides, *words)


def with_vectors(examples: Sequence[ArticleExample], encoder: Encoder, means: Means) -> list[ArticleExample]:
    """The examples with what the models look at; None in `encoded` where a side is empty."""
    return [replace(e, encoded=encode_article(e.article, e.segments, encoder, means)) for e in examples]
