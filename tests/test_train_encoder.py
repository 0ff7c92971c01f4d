"""The recipe: seeded, resumable, and what it asks of a student is what it says."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from align.errors import SettingsError
from align.text.words import words
from align.train import losses
from align.train.encoder import Place, Recipe, checkpoint, rate_share, train
from align.train.judging import quad_doubts
from align.train.memory import Memory
from align.train.objective import WEIGHTS, step_losses
from align.train.quads import ROWS
from align.train.sampling import ParallelBatch, QuadBatch, draw
from align.train.student import body_of, load_student, tensors_of
from align.train.word_losses import marks
from tests.tiny_training import HIDDEN, PAIRS, SHAPE, SIZES, TinyReader, tiny_material, tiny_quads, tiny_student

RECIPE = Recipe(seed=5, steps=4, shape=SHAPE, sizes=SIZES)


def trained(out, steps=4, stop_after=None, student=None, recipe=RECIPE):
    place = Place(out, bf16=False, stop_after=stop_after)
    return train(replace(recipe, steps=steps), tiny_material(), place, TinyReader(), student or tiny_student())


def test_train_four_steps_are_two_and_two_more(tmp_path):
    whole = trained(tmp_path / "whole").state_dict()
    trained(tmp_path / "parts", stop_after=2)
    parts = trained(tmp_path / "parts", student=tiny_student(seed=9)).state_dict()
    assert all(torch.equal(whole[name], parts[name]) for name in whole)


def test_train_the_seed_decides_what_comes_out(tmp_path):
    one, again = (trained(tmp_path / name).state_dict() for name in ("one", "again"))
    other = trained(tmp_path / "other", recipe=replace(RECIPE, seed=6)).state_dict()
    assert all(torch.equal(one[name], again[name]) for name in one)
    assert any(not torch.equal(one[name], other[name]) for name in one)


def test_train_refuses_the_checkpoint_of_another_recipe(tmp_path):
    trained(tmp_path, stop_after=1)
    with pytest.raises(SettingsError, match=r"seed differ.*--out"):
        trained(tmp_path, recipe=replace(RECIPE, seed=6))


def test_train_a_finished_run_is_left_as_it_is(tmp_path):
    first = trained(tmp_path).state_dict()
    assert all(torch.equal(value, first[name]) for name, value in trained(tmp_path).state_dict().items())


def test_train_lowers_what_it_asks_for(tmp_path):
    def total(student):
        material, memory = tiny_material(), Memory(HIDDEN, HIDDEN)
        found = {}
        for step in range(2, 12):
            batch = draw(material, SIZES, 99, step)
            for name, value in step_losses(student, TinyReader(), memory, batch).items():
                found[name] = found.get(name, 0) + float(value.detach())
        return found

    before = total(tiny_student().eval())
    recipe = replace(RECIPE, body_rate=3e-3, judge_rate=3e-3, cooling=0.1)
    after = total(trained(tmp_path, steps=80, recipe=recipe))
    assert set(before) == set(WEIGHTS)
    assert after["contrast"] < before["contrast"]
    assert after["links"] < before["links"]
    assert after["judge_words"] < before["judge_words"]
    assert sum(WEIGHTS[n] * after[n] for n in after) < 0.8 * sum(WEIGHTS[n] * before[n] for n in before)


def test_train_leaves_the_embeddings_norm_frozen(tmp_path):
    before = tiny_student().state_dict()
    after = trained(tmp_path).state_dict()
    assert torch.equal(before["norm.weight"], after["norm.weight"])
    assert not torch.equal(before["layers.0.qkv.weight"], after["layers.0.qkv.weight"])


def test_train_a_checkpoint_opens_as_a_student(tmp_path):
    student = trained(tmp_path)
    opened = load_student(checkpoint(Place(tmp_path)))
    assert opened.shape == SHAPE
    assert all(torch.equal(value, opened.state_dict()[name]) for name, value in student.state_dict().items())


def test_train_the_rate_rises_and_falls_to_nothing():
    recipe = Recipe(steps=1000, cooling=0.4)
    shares = [rate_share(recipe, step) for step in range(1001)]
    assert shares[0] < shares[30] < shares[200] == 1 == shares[599]
    assert shares[600:] == sorted(shares[600:], reverse=True)
    assert shares[1000] == 0


def test_train_batches_hang_on_seed_and_step_alone():
    material = tiny_material()
    for step in (0, 1, 7, 8):
        one, again = draw(material, SIZES, 3, step), draw(material, SIZES, 3, step)
        assert isinstance(one, QuadBatch if step % 2 else ParallelBatch)
        if isinstance(one, ParallelBatch):
            assert (one.pairs, one.changed_en, one.lexical) == (again.pairs, again.changed_en, again.lexical)
            assert one.pairs != draw(material, SIZES, 4, step).pairs
        else:
            assert one.quads == again.quads


def test_student_reads_a_text_alike_whatever_it_is_batched_with():
    student, reader = tiny_student().eval(), TinyReader()
    texts = [PAIRS[0].en, "Hala", PAIRS[4].ar, PAIRS[2].en + " " + PAIRS[3].en]
    together = student(reader.read(texts))
    for row, text in enumerate(texts):
        alone = student(reader.read([text]))
        size = len(words(text))
        torch.testing.assert_close(alone.pooled[0], together.pooled[row])
        torch.testing.assert_close(alone.words[0, :size], together.words[row, :size])
        assert together.is_word[row].sum() == size


def test_student_tensors_go_out_and_come_back():
    student, other = tiny_student(1), tiny_student(2)
    other.load_state_dict(body_of(tensors_of(student), SHAPE.layers), strict=False)
    texts = TinyReader().read([PAIRS[0].en])
    torch.testing.assert_close(student.eval()(texts).pooled, other.eval()(texts).pooled)


def test_quads_labels_sit_on_the_changed_words():
    quad = tiny_quads()[0]
    texts = TinyReader().read([*quad.en, *quad.ar[0]])
    flags = marks(texts, [*quad.en_changed, *quad.ar_changed[0]], 6)
    shown = [
        [word.cut(text) for word, flag in zip(words(text), row, strict=False) if flag]
        for text, row in zip((*quad.en, *quad.ar[0]), flags.tolist(), strict=True)
    ]
    assert shown == [["Monday"], ["Friday"], ["الاثنين"], ["الاثنين"]]
    assert sum(row.is_right for row in ROWS) == 4


def test_losses_of_links_are_those_of_dou_and_neubig():
    en = ar = torch.eye(3)[None]
    real = torch.ones(1, 3, dtype=torch.bool)
    forward, backward = losses.link_masses(en, ar, real, real)
    assert float(losses.link_loss(forward, backward)) == pytest.approx(-1, abs=1e-3)  # every word has its own
    even = torch.full((1, 8, 8), 1 / 8)
    assert float(losses.link_loss(even, even)) == 0  # an eighth is below .15: nothing to strengthen


def test_losses_of_contrast_are_cross_entropy_without_the_blocked():
    queries, keys = torch.eye(2), torch.eye(2)
    none = torch.zeros(2, 2, dtype=torch.bool)
    wrong_way = torch.tensor([1, 0])
    assert float(losses.contrast(queries, keys, torch.tensor([0, 1]), none)) == pytest.approx(0, abs=1e-6)
    assert float(losses.contrast(queries, keys, wrong_way, none)) == pytest.approx(1 / 0.03, rel=1e-3)
    blocked = torch.eye(2, dtype=torch.bool)
    assert float(losses.contrast(queries, keys, wrong_way, blocked)) == pytest.approx(0, abs=1e-6)


def test_losses_ignore_words_of_which_nothing_is_known():
    logits = torch.tensor([[5.0, -5.0, 9.0]])
    known = losses.word_loss(logits, torch.tensor([[1.0, 0.0, -1.0]]), 1.0)
    assert float(known) == pytest.approx(np.log1p(np.exp(-5)), rel=1e-4)
    assert float(losses.word_loss(logits, torch.full((1, 3), -1.0), 1.0)) == 0


def test_memory_forgets_the_oldest_first():
    memory = Memory(2, 2)
    for value in range(1030):
        memory.remember(torch.full((2, 1, 2), float(value)), torch.zeros(2, 1, 2))
    kept = memory.earlier()[0][0, :, 0]
    assert sorted(kept.tolist()) == list(range(6, 1030))


def test_judge_gives_every_row_of_a_quad_a_doubt(tmp_path, monkeypatch):
    from align.train import reading

    monkeypatch.setattr(reading, "Reader", TinyReader)
    quads = tiny_quads()
    found = quad_doubts(trained(tmp_path), Memory(HIDDEN, HIDDEN), quads)
    assert len(found.scores) == 8 * len(quads)
    assert sum(found.is_wrong) == 4 * len(quads)
    assert all(0 <= score <= 1 for score in found.scores)
