"""Search by size, and the index on disk. Vectors are made; the encoder is a double."""

import json

import numpy as np
import pytest

from align.errors import IndexError_
from align.index import lists
from align.index.blocked import neighbours_both_ways, neighbours_of
from align.index.flat import FlatIndex
from align.index.folder import IndexFolder
from align.index.lists import ListIndex
from align.index.plan import Method, plan_search
from align.index.products import FloatProducts, WholeProducts, margin
from tests.fakes import HashEncoder

NO_MEANS = {"en": np.zeros(0, np.float32), "ar": np.zeros(0, np.float32)}


def unit(rows):
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def clustered(n, seed=0, dim=32):
    rng = np.random.default_rng(seed)
    centres = np.random.default_rng(7).standard_normal((60, dim))
    return unit(centres[rng.integers(0, 60, n)] + 0.5 * rng.standard_normal((n, dim)))


@pytest.fixture(params=["fp32", "whole numbers"])
def small_tiles(request, monkeypatch):
    if request.param == "whole numbers":
        pytest.importorskip("onnxruntime")
    way = FloatProducts() if request.param == "fp32" else WholeProducts(2)
    monkeypatch.setattr("align.index.blocked._ROWS", 70)
    monkeypatch.setattr("align.index.blocked._COLUMNS", 90)
    monkeypatch.setattr("align.index.blocked._HELD", 3)
    monkeypatch.setattr("align.index.blocked._FEW", 0)
    monkeypatch.setattr("align.index.blocked.products_here", lambda: way)


def one_by_one(queries, base, k):
    """The k best of each row, of equal ones the lower row, without any product of matrices."""
    cosines = np.array([np.einsum("d,nd->n", query, base) for query in queries])
    rows = np.argsort(-cosines, axis=1, kind="stable")[:, :k]
    return np.take_along_axis(cosines, rows, 1), rows


def test_index_blocked_search_gives_what_exact_search_gives(small_tiles):
    english, arabic = clustered(300), clustered(410, seed=1)
    forward, backward = neighbours_both_ways(english, arabic, 5)
    for found, queries, base in ((forward, english, arabic), (backward, arabic, english)):
        cosines, rows = FlatIndex(base).search_top_k(queries, 5)
        assert (found.rows == rows).all()
        assert np.allclose(found.cosines, cosines, atol=1e-6)
    assert (neighbours_of(english, arabic, 5).rows == forward.rows).all()


@pytest.mark.parametrize("k", [1, 4, 64, 100])
def test_index_blocked_search_finds_equal_and_nearly_equal_rows_lower_row_first(small_tiles, k):
    rng = np.random.default_rng(5)
    few = clustered(6, dim=24)
    near = unit(few[rng.integers(0, 6, 150)] + 1e-4 * rng.standard_normal((150, 24)))
    base = np.concatenate([few[rng.integers(0, 6, 150)], near, np.zeros((3, 24), np.float32), np.eye(24)[:7]])
    base, queries = base.astype(np.float32), np.concatenate([few, np.zeros((1, 24), np.float32), near[:80]])
    cosines, rows = one_by_one(queries, base, k)
    forward, backward = neighbours_both_ways(queries, base, k)
    assert np.allclose(forward.cosines, cosines, atol=1e-6)
    away = np.abs(np.take_along_axis(queries @ base.T, forward.rows, 1) - cosines)
    assert away.max() < 1e-6  # rows of one cosine up to its last bits may stand in another order
    assert (forward.rows[:6, 0] == rows[:6, 0]).all()
    wanted, _ = one_by_one(base, queries, k)
    assert np.allclose(backward.cosines[:, : wanted.shape[1]], wanted, atol=1e-6)


def test_index_blocked_search_refuses_vectors_that_are_no_numbers(small_tiles):
    base = clustered(100)
    base[40, 3] = np.nan
    with pytest.raises(IndexError_, match="found NaN or infinity"):
        neighbours_of(clustered(20, seed=1), base, 2)


@pytest.mark.parametrize("scale", [1.0, 0.02])
@pytest.mark.parametrize("seed", range(5))
def test_index_whole_number_products_keep_their_margin(seed, scale):
    pytest.importorskip("onnxruntime")
    rng = np.random.default_rng(seed)
    left, right = (unit(rng.standard_normal((60, 384)) ** (2 * seed + 1)) * np.float32(scale) for _ in range(2))
    right[:20] = left[:20]
    left[3], right[4] = 0, 0
    way = WholeProducts(1)
    queries, base = way.queries(left), way.base(right)
    products = way.multiply(queries, base) * (queries.step * base.step)
    assert np.abs(products - left.astype(np.float64) @ right.T).max() <= margin(queries, base)
    assert margin(queries, base) < 0.3 * scale**2 + 1e-4


def test_index_blocked_search_says_where_too_few_rows_exist():
    found = neighbours_of(clustered(4), clustered(2, seed=1), 3)
    assert (found.rows[:, 2] == -1).all() and np.isneginf(found.cosines[:, 2]).all()
    assert (found.rows[:, :2] >= 0).all()


def test_index_lists_on_disk_in_several_files_give_exact_cosines(tmp_path, monkeypatch):
    monkeypatch.setattr(lists, "_SHARD", 900)
    monkeypatch.setattr(lists, "_CHUNK", 250)
    base, queries = clustered(2000), clustered(100, seed=3)
    names = ListIndex.write_shards(base, tmp_path, 16)
    assert len(names) == 3
    index = ListIndex.open([tmp_path / name for name in names])
    every = index.search_top_k(queries, 4, probes=16)
    exact = neighbours_of(queries, base, 4)
    assert (every.rows == exact.rows).all()
    some = index.search_top_k(queries, 1, probes=2)
    assert (some.rows[:, 0] == exact.rows[:, 0]).mean() > 0.7
    there = np.arange(len(queries))[some.rows[:, 0] >= 0]
    assert np.allclose(some.cosines[there, 0], (queries[there] * base[some.rows[there, 0]]).sum(1), atol=1e-5)


def test_index_lists_grow_by_a_file_and_number_rows_on(tmp_path):
    base = clustered(1000)
    names = ListIndex.write_shards(base[:800], tmp_path, 8)
    names += ListIndex.open([tmp_path / n for n in names]).write_more(base[800:], tmp_path, len(names))
    index = ListIndex.open([tmp_path / n for n in names])
    assert len(index) == 1000
    assert index.search_top_k(base[900:903], 1, probes=8).rows[:, 0].tolist() == [900, 901, 902]


def test_index_plan_is_exact_for_small_and_lists_for_large():
    assert plan_search(500, 500, 384).method is Method.FLAT
    assert plan_search(5_000, 5_000, 384).method is Method.FLAT
    assert plan_search(20_000, 20_000, 384).method is Method.BLOCKED
    large = plan_search(1_000_000, 1_000_000, 384)
    assert large.method is Method.LISTS and large.expected_recall < 1 and large.probes < large.lists
    assert plan_search(1_000_000, 1_000_000, 384, exact=True).method is Method.BLOCKED
    assert "recall" in large.describe() and "MB" in large.describe()


def folder_with(path, sentences, encoder=None):
    encoder = encoder or HashEncoder()
    folder = IndexFolder.create(path, encoder)
    folder.append("en", [{"sentence": s} for s in sentences], encoder.encode(sentences))
    folder.finish(NO_MEANS, posts=len(sentences))
    return folder


SENTENCES = [f"The bridge number {n} opens on day {n * 7}" for n in range(30)]


def test_index_folder_opens_as_it_was_written_and_finds_its_rows(tmp_path):
    folder_with(tmp_path, SENTENCES)
    folder = IndexFolder.open(tmp_path, HashEncoder())
    query = folder.shelves["en"].vectors()[11:12] - folder.mean("en")
    found = folder.search_top_k("en", unit(query), 1)
    assert found.rows[0, 0] == 11 and found.cosines[0, 0] == pytest.approx(1, abs=1e-5)
    assert folder.shelves["en"].row(11) == {"sentence": SENTENCES[11]}
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert manifest["model"] == "hash" and manifest["languages"]["en"]["search"]["expected_recall"] == 1


def test_index_folder_of_another_model_is_refused_with_both_names(tmp_path):
    folder_with(tmp_path, SENTENCES)
    other = HashEncoder()
    other.revision = "2"
    with pytest.raises(IndexError_, match=r"built with the model hash \(1\), this is hash \(2\)"):
        IndexFolder.open(tmp_path, other)


def test_index_folder_forgets_an_addition_that_was_cut_off(tmp_path):
    encoder = HashEncoder()
    folder_with(tmp_path, SENTENCES)
    IndexFolder.open(tmp_path).append("en", [{"sentence": "lost"}], encoder.encode(["lost"]))
    folder = IndexFolder.open(tmp_path)
    assert folder.shelves["en"].count == len(SENTENCES)
    folder.append("en", [{"sentence": "kept"}], encoder.encode(["kept"]))
    folder.finish(NO_MEANS, posts=1)
    rows = [row["sentence"] for row in IndexFolder.open(tmp_path).shelves["en"].all_rows()]
    assert rows == [*SENTENCES, "kept"]


def test_index_folder_with_a_cut_file_says_so(tmp_path):
    folder_with(tmp_path, SENTENCES)
    (tmp_path / "en" / "vectors.f32").write_bytes(b"\0" * 100)
    with pytest.raises(IndexError_, match="expected 30 vectors"):
        IndexFolder.open(tmp_path).search_top_k("en", np.zeros((1, 32), np.float32), 1)


def test_index_folder_grows_from_exact_to_lists(tmp_path, monkeypatch):
    folder_with(tmp_path, SENTENCES)
    monkeypatch.setattr("align.index.plan._LISTS_FROM", 1)
    monkeypatch.setattr("align.index.plan._LISTS_LEAST", 100)
    encoder = HashEncoder()
    more = [f"Item {n} was sold for {n * 3} coins" for n in range(300)]
    folder = IndexFolder.open(tmp_path)
    folder.append("en", [{"sentence": s} for s in more], encoder.encode(more))
    folder.finish(NO_MEANS, posts=300)
    folder = IndexFolder.open(tmp_path)
    assert folder.plan("en").method is Method.LISTS
    query = folder.shelves["en"].vectors()[200:201] - folder.mean("en")
    assert folder.search_top_k("en", unit(query), 1).rows[0, 0] == 200
    assert folder.search_top_k("en", unit(query), 1, exact=True).rows[0, 0] == 200
