"""`align review` without its page: export, stats, recalibrate, and the errors that a user can cause."""

import json
import random
import socket
import subprocess
import sys
import uuid

import numpy as np
import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from align.cli.app import app
from align.errors import ModelError, StoreError
from align.models import calibration
from align.review.opening import open_review
from align.review.recalibration import Judged, Losses, Recalibration, losses, recalibrate, write_weights
from align.review.serve import serve
from align.store.decide import Change, apply_change
from align.store.reviewers import add_reviewer
from align.store.schema import Pair
from tests.review.data import make_run


@pytest.fixture
def decided(tmp_path):
    """A run of 180 pairs, 120 of them decided: right in one of three cases, whatever their probability says."""
    run = make_run(tmp_path / "run", 60)
    store = open_review([run], None)
    mona = add_reviewer(store, "Mona")
    with store.reading() as session:
        pairs = session.scalars(select(Pair.id).order_by(Pair.id)).all()
    for number, pair in enumerate(pairs[:120]):
        choice = "reject" if number % 3 else "accept"
        apply_change(store, mona, Change(uuid.uuid4().hex, pair, 0, {"choice": choice}))
    store.close()
    return run


def run_command(*arguments):
    return CliRunner().invoke(app, ["review", *map(str, arguments)])


def test_cli_export_writes_accepted_pairs_and_every_decision(decided, tmp_path):
    out, decisions = tmp_path / "accepted.jsonl", tmp_path / "decisions.jsonl"
    result = run_command("export", decided, "--out", out, "--decisions", decisions)
    assert result.output == f"120 decisions in {decisions}\n40 of 40 pairs written to {out}\n"
    row = json.loads(out.read_text(encoding="utf-8").splitlines()[0])
    assert (row["extra"]["review"]["by"], row["extra"]["review"]["said"]) == (["Mona"], ["accept"])
    assert row["author"] in ("Lina Haddour", "Omar Beltane", "Nadia Kessab")


def test_cli_stats_says_precision_with_its_interval(decided):
    result = run_command("stats", decided)
    assert "120 of 180 pairs decided, 0 disputed and not settled" in result.output
    assert "precision: 33.3% [25.5%, 42.2%] (40/120)" in result.output
    as_json = json.loads(run_command("stats", decided, "--json").output)
    assert as_json["precision"]["of"] == 120
    assert as_json["agreement"]["pairs"] == 0


def test_cli_recalibrate_shows_the_fit_out_of_fold(decided):
    shown = run_command("recalibrate", decided)
    assert "120 decisions" in shown.output
    assert "refitted, out of fold" in shown.output


def test_recalibration_writes_weights_that_keep_the_same_pairs(tmp_path, monkeypatch):
    linear = {"cosine": 2.0, "constant": -1.0}
    bundled = {
        **{name: [0.0] for name in calibration.MEANS}, **dict.fromkeys(calibration.MODELS, linear), "model": "m",
        "revision": "0", "threshold": 0.5, "precision": [[0.5, 0.9], [0.8, 0.95]], "signature": "weights",
    }  # fmt: skip
    (tmp_path / "bundled.json").write_text(json.dumps(bundled))
    monkeypatch.setattr("align.review.recalibration.data_path", lambda *parts: tmp_path / "bundled.json")
    worse, better = Losses(0.1, 0.31, 0.01), Losses(0.1, 0.30, 0.01)
    with pytest.raises(StoreError, match="nothing was written"):
        write_weights(Recalibration(80, 0.5, -1, better, worse), tmp_path / "w.json")
    write_weights(Recalibration(80, 0.5, -1, worse, better), tmp_path / "w.json")
    loaded = calibration.load("m", "0", str(tmp_path / "w.json"))
    old = calibration.LinearModel.of_row(linear)
    cosines = {"cosine": np.array([0.1, 0.5, 0.9])}
    assert loaded.context.score(cosines) == pytest.approx(0.5 * old.score(cosines) - 1)
    assert loaded.threshold == pytest.approx(1 / (1 + np.exp(1)))
    assert loaded.threshold_for(0.95) == pytest.approx(1 / (1 + np.exp(-(0.5 * np.log(4) - 1))))
    assert loaded.signature == "weights+review:80:0.500:-1.000"
    with pytest.raises(ModelError, match=r"name another file in \[match\] weights"):
        calibration.load("m", "0", str(tmp_path / "none.json"))


def test_recalibration_finds_the_logits_that_made_the_decisions():
    chance = random.Random(3)
    judged = []
    for number in range(4000):
        logit = chance.uniform(-4, 4)
        truth = 1 / (1 + 2.718281828 ** -(0.5 * logit - 1))  # what a tool that is too sure of itself would be worth
        judged.append(Judged(f"d{number % 200}", 1 / (1 + 2.718281828**-logit), chance.random() < truth))
    result = recalibrate(judged)
    assert (result.slope, result.offset) == (pytest.approx(0.5, abs=0.06), pytest.approx(-1, abs=0.12))
    assert result.after.calibration_error < 0.03 < result.before.calibration_error


def test_recalibration_needs_decisions_of_both_kinds():
    with pytest.raises(StoreError, match="50 or more"):
        recalibrate([Judged("d", 0.5, True)] * 60)


def test_recalibration_losses_worked_by_hand():
    found = losses(np.array([0.8, 0.4]), np.array([1.0, 0.0]))
    assert found.brier == pytest.approx((0.04 + 0.16) / 2)
    assert found.calibration_error == pytest.approx((0.2 + 0.4) / 2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["stats"], "name one, or --store"),
        (["stats", "nowhere"], "there is no nowhere"),
        (["stats", "nowhere.sqlite"], "--store FILE makes a new one"),
        (["serve", "--host", "0.0.0.0", "nowhere"], "expected --token SECRET"),
        (["stats", "--store", "postgresql://nobody@127.0.0.1:1/none"], "expected a SQLite file of a review or a"),
    ],
)
def test_cli_an_error_is_one_line_that_says_what_to_do(arguments, message):
    done = subprocess.run(
        [sys.executable, "-m", "align", "review", *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert message in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_serve_a_port_that_is_taken_is_one_clear_error(sqlite_store):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StoreError, match=f"cannot listen on 127.0.0.1, port {port}: .*choose another --port"):
            serve(sqlite_store, "127.0.0.1", port, None, lambda links: None)


def test_cli_the_review_never_loads_the_encoder():
    program = (
        "import sys, align.review.serve, align.review.opening, align.review.figures, align.store.load\n"
        "print(sorted({'torch', 'transformers', 'faiss', 'sentence_transformers'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
