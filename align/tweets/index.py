"""A collection of tweets as an index: built, added to, and asked which of its tweets a text renders."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from align.errors import IndexError_, ReadError
from align.files import sha256_text
from align.index.folder import LANGUAGES, IndexFolder
from align.match.links import centred, link_words
from align.match.matcher import Matcher
from align.match.pair import bare_probability
from align.records import Post, Rejection
from align.text.sentences import split_arabic, split_tweet
from align.text.words import count_arabic, is_mostly_arabic

_BATCH = 2048  # posts encoded and written at once: what an interrupted build holds in memory
_RESCORED = 20  # nearest sentences whose words are compared


@dataclass(slots=True)
class Added:
    """What a build or an addition did."""

    posts: int = 0
    sentences: int = 0
    known: int = 0  # posts that the index holds already
    refused: int = 0
    without_text: int = 0  # posts that hold no sentence


@dataclass(frozen=True, slots=True)
class Hit:
    """A sentence of a post that may render the query, or be rendered by it."""

    cosine: float
    probability: float
    row: dict[str, Any]  # sentence, its place in the post's text, and the post

    def as_row(self) -> dict[str, Any]:
        """For JSON."""
        return {"probability": round(self.probability, 4), "cosine": round(self.cosine, 4), **self.row}


def add_posts(
    folder: IndexFolder,
    posts: Iterable[Post | Rejection],
    matcher: Matcher,
    say: Callable[[str], None] = lambda line: None,
) -> Added:
    """Index every sentence of every post that is not there yet; streamed, and nothing counts until all is in.

    Raises ReadError when no post could be read.
    """
    known = {_key(row["post_id"], row["text"]) for shelf in folder.shelves.values() for row in shelf.all_rows()}
    added, stream = Added(), iter(posts)
    while batch := list(islice(stream, _BATCH)):
        fresh = [post for post in batch if isinstance(post, Post) and _is_new(post, known, added)]
        added.refused += sum(isinstance(post, Rejection) for post in batch)
        for item in batch:
            if isinstance(item, Rejection):
                say(f"refused {item.source}: {item.detail}")
        rows = [row for post in fresh for row in rows_of(post)]
        added.posts += len({row["source"] for row in rows})
        added.without_text += len(fresh) - len({row["source"] for row in rows})
        added.sentences += len(rows)
        for lang in LANGUAGES:
            own = [row for row in rows if row["lang"] == lang]
            if own:
                folder.append(lang, own, matcher.encoder.encode([row["sentence"] for row in own]))
        say(f"{added.posts} posts, {added.sentences} sentences")
    if not added.posts and not added.known:
        raise ReadError("no_text", "expected posts with English or Arabic text, found none; see docs/formats.md")
    for lang in LANGUAGES:
        if folder.shelves[lang].count:
            say(f"{lang}: {folder.plan(lang).describe()}")
    calibration = matcher.calibration
    folder.finish({"en": calibration.mean_en, "ar": calibration.mean_ar}, posts=added.posts)
    return added


def _is_new(post: Post, known: set[str], added: Added) -> bool:
    key = _key(post.post_id, post.text)
    if key in known:
        added.known += 1
        return False
    known.add(key)
    return True


def _key(post_id: str | None, text: str) -> str:
    return sha256_text(f"{post_id}\0{text}")[:20]


def rows_of(post: Post) -> Iterator[dict[str, Any]]:
    """A row for each sentence of a post, with what is known of the post."""
    lang = "ar" if is_mostly_arabic(post.text) else "en"
    facts = asdict(post)
    del facts["lang"]
    spans = split_arabic(post.text) if lang == "ar" else split_tweet(post.text)
    for span in spans:
        sentence = span.cut(post.text)
        if lang == "en" or count_arabic(sentence):
            yield {"lang": lang, "sentence": sentence, "start": span.start, "end": span.end, **facts}


def merge_folders(path: Path, others: Sequence[Path]) -> Added:
    """Take the rows and vectors of other indexes into the one at `path`, some at a time, each post once.

    Raises IndexError_ when one of them is of another model.
    """
    folder, added = IndexFolder.open(path), Added()
    known = {_key(row["post_id"], row["text"]) for shelf in folder.shelves.values() for row in shelf.all_rows()}
    for other in map(IndexFolder.open, others):
        folder.require_same_model(other)
        fresh: set[str] = set()
        old: set[str] = set()
        for lang, shelf in other.shelves.items():
            vectors = shelf.vectors()
            for start in range(0, shelf.count, _BATCH):
                rows = list(shelf.rows(range(start, min(shelf.count, start + _BATCH))))
                keys = [_key(row["post_id"], row["text"]) for row in rows]
                kept = [n for n, key in enumerate(keys) if key not in known]
                old |= set(keys) & known
                fresh |= {keys[n] for n in kept}
                folder.append(lang, [rows[n] for n in kept], np.asarray(vectors[start : start + _BATCH])[kept])
                added.sentences += len(kept)
        known |= fresh
        added.posts += len(fresh)
        added.known += len(old)
    folder.finish({lang: folder.mean(lang) for lang in LANGUAGES}, posts=added.posts)
    return added


def search_text(folder: IndexFolder, text: str, matcher: Matcher, *, top: int, exact: bool = False) -> list[Hit]:
    """The sentences of the other language that are likeliest to render `text`, best first, at most one a post.

    Raises IndexError_ when the index holds no sentence of the other language.
    """
    lang = "en" if is_mostly_arabic(text) else "ar"
    if not folder.shelves[lang].count:
        names = {"en": "English", "ar": "Arabic"}
        raise IndexError_(
            f"expected {names[lang]} sentences in {folder.path} to hold the text against, found none; give the text "
            "in the other language, or add posts with `align index add`"
        )
    mean = matcher.calibration.mean_ar if lang == "en" else matcher.calibration.mean_en
    query = _centred_query(matcher.encoder.encode([text]), mean)
    near = folder.search_top_k(lang, query, max(top, _RESCORED), exact=exact)
    there = near.rows[0] >= 0
    rows = list(folder.shelves[lang].rows(near.rows[0][there].tolist()))
    hits = _rescored(text, rows, near.cosines[0][there].tolist(), matcher, is_arabic=lang == "en")
    best: dict[str, Hit] = {}
    for hit in sorted(hits, key=lambda hit: (-hit.probability, -hit.cosine)):
        best.setdefault(hit.row["source"], hit)
    return list(best.values())[:top]


def _centred_query(vectors: Any, mean: Any) -> Any:
    """One text has no mean of its own: where none is stored its vector stays as it is."""
    return centred(vectors, mean if mean.size else np.zeros(vectors.shape[1], np.float32))


def _rescored(
    text: str, rows: Sequence[dict[str, Any]], cosines: Sequence[float], matcher: Matcher, *, is_arabic: bool
) -> list[Hit]:
    """Hits with the probability that words and vectors together give."""
    query, *found = matcher.encoder.encode_words([text, *(row["sentence"] for row in rows)])
    hits = []
    for row, cosine, words in zip(rows, cosines, found, strict=True):
        sides = (words, query) if is_arabic else (query, words)
        hits.append(Hit(cosine, bare_probability(cosine, link_words(*sides, matcher.calibration)), row))
    return hits
