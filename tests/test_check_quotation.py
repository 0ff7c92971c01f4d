"""Invented quotation marks, silent cuts, paraphrase dressed as a quote."""

import pytest

from align.check.rules.quotation import CODES, check_quotation
from align.records import Rendering, Severity, Subject, WordScore
from align.text.words import words
from tests.lexical_cases import codes

INVENTED = [
    ("The mayor thinks the plan is too slow.", 'قال رئيس البلدية إن "هذه الخطة بطيئة جداً ولا تكفي".'),
    ("The bridge is closed for repairs.", "الجسر «مغلق بسبب أعمال صيانة واسعة» منذ أمس."),
    ("We lost the match.", "قال المدرب إن فريقه “خسر المباراة بطريقة لا تصدق”."),
    ("Our crew is safe.", 'أفاد القبطان بأن "أفراد الطاقم كلهم بخير وسلامة".'),
    ("Rain is coming.", "وحذرت الهيئة من أن «المطر قادم لا محالة الليلة»."),
    ("The fee stays at two euros.", 'أكدت الشركة أن "الرسم باق على حاله يورو واحداً".'),
    ("The school needs a roof.", "المدرسة «تحتاج إلى سقف جديد بأسرع وقت» وفق المدير."),
    ("Nurses want better shifts.", 'تطالب الممرضات "بنوبات عمل أفضل وأكثر إنصافاً للجميع".'),
]
FAITHFUL_MARKS = [
    ('"We will return," the captain said.', 'قال القبطان: "سنعود جميعاً إلى هنا قريباً".'),
    ("The captain said 'we will all return soon'.", 'قال القبطان: "سنعود جميعاً إلى هنا قريباً".'),
    ("NATO sent ships.", "أرسل حلف «الناتو» سفناً."),
    ("They sailed on the Grey Lady.", 'أبحروا على متن "غراي ليدي".'),
    ("We lost the match.", "خسرنا المباراة."),
    ("We lost the match.", '"خسرنا المباراة اليوم على أرضنا".'),
    ("The plan is too slow.", "الخطة «بطيئة» جداً."),
    ("He said: “enough is enough for us all”.", "قال: «كفى ثم كفى لنا جميعاً»."),
    ("The film is called Long Night.", "عنوان الفيلم «ليل طويل»."),
    ("It was a quiet day.", "كان يوماً هادئاً."),
    ("Our door is open.", "بابنا مفتوح دائماً."),
]


@pytest.mark.parametrize(("en", "ar"), INVENTED)
def test_marks_round_a_clause_that_nobody_says_are_a_warning(en: str, ar: str) -> None:
    (finding,) = check_quotation(Subject(en, ar))
    assert (finding.code, finding.severity) == ("quotation.marks", Severity.WARNING)
    assert finding.ar is not None and finding.detail["quoted"] == finding.ar.cut(ar)


@pytest.mark.parametrize(("en", "ar"), FAITHFUL_MARKS)
def test_marks_with_ground_and_names_in_marks_are_no_finding(en: str, ar: str) -> None:
    assert codes(check_quotation, en, ar) == set()


@pytest.mark.parametrize(("en", "ar"), INVENTED[:3])
def test_inside_a_direct_quote_marks_are_the_writers_own(en: str, ar: str) -> None:
    assert codes(check_quotation, en, ar, rendering=Rendering.QUOTE) == set()


def _scored(text: str, scores: list[float]) -> tuple[WordScore, ...]:
    return tuple(WordScore(span, score) for span, score in zip(words(text), scores, strict=True))


EN = "We will rebuild the school and the clinic and every village library before winter comes"
AR = "سنعيد بناء المدرسة قبل حلول الشتاء"
CUT = [0.7, 0.6, 0.8, 0.5, 0.8, 0.1, 0.1, 0.1, 0.1, 0.2, 0.1, 0.2, 0.7, 0.8, 0.7]


def _quote(ar: str, scores: list[float], rendering: Rendering | None = Rendering.QUOTE) -> set[str]:
    near = tuple(WordScore(span, 0.7) for span in words(ar))
    return codes(check_quotation, EN, ar, rendering=rendering, en_words=_scored(EN, scores), ar_words=near)


def test_words_cut_out_of_the_middle_of_a_quote_are_found() -> None:
    assert _quote(AR, CUT) == {"quotation.cut"}


@pytest.mark.parametrize("mark", ["...", "…", "(...)", "[...]"])
def test_an_ellipsis_owns_up_to_the_cut(mark: str) -> None:
    assert _quote(f"سنعيد بناء المدرسة {mark} قبل حلول الشتاء", CUT) == set()


@pytest.mark.parametrize("rendering", [None, Rendering.REPORTED, Rendering.HEADLINE])
def test_only_direct_quotes_owe_every_word(rendering: Rendering | None) -> None:
    assert _quote(AR, CUT, rendering) == set()


def test_what_is_left_out_at_the_end_is_no_cut_in_the_middle() -> None:
    assert _quote(AR, [0.7] * 8 + [0.1] * 7) == set()


def test_a_quote_few_of_whose_words_have_a_counterpart_is_a_paraphrase() -> None:
    far = tuple(WordScore(span, 0.1) for span in words("الصمود عنوان المرحلة المقبلة"))
    found = codes(check_quotation, "We stay.", "الصمود عنوان المرحلة المقبلة", rendering=Rendering.QUOTE, ar_words=far)
    assert found == {"quotation.paraphrase"}


def test_codes_are_explained() -> None:
    marks = next(info for info in CODES if info.code == "quotation.marks")
    assert codes(check_quotation, marks.example_en, marks.example_ar) == {"quotation.marks"}
    assert {info.code.partition(".")[0] for info in CODES} == {"quotation"}
