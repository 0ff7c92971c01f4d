"""Engines agree; the fast ones load no torch; the choice says why."""

import importlib.util
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import hypothesis
import hypothesis.strategies
import numpy as np
import pytest

from align.embed import machine
from align.embed.bundled import SPECIALS
from align.embed.encoder import SentenceEncoder, _neutral, batches, thread_copies
from align.embed.machine import choose
from align.embed.network import Pieces, States, middle_layers
from align.errors import SettingsError
from align.settings import EmbedSettings
from align.text.words import words

TEXTS = [
    "The minister said on Sunday that the bridge would open within two weeks.",
    "وقال الوزير يوم الأحد إن الجسر سيفتتح خلال أسبوعين.",
    "نعم.",
    "",
    "</s> a mark of the tokenizer's own",
    "The minister said on Sunday that the bridge would open within two weeks.",
    "وأضافت المهندسة سلمى الراوي أن الأشغال تأخرت شهرا كاملا بسبب الأمطار، " * 20,
]


def settings(engine):
    return EmbedSettings(engine=engine, cache=False)


class CountingNetwork:
    """Its pieces are letters, its states their code points; it counts the texts that it has run."""

    specials = ("<s>",)
    batch_tokens = 64

    def __init__(self):
        self.batches = []

    def tokenise(self, texts):
        found = []
        for text in texts:
            at = np.array([0, *range(len(text)), 0])
            ids = np.array([1, *map(ord, text), 2])
            found.append(Pieces(ids, at, np.array([0, *range(1, len(text) + 1), 0])))
        return found

    def run(self, batch, *, with_words):
        self.batches.append([len(ids) for ids in batch])
        states = np.concatenate(batch)[:, None].astype(np.float32) * np.array([[1, 0]], np.float32)
        pooled = np.array([[ids.sum(), 1] for ids in batch], np.float32)
        return States(pooled / np.linalg.norm(pooled, axis=1, keepdims=True), states, states * 2)


def encoder_over(network, **options):
    return SentenceEncoder(lambda streams: network, name="counting", revision="1", dim=2, **options)


def test_encoder_word_vectors_are_means_and_sums_over_the_pieces_of_each_word():
    (found,) = encoder_over(CountingNetwork()).encode_words(["ab <s> c"])
    assert [span.cut("ab <s> c") for span in found.words] == [span.cut("ab <s> c") for span in words("ab <s> c")]
    assert found.vectors[0, 0] == (ord("a") + ord("b")) / 2
    assert found.sums[0, 0] == 2 * (ord("a") + ord("b"))
    assert found.vectors[-1, 0] == ord("c")


def test_encoder_a_text_that_repeats_is_run_once():
    network = CountingNetwork()
    vectors = encoder_over(network).encode(["same", "other", "same"])
    assert sum(len(batch) for batch in network.batches) == 2
    assert (vectors[0] == vectors[2]).all()


def test_encoder_sentence_vectors_of_texts_whose_words_were_just_read_cost_no_pass():
    network = CountingNetwork()
    encoder = encoder_over(network)
    encoder.encode_words(["one", "two"])
    passes = len(network.batches)
    vectors = encoder.encode(["two", "one"])
    assert len(network.batches) == passes
    np.testing.assert_array_equal(vectors, encoder_over(CountingNetwork()).encode(["two", "one"]))


def test_encoder_with_a_prefix_does_not_take_word_passes_for_sentence_vectors():
    network = CountingNetwork()
    encoder = encoder_over(network, prefix="query: ")
    encoder.encode_words(["one"])
    passes = len(network.batches)
    encoder.encode(["one"])
    assert len(network.batches) == passes + 1


def test_encoder_loads_no_network_before_the_first_text():
    def refuse():
        raise AssertionError("loaded")

    encoder = SentenceEncoder(refuse, name="n", revision="1", dim=3)
    assert encoder.encode([]).shape == (0, 3)
    assert encoder.encode_words([]) == []


def test_batches_hold_every_row_once_longest_first_within_the_budget():
    lengths = [3, 50, 7, 7, 120, 1, 30]
    found = list(batches(lengths, 60))
    assert sorted(row for batch in found for row in batch) == list(range(7))
    flat = [lengths[row] for batch in found for row in batch]
    assert flat == sorted(lengths, reverse=True)
    assert all(len(batch) == 1 or len(batch) * lengths[batch[0]] <= 60 for batch in found)


def test_middle_layers_are_7_to_9_of_12():
    assert list(middle_layers(12)) == [7, 8, 9]


@pytest.mark.parametrize(
    ("installed", "flag", "expected"),
    [
        ({"torch", "onnx", "openvino"}, None, ("onnx", "fp32")),
        ({"torch", "openvino"}, None, ("openvino", "fp32")),
        ({"torch"}, None, ("torch", "fp32")),
        ({"torch", "onnx", "openvino"}, "amx_bf16", ("openvino", "bf16")),
        ({"torch", "onnx"}, "avx512_bf16", ("torch", "bf16")),
    ],
)
def test_auto_takes_the_engine_that_this_machine_is_fastest_with(monkeypatch, installed, flag, expected):
    monkeypatch.setattr(machine, "is_installed", lambda engine: engine in installed)
    monkeypatch.setattr(machine, "bf16_flag", lambda: flag)
    monkeypatch.setattr(machine, "has_gpu", lambda: False)
    chosen = choose(EmbedSettings(), is_bundled=True)
    assert (chosen.name, chosen.precision) == expected
    assert chosen.reason
    assert ("quote-align[fast]" in chosen.reason) == ("openvino" not in installed and chosen.name == "torch")


def test_auto_takes_torch_in_fp16_where_a_gpu_is(monkeypatch):
    monkeypatch.setattr(machine, "has_gpu", lambda: True)
    chosen = choose(EmbedSettings(), is_bundled=True)
    assert (chosen.name, chosen.precision) == ("torch", "fp16")


def test_an_engine_that_cannot_run_is_refused_with_the_next_step(monkeypatch):
    with pytest.raises(SettingsError, match="auto, torch, onnx, openvino, found 'abacus'"):
        choose(settings("abacus"), is_bundled=True)
    monkeypatch.setattr(machine, "is_installed", lambda engine: engine != "openvino")
    with pytest.raises(SettingsError, match=r"needs the package openvino.*pip install 'quote-align\[fast\]'"):
        choose(settings("openvino"), is_bundled=True)
    with pytest.raises(SettingsError, match="runs the bundled model only"):
        choose(settings("onnx"), is_bundled=False)


def test_threads_are_never_more_than_asked_for(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert machine.threads() == 1
    monkeypatch.setenv("OMP_NUM_THREADS", "many")
    assert machine.threads() >= 1


def skip_without(engine):
    package = {"onnx": "onnxruntime", "openvino": "openvino"}[engine]
    for name in (package, "onnx"):
        if importlib.util.find_spec(name) is None:
            pytest.skip(f"the package {name} is not installed; it is in the extra `fast`")


@pytest.fixture(scope="module")
def from_torch():
    from align.embed import load_encoder

    encoder = load_encoder(settings("torch"))
    return encoder.encode(TEXTS), encoder.encode_words(TEXTS)


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["onnx", "openvino"])
def test_engines_give_the_vectors_of_torch(engine, from_torch):
    skip_without(engine)
    from align.embed import load_encoder

    encoder = load_encoder(settings(engine))
    precisions = {encoder.engine.precision, choose(settings("torch"), is_bundled=True).precision}
    least = 0.99999 if precisions == {"fp32"} else 0.999
    vectors, word_vectors = encoder.encode(TEXTS), encoder.encode_words(TEXTS)
    assert ((vectors * from_torch[0]).sum(1)).min() > least
    for mine, theirs in zip(word_vectors, from_torch[1], strict=True):
        assert mine.words == theirs.words
        for one, other in ((mine.vectors, theirs.vectors), (mine.sums, theirs.sums)):
            lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
            cosines = (one * other).sum(1)[lengths > 0] / lengths[lengths > 0]
            assert cosines.min(initial=1.0) > least
            assert ((np.linalg.norm(one, axis=1) > 0) == (np.linalg.norm(other, axis=1) > 0)).all()


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["onnx", "openvino"])
def test_threads_that_share_a_fast_engine_get_the_vectors_of_one(engine):
    skip_without(engine)
    from align.embed import load_encoder

    texts = [f"{text} {number}" for number in range(40) for text in TEXTS]
    shares = [texts[:140], texts[140:]]
    wanted = [load_encoder(settings(engine)).encode(share) for share in shares]
    two = thread_copies(load_encoder(settings(engine)), 2)
    assert len(two) == 2
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda one, share: one.encode(share), two, shares))
    for mine, alone in zip(found, wanted, strict=True):
        assert np.array_equal(mine, alone)


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["onnx", "openvino"])
def test_a_network_for_threads_has_run_once_before_they_come(engine, monkeypatch):
    skip_without(engine)
    from align.embed import fast_network

    ran = []
    monkeypatch.setattr(
        fast_network.FastNetwork, "run", lambda self, batch, *, with_words: ran.append(threading.current_thread())
    )
    choice = choose(settings(engine), is_bundled=True)
    fast_network.open_fast(choice, 1)
    assert ran == []
    fast_network.open_fast(choice, 2)
    assert ran == [threading.current_thread()]


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["onnx", "openvino"])
def test_fast_engines_import_no_torch(engine):
    skip_without(engine)
    program = (
        "import sys\n"
        "from align.embed import load_encoder\n"
        "from align.settings import EmbedSettings\n"
        f"encoder = load_encoder(EmbedSettings(engine={engine!r}, cache=False))\n"
        "encoder.encode_words(['نعم', 'yes'])\n"
        "print(sorted({'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]", done.stderr


@pytest.mark.slow
def test_a_damaged_graph_is_built_again(tmp_path, monkeypatch):
    skip_without("onnx")
    from align.embed import fast_network
    from align.embed.bundled import bundled_model_path

    model = tmp_path / "model"
    model.symlink_to(bundled_model_path())
    path = fast_network._graph_file(model)
    whole = path.read_bytes()
    path.write_bytes(whole[:1000])
    assert fast_network._graph_file(model).read_bytes() == whole


@pytest.fixture(scope="module")
def tokens(tmp_path_factory):
    from align.embed.bundled import bundled_model_path
    from align.embed.tokens import Tokens

    found = bundled_model_path()
    model = tmp_path_factory.mktemp("models") / "model"
    model.mkdir()
    (model / "tokenizer.json").symlink_to(found / "tokenizer.json")
    return Tokens(model, 512)


def pieces_of(tokenizer, text):
    encoding = tokenizer.encode(text)
    return encoding.ids, encoding.offsets


def assert_cut_as_whole(tokens, texts):
    for text in texts:
        (found,) = tokens.cut([text])
        ids, offsets = pieces_of(tokens._whole, text)
        assert found.ids.tolist() == ids
        assert list(zip(found.starts.tolist(), found.ends.tolist(), strict=True)) == offsets


OTHER = ["Привет, Salma", "東京で会いましょう", "ℵ and 𝔄", "ｶﾞ ﾊﾞ", "한국", "שלום"]


def test_engines_small_tokenizer_cuts_as_the_whole_one(tokens):
    assert_cut_as_whole(tokens, [*TEXTS, *OTHER, "🎉🫠 ½ ﷺ Ⅷ №5 — “x”…", "\u0301e\u0301", "a\u200fb\u00a0c", "مَرْحَبًا"])


@hypothesis.given(hypothesis.strategies.text(max_size=60))
@hypothesis.settings(deadline=None, max_examples=300)
def test_engines_small_tokenizer_cuts_any_text_as_the_whole_one(tokens, text):
    assert_cut_as_whole(tokens, [_neutral(text, SPECIALS)])


def test_engines_small_tokenizer_is_made_again_when_damaged(tokens, tmp_path):
    from align.embed.tokens import Tokens

    model = tmp_path / "model"
    model.mkdir()
    (model / "tokenizer.json").symlink_to(tokens._whole_file)
    Tokens(model, 512)
    (made,) = tmp_path.glob("model-pieces-*.jsonl")
    made.write_text(made.read_text().replace('"\\u2581the"', '"\\u2581eht"'))  # whole to the eye, wrong in one piece
    assert_cut_as_whole(Tokens(model, 512), TEXTS)
