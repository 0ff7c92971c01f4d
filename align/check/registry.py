"""Every check by name, run in order; `only` and `skip` choose by code prefix, and one cause gives one error."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from align.check.codes import CodeInfo
from align.check.merging import one_per_cause
from align.check.rules import (
    attribution,
    coverage,
    dates,
    direction,
    gender,
    modality,
    names,
    negation,
    numbers,
    quantities,
    quotation,
    tweets,
    verbs,
)
from align.check.verdict import verdict
from align.records import Finding, Subject, Verdict
from align.settings import CheckSettings


class Registered(NamedTuple):
    """A check, and the codes it can give."""

    check: Callable[[Subject], list[Finding]]
    codes: tuple[CodeInfo, ...]


CHECKS: tuple[Registered, ...] = (
    Registered(coverage.check_coverage, coverage.CODES),
    Registered(numbers.check_numbers, numbers.CODES + quantities.CODES),
    Registered(dates.check_dates, dates.CODES),
    Registered(names.check_names, names.CODES),
    Registered(negation.check_negation, negation.CODES),
    Registered(modality.check_modality, modality.CODES),
    Registered(direction.check_direction, direction.CODES),
    Registered(gender.check_gender, gender.CODES),
    Registered(attribution.check_attribution, attribution.CODES),
    Registered(quotation.check_quotation, quotation.CODES),
    Registered(verbs.check_verbs, verbs.CODES),
)
CODES: tuple[CodeInfo, ...] = tuple(
    {
        info.code: info for codes in (*(registered.codes for registered in CHECKS), tweets.CODES) for info in codes
    }.values()
)

_NOWHERE = (1 << 30,)


def run_checks(
    subject: Subject,
    settings: CheckSettings,
    *,
    probability: float | None = None,
    checks: tuple[Registered, ...] = CHECKS,
) -> tuple[tuple[Finding, ...], Verdict]:
    """All findings on one pair, the heaviest first, and what they say together with the pair's probability."""
    found = [finding for registered in checks for finding in registered.check(subject)]
    kept = [f for f in one_per_cause(subject, found) if is_wanted(f.code, settings)]
    ordered = tuple(sorted(kept, key=lambda f: (f.severity.rank, f.en or _NOWHERE, f.ar or _NOWHERE)))
    return ordered, verdict(ordered, probability)


def is_wanted(code: str, settings: CheckSettings) -> bool:
    """Whether findings of `code` are reported under these settings."""
    return (not settings.only or code.startswith(settings.only)) and not code.startswith(settings.skip)
