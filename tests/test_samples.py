"""The program on its own samples, with the encoder that ships and no network, against their gold."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from align.evaluate import read_run, score_run
from align.evaluate.gold import read_gold

ROOT = Path(__file__).parents[1]
SAMPLES, GOLD = ROOT / "data" / "samples", ROOT / "data" / "gold" / "samples.jsonl"
# Every attempt to reach another machine fails, and says so.
NO_NETWORK = (
    "import socket\n"
    "def refuse(*_): raise AssertionError('the network was touched')\n"
    "socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = refuse\n"
    "from align.cli import main\nmain()"
)


@pytest.fixture(scope="module")
def shown_and_run(tmp_path_factory):
    """What `align run data/samples` prints, and what it writes."""
    out = tmp_path_factory.mktemp("samples")
    done = subprocess.run(
        [sys.executable, "-c", NO_NETWORK, "run", str(SAMPLES), "-o", str(out)],
        env=os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "100"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "network" not in done.stderr
    return "\n".join(map(str.rstrip, done.stdout.splitlines())), read_run(out)


@pytest.fixture(scope="module")
def run(shown_and_run):
    return shown_and_run[1]


@pytest.fixture(scope="module")
def figures(run):
    return score_run(read_gold(GOLD), run, by_text=True)  # pages are read as another text than the gold's


def test_samples_gold_is_what_its_script_writes():
    path = ROOT / "scripts" / "make_sample_gold.py"
    spec = importlib.util.spec_from_file_location("make_sample_gold", path)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert GOLD.read_text(encoding="utf-8") == script.gold_lines()


def test_samples_show_every_shape():
    articles = read_gold(GOLD)
    assert len(articles) >= 14
    assert {link.mode for article in articles for link in article.links} == {"quote", "reported", "headline"}
    assert {tweet.status for article in articles for tweet in article.tweets} == {"full", "partial", "none"}
    assert {link.error for article in articles for link in article.links} == {None, "number", "date", "negation"}
    assert sorted(len(article.tweets) for article in articles)[::17] == [0, 2]


@pytest.mark.slow
def test_samples_are_all_read_and_every_tweet_is_found(run, figures):
    assert sorted(run.documents) == sorted(path.stem for path in SAMPLES.iterdir())
    names = ("tweet_recall", "tweet_precision", "handle_accuracy", "author_accuracy", "date_accuracy")
    assert {name: figures[name] for name in names} == dict.fromkeys(names, 1.0)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("figure", "floor"),
    [("macro_f1", 0.95), ("macro_f1_strict", 0.92), ("status_accuracy", 0.92), ("rendering_accuracy", 0.95)],
)
def test_samples_reach_the_floor(figures, figure, floor):
    assert figures[figure] >= floor, json.dumps(figures, indent=1)


@pytest.mark.slow
@pytest.mark.parametrize("doc_id", ["wrong-quote", "never-translated", "bare-links", "no-tweet"])
def test_samples_where_nothing_is_translated_get_no_pair(run, doc_id):
    assert run.pairs.get(doc_id, []) == []
    assert {tweet["status"] for tweet in run.tweets.get(doc_id, [])} <= {"none"}


@pytest.mark.slow
def test_samples_bare_links_have_an_author_and_a_time_and_no_text(run):
    first, second = run.tweets["bare-links"]
    assert (first["text"], first["sentences"], first["handle"]) == (None, [], "NadiaFerroRuns")
    assert (first["tweet_id"], first["created_at"][:10]) == ("1498731264500123648", "2022-03-01")
    assert (second["text"], second["handle"], second["tweet_id"]) == (None, None, "1498732018933841920")


@pytest.mark.slow
@pytest.mark.parametrize("doc_id", ["wordpress-embed", "plain-blockquote"])
def test_samples_pages_lose_their_menus_and_keep_their_story(run, doc_id):
    text = run.documents[doc_id]["text"]
    story = next(article.text for article in read_gold(GOLD) if article.doc_id == doc_id)
    assert [line for line in story.split("\n") if line not in text] == []
    assert [
        word for word in ("ملفات تعريف", "الصفحة الأولى", "اقرأ أيضاً", "خسوف", "الأسواق", "جميع الحقوق") if word in text
    ] == []


@pytest.mark.slow
def test_samples_the_founding_example_is_read_as_a_person_reads_it(run):
    """The second sentence alone is rendered: three times, and never by the paragraph about the same meeting."""
    (tweet,) = run.tweets["founding-example"]
    assert tweet["status"] == "partial"
    assert [sentence["covered"] for sentence in tweet["sentences"]] == [False, True]
    (gold,) = (article for article in read_gold(GOLD) if article.doc_id == "founding-example")
    found = [(pair["ar"], pair["rendering"]) for pair in run.pairs["founding-example"]]
    assert found == [(link.ar.cut(gold.text), link.mode) for link in gold.links]
    text, (second,) = gold.text, {pair["en"] for pair in run.pairs["founding-example"]}
    assert second.startswith("The Northern Alliance")
    meeting = text.index("وكان هولت التقى")
    assert not any(pair["ar_start"] <= meeting < pair["ar_end"] for pair in run.pairs["founding-example"])


@pytest.mark.slow
def test_samples_a_quote_broken_by_its_frame_is_one_rendering_in_two_pieces(run):
    first = [pair for pair in run.pairs["broken-quote"] if pair["en"].startswith("The vaccination campaign")]
    assert [pair["ar"] for pair in first] == [
        "حملة التطعيم ستبدأ من القرى الجبلية",
        "لأن الثلوج تغلق طرقها اعتباراً من ديسمبر",
    ]
    assert len({pair["rendering_id"] for pair in first}) == 1


@pytest.mark.slow
def test_samples_every_offset_cuts_back_its_text(run):
    for doc_id, pairs in run.pairs.items():
        text = run.documents[doc_id]["text"]
        for pair in pairs:
            assert text[pair["en_start"] : pair["en_end"]] == pair["en"]
            assert text[pair["ar_start"] : pair["ar_end"]] == pair["ar"]


@pytest.mark.slow
def test_samples_the_readme_shows_what_the_program_prints(shown_and_run):
    blocks = (ROOT / "README.md").read_text(encoding="utf-8").split("```")[1::2]
    (excerpt,) = (block.strip() for block in blocks if "(@" in block and "import" not in block)
    (output,) = (block.strip() for block in blocks if " @" in block and "(@" not in block)
    sample = (SAMPLES / f"{output.split()[0]}.txt").read_text(encoding="utf-8")
    assert [line for line in excerpt.splitlines() if line not in sample.splitlines()] == []
    assert output in shown_and_run[0], "stale: copy the lines from `COLUMNS=100 align run data/samples --out DIR`"
