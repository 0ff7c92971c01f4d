"""What a run got right, counted article by article against a gold file in the benchmark's format.

A link counts as found when one pair has an English span that overlaps its own by half and an Arabic span that overlaps
by half (strict: by nine tenths), both as intersection over union, matched one to one, best overlap first.
"""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from align.evaluate.gold import GoldArticle, GoldLink
from align.records import Severity, Span
from align.rows.kinds import DocumentRow, PairLine, RejectionRow, TweetRow
from align.rows.reading import read_rows

LOOSE, _STRICT = 0.5, 0.9
_SAME_TWEET = 0.8  # overlap of the bodies
_CONTEXT = 30  # characters on each side that tell apart two places with the same string
_NOWHERE = Span(-2, -1)  # overlaps nothing
Tally = defaultdict[tuple[Any, ...], float]  # a count by the name of its column


@dataclass(frozen=True, slots=True)
class Run:
    """What a run directory holds, by article."""

    documents: Mapping[str, DocumentRow]
    tweets: Mapping[str, list[TweetRow]]
    pairs: Mapping[str, list[PairLine]]


def read_run(path: Path) -> Run:
    """What `align run`, or another program that writes the same files, wrote into `path`.

    Raises RunError when a file of the contract is missing or broken.
    """
    tweets: dict[str, list[TweetRow]] = defaultdict(list)
    pairs: dict[str, list[PairLine]] = defaultdict(list)
    documents = {row["doc_id"]: row for row in read_rows(path, "documents", is_foreign=True)}
    for tweet in read_rows(path, "tweets", is_foreign=True):
        tweets[tweet["doc_id"]].append(tweet)
    for pair in read_rows(path, "pairs", is_foreign=True):
        pairs[pair["doc_id"]].append(pair)
    return Run(documents, dict(tweets), dict(pairs))


def overlap(a: tuple[int, int], b: tuple[int, int]) -> float:
    """Intersection over union of two spans."""
    inter = min(a[1], b[1]) - max(a[0], b[0])
    return inter / (max(a[1], b[1]) - min(a[0], b[0])) if inter > 0 else 0.0


def relocate(span: Span, source: str, target: str) -> Span:
    """Where `target` holds `source[span]`, white space folded; among several places the one in the likest context."""
    words = span.cut(source).split()
    places = [Span(*m.span()) for m in re.finditer(r"\s*".join(map(re.escape, words)), target)] if words else []
    context = source[max(0, span.start - _CONTEXT) : span.start] + "|" + source[span.end : span.end + _CONTEXT]

    def likeness(place: Span) -> float:
        around = target[max(0, place.start - _CONTEXT) : place.start] + "|" + target[place.end : place.end + _CONTEXT]
        return difflib.SequenceMatcher(None, context, around, autojunk=False).ratio()

    return max(places, key=likeness, default=_NOWHERE)


def match_links(gold: Sequence[GoldLink], pairs: Sequence[PairLine | RejectionRow], least: float) -> dict[int, int]:
    """Gold link to pair, one to one, best Arabic overlap (at least `least`) first."""
    near = []
    for g, link in enumerate(gold):
        for p, pair in enumerate(pairs):
            likeness = overlap(link.ar, (pair["ar_start"], pair["ar_end"]))
            if likeness >= least and overlap(link.en, (pair["en_start"], pair["en_end"])) >= LOOSE:
                near.append((likeness, g, p))
    found: dict[int, int] = {}
    taken: set[int] = set()
    for _, g, p in sorted(near, reverse=True):
        if g not in found and p not in taken:
            found[g] = p
            taken.add(p)
    return found


@dataclass(frozen=True, slots=True)
class Counts:
    """Everything that figures are made of, as sums over articles: a column a count, a row an article.

    A column is named by a tuple: ("tweets_gold",), ("scenario", name, "true"), ("error", kind), ("gap", bin) and so on.
    """

    names: tuple[tuple[Any, ...], ...]
    table: NDArray[np.float64]  # (articles, names)

    def __len__(self) -> int:
        return len(self.table)


def count_run(articles: Sequence[GoldArticle], run: Run, *, by_text: bool = False, only_read: bool = False) -> Counts:
    """What a run got right, article by article.

    `by_text`: the articles were read from pages, so gold spans are found again by their string. `only_read`: articles
    that the run does not hold are left out.
    """
    kept = [article for article in articles if not only_read or article.doc_id in run.documents]
    rows = []
    for article in kept:
        there = run.documents.get(article.doc_id) if by_text else None
        if there is not None:
            article = _moved(article, lambda span, a=article, t=there["text"]: relocate(span, a.text, t))  # type: ignore[misc]
        row = Tally(float, {("articles",): 1})
        _count_tweets(article, run.tweets.get(article.doc_id, []), row)
        _count_links(article, run.pairs.get(article.doc_id, []), row)
        rows.append(row)
    return counts_of(rows)


def counts_of(rows: Sequence[Mapping[tuple[Any, ...], float]]) -> Counts:
    """The table of these rows."""
    names = tuple(sorted({name for row in rows for name in row}, key=repr))
    return Counts(
        names, np.array([[row.get(name, 0) for name in names] for row in rows], float).reshape(len(rows), len(names))
    )


def _moved(article: GoldArticle, place: Callable[[Span], Span]) -> GoldArticle:
    tweets = tuple(replace(tweet, body=place(tweet.body)) for tweet in article.tweets)
    links = tuple(replace(link, en=place(link.en), ar=place(link.ar)) for link in article.links)
    return replace(article, tweets=tweets, links=links)


def _count_tweets(article: GoldArticle, rows: Sequence[TweetRow], out: Tally) -> None:
    found = sorted((row for row in rows if row["text"] is not None), key=lambda row: int(row["start"]))
    out["tweets_gold",] += len(article.tweets)
    out["tweets_predicted",] += len(found)
    for tweet in article.tweets:
        row = next((r for r in found if overlap(tweet.body, (r["start"], r["end"])) >= _SAME_TWEET), None)
        if row is not None:
            out["tweets_found",] += 1
            out["handle",] += (row["handle"] or None) == tweet.handle
            out["author",] += (row["author"] or None) == tweet.name
            out["date",] += ((row["created_at"] or "")[:10] or None) == tweet.date
            out["status",] += row["status"] == tweet.status


def _count_links(article: GoldArticle, pairs: Sequence[PairLine], out: Tally) -> None:
    loose = match_links(article.links, pairs, LOOSE)
    counts = {
        "articles": 1,
        "gold": len(article.links),
        "predicted": len(pairs),
        "true": len(loose),
        "true_strict": len(match_links(article.links, pairs, _STRICT)),
        "left_alone": int(not article.links and not pairs),
    }
    for name, count in counts.items():
        out["scenario", article.scenario, name] += count
    right = set(loose.values())
    for number, pair in enumerate(pairs):
        probability = pair["probability"]
        out["judged",] += 1
        out["gap", min(9, int(probability * 10))] += probability - (number in right)
    for link in article.links:
        if link.error:
            out["error", link.error] += 1
    for g, p in loose.items():
        link, pair = article.links[g], pairs[p]
        codes = [finding["code"] for finding in pair["findings"] if finding["severity"] == Severity.ERROR]
        out["rendering",] += pair["rendering"] == link.mode
        if link.error:
            out["flagged", link.error] += bool(codes)
            out["flagged_as_such", link.error] += any(code.startswith(link.error) for code in codes)
        else:
            out["clean", link.sentence] += 1
            out["alarm", link.sentence] += bool(codes)
