"""The search finds any stretch of a pair's texts, in both databases, with whatever is typed."""

import pytest
from sqlalchemy import text

from align.review.opening import open_review
from align.store import open_store
from align.store.queue import Filters, count_open
from tests.review.data import article_rows, write_run

SAID = 'She said "100% of_it" is ours; O\'Neil agreed.'


@pytest.fixture
def searched(store_address, tmp_path):
    rows = [article_rows(0), article_rows(1, [(SAID, "قالت إن الأمر كله لنا ووافق أونيل")])]
    opened = open_review([write_run(tmp_path / "run", rows)], store_address)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ("harbour of Q", 1),  # a stretch that begins and ends inside words
        ("HARBOUR", 1),
        ("وافق", 1),
        ("الامر كله", 1),  # without its hamza: both sides are compared in normal form
        ("a000001", 1),  # the name of the article
        ('"رقم 0"', 3),  # its title, as it stands
        ("0 رقم", 4),  # words in any order
        ('"100%', 1),
        ("of_it", 1),
        ("ofxit", 0),
        ("100x of", 0),
        ("o'neil", 1),
        ('" OR search:*', 0),
        ("AND", 1),  # a word, no operator
        ("rs", 1),  # too short for trigrams
        ("q" * 200, 0),
    ],
)
def test_search_finds_stretches_and_takes_nothing_for_an_operator(searched, wanted, count):
    with searched.reading() as session:
        assert count_open(session, Filters(q=wanted)) == count


def test_search_a_store_of_an_earlier_version_gets_its_index(tmp_path, run_directory):
    path = str(tmp_path / "old.sqlite")
    old = open_review([run_directory], path)
    with old.writing() as session:
        session.execute(text("DROP TRIGGER pairs_search_insert"))
        session.execute(text("DROP TABLE pairs_search"))
    old.close()
    opened = open_store(path)
    with opened.reading() as session:
        assert count_open(session, Filters(q="the new bridge is safe")) == 3
    opened.close()
