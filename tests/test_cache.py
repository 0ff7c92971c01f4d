"""The vector cache gives what the encoder would give, or nothing."""

import json
import multiprocessing
import sqlite3

import numpy as np
import pytest
from typer.testing import CliRunner

from align.cli.app import app
from align.embed import cache as module
from align.embed.cache import CachedEncoder, VectorCache
from tests.fakes import HashEncoder

TEXTS = ["one two", "ثلاثة أربعة", "", "one two"]


class Counting(HashEncoder):
    def __init__(self):
        super().__init__()
        self.asked = []

    def encode(self, texts):
        self.asked += texts
        return super().encode(texts)

    def encode_words(self, texts):
        self.asked += texts
        return super().encode_words(texts)


def cached(directory, limit=10**9):
    inner = Counting()
    return CachedEncoder(inner, VectorCache(directory, limit)), inner


def same_words(left, right):
    for mine, theirs in zip(left, right, strict=True):
        assert mine.words == theirs.words
        np.testing.assert_array_equal(mine.vectors, theirs.vectors)
        np.testing.assert_array_equal(mine.sums, theirs.sums)


def test_cache_the_second_process_computes_nothing_and_says_the_same(tmp_path):
    first, inner = cached(tmp_path)
    vectors, word_vectors = first.encode(TEXTS), first.encode_words(TEXTS)
    assert len(inner.asked) > 0
    second, inner = cached(tmp_path)
    np.testing.assert_array_equal(second.encode(TEXTS), vectors)
    same_words(second.encode_words(TEXTS), word_vectors)
    assert inner.asked == []
    np.testing.assert_array_equal(vectors, HashEncoder().encode(TEXTS))


def test_cache_a_repeated_text_is_asked_for_once(tmp_path):
    encoder, inner = cached(tmp_path)
    encoder.encode(TEXTS)
    # (the double's `encode` goes through its own `encode_words`)
    assert inner.asked[:3] == TEXTS[:3]


def test_cache_an_entry_that_was_damaged_is_computed_again(tmp_path):
    encoder, _ = cached(tmp_path)
    vectors = encoder.encode(TEXTS)
    with sqlite3.connect(encoder._cache.path) as connection:
        connection.execute("UPDATE entries SET data = zeroblob(size)")
    connection.close()
    again, inner = cached(tmp_path)
    np.testing.assert_array_equal(again.encode(TEXTS), vectors)
    assert inner.asked
    third, inner = cached(tmp_path)
    np.testing.assert_array_equal(third.encode(TEXTS), vectors)
    assert inner.asked == []


@pytest.mark.parametrize("damage", [b"no database at all" * 100, b""])
def test_cache_a_file_that_is_no_database_is_begun_anew(tmp_path, damage):
    encoder, _ = cached(tmp_path)
    vectors = encoder.encode(TEXTS)
    encoder._cache.close()
    for path in tmp_path.iterdir():
        path.write_bytes(damage)
    looking = VectorCache(tmp_path, 10**9)
    assert looking.info().entries == 0
    looking.close()
    for path in tmp_path.iterdir():
        path.write_bytes(damage)
    again, _ = cached(tmp_path)
    np.testing.assert_array_equal(again.encode(TEXTS), vectors)
    np.testing.assert_array_equal(again.encode(TEXTS), vectors)
    third, inner = cached(tmp_path)
    third.encode(TEXTS)
    assert inner.asked == []


def test_cache_that_cannot_be_written_is_done_without(tmp_path):
    (tmp_path / "file").write_text("")
    encoder, inner = cached(tmp_path / "file" / "below")
    np.testing.assert_array_equal(encoder.encode(TEXTS), HashEncoder().encode(TEXTS))
    assert inner.asked


def test_cache_holds_apart_what_another_model_or_precision_said(tmp_path):
    encoder, _ = cached(tmp_path)
    encoder.encode(TEXTS)
    other = Counting()
    other.revision = "2"
    CachedEncoder(other, VectorCache(tmp_path, 10**9)).encode(TEXTS)
    assert other.asked
    assert len(VectorCache(tmp_path, 10**9).info().by_space) == 2


def test_cache_words_that_are_split_otherwise_now_are_computed_again(tmp_path, monkeypatch):
    encoder, _ = cached(tmp_path)
    encoder.encode_words(["one two"])
    monkeypatch.setattr(module, "words", lambda text: ())
    again, inner = cached(tmp_path)
    again.encode_words(["one two"])
    assert inner.asked == ["one two"]


def test_cache_stays_within_its_bound_and_keeps_what_was_used_today(tmp_path):
    encoder, _ = cached(tmp_path, limit=4000)
    texts = [f"text {number}" for number in range(200)]
    for text in texts:
        encoder.encode([text])
    info = encoder._cache.info()
    assert 0 < sum(size for _, size in info.by_space.values()) <= 4000
    again, inner = cached(tmp_path, limit=4000)
    again.encode(texts[:5])
    assert inner.asked == []


def test_cache_gives_up_what_was_not_used_for_longest(tmp_path, monkeypatch):
    encoder, _ = cached(tmp_path, limit=4000)
    monkeypatch.setattr(module, "_today", lambda: 1)
    for number in range(200):
        encoder.encode([f"old {number}"])
    monkeypatch.setattr(module, "_today", lambda: 2)
    later, _ = cached(tmp_path, limit=4000)
    later.encode(["new"])
    again, inner = cached(tmp_path, limit=4000)
    again.encode(["new"])
    assert inner.asked == []
    assert again._cache.prune(200) > 0
    again.encode(["new"])
    assert inner.asked == []
    assert again._cache.prune(0) > 0
    assert again._cache.info().entries == 0


def write_and_read(directory, start):
    encoder, _ = cached(directory)
    for number in range(start, start + 60):
        texts = [f"text {number}", "shared"]
        np.testing.assert_array_equal(encoder.encode(texts), HashEncoder().encode(texts))


def test_cache_several_processes_write_at_once(tmp_path):
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=write_and_read, args=(tmp_path, start)) for start in (0, 30, 60)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    assert VectorCache(tmp_path, 10**9).info().entries == 121


@pytest.fixture
def align_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("ALIGN_CACHE", str(tmp_path))

    def run(*arguments):
        result = CliRunner().invoke(app, ["cache", *arguments])
        assert result.exit_code == 0, result.output
        return result.output

    return run


def test_cache_info_and_prune_say_what_is_held_and_dropped(tmp_path, align_cache):
    path = tmp_path / "vectors" / "vectors-v1.sqlite"
    assert align_cache("info") == f"{path}: 0 entries, 0.0 MB on disk\n"
    assert align_cache("prune") == "dropped 0.0 MB\n"
    encoder, _ = cached(tmp_path / "vectors")
    encoder.encode(["one", "two"])
    encoder._cache.close()
    facts = json.loads(align_cache("info", "--json"))
    assert facts["path"] == str(path)
    assert facts["models"] == {"hash@1 ": {"entries": 2, "bytes": 256}}
    assert "hash@1 : 2 entries" in align_cache("info")
    align_cache("prune", "--keep-gb", "1")
    assert json.loads(align_cache("info", "--json"))["entries"] == 2
    align_cache("prune")
    assert json.loads(align_cache("info", "--json"))["entries"] == 0
