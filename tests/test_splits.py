"""The file of splits: nothing is both trained on and scored."""

import itertools
import json
from pathlib import Path

import pytest

from align.errors import GoldError
from align.train.parallel import read_pairs, scored_pairs, training_pairs
from align.train.quads import read_quads, training_quads
from align.train.splits import fold, is_held_out, quad_batches, splits

SHARED = Path(__file__).parents[1] / ".." / "shared"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="../shared is not here")


def test_splits_no_batch_of_quads_has_two_uses():
    uses = [set(quad_batches(use)) for use in ("trained", "fitted", "scored")]
    assert all(uses)
    assert all(not (one & other) for one, other in itertools.combinations(uses, 2))
    assert "Q05" in quad_batches("scored")


def test_splits_no_parallel_file_has_two_uses():
    rule = splits()["parallel"]
    assert not set(rule["trained"]) & (set(rule["chosen_on"]) | set(rule["scored"]))
    assert not any(name.startswith("dev_") for name in rule["trained"])


def test_splits_a_fold_never_moves():
    assert [fold(name, 4) for name in ("Q01-001", "Q01-002", "Q04-117", "a document")] == [1, 1, 0, 3]


def test_splits_the_quarter_is_about_a_quarter():
    names = [f"made-{number}" for number in range(4000)]
    assert 0.22 < sum(map(is_held_out, names)) / len(names) < 0.28


def test_splits_an_unknown_use_is_refused():
    with pytest.raises(GoldError, match="trained, fitted, scored"):
        quad_batches("played with")


def test_splits_a_changed_word_that_is_not_there_is_named(tmp_path):
    row = {"id": "M-1", "type": "name", "en": "Rima left", "en2": "Dana left", "ar": ["غادرت ريما", "ريما غادرت"]}
    row |= {"ar2": ["غادرت دانة", "دانة غادرت"]}
    row["spans"] = {"en": "Rima", "en2": "Dina", "ar": ["ريما", "ريما"], "ar2": ["دانة", "دانة"]}
    folder = tmp_path / "train" / "quads"
    folder.mkdir(parents=True)
    (folder / "M.jsonl").write_text(json.dumps(row), encoding="utf-8")
    with pytest.raises(GoldError, match="M-1.*'Dina'"):
        read_quads(tmp_path, ["M"])


@needs_shared
@pytest.mark.shared
def test_splits_no_training_pair_shares_a_text_with_a_scored_set():
    trained = {text for pairs in training_pairs(SHARED).values() for pair in pairs for text in (pair.en, pair.ar)}
    for name in ("dev_un_political", "dev_ud_pud", "dev_un_mt"):
        assert not trained & {text for pair in read_pairs(SHARED, name) for text in (pair.en, pair.ar)}
    for name in ("ntrex_dev", "tico19", "tatoeba"):
        assert not trained & {text for pair in scored_pairs(SHARED, name) for text in (pair.en, pair.ar)}


@needs_shared
@pytest.mark.shared
def test_splits_quads_trained_on_and_held_out_are_apart():
    trained, held = training_quads(SHARED)
    assert trained and held
    assert not {quad.id for quad in trained} & {quad.id for quad in held}
    assert {quad.id.split("-")[0] for quad in trained + held} <= set(quad_batches("trained"))
