"""Tweet texts out of a corpus, as platforms' terms ask, and back in from a collection of the tweets.

Out: `en` becomes empty; the tweet's id, the offsets into its text and the SHA-256 of the words remain, and what quotes
the words (messages and details of findings, `extra`) is left out. In: the offsets are tried first, then every stretch
of that length, for a page's copy of a tweet rarely has the platform's line ends and entities; the hash decides.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from align.files import sha256_text
from align.pairs.corpus.filters import RefusedRow
from align.pairs.export.row import PairRow
from align.records import Rejection
from align.settings import ReadSettings

_QUOTING = ("message", "message_ar", "detail")


def dehydrate(rows: Iterable[PairRow | Rejection]) -> Iterator[PairRow | Rejection]:
    """The rows without tweet texts; a row whose tweet has no id or place cannot be put back, and is refused."""
    for row in rows:
        if isinstance(row, Rejection) or not row.en:
            yield row
        elif row.tweet_id is None or row.tweet_en_start is None or row.tweet_en_end is None:
            yield Rejection(
                "dehydrate", "no_tweet_id", "no tweet id or offsets to find the words by", source=row.pair_id
            )
        else:
            findings = tuple(map(_unquoting, row.findings))
            yield replace(row, en="", en_sha256=sha256_text(row.en), findings=findings, extra={})


def _unquoting(finding: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in finding.items() if key not in _QUOTING}


def without_words(refused: RefusedRow) -> RefusedRow:
    """A row of rejected.jsonl without the tweet's words: the file stands beside a corpus that has none."""
    pair = refused.get("pair")
    if pair is None:
        return refused
    findings = list(map(_unquoting, pair["findings"]))
    return {**refused, "detail": "", "pair": pair | {"en": "", "findings": findings, "extra": {}}}


def hydrate(rows: Iterable[PairRow | Rejection], tweets: Mapping[str, str]) -> Iterator[PairRow | Rejection]:
    """The rows with their texts put back; `missing_tweet` and `text_changed` are refused."""
    for row in rows:
        if isinstance(row, Rejection) or row.en or row.en_sha256 is None:
            yield row
            continue
        text = tweets.get(row.tweet_id or "")
        if text is None:
            yield Rejection("hydrate", "missing_tweet", f"tweet {row.tweet_id} is not there", source=row.pair_id)
            continue
        words = _find(row, text)
        if words is None:
            detail = f"tweet {row.tweet_id} no longer holds the words"
            yield Rejection("hydrate", "text_changed", detail, source=row.pair_id)
        else:
            yield replace(row, en=words, en_sha256=None)


def _find(row: PairRow, text: str) -> str | None:
    start, end = row.tweet_en_start or 0, row.tweet_en_end or 0
    size = end - start
    for whole in (text, html.unescape(text), " ".join(html.unescape(text).split())):
        for at in (start, *range(len(whole) - size + 1)):
            if sha256_text(whole[at : at + size]) == row.en_sha256:
                return whole[at : at + size]
    return None


def wanted_ids(rows: Iterable[PairRow | Rejection]) -> frozenset[str]:
    """The ids of the tweets whose texts a corpus lacks."""
    return frozenset(row.tweet_id for row in rows if isinstance(row, PairRow) and not row.en and row.tweet_id)


@dataclass(slots=True)
class Tweets:
    """The texts of the wanted tweets by id, and the records that held none."""

    texts: dict[str, str] = field(default_factory=dict)
    refused: list[Rejection] = field(default_factory=list)


def read_tweets(inputs: Sequence[str], wanted: frozenset[str]) -> Tweets:
    """The wanted tweets of a collection of any kind that `align.read.posts` reads; one text in memory for each."""
    from align.read.posts import read_posts

    found = Tweets()
    for post in read_posts(inputs, ReadSettings()):
        if isinstance(post, Rejection):
            found.refused.append(post)
        elif post.post_id in wanted:
            found.texts[str(post.post_id)] = post.text
    return found
