"""Rows of a run directory as the page shows them; texts are cut into linked and marked runs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from align.records import Severity, Span
from align.rows.kinds import ArticleRows, FindingRow, JudgementRow, PairLine, SentenceRow, TweetRow
from align.rows.outlet import outlet_of
from align.rows.places import moved_row
from align.rows.reading import read_facts, read_run
from align.text.tweet import HASHTAG, MENTION, URL
from align.text.words import words

ShownPair = PairLine | JudgementRow


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
    row: ShownPair | None
    findings: tuple[FindingRow, ...] = ()
    is_unsure: bool = False  # without a pair: whether something may render it after all, `ar` with this probability
    probability: float | None = None

    @property
    def worst(self) -> str:
        """The heaviest severity, or "none"."""
        return min((f["severity"] for f in self.findings), key=Severity.rank_of, default="none")

    @property
    def codes(self) -> str:
        """The findings' codes, for the page's filter."""
        return " ".join(sorted({f["code"] for f in self.findings}))


@dataclass(frozen=True, slots=True)
class TweetView:
    """An embedded tweet with its renderings in the order of its sentences; without a row a plain list of pairs."""

    row: TweetRow | None
    renderings: tuple[Rendering, ...]


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article with its tweets."""

    doc_id: str
    title: str
    outlet: str
    tweets: tuple[TweetView, ...]


@dataclass(frozen=True, slots=True)
class CountedPair:
    """A pair as figures and plots count it."""

    row: ShownPair
    outlet: str  # empty where nothing tells


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
    pairs: list[CountedPair] = field(default_factory=list)
    articles: list[ArticleView] = field(default_factory=list)
    echoes: list[Echo] = field(default_factory=list)
    tweets: int = 0
    hidden: int = 0  # articles beyond the limit


def view_run(path: Path, limit: int) -> RunView:
    """The view of a run directory; the first `limit` articles are kept whole.

    Raises RunError when `path` is no run directory.
    """
    facts = read_facts(path)
    said = [warning["message"] for warning in facts.get("warnings", [])]
    view = RunView(path.name, facts.get("signature", ""), said)
    for rows in read_run(path):
        outlet = outlet_of(rows["document"]) or ""
        view.pairs += [CountedPair(pair, outlet) for pair in rows["pairs"]]
        view.tweets += len(rows["tweets"])
        if len(view.articles) < limit:
            view.articles.append(_article(rows, outlet))
        else:
            view.hidden += 1
    view.echoes = find_echoes(view.articles)
    return view


def _article(rows: ArticleRows, outlet: str) -> ArticleView:
    document = rows["document"]
    views = []
    for tweet in rows["tweets"]:
        own = [pair for pair in rows["pairs"] if pair["tweet"] == tweet["tweet"]]
        views.append(TweetView(tweet, tuple(_renderings(document["text"], tweet, own))))
    return ArticleView(document["doc_id"], document["title"] or document["doc_id"], outlet, tuple(views))


def _renderings(text: str, tweet: TweetRow, pairs: Sequence[PairLine]) -> Iterator[Rendering]:
    for sentence in tweet["sentences"]:
        own = [p for p in pairs if (p["en_start"], p["en_end"]) == (sentence["start"], sentence["end"])]
        yield from map(rendering_of, own)
        if not own:
            yield _unpaired(text, sentence)


def _unpaired(text: str, sentence: SentenceRow) -> Rendering:
    english = tuple(cut_runs(text[sentence["start"] : sentence["end"]], [], []))
    candidate = sentence.get("candidate")
    if sentence.get("rendered") != "unsure":
        return Rendering(english, (), None)
    if candidate is None:
        return Rendering(english, (), None, is_unsure=True)
    arabic = tuple(cut_runs(candidate["ar"], [], []))
    return Rendering(english, arabic, None, is_unsure=True, probability=candidate["probability"])


def rendering_of(pair: ShownPair) -> Rendering:
    """A pair or a judgement with its findings' places moved into its own two texts."""
    en, ar = (pair["en_start"], pair["ar_start"]) if "en_start" in pair else (0, 0)
    moved = [moved_row(finding, en=-en, ar=-ar) for finding in pair["findings"]]
    findings = sorted(moved, key=lambda finding: Severity.rank_of(finding["severity"]))
    links = [(Span(a, b), Span(c, d)) for a, b, c, d, _ in pair["links"]] if "links" in pair else []
    return Rendering(
        tuple(
            cut_runs(pair["en"], [link for link, _ in links], _marks((f["en_start"], f["en_end"], f) for f in findings))
        ),
        tuple(
            cut_runs(pair["ar"], [link for _, link in links], _marks((f["ar_start"], f["ar_end"], f) for f in findings))
        ),
        pair,
        tuple(findings),
    )


def _marks(places: Iterable[tuple[int | None, int | None, FindingRow]]) -> list[tuple[Span, str]]:
    """The stretches of one side that findings speak of, with the findings' severities."""
    return [(Span(start, end), f["severity"]) for start, end, f in places if start is not None and end is not None]


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
    return min((s for m, s in marks if m.start < word.end and word.start < m.end), key=Severity.rank_of, default=None)


def _between(gap: Span, marks: Sequence[tuple[Span, str]]) -> str | None:
    return min((s for m, s in marks if m.start < gap.start and gap.end < m.end), key=Severity.rank_of, default=None)


def find_echoes(articles: Iterable[ArticleView]) -> list[Echo]:
    """Tweets that several articles render, with the one whose rendering stands out."""
    groups: dict[str, list[tuple[ArticleView, TweetView]]] = defaultdict(list)
    texts: dict[str, str] = {}
    for article in articles:
        for tweet in article.tweets:
            row = tweet.row
            if row and row["tweet_id"] and row["text"] and any(r.row for r in tweet.renderings):
                groups[row["tweet_id"]].append((article, tweet))
                texts.setdefault(row["tweet_id"], row["text"])
    return [
        Echo(key, texts[key], tuple(group), _outlier(group))
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
    missing = sum(1 for r in tweet.renderings if r.row is None and not r.is_unsure)
    return sum(findings) + missing
