"""One judgement over all evidence: how likely a pair is to be wrong, and which of its findings may be called errors.

A rule knows how sure it is of what it reads, not how often what it reads is a mistake. So a logistic regression, fitted
on texts that no rule was written beside (`align/train/weighing.py`), weighs all findings of a pair together with how
much of either side is covered and with the doubts of the judge of words. Where the pair is not likely enough to be
wrong for the alarm rate that is wanted, its errors are warnings, and where it is far from it, its warnings are notes;
where it is and no finding is an error, the warning that says most is one. Omissions and additions are never made
lighter: their probability was fitted by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from align.check.view import View
from align.models.sections import Scale, WeighingModel
from align.records import Finding, Severity, WordScore

_STRENGTH = {Severity.ERROR: 1.0, Severity.WARNING: 0.5, Severity.NOTE: 0.0}
_MOST_COUNTED = 3  # errors, warnings
_LEAST_PROBABILITY = 1e-4
_FITTED = ("omission.", "addition.")
_WARNINGS_PER_ERROR = 4  # right pairs that may carry a warning, for each that may carry an error
_EXEMPT = "language."  # nothing else can be said of a pair in other languages


def weigh(view: View, findings: Sequence[Finding], alarm_rate: float) -> list[Finding]:
    """The findings of a view with their severities weighed; as they are where the weights hold no scale for it."""
    model = view.models.weighing
    scale = scale_for(view, model) if model else None
    if scale is None or any(f.code.startswith(_EXEMPT) for f in findings):
        return list(findings)
    logit = scale.logit(weighed_features(view, findings))
    if logit < scale.bar(_WARNINGS_PER_ERROR * alarm_rate):
        return [_lighter(finding, from_warnings=True) for finding in findings]
    if logit < scale.bar(alarm_rate):
        return [_lighter(finding, from_warnings=False) for finding in findings]
    warnings = [f for f in findings if f.severity is Severity.WARNING]
    if not warnings or any(f.severity is Severity.ERROR for f in findings):
        return list(findings)
    first = max(warnings, key=lambda f: scale.weight(_code(f)))
    return [replace(f, severity=Severity.ERROR) if f is first else f for f in findings]


def _lighter(finding: Finding, *, from_warnings: bool) -> Finding:
    """An error as a warning and, where wanted, a warning as a note; what has weights of its own stays as it is."""
    if finding.code.startswith(_FITTED):
        return finding
    if finding.severity is Severity.ERROR:
        return replace(finding, severity=Severity.WARNING)
    if finding.severity is Severity.WARNING and from_warnings:
        return replace(finding, severity=Severity.NOTE)
    return finding


def is_sure(finding: Finding) -> bool:
    """Whether a finding is an error by weights of its own: the probability of what is left out or added was fitted."""
    return finding.severity is Severity.ERROR and finding.code.startswith(_FITTED)


def scale_for(view: View, model: WeighingModel) -> Scale | None:
    """The weights for what is known of a view: with the judge of words, with an encoder alone, or by rules alone."""
    if view.subject.doubts:
        return model.scales.get("judge")
    return model.scales.get("encoder" if view.subject.en_words else "rules")


def weighed_features(view: View, findings: Sequence[Finding]) -> dict[str, float]:
    """What is weighed, by name; a feature that is not there counts as 0."""
    found = dict.fromkeys(("errors", "warnings"), 0.0)
    for finding in findings:
        strength = _STRENGTH[finding.severity]
        for name in (_code(finding), f"family:{finding.code.partition('.')[0]}"):
            found[name] = max(found.get(name, 0.0), strength)
        if strength:
            counted = "errors" if finding.severity is Severity.ERROR else "warnings"
            found[counted] = min(found[counted] + 1, _MOST_COUNTED)
    return found | _likeness_features(view) | _doubt_features(view, findings)


def _code(finding: Finding) -> str:
    return f"code:{finding.code}"


def _likeness_features(view: View) -> dict[str, float]:
    subject, coverage = view.subject, view.coverage
    if coverage is None:
        return {}
    gaps = ([_log_odds(gap.probability) for gap in side] for side in (coverage.left_out, coverage.added))
    left_out, added = (max(own, default=0.0) for own in gaps)
    covered = _log_odds(coverage.en), _log_odds(coverage.ar)
    lowest = _lowest(subject.en_words), _lowest(subject.ar_words)
    return {
        "left_out": left_out,
        "added": added,
        "covered_en": covered[0],
        "covered_ar": covered[1],
        "covered_least": min(covered),
        "lowest_en": lowest[0],
        "lowest_ar": lowest[1],
        "lowest_least": min(lowest),
        "length": float(np.log1p(len(subject.en_words))),
    }


def _doubt_features(view: View, findings: Sequence[Finding]) -> dict[str, float]:
    subject, doubts = view.subject, view.subject.doubts
    if doubts is None or not doubts.en or not doubts.ar:
        return {}
    at_findings = [
        doubt
        for words, own, spans in (
            (subject.en_words, doubts.en, [f.en for f in findings if _STRENGTH[f.severity]]),
            (subject.ar_words, doubts.ar, [f.ar for f in findings if _STRENGTH[f.severity]]),
        )
        for word, doubt in zip(words, own, strict=True)
        if any(span and span.start < word.span.end and word.span.start < span.end for span in spans)
    ]
    en, ar = (np.sort([_log_odds(value) for value in side])[::-1] for side in (doubts.en, doubts.ar))
    return {
        "doubt_pair": _log_odds(doubts.pair),
        "doubt_en": float(en[0]),
        "doubt_ar": float(ar[0]),
        "doubt_most": float(max(en[0], ar[0])),
        "doubt_at_findings": _log_odds(max(at_findings)) if at_findings else 0.0,
        "doubt_second": float(max(en[:2][-1], ar[:2][-1])),
    }


def _lowest(words: Sequence[WordScore]) -> float:
    """The mean likeness of the quarter of words that are least like the other side's."""
    scores = np.sort([word.score for word in words])
    return float(scores[: max(1, len(scores) // 4)].mean())


def _log_odds(probability: float) -> float:
    held = float(np.clip(probability, _LEAST_PROBABILITY, 1 - _LEAST_PROBABILITY))
    return float(np.log(held / (1 - held)))
