"""The scorer: counted by hand on a small run, and against the benchmark's own scorer."""

import importlib.util
import json
import random
from pathlib import Path

import lxml.html
import pytest
from typer.testing import CliRunner

from align.cli.app import app
from align.errors import GoldError, RunError
from align.evaluate import f1, read_run, relocate, score_run
from align.evaluate.counts import counts_of
from align.evaluate.curves import curves_of
from align.evaluate.figures import compare, intervals, point
from align.evaluate.gold import gold_articles, read_gold
from align.files import write_jsonl
from align.match.matcher import Matcher
from align.models import calibration
from align.records import Span
from tests.fakes import HashEncoder

SHARED = Path(__file__).parents[2] / "shared"
CALIBRATION = calibration.load(HashEncoder.name, HashEncoder.revision)
TEXT = 'سنفتح الباب\nقال: "سنفتح الباب".\nWe will open the door. Come in!\nنص آخر تماماً.'
TWEET = TEXT.index("We will")


def span(part, start=0):
    at = TEXT.index(part, start)
    return [at, at + len(part)]


def gold_row(**changes):
    sentences = [{"en": "We will open the door.", "body_span": [0, 22]}, {"en": "Come in!", "body_span": [23, 31]}]
    body = "We will open the door. Come in!"
    link = {"tweet": 0, "sent": 0, "ar_text": "سنفتح الباب", "error": None}
    tweet = {"body": [TWEET, TWEET + 31], "body_text": body, "name": "Ann", "handle": "ann", "date": None}
    return {
        "id": "a",
        "scenario": "repeated",
        "text": TEXT,
        "tweets": [tweet | {"sents": sentences}],
        "links": [
            link | {"ar": span("سنفتح"), "ar_text": "سنفتح", "mode": "headline"},
            link | {"ar": span("سنفتح الباب", 12), "mode": "quote", "error": {"type": "number"}},
        ],
        "tweet_status": ["partial"],
    } | changes


def pair(ar, rendering="quote", probability=0.75, findings=()):
    start, end = ar
    facts = {"rendering": rendering, "probability": probability, "findings": list(findings)}
    return {"doc_id": "a", "en_start": TWEET, "en_end": TWEET + 22, "ar_start": start, "ar_end": end} | facts


def write_run(path, pairs, **tweet):
    row = {"doc_id": "a", "start": TWEET, "end": TWEET + 31, "text": "…", "author": "Ann", "handle": "ann"}
    write_jsonl(path / "documents.jsonl", [{"doc_id": "a", "text": TEXT}])
    write_jsonl(path / "tweets.jsonl", [row | {"created_at": None, "status": "full"} | tweet])
    write_jsonl(path / "pairs.jsonl", pairs)
    return path


def test_evaluate_counts_what_a_hand_counts(tmp_path):
    alarm = {"code": "number.changed", "severity": "error"}
    pairs = [
        pair(span("سنفتح الباب")),  # overlaps the headline's link by 5/11: too little
        pair(span("سنفتح الباب", 12), "reported", findings=[alarm]),
        pair(span("نص آخر"), probability=0.2),
    ]
    figures = score_run(gold_articles([gold_row()], "test"), read_run(write_run(tmp_path, pairs)))
    assert (figures["tweet_recall"], figures["author_accuracy"], figures["status_accuracy"]) == (1, 1, 0)
    assert figures["scenarios"] == {
        "repeated": {"f1": pytest.approx(0.4), "f1_strict": pytest.approx(0.4), "articles": 1}
    }
    assert figures["rendering_accuracy"] == 0
    assert figures["calibration_error"] == pytest.approx((abs(1.5 - 1) + 0.2) / 3)
    assert (figures["error_recall"], figures["false_alarm_rate"]) == ({"number": 1.0}, 0.0)


def test_evaluate_an_article_without_links_is_right_when_left_alone(tmp_path):
    gold = gold_articles([gold_row(links=[], tweet_status=["none"])], "test")
    assert score_run(gold, read_run(write_run(tmp_path, [])))["macro_f1"] == 1
    assert score_run(gold, read_run(write_run(tmp_path, [pair([0, 5])])))["macro_f1"] == 0


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"tweet_status": []}, "one status a tweet"),
        ({"tweet_status": ["some"]}, "'some' is not a valid Status"),
        ({"text": " " + TEXT}, "must cut back body_text"),
        ({"links": [{"tweet": 1, "sent": 0}]}, "index out of range"),
        ({"links": [gold_row()["links"][0] | {"ar_text": "سن"}]}, "must cut back 'سن'"),
        ({"links": [gold_row()["links"][0] | {"mode": "song"}]}, "'song' is not a valid Rendering"),
    ],
)
def test_evaluate_refuses_gold_that_breaks_a_rule(changes, rule):
    with pytest.raises(GoldError, match="article 'a'.*nothing was scored") as caught:
        gold_articles([gold_row(**changes)], "gold.jsonl")
    assert rule in str(caught.value)


def test_evaluate_refuses_gold_without_an_article(tmp_path):
    (tmp_path / "gold.jsonl").write_text("", encoding="utf-8")
    with pytest.raises(GoldError, match="expected one article or more"):
        read_gold(tmp_path / "gold.jsonl")


def test_evaluate_scores_a_run_that_holds_none_of_the_articles(tmp_path):
    write_jsonl(tmp_path / "gold.jsonl", [gold_row(id="elsewhere")])
    arguments = ["evaluate", str(tmp_path / "gold.jsonl"), str(write_run(tmp_path / "run", [])), "--only-read"]
    shown = CliRunner().invoke(app, arguments)
    assert shown.exit_code == 0
    assert "articles" in shown.output


def test_evaluate_refuses_gold_with_an_id_twice():
    with pytest.raises(GoldError, match="ids must be unique"):
        gold_articles([gold_row(), gold_row()], "gold.jsonl")


def test_evaluate_finds_a_span_again_by_its_context():
    source, target = "قبل نعم بعد\nأول نعم ثان", "أول  نعم ثان\nقبل نعم\nبعد"
    assert relocate(Span(4, 7), source, target).start == target.index("نعم", 8)
    assert relocate(Span(16, 19), source, target).start == target.index("نعم")
    assert relocate(Span(0, 3), source, "لا شيء") == Span(-2, -1)


def test_evaluate_figures_at_their_edges():
    assert (f1(0, 0, 0), f1(0, 3, 2), f1(2, 2, 2)) == (1.0, 0.0, 1.0)
    gaps = counts_of([{("judged",): 1, ("gap", 9): 0.0}, {("judged",): 1, ("gap", 9): 0.95}])
    assert point(gaps)["calibration_error"] == pytest.approx(0.475)
    assert point(counts_of([]))["calibration_error"] == 0


def test_evaluate_prints_text_and_json(tmp_path):
    write_jsonl(tmp_path / "gold.jsonl", [gold_row()])
    arguments = ["evaluate", str(tmp_path / "gold.jsonl"), str(write_run(tmp_path / "run", []))]
    shown = CliRunner().invoke(app, arguments)
    assert shown.exit_code == 0
    assert "  macro_f1                      0.000  [0.000, 0.000]" in shown.output
    assert "  repeated  1  0.000  [0.000, 0.000]   0.000  [0.000, 0.000]" in shown.output
    assert json.loads(CliRunner().invoke(app, [*arguments, "--json"]).output)["macro_f1"] == 0
    assert isinstance(CliRunner().invoke(app, [*arguments[:2], str(tmp_path / "none")]).exception, RunError)


def made_up_run(path, gold, rng):
    """A run that finds some links, moves some edges, invents some pairs and misreads some tweets."""
    documents, tweets, pairs = [], [], []
    for article in gold:
        documents.append({"doc_id": article["id"], "text": article["text"]})
        for tweet, status in zip(article["tweets"], article["tweet_status"], strict=True):
            start, end = tweet["body"]
            who = {"author": rng.choice([tweet["name"], "X"]), "handle": rng.choice([tweet["handle"], None])}
            row = {"doc_id": article["id"], "start": start, "end": end - rng.choice([0, 0, 60]), "text": "…"}
            date = rng.choice([tweet["date"], "2020-02-02T10:00:00Z"])
            tweets.append(row | who | {"created_at": date, "status": rng.choice([status, "none"])})
        for link in article["links"] * 2:
            if rng.random() < 0.6:
                sentence = article["tweets"][link["tweet"]]
                start, end = (sentence["body"][0] + at for at in sentence["sents"][link["sent"]]["body_span"])
                code = rng.choice([None, "number.scale", "name"])
                findings = [{"code": code, "severity": rng.choice(["error", "note"])}] if code else []
                moved = [at + rng.choice([0, 0, 3, 20]) for at in link["ar"]]
                row = {
                    "doc_id": article["id"],
                    "en_start": start,
                    "en_end": end,
                    "ar_start": moved[0],
                    "ar_end": moved[1],
                }
                mode = rng.choice(["quote", "reported"])
                pairs.append(row | {"rendering": mode, "probability": rng.random(), "findings": findings})
    for name, rows in (("documents", documents), ("tweets", tweets), ("pairs", pairs)):
        write_jsonl(path / f"{name}.jsonl", rows)
    return path


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="needs ../shared, the benchmark and its scorer")
@pytest.mark.parametrize(("by_text", "only_read"), [(False, False), (True, True)])
def test_evaluate_agrees_with_the_scorer_of_the_benchmark(tmp_path, by_text, only_read):
    spec = importlib.util.spec_from_file_location("score_bench", SHARED / "tools" / "score_bench.py")
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    for name in ("natural_dev", "dev"):
        path = tmp_path / f"{name}.jsonl"
        lines = (SHARED / "bench" / path.name).read_text(encoding="utf-8").splitlines()[:150]
        path.write_text("\n".join(lines), encoding="utf-8")
        rows = [json.loads(line) for line in lines]
        run = made_up_run(tmp_path / name, rows[: 140 if only_read else None], random.Random(7))
        expected = scorer.score(path, run, by_text, only_read)
        figures = score_run(read_gold(path), read_run(run), by_text=by_text, only_read=only_read)
        assert figures.pop("scenarios") == {k: pytest.approx(row) for k, row in expected.pop("scenarios").items()}
        assert figures == {key: pytest.approx(value) for key, value in expected.items()}


def counted(*rights):
    """Counts of articles with one gold link and one pair each; `rights` says of each whether they are the same."""
    return counts_of(
        [
            {("articles",): 1, ("scenario", "plain", "articles"): 1, ("scenario", "plain", "gold"): 1,
             ("scenario", "plain", "predicted"): 1, ("scenario", "plain", "true"): right}
            for right in rights
        ]
    )  # fmt: skip


def test_evaluate_intervals_hold_the_figure_and_shrink_with_more_articles():
    few, many = (intervals(counted(*[1, 1, 0, 1] * size))["micro_f1"] for size in (5, 50))
    assert (few.value, many.value) == (0.75, 0.75)
    assert few.low < many.low < 0.75 < many.high < few.high
    assert many.high - many.low == pytest.approx(2 * 1.96 * (0.75 * 0.25 / 200) ** 0.5, rel=0.15)  # the normal one
    assert intervals(counted(1, 1, 0, 1), seed=3) == intervals(counted(1, 1, 0, 1), seed=3)
    sure = intervals(counted(1, 1, 1))["micro_f1"]
    assert sure == (1.0, 1.0, 1.0)


def test_evaluate_paired_test_sees_a_difference_only_where_there_is_one():
    good, bad = counted(*[1] * 20), counted(*[0] * 10 + [1] * 10)
    same = compare(good, good)["micro_f1"]
    assert (same.one - same.other, same.low, same.high, same.p) == (0, 0, 0, 1)
    forth, back = compare(good, bad)["micro_f1"], compare(bad, good)["micro_f1"]
    assert (forth.one, forth.other) == (back.other, back.one) == (1.0, 0.5)
    assert (forth.low, forth.high) == pytest.approx((-back.high, -back.low))
    assert forth.p < 0.01
    one_article = compare(counted(1, *[1, 0] * 20), counted(0, *[1, 0] * 20))["micro_f1"]
    assert one_article.p > 0.9  # exchanging one article gives the same difference, or its negative, every time


def test_evaluate_a_scenario_that_a_resample_lacks_leaves_the_mean_to_the_others():
    counts = counts_of(
        [{("articles",): 1, ("scenario", name, "articles"): 1, ("scenario", name, "left_alone"): 1} for name in "ab"]
    )
    assert intervals(counts)["macro_f1"] == (1.0, 1.0, 1.0)


def test_evaluate_curves_judge_pairs_and_what_was_refused(tmp_path):
    gold = gold_articles([gold_row()], "test")
    pairs = [pair(span("سنفتح الباب", 12), probability=0.95), pair(span("نص آخر"), probability=0.65)]
    refused = {"a": [pair(span("سنفتح"), probability=0.2), pair([0, 2], probability=0.2)]}
    curves = curves_of(gold, read_run(write_run(tmp_path, pairs)), refused)
    assert curves.reliability == ((0.6, 1, 0.65, 0.0), (0.9, 1, 0.95, 1.0))
    assert curves.probability == (0.95, 0.65, 0.2)
    assert curves.recall == (0.5, 0.5, 1.0)
    assert curves.precision == (1.0, 0.5, 0.5)


def test_evaluate_writes_a_page_and_plots_without_outside_references(tmp_path):
    write_jsonl(tmp_path / "gold.jsonl", [gold_row(scenario="<b>&")])
    run = write_run(tmp_path / "run", [pair(span("سنفتح الباب", 12))])
    (run / "run.json").write_text('{"signature": "model:<x>"}', encoding="utf-8")
    arguments = ["evaluate", str(tmp_path / "gold.jsonl"), str(run), "--against", str(run)]
    shown = CliRunner().invoke(
        app, [*arguments, "-f", "html", "-o", str(tmp_path / "e.html"), "--plots", str(tmp_path)]
    )
    assert shown.exit_code == 0, shown.output
    page = (tmp_path / "e.html").read_text(encoding="utf-8")
    tree = lxml.html.document_fromstring(page)
    assert not tree.xpath("//script | //link | //img | //@src")
    assert all(value.startswith("#") for value in tree.xpath("//@*[local-name() = 'href']"))
    assert "model:<x>" in tree.xpath("string(//code)")
    assert [table.get("class") for table in tree.iter("table")] == [None] * 4
    assert "<b>&" in tree.xpath("//th/text()")
    assert len(tree.xpath("//figure/*[local-name() = 'svg']")) == 2
    assert {p.name for p in tmp_path.glob("*.png")} == {"reliability.png", "precision_recall.png"}


def test_evaluate_json_carries_intervals_and_the_signature(tmp_path):
    write_jsonl(tmp_path / "gold.jsonl", [gold_row()])
    run = write_run(tmp_path / "run", [pair(span("سنفتح الباب", 12))])
    told = json.loads(CliRunner().invoke(app, ["evaluate", str(tmp_path / "gold.jsonl"), str(run), "--json"]).output)
    assert told["intervals"]["scenarios.repeated.f1"] == pytest.approx([2 / 3, 2 / 3])
    assert told["signature"].startswith("evaluate|gold:")
    assert told["curves"]["reliability"] == [{"low": 0.7, "pairs": 1, "mean": 0.75, "right": 1.0}]


def test_evaluate_pairs_scores_retrieval_and_mining(tmp_path, monkeypatch):
    texts = ["red apples grow here", "blue boats sail fast", "green doors stay shut", "old clocks run late"]
    rows = [{"en": en, "ar": en} for en in texts] + [{"en": "x", "ar": ""}]
    write_jsonl(tmp_path / "pairs.jsonl", rows)
    monkeypatch.setattr("align.match.matcher.open_matcher", lambda settings: Matcher(HashEncoder(), CALIBRATION))
    shown = CliRunner().invoke(app, ["evaluate", str(tmp_path / "pairs.jsonl"), "--json"])
    told = json.loads(shown.output)
    assert told["pairs"] == 4
    assert told["retrieval_en_ar_cosine"] == told["retrieval_ar_en_margin"] == 1.0
    assert 0 <= told["intervals"]["mining_f1"][0] <= told["mining_f1"] <= 1
    swapped = [{"en": en, "ar": ar} for en, ar in zip(texts, texts[::-1], strict=True)]
    write_jsonl(tmp_path / "pairs.jsonl", swapped)
    told = json.loads(CliRunner().invoke(app, ["evaluate", str(tmp_path / "pairs.jsonl"), "--json"]).output)
    assert (told["retrieval_en_ar_cosine"], told["mining_f1"]) == (0.0, 0.0)


def test_evaluate_pairs_asks_for_a_run_or_pairs(tmp_path):
    write_jsonl(tmp_path / "gold.jsonl", [gold_row()])
    found = CliRunner().invoke(app, ["evaluate", str(tmp_path / "gold.jsonl")]).exception
    assert isinstance(found, GoldError)
    assert "expected RUN beside the gold articles" in str(found)
    assert CliRunner().invoke(app, ["evaluate", str(tmp_path / "gold.jsonl"), "--by-text"]).exit_code == 2
