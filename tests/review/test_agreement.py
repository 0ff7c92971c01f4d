"""Agreement against figures printed in the literature."""

import pytest

from align.figures import wilson
from align.store.agreement import agreement, cohen_kappa, krippendorff_alpha
from align.store.results import advised, thresholds


def test_agreement_alpha_is_that_of_krippendorff_2011():
    # "Computing Krippendorff's Alpha-Reliability" (2011), section C: four observers, twelve units, missing data;
    # nominal alpha = 0.743. A star is a missing value.
    observers = [
        "1 2 3 3 2 1 4 1 2 * * *",
        "1 2 3 3 2 2 4 1 2 5 * 3",
        "* 3 3 3 2 3 4 2 2 5 1 *",
        "1 2 3 3 2 4 4 1 2 5 1 *",
    ]
    rows = [observer.split() for observer in observers]
    units = [[label for label in unit if label != "*"] for unit in zip(*rows, strict=True)]
    assert krippendorff_alpha(units) == pytest.approx(0.743, abs=0.0005)


def test_agreement_kappa_of_a_table_worked_by_hand():
    # 20 both yes, 15 both no, 5 yes-no, 10 no-yes: observed 0.7, expected 0.5, kappa 0.4.
    couples = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    assert cohen_kappa(couples) == pytest.approx(0.4)


def test_agreement_is_undefined_where_chance_explains_all():
    assert cohen_kappa([("y", "y")] * 3) is None
    assert krippendorff_alpha([["y", "y"]]) is None
    assert agreement({1: {1: "y"}}).raw is None


def test_agreement_counts_only_units_that_two_people_labelled():
    found = agreement({1: {1: "a", 2: "a"}, 2: {1: "a", 2: "b"}, 3: {2: "b"}})
    assert (found.units, found.raw) == (2, 0.5)
    assert found.kappas[1, 2][1] == 2


def test_results_wilson_interval_as_printed_by_newcombe():
    # Newcombe (1998), table I, method 3 (score, without continuity correction): 81 of 263 and 0 of 20.
    assert wilson(81, 263)[2:] == pytest.approx((0.2553, 0.3662), abs=0.00005)
    assert wilson(0, 20)[2:] == pytest.approx((0.0, 0.1611), abs=0.00005)


def test_results_advises_the_threshold_that_keeps_most():
    judged = [(0.2, False), (0.5, True), (0.6, False), (0.8, True), (0.9, True)]
    rows = thresholds(judged)
    assert (rows[0].kept, rows[0].precision.right) == (1.0, 3)
    best = advised(rows, 1.0)
    assert best.probability == pytest.approx(0.61)
    assert (best.kept, best.precision.of) == (0.4, 2)
    assert advised(rows, 0.7).probability == pytest.approx(0.21)
