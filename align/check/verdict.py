"""What the findings on a pair, and its probability, say together, and which of them decided."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from align.records import Finding, Severity, Verdict

UNRELATED = 0.05
# The first rule that applies decides; docs/checks.md shows this table.
RULES = f"""\
| when | verdict | `verdict_reason` |
|---|---|---|
| the pair's probability is below {UNRELATED}: hardly a translation at all | divergent | `probability` |
| an `error` that is no omission: the reader is told something else | divergent | the error's code |
| an omission of severity `error` or `warning`: what is there is right, but something is left out | partial | its code |
| else, whatever notes and other warnings there are | faithful | `no_error`; `no_finding` where there are none |
"""


class Reasoned(NamedTuple):
    """A verdict and what decided it: the code of a finding, `probability`, `no_error` or `no_finding`."""

    verdict: Verdict
    reason: str


def verdict(findings: Iterable[Finding], probability: float | None = None) -> Reasoned:
    """The verdict by RULES on findings, the heaviest first; without a probability its first row is left out."""
    if probability is not None and probability < UNRELATED:
        return Reasoned(Verdict.DIVERGENT, "probability")
    found = list(findings)
    weighty = [f for f in found if f.severity is not Severity.NOTE]
    for finding in weighty:
        if finding.severity is Severity.ERROR and not finding.code.startswith("omission"):
            return Reasoned(Verdict.DIVERGENT, finding.code)
    for finding in weighty:
        if finding.code.startswith("omission"):
            return Reasoned(Verdict.PARTIAL, finding.code)
    return Reasoned(Verdict.FAITHFUL, "no_error" if found else "no_finding")
