"""docs/checks.md says what the checks say of themselves."""

import importlib.util
import json
from pathlib import Path

import pytest

from align.check import CODES, verdict
from align.check.registry import CHECKS
from align.records import Finding, Severity, Verdict

ROOT = Path(__file__).parents[1]
FAMILIES = (
    "omission addition number quantity date name negation modality direction gender attribution quotation verb "
    "language meaning".split()
)


def test_checks_page_is_not_stale():
    spec = importlib.util.spec_from_file_location("write_checks", ROOT / "scripts" / "write_checks.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    measured = json.loads((ROOT / "docs" / "checks.json").read_text(encoding="utf-8"))
    written = (ROOT / "docs" / "checks.md").read_text(encoding="utf-8")
    assert written == script.page(measured), "run scripts/write_checks.py"


def test_checks_codes_belong_to_the_contract_and_explain_themselves():
    assert len({info.code for info in CODES}) == len(CODES)
    for info in CODES:
        assert info.code.partition(".")[0] in FAMILIES
        assert all((info.about, info.about_ar, info.example_en, info.example_ar))
    assert all(registered.codes for registered in CHECKS.single)


ERROR = Finding("number.changed", Severity.ERROR, "")
WARNING = Finding("number.changed", Severity.WARNING, "")
OMISSION = Finding("omission.part", Severity.ERROR, "")
DOUBT = Finding("omission.part", Severity.WARNING, "")
NOTE = Finding("omission.trimming", Severity.NOTE, "")


@pytest.mark.parametrize(
    ("findings", "probability", "wanted"),
    [
        ((), None, (Verdict.FAITHFUL, "no_finding")),
        ((), 0.9, (Verdict.FAITHFUL, "no_finding")),
        ((), 0.01, (Verdict.DIVERGENT, "probability")),
        ((ERROR,), 0.9, (Verdict.DIVERGENT, ERROR.code)),
        ((ERROR, OMISSION), None, (Verdict.DIVERGENT, ERROR.code)),
        ((WARNING,), None, (Verdict.FAITHFUL, "no_error")),
        ((OMISSION,), None, (Verdict.PARTIAL, OMISSION.code)),
        ((DOUBT, WARNING), None, (Verdict.PARTIAL, DOUBT.code)),
        ((NOTE,), None, (Verdict.FAITHFUL, "no_error")),
    ],
)
def test_checks_verdict_follows_its_table(findings, probability, wanted):
    assert verdict(findings, probability) == wanted
