"""Where pairs come from: what a source says of itself, and the columns that a pair's article and tweet fill."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from align.rows.outlet import outlet_of


@dataclass(frozen=True, slots=True)
class About:
    """What a source says of itself beyond its pairs."""

    signatures: tuple[str, ...] = ()  # of the runs that its pairs come from
    review: tuple[str, ...] = ()  # lines on how many decided and agreed


def origin_of(
    document: Mapping[str, object], tweet: Mapping[str, object], pair: Mapping[str, object]
) -> dict[str, object]:
    """The columns of a pair that its article and its tweet fill."""
    origin: dict[str, object] = {name: document.get(name) for name in ("source", "title", "published")}
    origin |= {name: tweet.get(name) for name in ("tweet_id", "author", "handle", "created_at")}
    origin |= {"article_url": document.get("url"), "tweet_url": tweet.get("url"), "outlet": outlet_of(document)}
    start, en_start, en_end = tweet.get("start"), pair.get("en_start"), pair.get("en_end")
    if isinstance(start, int) and isinstance(en_start, int) and isinstance(en_end, int):
        origin |= {"tweet_en_start": en_start - start, "tweet_en_end": en_end - start}
    more = {name: tweet[name] for name in ("platform", "lang") if tweet.get(name)}
    return origin | ({"tweet_more": more} if more else {})
