"""Rows of a run directory as the page shows them; texts are cut into linked and marked runs."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from align.errors import RunError
from align.files import read_jsonl
from align.records import Span
from align.text.tweet import HASHTAG, MENTION, URL
from align.text.words import words

Row = dict[str, Any]
_RANK = {"error": 0, "warning": 1, "note": 2, None: 3}


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text that is shown in one way: a word with its links, or what stands between words."""

    text: str
    links: tuple[int, ...] = ()
    severity: str | None = None
    is_latin_token: bool = False  # a handle, hashtag or link, which an Arabic line would turn round


@dataclass(frozen=True, slots=True)
class Rendering:
    """One pair, or one English sentence that nothing renders (`row` is None)."""

    en: tuple[Run, ...]
    ar: tuple[Run, ...]
    row: Row | None
    findings: tuple[Row, ...] = ()

    @property
    def worst(self) -> str:
        """The heaviest severity, or "none"."""
        return min((f["severity"] for f in self.findings), key=lambda s: _RANK[s], default="none")

    @property
    def codes(self) -> str:
        """The findings' codes, for the page's filter."""
        return " ".join(sorted({f["code"] for f in self.findings}))


@dataclass(frozen=True, slots=True)
class TweetView:
    """An embedded tweet with its renderings in the order of its sentences."""

    row: Row
    renderings: tuple[Rendering, ...]


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article with its tweets."""

    doc_id: str
    title: str
    outlet: str
    tweets: tuple[TweetView, ...]


@dataclass(frozen=True, slots=True)
class Echo:
    """One tweet in several articles: what each makes of it, and the one that stands out."""

    tweet_id: str
    text: str
    articles: tuple[tuple[ArticleView, TweetView], ...]
    outlier: str | None = None  # its doc_id


@dataclass(slots=True)
class RunView:
    """All that the page shows."""

    name: str
    signature: str
    warnings: list[str] = field(default_factory=list)  # what the run says of its weights
    pairs: list[Row] = field(default_factory=list)
    articles: list[ArticleView] = field(default_factory=list)
    echoes: list[Echo] = field(default_factory=list)
    tweets: int = 0
    hidden: int = 0  # articles beyond the limit


def read_run(path: Path, limit: int) -> RunView:
    """The view of a run directory; the first `limit` articles are kept whole.

    Raises RunError when `path` is no run directory.
    """
    try:
        documents = list(read_jsonl(path / "documents.jsonl"))
        tweets, pairs = _by_document(path / "tweets.jsonl"), _by_document(path / "pairs.jsonl")
        run = json.loads((path / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RunError(f"{path} is no whole run directory ({error}); make it with align run") from error
    view = RunView(path.name, run.get("signature", ""), warnings=_warnings(run), tweets=sum(map(len, tweets.values())))
    for document in documents:
        rows = pairs.get(document["doc_id"], [])
        view.pairs += [{**row, "outlet": outlet_of(document)} for row in rows]
    shown = [_article(d, tweets.get(d["doc_id"], []), pairs.get(d["doc_id"], [])) for d in documents[:limit]]
    view.articles, view.hidden = shown, max(0, len(documents) - limit)
    view.echoes = find_echoes(shown)
    return view


def _warnings(run: Row) -> list[str]:
    return [str(row["message"]) for row in run.get("warnings", [])]


def _by_document(path: Path) -> dict[str, list[Row]]:
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in read_jsonl(path):
        rows[row["doc_id"]].append(row)
    return rows


def outlet_of(document: Row) -> str:
    """Who published an article: the host of its address, else the folder it lay in."""
    host = urlsplit(document.get("url") or "").hostname
    return host.removeprefix("www.") if host else document["doc_id"].rpartition("/")[0]


def _article(document: Row, tweets: Sequence[Row], pairs: Sequence[Row]) -> ArticleView:
    views = []
    for tweet in tweets:
        own = [pair for pair in pairs if pair["tweet"] == tweet["tweet"]]
        views.append(TweetView(tweet, tuple(_renderings(document["text"], tweet, own))))
    title = document["title"] or document["doc_id"]
    return ArticleView(document["doc_id"], title, outlet_of(document), tuple(views))


def _renderings(text: str, tweet: Row, pairs: Sequence[Row]) -> Iterator[Rendering]:
    for sentence in tweet["sentences"]:
        own = [p for p in pairs if (p["en_start"], p["en_end"]) == (sentence["start"], sentence["end"])]
        yield from map(rendering_of, own)
        if not own:
            yield Rendering(tuple(cut_runs(text[sentence["start"] : sentence["end"]], [], [])), (), None)


def rendering_of(pair: Row) -> Rendering:
    """A row of pairs.jsonl with its findings' places moved into its own two texts."""
    base = {"en": pair.get("en_start", 0), "ar": pair.get("ar_start", 0)}
    findings = sorted((_localised(f, base) for f in pair["findings"]), key=lambda f: _RANK[f["severity"]])
    links = [(Span(a, b), Span(c, d)) for a, b, c, d, _ in pair.get("links", [])]
    sides = []
    for number, side in enumerate(("en", "ar")):
        marks = [
            (Span(f[f"{side}_start"], f[f"{side}_end"]), f["severity"])
            for f in findings
            if f[f"{side}_start"] is not None
        ]
        sides.append(tuple(cut_runs(pair[side], [link[number] for link in links], marks)))
    return Rendering(sides[0], sides[1], pair, tuple(findings))


def _localised(finding: Row, base: dict[str, int]) -> Row:
    moved = dict(finding)
    for side, start in base.items():
        for edge in (f"{side}_start", f"{side}_end"):
            moved[edge] = None if finding[edge] is None else finding[edge] - start
    return moved


def cut_runs(text: str, links: Sequence[Span], marks: Sequence[tuple[Span, str]]) -> Iterator[Run]:
    """The text as runs, in order and without loss; a word is never cut (a mark inside one would part its letters)."""
    tokens = sorted(Span(*m.span()) for pattern in (URL, MENTION, HASHTAG) for m in pattern.finditer(text))
    at = 0
    for word in _units(text, tokens):
        if word.start < at:
            continue
        if word.start > at:
            yield Run(text[at : word.start], (), _between(Span(at, word.start), marks))
        numbers = tuple(n for n, link in enumerate(links) if word.start <= link.start < word.end)
        yield Run(word.cut(text), numbers, _mark_of(word, marks), word in tokens)
        at = word.end
    if at < len(text):
        yield Run(text[at:])


def _units(text: str, tokens: Sequence[Span]) -> list[Span]:
    inside = [w for w in words(text) if not any(t.start < w.end and w.start < t.end for t in tokens)]
    return sorted([*inside, *tokens])


def _mark_of(word: Span, marks: Sequence[tuple[Span, str]]) -> str | None:
    return min((s for m, s in marks if m.start < word.end and word.start < m.end), key=lambda s: _RANK[s], default=None)


def _between(gap: Span, marks: Sequence[tuple[Span, str]]) -> str | None:
    return min((s for m, s in marks if m.start < gap.start and gap.end < m.end), key=lambda s: _RANK[s], default=None)


def find_echoes(articles: Iterable[ArticleView]) -> list[Echo]:
    """Tweets that several articles render, with the one whose rendering stands out."""
    groups: dict[str, list[tuple[ArticleView, TweetView]]] = defaultdict(list)
    for article in articles:
        for tweet in article.tweets:
            if tweet.row["tweet_id"] and tweet.row["text"] and any(r.row for r in tweet.renderings):
                groups[tweet.row["tweet_id"]].append((article, tweet))
    return [
        Echo(key, group[0][1].row["text"], tuple(group), _outlier(group))
        for key, group in groups.items()
        if len({article.doc_id for article, _ in group}) > 1
    ]


def _outlier(group: Sequence[tuple[ArticleView, TweetView]]) -> str | None:
    """The article whose findings weigh more than those of every other one; None where none does."""
    weight = sorted(((_weight(tweet), article.doc_id) for article, tweet in group), reverse=True)
    return weight[0][1] if weight[0][0] > weight[1][0] else None


def _weight(tweet: TweetView) -> float:
    cost = {"error": 3.0, "warning": 1.0}
    findings = [cost.get(f["severity"], 0.0) for r in tweet.renderings for f in r.findings]
    missing = sum(1 for r in tweet.renderings if r.row is None)
    return sum(findings) + missing
