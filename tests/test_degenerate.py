"""Texts that repeat one thing many times: whatever reads them takes time that grows with their length, no faster."""

from time import process_time

import pytest

from align.errors import ReadError
from align.extract import extract_article
from align.judge.pairs import check_pairs
from align.models.bundle import shipped_bundle
from align.records import Document, TextPair
from align.segment import segment_article, split_tweet
from align.settings import CheckSettings, ReadSettings
from align.text.calendar import read_mentions
from align.text.clock import read_clocks
from align.text.markup import most_attributes
from align.text.numerals import read_numerals
from align.text.parts import split_parts
from align.text.quotation import quoted_spans
from align.text.sentences import split_arabic
from align.text.words import words

# Each unit is repeated: what opens and does not close, what may always go on, what looks like the start of something.
UNITS = [
    "1. ", "1/2 ", "1,000,", "one hundred and ", "مئة و", "1", ".", "... ", "-", '" ', "« » ", "«", "(", "[a] ",
    "@a ",
    "#a ", "#", "http://a.b/ ", "https://", "pic.twitter.com/a ", "pic.", " ", "\n", " \n", "a", "ب", "كلمة ",
    "قائلا ", "قال قائلا ",
    "1 March ", "1/1/2020 ",
    "1 آذار ", ": ", "a, ", "و", "not ", "لا ", "Ab ", "A. ", "&", "<", "<a ", "— A (@a) March 1, 2020\n", "$1 ",
    "-1 ",
    "1 million ", "ـ", "َ", "\u200d", "😀", "RT @a: ", "½", "4:30 pm ", "قال إن ", "Monday ", "'a", "_", "a.1", "ﹰ",
]  # fmt: skip
READERS = {
    "words": words,
    "sentences": split_arabic,
    "tweet": split_tweet,
    "numerals": lambda text: read_numerals.__wrapped__(text, arabic=True),
    "parts": split_parts,
    "quotations": quoted_spans,
    "dates": lambda text: dates(text),
    "clocks": lambda text: (read_clocks(f"4:30 pm {text}", arabic=False), read_clocks(f"الساعة 4 {text}", arabic=True)),
    "attributes": most_attributes,
    "article": lambda text: extract(f"قالت الوزيرة في تغريدة لها: «سنفتح الجسر».\n{text}\n", is_html=False),
    "page": lambda text: extract(f"<body><p>قالت الوزيرة: «سنفتح الجسر».</p><p>{text}</p></body>", is_html=True),
}
SHORT, LONG = 3_000, 24_000  # characters; a square would take 64 times as long
# Below this the clock says little: so much is allowed whatever the short text took.
SECONDS = 0.4


def extract(text, *, is_html):
    try:
        return segment_article(extract_article(Document("d", "s", text, is_html=is_html), ReadSettings()))
    except ReadError:
        return None  # refused, with a reason: as good as read


def dates(text):
    english, arabic = f"on Monday 1 March {text}", f"يوم الاثنين 1 آذار {text}"  # what opens the way to the rest
    return read_mentions.__wrapped__(english, arabic=False), read_mentions.__wrapped__(arabic, arabic=True)


def seconds(work, text):
    begin = process_time()
    work(text)
    return process_time() - begin


@pytest.mark.parametrize("end", ["", "x"], ids=["", "goes on"])
@pytest.mark.parametrize("reader", READERS)
def test_degenerate_texts_are_read_in_time_that_grows_with_their_length(reader, end):
    work, slow = READERS[reader], []
    for unit in UNITS:
        short, long = (unit * (size // len(unit)) + end for size in (SHORT, LONG))
        first, last = seconds(work, short), seconds(work, long)
        if last > SECONDS and last > 3 * (LONG / SHORT) * first:
            last = seconds(work, long)  # a busy machine may have disturbed the first
        if last > SECONDS and last > 3 * (LONG / SHORT) * first:
            slow.append((unit, round(first, 3), round(last, 3)))
    assert slow == []


def test_degenerate_tag_of_many_attributes_is_refused_before_it_is_parsed():
    tags = [
        "<p " + " ".join(f"a{n}=1" for n in range(5_000)) + ">",
        "<p " + " ".join(f"a{n}" for n in range(5_000)) + ">",
        "<p a='>' " + " ".join(f'a{n}="x y"' for n in range(5_000)) + ">",
        "<p '><p " + " ".join(f"a{n}=1" for n in range(5_000)),
    ]
    for tag in tags:
        with pytest.raises(ReadError, match="attributes"):
            extract_article(Document("d", "s", f"<body>{tag}نص عربي قصير</p></body>", is_html=True), ReadSettings())


def test_degenerate_tag_of_one_long_attribute_is_read():
    image = "<img src='data:image/png;base64," + "A b=c " * 5_000 + "'>"
    assert most_attributes(image) == 1
    assert most_attributes("<p>" + "كلمة عادية " * 5_000 + "</p>") == 0


def judged(text):
    en, ar = f"On 1 March prices fell to 3: {text}", f"في 1 آذار تراجعت الأسعار إلى 3: {text}"
    (judgement,) = check_pairs([TextPair("0", en, ar)], None, CheckSettings(), shipped_bundle().checks)
    assert judgement.error is None and judgement.verdict is not None


# Numbers, directions and names that are held against each other: what takes longest where there are thousands.
CHECKED = [
    "1. ",
    "½",
    "1/2 ",
    "fell 1 ",
    "ارتفع 1 ",
    "-1\n",
    "Ab ",
    "not ",
    "لا ",
    "« » ",
    "1 آذار ",
    "4:30 pm ",
    "$1 ",
]


@pytest.mark.parametrize("unit", CHECKED)
def test_degenerate_pairs_are_judged_in_time_that_grows_with_their_length(unit):
    judged(unit)  # what is read once
    short, long = (unit * (size // len(unit)) for size in (2_000, 16_000))
    first, last = seconds(judged, short), seconds(judged, long)
    if last > SECONDS and last > 24 * first:
        last = seconds(judged, long)  # a busy machine may have disturbed the first
    assert last <= max(SECONDS, 24 * first)
