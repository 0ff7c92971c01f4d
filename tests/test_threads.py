"""A run on several threads gives what one thread gives, also when it is stopped in the middle."""

import threading
from dataclasses import replace

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from align.embed.article import ArticleEncoder
from align.embed.encoder import SentenceEncoder, thread_copies
from align.embed.network import Pieces, States
from align.extract import extract_article
from align.run.directory import RunDirectory
from align.run.loop import run_articles
from align.run.session import LocalSession, Opening
from align.run.workers.threads import on_threads
from align.settings import EmbedSettings, Settings
from tests.fakes import HashEncoder, open_hash_aligner
from tests.test_run_cli import articles, rows

FILES = ("documents.jsonl", "tweets.jsonl", "pairs.jsonl", "rejected.jsonl")
SETTINGS = Settings()


def make_inputs(tmp_path):
    folder = articles(tmp_path / "in", *(f"n{number:02}" for number in range(30)))
    (folder / "n07.txt").write_text("", encoding="utf-8")
    return [str(folder)]


def run(inputs, out, count, **options):
    def keep(signature):
        return RunDirectory(out, signature)

    if count == 1:
        return run_articles(inputs, lambda: LocalSession(open_hash_aligner(SETTINGS)), keep, SETTINGS, **options)
    aligners = [open_hash_aligner(SETTINGS, delay=0.002 * n) for n in range(count)]
    with on_threads(aligners, Opening(SETTINGS)) as stages:
        return run_articles(inputs, lambda: stages, keep, SETTINGS, **options)


def test_threads_give_the_files_of_one(tmp_path):
    inputs = make_inputs(tmp_path)
    one, three = run(inputs, tmp_path / "one", 1), run(inputs, tmp_path / "three", 3)
    assert (one.usable, three.usable) == (29, 29)
    for name in FILES:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "three" / name).read_bytes()
    assert three.summary["items"] == one.summary["items"]


def test_threads_leave_reading_to_the_leading_one_whose_time_limit_is_strict(tmp_path, monkeypatch):
    readers = set()

    def extract(document, settings):
        readers.add(threading.current_thread())
        return extract_article(document, settings)

    monkeypatch.setattr("align.run.aligner.extract_article", extract)
    run(make_inputs(tmp_path), tmp_path / "out", 3)
    assert readers == {threading.main_thread()}


def test_a_run_keeps_numpys_products_on_the_thread_that_asks_and_gives_the_others_back(tmp_path, monkeypatch):
    def blas_threads():
        return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}

    def extract(document, settings):
        seen.append(blas_threads())
        return extract_article(document, settings)

    before, seen = blas_threads(), []
    monkeypatch.setattr("align.run.aligner.extract_article", extract)
    run([str(articles(tmp_path / "in", "a"))], tmp_path / "out", 1)
    assert seen == [{1}]
    assert blas_threads() == before


def test_threads_are_one_where_tweets_are_looked_up():
    aligner = open_hash_aligner(SETTINGS)
    aligner.lookup = object()
    opening = Opening(SETTINGS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Opening, "aligner", lambda self: aligner)
        assert opening.aligners(4) == [aligner]


def test_threads_stopped_in_the_middle_leave_the_directory_whole_and_go_on(tmp_path):
    inputs, out, seen = make_inputs(tmp_path), tmp_path / "out", []

    def stop(message):
        seen.append(message)
        if len(seen) == 9:
            raise KeyboardInterrupt

    assert run(inputs, out, 3, advance=stop).was_interrupted
    assert 8 <= len(rows(out / "documents.jsonl")) <= 9
    again = run(inputs, out, 3)
    assert again.summary["this_run"]["unchanged"] == len([line for line in seen if "refused" not in line])
    assert run(inputs, tmp_path / "whole", 1).usable == len(rows(out / "documents.jsonl"))
    assert rows(out / "pairs.jsonl") == rows(tmp_path / "whole" / "pairs.jsonl")


class SmallNetwork:
    """Each word is a piece; the vector counts its letters."""

    specials, batch_tokens = (), 64

    def tokenise(self, texts):
        return [Pieces(np.array([len(t)]), np.array([0]), np.array([len(t)])) for t in texts]

    def run(self, batch, *, with_words):
        rows = np.array([[float(ids[0]), 1.0] for ids in batch], np.float32)
        return States(rows, rows, rows)


def test_thread_copies_share_one_network_that_is_opened_once_for_so_many_threads():
    opened = []

    def open_network(streams):
        opened.append(streams)
        return SmallNetwork()

    encoder = SentenceEncoder(open_network, name="small", revision="1", dim=2, is_shareable=True)
    three = thread_copies(encoder, 3)
    assert len(three) == 3
    threads = [threading.Thread(target=one.encode, args=(["a b"],)) for one in three]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert opened == [3]
    assert {id(one._network) for one in three} == {id(encoder._network)}
    assert thread_copies(encoder, 2) == [encoder]  # it is open by now
    assert thread_copies(SentenceEncoder(open_network, name="small", revision="1", dim=2), 2)[1:] == []
    assert len(thread_copies(HashEncoder(), 4)) == 1


def test_once_reads_a_text_once():
    asked = []

    class Counting(HashEncoder):
        def encode_words(self, texts):
            asked.extend(texts)
            return super().encode_words(texts)

    once = ArticleEncoder(Counting())
    first = once.encode_words(["a b", "c", "a b"])
    again = once.encode_words(["c", "d"])
    assert asked == ["a b", "c", "d"]
    assert np.array_equal(first[1].vectors, again[0].vectors)
    assert once.encode([]).shape == (0, HashEncoder.dim)


@pytest.mark.slow
def test_threads_of_the_bundled_encoder_give_what_one_gives(tmp_path):
    inputs = ["data/samples/founding-example.txt", "data/samples/two-tweets.txt", "data/samples/partial.txt"]
    settings = replace(SETTINGS, embed=EmbedSettings(cache=False))
    opening, found = Opening(settings), []
    for count in (1, 2):
        aligners = opening.aligners(count)
        with on_threads(aligners, opening) as stages:
            run_articles(inputs, lambda s=stages: s, lambda x, c=count: RunDirectory(tmp_path / str(c), x), settings)
        found.append((tmp_path / str(count) / "pairs.jsonl").read_bytes())
    assert found[0] == found[1]
    assert found[0]
