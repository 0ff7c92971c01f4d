"""Pages written for the tests: one Arabic article around one embed, in every style in which pages keep embeds."""

import base64
import json
from html import escape
from urllib.parse import quote

ID = "1505000000000000000"
URL = f"https://twitter.com/lina_sample/status/{ID}"
BODY = "We will open the harbour bridge on Monday.\nTolls stay frozen until June. 🚢"
BEFORE = "قالت وزيرة النقل لينا سامر إن الجسر الجديد سيدخل الخدمة قريباً بعد سنوات من العمل المتواصل."
AFTER = "ويربط الجسر ضفتي الميناء، وتقدر كلفته بنحو أربعين مليون دينار وفق بيانات الوزارة المعلنة أمس."
HEADLINE = "افتتاح جسر الميناء يوم الاثنين"

QUOTE = (
    '<blockquote class="twitter-tweet"><p lang="en" dir="ltr">We will open the harbour bridge on Monday.<br>'
    "Tolls stay frozen until June. 🚢</p>&mdash; Lina Sample (@lina_sample) "
    f'<a href="{URL}?ref_src=twsrc%5Etfw">March 19, 2022</a></blockquote>'
)
BARE = f'<blockquote class="twitter-tweet"><a href="{URL}"></a></blockquote>'

_JSON = json.dumps({"html": QUOTE}).replace("<", chr(92) + "u003c")

# Name of the style -> markup. Every one of these gives the whole post.
WITH_TEXT = {
    "publish": QUOTE + '<script async src="https://platform.twitter.com/widgets.js"></script>',
    "video": QUOTE.replace("twitter-tweet", "twitter-video"),
    "wordpress figure": (
        '<figure class="wp-block-embed is-provider-twitter"><div class="wp-block-embed__wrapper">\n'
        + QUOTE
        + "\n</div></figure>"
    ),
    "figure with caption": f"<figure>{QUOTE}<figcaption>تغريدة الوزيرة مساء السبت الماضي</figcaption></figure>",
    "paragraphs by an editor": QUOTE.replace("<br>", "</p><p>"),
    "attribution in a paragraph": QUOTE.replace("</p>&mdash;", "</p><p>&mdash;").replace(
        "</blockquote>", "</p></blockquote>"
    ),
    "no class": QUOTE.replace(' class="twitter-tweet"', ""),
    "template": f"<div><template>{QUOTE}</template></div>",
    "noscript": f'<div class="lazy"></div><noscript>{QUOTE}</noscript>',
    "data attribute": f'<div class="lazy-embed" data-embed-html="{escape(QUOTE)}"></div>',
    "twice escaped attribute": f'<div data-html="{escape(escape(QUOTE))}"></div>',
    "percent attribute": f'<div data-content="{quote(QUOTE)}"></div>',
    "base64 attribute": f'<div data-consent-content="{base64.b64encode(QUOTE.encode()).decode()}"></div>',
    "JSON attribute": f'<div data-props="{escape(json.dumps({"type": "embed", "html": QUOTE}))}"></div>',
    "JSON script": f'<div><script type="application/json">{_JSON}</script></div>',
    "template script": f'<div><script type="text/template">{QUOTE}</script></div>',
    "textarea": f'<textarea style="display:none">{QUOTE}</textarea>',
    "escaped textarea": f'<textarea style="display:none">{escape(QUOTE)}</textarea>',
    "AMP with placeholder": (
        f'<amp-twitter data-tweetid="{ID}" layout="responsive" width="3" height="4">'
        + QUOTE.replace("<blockquote", "<blockquote placeholder")
        + "</amp-twitter>"
    ),
    "x.com": QUOTE.replace("twitter.com/lina", "x.com/lina"),
    "mobile": QUOTE.replace("https://twitter.com/lina", "https://mobile.twitter.com/lina"),
    "deep wrappers": f"<div><div><div>{QUOTE}</div></div></div>",
    "copy for readers without scripts": f'{QUOTE}<noscript><a href="{URL}">{URL}</a></noscript>',
    "iframe beside": f'{QUOTE}<iframe src="https://platform.twitter.com/embed/Tweet.html?id={ID}"></iframe>',
    "emoji as pictures": QUOTE.replace("🚢", '<img class="emoji" alt="🚢" src="1f6a2.png">'),
    "in a paragraph": f"<p>{QUOTE}</p>",
    "in a list": f"<ul><li>{QUOTE}</li></ul>",
    "in a table": f"<table><tr><td>{QUOTE}</td></tr></table>",
}

# Every one of these gives the id, and no text.
WITHOUT_TEXT = {
    "link in the quote": BARE,
    "AMP without placeholder": f'<amp-twitter data-tweetid="{ID}" layout="responsive"></amp-twitter>',
    "iframe": f'<iframe src="https://platform.twitter.com/embed/Tweet.html?dnt=false&amp;id={ID}&amp;lang=ar"></iframe>',
    "lazy iframe": f'<iframe data-src="https://platform.twitter.com/embed/index.html?id={ID}"></iframe>',
    "iframe of a proxy": f'<iframe src="https://cdn.example/widget?url={quote(URL, safe="")}"></iframe>',
    "pasted link": f"<p>{URL}</p>",
    "pasted link of x.com": f"<p>{URL.replace('twitter.com', 'x.com')}?s=20</p>",
    "linked link": f'<p><a href="{URL}">{URL}</a></p>',
    "wordpress link": f'<figure class="wp-block-embed"><div class="wp-block-embed__wrapper">{URL}</div></figure>',
    "oembed element": f'<figure class="media"><oembed url="{URL}"></oembed></figure>',
    "data-url": f'<div class="embed-tweet" data-url="{URL}"></div>',
    "id attribute": f'<div class="tweet" data-tweet-id="{ID}"></div>',
    "link without name": BARE.replace("lina_sample", "i"),
    "gone": (
        '<blockquote class="twitter-tweet"><p>This Tweet is no longer available.</p>'
        f'<a href="{URL}">link</a></blockquote>'
    ),
    "gone, in Arabic": (
        f'<blockquote class="twitter-tweet"><p>هذه التغريدة غير متاحة</p><a href="{URL}">رابط</a></blockquote>'
    ),
}

# Posts of other platforms: markup -> platform, id, handle, text.
OTHERS = {
    "bluesky": (
        '<blockquote class="bluesky-embed" data-bluesky-uri="at://did:plc:abc123/app.bsky.feed.post/3kxyz7">'
        '<p lang="en">We will open the harbour bridge on Monday.</p>&mdash; Lina Sample '
        '(<a href="https://bsky.app/profile/did:plc:abc123">@lina.bsky.social</a>) '
        '<a href="https://bsky.app/profile/did:plc:abc123/post/3kxyz7">March 19, 2022 at 5:04 PM</a></blockquote>',
        "3kxyz7", "lina.bsky.social", "We will open the harbour bridge on Monday.",
    ),
    "mastodon": (
        '<blockquote class="mastodon-embed" data-embed-url="https://social.example/@lina/112000000000000001/embed">'
        '<a href="https://social.example/@lina/112000000000000001"><div>Post by @lina@social.example</div>'
        "<div>View on Mastodon</div></a></blockquote>",
        "112000000000000001", "lina", None,
    ),
    "truthsocial": (
        '<iframe src="https://truthsocial.com/@lina/112000000000000002/embed" class="truthsocial-embed"></iframe>',
        "112000000000000002", "lina", None,
    ),
}  # fmt: skip

# Nothing of this is a post of the article.
NO_POST = {
    "follow button": '<a class="twitter-follow-button" href="https://twitter.com/lina_sample">تابع لينا</a>',
    "share link": '<a href="https://twitter.com/intent/tweet?url=https%3A%2F%2Fnews.example%2F1">غرّد</a>',
    "timeline": '<a class="twitter-timeline" href="https://twitter.com/lina_sample">Tweets by lina_sample</a>',
    "link in a sentence": f'<p>نشرت الوزيرة <a href="{URL}">تغريدة</a> عن الموعد الجديد للافتتاح.</p>',
    "quotation of a book": "<blockquote><p>من سار على الدرب وصل إلى غايته مهما طال السفر.</p></blockquote>",
    "readers' comments": f'<div id="comments"><p>أين الجسر؟</p>{QUOTE}</div>',
    "footer": f"<footer>{QUOTE}</footer>",
}


def page(embed, *, inside=True):
    """The article with `embed` between its paragraphs, or behind the article."""
    middle, end = (embed, "") if inside else ("", embed)
    return (
        '<!doctype html><html lang="ar" dir="rtl"><head><meta charset="utf-8">'
        f"<title>{HEADLINE} | صحيفة المرفأ</title>"
        '<meta property="article:published_time" content="2022-03-20T08:00:00Z">'
        '<meta name="author" content="سلمى نجار"></head><body>'
        '<nav class="menu"><a href="/">الرئيسية</a> <a href="/p">سياسة</a> <a href="/s">رياضة</a></nav>'
        f'<article><h1>{HEADLINE}</h1><p class="standfirst">خطوة طال انتظارها في المدينة الساحلية الصغيرة</p>'
        f"<p>{BEFORE}</p>{middle}<p>{AFTER}</p></article>{end}"
        '<div class="related"><h3>اقرأ أيضاً</h3>'
        '<p><a href="/2">ميناء آخر يستقبل أول سفينة هذا العام بعد التوسعة</a></p></div>'
        '<div class="cookie-consent">'
        "<p>نستخدم ملفات تعريف الارتباط لتحسين تجربتك على موقعنا، فهل توافق على ذلك؟</p></div>"
        "</body></html>"
    )
