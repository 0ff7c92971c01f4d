"""`align export`, `align import` and `align corpus` on a run directory, as a corpus builder uses them."""

import json
import os
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from align.cli.app import app
from align.errors import AlignError
from align.pairs.export.formats import ExportFormat
from tests.review.data import article_rows, make_run, write_run

FILES = [form for form in ExportFormat if form is not ExportFormat.DATASET]


def run_command(*arguments, code=0):
    result = CliRunner().invoke(app, list(map(str, arguments)))
    assert result.exit_code == code, (result.output, result.exception)
    return result.output


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Twelve articles with three pairs each; the tweets have ids."""

    def with_ids():
        for number in range(12):
            document, tweets, pairs, rejected = article_rows(number)
            tweets[0]["tweet_id"] = str(1765000000000000000 + number)
            yield document, tweets, pairs, rejected

    return write_run(tmp_path_factory.mktemp("corpus") / "run", with_ids())


@pytest.mark.parametrize("form", FILES)
def test_corpus_cli_any_format_is_a_source_that_holds_the_same_pairs(run, tmp_path, form):
    out = tmp_path / f"corpus.{form}"
    assert run_command("export", run, "-f", form, "-o", out) == f"36 of 36 pairs written to {out}\n"
    assert not (tmp_path / f"corpus.{form}.rejected.jsonl").exists()
    run_command("import", out, "-o", tmp_path / "again.jsonl")
    run_command("export", run, "-o", tmp_path / "first.jsonl")
    first, again = lines(tmp_path / "first.jsonl"), lines(tmp_path / "again.jsonl")
    names = ("pair_id", "en", "ar") if form is ExportFormat.MOSES else tuple(first[0])
    for old, new in zip(first, again, strict=True):
        assert {name: new[name] for name in names} == {name: old[name] for name in names}


def test_corpus_cli_several_sources_are_read_one_after_another(run, tmp_path):
    other = make_run(tmp_path / "other", 2)
    run_command("export", other, "-f", "tmx", "-o", tmp_path / "other.tmx")
    out = tmp_path / "all.jsonl"
    assert run_command("export", run, tmp_path / "other.tmx", "-o", out) == f"42 of 42 pairs written to {out}\n"
    said = run_command("corpus", "merge", other, run, tmp_path / "other.tmx", "-o", out)  # `run` has other tweet ids
    assert said == f"36 of 48 pairs written to {out}; left out: 6 conflict, 6 repeated; see {out}.rejected.jsonl\n"


def test_corpus_cli_the_origin_of_a_pair_is_in_its_columns(run, tmp_path):
    run_command("export", run, "-o", tmp_path / "c.jsonl")
    row = lines(tmp_path / "c.jsonl")[4]
    assert (row["outlet"], row["handle"], row["tweet_id"]) == ("alafaq.example", "obeltane", "1765000000000000001")
    assert row["article_url"] == "https://alafaq.example/1"
    text = json.loads((run / "tweets.jsonl").read_text(encoding="utf-8").splitlines()[1])["text"]
    assert text[row["tweet_en_start"] : row["tweet_en_end"]] == row["en"]


@pytest.mark.parametrize("kind", ["translation", "keys", "parquet", "csv"])
def test_corpus_cli_other_peoples_names_of_the_two_texts(tmp_path, kind):
    texts = ("The bridge opens.", "يفتح الجسر.")
    path = tmp_path / f"theirs.{ {'translation': 'jsonl', 'keys': 'jsonl'}.get(kind, kind) }"
    if kind == "translation":  # as dataset hubs have it
        path.write_text(json.dumps({"id": "7", "translation": dict(zip(("en", "ar"), texts, strict=True))}))
    elif kind == "keys":
        path.write_text(json.dumps({"src": texts[0], "tgt": texts[1], "mood": 3}))
    elif kind == "csv":
        path.write_text("src,tgt\n" + ",".join(texts) + "\n", encoding="utf-8")
    else:
        pq.write_table(pa.table({"src": [texts[0]], "tgt": [texts[1]]}), path)
    named = [] if kind == "translation" else ["--en-column", "src", "--ar-column", "tgt"]
    run_command("import", path, "-o", tmp_path / "ours.jsonl", *named)
    (row,) = lines(tmp_path / "ours.jsonl")
    assert (row["en"], row["ar"]) == texts
    assert row["extra"] == {"translation": {"id": "7"}, "keys": {"mood": 3}}.get(kind, {})


def test_corpus_cli_filter_counts_and_keeps_what_it_leaves_out(run, tmp_path):
    out = tmp_path / "kept.jsonl"
    (tmp_path / "f.toml").write_text('min_probability = 0.9\nsince = 2024-03-05\nduplicates = "exact"\n')
    run_command("corpus", "filter", run, "-o", out, "--config", tmp_path / "f.toml", "--filter", "min-probability=0.3")
    kept, refused = lines(out), lines(tmp_path / "kept.jsonl.rejected.jsonl")
    assert len(kept) + len(refused) == 36
    assert {row["reason"] for row in refused} == {"probability", "duplicate"}
    assert min(row["probability"] for row in kept) >= 0.3
    ids = [row["pair_id"] for row in kept]
    assert [row["pair_id"] for row in lines(run / "pairs.jsonl") if row["pair_id"] in ids] == ids


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("min-probability=high", "min_probability must be a number, found 'high'"),
        ("since=yesterday", "since must be a day like 2024-03-05, found 'yesterday'"),
        ("max-per-tweet=1.5", "max_per_tweet must be a whole number, found 1.5"),
        ("duplicates=some", "duplicates must be one of keep, exact, near, found 'some'"),
        ("nonsense=1", "no setting is called 'nonsense'"),
    ],
)
def test_corpus_cli_a_filter_that_cannot_be_is_one_clear_error(run, tmp_path, setting, message):
    result = CliRunner().invoke(app, ["corpus", "filter", str(run), "-o", str(tmp_path / "x"), "--filter", setting])
    assert isinstance(result.exception, AlignError)
    assert message in str(result.exception)


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [("nothing", None, "nothing there"), ("empty", b"", "an empty file"), ("picture", b"\x89PNG", "another thing")],
)
def test_corpus_cli_a_source_of_no_kind_says_what_was_found(tmp_path, name, content, found):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    result = CliRunner().invoke(app, ["corpus", "stats", str(tmp_path / name)])
    assert isinstance(result.exception, AlignError)
    assert str(result.exception).endswith(f"found {found}")


def test_corpus_cli_standard_output_takes_jsonl_alone(run):
    assert len(run_command("export", run, "-o", "-").splitlines()) == 37  # the summary goes to standard error
    result = CliRunner().invoke(app, ["export", str(run), "-f", "tsv", "-o", "-"])
    assert "takes jsonl only, not tsv" in str(result.exception)


def test_corpus_cli_diff_names_what_was_added_removed_and_changed(run, tmp_path):
    rows = lines(run / "pairs.jsonl")
    rows[1]["ar"] = "نص آخر"
    (tmp_path / "new.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows[1:]), encoding="utf-8")
    (tmp_path / "old.jsonl").write_bytes((run / "pairs.jsonl").read_bytes())
    said = run_command("corpus", "diff", tmp_path / "old.jsonl", tmp_path / "new.jsonl").splitlines()
    changes = [json.loads(line) for line in said[:-1]]
    assert [(one["change"], one.get("fields")) for one in changes] == [("changed", ["ar"]), ("removed", None)]
    assert said[-1] == "0 added, 1 removed, 1 changed, 34 same"


def test_corpus_cli_texts_are_taken_out_and_put_back(run, tmp_path):
    dry, full, wet = tmp_path / "dry.parquet", tmp_path / "full.jsonl", tmp_path / "wet.jsonl"
    run_command("export", run, "-f", "parquet", "-o", dry, "--dehydrate", "--filter", "min-probability=0.2")
    run_command("export", run, "-o", full, "--filter", "min-probability=0.2")
    english = [row["en"] for row in lines(full)]
    refused = (tmp_path / "dry.parquet.rejected.jsonl").read_text(encoding="utf-8")
    for sentence in english:
        assert sentence.encode() not in dry.read_bytes()
        assert sentence not in refused
    tweets = lines(run / "tweets.jsonl")
    tweets[3]["text"] = "Something else altogether."
    with (tmp_path / "tweets.jsonl").open("w", encoding="utf-8") as stream:
        for tweet in tweets[:10]:
            print(json.dumps({"id": tweet["tweet_id"], "text": tweet["text"].replace("&", "&amp;")}), file=stream)
        print("{broken", file=stream)
    run_command("corpus", "hydrate", dry, "--tweets", tmp_path / "tweets.jsonl", "-o", wet)
    reasons = [row["reason"] for row in lines(tmp_path / "wet.jsonl.rejected.jsonl")]
    back = {row["pair_id"]: row["en"] for row in lines(wet)}
    assert reasons[0] == "json"
    assert {"missing_tweet", "text_changed"} == set(reasons[1:])
    assert len(back) + len(reasons) - 1 == len(english)
    assert back.items() <= {row["pair_id"]: row["en"] for row in lines(full)}.items()


_EXPORT = """
import sys
from align.cli.app import app
app(["export", *sys.argv[2:], "-f", "dataset", "-o", sys.argv[1], "--filter", "duplicates=near"])
"""


@pytest.mark.slow
def test_corpus_cli_equal_inputs_give_equal_bytes_in_any_process(run, tmp_path):
    def written(name, seed):
        (tmp_path / name).mkdir()
        done = subprocess.run(
            [sys.executable, "-c", _EXPORT, tmp_path / name / "corpus", run],
            capture_output=True, text=True, check=False, env=os.environ | {"PYTHONHASHSEED": seed, "TZ": "Asia/Amman"},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        files = sorted(path for path in (tmp_path / name).rglob("*") if path.is_file())
        return {str(path.relative_to(tmp_path / name)): path.read_bytes() for path in files}

    first, second = written("one", "1"), written("two", "77")
    assert first == second
    assert {"corpus/README.md", "corpus/probability.svg", "corpus/data/train-00000-of-00001.parquet"} <= set(first)


def test_corpus_cli_splits_and_counts_do_not_hang_on_the_order_of_the_sources(run, tmp_path):
    other = make_run(tmp_path / "other", 9)
    found = []
    for name, order in (("one", (run, other)), ("two", (other, run))):
        out = tmp_path / f"{name}.jsonl"
        run_command("corpus", "split", *order, "-o", out, "--exact", "--seed", 4)
        found.append(sorted((row["pair_id"], row["split"]) for row in lines(out)))
        found[-1].append(json.loads(run_command("corpus", "stats", *order)))
    assert found[0] == found[1]


def test_corpus_cli_the_card_says_how_to_make_the_dataset_again(run, tmp_path):
    run_command("corpus", "filter", run, "-f", "dataset", "-o", tmp_path / "kept", "--filter", "min-probability=0.3")
    card = (tmp_path / "kept" / "README.md").read_text(encoding="utf-8")
    assert "align corpus filter run --format dataset --out kept --filter min_probability=0.3\n" in card
    assert "- `min_probability`: `0.3`\n\n| left out because of | count |" in card
    run_command("corpus", "split", tmp_path / "kept", "-f", "dataset", "-o", tmp_path / "cut", "--seed", 3)
    card = (tmp_path / "cut" / "README.md").read_text(encoding="utf-8")
    assert "--out cut --shares train=0.8,dev=0.1,test=0.1 --seed 3\n" in card
    assert str(tmp_path) not in card
    run_command("corpus", "filter", run, "-f", "dataset", "-o", tmp_path / "kept", "--overwrite")
    assert "## Filters\n\nNone." in (tmp_path / "kept" / "README.md").read_text(encoding="utf-8")


def test_corpus_cli_says_when_the_disk_refuses(run, tmp_path):
    (tmp_path / "file").write_text("no folder")
    result = CliRunner().invoke(app, ["export", str(run), "--format", "tsv", "--out", str(tmp_path / "file" / "x.tsv")])
    assert isinstance(result.exception, AlignError)
    assert "choose another with --out" in str(result.exception)
