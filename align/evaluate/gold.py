"""Gold files in the benchmark's format, checked before anything is scored: every span must cut back its string."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from align.errors import GoldError
from align.files import read_jsonl
from align.records import Rendering, Span, Status


@dataclass(frozen=True, slots=True)
class GoldTweet:
    """What is true of an embedded tweet."""

    body: Span
    name: str | None
    handle: str | None
    date: str | None
    status: str


@dataclass(frozen=True, slots=True)
class GoldLink:
    """An English sentence, the Arabic span that renders it, and what is wrong with the translation (None: nothing)."""

    en: Span  # both into the article's text
    ar: Span
    mode: str
    error: str | None
    sentence: Any  # the same for all links of one source sentence


@dataclass(frozen=True, slots=True)
class GoldArticle:
    """One article of a gold file."""

    doc_id: str
    scenario: str
    text: str
    tweets: tuple[GoldTweet, ...]
    links: tuple[GoldLink, ...]


def read_gold(path: Path) -> list[GoldArticle]:
    """The articles of a gold file.

    Raises GoldError when it cannot be read or breaks a rule.
    """
    try:
        rows = list(read_jsonl(path))
    except (OSError, ValueError) as error:
        raise GoldError(f"cannot read the gold file {path}: {error}; it must be JSONL, one article a line") from error
    return gold_articles(rows, where=str(path))


def gold_articles(rows: Iterable[Mapping[str, Any]], where: str) -> list[GoldArticle]:
    """Check gold rows and turn them into records.

    Raises GoldError that names the article and the rule.
    """
    articles: list[GoldArticle] = []
    for number, row in enumerate(rows, 1):
        name = row.get("id", f"line {number}") if isinstance(row, Mapping) else f"line {number}"
        try:
            articles.append(_gold_article(row))
        except (KeyError, TypeError, IndexError, ValueError) as error:
            reason = f"{error} is missing" if isinstance(error, KeyError) else str(error)
            raise GoldError(f"{where}, article {name!r}: {reason}; mend the gold file, nothing was scored") from error
    if not articles:
        raise GoldError(f"expected one article or more in {where}, found none; nothing was scored")
    ids = Counter(article.doc_id for article in articles)
    if twice := [doc_id for doc_id, count in ids.items() if count > 1]:
        raise GoldError(f"{where}: ids must be unique, these come twice: {', '.join(twice[:5])}")
    return articles


def _require(is_kept: bool, rule: str) -> None:
    if not is_kept:
        raise ValueError(rule)


def _gold_article(row: Mapping[str, Any]) -> GoldArticle:
    text, tweets = row["text"], row["tweets"]
    _require(len(tweets) == len(row["tweet_status"]), "tweet_status must hold one status a tweet")
    gold_tweets = []
    for tweet, status in zip(tweets, row["tweet_status"], strict=True):
        body = Span(*tweet["body"])
        _require(body.cut(text) == tweet["body_text"], f"body {tuple(body)} must cut back body_text")
        gold_tweets.append(GoldTweet(body, tweet["name"], tweet["handle"], tweet["date"], Status(status)))
    links = tuple(_gold_link(row, link) for link in row["links"])
    return GoldArticle(str(row["id"]), str(row["scenario"]), text, tuple(gold_tweets), links)


def _gold_link(row: Mapping[str, Any], link: Mapping[str, Any]) -> GoldLink:
    _require(link["tweet"] >= 0 and link["sent"] >= 0, "a link's tweet and sent count from 0")
    tweet = row["tweets"][link["tweet"]]
    sentence = tweet["sents"][link["sent"]]
    start = tweet["body"][0]
    en, ar = Span(*(start + at for at in sentence["body_span"])), Span(*link["ar"])
    _require(
        en.cut(row["text"]) == sentence["en"], f"body_span {sentence['body_span']} must cut back {sentence['en']!r}"
    )
    _require(ar.cut(row["text"]) == link["ar_text"], f"ar {tuple(ar)} must cut back {link['ar_text']!r}")
    error = link["error"]["type"] if link["error"] else None
    key = sentence.get("row", (row["id"], link["tweet"], link["sent"]))
    return GoldLink(en, ar, Rendering(link["mode"]), error, key)
