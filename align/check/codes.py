"""What a finding's code stands for, as `align check --list` and the reference page print it."""

from __future__ import annotations

from dataclasses import dataclass

from align.records import Severity


@dataclass(frozen=True, slots=True)
class CodeInfo:
    """One code, the heaviest severity it is given, an explanation in both languages and an example."""

    code: str
    severity: Severity
    about: str
    about_ar: str
    example_en: str
    example_ar: str  # the Arabic that sets the code off beside `example_en`
