"""What a loss weighs in each frame, and what kind of loss a stretch of words is."""

from pathlib import Path

import pytest

from align.check.rules.claims import check_claims
from align.check.rules.coverage import check_coverage
from align.check.rules.numbers import check_numbers
from align.check.severity import POLICY, Frame, Loss, frame_of, is_cut_from_middle, kind_of_loss, policy_table
from align.records import Rendering, Severity, Span, Subject
from tests.lexical_cases import found_by, view_of
from tests.test_coverage import OMISSIONS, subject

FRAMES = {
    Frame.PAIR: {},
    Frame.QUOTATION: {"rendering": Rendering.QUOTE},
    Frame.REPORT: {"rendering": Rendering.REPORTED},
    Frame.HEADING: {"rendering": Rendering.HEADLINE, "is_excerpt": True},
}


def test_severity_the_table_of_the_page_is_the_policy():
    page = (Path(__file__).parents[1] / "docs" / "checks.md").read_text(encoding="utf-8")
    assert policy_table() in page
    assert all(set(weights) == set(Frame) for weights in POLICY.values())
    assert set(POLICY) == set(Loss)


@pytest.mark.parametrize(("frame", "context"), FRAMES.items())
def test_severity_the_frame_is_read_from_the_subject(frame, context):
    assert frame_of(Subject("a", "b", **context)) is frame


@pytest.mark.parametrize("rendering", [Rendering.QUOTE, Rendering.REPORTED])
def test_severity_a_standfirst_or_lead_is_a_heading_whatever_it_renders(rendering):
    assert frame_of(Subject("a", "b", rendering=rendering, is_summary=True)) is Frame.HEADING


KINDS = [
    ("The port will open if the crane is repaired by then.", "if the crane is repaired by then", Loss.CONDITION),
    ("We pay for the repairs provided that the tenant agrees.", "provided that the tenant agrees", Loss.CONDITION),
    ("The mill burned down and nobody was hurt.", "and nobody was hurt", Loss.NEGATION),
    ("The studio has reportedly shelved it.", "reportedly", Loss.HEDGE),
    ("The allegedly stolen boat was found.", "allegedly", Loss.HEDGE),
    ("The harbour, built for 340 boats, is empty.", "built for 340 boats", Loss.NUMBER),
    ("The envoy flew home from Estonia.", "from Estonia", Loss.NAME),
    ("Rana Haddad, who led the northern mission, resigned.", "who led the northern mission", Loss.CLAUSE),
    ("The old harbour reopened.", "old", Loss.WORDS),
    ("The two tall iron gates opened.", "tall iron", Loss.WORDS),
]


@pytest.mark.parametrize(("text", "lost", "kind"), KINDS)
def test_severity_a_loss_is_of_its_most_telling_kind(text, lost, kind):
    start = text.index(lost)
    assert kind_of_loss(view_of(Subject(text, "نص")).en, Span(start, start + len(lost))) is kind


@pytest.mark.parametrize(
    ("context", "wanted"),
    [
        ({}, Severity.ERROR),
        ({"rendering": Rendering.REPORTED}, Severity.NOTE),
        ({"rendering": Rendering.HEADLINE, "is_excerpt": True}, Severity.NOTE),
        ({"rendering": Rendering.QUOTE, "is_summary": True}, Severity.NOTE),
    ],
)
@pytest.mark.parametrize(("en", "ar", "lost"), OMISSIONS[:3])
def test_severity_of_a_lost_clause_follows_the_frame(en, ar, lost, context, wanted):
    found = [f for f in found_by(check_coverage, subject(en, ar, left_out=lost, **context)) if f.en]
    assert [f.severity for f in found] == [wanted]
    assert "quoted in part" in found[0].message if context == {"rendering": Rendering.REPORTED} else True


def test_severity_words_cut_out_of_the_middle_of_a_quotation_are_an_error_unless_a_mark_says_so():
    en = "The mayor, who has run the town for twenty dry years, opened the new bridge."
    lost = "who has run the town for twenty dry years"
    silent = subject(en, "افتتح العمدة الجسر الجديد اليوم", left_out=lost, rendering=Rendering.QUOTE)
    marked = subject(en, "افتتح العمدة ... الجسر الجديد", left_out=lost, rendering=Rendering.QUOTE)
    place = Span(en.index(lost), en.index(lost) + len(lost))
    assert is_cut_from_middle(silent, place)
    assert not is_cut_from_middle(marked, place)
    assert Severity.ERROR in {f.severity for f in found_by(check_coverage, silent)}
    assert Severity.ERROR not in {f.severity for f in found_by(check_coverage, marked)}


def test_severity_one_to_three_other_words_are_a_note_that_names_them():
    pair = subject("The two tall iron gates opened slowly.", "انفتحت البوابتان ببطء شديد", left_out="tall iron")
    found = [f for f in found_by(check_coverage, pair) if f.en]
    assert {f.severity for f in found} <= {Severity.NOTE}


@pytest.mark.parametrize(
    ("context", "wanted"),
    [
        ({}, Severity.ERROR),
        ({"rendering": Rendering.QUOTE}, Severity.ERROR),
        ({"rendering": Rendering.REPORTED}, Severity.ERROR),
        ({"rendering": Rendering.HEADLINE, "is_excerpt": True}, Severity.NOTE),
    ],
)
@pytest.mark.parametrize(
    ("en", "ar"),
    [
        ("The studio has reportedly shelved the film.", "جمّد الاستوديو تصوير الفيلم."),
        ("The guard allegedly sold the keys.", "باع الحارس مفاتيح المستودع."),
        ("The pool opens in June if the pump is repaired.", "يُفتح المسبح في يونيو والمضخة سليمة."),
    ],
)
def test_severity_a_lost_hedge_or_condition_misleads_wherever_the_arabic_claims_to_be_whole(en, ar, context, wanted):
    assert [f.severity for f in found_by(check_claims, Subject(en, ar, **context))] == [wanted]


@pytest.mark.parametrize(("frame", "context"), FRAMES.items())
def test_severity_of_a_lost_number_follows_the_frame(frame, context):
    pair = Subject(
        "The fire destroyed 48 homes near the harbour.", "دمّر الحريق المنازل القائمة قرب الميناء.", **context
    )
    found = [f.severity for f in found_by(check_numbers, pair) if f.code == "number.missing"]
    assert found == [POLICY[Loss.NUMBER][frame]]
