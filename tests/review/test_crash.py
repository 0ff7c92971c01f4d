"""Reviewers at once, servers killed, two processes on one file: what was acknowledged is there, once."""

import random
import time

import pytest

from align.review.opening import open_review
from align.store.load import set_overlap
from tests.review.conftest import free_port
from tests.review.data import make_run
from tests.review.server import Server, lost_or_doubled, work_together

NAMES = ["Mona", "Sami", "Huda", "Idris", "Lamia", "Rami"]


@pytest.fixture
def large(store_address, tmp_path):
    store = open_review([make_run(tmp_path / "large", 60)], store_address)
    set_overlap(store, 0.2)
    store.close()
    return store_address


def test_crash_reviewers_at_once_lose_and_double_nothing(serve, large):
    server = serve(large, *NAMES)
    acknowledged, _ = work_together(server, 12)
    assert len(acknowledged) == 12 * len(NAMES)
    assert lost_or_doubled(large, acknowledged) == (0, 0)


def test_crash_killed_servers_keep_every_acknowledged_decision(serve, tmp_path):
    address = str(tmp_path / "review.sqlite")
    open_review([make_run(tmp_path / "large", 60)], address).close()
    server = serve(address, *NAMES)
    kills = 0

    def kill_now_and_then(is_over):
        nonlocal kills
        chance = random.Random(7)
        while not is_over() and kills < 3:
            time.sleep(chance.uniform(0.2, 0.5))
            server.kill()
            server.start()
            kills += 1

    acknowledged, _ = work_together(server, 20, kill_now_and_then)
    assert kills == 3
    assert len(acknowledged) == 20 * len(NAMES)
    assert lost_or_doubled(address, acknowledged) == (0, 0)


def test_crash_two_processes_on_one_file_lose_and_double_nothing(serve, tmp_path):
    address = str(tmp_path / "review.sqlite")
    open_review([make_run(tmp_path / "large", 60)], address).close()
    one = serve(address, *NAMES)
    other = Server(address, free_port(), one.tokens, tmp_path / "other.log")
    other.start()
    one.tokens, other.tokens = dict(list(one.tokens.items())[:3]), dict(list(one.tokens.items())[3:])
    results = {}
    try:
        first, _ = work_together(one, 10, lambda is_over: results.update(work_together(other, 10)[0]))
    finally:
        other.kill()
    acknowledged = {**first, **results}
    assert len(acknowledged) == 60
    assert lost_or_doubled(address, acknowledged) == (0, 0)


def test_crash_an_import_beside_a_running_server_is_seen(serve, tmp_path):
    address = str(tmp_path / "review.sqlite")
    open_review([make_run(tmp_path / "few", 2)], address).close()
    server = serve(address, "Mona")
    open_review([make_run(tmp_path / "more", 4)], address).close()
    acknowledged, _ = work_together(server, 50)
    assert len(acknowledged) == 12
