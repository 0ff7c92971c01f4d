"""The language of a text, and articles in another language of Arabic script."""

import pytest

from align.errors import ReadError
from align.extract import extract_article
from align.records import Document
from align.settings import ReadSettings
from align.text.language import language_of

OTHERS = {
    "fa": "شهردار از بازگشایی پل خبر داد و گفت که کامیون‌ها عوارض نمی‌پردازند.",
    "ur": "میئر نے کہا کہ پرانا پل پیر کو دوبارہ کھل جائے گا۔",
    "ckb": "پارێزگار گوتی پردە کۆنەکە ڕۆژی دووشەممە دەکرێتەوە.",
}
ARABIC = [
    "استرح.",
    "الجسر آمن",
    "للجدران آذان.",
    "عمل بجد.",
    "قُل ذلك فى الإنجليزية؟",
    "قال وزیر الخارجیة إن الاتفاق لم يوقع",  # typed on a Persian keyboard
    "زار گورباتشوف چين وباريس",
    "مش عايز أروح هناك",
    "تأسست مدرستنا عام ۱۹۹۰م.",
]


@pytest.mark.parametrize("text", ARABIC)
def test_language_arabic_is_told_however_short_or_typed(text):
    assert language_of(text) == "ar"


@pytest.mark.parametrize(("code", "text"), [*OTHERS.items(), ("fa", "پل سالم است."), ("ur", "پل محفوظ ہے")])
def test_language_neighbours_of_arabic_are_told_from_it(code, text):
    assert language_of(text) == code


def test_language_pashto_is_not_taken_for_arabic():
    assert language_of("پلې ورځ به پل پرانیستل شي") not in ("ar", None)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "The bridge is open."),
        ("en", "Bridge closed until further notice"),
        ("es", "El puente abrirá otra vez el lunes por la mañana."),
        ("de", "Die Brücke wird am Montag wieder geöffnet."),
        ("ru", "Мост откроется в понедельник"),
        (None, "NATO"),
        (None, "@lina_sample https://example.org/a #tag"),
        (None, "12:30 🎉"),
        (None, ""),
        ("ar", "@lina_sample @dana_reed https://example.org/a الجسر مفتوح"),
    ],
)
def test_language_latin_text_is_english_unless_it_is_borne_out_otherwise(code, text):
    assert language_of(text) == code


@pytest.mark.parametrize("code", OTHERS)
@pytest.mark.parametrize("is_html", [False, True])
def test_language_an_article_in_another_language_is_refused_with_its_reason(code, is_html):
    text = OTHERS[code]
    tweet = "We will reopen the old bridge on Monday.\n— Dana Reed (@danareed_nh) April 6, 2024"
    plain = f"{text}\n{text}\n{tweet}\n"
    embed = f"<blockquote class='twitter-tweet'>{tweet}</blockquote>"
    page = f"<html><body><article><h1>{text}</h1><p>{text} {text}</p>{embed}</article></body></html>"
    with pytest.raises(ReadError, match=rf"another language \({code}\)") as caught:
        extract_article(Document("d", "s", page if is_html else plain, is_html=is_html), ReadSettings())
    assert caught.value.reason == "language"


def test_language_an_arabic_article_may_quote_another_language():
    text = (
        "قالت الوزيرة في تغريدة لها إن الجسر سيفتح يوم الاثنين.\n"
        + OTHERS["fa"]
        + "\nوأضافت أن الطريق آمن أمام السيارات.\n"
    )
    assert extract_article(Document("d", "s", text * 2), ReadSettings()).text == text * 2
