"""Tweet collections: X API v2 and v1.1 JSON, a user's archive (tweets.js), oEmbed JSON, tables with mapped fields."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from html import unescape
from typing import Any, BinaryIO

from align.errors import ReadError
from align.read.content import records_of
from align.read.inputs import open_inputs
from align.read.records import Record, clean, iso_date, string
from align.records import Post, Rejection
from align.settings import ReadSettings
from align.text.markup import most_attributes
from align.text.tweet import STATUS_URL, snowflake_time

_MOST_ATTRIBUTES = 500  # of an element of embed code; it has some five
_V1_TIME = "%a %b %d %H:%M:%S %z %Y"  # "Wed Oct 10 20:19:24 +0000 2018"


def read_posts(
    inputs: Sequence[str], settings: ReadSettings, *, stdin: BinaryIO | None = None
) -> Iterator[Post | Rejection]:
    """The posts of files, folders, globs and "-" in the order given, one at a time; bad records are Rejections."""
    for item in open_inputs(inputs, stdin):
        if isinstance(item, Rejection):
            yield item
            continue
        stream, source = item
        try:
            for record in records_of(stream, source, settings):
                yield from _posts_of(record, settings)
        except ReadError as error:
            yield Rejection("read", error.reason, error.detail, source=source.path)


def _posts_of(record: Record, settings: ReadSettings) -> Iterator[Post | Rejection]:
    value = record.value
    if isinstance(value, ReadError):
        yield Rejection("read", value.reason, value.detail, source=record.place)
        return
    row = value["data"] if isinstance(value.get("data"), dict) else value  # one tweet's answer of v2
    users = _users_of(value if row is not value else value.get("_envelope") or {})
    try:
        yield post_of(row, users, record.place, settings)
    except ReadError as error:
        yield Rejection("read", error.reason, error.detail, source=record.place)


def _users_of(envelope: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The users of a v2 answer by id."""
    includes = envelope.get("includes")
    users = includes.get("users") if isinstance(includes, dict) else None
    return {str(u.get("id")): u for u in users if isinstance(u, dict)} if isinstance(users, list) else {}


def post_of(row: dict[str, Any], users: dict[str, dict[str, Any]], place: str, settings: ReadSettings) -> Post:
    """The post in a record of any of the forms. Raises ReadError("no_text")."""
    row = row["tweet"] if isinstance(row.get("tweet"), dict) else row  # the archive wraps each one
    if "html" in row and ("author_url" in row or "provider_name" in row):
        return _oembed(row, place)
    text = _text_of(row, settings)
    if text is None:
        keys = ", ".join(sorted(map(str, row))[:12]) or "no key at all"
        raise ReadError("no_text", f"expected {settings.text_field!r} with a tweet, found {keys}; use --text-field")
    user = row.get("user")
    user = user if isinstance(user, dict) else users.get(str(row.get("author_id")), {})
    post_id = _id_of(row, settings)
    created = _time_of(row.get("created_at") or row.get(settings.date_field))
    moment = snowflake_time(post_id) if post_id else None
    handle = string(user.get("screen_name") or user.get("username") or row.get("handle") or row.get("username"))
    handle = handle.lstrip("@") if handle else None
    return Post(
        place,
        clean(unescape(text)),
        post_id=post_id,
        author=string(user.get("name") or row.get("author") or row.get("name")),
        handle=handle,
        created_at=created or (_utc(moment) if moment else None),
        lang=string(row.get("lang")),
        url=string(row.get("url")) or (f"https://twitter.com/{handle or 'i'}/status/{post_id}" if post_id else None),
    )


def _text_of(row: dict[str, Any], settings: ReadSettings) -> str | None:
    inner = row.get("retweeted_status")
    if isinstance(inner, dict) and (
        whole := _text_of(inner, settings)
    ):  # the outer text is cut to fit behind "RT @..."
        user = inner.get("user")
        handle = string(user.get("screen_name")) if isinstance(user, dict) else None
        return f"RT @{handle}: {whole}" if handle else whole
    note = row.get("note_tweet")  # a long tweet: `text` is cut at 280
    values = (
        note.get("text") if isinstance(note, dict) else None,
        (row.get("extended_tweet") or {}).get("full_text") if isinstance(row.get("extended_tweet"), dict) else None,
        row.get("full_text"),
        row.get(settings.text_field),
        row.get("text"),
    )
    return next((value for value in values if isinstance(value, str) and value.strip()), None)


def _id_of(row: dict[str, Any], settings: ReadSettings) -> str | None:
    for value in (row.get("id_str"), row.get(settings.id_field), row.get("id"), row.get("tweet_id")):
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
            return str(value).strip()
    return None


def _time_of(value: Any) -> str | None:
    if isinstance(value, str):
        try:
            return _utc(datetime.strptime(value.strip(), _V1_TIME))
        except ValueError:
            pass  # another form
    return iso_date(value)


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _oembed(row: dict[str, Any], place: str) -> Post:
    """The post in an oEmbed answer: its `html` is the embed code."""
    import lxml.html

    html = row["html"] if isinstance(row["html"], str) else ""
    if not html.strip():
        raise ReadError("no_text", "expected embed code in 'html', found none; leave this record out")
    if (count := most_attributes(html)) > _MOST_ATTRIBUTES:
        raise ReadError("html", f"expected embed code, found an element of {count} attributes; leave this record out")
    tree = lxml.html.fragment_fromstring(html, create_parent="div")
    text = "\n".join(" ".join(p.text_content().split()) for p in tree.iter("p"))
    if not text:
        raise ReadError("no_text", "expected embed code with the tweet's paragraph, found none; leave this record out")
    link = STATUS_URL.search(str(row.get("url") or "")) or STATUS_URL.search(html)
    moment = snowflake_time(link["id"]) if link else None
    handle = str(row.get("author_url") or "").rstrip("/").rpartition("/")[2] or (link["handle"] if link else "")
    return Post(
        place,
        clean(text),
        post_id=link["id"] if link else None,
        author=string(row.get("author_name")),
        handle=handle or None,
        created_at=_utc(moment) if moment else None,
        lang=next((p.get("lang") for p in tree.iter("p") if p.get("lang")), None),
        url=string(row.get("url")),
    )
