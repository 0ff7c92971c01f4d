"""Reviewed pairs as a corpus: the store is a source like any other, and an imported corpus comes back as it was."""

import json
import sqlite3
import uuid

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from align.cli.app import app
from align.errors import StoreError
from align.pairs.corpus.reviewed import accepted_pairs, read_store
from align.pairs.export.formats import ExportFormat, write_pairs
from align.pairs.export.row import PairRow, record_of
from align.pairs.reading import read_pairs
from align.review.opening import open_review
from align.store.decide import Change, apply_change
from align.store.load import set_overlap
from align.store.reviewers import add_reviewer
from align.store.schema import Pair


def decide(store, reviewer, pair, **changes):
    return apply_change(store, reviewer, Change(uuid.uuid4().hex, pair, 0, changes))


def pair_ids(store):
    with store.reading() as session:
        return session.scalars(select(Pair.id).order_by(Pair.id)).all()


def run_command(*arguments):
    result = CliRunner().invoke(app, list(map(str, arguments)))
    assert result.exit_code == 0, (result.output, result.exception)
    return result.output


def piece_of(store, pair, **changes):
    with store.reading() as session:
        row = session.get_one(Pair, pair).row
    return {name: row[name] for name in ("en_start", "en_end", "ar_start", "ar_end", "en", "ar")} | changes


def test_export_accepted_pairs_have_their_origin_and_who_decided(store, run_directory):
    set_overlap(store, 1.0)
    mona, sami = add_reviewer(store, "Mona"), add_reviewer(store, "Sami")
    first, second, third, *_ = pair_ids(store)
    for reviewer in (mona, sami):
        decide(store, reviewer, first, choice="accept")
        decide(store, reviewer, second, choice="accept" if reviewer == mona else "reject")
    decide(store, mona, third, choice="accept", pieces=[piece_of(store, third, en="Corrected words", ar="نص مصحح")])
    one, two = accepted_pairs(store)
    proposed = next(read_pairs(run_directory / "pairs.jsonl", ExportFormat.JSONL))
    assert (one.pair_id, one.en, one.probability) == (proposed.pair_id, proposed.en, proposed.probability)
    assert (one.outlet, one.author, one.published) == ("sahel-news.example", "Lina Haddour", "2024-03-05")
    assert (one.tweet_en_start, one.tweet_en_end) == (0, len(one.en))
    assert (one.extra["review"]["by"], one.extra["review"]["said"]) == (["Mona", "Sami"], ["accept", "accept"])
    assert (two.en, two.ar, two.tweet_en_start) == ("Corrected words", "نص مصحح", None)
    assert two.extra["review"]["is_corrected"]


@pytest.mark.parametrize("form", [ExportFormat.JSONL, ExportFormat.TMX, ExportFormat.PARQUET, ExportFormat.DATASET])
def test_export_of_a_review_and_of_its_store_are_the_same_in_any_format(sqlite_store, tmp_path, form):
    mona = add_reviewer(sqlite_store, "Mona")
    for pair in pair_ids(sqlite_store)[:6]:
        decide(sqlite_store, mona, pair, choice="accept")
    sqlite_store.close()
    outs = [tmp_path / name / "corpus" for name in ("one", "two")]
    run_command("review", "export", tmp_path / "review.sqlite", "--format", form, "--out", outs[0])
    run_command("export", tmp_path / "review.sqlite", "--format", form, "--out", outs[1])
    assert list(read_pairs(outs[0], form)) == list(read_pairs(outs[1], form))
    assert len(list(read_pairs(outs[0], form))) == 6
    if form is ExportFormat.DATASET:
        card = (outs[1] / "README.md").read_text(encoding="utf-8")
        assert "- accepted, of accepted and rejected: 6 of 6" in card
        assert "- signature: `model:test|v:1`" in card


def test_export_a_store_on_postgresql_is_a_source(postgres_address, run_directory, tmp_path):
    store = open_review([run_directory], postgres_address)
    decide(store, add_reviewer(store, "Mona"), pair_ids(store)[0], choice="accept")
    store.close()
    said = run_command("export", run_directory, postgres_address, "--out", tmp_path / "c.jsonl")
    assert said.startswith("13 of 13 pairs written")


def test_export_a_file_that_is_no_store_is_refused_and_left_as_it_is(tmp_path):
    path = tmp_path / "other.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE birds (name)")
    connection.commit()
    connection.close()
    with pytest.raises(StoreError, match="found another database"):
        list(read_store(path))
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("birds",)]
    connection.close()


ROWS = [
    PairRow(
        "mine-1",
        "The bridge opens on Monday.",
        "يفتح الجسر يوم الاثنين.",
        title="الجسر",
        outlet="ours.example",
        tweet_id="1765000000000000001",
        author="Nadia Kessab",
        doc_id="d/1",
        ar_start=100,
        ar_end=123,
        en_start=10,
        en_end=37,
        findings=({"code": "date.weekday", "severity": "error", "message": "m", "en_start": 30, "en_end": 36,
                   "ar_start": 115, "ar_end": 122, "message_ar": "م", "detail": {}},),
        extra={"links": [[0, 3, 0, 4, 0.5]]},
    ),
    PairRow("mine-2", "=Nobody pays.", "لا أحد يدفع.", probability=0.0, verdict="faithful"),
]  # fmt: skip


@pytest.mark.parametrize("form", [ExportFormat.JSONL, ExportFormat.TSV])
def test_export_an_imported_corpus_comes_back_as_it_was(tmp_path, form):
    path = tmp_path / f"corpus.{form}"
    write_pairs(ROWS, path, form)
    store = open_review([path], None)
    mona = add_reviewer(store, "Mona")
    first, second = pair_ids(store)
    with store.reading() as session:
        row = session.get_one(Pair, first).row
        assert row["en"][row["findings"][0]["en_start"] : row["findings"][0]["en_end"]] == "Monday"
        assert row["links"] == [[0, 3, 0, 4, 0.5]]
    decide(store, mona, first, choice="accept")
    decide(store, mona, second, choice="accept")
    back = [record_of(one) for one in accepted_pairs(store)]
    for record in back:
        assert record["extra"].pop("review")["by"] == ["Mona"]
    assert back == [record_of(one) for one in ROWS]
    store.close()


def test_export_a_corrected_pair_of_an_imported_corpus_has_no_places(tmp_path):
    write_pairs(ROWS, tmp_path / "corpus.jsonl", ExportFormat.JSONL)
    store = open_review([tmp_path / "corpus.jsonl"], None)
    first = pair_ids(store)[0]
    whole = {name: value for name, value in piece_of(store, first).items() if "_" in name}
    cut = whole["en_start"] + len("The bridge")
    pieces = [{**whole, "en_end": cut}, {**whole, "en_start": cut}]
    decide(store, add_reviewer(store, "Mona"), first, choice="accept", pieces=pieces)
    found = [(one.pair_id, one.en, one.en_start, one.doc_id) for one in accepted_pairs(store)]
    assert found == [("mine-1.0", "The bridge", None, "d/1"), ("mine-1.1", "opens on Monday.", None, "d/1")]
    store.close()


def test_export_a_corpus_without_texts_cannot_be_reviewed(tmp_path):
    (tmp_path / "dry.jsonl").write_text(json.dumps({"en": "", "ar": "نص"}) + "\n", encoding="utf-8")
    with pytest.raises(StoreError, match="dry.jsonl:1: expected the texts `en` and `ar`"):
        open_review([tmp_path / "dry.jsonl"], None)
