"""Tweet collections in all their forms."""

import io
import json

import pytest

from align.read.posts import read_posts
from align.records import Post, Rejection
from align.settings import ReadSettings

ID = "1505000000000000000"
TIME = "2022-03-19T01:55:36.204000Z"


def read(data, **settings):
    return list(read_posts(["-"], ReadSettings(**settings), stdin=io.BytesIO(data)))


V2 = {
    "data": [{"id": ID, "text": "Open on Monday &amp; free.", "author_id": "5", "lang": "en"}],
    "includes": {"users": [{"id": "5", "name": "Lina Sample", "username": "lina_sample"}]},
}
V1 = {
    "id_str": ID,
    "full_text": "Open on Monday &amp; free.",
    "lang": "en",
    "created_at": "Sat Mar 19 01:55:36 +0000 2022",
    "user": {"name": "Lina Sample", "screen_name": "lina_sample"},
}


@pytest.mark.parametrize(
    "data",
    [
        json.dumps(V2),
        json.dumps(V2, indent=2),
        json.dumps({**V2, "data": V2["data"][0]}),
        json.dumps(V1),
        json.dumps([V1]),
        json.dumps({"statuses": [V1]}),
        "window.YTD.tweets.part0 = " + json.dumps([{"tweet": V1}], indent=1),
    ],
)
def test_post_is_read_from_every_answer(data: str) -> None:
    (post,) = read(data.encode())
    assert isinstance(post, Post)
    assert (post.text, post.post_id, post.lang) == ("Open on Monday & free.", ID, "en")
    assert (post.author, post.handle) == ("Lina Sample", "lina_sample")
    assert post.created_at in (TIME, "2022-03-19T01:55:36Z")


def test_long_post_is_read_whole() -> None:
    (post,) = read(json.dumps({"id": ID, "text": "cut…", "note_tweet": {"text": "the whole text"}}).encode())
    assert post.text == "the whole text"


def test_embed_code_of_an_answer_is_read() -> None:
    answer = {
        "url": f"https://twitter.com/lina_sample/status/{ID}",
        "author_name": "Lina Sample",
        "author_url": "https://twitter.com/lina_sample",
        "provider_name": "Twitter",
        "html": '<blockquote class="twitter-tweet"><p lang="en" dir="ltr">Open on Monday.</p>&mdash; Lina</blockquote>',
    }
    (post,) = read(json.dumps(answer).encode())
    assert (post.text, post.handle, post.post_id, post.created_at) == ("Open on Monday.", "lina_sample", ID, TIME)


def test_table_is_read_by_its_named_fields() -> None:
    (post,) = read(f"key,body,handle\n{ID},Open on Monday.,@lina_sample\n".encode(), text_field="body", id_field="key")
    assert (post.text, post.post_id, post.handle) == ("Open on Monday.", ID, "lina_sample")


def test_bad_records_are_refused_in_their_place() -> None:
    items = read(b'{"data": [5, {"id": "1"}, {"id": "2", "text": "x"}]}\n{"text": 5}\nbroken\n{"text": "y"}\n')
    refused = [(item.source, item.reason) for item in items if isinstance(item, Rejection)]
    assert refused == [("-:1#1", "json"), ("-:1#2", "no_text"), ("-:2", "no_text"), ("-:3", "json")]
    assert [item.text for item in items if isinstance(item, Post)] == ["x", "y"]


def test_article_is_no_collection() -> None:
    (item,) = read("خبر عن الجسر".encode())
    assert item.reason == "no_records"
