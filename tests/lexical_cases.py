"""One English and one Arabic sentence: the codes that a check gives, with every finding asserted to be well formed."""

from align.protocols import Check
from align.records import Finding, Subject


def codes(check: Check, en: str, ar: str, **known: object) -> set[str]:
    """The codes a check gives; spans, messages in both languages and detail are asserted on the way."""
    subject = Subject(en, ar, **known)  # type: ignore[arg-type]
    found = check(subject)
    for finding in found:
        assert_well_formed(finding, subject)
    return {finding.code for finding in found}


def assert_well_formed(finding: Finding, subject: Subject) -> None:
    assert finding.message and finding.message_ar and finding.detail
    for span, text in ((finding.en, subject.en), (finding.ar, subject.ar)):
        assert span is None or span.cut(text).strip() == span.cut(text) != ""
