"""Pairs to findings and a verdict: `registry` lists the checks, `view` is what they see, `verdict` holds the rules."""

from align.check.registry import CHECKS, CODES, Checked, Checks, run_checks
from align.check.verdict import verdict
from align.check.view import View, views_of

__all__ = [
    "CHECKS",
    "CODES",
    "Checked",
    "Checks",
    "View",
    "run_checks",
    "verdict",
    "views_of",
]
