"""Runs on a local Dask cluster: the same pairs as one process, whatever happens to the workers."""

import itertools
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from align.errors import RunError
from align.index.plan import flat_neighbours, rescored
from align.match.matcher import Matcher
from align.mine.cluster import merged_neighbours
from align.models import calibration
from align.run.workers.cluster import Cluster
from tests.fakes import DEADLY, HANGING, HashEncoder
from tests.test_run_cli import align, articles, refusals, rows  # noqa: F401  (align is a fixture)

dask = pytest.importorskip("dask", reason="the cluster needs the extra `scale`")
pytest.importorskip("distributed", reason="the cluster needs the extra `scale`")
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # sockets that Dask closes on its own thread, later
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
CALIBRATION = calibration.load(HashEncoder.name, HashEncoder.revision)
FILES = ("documents.jsonl", "tweets.jsonl", "pairs.jsonl", "rejected.jsonl")


@pytest.fixture
def frail(monkeypatch, tmp_path):
    """Workers with the hashing encoder; the folder in which they note that one has died."""
    folder = tmp_path / "deaths"
    folder.mkdir()
    monkeypatch.setenv("ALIGN_TEST_DEATHS", str(folder))
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))
    preload = [str(Path(__file__).with_name("cluster_worker.py"))]
    with dask.config.set({"distributed.worker.preload": preload}):
        yield folder


def make_inputs(tmp_path):
    """A dozen articles, one of them deadly, an empty file, and two files that vie for one id."""
    folder = articles(tmp_path / "in", *(f"n{number:02}" for number in range(12)))
    deadly = folder / "n05.txt"
    deadly.write_text(f"عنوان {DEADLY}\n" + deadly.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "void.txt").write_text("", encoding="utf-8")
    return [folder, articles(tmp_path / "more", "n00")]


def same_files(one, two):
    return [name for name in FILES if sorted(rows(one / name), key=repr) != sorted(rows(two / name), key=repr)]


def test_cluster_gives_what_one_process_gives_though_a_worker_is_killed(tmp_path, align, frail):  # noqa: F811
    inputs = make_inputs(tmp_path)
    assert align("run", *inputs, "-o", tmp_path / "one", "-q")[0] == 0
    code, _, err = align("run", *inputs, "-o", tmp_path / "two", "-q", "--cluster", "local", "--workers", "2")
    assert (code, err) == (0, "")
    assert (frail / "died").exists()
    assert same_files(tmp_path / "one", tmp_path / "two") == []
    assert (tmp_path / "one" / "pairs.jsonl").read_bytes() == (tmp_path / "two" / "pairs.jsonl").read_bytes()


def test_cluster_goes_on_where_one_process_stopped(tmp_path, align, frail):  # noqa: F811
    folder = articles(tmp_path / "in", "a", "b", "c")
    align("run", folder, "-o", tmp_path / "out", "-q", "--limit", "2")
    code, out, _ = align("run", folder, "-o", tmp_path / "out", "--json", "--cluster", "local", "--workers", "1")
    assert code == 0
    assert json.loads(out)["this_run"] == {"given": 3, "aligned": 1, "unchanged": 2, "refused": 0}


def test_cluster_an_article_over_which_every_worker_dies_is_refused_and_costs_no_other(tmp_path, align, frail):  # noqa: F811
    (frail / "always").touch()
    inputs, out = make_inputs(tmp_path), tmp_path / "out"
    code, _, _ = align("run", *inputs, "-o", out, "-q", "--cluster", "local", "--workers", "2")
    assert code == 0
    assert refusals(out) == {"n05.txt": "killed", "void.txt": "empty"}
    assert len(rows(out / "documents.jsonl")) == 12


def test_cluster_an_article_whose_reading_hangs_is_refused_and_costs_no_other(tmp_path, align, frail, monkeypatch):  # noqa: F811
    monkeypatch.setattr("align.run.workers.cluster._DEATHS", 0)
    folder, out, config = articles(tmp_path / "in", "a", "b", "c"), tmp_path / "out", tmp_path / "align.toml"
    hung = folder / "b.txt"
    hung.write_text(f"عنوان {HANGING}\n" + hung.read_text(encoding="utf-8"), encoding="utf-8")
    config.write_text("[read]\nmax_seconds = 3\n", encoding="utf-8")
    code, _, _ = align("run", folder, "-o", out, "-q", "--config", config, "--cluster", "local", "--workers", "1")
    assert code == 0
    assert refusals(out) == {"b.txt": "killed"}
    assert [row["doc_id"] for row in rows(out / "documents.jsonl")] == ["a", "c"]


def test_cluster_that_does_not_answer_is_one_clear_error(tmp_path, align, monkeypatch):  # noqa: F811
    monkeypatch.setattr("align.run.workers.cluster._CONNECT_SECONDS", 0.5)
    folder = articles(tmp_path / "in", "a")
    code, _, err = align("run", folder, "-o", tmp_path / "out", "-q", "--cluster", "tcp://127.0.0.1:9")
    assert code == 2
    assert "no Dask scheduler answers at tcp://127.0.0.1:9" in err
    assert not (tmp_path / "out").exists()


class NeverDone:
    def done(self):
        return False

    def exception(self, timeout):
        raise TimeoutError


class Deserted:
    def nthreads(self):
        return {}


def test_cluster_of_this_machine_without_a_worker_is_an_error_and_not_a_wait_for_ever():
    with pytest.raises(RunError, match="no worker process is left"):
        Cluster(Deserted(), "local").result(NeverDone())
    with pytest.raises(RunError, match="no worker process is left"):
        Cluster(Deserted(), "local").settle([NeverDone()])


def test_cluster_workers_of_another_cluster_are_not_ours_to_count(tmp_path, align):  # noqa: F811
    code, _, err = align("run", tmp_path, "-o", tmp_path / "out", "--cluster", "tcp://h:1", "--workers", "2")
    assert code == 2
    assert "--workers needs --cluster local" in " ".join(err.split())


def test_cluster_is_imported_only_when_asked_for():
    code = "import sys; import align.cli, align.run.loop, align.run.session; sys.exit('dask' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_cluster_mines_what_one_process_mines_though_a_worker_is_killed(tmp_path, align, frail, monkeypatch):  # noqa: F811
    monkeypatch.setattr("align.match.matcher.open_matcher", lambda settings: Matcher(HashEncoder(), CALIBRATION))
    monkeypatch.setattr("align.mine.cluster._SHARD_VECTORS", 30)  # several shards, and pieces of texts and queries
    monkeypatch.setattr("align.mine.cluster._QUERIES_PER_PIECE", 40)
    monkeypatch.setattr("align.mine.work._TEXTS_PER_PIECE", 25)
    monkeypatch.setattr("align.mine.candidates._LINKED_AT_ONCE", 64)
    shared = "river garden bridge market teacher window harbour letter station doctor".split()
    names = [f"{a} {b} {n}" for n, (a, b) in enumerate(itertools.product(shared, shared))]
    (tmp_path / "en.txt").write_text("\n".join(names), encoding="utf-8")
    arabic = [f"{name} و" if n != 50 else f"{name} {DEADLY}" for n, name in enumerate(names[20:])]
    (tmp_path / "ar.txt").write_text("\n".join(arabic), encoding="utf-8")
    mine = ["mine", tmp_path / "en.txt", tmp_path / "ar.txt", "--threshold", "0", "--near", "1", "-q", "-o"]
    assert align(*mine, tmp_path / "one")[0] == 0
    assert align(*mine, tmp_path / "two", "--cluster", "local", "--workers", "2")[0] == 0
    assert (frail / "died").exists()
    one, two = ((tmp_path / name / "pairs.jsonl").read_text(encoding="utf-8") for name in ("one", "two"))
    assert len(one.splitlines()) > 50
    assert one == two


def test_cluster_shards_merge_to_what_one_index_finds():
    rng = np.random.default_rng(4)
    base, queries = (rng.standard_normal((n, 8)).astype(np.float32) for n in (90, 20))
    base[40:60] = base[:20]  # ties
    whole = rescored(flat_neighbours(queries, base, 4), queries, base)
    parts = [flat_neighbours(queries, base[at : at + 30], 4) for at in (0, 30, 60)]
    moved = [part._replace(rows=part.rows + at) for at, part in zip((0, 30, 60), parts, strict=True)]
    merged = rescored(merged_neighbours(merged_neighbours(*moved[:2]), moved[2]), queries, base)
    assert np.array_equal(whole.cosines, merged.cosines)
    untied = np.ones_like(whole.rows, bool)
    untied[:, -1] = False  # where the last place is a tie, either row is right
    assert np.array_equal(whole.rows[untied], merged.rows[untied])
    few = flat_neighbours(queries, base[:2], 4)
    assert np.array_equal(merged_neighbours(few, parts[0]).rows[:, :2] >= 0, np.ones((20, 2), bool))
