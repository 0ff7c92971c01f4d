"""What checks look at: read once, in any order of asking; and checks that judge many pairs at once."""

from dataclasses import replace

import pytest

from align.check import CHECKS, views_of
from align.check.codes import CodeInfo
from align.check.evidence import text_view
from align.check.registry import Checks, RegisteredBatch, run_checks
from align.check.view import View
from align.judge.pairs import check_article, check_pairs
from align.records import (
    Article,
    Finding,
    Pair,
    Rendering,
    Severity,
    Span,
    Subject,
    TextPair,
    Tweet,
    WordLink,
    WordScore,
)
from align.settings import CheckSettings
from align.text.words import words as words_of
from tests.lexical_cases import MODELS

EN = "At least 60 boats did not leave Tallinn on Monday, fishermen said."
AR = "قال الصيادون إن 60 قارباً على الأكثر غادرت ريغا يوم الثلاثاء."
PROPERTIES = ("links", "numbers", "coverage", "tweet", "around", "frame", "speaker")


def subject(**known):
    link = WordLink(Span(0, 2), Span(0, 3), 0.7)
    return Subject(EN, AR, links=(link,), en_context=EN, speaker="سامي العابد", **known)


def everything(view, names):
    read = {name: getattr(view, name) for name in names}
    sides = {name: getattr(view, name).text for name in ("tweet", "around", "frame", "speaker")}
    return {**{name: read[name] for name in names if name not in sides}, **sides, "ideas": view.ideas("opposites.tsv")}


def test_view_gives_the_same_whatever_is_asked_for_first():
    one, two = (views_of([subject()], MODELS)[0] for _ in range(2))
    assert everything(one, PROPERTIES) == everything(two, PROPERTIES[::-1])
    assert one.links.en == {0: [(0, 0.7)]}


def test_view_every_check_gives_the_same_alone_as_behind_the_others():
    (shared,) = views_of([subject()], MODELS)
    behind = [registered.check(shared) for registered in CHECKS.single]
    for registered, found in zip(CHECKS.single, behind, strict=True):
        (alone,) = views_of([subject()], MODELS)
        assert registered.check(alone) == found
    assert any(behind)


def test_view_reads_a_text_once_however_many_checks_and_pairs_hold_it(monkeypatch):
    read = []
    monkeypatch.setattr(
        text_view, "read_words", lambda text, *, is_arabic, old=text_view.read_words: read.append(text)
        or old(text, is_arabic=is_arabic),
    )  # fmt: skip
    run_checks(views_of([subject(), subject(ar_before="قال")], MODELS), CheckSettings())
    assert read.count(EN) == read.count(AR) == 1


def test_view_keeps_nothing_of_a_text_beyond_its_batch():
    first, second = (views_of([subject()], MODELS)[0] for _ in range(2))
    assert first.en is not second.en
    assert first.en is first.tweet


class FakeModel:
    """A check of many pairs at once: every pair whose Arabic holds a word gets a finding."""

    def __init__(self):
        self.batches = []

    def __call__(self, views):
        self.batches.append([view.subject.ar for view in views])
        return [self.said(view) for view in views]

    def said(self, view: View):
        return [Finding("modality.learned", Severity.ERROR, "", ar=Span(0, 3))] if "خبر" in view.subject.ar else []


INFO = CodeInfo("modality.learned", Severity.ERROR, "about", "عن", "Good news", "خبر")


def with_fake():
    fake = FakeModel()
    return fake, Checks(CHECKS.single, (RegisteredBatch(fake, (INFO,)),))


def test_batch_check_is_asked_once_for_each_batch_of_bare_pairs():
    fake, checks = with_fake()
    pairs = [TextPair(str(n), "Good news", "خبر سار" if n % 2 else "سار") for n in range(300)]
    pairs[7] = TextPair("7", "", "", error="no text")
    told = list(check_pairs(pairs, None, CheckSettings(only=("modality",)), MODELS, checks))
    assert [len(batch) for batch in fake.batches] == [255, 44]  # the pair that cannot be judged is not asked about
    assert [len(judgement.findings) for judgement in told] == [int(n % 2 and n != 7) for n in range(300)]
    assert told[7].error == "no text"


def test_batch_check_is_asked_once_for_an_article_and_its_findings_go_back_to_their_pieces():
    fake, checks = with_fake()
    en, first, second, other = "Good news. The bridge is open.", "خبر سار", "فُتح الجسر", "خبر آخر"
    text = "\n".join((en, first, second, other))
    article = Article("a", "a.txt", text, (), (Tweet(0, 0, len(en), en, Span(0, len(en)), lang="en"),))

    def pair(number, ar, rendering):
        span = Span(text.index(ar), text.index(ar) + len(ar))
        return Pair(f"p{number}", rendering, "a", 0, Span(0, 10), en[:10], span, ar, Rendering.QUOTE, 0.9, {})

    pairs = [pair(0, first, "r"), pair(1, second, "r"), pair(2, other, "s")]
    done = check_article(article, pairs, CheckSettings(only=("modality",)), MODELS, checks)
    assert fake.batches == [[f"{first} … {second}", other]]
    assert [len(p.findings) for p in done] == [1, 0, 1]


def test_batch_check_is_not_asked_about_nothing():
    fake, checks = with_fake()
    assert run_checks([], CheckSettings(), checks) == []
    assert fake.batches == []


def test_batch_check_must_answer_for_every_pair():
    checks = Checks((), (RegisteredBatch(lambda views: [], (INFO,)),))
    with pytest.raises(ValueError, match="shorter"):
        run_checks(views_of([subject()], MODELS), CheckSettings(), checks)


def test_view_models_are_those_that_the_checks_ask():
    strict = replace(MODELS.coverage, warning_en=0.0)  # every stretch may be left out
    words = tuple(WordScore(word, 0.1) for word in words_of(EN)), tuple(WordScore(word, 0.1) for word in words_of(AR))
    lost = Subject(EN, AR, en_words=words[0], ar_words=words[1])
    (plain,), (wary,) = views_of([lost], MODELS), views_of([lost], MODELS._replace(coverage=strict))
    assert wary.coverage.left_out and not plain.coverage.left_out
    she = Subject("She said she would resign.", "قال إنه سيستقيل.")
    mute = replace(MODELS.gender, constant=0.0, weights={})
    assert run_checks(views_of([she], MODELS), CheckSettings(only=("gender",)))[0].findings
    assert not run_checks(views_of([she], MODELS._replace(gender=mute)), CheckSettings(only=("gender",)))[0].findings
