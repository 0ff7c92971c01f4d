"""The hand-linked word gold: its offsets are the program's own words, and its links are well formed."""

import json
from collections import Counter
from pathlib import Path

import pytest

from align.text.words import words

ROWS = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "data" / "gold" / "word_links.jsonl").read_text("utf-8").splitlines()
]
SIDES = ("en", "ar")


def test_word_links_hold_150_pairs_of_both_kinds():
    kinds = Counter(row["kind"] for row in ROWS)
    assert len(ROWS) >= 150
    assert set(kinds) == {"news", "tweet"}
    assert min(kinds.values()) >= 50


@pytest.mark.parametrize("field", ["id", *SIDES])
def test_word_links_never_repeat_an_id_or_a_text(field):
    assert [value for value, count in Counter(row[field] for row in ROWS).items() if count > 1] == []


@pytest.mark.parametrize("side", SIDES)
def test_word_links_offsets_cut_back_the_words_of_the_program(side):
    for row in ROWS:
        cut = [row[side][start:end] for start, end in row[f"{side}_words"]]
        assert cut == [row[side][span.start : span.end] for span in words(row[side])], row["id"]
        assert row[f"{side}_words"] == [[span.start, span.end] for span in words(row[side])], row["id"]
        assert len(cut) >= 5, row["id"]


@pytest.mark.parametrize("strength", ["sure", "possible"])
def test_word_links_point_at_words_that_are_there(strength):
    for row in ROWS:
        en_count, ar_count = len(row["en_words"]), len(row["ar_words"])
        outside = [(i, j) for i, j in row[strength] if not (0 <= i < en_count and 0 <= j < ar_count)]
        assert outside == [], row["id"]


def test_word_links_are_either_sure_or_possible_and_stand_once():
    for row in ROWS:
        links = [tuple(link) for link in row["sure"] + row["possible"]]
        assert [link for link, count in Counter(links).items() if count > 1] == [], row["id"]


@pytest.mark.parametrize("side", SIDES)
def test_word_links_reach_most_words_of_every_row(side):
    for row in ROWS:
        linked = {link[SIDES.index(side)] for link in row["sure"] + row["possible"]}
        assert len(linked) > len(row[f"{side}_words"]) / 2, row["id"]
