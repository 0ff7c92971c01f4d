"""Sentences of Arabic news text and of tweets."""

import pytest

from align.text.sentences import split_arabic, split_tweet


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("فُتح الجسر. وعاد الناس؟ نعم! انتهى", ["فُتح الجسر.", "وعاد الناس؟", "نعم!", "انتهى"]),
        ("قال د. سامي إن أ.د. لينا عادت. ثم صمت.", ["قال د. سامي إن أ.د. لينا عادت.", "ثم صمت."]),
        ("كتب ج. ك. حداد رواية. انظر ص. 12 منها.", ["كتب ج. ك. حداد رواية.", "انظر ص. 12 منها."]),
        ("بلغت النسبة 3.5 في المئة. وارتفعت ٤٫٢ أيضاً.", ["بلغت النسبة 3.5 في المئة.", "وارتفعت ٤٫٢ أيضاً."]),
        ("تردّد قليلاً.. ثم وافق… وعاد.", ["تردّد قليلاً.. ثم وافق… وعاد."]),
        ("انتهى الأمر…\nوبدأ غيره", ["انتهى الأمر…", "وبدأ غيره"]),
        ("عنوان بلا نقطة\nثم نص.", ["عنوان بلا نقطة", "ثم نص."]),
        ("قال: «انتهى الأمر.» ثم عاد.", ["قال: «انتهى الأمر.»", "ثم عاد."]),
        ("أطلقت Apple Inc هاتفاً بسعر 9.99 دولار. وانتهى.", ["أطلقت Apple Inc هاتفاً بسعر 9.99 دولار.", "وانتهى."]),
        ("", []),
    ],
)
def test_arabic_sentences(text: str, sentences: list[str]) -> None:
    assert [span.cut(text).strip() for span in split_arabic(text)] == sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Dr. Lina Sample met Gen. J. P. Doe at 9 a.m. today. They agreed.", 2),
        ("Inflation fell to 3.5% in the U.S. economy. Good news! 🎉 More to come…", 3),
        ("@sami @lina We open today. #bridge https://t.co/x", 1),
        ("BREAKING: the bridge is open.", 1),
        ("The bridge is open.\n\nRead more: https://t.co/x", 1),
    ],
)
def test_tweet_sentences(text: str, sentences: int) -> None:
    assert len(split_tweet(text)) == sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("We stand with J. D. Salem tonight. We go on.", ["We stand with J. D. Salem tonight.", "We go on."]),
        ("I met Eng. M. Salem and Lt. Col. B. Nour. Thanks.", ["I met Eng. M. Salem and Lt. Col. B. Nour.", "Thanks."]),
        ("There is no plan B. We go on.", ["There is no plan B.", "We go on."]),
        ("It is I. We know.", ["It is I.", "We know."]),
        ("The ferry has sailed. All of the…", ["The ferry has sailed."]),
        ("The ferry has sailed. Yet ...", ["The ferry has sailed."]),
        ("The ferry has sailed. More to come…", ["The ferry has sailed.", "More to come…"]),
        ("All of the…", ["All of the…"]),
        ("The ferry has sailed 📉\n\n📰 Read more: https://t.co/x", ["The ferry has sailed 📉"]),
        ("Why do they wait¡ Headlines help nobody.", ["Why do they wait¡", "Headlines help nobody."]),
        ("¡Hola! We are here.", ["¡Hola!", "We are here."]),
        ("Who goes first?\n▫️ Buses\n▫️ Small boats", ["Who goes first?"]),
        ("Good news! RT @hala_test: The ferry sails. https://t.co/x", ["Good news!", "The ferry sails."]),
    ],
)
def test_tweet_is_split_at_the_ends_of_its_sentences_alone(text: str, sentences: list[str]) -> None:
    assert [span.cut(text) for span in split_tweet(text)] == sentences


@pytest.mark.parametrize(
    "text", ["قال م. سالم إن الجسر مغلق.", "وصلت د. م. رنا عوده أمس.", "كتب أ.د. سامي العابد بيانا."]
)
def test_arabic_titles_and_initials_end_no_sentence(text: str) -> None:
    assert len(split_arabic(text)) == 1
