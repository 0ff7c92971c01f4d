"""The dataset folder in the tools that people load it with, offline."""

import os
import subprocess
import sys

import pytest

from align.pairs.corpus.card import CardFacts
from align.pairs.corpus.publish import Target, export_pairs
from align.pairs.export.formats import ExportFormat
from align.pairs.export.row import PairRow

_LOAD = """
import sys
from datasets import load_dataset
loaded = load_dataset(sys.argv[1])
print({name: len(split) for name, split in sorted(loaded.items())})
row = loaded["train"][0]
print(row["pair_id"], row["ar"], row["probability"], row["findings"][0]["code"])
print(loaded["train"].features["ar_start"].dtype, loaded["train"].features["probability"].dtype)
"""


def folder(path, count=30):
    splits = ("train", "train", "dev", "test")
    rows = [
        PairRow(
            f"p{n}",
            f"The {n}th bridge opens.",
            f"يفتح الجسر رقم {n}.",
            probability=n / 100,
            outlet="صحيفة.example" if n % 2 else "a|b.example",
            split=splits[n % 4],
            ar_start=n,
            findings=({"code": "number.scale", "severity": "error", "message": f"{n}", "detail": {"n": n}},),
        )
        for n in range(count)
    ]
    facts = CardFacts('Bridges: "ours" & #1', licence="cc-by-4.0", signatures=("model:x|v:1",), review=("decided: 3",))
    export_pairs(iter(rows), Target(path, ExportFormat.DATASET, facts=facts))
    return path


@pytest.mark.slow
def test_dataset_loads_offline_with_its_splits_and_types(tmp_path):
    pytest.importorskip("datasets", reason="datasets is not installed (the dev extra)")
    home = {"HF_HOME": str(tmp_path / "home"), "HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", _LOAD, folder(tmp_path / "bridges")],
        capture_output=True, text=True, check=False, env=os.environ | home,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.splitlines()[-3:] == [
        "{'dev': 7, 'test': 7, 'train': 16}",
        "p0 يفتح الجسر رقم 0. 0.0 number.scale",
        "int64 float64",
    ]


def test_dataset_is_one_table_for_duckdb_and_pyarrow(tmp_path):
    import duckdb
    import pyarrow.dataset as ds

    from align.pairs.export.parquet import schema

    path = folder(tmp_path / "bridges")
    found = duckdb.sql(
        f"select count(*), sum((findings[1].detail::json->>'n')::int) from '{path}/data/*.parquet'"
    ).fetchall()
    assert found == [(30, sum(range(30)))]
    table = ds.dataset(path / "data", format="parquet")
    assert table.schema.equals(schema())
    assert table.count_rows() == 30


def test_dataset_card_has_a_header_of_yaml_and_names_what_it_was_made_from(tmp_path):
    text = (folder(tmp_path / "bridges") / "README.md").read_text(encoding="utf-8")
    _, header, body = text.split("---\n", 2)
    lines = dict(line.split(": ", 1) for line in header.splitlines())
    assert lines["pretty_name"] == '"Bridges: \\"ours\\" & #1"'
    assert '{"split": "dev", "path": "data/dev-*.parquet"}' in lines["configs"]
    assert "- signature: `model:x|v:1`" in body
    assert "## Review\n\n- decided: 3" in body
    assert "| a\\|b.example | 15 |" in body
    assert "![Probability](probability.svg)" in body
    assert b"<svg" in (tmp_path / "bridges" / "probability.svg").read_bytes()
