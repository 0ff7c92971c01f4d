"""A cache that is full, read-only, damaged or cut short, and an encoder that fails in the middle of a run."""

import errno
import json
import logging
import multiprocessing
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from align.embed import bundled, whole
from align.embed.cache import CachedEncoder, VectorCache
from align.embed.encoder import SentenceEncoder, thread_copies
from align.embed.network import Pieces, States
from align.errors import ModelError, ResourceError
from align.files import data_path
from align.records import Document, Rejection
from align.run.aligner import Aligner
from align.run.session import aligned_or_refused
from align.settings import Settings
from tests.fakes import HashEncoder, own_bundle

FILES = {"model.safetensors": 5000, "tokenizer.json": 900, "config.json": 40, "1_Pooling/config.json": 30}


def small_model(_, target):
    for name, size in FILES.items():
        (target / name).parent.mkdir(exist_ok=True)
        (target / name).write_bytes(bytes(n % 251 for n in range(size)))


@pytest.fixture
def unpacking(tmp_path, monkeypatch):
    """Times that a model of a few small files was unpacked into this cache."""
    made = []

    def write(model, target):
        made.append(target)
        small_model(model, target)

    monkeypatch.setenv("ALIGN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(bundled, "bundled_revision", lambda: "small-v1")
    monkeypatch.setattr(bundled, "weight_file", lambda: Path("weights"))
    monkeypatch.setattr(bundled, "_read_weights", lambda source: None)
    monkeypatch.setattr(bundled, "write_model", write)
    monkeypatch.setattr(bundled, "_UNPACKED_BYTES", 10_000)
    return made


def cut(path):
    os.truncate(path, path.stat().st_size // 2)


def zeroed(path):
    path.write_bytes(bytes(path.stat().st_size))


def one_bit(path):
    held = bytearray(path.read_bytes())
    held[len(held) // 2] ^= 1
    path.write_bytes(held)


def longer(path):
    path.write_bytes(path.read_bytes() + b"x")


DAMAGES = [cut, zeroed, one_bit, longer, Path.unlink]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
@pytest.mark.parametrize("name", [*FILES, "files.json"])
def test_embed_an_unpacked_model_with_a_damaged_file_is_unpacked_again(unpacking, name, damage):
    model = bundled.bundled_model_path()
    assert len(unpacking) == 1
    damage(model / name)
    assert bundled.bundled_model_path() == model
    assert len(unpacking) == 2
    for own, size in FILES.items():
        assert (model / own).read_bytes() == bytes(n % 251 for n in range(size))
    bundled.bundled_model_path()
    assert len(unpacking) == 2


def test_embed_a_model_that_nothing_touched_is_not_hashed_again(unpacking, monkeypatch):
    bundled.bundled_model_path()
    bundled.bundled_model_path()
    monkeypatch.setattr("align.files.sha256_file", lambda *_: pytest.fail("hashed"))
    bundled.bundled_model_path()
    assert len(unpacking) == 1


def test_embed_a_copied_model_is_hashed_and_taken(unpacking, tmp_path, monkeypatch):
    model = bundled.bundled_model_path()
    shutil.copytree(tmp_path / "cache", tmp_path / "other")
    monkeypatch.setenv("ALIGN_CACHE", str(tmp_path / "other"))
    assert bundled.bundled_model_path() == tmp_path / "other" / "models" / model.name
    assert len(unpacking) == 1


@pytest.mark.parametrize("damage", [b"", b"[1, 2]", b"{", b"\xff\xfe", b'{"config.json": 5}', b"[" * 100_000])
@pytest.mark.parametrize("name", ["small-v1/files.json", "small-v1-seen.json"])
def test_embed_lists_of_files_may_hold_anything(unpacking, name, damage):
    model = bundled.bundled_model_path()
    (model.parent / name).write_bytes(damage)
    assert bundled.bundled_model_path() == model
    assert whole.is_whole(model)


def unpack_slowly(cache, counted):
    os.environ["ALIGN_CACHE"] = str(cache)

    def write(_, target):
        with counted.get_lock():
            counted.value += 1
        multiprocessing.Event().wait(0.3)
        small_model(_, target)

    bundled.bundled_revision = lambda: "small-v1"
    bundled.weight_file = lambda: Path("weights")
    bundled._read_weights = lambda source: None
    bundled.write_model = write
    assert whole.is_whole(bundled.bundled_model_path())


def test_embed_of_processes_that_unpack_at_once_one_does_it(tmp_path):
    context = multiprocessing.get_context("fork")
    counted = context.Value("i", 0)
    workers = [context.Process(target=unpack_slowly, args=(tmp_path, counted)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0] * 4
    assert counted.value == 1
    assert not [path for path in (tmp_path / "models").iterdir() if path.name.endswith(".tmp")]


def test_embed_a_full_disk_is_told_before_anything_is_unpacked(unpacking, monkeypatch):
    monkeypatch.setattr(bundled, "_UNPACKED_BYTES", 1 << 62)
    with pytest.raises(ModelError, match=r"MB free to unpack .*, found .*make room there, or set ALIGN_CACHE"):
        bundled.bundled_model_path()
    assert unpacking == []


@pytest.mark.parametrize(
    "fault",
    [OSError(errno.ENOSPC, "No space left on device"), RuntimeError("I/O error"), Exception("disk"), ValueError("odd")],
)
def test_embed_whatever_stops_the_unpacking_is_one_model_error_and_leaves_nothing(unpacking, monkeypatch, fault):
    def write(model, target):
        small_model(model, target)
        raise fault

    monkeypatch.setattr(bundled, "write_model", write)
    with pytest.raises(ModelError, match="cannot unpack the encoder into .*set ALIGN_CACHE to another place"):
        bundled.bundled_model_path()
    held = [path.name for path in (bundled.cache_directory() / "models").iterdir()]
    assert held == [".small-v1.lock"]


def test_embed_a_cache_that_is_no_folder_is_a_model_error(unpacking, tmp_path):
    (tmp_path / "cache").write_text("")
    with pytest.raises(ModelError, match="cannot unpack"):
        bundled.bundled_model_path()


def test_embed_a_user_without_a_home_is_told_of_the_setting(monkeypatch):
    def homeless():
        raise RuntimeError("Could not determine home directory.")

    for name in ("ALIGN_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    with pytest.raises(ModelError, match="set ALIGN_CACHE"):
        bundled.cache_directory()


@pytest.mark.parametrize("damage", [cut, zeroed, one_bit, longer], ids=lambda damage: damage.__name__)
@pytest.mark.parametrize("is_recorded", [True, False])
def test_embed_damaged_weights_of_the_package_are_told_with_the_remedy(tmp_path, monkeypatch, damage, is_recorded):
    weights = tmp_path / "weights.bin"
    weights.write_bytes(b"E5S1" + bytes(range(200)) * 4)
    recorded = whole.sha256_file(weights)
    damage(weights)
    monkeypatch.setattr(bundled, "_recorded_hash", lambda path: recorded if is_recorded else whole.sha256_file(path))
    with pytest.raises(ModelError, match="install"):
        bundled._read_weights(weights)


@pytest.mark.parametrize("fault", [OSError(errno.ENOSPC, "No space left"), RuntimeError("odd"), MemoryError()])
def test_embed_a_derived_file_that_cannot_be_written_is_a_model_error(tmp_path, fault):
    def write(path):
        path.write_bytes(b"half")
        raise fault

    with pytest.raises(ModelError, match="cannot write the encoder's .*set ALIGN_CACHE"):
        whole.derived_file(tmp_path / "graph.onnx", write)
    assert list(tmp_path.iterdir()) == []


def compiled_in(folder):
    """What a library that keeps a file here, and believes what it finds, gets; None: it is to keep nothing."""
    with whole.trusted_folder(folder) as kept:
        if kept is None:
            return None
        kept.mkdir(exist_ok=True)
        blob = kept / "1.blob"
        if not blob.exists():
            blob.write_bytes(b"compiled " * 50)
        return blob.read_bytes()


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
@pytest.mark.parametrize("name", ["1.blob", "files.json"])
def test_embed_what_a_library_keeps_is_believed_only_while_it_is_as_it_was(tmp_path, name, damage):
    folder = tmp_path / "kept"
    for _ in range(3):
        assert compiled_in(folder) == b"compiled " * 50
        damage(folder / name)


def test_embed_what_a_killed_process_left_unlisted_is_not_believed(tmp_path):
    folder = tmp_path / "kept"
    folder.mkdir()
    (folder / "1.blob").write_bytes(b"half")
    assert compiled_in(folder) == b"compiled " * 50
    (folder / "2.blob").write_bytes(b"half")
    assert compiled_in(folder) == b"compiled " * 50
    assert not (folder / "2.blob").exists()


def test_embed_a_kept_folder_that_cannot_be_mended_is_done_without(tmp_path, monkeypatch):
    folder = tmp_path / "kept"
    folder.mkdir()
    (folder / "1.blob").write_bytes(b"half")
    monkeypatch.setattr("shutil.rmtree", lambda *_, **__: None)
    assert compiled_in(folder) is None


# ---- an encoder that fails


class FrailNetwork:
    """Answers until it has run `lasting` batches; texts that hold POISON it never takes."""

    specials = ()
    batch_tokens = 64
    POISON = "☠"

    def __init__(self, fault=None, lasting=0):
        self.fault, self.lasting, self.ran = fault, lasting, 0

    def tokenise(self, texts):
        if any(self.POISON in text for text in texts):
            raise TypeError("this text cannot be cut")
        return [Pieces(np.arange(2), np.array([0, 0]), np.array([0, len(text)])) for text in texts]

    def run(self, batch, *, with_words):
        self.ran += 1
        if self.fault is not None and self.ran > self.lasting:
            if self.fault == "nan":
                return States(np.full((len(batch), 2), np.nan, np.float32), *[np.zeros((2 * len(batch), 2))] * 2)
            raise self.fault
        states = np.ones((sum(map(len, batch)), 2), np.float32)
        return States(np.ones((len(batch), 2), np.float32) / np.sqrt(np.float32(2)), states, states)


def encoder_over(network):
    opened = network if callable(network) else lambda streams: network
    return SentenceEncoder(opened, name="frail", revision="1", dim=2, is_shareable=True)


@pytest.mark.parametrize("fault", [RuntimeError("CUDA error: device lost"), OSError(5, "Input/output error"), "nan"])
def test_embed_an_encoder_that_fails_is_a_model_error(fault):
    encoder = encoder_over(FrailNetwork(fault, lasting=1))
    encoder.encode(["one"])
    for ask in (encoder.encode, encoder.encode_words):
        with pytest.raises(ModelError, match="the encoder frail failed to encode"):
            ask(["two", "three"])


@pytest.mark.parametrize(
    "fault",
    [MemoryError(), RuntimeError("std::bad_alloc"), RuntimeError("CUDA out of memory. Tried to allocate 2 GiB")],
)
def test_embed_want_of_memory_is_a_model_error_that_names_the_batch(fault):
    with pytest.raises(ModelError, match="batch_tokens"):
        encoder_over(FrailNetwork(fault)).encode(["one"])


def test_embed_a_text_that_the_network_cannot_take_is_the_texts_own_fault():
    encoder = encoder_over(FrailNetwork())
    with pytest.raises(TypeError, match="cannot be cut"):
        encoder.encode([FrailNetwork.POISON])
    assert encoder.encode(["one"]).shape == (1, 2)


@pytest.mark.parametrize(
    "fault", [ModelError("no room"), RuntimeError("Unable to load"), MemoryError(), OSError(28, "x")]
)
def test_embed_a_model_that_cannot_be_opened_is_tried_once_for_all_threads(fault):
    tried = []

    def failing(streams):
        tried.append(streams)
        raise fault

    copies = thread_copies(encoder_over(failing), 3)
    assert len(copies) == 3
    for encoder in [*copies, *copies]:
        with pytest.raises(ModelError):
            encoder.encode(["one"])
    assert len(tried) == 1


def aligner_over(encoder):
    return Aligner(encoder, own_bundle(encoder), Settings())


ARTICLE = (
    "قالت الوزيرة إن الجسر سيفتح يوم الأحد.\n\n\u201cThe bridge opens on Sunday\u201d, Salma Rawi (@salma) "
    "March 3, 2024\n\nوأضافت أن الأشغال تأخرت."
)


@pytest.mark.parametrize(("fault", "expected"), [(MemoryError(), ResourceError), (ModelError("gone"), ModelError)])
def test_embed_neither_memory_nor_the_model_is_an_articles_fault(fault, expected, monkeypatch):
    aligner = aligner_over(HashEncoder())
    monkeypatch.setattr(aligner, "align", lambda document: (_ for _ in ()).throw(fault))
    with pytest.raises(expected):
        aligned_or_refused(aligner, Document("a", "a.txt", ARTICLE))
    monkeypatch.setattr(aligner, "align", lambda document: 1 // 0)
    assert isinstance(aligned_or_refused(aligner, Document("a", "a.txt", ARTICLE)), Rejection)


# ---- every command that opens an encoder


def commands(folder):
    """Each command with inputs of its own, none of which it gets to the end of without an encoder."""
    article = data_path("samples", "founding-example.txt").read_text(encoding="utf-8")
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text(f"{article}\n{name}\n", encoding="utf-8")
    (folder / "en.txt").write_text("The bridge opens on Sunday.\n", encoding="utf-8")
    (folder / "ar.txt").write_text("يفتح الجسر يوم الأحد.\n", encoding="utf-8")
    (folder / "pairs.tsv").write_text("en\tar\nThe bridge opens on Sunday.\tيفتح الجسر يوم الأحد.\n", encoding="utf-8")
    (folder / "tweets.jsonl").write_text('{"id": "1", "text": "The bridge opens on Sunday."}\n', encoding="utf-8")
    return {
        "run": ["run", "a.txt", "b.txt", "--out", "run", "--quiet"],
        "check pairs": ["check", "pairs.tsv"],
        "check texts": ["check", "--en", "The bridge opens.", "--ar", "يفتح الجسر."],
        "check articles": ["check", "a.txt", "b.txt"],
        "mine": ["mine", "en.txt", "ar.txt", "--out", "mined", "--quiet"],
        "index": ["index", "build", "tweets.jsonl", "--out", "index", "--quiet"],
        "evaluate": ["evaluate", "pairs.tsv"],
    }


@contextmanager
def tiny_disk(place, size):
    place.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", place], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"a small file system cannot be mounted here: {done.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=True)


def align(folder, *arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "align", *arguments],
        cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


@pytest.mark.slow
def test_embed_on_a_full_cache_every_command_says_so_in_one_line(tmp_path):
    with tiny_disk(tmp_path / "disk", "2m") as disk:
        for name, arguments in commands(tmp_path).items():
            done = align(tmp_path, *arguments, ALIGN_CACHE=str(disk), PYTHONPATH=str(Path(__file__).parents[1]))
            told = [line for line in done.stderr.splitlines() if "MB free to unpack the encoder" in line]
            assert (done.returncode, len(told)) == (1, 1), (name, done.stderr)
            assert "Traceback" not in done.stderr and "fault of the program" not in done.stderr
        assert not any(path.stat().st_size for path in tmp_path.glob("run/rejected.jsonl"))


@pytest.mark.slow
def test_embed_a_model_cut_short_on_disk_is_unpacked_again_and_says_the_same(tmp_path, monkeypatch):
    from align.embed import load_encoder
    from align.settings import EmbedSettings

    texts = ["The bridge opens on Sunday.", "يفتح الجسر يوم الأحد."]
    wanted = load_encoder(EmbedSettings(cache=False)).encode(texts)
    shutil.copytree(bundled.bundled_model_path().parent, tmp_path / "models")
    monkeypatch.setenv("ALIGN_CACHE", str(tmp_path))
    model = tmp_path / "models" / bundled.bundled_model_path().name
    cut(model / "model.safetensors")
    for path in [*model.parent.glob("*.onnx"), *model.parent.glob("*.jsonl"), *model.parent.glob("*.openvino/*.blob")]:
        cut(path)
    np.testing.assert_array_equal(load_encoder(EmbedSettings(cache=False)).encode(texts), wanted)


# ---- the vector cache


TEXTS = [f"text number {number}" for number in range(1200)]


def cached(directory):
    return CachedEncoder(HashEncoder(), VectorCache(directory, 10**9))


def refused_by_sqlite(code):
    error = sqlite3.OperationalError("refused")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize("when", ["opening", "writing", "reading"])
@pytest.mark.parametrize(
    "fault",
    [refused_by_sqlite(sqlite3.SQLITE_FULL), refused_by_sqlite(sqlite3.SQLITE_READONLY),
     refused_by_sqlite(sqlite3.SQLITE_IOERR | 2 << 8), OSError(errno.EROFS, "Read-only file system")],
    ids=["full", "readonly", "ioerr", "EROFS"],
)  # fmt: skip
def test_embed_a_vector_cache_that_the_disk_refuses_is_done_without_in_one_line(
    tmp_path, monkeypatch, caplog, when, fault
):
    encoder = cached(tmp_path)
    cache = encoder._cache
    if when == "opening":
        monkeypatch.setattr("sqlite3.connect", lambda *_, **__: (_ for _ in ()).throw(fault))
    elif when == "writing":
        monkeypatch.setattr(cache, "_make_room", lambda *_: (_ for _ in ()).throw(fault))
    else:
        cache._open()
        monkeypatch.setattr(cache, "_open", lambda: (_ for _ in ()).throw(fault))
    with caplog.at_level(logging.WARNING):
        for text in ("one", "two", "three"):
            np.testing.assert_array_equal(encoder.encode([text]), HashEncoder().encode([text]))
    assert len(caplog.records) == 1 and "no vector is kept" in caplog.text
    cache.close()


def test_embed_a_read_only_vector_cache_still_gives_what_it_holds(tmp_path, monkeypatch):
    first = cached(tmp_path)
    first.encode(TEXTS)
    first._cache.close()
    again = cached(tmp_path)
    monkeypatch.setattr("align.embed.cache._today", lambda: 1)  # every entry would be marked as used
    connection = again._cache._open()
    connection.execute("PRAGMA query_only=ON")
    monkeypatch.setattr(again._inner, "encode", lambda missing: pytest.fail("computed again"))
    assert again.encode(TEXTS).shape == (len(TEXTS), 32)
    again._cache.close()


def test_embed_a_vector_cache_on_a_full_disk_is_done_without(tmp_path, caplog):
    with tiny_disk(tmp_path / "disk", "100k") as disk:
        encoder = cached(disk / "vectors")
        with caplog.at_level(logging.WARNING):
            for start in range(0, len(TEXTS), 100):
                texts = TEXTS[start : start + 100]
                np.testing.assert_array_equal(encoder.encode(texts), HashEncoder().encode(texts))
        encoder._cache.close()
    assert len(caplog.records) == 1


def half(held):
    return held[: len(held) // 2]


@pytest.mark.parametrize(
    "damage",
    [half, lambda held: held[:100], lambda held: bytes(len(held)), lambda held: held[:4096] + bytes(len(held) - 4096),
     lambda held: bytes(4096) + held[4096:], lambda held: held[::-1]],
    ids=["half", "head", "zeros", "zeros behind the head", "no head", "reversed"],
)  # fmt: skip
def test_embed_a_damaged_vector_cache_never_gives_another_vector(tmp_path, damage):
    first = cached(tmp_path)
    wanted = first.encode(TEXTS)
    first._cache.close()
    (path,) = tmp_path.glob("*.sqlite")
    path.write_bytes(damage(path.read_bytes()))
    for _ in range(3):
        encoder = cached(tmp_path)
        np.testing.assert_array_equal(encoder.encode(TEXTS), wanted)
        encoder._cache.close()
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM entries").fetchone()[0] == len(TEXTS)
    connection.close()


@pytest.mark.parametrize("change", ["data = 5", "data = NULL", "check_sum = 'x'", "data = 'text'", "size = -1"])
def test_embed_entries_of_another_type_are_computed_again(tmp_path, change):
    first = cached(tmp_path)
    wanted = first.encode(TEXTS[:20])
    first._cache.close()
    with sqlite3.connect(first._cache.path) as connection:
        try:
            connection.execute(f"UPDATE entries SET {change}")
        except sqlite3.IntegrityError:
            connection.execute("UPDATE entries SET data = 1.5")
    connection.close()
    again = cached(tmp_path)
    np.testing.assert_array_equal(again.encode(TEXTS[:20]), wanted)
    again._cache.close()


def test_embed_a_vector_cache_with_other_tables_is_begun_anew(tmp_path):
    path = VectorCache(tmp_path, 10**9).path
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE entries (key TEXT)")
    connection.close()
    for _ in range(2):
        encoder = cached(tmp_path)
        encoder.encode(["one"])
        encoder._cache.close()
    assert VectorCache(tmp_path, 10**9).info().entries == 1


def test_embed_manifest_of_a_model_names_every_file(unpacking):
    facts = json.loads((bundled.bundled_model_path() / "files.json").read_text())
    assert {name: size for name, (size, _) in facts.items()} == FILES
