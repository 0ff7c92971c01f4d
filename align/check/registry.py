"""Every check by name, run over the views of a batch; `only` and `skip` choose by code, one cause gives one error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import NamedTuple

from align.check.codes import CodeInfo
from align.check.merging import one_per_cause
from align.check.protocols import BatchCheck, Check
from align.check.rules import (
    attribution,
    claims,
    coverage,
    dates,
    direction,
    documents,
    gender,
    language,
    meaning,
    modality,
    names,
    negation,
    numbers,
    quantities,
    quotation,
    scales,
    tweets,
    verbs,
)
from align.check.verdict import verdict
from align.check.view import View
from align.check.weighing import weigh
from align.errors import SettingsError
from align.records import Finding, Verdict
from align.settings import CheckSettings


class Registered(NamedTuple):
    """A check, and the codes it can give."""

    check: Check
    codes: tuple[CodeInfo, ...]


class RegisteredBatch(NamedTuple):
    """A check of many pairs at once, and the codes it can give."""

    check: BatchCheck
    codes: tuple[CodeInfo, ...]


@dataclass(frozen=True, slots=True)
class Checks:
    """The checks that judge a pair. Raises ValueError where two of them define one code: each has one owner."""

    single: tuple[Registered, ...]
    batch: tuple[RegisteredBatch, ...] = ()

    def __post_init__(self) -> None:
        codes = [info.code for info in self.codes]
        if twice := sorted({code for code in codes if codes.count(code) > 1}):
            raise ValueError(f"expected one owner per code, found two of {', '.join(twice)}; rename one's code")

    @property
    def codes(self) -> tuple[CodeInfo, ...]:
        """All codes, those of embedded tweets and of documents too."""
        owned = [codes for _, codes in (*self.single, *self.batch)]
        return tuple(info for codes in (*owned, tweets.CODES, documents.CODES) for info in codes)


class Checked(NamedTuple):
    """What the checks say of one pair: the findings, the heaviest first, and the verdict."""

    findings: tuple[Finding, ...]
    verdict: Verdict
    verdict_reason: str


_ALL = (
    Registered(language.check_language, language.CODES),
    Registered(coverage.check_coverage, coverage.CODES),
    Registered(numbers.check_numbers, numbers.CODES),
    Registered(quantities.check_quantities, quantities.CODES),
    Registered(dates.check_dates, dates.CODES),
    Registered(names.check_names, names.CODES),
    Registered(negation.check_negation, negation.CODES),
    Registered(modality.check_modality, modality.CODES),
    Registered(claims.check_claims, claims.CODES),
    Registered(scales.check_scales, scales.CODES),
    Registered(direction.check_direction, direction.CODES),
    Registered(gender.check_gender, gender.CODES),
    Registered(attribution.check_attribution, attribution.CODES),
    Registered(quotation.check_quotation, quotation.CODES),
    Registered(verbs.check_verbs, verbs.CODES),
    Registered(meaning.check_meaning, meaning.CODES),
)
CHECKS = Checks(_ALL)
CODES = CHECKS.codes

_NOWHERE = (1 << 30,)


def run_checks(views: Sequence[View], settings: CheckSettings, checks: Checks = CHECKS) -> list[Checked]:
    """What is said of every view, in order; a check of many pairs is asked once for all of them."""
    found: list[list[Finding]] = [[] for _ in views]
    for registered in checks.batch if views else ():
        for own, more in zip(found, registered.check(views), strict=True):
            own += more
    for own, view in zip(found, views, strict=True):
        own += (finding for single in checks.single for finding in single.check(view))
    return [_checked(view, own, settings) for view, own in zip(views, found, strict=True)]


def _checked(view: View, found: Sequence[Finding], settings: CheckSettings) -> Checked:
    weighed = weigh(view, one_per_cause(view.subject, found), settings.alarm_rate)
    kept = [f for f in weighed if is_wanted(f.code, settings)]
    kept = [f for f in kept if f.code.startswith("language.")] or kept  # of another language nothing else can be said
    ordered = tuple(sorted(kept, key=lambda f: (f.severity.rank, f.en or _NOWHERE, f.ar or _NOWHERE)))
    return Checked(ordered, *verdict(ordered, view.subject.probability))


def require_known_codes(settings: CheckSettings, checks: Checks = CHECKS) -> None:
    """Raises SettingsError where `only` or `skip` names codes that no check gives: everything would look faithful."""
    codes = sorted(info.code for info in checks.codes)
    for name, given in (("only", settings.only), ("skip", settings.skip)):
        for prefix in given:
            if not any(code.startswith(prefix) for code in codes):
                families = sorted({code.partition(".")[0] for code in codes})
                near = get_close_matches(prefix, [*families, *codes], n=1, cutoff=0.5)
                hint = f"did you mean {near[0]}?" if near else f"families are {', '.join(families)};"
                raise SettingsError(f"check.{name}: no code begins with {prefix!r}; {hint} align check --list has all")


def is_wanted(code: str, settings: CheckSettings) -> bool:
    """Whether findings of `code` are reported under these settings."""
    return (not settings.only or code.startswith(settings.only)) and not code.startswith(settings.skip)
