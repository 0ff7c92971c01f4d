"""Who says, does or receives what; the frame's speaker and day."""

import pytest

from align.check.rules.attribution import CODES, check_attribution
from align.records import Severity, Subject, WordLink
from align.text.words import words
from tests.lexical_cases import assert_well_formed, codes

WRONG = [
    ("Doctors say the water is clean.", "يقول السكان إن المياه نظيفة."),
    ("The minister said the road is open.", "قال المبعوث إن الطريق مفتوح."),
    ("Residents told us about the smoke.", "أبلغنا المراقبون بأمر الدخان."),
    ("Mediators say talks will resume.", "قال المتمردون إن المحادثات ستُستأنف."),
    ("The union warned of a strike.", "حذرت الشرطة من إضراب."),
    ("Scientists said the ice is thin.", "قال الطلاب إن الجليد رقيق."),
    ("The spokesman said talks failed.", "قال القاضي إن المحادثات فشلت."),
    ("Nurses said the ward is full.", "قالت الحكومة إن الجناح ممتلئ."),
    ("Police say the bridge is safe.", "يقول المحتجون إن الجسر آمن."),
    ("Witnesses said a boat sank.", "قال الجيش إن قارباً غرق."),
    ("UNHCR says 300 people crossed.", "تقول الشرطة إن 300 شخص عبروا."),
    ("The army announced a pause.", "أعلن البرلمان هدنة."),
]
RIGHT = [
    ("Doctors say the water is clean.", "يقول الأطباء إن المياه نظيفة."),
    ("Doctors say the water is clean.", "المياه نظيفة بحسب الأطباء."),
    ("Residents told us about the smoke.", "أبلغنا الأهالي بأمر الدخان."),
    ("Officials said the road is open.", "قالت السلطات إن الطريق مفتوح."),
    ("Scientists said the ice is thin.", "قال خبراء إن الجليد رقيق."),
    ("The spokesman said talks failed.", "قال الناطق إن المحادثات فشلت."),
    ("Police say the bridge is safe.", "الجسر آمن، كما تقول الشرطة."),
    ("The army announced a pause.", "أعلنت القوات المسلحة هدنة."),
    ("The UN General Assembly said no.", "قالت الجمعية العامة للأمم المتحدة لا."),
    ("Witnesses said a boat sank.", "قال شهود عيان إن قارباً غرق."),
    ("The company said sales rose.", "قالت المجموعة إن المبيعات زادت."),
    ("The bridge is closed.", "الجسر مغلق."),
]


@pytest.mark.parametrize(("en", "ar"), WRONG)
def test_another_source_is_an_error(en: str, ar: str) -> None:
    assert codes(check_attribution, en, ar) == {"attribution.source"}
    assert all(finding.severity is Severity.ERROR for finding in check_attribution(Subject(en, ar)))


@pytest.mark.parametrize(("en", "ar"), RIGHT)
def test_the_same_source_in_other_words_is_no_finding(en: str, ar: str) -> None:
    assert codes(check_attribution, en, ar) == set()


def _links(en: str, ar: str, numbers: list[tuple[int, int]]) -> tuple[WordLink, ...]:
    english, arabic = words(en), words(ar)
    return tuple(WordLink(english[one], arabic[two], 0.8) for one, two in numbers)


def test_two_sources_that_changed_places_are_found_by_their_words() -> None:
    en = "Police say the bridge is open today; residents say the tunnel is blocked."
    right = "تقول الشرطة إن الجسر مفتوح اليوم، ويقول السكان إن النفق مقطوع."
    swapped = "يقول السكان إن الجسر مفتوح اليوم، وتقول الشرطة إن النفق مقطوع."
    content = [(3, 3), (5, 4), (6, 5), (10, 9), (12, 10)]
    assert codes(check_attribution, en, right, links=_links(en, right, content)) == set()
    found = codes(check_attribution, en, swapped, links=_links(en, swapped, content))
    assert found == {"attribution.swapped"}


@pytest.mark.parametrize(
    ("speaker", "author", "is_noted"),
    [
        ("لينا مارش", "Lena Marsh", False),
        ("مارش", "Lena Marsh", False),
        ("سامي العابد", "Lena Marsh", True),
        ("الوزير توماش كوفاتش", "Tomas Kovac", False),
        ("نورا", "Dana Ruiz", True),
        ("المرصد", "Amsel Observatory", False),
        ("اتحاد صيادي الساحل", "Coastal Fishers Union", False),
        ("سامي العابد", "Coastal Fishers Union", True),
        ("الوزيرة السابقة", "Lena Marsh", False),
        ("الرئيس سامي العابد", "Lena Marsh", True),
    ],
)
def test_the_frames_speaker_is_compared_with_the_author(speaker: str, author: str, is_noted: bool) -> None:
    found = check_attribution(Subject("We are here.", "نحن هنا.", speaker=speaker, author=author))
    assert [f.code for f in found] == ["attribution.speaker"] * is_noted
    for finding in found:
        assert_well_formed(finding, Subject("", ""))


@pytest.mark.parametrize(
    ("frame", "date", "is_wrong"),
    [
        ("وكتبت الأربعاء الماضي", "2024-06-05", False),
        ("وكتبت الخميس", "2024-06-05T23:50:00+00:00", False),
        ("وكتبت السبت", "2024-06-05", True),
        ("وكتبت", "2024-06-05", False),
        ("وكتبت السبت", "no date", False),
    ],
)
def test_the_frames_weekday_may_differ_by_a_day_from_the_tweets_date(frame: str, date: str, is_wrong: bool) -> None:
    found = check_attribution(Subject("We are here.", "نحن هنا.", frame=frame, tweet_date=date))
    assert [f.code for f in found] == ["attribution.day"] * is_wrong


def test_codes_are_explained() -> None:
    source = next(info for info in CODES if info.code == "attribution.source")
    assert codes(check_attribution, source.example_en, source.example_ar) == {"attribution.source"}
    assert {info.code.partition(".")[0] for info in CODES} == {"attribution", "addition"}
