"""Pieces of one rendering are judged together, and every finding goes back to the piece it lies in."""

from dataclasses import replace

from align.check.registry import Checks, Registered
from align.judge.pairs import check_article, check_pairs, starts_of, subject_of, with_own_evidence
from align.match.matcher import Matcher
from align.models.bundle import shipped_bundle
from align.models.sections import Means
from align.pairs.texts import pair_of_texts
from align.records import Article, Doubts, Frame, Pair, Rendering, Span, TextPair, Tweet, Verdict
from align.settings import CheckSettings
from tests.fakes import HashEncoder

MODELS = shipped_bundle().checks._replace(weighing=None)

EN = "The fire destroyed 48 homes, and 120 people lost their jobs."
FIRST, SECOND = "دمّر الحريق 48 منزلاً", "وفقد 210 أشخاص وظائفهم"
TEXT = f"{EN}\n{FIRST}\nوأضاف:\n{SECOND}"


def pieces(*, joined):
    article = Article("a", "a.txt", TEXT, (), (Tweet(0, 0, len(EN), EN, Span(0, len(EN)), lang="en"),))
    out = []
    for number, ar in enumerate((FIRST, SECOND)):
        span = Span(TEXT.index(ar), TEXT.index(ar) + len(ar))
        features = {"cosine": 0.8, "margin": 1.0, "linked_en": 0.5, "linked_ar": 1.0}
        name = "r" if joined else f"r{number}"
        out.append(Pair(f"p{number}", name, "a", 0, Span(0, len(EN)), EN, span, ar, Rendering.QUOTE, 0.9, features))
    return article, out


def test_judge_joins_the_pieces_of_a_rendering():
    article, pairs = pieces(joined=True)
    subject, starts = subject_of(article, pairs), starts_of(pairs)
    assert subject.ar == f"{FIRST} … {SECOND}"
    assert [subject.ar[start:][: len(p.ar)] for start, p in zip(starts, pairs, strict=True)] == [FIRST, SECOND]


def test_judge_gives_a_finding_back_to_its_piece():
    article, pairs = pieces(joined=True)
    first, second = check_article(article, pairs, CheckSettings(only=("number",)), MODELS)
    assert first.findings == ()
    (finding,) = second.findings
    assert finding.ar.cut(second.ar) == "210"
    assert finding.en.cut(second.en) == "120"
    assert first.verdict is second.verdict is Verdict.DIVERGENT


def test_judge_judges_separate_renderings_apart():
    article, pairs = pieces(joined=False)
    first, second = check_article(article, pairs, CheckSettings(only=("number",)), MODELS)
    assert any(f.en.cut(EN) == "120" for f in first.findings)
    assert second.findings != ()


def test_judge_hands_on_the_words_of_the_frame():
    ar = "سنعود غداً"
    text = f"We will be back tomorrow.\nوقالت سلمى نوار الأربعاء الماضي: {ar}"
    speech = Span(text.index(ar), len(text))
    verb, speaker = (Span(text.index(w), text.index(w) + len(w)) for w in ("وقالت", "سلمى نوار"))
    tweet = Tweet(0, 0, 25, text[:25], Span(0, 25), created_at="2023-05-08T10:00:00Z")
    article = Article("a", "a.txt", text, (), (tweet,), (Frame((speech,), True, speaker, verb),))
    pair = Pair("p", "p", "a", 0, Span(0, 25), text[:25], speech, ar, Rendering.QUOTE, 0.9, {})
    subject = subject_of(article, [pair])
    assert subject.frame == "وقالت سلمى نوار الأربعاء الماضي:"
    assert subject.tweet_date == "2023-05-08T10:00:00Z"


def test_judge_keeps_the_order_of_the_pairs():
    article, pairs = pieces(joined=True)
    assert [p.pair_id for p in check_article(article, pairs[::-1], CheckSettings(), MODELS)] == ["p1", "p0"]


def test_judge_a_pair_without_text_gets_its_error():
    pairs = [pair_of_texts("x", "", "نص"), TextPair("y", "Good", "خير")]
    told = list(check_pairs(pairs, None, CheckSettings(), MODELS))
    assert [j.pair.pair_id for j in told] == ["x", "y"]
    assert "none in en" in told[0].error.message
    assert told[0].verdict is None
    assert told[1].error is None


def test_judge_streams_more_pairs_than_a_batch():
    pairs = (TextPair(str(n), "Good news", "خبر سار") for n in range(600))
    assert [j.pair.pair_id for j in check_pairs(pairs, None, CheckSettings(), MODELS)] == [str(n) for n in range(600)]


def quoting(quoted, sentences=((0, 25),)):
    """An article that quotes a tweet of 25 letters; the pair takes the first two words."""
    text = f"We will be back tomorrow.\nوقالت سلمى نوار: «{quoted}»."
    rendered = "سنعود غداً"
    at = text.index(rendered)
    spans = tuple(Span(*sentence) for sentence in sentences)
    tweet = Tweet(0, 0, 25, text[:25], Span(0, 25), lang="en", sentences=spans)
    article = Article("a", "a.txt", text, (), (tweet,))
    span = Span(at, at + len(rendered))
    return article, [Pair("p", "p", "a", 0, Span(0, 25), text[:25], span, rendered, Rendering.QUOTE, 0.9, {})]


def additions(article, pairs):
    (pair,) = check_article(article, pairs, CheckSettings(only=("addition",)), MODELS)
    return [f.detail["left_over"] for f in pair.findings]


def test_judge_finds_words_that_hang_on_behind_a_rendering_inside_its_quotation_marks():
    assert additions(*quoting("سنعود غداً، بعد موافقة الوزارة")) == ["بعد موافقة الوزارة"]
    assert additions(*quoting("سنعود غداً، بعد موافقة الوزارة.")) == ["بعد موافقة الوزارة"]


def test_judge_lets_a_quotation_go_on_with_another_sentence_a_cut_or_a_single_word():
    assert additions(*quoting("سنعود غداً. بعد موافقة الوزارة")) == []
    assert additions(*quoting("سنعود غداً، (...) بعد موافقة الوزارة")) == []
    assert additions(*quoting("سنعود غداً، حتماً")) == []
    assert additions(*quoting("سنعود غداً")) == []


def test_judge_lets_a_quotation_go_on_while_a_sentence_of_the_tweet_has_no_pair():
    assert additions(*quoting("سنعود غداً، بعد موافقة الوزارة", sentences=((0, 12), (12, 25)))) == []


def test_judge_a_fault_in_one_pair_costs_that_one_alone():
    def faulty(view):
        if "burst" in view.subject.en:
            raise RecursionError("too deep")
        return []

    checks = Checks((Registered(faulty, ()),))
    texts = ["The bridge opens.", "The pipe burst.", "The road is safe."]
    pairs = [pair_of_texts(str(n), en, "نص عربي.") for n, en in enumerate(texts)]
    judged = list(check_pairs(pairs, None, CheckSettings(), shipped_bundle().checks, checks))
    assert [judgement.pair.pair_id for judgement in judged] == ["0", "1", "2"]
    assert [judgement.verdict is None for judgement in judged] == [False, True, False]
    assert judged[1].error.code == "failed" and "RecursionError: too deep" in judged[1].error.message


class CountingJudge:
    """Doubts each word by its place, so that what came of which words can be told."""

    def doubts(self, en, ar):
        return Doubts(0.5, tuple(n / 100 for n in range(len(en))), tuple(n / 100 for n in range(len(ar))))


def judged(*, joined, rules_only=False):
    article, pairs = pieces(joined=joined)
    matcher = Matcher(HashEncoder(), replace(shipped_bundle(), means=Means.none(), judge=CountingJudge()))
    settings = CheckSettings(rules_only=rules_only)
    return article, with_own_evidence(pairs, matcher, settings)


def test_judge_of_words_reads_the_pieces_of_a_rendering_as_one_text():
    article, linked = judged(joined=True)
    subject = subject_of(article, linked)
    assert len(subject.doubts.en) == len(subject.en_words)
    assert subject.doubts.ar == tuple(n / 100 for n in range(len(subject.ar_words)))
    assert len(subject.ar_words) == sum(len(pair.ar_words) for pair in linked)


def test_judge_of_words_reads_separate_renderings_apart():
    _, linked = judged(joined=False)
    assert [len(pair.doubts.ar) for pair in linked] == [len(pair.ar_words) for pair in linked]


def test_judge_of_words_is_left_out_where_rules_alone_are_wanted():
    _, linked = judged(joined=True, rules_only=True)
    assert [pair.doubts for pair in linked] == [None, None]


def test_judge_of_words_doubts_bare_pairs_too():
    matcher = Matcher(HashEncoder(), replace(shipped_bundle(), means=Means.none(), judge=CountingJudge()))
    (found,) = check_pairs([TextPair("p", EN, FIRST)], matcher, CheckSettings(), MODELS)
    assert found.evidence.doubts.pair == 0.5
    (found,) = check_pairs([TextPair("p", EN, FIRST)], matcher, CheckSettings(rules_only=True), MODELS)
    assert found.evidence.doubts is None
