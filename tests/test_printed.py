"""Posts as articles print them between their lines: plain text, pastes from a platform, frames of every kind."""

import pytest

from align.extract.plain import extract_plain
from align.records import Document
from align.run.aligner import with_sentences
from align.settings import ReadSettings

FIRST = "قالت وزيرة النقل هالة سامر إن العبارة الجديدة ستدخل الخدمة قريبا بعد سنوات من العمل."
LAST = "وتربط العبارة ضفتي الميناء منذ نحو أربعين عاما وفق بيانات الوزارة."
WORDS = "The ferry leaves at six. Bring your tickets."


def tweets_of(*lines, before=FIRST, after=LAST):
    text = "\n".join((before, *lines, after))
    article = extract_plain(Document("a", "a.txt", text), ReadSettings())
    for tweet in article.tweets:
        assert tweet.text is None or article.text[tweet.start : tweet.end] == tweet.text
    kinds = "".join(article.text[b.start : b.end] for b in article.blocks)
    assert before in kinds
    assert after in kinds
    return [with_sentences(tweet) for tweet in article.tweets], article


SIGNED = {
    "behind": [WORDS, "— Hala Samer (@hala_test) May 13, 2024"],
    "behind, broken after the name": [WORDS, "— Hala", "", "Samer (@hala_test)", "May 13, 2024"],
    "broken after an initial": [WORDS, "— Hala S.", "", "", "Samer (@hala_test) May 13, 2024"],
    "glued to an emoji": [WORDS + " ⛴Hala Samer (@hala_test) May 13, 2024"],
    "handle without brackets": [WORDS, "Hala Samer @hala_test May 13, 2024"],
    "before": ["Hala Samer (@hala_test) May 13, 2024", WORDS],
    "with a colon": [f"Hala Samer (@hala_test): {WORDS}", "May 13, 2024"],
    "name and handle above": ["Hala Samer", "@hala_test", WORDS, "9:36 AM · May 13, 2024", "·", "1.2M", " Views"],
    "name, handle and day above": ["Hala Samer @hala_test · May 13, 2024", WORDS, "12", "48", "1.2K"],
    "paste with labels": [
        "Hala Samer",
        "Verified account",
        "@hala_test",
        WORDS + " Show more",
        "Translate post",
        "9:36 AM · May 13, 2024 · 1.2M Views",
        "48 Reposts 3 Quotes 120 Likes",
    ],
    "paste with Arabic labels": [
        "هالة سامر",
        "@hala_test",
        WORDS,
        "ترجمة المنشور",
        "٩:٣٦ ص · ١٣ مايو ٢٠٢٤",
        "·",
        "١٫٢ ألف",
        "مشاهدة",
    ],
    "picture below": [WORDS, "Image", "ALT", "— Hala Samer (@hala_test) May 13, 2024"],
}


@pytest.mark.parametrize("kind", SIGNED)
def test_signed_post_has_its_words_and_nothing_of_its_frame(kind: str) -> None:
    (tweet,), _ = tweets_of(*SIGNED[kind])
    assert tweet.text.removesuffix(" ⛴") == WORDS
    assert tweet.handle == "hala_test"
    assert (tweet.author or "").split()[-1] in ("Samer", "سامر")
    assert tweet.created_at == "2024-05-13"
    assert len(tweet.sentences) == 2


@pytest.mark.parametrize(
    ("lines", "author", "date"),
    [
        (
            [WORDS, "— Hala Samer, Minister for the Ports May 13, 2024"],
            "Hala Samer, Minister for the Ports",
            "2024-05-13",
        ),
        ([f"{WORDS} — Hala Samer ١٣ مايو ٢٠٢٤"], "Hala Samer", "2024-05-13"),
        ([WORDS, "— Hala Samer"], "Hala Samer", None),
        (["Hala Samer #Ferry on Twitter", WORDS], "Hala Samer #Ferry", None),
        (["هالة سامر على تويتر", WORDS], "هالة سامر", None),
        ([f'Hala Samer on X: "{WORDS}" / X'], "Hala Samer", None),
    ],
)
def test_author_is_read_where_no_handle_is_printed(lines, author, date) -> None:
    (tweet,), _ = tweets_of(*lines)
    assert (tweet.text, tweet.author, tweet.handle, tweet.created_at) == (WORDS, author, None, date)


def test_sentence_that_ends_in_a_dash_and_a_day_is_no_attribution() -> None:
    (tweet,), _ = tweets_of("Vote for the new ferry — polls close on Monday May 13, 2024")
    assert tweet.author is None
    assert tweet.text.endswith("2024")


@pytest.mark.parametrize("verse", [["ومن يزرع الريح", "يحصد العاصفة"], ["لا غالب إلا البحر"]])
def test_arabic_verse_inside_a_post_does_not_part_it(verse) -> None:
    lines = ["Dear @ports_test, well done! As the poet says:", "", *verse, "", "(Who sows the wind reaps the storm.)"]
    (tweet,), _ = tweets_of(*lines)
    assert tweet.text.startswith("Dear")
    assert tweet.text.endswith("storm.)")
    assert len(tweet.sentences) == 3


def test_arabic_frame_between_two_posts_parts_them() -> None:
    found, _ = tweets_of("The ferry leaves at six.", "وأضافت في تغريدة ثانية:", "Bring your tickets.")
    assert [tweet.text for tweet in found] == ["The ferry leaves at six.", "Bring your tickets."]


def test_picture_link_ends_a_post_and_one_attribution_may_stand_under_two() -> None:
    first = "The ferry leaves at six. pic.twitter.com/aa11bb22cc"
    found, _ = tweets_of(
        first, "", "Bring your tickets. pic.twitter.com/dd33ee44ff", "— Hala (@hala_test) May 13, 2024"
    )
    assert [tweet.text for tweet in found][0] == first
    assert [tweet.handle for tweet in found] == [None, "hala_test"]


def test_thread_is_parted_by_its_counters() -> None:
    found, _ = tweets_of("1/3 The ferry leaves at six.", "2/3 Bring your tickets.", "3/3 No dogs on board.")
    assert [tweet.text[:3] for tweet in found] == ["1/3", "2/3", "3/3"]


def test_words_behind_an_attribution_belong_to_its_post() -> None:
    lines = ("The ferry leaves at six.", "— Hala Samer (@hala_test) May 13, 2024", "Bring your tickets.")
    (tweet,), article = tweets_of(*lines)
    assert tweet.text == "\n".join(lines)
    assert [s.cut(article.text) for s in tweet.sentences] == [lines[0], lines[2]]


def test_article_in_one_line_gives_up_its_post() -> None:
    words = f'According to @ports_test, "{WORDS}"#عبارة https://t.co/Hh1Jj2Kk3L'
    line = f"{FIRST} وأضافت الوزارة أن العمل انتهى. {words} — Hala Samer (@hala_test) March 9, 2021 {LAST}"
    article = extract_plain(Document("a", "a.txt", line), ReadSettings())
    (tweet,) = article.tweets
    assert tweet.text == words
    assert (tweet.author, tweet.handle, tweet.created_at) == ("Hala Samer", "hala_test", "2021-03-09")
    own = [article.text[b.start : b.end] for b in article.blocks if b.kind.value != "tweet"]
    assert own[0].startswith(FIRST)
    assert own[-1] == LAST


@pytest.mark.parametrize(
    "line",
    [
        "كتبت الوزيرة Hala Samer (@hala_test) أمس أن العبارة جاهزة.",
        "نشرت شركة Blue Ferry Lines International بيانا أمس.",
    ],
)
def test_name_in_latin_letters_is_no_post(line: str) -> None:
    found, _ = tweets_of(line)
    assert found == []


OWN = "https://x.com/hala_test/status/1790000000000000001"
OTHER = "https://x.com/omar_test/status/1789900000000000001"


@pytest.mark.parametrize(
    ("lines", "tweet_id", "handle"),
    [
        ([OWN, "", WORDS], "1790000000000000001", "hala_test"),
        ([WORDS, OWN], "1790000000000000001", "hala_test"),
        ([f"{WORDS} {OTHER}"], None, None),
        ([f"{WORDS} {OTHER} …", "— Hala (@hala_test) May 13, 2024"], None, "hala_test"),
        ([f"{WORDS} {OWN}", "— Hala (@hala_test) May 13, 2024"], "1790000000000000001", "hala_test"),
    ],
)
def test_link_is_the_posts_own_on_a_line_of_its_own_or_by_its_author(lines, tweet_id, handle) -> None:
    (tweet,), _ = tweets_of(*lines)
    assert (tweet.tweet_id, tweet.handle) == (tweet_id, handle)


def test_links_alone_are_a_post_each() -> None:
    found, _ = tweets_of(OWN, OTHER)
    assert [tweet.tweet_id for tweet in found] == ["1790000000000000001", "1789900000000000001"]
    assert [tweet.text for tweet in found] == [None, None]


def test_date_alone_is_a_post_where_it_is_signed() -> None:
    (tweet,), _ = tweets_of("March 12", "— Ferry Leaks (@leaks_test) May 13, 2024")
    assert (tweet.text, tweet.created_at) == ("March 12", "2024-05-13")
    assert tweets_of("March 12, 2024")[0] == []


def test_reading_lines_grows_with_their_number() -> None:
    from time import process_time

    def seconds(count):
        text = "\n".join((FIRST, *[f"{n}/ {WORDS}\n— Hala (@hala_test) May 13, 2024" for n in range(count)]))
        begin = process_time()
        extract_plain(Document("a", "a.txt", text), ReadSettings())
        return process_time() - begin

    seconds(50)
    assert seconds(2_000) < 30 * max(seconds(200), 0.01)
