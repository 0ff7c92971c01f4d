"""Pairs to findings and a verdict: `registry` lists the checks, `verdict` holds the rules, the rest are the checks."""

from align.check.registry import CODES, run_checks
from align.check.verdict import verdict

__all__ = ["CODES", "run_checks", "verdict"]
