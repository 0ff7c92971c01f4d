"""Short renderings of every form of number and date (tests/data/renderings.tsv), through both checks together.

`silent`: a right rendering in another form, no error and no warning. `error`: the same kind of sentence gone wrong.
"""

from pathlib import Path

import pytest

from align.check.rules.dates import check_dates
from align.check.rules.numbers import check_numbers
from align.records import Severity, Subject

ROWS = [
    line.split("\t")
    for line in (Path(__file__).parent / "data/renderings.tsv").read_text(encoding="utf-8").splitlines()[1:]
]


def severities(en, ar):
    subject = Subject(en, ar)
    return {f.severity for f in check_numbers(subject) + check_dates(subject)}


@pytest.mark.parametrize(("en", "ar"), [(en, ar) for expected, en, ar in ROWS if expected == "silent"])
def test_renderings_right_in_another_form_are_silent(en, ar):
    assert severities(en, ar) <= {Severity.NOTE}


@pytest.mark.parametrize(("en", "ar"), [(en, ar) for expected, en, ar in ROWS if expected == "error"])
def test_renderings_wrong_are_errors(en, ar):
    assert Severity.ERROR in severities(en, ar)
