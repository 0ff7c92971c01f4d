"""One English and one Arabic sentence: what a check finds there, with every finding asserted to be well formed."""

from align.check import View, views_of
from align.check.protocols import Check
from align.models.bundle import shipped_bundle
from align.records import Finding, Subject

MODELS = shipped_bundle().checks._replace(weighing=None)  # severities as the rules give them


def view_of(subject: Subject) -> View:
    """The view of a subject that is judged alone, with the weights that ship, less those that weigh findings."""
    return views_of([subject], MODELS)[0]


def found_by(check: Check, subject: Subject) -> list[Finding]:
    """What a check says of a subject."""
    return check(view_of(subject))


def codes(check: Check, en: str, ar: str, **known: object) -> set[str]:
    """The codes a check gives; spans, messages in both languages and detail are asserted on the way."""
    subject = Subject(en, ar, **known)  # type: ignore[arg-type]
    found = found_by(check, subject)
    for finding in found:
        assert_well_formed(finding, subject)
    return {finding.code for finding in found}


def assert_well_formed(finding: Finding, subject: Subject) -> None:
    assert finding.message and finding.message_ar and finding.detail
    for span, text in ((finding.en, subject.en), (finding.ar, subject.ar)):
        assert span is None or span.cut(text).strip() == span.cut(text) != ""
