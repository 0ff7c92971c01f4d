"""What ships of a run: a file at 8 bits that comes back as a model's directory, and the judge without torch."""

import json

import numpy as np
import pytest
import torch

from align.embed.trained import judge_weights, read_trained
from align.errors import ModelError
from align.models.doubt import WordJudge
from align.train import shipping
from align.train.encoder import Place, Recipe, checkpoint, train
from align.train.judge import Judge
from align.train.judging import judge_pairs
from align.train.memory import Memory
from align.train.shipping import as_shipped, load_memory, ship
from align.train.student import load_student
from tests.tiny_training import HIDDEN, SHAPE, TinyReader, tiny_material, tiny_student


@pytest.fixture
def run(tmp_path):
    place = Place(tmp_path / "run", bf16=False)
    train(Recipe(steps=3, shape=SHAPE), tiny_material(), place, TinyReader(), tiny_student())
    return checkpoint(place)


def vectors(count, seed):
    return np.random.default_rng(seed).normal(size=(count, HIDDEN)).astype(np.float32)


@pytest.mark.parametrize(("english", "arabic"), [(5, 7), (1, 4), (6, 1), (1, 1)])
def test_trained_judge_gives_without_torch_what_it_gives_with(english, arabic):
    torch.manual_seed(3)
    judge = Judge(HIDDEN, 12).eval()
    en, ar = vectors(english, 1), vectors(arabic, 2)
    means = {"mean_en": vectors(1, 3)[0], "mean_ar": vectors(1, 4)[0]}
    rows = [
        torch.nn.functional.normalize(torch.from_numpy(v - m), dim=1)[None]
        for v, m in zip((en, ar), means.values(), strict=True)
    ]
    with torch.inference_mode():
        wanted = judge(*rows, torch.ones(1, english, dtype=torch.bool), torch.ones(1, arabic, dtype=torch.bool))
    found = WordJudge({**{n: v.numpy() for n, v in judge.state_dict().items()}, **means}).doubts(en, ar)
    assert found.pair == pytest.approx(float(wanted.pair[0].sigmoid()), abs=1e-5)
    np.testing.assert_allclose(found.en, wanted.en[0].sigmoid().numpy(), atol=1e-5)
    np.testing.assert_allclose(found.ar, wanted.ar[0].sigmoid().numpy(), atol=1e-5)


def test_trained_judge_doubts_a_text_beside_nothing():
    found = WordJudge({}).doubts(vectors(3, 1), vectors(0, 1))
    assert (found.pair, found.en, found.ar) == (1, (1, 1, 1), ())


def test_trained_file_holds_the_student_within_8_bits(run, tmp_path):
    target = tmp_path / "shipped.safetensors"
    assert ship(run, target) == target.stat().st_size
    tensors, shape = read_trained(target)
    assert shape["layers"] == SHAPE.layers
    student = load_student(run)
    weight = student.layers[0].fi.weight.detach().numpy()
    bound = np.abs(weight).max(1, keepdims=True) / 254 * 1.001
    assert (np.abs(tensors["encoder.layer.0.intermediate.dense.weight"] - weight) <= bound).all()
    torch.testing.assert_close(as_shipped(student).state_dict()["layers.1.fo.bias"], student.layers[1].fo.bias.detach())


def test_trained_judge_of_the_file_is_that_of_the_run(run, tmp_path, monkeypatch):
    from align.train import reading

    monkeypatch.setattr(reading, "Reader", TinyReader)
    target = tmp_path / "shipped.safetensors"
    ship(run, target)
    student = load_student(run)
    pair = ("Hala reached Egypt before 7 in May.", "وصل هالة إلى مصر قبل 12 في مايو")
    wanted = judge_pairs(student, load_memory(run, student), [pair], bf16=False)[0]
    words = [reading.StudentEncoder(student, bf16=False).encode_words([text])[0].vectors for text in pair]
    found = WordJudge(judge_weights(target)).doubts(*words)
    assert found.pair == pytest.approx(wanted.pair, abs=0.02)
    np.testing.assert_allclose(found.en, wanted.en, atol=0.02)
    np.testing.assert_allclose(found.ar, wanted.ar, atol=0.02)


def test_trained_weights_beyond_the_limit_are_refused(run, tmp_path, monkeypatch):
    monkeypatch.setattr(shipping, "_MOST_BYTES", 100)
    target = tmp_path / "shipped.safetensors"
    with pytest.raises(ModelError, match="more than 100"):
        ship(run, target)
    assert list(tmp_path.glob("*shipped*")) == []


def test_trained_memory_opens_with_the_means_of_the_run(run):
    student = load_student(run)
    memory = load_memory(run, student)
    assert isinstance(memory, Memory)
    assert float(memory.word_mean(0).abs().sum()) > 0
    assert json.dumps(float(memory.get_buffer("seen")[0, 0])) == "3.0"


@pytest.mark.slow
def test_trained_directory_opens_on_torch_with_the_students_vectors(tmp_path, monkeypatch):
    from align.embed import trained
    from align.embed.encoder import SentenceEncoder
    from align.embed.torch_network import open_torch
    from align.protocols import Engine
    from align.train.encoder import Recipe
    from align.train.reading import StudentEncoder
    from align.train.student import Shape, from_bundled

    monkeypatch.setenv("ALIGN_CACHE", str(tmp_path / "cache"))
    shape = Shape(layers=3, word_layer=2)
    student = from_bundled(shape, seed=1)
    place = Place(tmp_path / "run")
    from align.train.encoder import _optimiser, _save

    _save(Recipe(shape=shape), place, student, Memory(384), _optimiser(student, Recipe(shape=shape)), 0)
    ship(checkpoint(place), tmp_path / "layers.safetensors")
    monkeypatch.setattr(trained, "trained_file", lambda: tmp_path / "layers.safetensors")
    model = trained.trained_model_path()
    network = open_torch(str(model), Engine("torch", "fp32", ""), "cpu", {"add_pooling_layer": False})
    texts = ["Hala Berri left for Egypt on Monday.", "غادرت هالة بري إلى مصر يوم الاثنين", "لا"]
    opened = SentenceEncoder(lambda streams: network, name="t", revision="t", dim=384)
    wanted = StudentEncoder(as_shipped(student), bf16=False)
    assert (np.sum(opened.encode(texts) * wanted.encode(texts), axis=1) > 0.9995).all()
    for one, other in zip(opened.encode_words(texts), wanted.encode_words(texts), strict=True):
        assert one.words == other.words
        cosines = np.sum(one.vectors * other.vectors, 1) / np.linalg.norm(one.vectors, axis=1)
        assert (cosines / np.linalg.norm(other.vectors, axis=1) > 0.999).all()
