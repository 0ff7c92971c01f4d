"""Feeds, pages saved as MHTML, and records of content systems."""

import io
import json
from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest

from align.extract import extract_article
from align.read import read_inputs
from align.read.posts import read_posts
from align.records import Document, Rejection
from align.settings import ReadSettings
from tests import zoo

BODY = f"<p>{zoo.BEFORE}</p>{zoo.QUOTE}<p>{zoo.AFTER}</p>"


def read(data: bytes):
    return list(read_inputs(["-"], ReadSettings(), stdin=io.BytesIO(data)))


def rss(*bodies, kind="content:encoded"):
    items = "".join(
        f"<item><title>خبر {n} &amp; بقية</title><link>https://news.example/{n}</link>"
        f"<pubDate>Sun, 20 Mar 2022 10:00:00 +0300</pubDate><description>ملخص</description>"
        f"<{kind}><![CDATA[{body}]]></{kind}></item>"
        for n, body in enumerate(bodies, 1)
    )
    head = (
        '<?xml version="1.0"?>\n<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
    )
    return f"{head}<title>أخبار</title>{items}</channel></rss>".encode()


ATOM = (
    '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>أخبار</title><entry><title>خبر</title>'
    '<link rel="self" href="https://news.example/self"/><link href="https://news.example/1"/><updated>2022-03-20T07:00:00Z</updated>'
)
_AS_XML = BODY.replace("<br>", "<br/>").replace("&mdash;", "—")
XHTML = f'<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{_AS_XML}</div></content>'
ESCAPED = f"<content type='html'>{BODY.replace('&', '&amp;').replace('<', '&lt;')}</content>"


def test_each_item_of_a_feed_is_an_article() -> None:
    first, second = read(rss(BODY, BODY.replace(zoo.ID, zoo.ID[:-1] + "7")))
    assert (first.doc_id, first.title, first.url) == ("stdin:1", "خبر 1 & بقية", "https://news.example/1")
    assert first.published == "2022-03-20T07:00:00+00:00"
    articles = [extract_article(document, ReadSettings()) for document in (first, second)]
    assert [[t.tweet_id for t in article.tweets] for article in articles] == [[zoo.ID], [zoo.ID[:-1] + "7"]]
    assert [article.text.count(zoo.BEFORE) for article in articles] == [1, 1]


@pytest.mark.parametrize("content", [XHTML, ESCAPED], ids=["xhtml", "escaped"])
def test_entry_of_an_atom_feed_is_an_article(content: str) -> None:
    (document,) = read(f"{ATOM}{content}</entry></feed>".encode())
    article = extract_article(document, ReadSettings())
    assert (document.url, document.published) == ("https://news.example/1", "2022-03-20T07:00:00Z")
    assert [tweet.text for tweet in article.tweets] == [zoo.BODY]
    assert zoo.AFTER in article.text


def test_feed_with_an_empty_item_or_a_broken_end_keeps_its_others() -> None:
    whole = rss(BODY, "", BODY).replace("<description>ملخص</description>".encode(), b"")
    items = read(whole)
    assert [type(item) for item in items] == [Document, Rejection, Document]
    assert read(rss(BODY, BODY)[:-400])[0].title == "خبر 1 & بقية"


@pytest.mark.parametrize(
    "data", [b"<rss><channel></channel></rss>", b'<?xml version="1.0"?><sitemap><url>x</url></sitemap>']
)
def test_xml_without_an_article_is_refused(data: bytes) -> None:
    (refused,) = read(data)
    assert refused.reason == "xml"


def test_feed_expands_no_entity() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + rss(BODY)[22:]
    for item in read(bomb.replace(b"<title>", b"<title>&x;", 2)):
        assert "root:" not in getattr(item, "content", "") + str(getattr(item, "title", ""))


def saved_page(page: str, frame: str) -> bytes:
    message = MIMEMultipart("related", type="text/html")
    message["From"] = "<Saved by Blink>"
    message["Snapshot-Content-Location"] = "https://news.example/1"
    for markup, name in ((page, "https://news.example/1"), (frame, "")):
        part: EmailMessage | MIMEText = MIMEText(markup, "html", "utf-8")
        if name:
            part["Content-Location"] = name
        else:
            part["Content-ID"] = "<frame-1@mhtml.blink>"
        message.attach(part)
    return message.as_bytes()


def test_page_saved_as_mhtml_is_read_with_its_frames() -> None:
    card = (
        '<html><body><article><span>Lina Sample</span><span>@lina_sample</span><div data-testid="tweetText" lang="en">'
        f'We will open.</div><a href="{zoo.URL}">'
        '<time datetime="2022-03-19T01:55:36Z">Mar 19</time></a></article></body>'
    )
    frame = '<div class="twitter-tweet"><iframe src="cid:frame-1@mhtml.blink"></iframe></div>'
    (document,) = read(saved_page(zoo.page(frame), card))
    article = extract_article(document, ReadSettings())
    (tweet,) = article.tweets
    assert document.url == "https://news.example/1"
    assert (tweet.text, tweet.handle, tweet.tweet_id) == ("We will open.", "lina_sample", zoo.ID)
    assert article.text.index(zoo.BEFORE) < tweet.start < article.text.index(zoo.AFTER)


def test_mhtml_without_a_page_is_refused() -> None:
    message = MIMEMultipart("related")
    message.attach(MIMEText("نص", "plain", "utf-8"))
    (refused,) = read(message.as_bytes())
    assert (refused.reason, "save the page again" in refused.detail) == ("mhtml", True)


URL, DATE = "https://news.example/7", "2022-03-20T10:00:00"
RECORDS = [
    {"date": DATE, "link": URL, "title": {"rendered": "خبر &amp; بقية"}, "content": {"rendered": BODY}},
    {"url": URL, "title": "خبر & بقية", "content_html": BODY, "date_published": DATE},
    {"url": URL, "title": "خبر &amp; بقية", "html": BODY, "published_at": DATE},
    {"url": URL, "headline": "خبر & بقية", "articleBody": BODY, "datePublished": DATE},
]


@pytest.mark.parametrize("record", RECORDS, ids=["WordPress", "JSON Feed", "Ghost", "schema.org"])
@pytest.mark.parametrize("wrap", [lambda r: [r], lambda r: {"items": [r]}, lambda r: r], ids=["list", "items", "alone"])
def test_record_of_a_content_system_is_an_article(record, wrap) -> None:
    (document,) = read(json.dumps(wrap({"id": 7, **record})).encode())
    assert (document.doc_id, document.title, document.url) == ("7", "خبر & بقية", "https://news.example/7")
    assert document.published == "2022-03-20T10:00:00"
    assert [tweet.text for tweet in extract_article(document, ReadSettings()).tweets] == [zoo.BODY]


def test_answer_of_posts_is_no_article() -> None:
    post = {"id_str": "1", "full_text": "We open.", "user": {"screen_name": "hala_test"}}
    (refused,) = read(json.dumps([post]).encode())
    assert refused.reason == "tweets"


def test_repost_has_the_whole_text_of_what_it_repeats() -> None:
    inner = {"full_text": "We open the ferry on Monday at noon.", "user": {"screen_name": "hala_test"}}
    outer = {"id_str": "2", "full_text": "RT @hala_test: We open the fer…", "retweeted_status": inner}
    (post,) = read_posts(["-"], ReadSettings(), stdin=io.BytesIO(json.dumps(outer).encode()))
    assert post.text == "RT @hala_test: We open the ferry on Monday at noon."
