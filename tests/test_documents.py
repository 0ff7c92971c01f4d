"""Sentence alignment: the lattice against every path, blocks against plain sums, documents whose beads are known."""

from itertools import pairwise

import numpy as np
import pytest

from align.docs.aligning import align_documents, align_texts, texts_of
from align.docs.band import around, whole_band
from align.docs.beads import Bead, gaps, in_order
from align.docs.blocks import LARGEST, cosines, cut, side_of
from align.docs.coarse import band_of
from align.docs.features import evidence_of
from align.docs.fitting import _loss, example_of, fit_field, path_of
from align.docs.lattice import GAP_WORTH, Lattice, best_reading, fitted_to_its_gaps, marginals_of
from align.docs.scoring import lattice_of
from align.docs.surface import shared_names, shared_numbers, surface_of
from align.docs.weights import DocsWeights, docs_weights
from align.errors import ModelError
from align.settings import Settings
from tests.fakes import glossary_sentences, open_glossary_matcher

MATCHER = open_glossary_matcher(Settings().embed)


def aligned(english, arabic):
    return align_documents(english, arabic, MATCHER, docs_weights()).beads


def sides(beads):
    return [(bead.en, bead.ar) for bead in beads]


# --- the lattice


def random_lattice(n, m, seed=0):
    rng = np.random.default_rng(seed)
    scores = [np.full((5, 6, m + 1), -1e30, np.float32) for _ in range(n + 1)]
    for i in range(1, n + 1):
        scores[i][:, 1:] = rng.normal(size=(5, 5, m + 1))
        scores[i][0, 0] = rng.normal(size=m + 1)
    return Lattice(whole_band(n, m), scores, rng.normal(size=m))


def every_path(lattice, i, j):
    """All ways from the begin to state (i, j): their beads and sums."""
    if i == j == 0:
        yield (), 0.0
    if j:
        for beads, total in every_path(lattice, i, j - 1):
            yield (*beads, (i, j, 0, 1)), total + lattice.skip[j - 1]
    for a in range(1, min(i, 5) + 1):
        for b in range(min(j, 5) + 1) if a == 1 else range(1, min(j, 5) + 1):
            for beads, total in every_path(lattice, i - a, j - b):
                yield (*beads, (i, j, a, b)), total + float(lattice.scores[i][a - 1, b, j])


@pytest.mark.parametrize(("n", "m", "seed"), [(1, 1, 0), (3, 4, 1), (4, 3, 2), (2, 5, 3)])
def test_lattice_sums_and_marginals_are_those_of_all_paths(n, m, seed):
    lattice = random_lattice(n, m, seed)
    paths = list(every_path(lattice, n, m))
    weights = np.exp([total for _, total in paths])
    sums = marginals_of(lattice)
    assert sums.total == pytest.approx(np.log(weights.sum()), abs=1e-5)
    for i in range(1, n + 1):
        for (a, b, j), found in np.ndenumerate(sums.beads(i)):
            own = sum(w for (beads, _), w in zip(paths, weights, strict=True) if (i, j, a + 1, b) in beads)
            assert found == pytest.approx(own / weights.sum(), abs=1e-5)
    best = best_reading(lattice)
    shares = {}
    for (beads, _), weight in zip(paths, weights, strict=True):
        for bead in beads:
            shares[bead] = shares.get(bead, 0.0) + weight / weights.sum()

    def worth(beads):
        return sum(shares[bead] * (GAP_WORTH if 0 in bead[2:] else 1) for bead in beads)

    found = worth([(step.i, step.j, step.en, step.ar) for step in best])
    assert found == pytest.approx(max(worth(beads) for beads, _ in paths), abs=1e-5)
    assert all(step.probability == pytest.approx(shares[step[:4]], abs=1e-5) for step in best)


def test_lattice_a_band_sums_over_the_paths_that_stay_within_it():
    whole = random_lattice(12, 12, 5)
    skip = np.full(12, -1e4)  # an Arabic gap may stand anywhere in the whole table: none is worth its price
    band = around([(n, n) for n in range(13)], 12, 12, 2)
    for i, row in enumerate(whole.scores):
        row[:, :, : band.low[i]] = row[:, :, band.high[i] :] = -1e30
    narrow = [row[:, :, band.low[i] : band.high[i]].copy() for i, row in enumerate(whole.scores)]
    sums = marginals_of(Lattice(band, narrow, skip)), marginals_of(Lattice(whole.band, whole.scores, skip))
    assert sums[0].total == pytest.approx(sums[1].total, abs=1e-4)
    for i in range(1, 13):
        own = sums[1].beads(i)[:, :, band.low[i] : band.high[i]]
        assert np.allclose(sums[0].beads(i), own, atol=1e-4)


def test_band_holds_its_path_and_rises():
    path = [(0, 0), (3, 1), (4, 9), (20, 9), (21, 30)]
    band = around(path, 21, 30, 4)
    assert all(band.low[i] <= j < band.high[i] for i, j in path)
    assert (np.diff(band.low) >= 0).all()
    assert (np.diff(band.high) >= 0).all()
    assert (band.low[0], band.high[-1]) == (0, 31)


# --- blocks and what is seen


def test_blocks_cosines_are_those_of_the_summed_vectors():
    rng = np.random.default_rng(1)
    empty = np.zeros(0, np.float32)
    one = side_of(rng.normal(size=(9, 16)).astype(np.float32), rng.integers(5, 90, 9).astype(float), empty)
    other = side_of(rng.normal(size=(7, 16)).astype(np.float32), rng.integers(5, 90, 7).astype(float), empty)
    found = cosines(one, other, range(-2, 12), range(-1, 9))
    for a in range(1, LARGEST + 1):
        for b in range(1, LARGEST + 1):
            for i in range(-2, 12):
                for j in range(-1, 9):
                    value = found[a - 1, b - 1, i + 2, j + 1]
                    if not (a <= i <= 9 and b <= j <= 7):
                        assert value == -1
                        continue
                    left, right = one.vectors[i - a : i].sum(0), other.vectors[j - b : j].sum(0)
                    expected = left @ right / np.linalg.norm(left) / np.linalg.norm(right)
                    assert value == pytest.approx(float(expected), abs=1e-5)
    assert np.allclose(cut(one, 2, 5).vectors, one.vectors[2:5])


def test_surface_numbers_and_names_are_found_where_both_sides_have_them():
    english = surface_of(["Viktor Salmanov paid 250 dollars.", "It rained on Sunday."], "en")
    arabic = surface_of(["هطل المطر يوم الأحد.", "دفع فيكتور سلمانوف ٢٥٠ دولاراً."], "ar")
    low, high = np.zeros(2, np.int64), np.full(2, 2)
    assert shared_numbers(english, arabic, low, high).within(0, 2, 0, 2).tolist() == [[0, 1], [0, 0]]
    names = shared_names(english, arabic, low, high).within(0, 1, 0, 2)[0]
    assert names[1] > names[0]


# --- whole documents


PAIRS = glossary_sentences(60, seed=4)
EN, AR = [en.capitalize() + "." for en, _ in PAIRS], [ar + "." for _, ar in PAIRS]


def test_documents_in_step_give_a_bead_per_sentence():
    assert sides(aligned(EN[:20], AR[:20])) == [((n,), (n,)) for n in range(20)]


def test_documents_a_sentence_left_out_on_either_side_is_a_gap():
    found = aligned(EN[:7] + EN[8:20], AR[:14] + AR[15:20])
    assert [bead.ar for bead in found if not bead.en] == [(7,)]
    assert [bead.en for bead in found if not bead.ar] == [(13,)]
    assert sum(not bead.is_gap for bead in found) == 18


def test_documents_merged_and_split_sentences_give_one_bead():
    merged = [*AR[:4], f"{AR[4][:-1]} و{AR[5]}", *AR[6:20]]
    found = sides(aligned(EN[:20], merged))
    assert ((4, 5), (4,)) in found
    assert sum(len(en) == len(ar) == 1 for en, ar in found) == 18


def test_documents_a_moved_paragraph_is_found_where_it_went():
    order = [*range(5), *range(9, 20), *range(5, 9), *range(20, 26)]
    found = aligned(EN[:26], [AR[n] for n in order])
    moved = [(bead.en, bead.ar) for bead in found if bead.is_moved]
    assert moved == [((n,), (order.index(n),)) for n in range(5, 9)]
    assert all(bead.probability > 0.5 for bead in found if bead.is_moved)


def test_documents_what_has_nothing_in_common_is_mostly_gaps_and_never_sure():
    words = "قمر سماء تفاح ليمون غيم ريح ثلج رمل ملح خشب حجر ذهب فضة نحاس ورق حبر".split()
    strange = [f"{a} {b} {c}." for a, b, c in zip(words, words[3:], words[7:], strict=False)]
    found = aligned(EN[:9], strange)
    whole = [bead for bead in found if not bead.is_gap]
    assert sum(bead.probability >= 0.5 for bead in whole) <= 3  # of vectors with 32 numbers some are alike by chance
    assert all(bead.probability < 0.9 for bead in whole)


@pytest.mark.parametrize(("english", "arabic"), [([], []), (EN[:2], []), ([], AR[:3]), (EN[:1], AR[:1])])
def test_documents_empty_and_tiny_ones_hold_every_sentence_once(english, arabic):
    found = aligned(english, arabic)
    assert sorted(n for bead in found for n in bead.en) == list(range(len(english)))
    assert sorted(n for bead in found for n in bead.ar) == list(range(len(arabic)))


def test_documents_a_band_finds_what_the_whole_table_finds():
    pairs = glossary_sentences(400, seed=7)
    english, arabic = (
        [en for n, (en, _) in enumerate(pairs) if n % 17],
        [ar for n, (_, ar) in enumerate(pairs) if n % 23],
    )
    texts = texts_of(english, arabic, MATCHER)
    band = band_of(texts.english, texts.arabic)
    assert band.cells < 0.5 * len(english) * len(arabic)
    weights = docs_weights()
    narrow = best_reading(lattice_of(evidence_of(texts, band), weights))
    found = [(s.i, s.j) for s in narrow if s.en and s.ar]
    true = [n for n in range(400) if n % 17 and n % 23]
    kept = [[n for n in range(400) if n % step] for step in (17, 23)]
    expected = {(kept[0].index(n) + 1, kept[1].index(n) + 1) for n in true}
    assert len(expected & set(found)) >= 0.95 * len(expected)


def test_documents_no_weight_hangs_on_the_scale_of_the_encoder():
    texts = texts_of(EN[:20], AR[2:22], MATCHER)
    vectors = [MATCHER.encoder.encode(side) for side in (EN[:20], AR[2:22])]
    mean = np.full(MATCHER.encoder.dim, 3.0, np.float32)  # as of an encoder whose vectors all point one way
    moved = [(v + mean).astype(np.float32) for v in vectors]
    empty = np.zeros(0, np.float32)
    shifted = texts.__class__(
        side_of(moved[0], texts.en_surface.letters, empty), side_of(moved[1], texts.ar_surface.letters, empty),
        texts.en_surface, texts.ar_surface,
    )  # fmt: skip
    assert sides(align_texts(shifted, docs_weights()).beads) == sides(align_texts(texts, docs_weights()).beads)


# --- fitting


def test_fitting_the_slope_is_that_of_the_loss():
    example = example_of(texts_of(EN[:6], [*AR[:3], *AR[4:7]], MATCHER), [Bead((n,), (n,)) for n in range(3)])
    weights = np.random.default_rng(0).normal(size=len(example.truth)) * 0.1
    _, slope = _loss(example, weights)
    for place in range(0, len(weights), 3):
        step = np.zeros_like(weights)
        step[place] = 1e-3
        expected = (_loss(example, weights + step)[0] - _loss(example, weights - step)[0]) / 2e-3
        assert slope[place] == pytest.approx(expected, abs=2e-2)


def test_fitting_makes_the_true_beads_likelier():
    beads = [*(Bead((n,), (n,)) for n in range(5)), Bead((5,), ())]
    example = example_of(texts_of(EN[:6], AR[:5], MATCHER), beads)
    before = _loss(example, np.zeros(len(example.truth)))[0]
    fitted = fit_field([example], rounds=10)
    assert _loss(example, np.concatenate([model.weights for model in fitted]))[0] < before / 2


def test_fitting_the_path_of_moved_beads_passes_them_by():
    beads = [Bead((0,), (1,)), Bead((1,), (0,), is_moved=True), Bead((2,), (2, 3)), Bead((), (4,))]
    assert path_of(beads) == [(0, 0), (0, 1), (1, 2), (2, 2), (3, 4), (3, 5)]


# --- beads and weights


def test_beads_stand_in_the_order_in_which_both_documents_are_read():
    beads = [Bead((2,), (3,)), Bead((), (2,)), Bead((0,), (0,)), Bead((1,), (4,), is_moved=True), Bead((), (1,))]
    ordered = in_order(beads)
    assert [bead.en for bead in ordered if bead.en] == [(0,), (1,), (2,)]
    assert [bead.ar for bead in ordered if bead.ar and not bead.is_moved] == [(0,), (1,), (2,), (3,)]
    assert sides(gaps([Bead((0,), (1,))], 2, 2)) == [((1,), ()), ((), (0,))]


def test_weights_are_read_back_and_a_broken_file_is_told(tmp_path):
    own = docs_weights()
    assert DocsWeights.of_row(own.as_row()).as_row() == own.as_row()
    (tmp_path / "w.json").write_text("{}")
    with pytest.raises(ModelError, match="expected weights of alignment"):
        docs_weights(tmp_path / "w.json")


def test_beads_probabilities_are_shares():
    found = aligned(EN[:15], [*AR[3:10], *AR[:3], *AR[10:16]])
    assert all(0 <= bead.probability <= 1 for bead in found)
    en = sorted(n for bead in found for n in bead.en)
    assert en == list(range(15))
    assert all(b - a == 1 for bead in found for a, b in pairwise(bead.en))


def test_lattice_gaps_get_as_rare_as_the_documents_ask():
    whole, sparse = texts_of(EN[:30], AR[:30], MATCHER), texts_of(EN[:30], AR[:30:3], MATCHER)
    changes = []
    for texts in (whole, sparse):
        lattice = lattice_of(evidence_of(texts, whole_band(texts.english.count, texts.arabic.count)), docs_weights())
        before, first = lattice.skip.copy(), [float(row[0, 0, 0]) for row in lattice.scores[1:]]
        after = fitted_to_its_gaps(lattice)
        changes.append(float((after.skip - before).mean()))
        moved = [float(row[0, 0, 0]) for row in after.scores[1:]]
        assert moved == pytest.approx([score + changes[-1] for score in first], abs=1e-4)
    assert changes[0] < -0.5
    assert changes[1] == 0  # gaps may stand for moved passages: they get no more frequent than usual
