"""What the findings on a pair, and its probability, say together."""

from __future__ import annotations

from collections.abc import Iterable

from align.records import Finding, Severity, Verdict

UNRELATED = 0.05
# The first rule that applies decides; docs/checks.md shows this table.
RULES = f"""\
| when | verdict |
|---|---|
| the pair's probability is below {UNRELATED}: the texts are hardly a translation of each other | divergent |
| an `error` that is no omission: the reader is told something else | divergent |
| an omission of severity `error` or `warning`: what is there is right, but something is left out | partial |
| else, whatever notes and other warnings there are | faithful |
"""


def verdict(findings: Iterable[Finding], probability: float | None = None) -> Verdict:
    """The verdict by RULES; without a probability its first row is left out."""
    if probability is not None and probability < UNRELATED:
        return Verdict.DIVERGENT
    weighty = [f for f in findings if f.severity is not Severity.NOTE]
    if any(f.severity is Severity.ERROR and not f.code.startswith("omission") for f in weighty):
        return Verdict.DIVERGENT
    if any(f.code.startswith("omission") for f in weighty):
        return Verdict.PARTIAL
    return Verdict.FAITHFUL
