"""Plain articles: blocks, tweets, what is refused."""

import pytest

from align.errors import ReadError
from align.extract.plain import extract_plain
from align.records import BlockKind, Document
from align.settings import ReadSettings

TWEET = "We will open the bridge on Monday."
ARTICLE = (
    'الوزيرة لينا: سنفتح الجسر\nملخص قصير للخبر.\n-\nوكتبت الوزيرة (@lina): "سنفتح الجسر يوم الاثنين".\n'
    f"{TWEET}\n— Lina Sample (@lina) March 21, 2022\nنهاية الخبر.\nhttps://twitter.com/lina/status/1505000000000000000\n"
)


def test_tweets_and_blocks_are_found() -> None:
    article = extract_plain(Document("a", "a.txt", ARTICLE), ReadSettings())
    tweet, link = article.tweets
    assert (tweet.text, tweet.handle, tweet.author, tweet.created_at) == (TWEET, "lina", "Lina Sample", "2022-03-21")
    assert article.text[tweet.start : tweet.end] == TWEET
    assert (link.text, link.tweet_id, link.handle) == (None, "1505000000000000000", "lina")
    assert [b.kind for b in article.blocks][:3] == [BlockKind.HEADLINE, BlockKind.STANDFIRST, BlockKind.PARAGRAPH]
    assert any(frame.is_direct for frame in article.frames)


def test_date_that_contradicts_the_id_is_reported() -> None:
    text = f"نص عربي\n{TWEET} https://twitter.com/lina/status/1505000000000000000\n— Lina (@lina) March 21, 2012\n"
    (tweet,) = extract_plain(Document("a", "a.txt", text), ReadSettings()).tweets
    assert [finding.code for finding in tweet.findings] == ["date.id"]


@pytest.mark.parametrize(("text", "reason"), [(" \n", "empty"), ("Only English here.", "no_arabic")])
def test_unusable_text_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ReadError) as caught:
        extract_plain(Document("a", "a.txt", text), ReadSettings())
    assert caught.value.reason == reason


def test_posts_of_other_platforms_and_english_frames_are_told_apart() -> None:
    text = (
        "نص عربي عن الجسر.\nMinister Lina Sample wrote on Monday:\nWe will open the bridge.\n"
        "— Lina Sample (@lina.bsky.social) March 21, 2022\nنهاية الخبر.\nhttps://bsky.app/profile/lina.bsky.social/post/3kabc\n"
    )
    article = extract_plain(Document("a", "a.txt", text), ReadSettings())
    post, link = article.tweets
    assert (post.text, post.platform, post.handle) == (TWEET.replace(" on Monday", ""), "bluesky", "lina.bsky.social")
    assert (link.text, link.platform, link.tweet_id) == (None, "bluesky", "3kabc")
    assert [finding.code for finding in link.findings] == ["omission.no_text"]
    assert any(frame.speaker and frame.speaker.cut(text) == "Minister Lina Sample" for frame in article.frames)
