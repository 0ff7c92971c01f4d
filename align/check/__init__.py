"""Pairs to findings and a verdict: `registry` lists the checks, `view` is what they see, `verdict` holds the rules."""

from align.check.registry import CHECKS, CODES, Checked, Checks, run_checks
from align.check.verdict import verdict
from align.check.view import CheckModels, View, shipped_models, views_of

__all__ = [
    "CHECKS",
    "CODES",
    "CheckModels",
    "Checked",
    "Checks",
    "View",
    "run_checks",
    "shipped_models",
    "verdict",
    "views_of",
]
