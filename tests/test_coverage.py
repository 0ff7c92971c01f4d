"""Omission and addition from made-up word scores: a rendered word is likely 0.7 and linked, a lost one 0.15 and not."""

import pytest

from align.check.coverage.measure import measure
from align.check.rules.coverage import check_coverage
from align.records import Rendering, Severity, Subject, WordLink, WordScore
from align.text.words import words


def subject(en, ar, *, left_out="", added="", weak="", **context):
    """A pair in which the words of `left_out` and `added` have no counterpart and those of `weak` a doubtful one."""

    def scores(text, lost):
        start = text.index(lost) if lost else -1
        out = []
        for word in words(text):
            is_lost = start <= word.start and word.end <= start + len(lost) and bool(lost)
            is_weak = word.cut(text) in weak.split()
            out.append(WordScore(word, 0.15 if is_lost else 0.35 if is_weak else 0.7))
        return out

    en_words, ar_words = scores(en, left_out), scores(ar, added)
    strong = [[w.span for w in side if w.score > 0.5] for side in (en_words, ar_words)]
    links = tuple(WordLink(a, b, 0.7) for a, b in zip(*strong, strict=False))
    return Subject(en, ar, links=links, en_words=tuple(en_words), ar_words=tuple(ar_words), **context)


def found(pair, family, severity=None):
    return [
        f for f in check_coverage(pair) if f.code.startswith(family) and (severity is None or f.severity is severity)
    ]


OMISSIONS = [
    (
        "The museum reopens on Friday, and entry is free for all children.",
        "يفتح المتحف أبوابه من جديد يوم الجمعة",
        "and entry is free for all children",
    ),
    (
        "We will rebuild the school before winter because parents asked us twice.",
        "سنعيد بناء المدرسة قبل حلول الشتاء",
        "because parents asked us twice",
    ),
    (
        "Rana Haddad, who led the northern mission for three years, resigned this morning.",
        "استقالت رنا حداد صباح اليوم",
        "who led the northern mission for three years",
    ),
    (
        "The ferry stopped near the island after its engine room filled with smoke.",
        "توقفت العبارة قرب الجزيرة",
        "after its engine room filled with smoke",
    ),
    (
        "Half of the wells are dry; the village council has asked for water trucks.",
        "نصف الآبار جاف تماماً",
        "the village council has asked for water trucks",
    ),
    (
        "If the vote fails, the minister will leave his post and farmers will block roads.",
        "إذا فشل التصويت فسيترك الوزير منصبه",
        "and farmers will block roads",
    ),
]
ADDITIONS = [
    (
        "The bridge stays closed until spring.",
        "سيبقى الجسر مغلقاً حتى الربيع بسبب أخطاء فادحة في التصميم",
        "بسبب أخطاء فادحة في التصميم",
    ),
    (
        "Our team lost the final match.",
        "خسر فريقنا المباراة النهائية أمام جمهور غاضب من التحكيم",
        "أمام جمهور غاضب من التحكيم",
    ),
    (
        "The clinic opens tomorrow morning.",
        "تفتح العيادة أبوابها صباح الغد بحضور وزير الصحة السابق",
        "بحضور وزير الصحة السابق",
    ),
    (
        "Nadia Farouk won the national prize.",
        "فازت نادية فاروق بالجائزة الوطنية رغم اعتراض لجنة التحكيم كلها",
        "رغم اعتراض لجنة التحكيم كلها",
    ),
    (
        "They cut the power at noon.",
        "قطعوا التيار ظهراً وأغلقوا الأسواق القريبة من الميناء القديم",
        "وأغلقوا الأسواق القريبة من الميناء القديم",
    ),
    (
        "Heavy rain flooded two villages.",
        "أغرقت أمطار غزيرة قريتين وقُتل عشرات المزارعين تحت الأنقاض",
        "وقُتل عشرات المزارعين تحت الأنقاض",
    ),
]
FAITHFUL = [
    ("The road is open again.", "عاد الطريق مفتوحاً"),
    ("We found the lost climbers alive.", "عثرنا على المتسلقين المفقودين أحياء"),
    ("No school will close this year.", "لن تُغلق أي مدرسة هذا العام"),
    ("Thank you all.", "شكراً لكم جميعاً"),
    ("Salma Idris joins the city council in March.", "تنضم سلمى إدريس إلى مجلس المدينة في مارس"),
    ("Wheat prices fell for the third month.", "تراجعت أسعار القمح للشهر الثالث"),
]


@pytest.mark.parametrize(("en", "ar", "lost"), OMISSIONS)
def test_coverage_a_clause_left_out_is_an_error_where_it_stands(en, ar, lost):
    (finding,) = found(subject(en, ar, left_out=lost), "omission.part", Severity.ERROR)
    shared = set(lost.split()) & set(finding.en.cut(en).split())
    assert len(shared) >= 0.7 * len(set(lost.split()))
    assert finding.ar is None
    assert finding.detail["rendered"] < finding.detail["parts"]


@pytest.mark.parametrize(("en", "ar", "extra"), ADDITIONS)
def test_coverage_words_without_an_origin_are_an_addition_where_they_stand(en, ar, extra):
    (finding,) = found(subject(en, ar, added=extra), "addition.part", Severity.ERROR)
    shared = set(extra.split()) & set(finding.ar.cut(ar).split())
    assert len(shared) >= 0.7 * len(set(extra.split()))
    assert finding.en is None


@pytest.mark.parametrize(("en", "ar"), FAITHFUL)
def test_coverage_of_a_whole_rendering_gives_no_finding(en, ar):
    assert check_coverage(subject(en, ar)) == []


@pytest.mark.parametrize(("en", "ar", "lost"), OMISSIONS[:3])
def test_coverage_a_headline_may_leave_things_out(en, ar, lost):
    pair = subject(en, ar, left_out=lost, rendering=Rendering.HEADLINE, is_excerpt=True)
    assert {f.severity for f in found(pair, "omission")} <= {Severity.NOTE}


@pytest.mark.parametrize(("en", "ar", "lost"), OMISSIONS[:3])
def test_coverage_without_word_scores_says_nothing(en, ar, lost):
    assert check_coverage(Subject(en, ar)) == []
    assert measure(Subject(en, ar)) is None


@pytest.mark.parametrize(
    ("en", "ar", "weak"),
    [
        ("The old harbour comes back to life.", "تدبّ الحياة من جديد في الميناء القديم", "comes back life تدبّ الحياة"),
        ("He turned the offer down flat.", "رفض العرض رفضاً قاطعاً", "turned down flat رفضاً قاطعاً"),
    ],
)
def test_coverage_a_free_rendering_of_a_few_words_is_no_error(en, ar, weak):
    assert found(subject(en, ar, weak=weak), ("omission.part", "addition.part"), Severity.ERROR) == []


def test_coverage_one_word_alone_is_never_an_error():
    pair = subject("The tall gate opened slowly last night.", "فُتحت البوابة ببطء ليلة أمس", left_out="tall")
    assert found(pair, "omission.part", Severity.ERROR) == []


@pytest.mark.parametrize(
    ("en", "token", "what"),
    [
        ("Thank you for the books #ReadingWeek", "#ReadingWeek", "hashtag"),
        ("@CityLibrary thank you for the books", "@CityLibrary", "mention"),
        ("Thank you for the books https://t.co/Ab12Cd34Ef", "https://t.co/Ab12Cd34Ef", "link"),
        ("Thank you for the books pic.twitter.com/Ab12Cd34Ef", "pic.twitter.com/Ab12Cd34Ef", "link"),
        ("2/5 Thank you for the books", "2/5", "thread number"),
        ("Thank you for the books 3/", "3/", "thread number"),
        ("Thank you for the books. – Rana Haddad", "– Rana Haddad", "signature"),
    ],
)
def test_coverage_trimmings_are_notes_with_a_policy(en, token, what):
    ar = "شكراً لكم على هذه الكتب"
    pair = subject(en, ar, left_out=token)
    notes = found(pair, "omission")
    assert [(n.severity, n.detail["what"], n.detail["policy"]) for n in notes] == [(Severity.NOTE, what, "dropped")]


def test_coverage_a_handle_that_stays_in_the_arabic_is_kept():
    pair = subject("Thank you @CityLibrary for the books", "شكراً @CityLibrary على الكتب")
    assert [n.detail["policy"] for n in found(pair, "omission.trimming")] == ["kept"]


def test_coverage_a_hashtag_put_into_words_is_translated():
    pair = subject("Thank you for the #books", "شكراً لكم جميعاً على الكتب")
    assert [n.detail["policy"] for n in found(pair, "omission.trimming")] == ["translated"]


def test_coverage_a_dropped_attribution_is_a_note():
    en = "The coastal road is open again this morning, harbour officials said on Monday."
    pair = subject(en, "عاد الطريق الساحلي مفتوحاً صباح اليوم", left_out="harbour officials said on Monday")
    assert [f.code for f in check_coverage(pair)] == ["omission.attribution"]


def test_coverage_an_editors_bracket_is_a_note_and_no_addition():
    bracket = "(في إشارة واضحة إلى المدرب السابق للفريق)"
    pair = subject("He will not come back to us.", f"لن يعود {bracket} إلينا", added=bracket)
    assert [f.code for f in check_coverage(pair)] == ["addition.bracket"]


def test_coverage_numbers_fall_with_what_is_missing():
    en, ar, lost = OMISSIONS[0]
    whole, part = measure(subject(en, ar)), measure(subject(en, ar, left_out=lost))
    assert part.en < whole.en
    assert 0 <= part.en <= 1
    assert 0 <= part.ar <= 1


def test_coverage_the_message_counts_the_parts_in_both_languages():
    en, ar, lost = OMISSIONS[0]
    (finding,) = found(subject(en, ar, left_out=lost), "omission.part")
    assert finding.message == 'left out: "entry is free for all children"; 1 of 2 parts rendered' or (
        finding.message == 'left out: "and entry is free for all children"; 1 of 2 parts rendered'
    )
    assert "تُرجم 1 من 2" in finding.message_ar
