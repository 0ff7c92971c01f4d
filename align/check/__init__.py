"""Pairs to findings and a verdict."""

from __future__ import annotations

from align.records import Finding, Severity, Subject, Verdict
from align.settings import CheckSettings


def run_checks(subject: Subject, settings: CheckSettings) -> tuple[tuple[Finding, ...], Verdict]:
    """All findings on one pair, and what they say together."""
    findings: tuple[Finding, ...] = ()
    return findings, verdict(findings)


def verdict(findings: tuple[Finding, ...]) -> Verdict:
    """An error makes a pair divergent, a missing part partial, nothing faithful."""
    if any(f.severity is Severity.ERROR for f in findings):
        return Verdict.DIVERGENT
    if any(f.code.startswith("omission") for f in findings):
        return Verdict.PARTIAL
    return Verdict.FAITHFUL
