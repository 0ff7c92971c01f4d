"""One change gives one finding, and every code has one owner."""

import pytest

from align.check import CHECKS, run_checks
from align.check.codes import CodeInfo
from align.check.merging import one_per_cause
from align.check.registry import Checks, Registered, RegisteredBatch
from align.records import Finding, Severity, Span, Subject
from align.settings import CheckSettings
from tests.lexical_cases import found_by, view_of

# English, Arabic, the one code, the words it names on both sides.
ONE = [
    ("The mill burned down in 1986.", "احترقت المطحنة عام 1968.", "date.year", "1986", "1968"),
    ("The quay was built in May 1986.", "شُيّد الرصيف في أيار/مايو 1968.", "date.year", "1986", "1968"),
    ("It was built in the 1930s.", "بُني في ثمانينيات القرن العشرين.", "date.year", "1930s", "ثمانينيات القرن العشرين"),
    ("The vote is on 14 June.", "يجري التصويت في 24 حزيران.", "date.day", "14 June", "24 حزيران"),
    ("She arrives on March 3.", "تصل في الخامس من مارس.", "date.day", "March 3", "الخامس من مارس"),
    ("The fair opens Tuesday, 14 June.", "يُفتتح المعرض الأربعاء 15 حزيران.", "date.day", "Tuesday, 14 June",
     "الأربعاء 15 حزيران"),
    ("The ferry sank on Monday 2 May 2011.", "غرقت العبّارة يوم الثلاثاء 3 مايو 2012.", "date.day", "Monday 2 May 2011",
     "الثلاثاء 3 مايو 2012"),
    ("The vote is on 14 June 2021.", "يجري التصويت في 24 تموز 2012.", "date.month", "14 June 2021", "24 تموز 2012"),
    ("At least 60 boats left the harbour.", "غادر الميناء 60 قارباً على الأكثر.", "quantity.bound", "At least 60",
     "60 قارباً على الأكثر"),
    ("More than 60 boats left.", "غادر أقل من 60 قارباً.", "quantity.bound", "More than 60", "أقل من 60"),
    ("No more than 12 people may board.", "يُسمح بصعود 12 شخصاً على الأقل.", "quantity.bound", "No more than 12",
     "12 شخصاً على الأقل"),
    ("At most half of the crew is ready.", "نصف الطاقم على الأقل جاهز.", "quantity.bound", "At most half",
     "نصف الطاقم على الأقل"),
    ("Nearly 200 people came.", "جاء أكثر من 200 شخص.", "quantity.bound", "Nearly 200", "أكثر من 200"),
    ("Half of the wells are dry.", "جميع الآبار جافة.", "quantity.fraction", "Half", "جميع"),
    ("A third of the fields are under water.", "ثلثا الحقول مغموران بالمياه.", "quantity.fraction", "A third", "ثلثا"),
    ("The fund grew 5 percent.", "نما الصندوق 5 دولارات.", "quantity.unit", "5 percent", "5"),
    ("Two out of three schools are shut.", "ثلث المدارس مغلق.", "number.changed", "Two", "ثلث"),
    ("South Korea opened the bridge.", "افتتحت كوريا الشمالية الجسر.", "name.changed", "South Korea", "كوريا الشمالية"),
    ("The World Bank says growth will slow.", "يقول صندوق النقد الدولي إن النمو سيتباطأ.", "attribution.source",
     "World Bank", "صندوق النقد الدولي"),
    ("The World Food Programme says rice is late.", "تقول منظمة الصحة العالمية إن الأرز تأخر.", "name.changed",
     "World Food Programme", "منظمة الصحة العالمية"),
    ("The G7 met in Lyon.", "اجتمعت مجموعة العشرين في ليون.", "name.changed", "G7", "مجموعة العشرين"),
]  # fmt: skip


def findings(en, ar):
    return run_checks([view_of(Subject(en, ar, en_context=en))], CheckSettings())[0].findings


@pytest.mark.parametrize(("en", "ar", "code", "said", "rendered"), ONE)
def test_one_change_gives_one_finding_on_its_words(en, ar, code, said, rendered):
    (finding,) = findings(en, ar)
    assert (finding.code, finding.severity) == (code, Severity.ERROR)
    assert (finding.en.cut(en), finding.ar.cut(ar)) == (said, rendered)


TWO = [
    ("At least 42 boats left on Monday.", "غادر 42 قارباً على الأكثر يوم الثلاثاء.", {"quantity.bound", "date.weekday"}),
    ("The strike will last at least 3 weeks.", "يستمر الإضراب 3 أشهر على الأكثر.", {"quantity.bound", "quantity.unit"}),
    ("At least 42 boats left.", "غادر 24 قارباً على الأكثر.", {"quantity.bound", "number.changed"}),
    ("The gate opens at 6 am on Monday.", "تُفتح البوابة عند الثامنة صباح الثلاثاء.", {"date.time", "date.weekday"}),
    ("The vote of 2015 cost 80 euros.", "كلّف تصويت 2005 90 يورو.", {"date.year", "number.changed"}),
]


@pytest.mark.parametrize(("en", "ar", "codes"), TWO)
def test_two_changes_give_two_findings(en, ar, codes):
    found = [f.code for f in findings(en, ar) if f.severity is Severity.ERROR]
    assert len(found) == 2 and set(found) == codes


EN, AR = "It did not reopen on 3 May and no one knows why.", "أُعيد فتحه في الخامس من مايو بحسب مصدر محلي"


def finding(code, en=None, ar=None, severity=Severity.ERROR):
    def place(text, words):
        return Span(text.index(words), text.index(words) + len(words)) if words else None

    return Finding(code, severity, "", en=place(EN, en), ar=place(AR, ar))


def kept(*given):
    return [f.code for f in one_per_cause(Subject(EN, AR), given)]


def test_one_change_the_heavier_of_two_findings_stays_though_the_other_is_more_exact():
    doubt = finding("date.day", "3 May", "الخامس من مايو", Severity.WARNING)
    assert kept(doubt, finding("number.changed", "3", "الخامس")) == ["number.changed"]


def test_one_change_findings_that_share_words_on_one_side_alone_are_two():
    assert kept(finding("number.changed", "3", "الخامس"), finding("date.month", "3 May", "مايو")) == [
        "number.changed",
        "date.month",
    ]


def test_one_change_what_one_side_lacks_is_told_by_the_finding_on_both_sides_around_it():
    changed = finding("date.day", "3 May", "الخامس من مايو")
    assert kept(finding("number.missing", "3"), changed) == ["date.day"]
    assert kept(changed, finding("number.added", ar="الخامس", severity=Severity.WARNING)) == ["date.day"]
    assert kept(changed, finding("number.missing", "knows")) == ["date.day", "number.missing"]


def test_one_change_a_finding_on_a_whole_side_speaks_of_no_words():
    assert kept(finding("negation.added", EN, "فتحه"), finding("number.missing", "3")) == [
        "negation.added",
        "number.missing",
    ]


def test_one_change_a_date_inside_an_omitted_part_is_not_missed_twice():
    omission = finding("omission.part", "on 3 May and no one")
    assert kept(finding("date.weekday", "3 May", severity=Severity.WARNING), omission) == ["omission.part"]
    assert kept(finding("number.missing", "3"), omission) == ["omission.part"]
    doubt = finding("omission.part", "on 3 May and no one", severity=Severity.WARNING)
    assert kept(finding("modality.certain", "3 May"), doubt) == ["modality.certain", "omission.part"]


def test_one_change_a_source_that_was_added_is_not_an_addition_as_well():
    source = finding("addition.source", ar="بحسب مصدر محلي")
    assert kept(source, finding("addition.part", ar="مايو بحسب مصدر محلي")) == ["addition.source"]
    assert len(kept(source, finding("addition.part", ar="فتحه في الخامس من مايو بحسب مصدر محلي"))) == 2


def test_one_change_a_quotation_is_not_explained_by_a_word_inside_it():
    marks = finding("quotation.marks", ar="الخامس من مايو", severity=Severity.WARNING)
    assert kept(marks, finding("date.day", "3 May", "الخامس من مايو")) == ["quotation.marks", "date.day"]


INFO = CodeInfo("modality.learned", Severity.ERROR, "about", "عن", "en", "ar")


def nothing(_):
    return []


def test_registry_refuses_a_code_that_two_checks_define():
    mine = Registered(nothing, (INFO,))
    with pytest.raises(ValueError, match=r"modality\.learned"):
        Checks((mine, mine))
    with pytest.raises(ValueError, match=r"modality\.learned"):
        Checks((mine,), (RegisteredBatch(nothing, (INFO,)),))
    (taken,) = [r for r in CHECKS.single if any(info.code == "negation.lost" for info in r.codes)]
    with pytest.raises(ValueError, match=r"negation\.lost"):
        Checks((*CHECKS.single, Registered(nothing, taken.codes[:1])))
    assert Checks((*CHECKS.single, mine)).codes[-1 - len(CHECKS.codes) :]


def test_registry_refuses_a_code_of_embedded_tweets():
    with pytest.raises(ValueError, match=r"date\.id"):
        Checks((Registered(nothing, (CodeInfo("date.id", Severity.ERROR, "", "", "", ""),)),))


@pytest.mark.parametrize(("en", "ar"), [row[:2] for row in (*ONE, *TWO)])
def test_registry_every_check_gives_codes_of_its_own(en, ar):
    for check, codes in CHECKS.single:
        given = {f.code for f in found_by(check, Subject(en, ar, en_context=en))}
        assert given <= {info.code for info in codes}
