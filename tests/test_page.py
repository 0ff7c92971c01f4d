"""Pages: every style of embed, its place, and the article around it."""

import time
from html import escape

import lxml.html
import pytest

from align.errors import ReadError
from align.extract import extract_article
from align.extract.body import find_body
from align.records import BlockKind, Document
from align.settings import ReadSettings
from tests import zoo


def extract(html):
    return extract_article(Document("a", "a.html", html, is_html=True), ReadSettings())


def assert_exact(article):
    for tweet in article.tweets:
        if tweet.text is not None:
            assert article.text[tweet.start : tweet.end] == tweet.text


def assert_between(article, tweet):
    before, after = article.text.index(zoo.BEFORE), article.text.index(zoo.AFTER)
    assert before + len(zoo.BEFORE) <= tweet.start <= tweet.end <= after


@pytest.mark.parametrize("style", zoo.WITH_TEXT)
def test_post_is_found_whole_and_in_its_place(style: str) -> None:
    article = extract(zoo.page(zoo.WITH_TEXT[style]))
    (tweet,) = article.tweets
    assert tweet.text == zoo.BODY
    assert (tweet.author, tweet.handle, tweet.created_at) == ("Lina Sample", "lina_sample", "2022-03-19")
    assert (tweet.tweet_id, tweet.platform, tweet.lang, tweet.findings) == (zoo.ID, "twitter", "en", ())
    assert_between(article, tweet)
    assert_exact(article)


@pytest.mark.parametrize("style", zoo.WITHOUT_TEXT)
def test_post_without_words_keeps_its_id_and_place(style: str) -> None:
    article = extract(zoo.page(zoo.WITHOUT_TEXT[style]))
    (tweet,) = article.tweets
    assert (tweet.text, tweet.tweet_id, tweet.lang) == (None, zoo.ID, None)
    assert tweet.created_at == "2022-03-19T01:55:36.204000Z"
    assert [finding.code for finding in tweet.findings] == ["omission.no_text"]
    assert ("gone" in tweet.findings[0].message) == ("gone" in style)
    assert tweet.handle in ("lina_sample", None)
    assert_between(article, tweet)


@pytest.mark.parametrize("platform", zoo.OTHERS)
def test_post_of_another_platform_is_told_as_such(platform: str) -> None:
    markup, post_id, handle, text = zoo.OTHERS[platform]
    article = extract(zoo.page(markup))
    (tweet,) = article.tweets
    assert (tweet.platform, tweet.tweet_id, tweet.handle, tweet.text) == (platform, post_id, handle, text)
    assert_between(article, tweet)
    assert_exact(article)


@pytest.mark.parametrize("what", zoo.NO_POST)
def test_nothing_is_invented(what: str) -> None:
    assert extract(zoo.page(zoo.NO_POST[what], inside=what not in ("readers' comments", "footer"))).tweets == ()


@pytest.mark.parametrize("style", ["publish", "deep wrappers", "pasted link"])
def test_article_holds_its_parts_and_nothing_around_it(style: str) -> None:
    article = extract(zoo.page((zoo.WITH_TEXT | zoo.WITHOUT_TEXT)[style]))
    assert [block.kind for block in article.blocks] == [
        BlockKind.HEADLINE,
        BlockKind.STANDFIRST,
        BlockKind.PARAGRAPH,
        BlockKind.TWEET,
        BlockKind.PARAGRAPH,
    ]
    assert (article.title, article.published, article.byline) == (zoo.HEADLINE, "2022-03-20", "سلمى نجار")
    for foreign in ("الرئيسية", "اقرأ أيضاً", "ملفات تعريف", "qxembed"):
        assert foreign not in article.text


def test_caption_is_a_block_of_its_own() -> None:
    article = extract(
        zoo.page('<figure><img src="b.jpg"><figcaption>الجسر كما بدا فجر الأحد من البحر</figcaption></figure>')
    )
    (caption,) = [b for b in article.blocks if b.kind is BlockKind.CAPTION]
    assert article.text[caption.start : caption.end] == "الجسر كما بدا فجر الأحد من البحر"


def test_thread_of_links_gives_a_post_each() -> None:
    other = zoo.URL[:-1] + "7"
    article = extract(zoo.page(f"<p>{zoo.URL}<br>{other}</p>"))
    assert [tweet.tweet_id for tweet in article.tweets] == [zoo.ID, zoo.ID[:-1] + "7"]


def test_several_posts_stay_in_order_where_the_extractor_loses_them() -> None:
    second = zoo.QUOTE.replace(zoo.ID, "1505000000000000009").replace("Monday", "Tuesday")
    article = extract(zoo.page(f'<aside class="pull">{zoo.QUOTE}</aside><form>{second}</form>'))
    assert [tweet.tweet_id for tweet in article.tweets] == [zoo.ID, "1505000000000000009"]
    assert_exact(article)


def test_post_in_another_language_is_kept_and_marked() -> None:
    german = zoo.QUOTE.replace(
        "We will open the harbour bridge on Monday.<br>Tolls stay frozen until June.",
        "Wir öffnen die Hafenbrücke am Montag, und die Maut bleibt bis Juni unverändert.",
    )
    (tweet,) = extract(zoo.page(german)).tweets
    assert tweet.lang == "de"


def test_date_that_contradicts_the_id_is_a_finding() -> None:
    (tweet,) = extract(zoo.page(zoo.QUOTE.replace("2022", "2019"))).tweets
    assert [finding.code for finding in tweet.findings] == ["date.id"]


@pytest.mark.parametrize("markup", ["", "<html></html>", "<p></p>", "<html><body><script>1</script></body></html>"])
def test_page_without_text_is_refused(markup: str) -> None:
    with pytest.raises(ReadError) as caught:
        extract(markup)
    assert caught.value.reason in ("no_text", "html")


def test_deep_page_loses_nothing_behind_its_depth() -> None:
    first, deep, last = (f"قال الوزير إن العمل في الجسر {word} هذا العام." for word in ("بدأ", "تأخر", "انتهى"))
    html = f"<html><body><p>{first}</p>{'<div>' * 400}<p>{deep}</p>{'</div>' * 400}<p>{last}</p></body></html>"
    text = extract_article(Document("a", "a.html", html, is_html=True), ReadSettings()).text
    assert text.split("\n") == [first, deep, last]


def test_page_nested_too_deep_is_refused() -> None:
    html = zoo.page("<div>" * 60 + "x" + "</div>" * 60)
    assert extract(html).text
    with pytest.raises(ReadError, match="at most 50 deep") as caught:
        extract_article(Document("a", "a.html", html, is_html=True), ReadSettings(max_depth=50))
    assert caught.value.reason == "html"


def test_page_that_takes_too_long_is_refused_and_the_next_is_read(monkeypatch) -> None:
    from align.extract import page

    def loop(root, count):
        while time.time() > 0:
            time.sleep(0.001)

    with monkeypatch.context() as patched:
        patched.setattr(page, "find_body", loop)
        with pytest.raises(ReadError) as caught:
            extract_article(Document("a", "a.html", zoo.page(zoo.QUOTE), is_html=True), ReadSettings(max_seconds=0.2))
    assert caught.value.reason == "timeout"
    assert extract(zoo.page(zoo.QUOTE)).tweets


def test_hidden_markup_may_hold_comments() -> None:
    hidden = f"<!-- a --><div><!-- b -->{zoo.QUOTE}<!-- c --></div><!-- d -->"
    (tweet,) = extract(zoo.page(f'<div data-html="{escape(hidden)}"></div>')).tweets
    assert tweet.text == zoo.BODY


def test_denser_text_outside_the_article_does_not_take_its_place() -> None:
    teaser = "<header><h2>سطر طويل في رأس الصفحة لا صلة له بالخبر ولا بالجسر ولا بالميناء أبداً</h2></header>"
    article = extract(zoo.page("").replace("<nav", teaser + "<nav"))
    assert zoo.BEFORE in article.text
    assert zoo.AFTER in article.text


def test_entities_are_not_expanded_and_files_not_read() -> None:
    article = extract(
        '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + zoo.page("<p>&x; قال الوزير كلاماً كثيراً هنا</p>")
    )
    assert "root:" not in article.text


@pytest.mark.parametrize("control", ["&#1;", "&#x1f;", "&#X0B", "\x01", "￾", "&#65535;"])
def test_controls_that_no_element_may_hold_are_dropped(control: str) -> None:
    figure = f"<figure><figcaption>صورة الجسر</figcaption>{control}بعد الصورة</figure>"
    article = extract(
        f"<html><body><article><p>{zoo.BEFORE}</p>{figure}<p>{zoo.AFTER} &#100;&#x61;</p></article></body></html>"
    )
    assert "صورة الجسر" in article.text
    assert f"{zoo.AFTER} da" in article.text


@pytest.mark.parametrize("wrapper", ["div", "section", "span", "article"])
def test_page_whose_hidden_posts_nest_deeper_than_python_is_walked(wrapper) -> None:
    root = lxml.html.document_fromstring(f"<html><body><article><p>{zoo.BEFORE}</p></article></body></html>")
    place = root.find("body").find("article")
    for _ in range(1_500):  # what is revealed on a page is not held to read.max_depth again
        place = lxml.etree.SubElement(place, wrapper)
    lxml.etree.SubElement(place, "p").text = "تم نشره."  # short: the densest part stays the article's own
    lines = find_body(root, 0).lines
    assert zoo.BEFORE in lines
