"""One cause gives one error."""

from align.check.merging import one_per_cause
from align.check.registry import is_wanted
from align.records import Finding, Severity, Span, Subject
from align.settings import CheckSettings

EN = "The clinic treated 137 patients on Monday."
AR = "عالجت العيادة 173 مريضاً يوم الاثنين"


def finding(code, en=None, ar=None, severity=Severity.ERROR):
    def place(text, words):
        return Span(text.index(words), text.index(words) + len(words)) if words else None

    return Finding(code, severity, "", en=place(EN, en), ar=place(AR, ar))


def kept(*findings):
    return [f.code for f in one_per_cause(Subject(EN, AR), findings)]


def test_causes_a_changed_number_is_not_left_out_and_added_as_well():
    number = finding("number.changed", "137", "173")
    assert kept(number, finding("omission.part", "137 patients"), finding("addition.part", ar="173")) == [
        "number.changed"
    ]


def test_causes_an_omission_that_holds_more_than_the_number_stays():
    number = finding("number.changed", "137", "173")
    assert kept(number, finding("omission.part", "137 patients on Monday")) == ["number.changed", "omission.part"]


def test_causes_what_is_missing_inside_an_omission_is_not_missed_twice():
    omission = finding("omission.part", "137 patients on Monday")
    assert kept(finding("number.missing", "137"), omission) == ["omission.part"]


def test_causes_what_is_missing_outside_an_omission_stays():
    omission = finding("omission.part", "on Monday")
    assert kept(finding("number.missing", "137"), omission) == ["number.missing", "omission.part"]


def test_causes_a_warning_does_not_excuse_an_error():
    doubt = finding("number.changed", "137", "173", Severity.WARNING)
    assert kept(doubt, finding("omission.part", "137")) == ["number.changed", "omission.part"]
    assert kept(doubt, finding("omission.part", "137", severity=Severity.WARNING)) == ["number.changed"]


def test_causes_a_note_explains_nothing():
    note = finding("number.changed", "137", "173", Severity.NOTE)
    assert kept(note, finding("omission.part", "137")) == ["number.changed", "omission.part"]


def test_causes_codes_are_chosen_by_their_beginning():
    only = CheckSettings(only=("number", "date.month"), skip=("number.scale",))
    codes = ("number.changed", "number.scale", "date.month", "date.year")
    assert [is_wanted(code, only) for code in codes] == [True, False, True, False]
    assert all(is_wanted(code, CheckSettings()) for code in codes)
