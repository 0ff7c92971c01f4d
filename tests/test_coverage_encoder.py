"""Omission and addition with the real encoder: texts in, findings out."""

import pytest

from align.judge.pairs import check_pairs
from align.match.matcher import Matcher
from align.pairs.texts import pair_of_texts
from align.records import Severity, Verdict
from align.settings import CheckSettings, EmbedSettings

EN = "The museum reopens on Friday, and entry is free for children under 12."
WHOLE = "يفتح المتحف أبوابه من جديد يوم الجمعة، والدخول مجاني للأطفال دون الثانية عشرة."
PART = "يفتح المتحف أبوابه من جديد يوم الجمعة."
MORE = (
    "يفتح المتحف أبوابه من جديد يوم الجمعة، والدخول مجاني للأطفال دون الثانية عشرة، بحضور وزير الثقافة وعدد من السفراء."
)
OTHER = "أعلن النادي تعاقده مع حارس مرمى شاب قادم من الدوري البرتغالي."


@pytest.fixture(scope="module")
def judged():
    from align.embed import load_encoder
    from align.models import calibration

    encoder = load_encoder(EmbedSettings())
    matcher = Matcher(encoder, calibration.load(encoder.name, encoder.revision))
    pairs = [pair_of_texts(name, EN, ar) for name, ar in (("whole", WHOLE), ("part", PART), ("more", MORE))]
    pairs.append(pair_of_texts("other", EN, OTHER))
    return {j.pair.pair_id: j for j in check_pairs(pairs, matcher, CheckSettings())}


def errors(judgement):
    return [f for f in judgement.findings if f.severity is Severity.ERROR]


@pytest.mark.slow
def test_encoder_a_whole_rendering_is_faithful(judged):
    assert errors(judged["whole"]) == []
    assert judged["whole"].verdict is Verdict.FAITHFUL
    assert judged["whole"].evidence.probability > 0.9


@pytest.mark.slow
def test_encoder_a_clause_left_out_is_found_and_the_verdict_is_partial(judged):
    (finding,) = errors(judged["part"])
    assert finding.code == "omission.part"
    assert "entry is free for children" in finding.en.cut(EN)
    assert judged["part"].verdict is Verdict.PARTIAL
    assert judged["part"].coverage_en < judged["whole"].coverage_en


@pytest.mark.slow
def test_encoder_a_clause_added_is_found(judged):
    (finding,) = errors(judged["more"])
    assert finding.code == "addition.part"
    assert "وزير الثقافة" in finding.ar.cut(MORE)
    assert judged["more"].verdict is Verdict.DIVERGENT


@pytest.mark.slow
def test_encoder_texts_that_have_nothing_to_do_with_each_other_are_unlikely(judged):
    assert judged["other"].evidence.probability < 0.1
    assert judged["other"].evidence.cosine < judged["part"].evidence.cosine
