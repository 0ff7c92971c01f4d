"""Cards, other platforms' embed codes, labels of content systems and copies in scripts, around one invented post."""

import json
from html import escape

import pytest

from align.extract import extract_article
from align.extract.labels import is_chrome, is_label, is_moment, is_notice
from align.records import Document
from align.settings import ReadSettings
from tests import zoo

MARKUP = "The ferry leaves at six.<br>Bring your tickets."
WORDS = "The ferry leaves at six. Bring your tickets."
QUOTED = "Which ferry goes to Sarn?"
ID = "1790000000000000001"
URL = f"https://x.com/hala_test/status/{ID}"
CODE = (
    f'<blockquote class="twitter-tweet"><p lang="en">{MARKUP}</p>&mdash; Hala Test (@hala_test) '
    f'<a href="{URL}">May 13, 2024</a></blockquote>'
)


def extract(markup):
    return extract_article(Document("a", "a.html", zoo.page(markup), is_html=True), ReadSettings())


def own_lines(article):
    return [article.text[b.start : b.end] for b in article.blocks if b.kind.value != "tweet"]


PAGE = own_lines(extract(""))

TIME = '<time datetime="2024-05-13T09:12:00.000Z">9:12 AM · May 13, 2024</time>'
CARDS = {
    "saved page of X": (
        '<article data-testid="tweet" role="article"><div data-testid="User-Name"><a href="/hala_test"><span>Hala Test'
        '</span></a><a href="/hala_test"><span>@hala_test</span></a></div><div data-testid="tweetText" lang="en"><span>'
        f"{MARKUP}</span></div><span>Show more</span>"
        f'<a href="/hala_test/status/{ID}">{TIME}</a><span>1.2M</span> <span>Views</span>'
        '<div role="group"><button><span>12</span></button><button>48</button></div></article>'
    ),
    "old page of Twitter": (
        f'<div class="tweet permalink-tweet" data-tweet-id="{ID}"><strong class="fullname">Hala Test</strong>'
        f'<span class="username">@<b>hala_test</b></span><a href="/hala_test/status/{ID}">{TIME}</a>'
        f'<p class="TweetTextSize js-tweet-text tweet-text" lang="en">{MARKUP}</p><span>12 retweets</span></div>'
    ),
    "react-tweet": (
        '<div class="react-tweet-theme tweet-container_root__0"><article class="tweet-container_article__1">'
        f'<a href="{URL}"><span title="Hala Test">Hala Test</span></a><a href="{URL}"><span>@hala_test</span></a>'
        f'<span>·</span><a>Follow</a><p class="tweet-body_root__2" lang="en">{MARKUP}</p><a href="{URL}">{TIME}</a>'
        "<div><a>48</a><a>Reply</a><button>Copy link</button><a>Read 7 replies</a></div></article></div>"
    ),
    "schema.org posting": (
        '<blockquote class="tweet-embed" itemscope itemtype="https://schema.org/SocialMediaPosting"><header><a '
        'href="https://twitter.com/hala_test"><p itemprop="name">Hala Test</p>@hala_test</a></header>'
        f'<section itemprop="articleBody">{MARKUP}</section><footer><a href="{URL}">❤️ 48</a><a href="{URL}">{TIME}</a>'
        "</footer></blockquote>"
    ),
    "frame with its page inside": (
        f'<div class="twitter-tweet twitter-tweet-rendered"><iframe data-tweet-id="{ID}" srcdoc="'
        + escape(
            f"<html><body><article><span>Hala Test</span><span>@hala_test</span><div lang='en' data-testid='tweetText'>"
            f"{MARKUP}</div><a href='{URL}'>{TIME}</a></article></body></html>"
        )
        + '"></iframe></div>'
    ),
    "Substack": '<div class="twitter-embed" data-attrs="'
    + escape(
        json.dumps(
            {
                "url": URL,
                "full_text": WORDS,
                "username": "hala_test",
                "name": "Hala Test",
                "date": "Mon May 13 09:12:00 +0000 2024",
            }
        )
    )
    + '"><a href="https://x.com">Hala Test @hala_test 48Likes</a></div>',
    "label beside the code": f"<h4>تغريدة مضمنة</h4>{CODE}<p>شاهد التغريدة على تويتر</p>",
    "notice under the code": f"<div>{CODE}<p>Tweet may have been deleted <b>(opens in a new tab)</b></p></div>",
    "consent under the code": f"<div>{CODE}<div>انقر لقبول ملفات تعريف الارتباط وتمكين هذا المحتوى</div></div>",
    "label inside the code": CODE.replace(
        "</blockquote>", f'<p><a href="{URL}">مشاهدة على منصة إكس</a></p></blockquote>'
    ),
    "more to show": CODE.replace("tickets.</p>", f'tickets. <a href="{URL}">Show more</a></p>'),
    "division without a class": CODE.replace("<blockquote class", "<div data-x").replace("</blockquote>", "</div>"),
    "two paragraphs": f'<p>{MARKUP}</p><p>— Hala Test (@hala_test) <a href="{URL}">May 13, 2024</a></p>',
}


@pytest.mark.parametrize("kind", CARDS)
def test_card_gives_its_words_its_frame_and_no_chrome(kind: str) -> None:
    article = extract(CARDS[kind])
    (tweet,) = article.tweets
    assert " ".join(tweet.text.split()) == WORDS
    assert (tweet.author, tweet.handle, tweet.created_at, tweet.tweet_id) == (
        "Hala Test",
        "hala_test",
        "2024-05-13",
        ID,
    )
    assert own_lines(article) == PAGE
    assert article.text[tweet.start : tweet.end] == tweet.text


INNER = (
    f'<blockquote class="twitter-tweet"><p lang="en">{QUOTED}</p>&mdash; Omar Test (@omar_test) May 12, 2024'
    "</blockquote>"
)
STATE = {"full_text": WORDS, "username": "hala_test", "name": "Hala Test", "url": URL}
QUOTED_STATE = {"full_text": QUOTED, "username": "omar_test", "name": "Omar Test"}


@pytest.mark.parametrize(
    "markup",
    [
        CODE.replace("</blockquote>", f"{INNER}</blockquote>"),
        CARDS["saved page of X"].replace(
            "<span>Show more</span>",
            '<div role="link"><span>Omar Test</span><span>@omar_test</span><time datetime="2024-05-12T20:00:00Z">May 12'
            f'</time><div data-testid="tweetText"><span>{QUOTED}</span></div></div>',
        ),
        f'<div class="tweet" data-attrs="{escape(json.dumps(STATE | {"quoted_tweet": QUOTED_STATE}))}"></div>',
    ],
    ids=["embed code", "card", "state"],
)
def test_quoted_post_is_a_post_of_its_own_behind_the_outer_one(markup: str) -> None:
    outer, inner = extract(markup).tweets
    assert (" ".join(outer.text.split()), outer.handle) == (WORDS, "hala_test")
    assert (inner.text, inner.author, inner.handle) == (QUOTED, "Omar Test", "omar_test")


PLATFORMS = {
    "instagram": (
        '<blockquote class="instagram-media" data-instgrm-permalink="https://www.instagram.com/p/CxYz123AbC/"><p><a '
        f'href="https://www.instagram.com/p/CxYz123AbC/">{WORDS}</a></p><p>A post shared by <a href="#">Hala Test</a> '
        "(@hala_test) on <time>May 13, 2024</time></p></blockquote>",
        "CxYz123AbC",
    ),
    "threads": (
        f'<blockquote class="text-post-media" data-text-post-permalink="https://www.threads.net/@hala_test/post/C8xYz12">'
        f"<p>{WORDS}</p>&mdash; Hala Test (@hala_test) May 13, 2024</blockquote>",
        "C8xYz12",
    ),
    "mastodon": (
        f'<div class="mastodon-post"><strong>Hala Test</strong> <span>@hala_test@social.example</span>'
        f'<div class="status__content">{WORDS}</div><a href="https://social.example/@hala_test/112000000000000001">'
        '<time datetime="2024-05-13T09:12:00Z">13 May</time></a></div>',
        "112000000000000001",
    ),
    "truthsocial": (
        f'<blockquote class="truthsocial-embed"><p>{WORDS}</p>&mdash; Hala Test (@hala_test) '
        '<a href="https://truthsocial.com/@hala_test/posts/112000000000000002">May 13, 2024</a></blockquote>',
        "112000000000000002",
    ),
    "bluesky": (
        f'<blockquote class="bluesky-embed" data-bluesky-uri="at://did:plc:a/app.bsky.feed.post/3kx"><p>{WORDS}<br><br>'
        '<a href="https://bsky.app/profile/did:plc:a/post/3kx">[image or embed]</a></p>&mdash; Hala Test '
        "(<a>@hala.bsky.example</a>) May 13, 2024 at 3:43 PM</blockquote>",
        "3kx",
    ),
}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_embed_of_another_platform_gives_its_words(platform: str) -> None:
    markup, post_id = PLATFORMS[platform]
    (tweet,) = extract(markup).tweets
    assert (tweet.platform, tweet.tweet_id, tweet.text, tweet.author) == (platform, post_id, WORDS, "Hala Test")
    assert tweet.handle.startswith("hala")
    assert tweet.created_at == "2024-05-13"


BOXES = [
    f'<blockquote class="twitter-tweet" data-lang="ar"><a href="{URL}">عرض المنشور على منصة إكس</a></blockquote>',
    f'<blockquote class="twitter-tweet"><a href="{URL}">Loading tweet…</a></blockquote>',
    '<div><span>𝕏 منشور ذو صلة</span><blockquote class="twitter-tweet">'
    f'<a href="{URL}">مشاهدة التغريدة</a></blockquote></div>',
    f'<figure><div><a href="#e">تخطى X مشاركة, 1</a><div><strong>هل تسمح بعرض المحتوى من X؟</strong>'
    "<p>تتضمن هذه الصفحة محتوى من X. نطلب موافقتكم لأنه قد يستخدم ملفات تعريف الارتباط.</p>"
    f'<a href="{URL}">المحتوى غير متاح</a></div><p id="e">نهاية X مشاركة, 1</p></div></figure>',
]


@pytest.mark.parametrize("markup", BOXES)
def test_box_without_the_words_is_a_link_and_its_labels_are_chrome(markup: str) -> None:
    article = extract(markup)
    (tweet,) = article.tweets
    assert (tweet.text, tweet.tweet_id, tweet.handle) == (None, ID, "hala_test")
    assert own_lines(article) == PAGE


COPY = f"<p>{zoo.BEFORE}</p>{CODE}<p>{zoo.AFTER}</p>"
CHUNK = json.dumps("7:" + json.dumps({"html": COPY}) + "\n")


@pytest.mark.parametrize(
    "script",
    [
        f'<script type="application/json">{json.dumps({"content": COPY})}</script>',
        f'<script id="__NEXT_DATA__" type="application/json">{json.dumps({"props": [COPY]})}</script>',
        f"<script>self.__next_f.push([1,{CHUNK}])</script>",
    ],
    ids=["data", "state", "flight"],
)
def test_copy_of_the_article_in_a_script_adds_the_post_and_nothing_else(script: str) -> None:
    page = zoo.page("").replace("</body>", f"{script}</body>")
    article = extract_article(Document("a", "a.html", page, is_html=True), ReadSettings())
    (tweet,) = article.tweets
    assert tweet.tweet_id == ID
    assert article.text.index(zoo.BEFORE) < tweet.start < article.text.index(zoo.AFTER)
    assert own_lines(article) == PAGE


def test_copy_of_another_article_is_not_read() -> None:
    other = COPY.replace(zoo.BEFORE, "خبر آخر عن سوق السمك القديم في المدينة لا صلة له بما سبق من الكلام هنا").replace(
        zoo.AFTER, "ويفتح السوق أبوابه كل صباح في السادسة كما كان يفعل منذ سنوات طويلة خلت من عمره"
    )
    page = zoo.page("").replace(
        "</body>", f'<script type="application/json">{json.dumps({"c": other})}</script></body>'
    )
    article = extract_article(Document("a", "a.html", page, is_html=True), ReadSettings())
    assert article.tweets == ()
    assert own_lines(article) == PAGE


@pytest.mark.parametrize(
    "line", ["View on Threads", "شاهد التغريدة على منصة إكس", "Read 12 replies", "[صورة]", "جارٍ تحميل المنشور..."]
)
def test_label_is_told(line: str) -> None:
    assert is_label(line)
    assert is_chrome(line)


@pytest.mark.parametrize(
    "line", ["The ferry leaves at six", "قال الوزير إن المحتوى غير متاح للجمهور", "We will follow the rules"]
)
def test_sentence_is_no_label_no_moment_and_no_notice(line: str) -> None:
    assert not (is_label(line) or is_chrome(line) or is_moment(line) or is_notice(line))


@pytest.mark.parametrize(
    "line", ["9:36 AM · Apr 6, 2024", "٩:٣٦ ص · ٦ أبريل ٢٠٢٤", "3h", "May 13", "Last edited 9:12 PM · May 3, 2023"]
)
def test_moment_is_told(line: str) -> None:
    assert is_moment(line)
