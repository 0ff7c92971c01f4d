"""What findings weigh together: severities that keep to an alarm rate, doubts of words, and the fit of the weights."""

from dataclasses import replace

import numpy as np
import pytest

from align.check.merging import one_per_cause
from align.check.rules.meaning import check_meaning
from align.check.weighing import weigh, weighed_features
from align.models.sections import Scale, WeighingModel
from align.records import Doubts, Finding, Severity, Span, Subject, WordScore
from align.settings import CheckSettings
from align.train.weighing import Labelled, Weighed, bars_of, fit_weighing
from tests.lexical_cases import MODELS, assert_well_formed, view_of

EN, AR = "Rana sold the mill", "رنا باعت المطحنة"
WORDS = tuple(WordScore(span, 0.7) for span in (Span(0, 4), Span(5, 9), Span(10, 13), Span(14, 18)))
AR_WORDS = tuple(WordScore(span, 0.7) for span in (Span(0, 3), Span(4, 8), Span(9, 16)))
SCALE = Scale(
    {"code:number.changed": 4.0, "code:negation.lost": 1.0, "doubt_most": 1.0}, -2.0, ((0.01, 3.0), (0.05, 1.0))
)


def finding(code, severity=Severity.ERROR):
    return Finding(code, severity, "said", "قيل", en=Span(0, 4))


def view(*, scales, **known):
    found = view_of(Subject(EN, AR, **known))
    found.models = MODELS._replace(weighing=WeighingModel(scales))
    return found


def severities(found):
    return [f.severity for f in found]


@pytest.mark.parametrize(("rate", "bar"), [(0.001, 3.0), (0.01, 3.0), (0.03, 2.0), (0.05, 1.0), (0.5, 1.0)])
def test_weighing_bars_are_read_between_the_measured_rates(rate, bar):
    assert SCALE.bar(rate) == pytest.approx(bar)


def test_weighing_makes_an_error_a_warning_where_the_pair_is_not_likely_to_be_wrong():
    seen = view(scales={"rules": SCALE})
    assert severities(weigh(seen, [finding("negation.lost")], 0.05)) == [Severity.WARNING]
    assert severities(weigh(seen, [finding("number.changed")], 0.05)) == [Severity.ERROR]
    assert severities(weigh(seen, [finding("number.changed")], 0.01)) == [Severity.WARNING]


def test_weighing_makes_the_warning_that_says_most_an_error_where_the_pair_is_likely_to_be_wrong():
    scale = replace(SCALE, constant=2.0)
    found = [finding("negation.lost", Severity.WARNING), finding("number.changed", Severity.WARNING)]
    assert severities(weigh(view(scales={"rules": scale}), found, 0.05)) == [Severity.WARNING, Severity.ERROR]


def test_weighing_makes_a_warning_a_note_where_the_pair_is_far_from_likely_to_be_wrong():
    scale = replace(SCALE, bars=((0.01, 3.0), (0.2, -5.0)))
    found = [finding("negation.lost", Severity.WARNING), finding("omission.part", Severity.WARNING)]
    far = view(scales={"rules": replace(scale, constant=-9.0)})
    assert severities(weigh(far, found, 0.05)) == [Severity.NOTE, Severity.WARNING]
    assert severities(weigh(far, [finding("negation.lost"), finding("omission.part")], 0.05)) == [
        Severity.WARNING,
        Severity.ERROR,
    ]
    near = view(scales={"rules": replace(scale, constant=1.0)})
    assert severities(weigh(near, found, 0.02)) == [Severity.WARNING] * 2


def test_weighing_never_makes_a_note_more_than_a_note():
    scale = replace(SCALE, constant=9.0)
    assert severities(weigh(view(scales={"rules": scale}), [finding("omission.part", Severity.NOTE)], 0.05)) == [
        Severity.NOTE
    ]


def test_weighing_leaves_what_is_said_of_the_language_as_it_is():
    assert severities(weigh(view(scales={"rules": SCALE}), [finding("language.other")], 0.0)) == [Severity.ERROR]


def test_weighing_without_a_scale_for_what_is_known_changes_nothing():
    found = [finding("negation.lost")]
    assert weigh(view(scales={"encoder": SCALE}), found, 0.05) == found
    unweighed = view_of(Subject(EN, AR))
    assert weigh(unweighed, found, 0.0) == found


def test_weighing_takes_the_scale_of_the_judge_where_words_are_doubted():
    doubts = Doubts(0.9, (0.0, 0.999, 0.0, 0.0), (0.0, 0.0, 0.0))
    known = {"en_words": WORDS, "ar_words": AR_WORDS, "doubts": doubts}
    seen = view(scales={"judge": SCALE, "encoder": replace(SCALE, constant=-99.0)}, **known)
    assert severities(weigh(seen, [finding("negation.lost")], 0.05)) == [Severity.ERROR]
    features = weighed_features(seen, [finding("negation.lost")])
    assert features["doubt_most"] > features["doubt_second"]
    assert features["doubt_at_findings"] < 0 < features["doubt_most"]


def test_meaning_names_the_words_that_are_doubted_most():
    doubts = Doubts(0.97, (0.0, 0.8, 0.4, 0.0), (0.0, 0.7, 0.0))
    subject = Subject(EN, AR, en_words=WORDS, ar_words=AR_WORDS, doubts=doubts)
    (found,) = check_meaning(view_of(subject))
    assert_well_formed(found, subject)
    assert (found.en.cut(EN), found.ar.cut(AR), found.severity) == ("sold the", "باعت", Severity.WARNING)


@pytest.mark.parametrize("doubts", [None, Doubts(0.9, (0.9,) * 4, (0.9,) * 3), Doubts(0.97, (0.1,) * 4, (0.1,) * 3)])
def test_meaning_is_not_doubted_without_a_doubtful_pair_and_word(doubts):
    subject = Subject(EN, AR, en_words=WORDS, ar_words=AR_WORDS, doubts=doubts)
    assert check_meaning(view_of(subject)) == []


def labelled():
    right = [("Rana sold 30 mills.", "باعت رنا 30 مطحنة."), ("The dam opened in May.", "افتتح السد في مايو.")]
    wrong = [("Rana sold 30 mills.", "باعت رنا 70 مطحنة."), ("The dam opened in May.", "افتتح السد في يوليو.")]
    rows = [(en, ar, is_wrong) for is_wrong, own in ((False, right), (True, wrong)) for en, ar in own]
    return [Labelled(name, f"u{n}", *row) for name in ("one", "two") for n in range(12) for row in rows]


def test_weights_are_fitted_in_folds_and_tell_wrong_pairs_from_right_ones():
    said = []
    section = fit_weighing(labelled(), None, MODELS, "here", said.append)
    model = WeighingModel.of_row(section)
    rates, bars = zip(*model.scales["rules"].bars, strict=True)
    assert list(rates) == sorted(rates) and list(bars) == sorted(bars, reverse=True)
    seen = view_of(Subject(labelled()[2].en, labelled()[2].ar))
    seen.models = MODELS._replace(weighing=model)
    assert severities(weigh(seen, [finding("number.changed")], 0.02)) == [Severity.ERROR]
    assert any("area {'one': 1.0, 'two': 1.0}" in line for line in said)
    assert np.isfinite(list(model.scales["rules"].weights.values())).all()
    assert CheckSettings().alarm_rate in rates


def test_meaning_is_not_doubted_where_another_finding_names_the_words():
    subject = Subject(EN, AR)
    doubt = Finding("meaning.doubt", Severity.WARNING, "said", "قيل", en=Span(5, 9), ar=Span(4, 8))
    changed = Finding("direction.opposite", Severity.WARNING, "said", "قيل", en=Span(5, 9), ar=Span(4, 8))
    assert one_per_cause(subject, [doubt, changed]) == [changed]
    note = replace(changed, severity=Severity.NOTE)
    elsewhere = replace(changed, en=Span(14, 18), ar=Span(9, 16))
    for other in (note, elsewhere):
        assert doubt in one_per_cause(subject, [doubt, other])


def test_weighing_has_no_bar_for_a_rate_that_sure_errors_exceed():
    rows = [Labelled("one", str(n), EN, AR, is_wrong=n % 2 == 1) for n in range(200)]
    sure = np.arange(200) == 0  # one right pair in a hundred
    bars = bars_of(rows, Weighed([{}] * 200, np.ones(200, bool), sure), np.linspace(-1, 1, 200))
    assert [rate for rate, _ in bars] == [0.01, 0.02, 0.03, 0.04, 0.08, 0.12, 0.16]
    assert [bar for _, bar in bars] == sorted((bar for _, bar in bars), reverse=True)
