"""A run directory against a gold file in the benchmark's format: tweets, links, renderings, findings, probabilities.

A link counts as found when one pair has an English span that overlaps its own by half and an Arabic span that overlaps
by half (strict: by nine tenths), both as intersection over union, matched one to one, best overlap first. Figures are
fractions in [0, 1]; macro F1 is the mean over scenarios; where nothing should be paired it is the share of articles
left alone.
"""

from __future__ import annotations

import difflib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from align.errors import GoldError
from align.files import read_jsonl
from align.gold import GoldArticle, GoldLink
from align.records import Span

_LOOSE, _STRICT = 0.5, 0.9
_SAME_TWEET = 0.8  # overlap of the bodies
_CONTEXT = 30  # characters on each side that tell apart two places with the same string
_NOWHERE = Span(-2, -1)  # overlaps nothing


@dataclass(frozen=True, slots=True)
class Run:
    """What a run directory holds, by article."""

    documents: Mapping[str, dict[str, Any]]
    tweets: Mapping[str, list[dict[str, Any]]]
    pairs: Mapping[str, list[dict[str, Any]]]


def read_run(path: Path) -> Run:
    """What `align run` wrote into `path`.

    Raises GoldError when a file of the contract is missing.
    """
    try:
        documents = {row["doc_id"]: row for row in read_jsonl(path / "documents.jsonl")}
        return Run(documents, _by_doc(path / "tweets.jsonl"), _by_doc(path / "pairs.jsonl"))
    except (OSError, json.JSONDecodeError) as error:
        raise GoldError(f"{path} holds no whole run ({error}); make one: align run INPUT --out {path}") from error


def _by_doc(path: Path) -> dict[str, list[dict[str, Any]]]:
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in read_jsonl(path):
        rows[row["doc_id"]].append(row)
    return dict(rows)


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


def match_links(gold: Sequence[GoldLink], pairs: Sequence[Mapping[str, Any]], least: float) -> dict[int, int]:
    """Gold link to pair, one to one, best Arabic overlap (at least `least`) first."""
    near = []
    for g, link in enumerate(gold):
        for p, pair in enumerate(pairs):
            likeness = overlap(link.ar, (pair["ar_start"], pair["ar_end"]))
            if likeness >= least and overlap(link.en, (pair["en_start"], pair["en_end"])) >= _LOOSE:
                near.append((likeness, g, p))
    found: dict[int, int] = {}
    taken: set[int] = set()
    for _, g, p in sorted(near, reverse=True):
        if g not in found and p not in taken:
            found[g] = p
            taken.add(p)
    return found


def f1(true: int, predicted: int, gold: int) -> float:
    """Harmonic mean of precision and recall; 1 where there is nothing to find and nothing was found."""
    return 2 * true / (predicted + gold) if predicted + gold else 1.0


def calibration_error(judged: Sequence[tuple[float, bool]]) -> float:
    """Expected calibration error over ten bins of equal width (Naeini et al. 2015) of (probability, right)."""
    gaps: dict[int, float] = defaultdict(float)
    for probability, right in judged:
        gaps[min(9, int(probability * 10))] += probability - right
    return sum(map(abs, gaps.values())) / max(1, len(judged))


@dataclass(slots=True)
class _Tally:
    n: Counter[str] = field(default_factory=Counter)
    scenarios: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    errors: Counter[str] = field(
        default_factory=Counter
    )  # gold errors by type; which were flagged; with their own code
    flagged: Counter[str] = field(default_factory=Counter)
    flagged_as_such: Counter[str] = field(default_factory=Counter)
    alarms: defaultdict[Any, list[bool]] = field(default_factory=lambda: defaultdict(list))  # by clean sentence
    judged: list[tuple[float, bool]] = field(default_factory=list)


def score_run(
    articles: Sequence[GoldArticle], run: Run, *, by_text: bool = False, only_read: bool = False
) -> dict[str, Any]:
    """Every figure of a run.

    `by_text`: the articles were read from pages, so gold spans are found again by their string. `only_read`: articles
    that the run does not hold are left out.
    """
    kept = [article for article in articles if not only_read or article.doc_id in run.documents]
    tally = _Tally()
    for article in kept:
        there = run.documents.get(article.doc_id) if by_text else None
        if there is not None:
            article = _moved(article, lambda span, a=article, t=there["text"]: relocate(span, a.text, t))  # type: ignore[misc]
        _score_tweets(article, run.tweets.get(article.doc_id, []), tally)
        _score_links(article, run.pairs.get(article.doc_id, []), tally)
    return {"articles": len(kept), **_figures(tally)}


def _moved(article: GoldArticle, place: Callable[[Span], Span]) -> GoldArticle:
    tweets = tuple(replace(tweet, body=place(tweet.body)) for tweet in article.tweets)
    links = tuple(replace(link, en=place(link.en), ar=place(link.ar)) for link in article.links)
    return replace(article, tweets=tweets, links=links)


def _score_tweets(article: GoldArticle, rows: Sequence[Mapping[str, Any]], tally: _Tally) -> None:
    found = sorted((row for row in rows if row["text"] is not None), key=lambda row: int(row["start"]))
    tally.n["tweets_gold"] += len(article.tweets)
    tally.n["tweets_predicted"] += len(found)
    for tweet in article.tweets:
        row = next((r for r in found if overlap(tweet.body, (r["start"], r["end"])) >= _SAME_TWEET), None)
        if row is not None:
            tally.n["tweets_found"] += 1
            tally.n["handle"] += (row["handle"] or None) == tweet.handle
            tally.n["author"] += (row["author"] or None) == tweet.name
            tally.n["date"] += ((row["created_at"] or "")[:10] or None) == tweet.date
            tally.n["status"] += row["status"] == tweet.status


def _score_links(article: GoldArticle, pairs: Sequence[Mapping[str, Any]], tally: _Tally) -> None:
    loose = match_links(article.links, pairs, _LOOSE)
    counts = {
        "articles": 1,
        "gold": len(article.links),
        "predicted": len(pairs),
        "true": len(loose),
        "true_strict": len(match_links(article.links, pairs, _STRICT)),
        "left_alone": not article.links and not pairs,
    }
    tally.scenarios[article.scenario].update(counts)
    right = set(loose.values())
    tally.judged += [(pair["probability"], number in right) for number, pair in enumerate(pairs)]
    tally.errors.update(link.error for link in article.links if link.error)
    for g, p in loose.items():
        link, pair = article.links[g], pairs[p]
        codes = [finding["code"] for finding in pair["findings"] if finding["severity"] == "error"]
        tally.n["rendering"] += pair["rendering"] == link.mode
        if link.error:
            tally.flagged[link.error] += bool(codes)
            tally.flagged_as_such[link.error] += any(code.startswith(link.error) for code in codes)
        else:
            tally.alarms[link.sentence].append(bool(codes))


def _figures(tally: _Tally) -> dict[str, Any]:
    n, found = tally.n, max(1, tally.n["tweets_found"])
    whole = sum(tally.scenarios.values(), Counter[str]())
    scenarios = {name: _scenario(counts) for name, counts in sorted(tally.scenarios.items())}
    alarms = [alarm for row in tally.alarms.values() for alarm in row]
    types = sorted(tally.errors)
    recall = {name: tally.flagged[name] / tally.errors[name] for name in types}
    recall_same = {name: tally.flagged_as_such[name] / tally.errors[name] for name in types}
    return {
        "tweet_recall": n["tweets_found"] / max(1, n["tweets_gold"]),
        "tweet_precision": n["tweets_found"] / max(1, n["tweets_predicted"]),
        "handle_accuracy": n["handle"] / found,
        "author_accuracy": n["author"] / found,
        "date_accuracy": n["date"] / found,
        "status_accuracy": n["status"] / max(1, n["tweets_gold"]),
        "macro_f1": _mean(row["f1"] for row in scenarios.values()),
        "macro_f1_strict": _mean(row["f1_strict"] for row in scenarios.values()),
        "micro_f1": f1(whole["true"], whole["predicted"], whole["gold"]),
        "micro_f1_strict": f1(whole["true_strict"], whole["predicted"], whole["gold"]),
        "rendering_accuracy": n["rendering"] / max(1, whole["true"]),
        "calibration_error": calibration_error(tally.judged),
        "false_alarm_rate": _mean(alarms),
        "false_alarm_rate_by_row": _mean(_mean(row) for row in tally.alarms.values()),
        "error_count": {name: tally.errors[name] for name in types},
        "error_recall": recall,
        "error_recall_same_code": recall_same,
        "scenarios": scenarios,
        "macro_error_recall": _mean(recall.values()),
        "macro_error_recall_same_code": _mean(recall_same.values()),
    }


def _scenario(counts: Counter[str]) -> dict[str, Any]:
    if counts["gold"]:
        scores = [f1(counts[true], counts["predicted"], counts["gold"]) for true in ("true", "true_strict")]
    else:
        scores = [counts["left_alone"] / counts["articles"]] * 2
    return {"f1": scores[0], "f1_strict": scores[1], "articles": counts["articles"]}


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / max(1, len(listed))
