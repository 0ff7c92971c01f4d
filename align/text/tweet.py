"""The surface of a tweet: mentions, hashtags, links, pic links, snowflake ids."""

from __future__ import annotations

from datetime import UTC, datetime

import regex

URL = regex.compile(
    r"(?:https?://|www\.)[^\s<>\"'«»“”،؛؟]+|(?:pic\.(?:twitter|x)\.com|t\.co)/[A-Za-z0-9_]+", regex.IGNORECASE
)
MENTION = regex.compile(r"(?<![\w@＠])[@＠][A-Za-z0-9_]{1,20}(?![\w@])")
HASHTAG = regex.compile(r"(?<![\w&])[#＃][\p{L}\p{M}\p{N}_]*[\p{L}_][\p{L}\p{M}\p{N}_]*")
# A pic link is often glued to the last word ("ago.pic.twitter.com/AbC"): no word boundary in front.
PIC_LINK = regex.compile(r"pic\.(?:twitter|x)\.com/[A-Za-z0-9]+", regex.IGNORECASE)
STATUS_URL = regex.compile(
    r"(?:https?:)?//(?:www\.|mobile\.|m\.|amp\.)?(?:twitter|x)\.com/(?:#!/)?"
    r"(?P<handle>i(?:/web)?|[A-Za-z0-9_]{1,20})/status(?:es)?/(?P<id>\d{1,20})",
    regex.IGNORECASE,
)

_SNOWFLAKE_EPOCH_MS = 1288834974657  # 2010-11-04T01:42:54.657Z; ids before that day are plain counters
_FIRST_SNOWFLAKE = 29_700_859_247


def snowflake_time(tweet_id: str) -> datetime | None:
    """The UTC time in a tweet id, to the millisecond; None for ids older than the snowflake scheme or not a number."""
    if not tweet_id.isascii() or not tweet_id.isdigit() or not _FIRST_SNOWFLAKE <= int(tweet_id) < 1 << 63:
        return None
    return datetime.fromtimestamp(((int(tweet_id) >> 22) + _SNOWFLAKE_EPOCH_MS) / 1000, tz=UTC)
