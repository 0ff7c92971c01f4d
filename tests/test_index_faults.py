"""An index that is written by two at once, killed at any step, cut, changed, or described by a wrong manifest."""

import json
import multiprocessing
import os
import shutil
import signal
import sys
import time

import numpy as np
import pytest

from align.errors import IndexError_
from align.index.folder import IndexFolder
from align.index.manifest import read_manifest
from align.index.writing import WriteLock
from tests.fakes import HashEncoder

NO_MEANS = {"en": np.zeros(0, np.float32), "ar": np.zeros(0, np.float32)}
FIRST = [f"The bridge number {n} opens on day {n * 7}" for n in range(20)]
ARABIC = [f"يفتح الجسر رقم {n} في اليوم {n * 7}" for n in range(20)]


def fill(folder, sentences, lang="en", pause=0.0):
    encoder = HashEncoder()
    for start in range(0, len(sentences), 10):
        part = sentences[start : start + 10]
        folder.append(lang, [{"sentence": s, "text": s, "post_id": s} for s in part], encoder.encode(part))
        time.sleep(pause)


def build(path, sentences=FIRST, arabic=ARABIC):
    folder = IndexFolder.create(path, HashEncoder())
    fill(folder, sentences)
    fill(folder, arabic, "ar")
    folder.finish(NO_MEANS, posts=len(sentences) + len(arabic))
    return path


def add(path, sentences, pause=0.0, lang="en"):
    told = []
    folder = IndexFolder.open_to_add(path, HashEncoder(), told.append)
    fill(folder, sentences, lang, pause)
    folder.finish(NO_MEANS, posts=len(sentences))
    return told


def held(path, lang="en"):
    """The sentences of an index, each of which stands beside its own vector."""
    shelf = IndexFolder.open(path, HashEncoder()).shelves[lang]
    sentences = [row["sentence"] for row in shelf.all_rows()]
    np.testing.assert_array_equal(shelf.vectors(), HashEncoder().encode(sentences))
    return sentences


def more(name, count=30):
    return [f"Worker {name} carried stone number {n}" for n in range(count)]


@pytest.fixture
def with_lists(monkeypatch):
    monkeypatch.setattr("align.index.plan._LISTS_FROM", 1)
    monkeypatch.setattr("align.index.plan._LISTS_LEAST", 10)


# ---- two at once


def test_index_of_additions_at_once_none_is_lost(tmp_path):
    build(tmp_path)
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=add, args=(tmp_path, more(name), 0.05)) for name in "abcd"]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0] * 4
    found = held(tmp_path)
    assert sorted(found) == sorted([*FIRST, *(s for name in "abcd" for s in more(name))])
    assert held(tmp_path, "ar") == ARABIC
    assert read_manifest(tmp_path)["posts"] == 160


def test_index_a_second_writer_says_that_it_waits(tmp_path):
    build(tmp_path)
    context = multiprocessing.get_context("fork")
    first = context.Process(target=add, args=(tmp_path, more("a"), 0.4))
    first.start()
    while True:  # until the other holds the lock
        try:
            WriteLock(tmp_path).release()
            time.sleep(0.01)
        except IndexError_ as error:
            assert "another process is adding to" in str(error)
            break
    assert add(tmp_path, more("b")) == [f"another process is adding to {tmp_path}; waiting for it"]
    first.join(60)
    assert held(tmp_path) == [*FIRST, *more("a"), *more("b")]


def test_index_a_folder_opened_before_another_addition_cannot_undo_it(tmp_path):
    build(tmp_path)
    stale, idle = IndexFolder.open(tmp_path), IndexFolder.open(tmp_path)
    add(tmp_path, more("a"))
    with pytest.raises(IndexError_, match="added to .* since it was opened; open it again"):
        fill(stale, more("b"))
    with pytest.raises(IndexError_, match="open it again"):
        idle.finish(NO_MEANS, posts=0)
    assert held(tmp_path) == [*FIRST, *more("a")]


def test_index_a_writer_at_work_keeps_others_from_writing_but_not_from_reading(tmp_path):
    build(tmp_path)
    writer = IndexFolder.open_to_add(tmp_path, HashEncoder(), pytest.fail)
    fill(writer, more("a"))
    assert held(tmp_path) == FIRST
    with pytest.raises(IndexError_, match="another process is adding to"):
        fill(IndexFolder.open(tmp_path), more("b"))
    with pytest.raises(IndexError_, match="another process is adding to"):
        IndexFolder.create(tmp_path, HashEncoder())
    writer.finish(NO_MEANS, posts=30)
    assert held(tmp_path) == [*FIRST, *more("a")]
    fill(writer, more("c"))
    writer.finish(NO_MEANS, posts=30)
    assert held(tmp_path) == [*FIRST, *more("a"), *more("c")]


def test_index_of_builds_at_once_one_is_refused(tmp_path):
    first = IndexFolder.create(tmp_path, HashEncoder())
    with pytest.raises(IndexError_, match="another process is adding to"):
        IndexFolder.create(tmp_path, HashEncoder())
    fill(first, FIRST)
    first.finish(NO_MEANS, posts=20)
    with pytest.raises(IndexError_, match="holds an index already"):
        IndexFolder.create(tmp_path, HashEncoder())
    assert held(tmp_path) == FIRST


# ---- killed


STEPS = ("open", "os.rename", "os.remove", "os.mkdir", "os.chmod", "fcntl.flock", "os.truncate")


def killed_at(step, work):
    """Whether `work`, in a process of its own, was killed at its `step`-th call that opens or changes a file."""
    process = os.fork()
    if process:
        return os.WIFSIGNALED(os.waitpid(process, 0)[1])
    left = [step]

    def watch(event, arguments):
        if event in STEPS:
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    code = 1
    try:
        if "faiss" in sys.modules:  # a forked process has none of the threads that OpenMP would wait for
            sys.modules["faiss"].omp_set_num_threads(1)
        sys.addaudithook(watch)
        work()
        code = 0
    finally:
        os._exit(code)


@pytest.mark.parametrize("has_lists", [False, True])
def test_index_killed_at_any_step_of_an_addition_holds_the_old_or_the_new(tmp_path, has_lists, request):
    if has_lists:
        request.getfixturevalue("with_lists")
        pytest.importorskip("faiss")
    before = build(tmp_path / "before")
    add(before, more("z", 120))  # so that loading faiss is behind us
    old, seen, step = held(before), set(), 0
    while True:
        path = tmp_path / f"killed-{step}"
        shutil.copytree(before, path)
        was_killed = killed_at(step, lambda path=path: add(path, more("a")))
        found = held(path)
        assert found in (old, [*old, *more("a")])
        assert held(path, "ar") == ARABIC
        seen.add(len(found))
        add(path, more("b"))  # and it can be gone on with
        assert held(path) == [*found, *more("b")]
        query = HashEncoder().encode([more("b")[7]]) - IndexFolder.open(path).mean("en")
        near = IndexFolder.open(path).search_top_k("en", query / np.linalg.norm(query), 1)
        assert near.rows[0, 0] == len(found) + 7
        shutil.rmtree(path)
        if not was_killed:
            break
        step += 4 if has_lists else 1  # most steps are those without lists
    assert step > 15 and seen == {len(old), len(old) + 30}


def test_index_killed_at_any_step_of_a_build_is_no_index_or_the_whole(tmp_path):
    step, outcomes = 0, set()
    while killed_at(step, lambda: build(tmp_path / f"i{step}")):  # noqa: B023
        path = tmp_path / f"i{step}"
        if (path / "manifest.json").exists():
            assert held(path) == FIRST
            outcomes.add("whole")
        else:
            assert held(build(path)) == FIRST
            outcomes.add("none")
        step += 1
    assert step > 15 and outcomes == {"whole", "none"}


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.i64", "vectors.f32"])
def test_index_what_stands_behind_the_rows_that_count_is_passed_over(tmp_path, name):
    build(tmp_path)
    with (tmp_path / "en" / name).open("ab") as stream:
        stream.write(b"\x01half a row")
    assert held(tmp_path) == FIRST
    add(tmp_path, more("a"))
    assert held(tmp_path) == [*FIRST, *more("a")]


# ---- cut and changed


def cut(path):
    os.truncate(path, path.stat().st_size - 1)


def zeroed(path):
    path.write_bytes(bytes(path.stat().st_size))


def one_bit(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def same_times(path):
    facts = path.stat()
    one_bit(path)
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))


@pytest.mark.parametrize("damage", [cut, zeroed, one_bit, same_times, os.unlink], ids=lambda damage: damage.__name__)
@pytest.mark.parametrize("name", ["rows.jsonl", "rows.i64", "vectors.f32", "lists-0000.faiss"])
def test_index_with_a_cut_or_changed_file_is_never_used(tmp_path, with_lists, name, damage):
    pytest.importorskip("faiss")
    build(tmp_path / "i", [*FIRST, *more("a", 100)])
    assert IndexFolder.open(tmp_path / "i").manifest["languages"]["en"]["lists"]
    other = build(tmp_path / "other")
    damage(tmp_path / "i" / "en" / name)
    before = {p: p.read_bytes() for p in (tmp_path / "i").rglob("*") if p.is_file() and not p.name.startswith(".")}
    from align.tweets.index import merge_folders

    for use in (
        lambda: IndexFolder.open(tmp_path / "i", HashEncoder()),
        lambda: add(tmp_path / "i", more("b")),
        lambda: merge_folders(tmp_path / "i", [other]),
        lambda: merge_folders(other, [tmp_path / "i"]),
    ):
        with pytest.raises(IndexError_, match=r"expected .*" + name + r".* found .*build the index again"):
            use()
    assert before == {p: p.read_bytes() for p in before}


def test_index_a_file_cut_after_it_was_opened_is_not_filled_with_zeros(tmp_path):
    build(tmp_path)
    folder = IndexFolder.open(tmp_path)
    os.truncate(tmp_path / "en" / "vectors.f32", 100)
    with pytest.raises(IndexError_, match="expected 20 vectors"):
        fill(folder, more("a"))


def test_index_is_hashed_once_and_a_copy_once_more(tmp_path, monkeypatch):
    from align import files

    hashed, real = [], files.sha256_file
    build(tmp_path / "i")
    monkeypatch.setattr(files, "sha256_file", lambda path, size=None: hashed.append(path.name) or real(path, size))
    IndexFolder.open(tmp_path / "i")
    assert hashed == []  # whoever wrote it has
    shutil.copytree(tmp_path / "i", tmp_path / "copy")
    IndexFolder.open(tmp_path / "copy")
    assert sorted(hashed) == sorted(["rows.jsonl", "rows.i64", "vectors.f32"] * 2)
    IndexFolder.open(tmp_path / "copy")
    assert len(hashed) == 6
    (tmp_path / "copy" / ".seen.json").write_text("{")
    IndexFolder.open(tmp_path / "copy")
    assert len(hashed) == 12


def test_index_of_an_older_version_is_opened_and_its_hash_looked_at(tmp_path):
    build(tmp_path)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    for facts in manifest["languages"].values():
        del facts["files"]
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    assert held(tmp_path) == FIRST
    one_bit(tmp_path / "en" / "vectors.f32")
    with pytest.raises(IndexError_, match="found it changed"):
        IndexFolder.open(tmp_path)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("dim",), 0), (("dim",), "32"), (("dim",), True), (("dim",), 1e9), (("posts",), -1), (("model",), 5),
        (("languages",), []), (("languages", "en", "sentences"), -1), (("languages", "en", "sentences"), "20"),
        (("languages", "en", "sentences"), 10**15), (("languages", "en", "mean"), [0.0]),
        (("languages", "en", "mean"), None), (("languages", "en", "mean"), ["x"] * 32),
        (("languages", "en", "mean"), [float("nan")] * 32), (("languages", "en", "lists"), ["../en/lists-0000.faiss"]),
        (("languages", "en", "lists"), ["/etc/passwd"]), (("languages", "en", "lists"), 5),
        (("languages", "en", "lists"), ["lists-0007.faiss"]), (("languages", "en", "files"), {"rows.jsonl": 5}),
        (("languages", "en", "files"), {"../../x": [1, "0"]}), (("languages", "en", "files"), []), (("format",), None),
    ],
)  # fmt: skip
def test_index_with_a_manifest_that_cannot_be_is_refused(tmp_path, place, value):
    build(tmp_path)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    *groups, name = place
    table = manifest
    for group in groups:
        table = table[group]
    table[name] = value
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(IndexError_, match="build the index again"):
        IndexFolder.open(tmp_path)


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b"5", b"\xff", b"[" * 100_000, b'{"format": 1}'])
def test_index_with_a_manifest_that_is_none_is_refused(tmp_path, data):
    build(tmp_path)
    (tmp_path / "manifest.json").write_bytes(data)
    with pytest.raises(IndexError_, match="build the index again"):
        IndexFolder.open(tmp_path)


def test_index_that_cannot_be_written_is_one_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(IndexError_, match="cannot write into"):
        WriteLock(tmp_path / "file")
