"""Whole files or none, whatever stands at the place: links, devices, pipes, full disks, killed processes."""

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from align.errors import WriteError
from align.writing import (
    STANDARD_OUTPUT,
    FileSet,
    atomic_folder,
    atomic_path,
    atomic_writer,
    is_stream,
    refuse_overwriting,
    sweep,
)

ROOT = Path(__file__).parents[1]


def write(path, text="new"):
    with atomic_writer(path) as stream:
        stream.write(text)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_writing_a_block_that_fails_leaves_the_old_file_and_nothing_beside_it(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(ValueError, match="stop"), atomic_writer(path) as stream:
        stream.write("half")
        raise ValueError("stop")
    assert path.read_text() == "old"
    assert names(tmp_path) == ["a.txt"]


def test_writing_to_a_link_replaces_the_file_behind_it(tmp_path):
    real, link, dangling = tmp_path / "real.txt", tmp_path / "link", tmp_path / "dangling"
    real.write_text("old")
    link.symlink_to("real.txt")
    dangling.symlink_to(tmp_path / "later.txt")
    write(link)
    write(dangling)
    assert link.is_symlink() and real.read_text() == "new"
    assert dangling.is_symlink() and (tmp_path / "later.txt").read_text() == "new"


def test_writing_to_a_link_that_leads_in_a_circle_is_told(tmp_path):
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(WriteError, match="cannot write"):
        write(tmp_path / "a" / "c.txt")


@pytest.mark.parametrize("by", [write, lambda path: library_writes(path)])
def test_writing_to_a_device_goes_through_it(by):
    by(Path("/dev/null"))
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    assert is_stream(Path("/dev/null"))


def library_writes(path, text="new"):
    with atomic_path(path) as name:
        name.write_text(text)


@pytest.mark.parametrize("by", [write, library_writes])
def test_writing_to_a_pipe_goes_through_it(tmp_path, by):
    pipe, read = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    by(pipe)
    reader.join(10)
    assert read == ["new"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.parametrize("by", [write, library_writes])
def test_writing_to_a_full_disk_is_one_clear_error(by):
    with pytest.raises(WriteError, match=r"cannot write /dev/full: No space left on device; make room"):
        by(Path("/dev/full"))


def test_writing_to_standard_output(capfd):
    write(STANDARD_OUTPUT, "سطر\n")
    library_writes(STANDARD_OUTPUT, "more\n")
    assert capfd.readouterr().out == "سطر\nmore\n"
    assert not Path("-").exists()


def test_writing_where_a_folder_or_a_file_is_in_the_way_is_told(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("x")
    for path in (tmp_path / "folder", tmp_path / "file" / "a.txt"):
        with pytest.raises(WriteError, match="cannot write"):
            write(path)
    assert names(tmp_path) == ["file", "folder"]


def test_writing_passes_on_what_another_file_says(tmp_path):
    with pytest.raises(FileNotFoundError), atomic_writer(tmp_path / "a.txt"):
        (tmp_path / "elsewhere" / "source.txt").read_text()


def test_writing_keeps_the_permissions_of_what_it_replaces(tmp_path):
    path = tmp_path / "a.txt"
    write(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~current_umask()
    path.chmod(0o640)
    write(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    with atomic_writer(tmp_path / "secret", private=True) as stream:
        stream.write("x")
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


def current_umask():
    umask = os.umask(0)
    os.umask(umask)
    return umask


def test_writing_takes_names_as_long_as_a_file_system_has(tmp_path):
    path = tmp_path / ("ب" * 127)
    write(path)
    assert path.read_text() == "new"


def test_writing_a_set_moves_all_or_none(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).write_text("old")
    with pytest.raises(KeyError), FileSet() as files:
        for name in ("a", "b"):
            files.open(tmp_path / name).write("new")
        raise KeyError
    assert [(tmp_path / name).read_text() for name in names(tmp_path)] == ["old", "old"]
    with FileSet() as files:
        for name in ("a", "b"):
            files.open(tmp_path / name).write("new")
    assert [(tmp_path / name).read_text() for name in names(tmp_path)] == ["new", "new"]


KILLED = """
import os, sys
from pathlib import Path
from align.writing import atomic_folder, atomic_writer
path = Path(sys.argv[1])
if sys.argv[2] == "folder":
    with atomic_folder(path) as folder:
        (folder / "part").write_text("half")
        os.kill(os.getpid(), 9)
with atomic_writer(path) as stream:
    stream.write("half")
    os.kill(os.getpid(), 9)
"""


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_writing_sweeps_what_a_killed_process_left_but_not_what_another_is_writing(tmp_path, kind):
    path = tmp_path / "a"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", KILLED, str(path), kind], check=False, env=environment)
    assert len(names(tmp_path)) == 1  # what it left
    with atomic_writer(path) as stream:
        stream.write("new")
        sweep(path)
        assert len(names(tmp_path)) == 1  # its own
    assert names(tmp_path) == ["a"] and path.read_text() == "new"


def test_writing_a_folder_takes_the_place_of_the_old_one_whole(tmp_path):
    path = tmp_path / "set"
    for count in (1, 2):
        with atomic_folder(path) as folder:
            for n in range(count):
                (folder / f"part{n}").write_text("x")
    assert names(tmp_path) == ["set"]
    assert names(path) == ["part0", "part1"]
    with pytest.raises(ValueError, match="stop"), atomic_folder(path) as folder:
        (folder / "part9").write_text("x")
        raise ValueError("stop")
    assert names(tmp_path) == ["set"]
    assert names(path) == ["part0", "part1"]


def test_writing_a_folder_brings_back_what_a_killed_process_had_moved_aside(tmp_path, monkeypatch):
    path = tmp_path / "set"
    with atomic_folder(path) as folder:
        (folder / "old").write_text("x")
    rename = os.rename

    def killed(source, target):
        if target == path:
            raise KeyboardInterrupt
        rename(source, target)

    monkeypatch.setattr("align.writing.os.rename", killed)
    with pytest.raises(KeyboardInterrupt), atomic_folder(path) as folder:
        (folder / "new").write_text("x")
    assert not path.exists()
    monkeypatch.undo()
    with pytest.raises(ValueError, match="stop"), atomic_folder(path):
        assert names(path) == ["old"]
        raise ValueError("stop")
    assert names(path) == ["old"]


def test_writing_over_an_input_is_refused_whatever_it_is_called(tmp_path):
    run = tmp_path / "run"
    run.mkdir()
    source, hard, link = run / "pairs.jsonl", tmp_path / "hard", tmp_path / "link"
    source.write_text("x")
    hard.hardlink_to(source)
    link.symlink_to(run)
    for out, given in [
        (source, source),
        (hard, source),
        (link / "pairs.jsonl", run),
        (run / "new" / "a", link),
        (run, run),
    ]:
        with pytest.raises(WriteError, match="another place than the input"):
            refuse_overwriting(out, [tmp_path / "absent", given])
    refuse_overwriting(tmp_path / "out", [source, run])
    refuse_overwriting(Path("/dev/null"), [Path("/dev/null")])
    refuse_overwriting(STANDARD_OUTPUT, [run])
