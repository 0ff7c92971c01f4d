"""Gender of the one spoken about: agreement, pronouns, nouns."""

import pytest

from align.check.evidence.gender_cues import arabic_words, english_gender, telling_words, word_shapes
from align.check.rules.gender import CODES, check_gender
from align.records import Severity, Subject
from tests.lexical_cases import codes

WRONG = [
    ("She said she would resign.", "قال إنه سيستقيل."),
    ("He said he would resign.", "قالت إنها ستستقيل."),
    ("She was elected mayor in 1999.", "انتُخب رئيساً للبلدية عام 1999."),
    ("After her return, she taught music.", "بعد عودته، كان يدرّس الموسيقى."),
    ("He lost his keys and his coat.", "فقدت مفاتيحها ومعطفها."),
    ("She became the first woman to lead the club.", "أصبح أول رجل يقود النادي."),
    ("The spokeswoman confirmed the date.", "أكد المتحدث الموعد."),
    ("Our chairwoman opened the session.", "افتتح رئيسنا الجلسة، قال المتحدث والرئيس."),
    ("His mother kept the letters.", "احتفظ والده بالرسائل."),
    ("My dad built this boat.", "صنعت أمي هذا القارب."),
    ("Her husband heard the news.", "سمعت زوجته بالخبر."),
    ("The princess visited the school.", "زار الأمير المدرسة."),
    ("Their daughter plays the violin.", "يعزف ابن لهم الكمان، وهو ابن صغير."),
    ("He was born in a village and he died there.", "وُلدت في قرية وتوفيت فيها."),
    ("She wrote that she was tired.", "كتب أنه كان متعباً."),
]
RIGHT = [
    ("She said she would resign.", "قالت إنها ستستقيل."),
    ("He said he would resign.", "قال إنه سيستقيل."),
    ("She was elected mayor in 1999.", "انتُخبت رئيسة للبلدية عام 1999."),
    ("After her return, she taught music.", "بعد عودتها، كانت تدرّس الموسيقى."),
    ("He lost his keys and his coat.", "فقد مفاتيحه ومعطفه."),
    ("She became the first woman to lead the club.", "أصبحت أول امرأة تقود النادي."),
    ("The spokeswoman confirmed the date.", "أكدت المتحدثة الموعد."),
    ("His mother kept the letters.", "احتفظت والدته بالرسائل."),
    ("My dad built this boat.", "صنع أبي هذا القارب."),
    ("Her husband heard the news.", "سمع زوجها بالخبر."),
    ("The bridge is closed.", "الجسر مغلق."),
    ("They closed the school.", "أغلقوا المدرسة."),
    ("Her brother drives his taxi.", "يقود شقيقها سيارة الأجرة."),
    ("We met the workers.", "التقينا العاملات."),
    ("I am ready.", "أنا جاهزة."),
    ("Mrs Marsh wrote the song.", "كتبت السيدة مارش الأغنية."),
]


@pytest.mark.parametrize(("en", "ar"), WRONG)
def test_the_other_gender_is_found(en: str, ar: str) -> None:
    assert codes(check_gender, en, ar) & {"gender.agreement", "gender.noun"}


@pytest.mark.parametrize(("en", "ar"), RIGHT)
def test_the_right_or_an_unknown_gender_is_no_finding(en: str, ar: str) -> None:
    assert codes(check_gender, en, ar) == set()


def test_two_genders_in_one_sentence_are_left_alone() -> None:
    assert codes(check_gender, "She told him that he had won.", "قال لها إنها فازت.") == set()


def test_a_woman_named_by_her_office_keeps_masculine_words_from_being_an_error() -> None:
    subject = Subject("She opposed the plan.", "عارض الخطة، قال كاتب المقال عنه وعن مديرة المصنع ورفضه لها.")
    assert all(finding.severity is not Severity.ERROR for finding in check_gender(subject))


def test_english_evidence_counts_subjects_pronouns_and_nouns() -> None:
    found = english_gender("She thanked her sister's friends; they left.")
    assert (found.feminine, found.masculine) == (3, 0)
    assert set(found.conditions) == {"S", "P", "N", "0", "O"}


def test_words_are_read_without_vowel_marks_and_keep_ta_marbuta() -> None:
    assert arabic_words("كتبَتْ المُعلِّمةُ") == ["كتبت", "المعلمة"]


def test_shapes_do_not_depend_on_a_leading_conjunction() -> None:
    assert word_shapes("وكتبت")[0] == word_shapes("كتبت")[0]


def test_the_most_telling_word_comes_first() -> None:
    conditions = english_gender("She said so.").conditions
    weights = [abs(weight) for weight, _ in telling_words("قالت ذلك أمس", conditions)]
    assert weights == sorted(weights, reverse=True)


def test_codes_are_explained() -> None:
    for info in CODES:
        assert info.code in codes(check_gender, info.example_en, info.example_ar)
