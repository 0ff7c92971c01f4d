"""Mining, the collection of tweets and the search in it, as a user meets them. The encoder is a double."""

import io
import json
import sys

import pytest

from align.cli import main
from align.mine.mining import Direction, Miner, mine_texts
from align.mine.weights import load_weights
from tests.fakes import glossary_sentences, open_glossary_aligner, open_glossary_matcher


@pytest.fixture
def align(monkeypatch, capsys):
    """The command line in this process; returns its exit code, standard output and standard error."""
    monkeypatch.setattr("align.match.matcher.open_matcher", open_glossary_matcher)
    monkeypatch.setattr("align.run.session.open_aligner", open_glossary_aligner)

    def call(*arguments, stdin=b""):
        monkeypatch.setattr(sys, "argv", ["align", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as stopped:
            main()
        shown = capsys.readouterr()
        return stopped.value.code or 0, shown.out, shown.err

    return call


def rows(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def two_files(folder, pairs, extra_en=(), extra_ar=()):
    english, arabic = folder / "in.en", folder / "in.ar"
    english.write_text("\n".join([*(en for en, _ in pairs), *extra_en]) + "\n", encoding="utf-8")
    arabic.write_text("\n".join([*extra_ar, *(ar for _, ar in reversed(pairs))]) + "\n", encoding="utf-8")
    return english, arabic


def test_mine_finds_hidden_pairs_and_leaves_the_others(tmp_path, align):
    pairs = glossary_sentences(60)
    lonely_en, lonely_ar = glossary_sentences(20, seed=5), glossary_sentences(20, seed=6)
    known = {side for pair in pairs for side in pair}
    extra_en = [en for en, ar in lonely_en if en not in known and ar not in {a for _, a in lonely_ar}]
    extra_ar = [ar for en, ar in lonely_ar if ar not in known and en not in {e for e, _ in lonely_en}]
    english, arabic = two_files(tmp_path, pairs, extra_en, extra_ar)
    code, out, err = align("mine", english, arabic, "--out", tmp_path / "out", "--near", 1)
    assert code == 0 and "search: exact" in err
    found = rows(tmp_path / "out" / "pairs.jsonl")
    right = {(en, ar) for en, ar in pairs}
    assert len(right & {(row["en"], row["ar"]) for row in found}) >= 0.9 * len(right)
    probabilities = [row["probability"] for row in found]
    assert probabilities == sorted(probabilities, reverse=True)
    sides = [english.read_text().splitlines(), arabic.read_text().splitlines()]
    for row in found:
        assert (sides[0][row["en_line"]], sides[1][row["ar_line"]]) == (row["en"], row["ar"])
        assert {"cosine", "margin", "distance", "features", "pair_id"} <= set(row)
    assert len({row["en_line"] for row in found}) == len({row["ar_line"] for row in found}) == len(found)
    run = json.loads((tmp_path / "out" / "run.json").read_text())
    assert run["counts"]["pairs"] == len(found) and "recall" in run["search"][0] and run["signature"]


def test_mine_threshold_decides_what_is_kept_and_loses_nothing(tmp_path, align):
    files = two_files(tmp_path, glossary_sentences(20))
    assert align("mine", *files, "--out", tmp_path / "all", "--threshold", 0, "--near", 1)[0] == 0
    assert align("mine", *files, "--out", tmp_path / "none", "--threshold", 1, "--near", 1)[0] == 1
    every, refused = rows(tmp_path / "all" / "pairs.jsonl"), rows(tmp_path / "none" / "rejected.jsonl")
    assert rows(tmp_path / "none" / "pairs.jsonl") == []
    assert [row["pair_id"] for row in refused] == [row["pair_id"] for row in every]
    assert {row["reason"] for row in refused} == {"below_threshold"}


def test_mine_collapses_sentences_that_repeat(tmp_path, align):
    pairs = glossary_sentences(8)
    english, arabic = two_files(tmp_path, pairs, extra_en=[pairs[0][0].upper() + "!", ""])
    assert align("mine", english, arabic, "--out", tmp_path / "out", "--threshold", 0, "--near", 1)[0] == 0
    run = json.loads((tmp_path / "out" / "run.json").read_text())
    assert (run["counts"]["en_read"], run["counts"]["en_sentences"]) == (10, 8)
    assert rows(tmp_path / "out" / "rejected.jsonl")[0]["reason"] == "duplicate"


@pytest.mark.parametrize("direction", list(Direction))
def test_mine_every_direction_gives_each_sentence_one_partner(direction):
    pairs = glossary_sentences(40)
    matcher = open_glossary_matcher(None)
    miner = Miner(matcher, load_weights(), direction)
    found = mine_texts([en for en, _ in pairs], [ar for _, ar in pairs], miner)
    assert len({p.english for p in found}) == len({p.arabic for p in found}) == len(found)
    assert sum(p.english == p.arabic for p in found) >= 36


def test_mine_takes_collections_and_keeps_where_posts_come_from(tmp_path, align):
    pairs = glossary_sentences(12)
    tweets = tmp_path / "tweets.jsonl"
    tweets.write_text("".join(json.dumps({"id": str(n), "text": en, "handle": "lina_sample"}) + "\n"
                              for n, (en, _) in enumerate(pairs)), encoding="utf-8")  # fmt: skip
    _, arabic = two_files(tmp_path, pairs)
    assert align("mine", tweets, arabic, "--out", tmp_path / "out", "--near", 1)[0] == 0
    row = rows(tmp_path / "out" / "pairs.jsonl")[0]
    assert row["handle"] == "lina_sample" and row["tweet_id"] == str(row["en_line"])


def test_mine_output_is_taken_by_export_and_check(tmp_path, align):
    files = two_files(tmp_path, glossary_sentences(10))
    align("mine", *files, "--out", tmp_path / "out", "--near", 1, "-q")
    count = len(rows(tmp_path / "out" / "pairs.jsonl"))
    assert align("export", tmp_path / "out", "--out", tmp_path / "x.tsv", "--format", "tsv")[0] == 0
    assert len((tmp_path / "x.tsv").read_text(encoding="utf-8").splitlines()) == count + 1
    code, out, _ = align("check", tmp_path / "out", "--format", "jsonl", "--no-encoder")
    assert code == 0 and len(out.splitlines()) == count


def test_mine_of_an_empty_side_says_which(tmp_path, align):
    english, arabic = two_files(tmp_path, glossary_sentences(3))
    english.write_text("\n\n")
    code, _, err = align("mine", english, arabic, "--out", tmp_path / "out")
    assert code == 1 and "expected English sentences" in err


def collection(path, pairs, created="2022-03-20T10:00:00Z"):
    path.write_text("".join(
        json.dumps({"id": str(900 + n), "text": en.capitalize() + ".", "handle": "omar_sample", "created_at": created})
        + "\n" for n, (en, _) in enumerate(pairs)), encoding="utf-8")  # fmt: skip
    return path


def test_search_finds_the_tweet_of_an_arabic_text_with_its_date(tmp_path, align):
    pairs = glossary_sentences(30)
    code, out, err = align("index", "build", collection(tmp_path / "t.jsonl", pairs), "--out", tmp_path / "i")
    assert code == 0, err
    assert "30 tweets" in out and "expected recall@1" in err
    code, out, _ = align("search", pairs[7][1], "--index", tmp_path / "i", "--json")
    hits = json.loads(out)
    assert code == 0 and hits[0]["post_id"] == "907" and hits[0]["created_at"] == "2022-03-20T10:00:00Z"
    assert hits[0]["probability"] >= hits[-1]["probability"]
    assert "@omar_sample" in align("search", pairs[7][1], "--index", tmp_path / "i")[1]


def test_search_from_english_needs_arabic_sentences(tmp_path, align):
    pairs = glossary_sentences(6)
    align("index", "build", collection(tmp_path / "t.jsonl", pairs), "--out", tmp_path / "i", "-q")
    code, _, err = align("search", pairs[0][0], "--index", tmp_path / "i")
    assert code == 1 and "expected Arabic sentences" in err
    arabic = tmp_path / "a.jsonl"
    arabic.write_text("".join(json.dumps({"id": f"a{n}", "text": ar}) + "\n" for n, (_, ar) in enumerate(pairs)))
    assert align("index", "add", tmp_path / "i", arabic, "-q")[0] == 0
    assert json.loads(align("search", pairs[4][0], "--index", tmp_path / "i", "--json")[1])[0]["post_id"] == "a4"


def test_index_add_passes_over_known_tweets_and_build_refuses_a_full_folder(tmp_path, align):
    pairs = glossary_sentences(10)
    tweets = collection(tmp_path / "t.jsonl", pairs)
    align("index", "build", tweets, "--out", tmp_path / "i", "-q")
    code, out, _ = align("index", "add", tmp_path / "i", tweets, "--json")
    assert code == 0 and json.loads(out) == {"posts": 0, "sentences": 0, "known": 10, "refused": 0, "without_text": 0}
    code, _, err = align("index", "build", tweets, "--out", tmp_path / "i")
    assert code == 1 and "holds an index already" in err


def test_index_merge_takes_each_tweet_once(tmp_path, align):
    pairs = glossary_sentences(12)
    align("index", "build", collection(tmp_path / "a.jsonl", pairs[:8]), "--out", tmp_path / "a", "-q")
    other = tmp_path / "b.jsonl"
    collection(other, pairs)
    align("index", "build", other, "--out", tmp_path / "b", "-q")
    code, out, _ = align("index", "merge", tmp_path / "a", tmp_path / "b", "--json")
    assert code == 0 and json.loads(out)["posts"] == 4 and json.loads(out)["known"] == 8
    hits = json.loads(align("search", pairs[11][1], "--index", tmp_path / "a", "--json")[1])
    assert hits[0]["post_id"] == "911"


def article_about(path, pair, published="2022-03-21"):
    text = f"أخبار المنطقة\nقال المتحدث عمر في بيان نشر هذا الأسبوع: «{pair[1]}».\n"
    path.write_text(json.dumps({"id": "news", "text": text, "published": published}, ensure_ascii=False) + "\n")
    return path, text


def run_with(align, tmp_path, out, *flags):
    code, _, err = align("run", tmp_path / "a.jsonl", "--tweets", tmp_path / "i", "--out", tmp_path / out,
                         "--threshold", 0.01, "-q", *flags)  # fmt: skip
    assert code == 0, err
    return [rows(tmp_path / out / f"{name}.jsonl") for name in ("documents", "tweets", "pairs")]


def test_run_matches_tweets_of_a_collection_and_says_where_they_come_from(tmp_path, align):
    pairs = glossary_sentences(20)
    align("index", "build", collection(tmp_path / "t.jsonl", pairs), "--out", tmp_path / "i", "-q")
    _, text = article_about(tmp_path / "a.jsonl", pairs[3])
    (document,), tweets, found = run_with(align, tmp_path, "out")
    assert document["text"].startswith(text.rstrip("\n"))
    tweet = next(t for t in tweets if t["tweet_id"] == "903")
    assert tweet["found_in"].endswith("t.jsonl:4") and tweet["handle"] == "omar_sample"
    for row in [*tweets, *({"start": p["ar_start"], "end": p["ar_end"], "text": p["ar"]} for p in found)]:
        assert document["text"][row["start"] : row["end"]] == row["text"]
    assert any(p["tweet"] == tweet["tweet"] for p in found)
    assert {t["tweet"] for t in tweets} == {p["tweet"] for p in found}


def test_run_keeps_to_the_window_of_dates(tmp_path, align):
    pairs = glossary_sentences(20)
    align("index", "build", collection(tmp_path / "t.jsonl", pairs), "--out", tmp_path / "i", "-q")
    article_about(tmp_path / "a.jsonl", pairs[3])
    assert run_with(align, tmp_path, "near", "--days-before", 2)[1]
    article_about(tmp_path / "a.jsonl", pairs[3], published="2022-06-21")
    assert not run_with(align, tmp_path, "far", "--days-before", 2)[1]
    article_about(tmp_path / "a.jsonl", pairs[3], published="2022-03-10")
    assert not run_with(align, tmp_path, "early", "--days-after", 2)[1]
