"""Scores of an encoder, and its weights at 8 bits."""

import json

import numpy as np
import pytest

from align.embed.q8 import quantise, restore
from align.errors import ModelError
from align.protocols import WordVectors
from align.records import Span
from align.text.words import words
from align.train.parallel import Pair
from align.train.scores import (
    GoldLinks,
    LinkScore,
    auc,
    both_ways,
    counterfactual,
    grown,
    mutual,
    paired_interval,
    recall_at,
    retrieval,
    score_links,
)
from tests.tiny_training import tiny_quads


class Table:
    """An encoder that knows each text's, or each word's, vector."""

    def __init__(self, vectors):
        self.vectors = vectors

    def encode(self, texts):
        rows = np.array([self.vectors[text] for text in texts], np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    def encode_words(self, texts):
        found = []
        for text in texts:
            spans = words(text)
            rows = np.array([self.vectors[span.cut(text)] for span in spans], np.float32)
            found.append(WordVectors(spans, rows, rows))
        return found


def test_scores_auc_counts_pairs_in_order_and_ties_half():
    assert auc([3, 2, 1, 0], [True, True, False, False]) == 1
    assert auc([0, 1, 2, 3], [True, True, False, False]) == 0
    assert auc([1, 1, 1, 1], [True, True, False, False]) == 0.5
    assert auc([3, 1, 2, 1], [True, True, False, False]) == pytest.approx((2 + 0.5) / 4)


def test_scores_recall_is_taken_at_a_share_of_alarms():
    right = list(range(100))
    assert recall_at([*right, 97, 90, 200, 200], [False] * 100 + [True] * 4, 0.04) == 0.75


def test_scores_retrieval_counts_both_directions_and_forgives_equal_texts():
    vectors = {"a": [1, 0, 0], "b": [0, 1, 0], "c": [0, 0, 1], "أ": [1, 0.1, 0], "ب": [0, 0.1, 1], "ج": [0, 0.2, 1]}
    pairs = [Pair("a", "أ"), Pair("b", "ب"), Pair("c", "ج")]
    found = retrieval(Table(vectors), pairs, margins=(2,))
    assert found["cosine"].tolist() == [False, True, True, False, True, False]
    same = [*pairs, Pair("c", "ب")]  # now ب is a rendering of c too
    assert not retrieval(Table(vectors), same, margins=(2,))["cosine"][[2, 5]].any()


def test_scores_a_paired_interval_holds_no_difference_where_there_is_none():
    rng = np.random.default_rng(0)
    one = rng.random(2000) < 0.2
    low, high = paired_interval(one, one)
    assert low == high == 0
    low, high = paired_interval(one | (rng.random(2000) < 0.1), one)
    assert 0 < low < high < 0.2


# Three words to three: found a-A, b-B, c-C; sure a-A, b-C; possible besides: b-B. Of the three found one is sure.
def test_scores_alignment_error_is_that_of_och_and_ney():
    assert LinkScore(found=3, sure=2, found_sure=1, found_possible=2).error_rate == pytest.approx(1 - (1 + 2) / (3 + 2))
    vectors = {"a": [1, 0, 0], "b": [0, 1, 0], "c": [0, 0, 1], "أ": [1, 0, 0], "ب": [0, 1, 0], "ج": [0, 0, 1]}
    en, ar = "a b c", "أ ب ج"
    sure = frozenset({(0, 0), (1, 2)})
    gold = GoldLinks(en, ar, words(en), words(ar), sure, sure | {(1, 1)})
    found = score_links(Table(vectors), [gold])["mutual"]
    assert found == LinkScore(found=3, sure=2, found_sure=1, found_possible=2)
    assert (found.precision, found.recall) == (pytest.approx(2 / 3), 0.5)


def test_scores_links_meet_gold_words_that_are_cut_otherwise():
    vectors = {"UN": [1, 0], "well-known": [0, 1], "well": [0, 1], "known": [0, 1], "الأمم": [1, 0], "معروف": [0, 1]}
    gold = GoldLinks(
        "UN well-known",
        "الأمم معروف",
        (Span(0, 2), Span(3, 13)),
        words("الأمم معروف"),
        frozenset({(0, 0), (1, 1)}),
        frozenset({(0, 0), (1, 1)}),
    )
    assert score_links(Table(vectors), [gold])["mutual"].error_rate == 0


def test_scores_links_grown_and_both_ways_join_two_words_to_one():
    table = np.array([[0.8, 0.1], [0.75, 0.1], [0.2, 0.25]], np.float32)
    assert mutual(table).tolist() == [[True, False], [False, False], [False, True]]
    assert grown(table).tolist() == [[True, False], [True, False], [False, True]]  # .25 is mutual, so it may be low
    assert both_ways(table).tolist() == [[True, False], [True, False], [False, True]]
    assert not grown(np.array([[0.9, 0.2], [0.1, 0.25], [0.1, 0.29]], np.float32))[1].any()


def test_scores_links_of_nothing_are_none():
    empty = np.zeros((0, 3), np.float32)
    assert [read(empty).shape for read in (mutual, grown, both_ways)] == [(0, 3)] * 3


def test_scores_counterfactual_tells_which_of_two_is_rendered():
    quads = tiny_quads()
    vectors = {}
    for quad in quads:
        for side in (0, 1):
            own = [1.0, 0.2 * side, 0.0] if side == 0 else [1.0, 0.0, 0.2]
            for text in (quad.en[side], *quad.ar[side]):
                vectors[text] = own
    scores, renders_second = counterfactual(Table(vectors), quads)
    assert auc(scores, renders_second) == 1
    assert len(scores) == 4 * len(quads)


def test_q8_comes_back_within_half_a_scale():
    rng = np.random.default_rng(4)
    tensors = {
        "w": (rng.normal(size=(40, 64)) * rng.uniform(1e-3, 10, (40, 1))).astype(np.float32),
        "zero": np.zeros((3, 5), np.float32),
        "bias": rng.normal(size=7).astype(np.float32),
    }
    back = restore(quantise(tensors))
    assert set(back) == set(tensors)
    bound = np.abs(tensors["w"]).max(1, keepdims=True) / 254 * (1 + 1e-5)
    assert (np.abs(back["w"] - tensors["w"]) <= bound).all()
    assert np.array_equal(back["bias"], tensors["bias"])
    assert not back["zero"].any()
    again = restore(quantise(back))
    assert np.allclose(again["w"], back["w"], rtol=1e-6)


def test_q8_matrices_without_scales_are_refused():
    stored = quantise({"w": np.ones((2, 2), np.float32)})
    del stored["w.scale"]
    with pytest.raises(ModelError, match="w have no scales.*reinstall"):
        restore(stored)


def test_trained_file_that_is_none_is_refused(tmp_path):
    from align.embed.trained import read_trained

    bad = tmp_path / "w.safetensors"
    bad.write_text(json.dumps({}))
    with pytest.raises(ModelError, match="cannot be read.*reinstall"):
        read_trained(bad)
