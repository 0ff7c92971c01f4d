"""What fits the weights: examples with known errors, each section fitted on small made texts, a whole bundle."""

import json
import random
from dataclasses import replace

import numpy as np
import pytest

from align.check.evidence.gender_cues import english_gender, femininity
from align.errors import ModelError
from align.evaluate import read_run, score_run
from align.evaluate.gold import read_gold
from align.figures import area_under_curve, f1, overlap
from align.match.pair import bare_probability
from align.models.bundle import SECTIONS, bundle_for, read_bundle, shipped_bundle
from align.models.linear import LinearModel, design, sigmoid
from align.models.sections import Means, PairModel
from align.train import gender, pair
from align.train.bundle import Workshop, fit_bundle, fitted_matching, write_fitted
from align.train.crossval import write_runs
from align.train.data import clause_to_cut, make_examples, read_ntrex, with_inserted, without
from align.train.folds import FOLDS, fold_of, inner_fold_of, rounded
from align.train.vectors import KeptEncoder
from tests.fakes import GlossaryEncoder, HashEncoder, glossary_sentences
from tests.shared import make_shared


class Counting(HashEncoder):
    """Counts the texts that it reads."""

    def __init__(self):
        super().__init__()
        self.read = 0

    def encode_words(self, texts):
        self.read += len(texts)
        return super().encode_words(texts)


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    return make_shared(tmp_path_factory.mktemp("shared"))


def test_train_a_document_stays_in_its_folds_and_all_folds_are_used():
    folds = [fold_of(f"doc{n}") for n in range(200)]
    assert set(folds) == set(range(FOLDS)) and folds == [fold_of(f"doc{n}") for n in range(200)]
    pairs = {(fold_of(f"doc{n}"), inner_fold_of(f"doc{n}")) for n in range(400)}
    assert len(pairs) == 50


def test_train_rounding_reaches_every_number_of_a_row():
    row = {"a": 1.234567, "b": [0.1234567, {"c": 2.0000001}], "d": "x", "e": 3}
    assert rounded(row) == {"a": 1.23457, "b": [0.12346, {"c": 2.0}], "d": "x", "e": 3}


def test_train_examples_say_truly_what_was_cut_and_what_was_inserted(shared):
    rows = read_ntrex(shared)
    examples = make_examples(rows)
    assert {e.kind for e in examples} >= {"clean", "omission.clause", "addition.inserted", "omission.inserted"}
    originals = {r["row"]: r for r in rows}
    for e in examples:
        row = originals[e.row]
        if e.whole:
            side = "ar" if e.kind.startswith("omission") else "en"
            assert getattr(e, side) == without(row[side], e.whole[2]) != row[side]
        if e.inserted:
            side = "en" if e.kind.startswith("omission") else "ar"
            text = getattr(e, side)
            left = (text[: e.inserted.start] + text[e.inserted.end :]).split()
            assert len(left) == len(row[side].split()) and len(e.inserted.cut(text).split()) >= 3
    assert examples == make_examples(rows)


def test_train_a_clause_is_cut_only_where_enough_is_left():
    rng = random.Random(1)
    assert clause_to_cut("We met, then we left.", rng) is None
    text = "The bridge stays closed until spring, and the road beside it opens again."
    cut = clause_to_cut(text, rng)
    assert len(cut.cut(text).split()) >= 4 and len(without(text, cut).split()) >= 4
    longer, place = with_inserted(text, "on every second day", "en", rng)
    assert place.cut(longer) == "on every second day"


def test_train_a_kept_encoder_reads_each_text_once_and_again_from_its_file(tmp_path):
    below = Counting()
    kept = KeptEncoder(lambda: below, tmp_path / "vectors")
    first = kept.encode_words(["one two", "three", "one two"])
    assert below.read == 2
    kept.save()
    again = KeptEncoder(lambda: pytest.fail("the encoder was opened"), tmp_path / "vectors")
    assert (again.name, again.revision, again.dim) == (below.name, below.revision, below.dim)
    for one, other in zip(first, again.encode_words(["one two", "three", "one two"]), strict=True):
        assert one.words == other.words and np.array_equal(one.vectors, other.vectors)


def test_train_a_compact_encoder_keeps_half_precision():
    compact, exact = KeptEncoder(HashEncoder, is_compact=True), HashEncoder()
    (near,), (true,) = compact.encode_words(["one two"]), exact.encode_words(["one two"])
    assert near.vectors.dtype == np.float32
    assert np.array_equal(near.vectors, true.vectors.astype(np.float16).astype(np.float32))
    assert not np.array_equal(near.vectors, true.vectors)


def test_train_gender_learns_which_forms_are_a_womans(shared):
    rows = gender.read_rows(shared)
    model = gender.fit_gender(rows)
    for row in rows[:4]:
        conditions = english_gender(row["en"]).conditions
        assert femininity(row["ar"], conditions, model) > 0 > femininity(row["ar_flipped"], conditions, model)
    told = []
    gender.report(gender.out_of_fold(rows), told.append)
    assert told[0].startswith(f"{len(rows)} rows, out of fold: 1.000")


def test_train_pairs_are_told_from_their_neighbours(shared):
    rows = read_ntrex(shared)
    targets = pair.targets_of(rows, make_examples(rows))
    assert {t.target for t in targets} == {0.0, 1.0}
    encoder = GlossaryEncoder()
    section = pair.fit_pair(targets, encoder, Means.none(), "o")
    assert section["area_out_of_fold"] > 0.95 and section["origin"] == "o"
    assert set(PairModel.of_row(section).linear.names) == {
        "cosine", "best_en", "best_ar", "linked_en", "linked_ar", "length"
    }  # fmt: skip


def test_train_a_whole_bundle_is_made_for_another_encoder_and_found_by_its_name(shared, tmp_path, monkeypatch):
    monkeypatch.setattr("align.train.bundle.load_encoder", lambda settings: GlossaryEncoder())
    monkeypatch.setenv("ALIGN_CONFIG", str(tmp_path))
    out, said = tmp_path / "models" / "glossary.json", []
    shop = Workshop(shared, "glossary", say=said.append, hidden_seeds=0)
    write_fitted(shop, SECTIONS, out)
    bundle = bundle_for(GlossaryEncoder.name, GlossaryEncoder.revision)
    assert bundle.notices == () and bundle.means.mean_en.shape == (GlossaryEncoder.dim,)
    assert "out_of_fold" in json.loads(out.read_text(encoding="utf-8"))["matching"]
    assert 0 < bundle.matching.threshold < 1 and 0 < bundle.mining.threshold < 1
    assert {len(m.names) for m in (bundle.coverage.word_en, bundle.coverage.word_ar)} == {18}
    again = fit_bundle(shop, ["pair"], json.loads(out.read_text(encoding="utf-8")))
    assert again["pair"]["weights"] == bundle.pair.linear.as_row()  # the same from the rounded means
    assert any("macro F1" in line for line in said) and any("area out of fold" in line for line in said)
    en, ar = glossary_sentences(3)[0]
    assert en and ar and bare_probability(0.0, empty_links(), bundle.pair) < 0.5


def test_train_crossval_writes_run_directories_that_evaluate_reads(shared, tmp_path, monkeypatch):
    monkeypatch.setattr("align.train.bundle.load_encoder", lambda settings: GlossaryEncoder())
    shop = Workshop(shared, say=lambda line: None)
    write_runs(fitted_matching(shop), shop.encoder, tmp_path)
    figures = score_run(read_gold(shared / "bench" / "dev.jsonl"), read_run(tmp_path / "dev"))
    assert figures["articles"] == 8 and 0 <= figures["macro_f1"] <= 1
    assert len(read_run(tmp_path / "natural_dev").documents) == 8


def empty_links():
    from align.records import WordLinks

    return WordLinks((), (), ())


def test_train_one_section_is_fitted_and_the_others_are_kept(shared, tmp_path, monkeypatch):
    monkeypatch.setattr("align.train.bundle.load_encoder", lambda settings: GlossaryEncoder())
    from align.models.bundle import write_bundle

    out = tmp_path / "b.json"
    write_bundle(out, replace(shipped_bundle(), model=GlossaryEncoder.name, revision=GlossaryEncoder.revision))
    before = json.loads(out.read_text(encoding="utf-8"))
    write_fitted(Workshop(shared, say=lambda line: None), ["gender"], out)
    after = json.loads(out.read_text(encoding="utf-8"))
    assert {name for name in SECTIONS if before[name] != after[name]} == {"gender"}
    assert read_bundle(out).gender.origin == gender.ORIGIN


def test_train_sections_are_not_mixed_between_encoders(shared, tmp_path, monkeypatch):
    monkeypatch.setattr("align.train.bundle.load_encoder", lambda settings: GlossaryEncoder())
    from align.models.bundle import write_bundle

    out = tmp_path / "b.json"
    write_bundle(out, shipped_bundle())
    with pytest.raises(ModelError, match="holds weights of e5-small"):
        write_fitted(Workshop(shared), ["gender"], out)
    with pytest.raises(ModelError, match="found none for coverage"):
        fit_bundle(Workshop(shared), ["gender"], {})
    with pytest.raises(ModelError, match=r"expected sections of .* found colours"):
        fit_bundle(Workshop(shared), ["colours"], {})


def test_models_score_alike_by_name_by_column_and_one_by_one():
    model = LinearModel(("a", "b"), np.array([2.0, -1.0]), 0.5)
    features = {"b": np.array([1.0, 0.0]), "a": np.array([0.0, 3.0]), "more": np.array([9.0, 9.0])}
    assert model.score(features) == pytest.approx([-0.5, 6.5])
    assert model.score_columns(design(features, model.names)) == pytest.approx([-0.5, 6.5])
    assert model.score_one({"a": 3.0, "b": 0.0, "more": 9.0}) == pytest.approx(6.5)
    assert sigmoid(np.array([-1e9, 0.0, 1e9])) == pytest.approx([0, 0.5, 1], abs=1e-12)


def test_figures_worked_by_hand():
    assert overlap((0, 10), (5, 15)) == pytest.approx(1 / 3) and overlap((0, 2), (2, 4)) == 0.0
    assert (f1(0, 0, 0), f1(1, 2, 2)) == (1.0, 0.5)
    assert area_under_curve(np.array([1.0, 0.5]), np.array([0.5, 0.0])) == pytest.approx(0.875)
