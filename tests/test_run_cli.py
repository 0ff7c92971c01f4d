"""`align run` as a user meets it: bad input, resuming, interruption, flags. The encoder is a double."""

import fcntl
import io
import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from align.cli import main
from tests.fakes import open_hash_aligner

ROOT = Path(__file__).parents[1]
ARABIC = "افتتحت البلدية حديقة جديدة في الحي القديم.\nوقالت رئيسة البلدية إن الدخول مجاني للجميع.\n"
TWEET = "The new garden is open to everyone.\n— Rana Sample (@ranasample) March 21, 2022\n"
NAMES = {"documents.jsonl", "tweets.jsonl", "pairs.jsonl", "pairs.tsv", "rejected.jsonl", "run.json"}


@pytest.fixture
def align(monkeypatch, capsys):
    """The command line in this process; returns its exit code, standard output and standard error."""
    monkeypatch.delenv("COLUMNS", raising=False)  # a width set outside would break the lines of the table
    monkeypatch.setattr("align.run.session.open_aligner", open_hash_aligner)

    def call(*arguments, stdin=b""):
        monkeypatch.setattr(sys, "argv", ["align", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as stopped:
            main()
        shown = capsys.readouterr()
        return stopped.value.code or 0, shown.out, shown.err

    return call


def rows(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def ids(out):
    return [row["doc_id"] for row in rows(out / "documents.jsonl")]


def refusals(out):
    return {Path(row["source"]).name: row["reason"] for row in rows(out / "rejected.jsonl") if "source" in row}


def articles(folder, *names):
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / f"{name}.txt").write_text(f"عنوان {name}\n{ARABIC}{TWEET}", encoding="utf-8")
    return folder


def test_run_refuses_every_bad_input_and_reads_the_others(tmp_path, align):
    folder = articles(tmp_path / "in", "good")
    (folder / "arabic.txt").write_text(ARABIC, encoding="utf-8")
    (folder / "english.txt").write_text("Nothing here is written in Arabic.\n")
    (folder / "empty.txt").write_bytes(b"")
    (folder / "binary.txt").write_bytes(b"\x7fELF\0\0\1\2" * 50)
    (folder / "encoding.txt").write_bytes("Ça c'est le café où l'été dure".encode("latin-1"))
    (folder / "dangling.txt").symlink_to(tmp_path / "nowhere")
    os.mkfifo(folder / "pipe.txt")
    good = json.dumps({"id": "record", "text": ARABIC}, ensure_ascii=False)
    (folder / "rows.jsonl").write_text(f'{{"id": 1, "text": \n{good}\n{{"id": 2}}\n', encoding="utf-8")
    (tmp_path / "barren").mkdir()
    out = tmp_path / "out"
    code, _, _ = align("run", folder, tmp_path / "barren", tmp_path / "missing.txt", "-o", out, "--quiet")
    assert code == 0
    assert ids(out) == ["arabic", "good", "record"]
    assert [row["doc_id"] for row in rows(out / "tweets.jsonl")] == ["good"]
    assert refusals(out) == {
        "english.txt": "no_arabic",
        "empty.txt": "empty",
        "binary.txt": "binary",
        "encoding.txt": "encoding",
        "dangling.txt": "unreadable",
        "pipe.txt": "unreadable",
        "rows.jsonl:1": "json",
        "rows.jsonl:3": "no_text",
        "barren": "no_articles",
        "missing.txt": "missing",
    }
    for row in rows(out / "rejected.jsonl"):
        assert "source" not in row or (row["detail"].startswith("expected ") and "found" in row["detail"]), row


def test_run_with_nothing_usable_ends_with_1_even_where_the_directory_holds_articles(tmp_path, align):
    bad = tmp_path / "bad.txt"
    bad.write_text("")
    out = tmp_path / "out"
    code, _, err = align("run", bad, "-o", out, "--quiet")
    assert code == 1
    assert err == f"align: nothing usable in any input; the reasons are in {out}/rejected.jsonl\n"
    assert {path.name for path in out.iterdir() if path.name[0] != "."} == NAMES
    assert align("run", articles(tmp_path / "in", "a"), "-o", out)[0] == 0
    assert align("run", bad, "-o", out)[0] == 1
    assert ids(out) == ["a"]


@pytest.mark.parametrize("name", ["line.txt", "line.jsonl"])
def test_run_a_line_of_200_megabytes_is_refused_and_never_held_whole(tmp_path, name):
    with (tmp_path / name).open("wb") as stream:
        stream.write(b'{"text": "' if name.endswith("jsonl") else b"")
        for _ in range(200):
            stream.write(b"a" * 1_000_000)
    program = (
        "import resource, sys\nfrom align.read import read_inputs\nfrom align.settings import ReadSettings\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "print([item.reason for item in read_inputs(sys.argv[1:], ReadSettings())])\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, tmp_path / name], cwd=ROOT, capture_output=True, check=True)
    reasons, kilobytes = done.stdout.decode().splitlines()
    assert reasons == "['too_large']"
    assert int(kilobytes) < 120_000


def test_run_again_does_only_what_is_new_or_changed(tmp_path, align):
    folder, out = articles(tmp_path / "in", "a", "b"), tmp_path / "out"
    assert json.loads(align("run", folder, "-o", out, "--json")[1])["this_run"]["aligned"] == 2
    before = {name: (out / name).read_bytes() for name in NAMES - {"run.json"}}
    again = json.loads(align("run", folder, "-o", out, "--json")[1])["this_run"]
    assert again == {"given": 2, "aligned": 0, "unchanged": 2, "refused": 0}
    assert {name: (out / name).read_bytes() for name in before} == before
    articles(folder, "c")
    (folder / "a.txt").write_text(f"نص آخر\n{ARABIC}", encoding="utf-8")
    third = json.loads(align("run", folder, "-o", out, "--json")[1])["this_run"]
    assert third == {"given": 3, "aligned": 2, "unchanged": 1, "refused": 0}
    assert ids(out) == ["a", "b", "c"]
    assert rows(out / "documents.jsonl")[0]["text"].startswith("نص آخر")
    assert [row["doc_id"] for row in rows(out / "tweets.jsonl")] == ["b", "c"]


def test_run_articles_of_another_folder_never_take_the_place_of_others(tmp_path, align):
    out = tmp_path / "out"
    first, second = articles(tmp_path / "one", "a"), articles(tmp_path / "two", "a")
    (second / "a.txt").write_text(f"خبر مختلف\n{ARABIC}", encoding="utf-8")
    align("run", first, "-o", out, "-q")
    align("run", second, "-o", out, "-q")
    assert json.loads(align("run", second, "-o", out, "--json")[1])["this_run"]["unchanged"] == 1
    assert ids(out) == ["a", "a~2"]


def test_run_an_input_that_is_what_it_was_again_is_refused_no_longer(tmp_path, align):
    folder, out = articles(tmp_path / "in", "a", "b"), tmp_path / "out"
    whole = (folder / "a.txt").read_bytes()
    align("run", folder, "-o", out, "-q")
    (folder / "a.txt").write_bytes(b"")
    align("run", folder, "-o", out, "-q")
    assert refusals(out) == {"a.txt": "empty"}
    assert ids(out) == ["a", "b"]
    (folder / "a.txt").write_bytes(whole)
    align("run", folder, "-o", out, "-q")
    assert refusals(out) == {}


def test_run_refuses_other_settings_unless_redo(tmp_path, align):
    folder, out = articles(tmp_path / "in", "a", "b"), tmp_path / "out"
    align("run", folder, "-o", out, "-q")
    code, _, err = align("run", folder / "a.txt", "-o", out, "-q", "--threshold", "0.9")
    assert code == 2
    assert "holds a run with other settings" in err
    assert "--redo" in err
    assert ids(out) == ["a", "b"]
    assert align("run", folder / "a.txt", "-o", out, "-q", "--threshold", "0.9", "--redo")[0] == 0
    assert ids(out) == ["a"]
    assert "thr:0.900" in json.loads((out / "run.json").read_text())["signature"]


def test_run_a_directory_in_use_is_refused(tmp_path, align):
    folder, out = articles(tmp_path / "in", "a"), tmp_path / "out"
    align("run", folder, "-o", out, "-q")
    with (out / ".articles.jsonl").open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        code, _, err = align("run", folder, "-o", out, "-q")
    assert (code, err) == (2, f"align: another run is writing into {out}; wait for it, or choose another --out\n")


def test_run_limit_counts_articles_and_not_refusals(tmp_path, align):
    folder, out = articles(tmp_path / "in", "b", "c", "d"), tmp_path / "out"
    (folder / "a.txt").write_bytes(b"")
    assert align("run", folder, "-o", out, "-q", "--limit", "2")[0] == 0
    assert ids(out) == ["b", "c"]
    assert align("run", folder, "-o", out, "-q", "--limit", "0")[0] == 2


def test_run_reads_standard_input(tmp_path, align):
    out = tmp_path / "out"
    assert align("run", "-", "-o", out, "-q", stdin=(ARABIC + TWEET).encode())[0] == 0
    assert [(row["doc_id"], row["source"]) for row in rows(out / "documents.jsonl")] == [("stdin", "-")]


def test_run_talks_on_standard_error_and_shows_the_table_on_standard_output(tmp_path, align):
    folder, out = articles(tmp_path / "in", "a"), tmp_path / "out"
    code, shown, err = align("run", folder, "-o", out, "--threshold", "1")
    assert code == 0
    assert err == "align: loading the encoder\nalign: 1 a: 1 tweets, 0 pairs\n"
    lines = [line.rstrip() for line in shown.splitlines()]
    assert lines[:2] == ["a  عنوان a", "  Rana Sample @ranasample, 2022-03-21: none"]
    assert lines[2].split() == "The new garden is open to everyone. — not translated".split()
    assert f"1 articles aligned, 0 unchanged, 0 inputs refused; {out} holds 1 articles, 1 tweets, 0 pairs" in lines
    assert align("run", folder, "-o", out, "--threshold", "1", "--quiet") == (0, "", "")


def test_run_the_table_gives_each_rendering_with_its_probability(tmp_path, align):
    folder, out = articles(tmp_path / "in", "a"), tmp_path / "out"
    _, shown, _ = align("run", folder, "-o", out, "--threshold", "0")
    for pair in rows(out / "pairs.jsonl"):
        assert f"{pair['rendering']:8}  {pair['probability']:.2f}  {pair['ar']}"[:60] in shown
    assert ": full" in shown


def test_run_no_control_character_of_an_article_reaches_the_terminal(tmp_path, align):
    record = {"id": "a\x1b[31m", "text": f"عنوان \x1b[2J\n{ARABIC}Open \x1b]0;to everyone now.\n"}
    (tmp_path / "in.jsonl").write_text(json.dumps(record), encoding="utf-8")
    _, shown, err = align("run", tmp_path / "in.jsonl", "-o", tmp_path / "out")
    assert "\x1b" not in shown
    assert "\x1b" not in err


def test_run_a_name_that_is_not_utf8_is_read_and_written(tmp_path, align):
    folder, out = articles(tmp_path / "in"), tmp_path / "out"
    Path(os.fsdecode(os.fsencode(folder) + b"/\xe3.txt")).write_text(ARABIC, encoding="utf-8")
    assert align("run", folder, "-o", out)[0] == 0
    assert ids(out) == ["\ufffd"]


def test_run_a_fault_in_one_article_stops_no_other(tmp_path, align, monkeypatch):
    from align.run.aligner import Aligner

    folder, out = articles(tmp_path / "in", "a", "b", "c"), tmp_path / "out"
    whole = Aligner.align

    def faulty(self, document):
        if document.doc_id == "b":
            raise ZeroDivisionError("by nought")
        return whole(self, document)

    monkeypatch.setattr(Aligner, "align", faulty)
    assert align("run", folder, "-o", out, "-q")[0] == 0
    assert ids(out) == ["a", "c"]
    (row,) = [row for row in rows(out / "rejected.jsonl") if row["stage"] == "align"]
    assert (row["reason"], row["where"].split(":")[0]) == ("failed", "test_run_cli.py")
    assert "ZeroDivisionError: by nought" in row["detail"]


def test_run_a_full_disk_is_one_clear_line_and_the_next_run_goes_on(tmp_path, align):
    folder, out = articles(tmp_path / "in", "a"), tmp_path / "out"
    align("run", folder, "-o", out, "-q")
    articles(folder, "b", "c")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, ((out / ".articles.jsonl").stat().st_size + 300, hard))
    try:
        code, _, err = align("run", folder, "-o", out, "-q")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert code == 1
    assert err.startswith(f"align: cannot write {out}")
    assert ids(out) == ["a"]
    again = json.loads(align("run", folder, "-o", out, "--json")[1])["this_run"]
    assert again == {"given": 3, "aligned": 2, "unchanged": 1, "refused": 0}


def start(folder, out):
    """A run with a slow encoder in a process of its own, once it has aligned some articles."""
    program = "from tests.fakes import main_with_hash_encoder\nmain_with_hash_encoder(0.1)"
    process = subprocess.Popen(
        [sys.executable, "-c", program, "run", str(folder), "-o", str(out)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    for line in process.stderr:
        if line.startswith("align: 3 "):
            return process
    raise AssertionError(process.communicate())


def assert_whole(out, held):
    """Every file of the contract is there, whole, and tells of the articles `held`."""
    assert {path.name for path in out.iterdir() if not path.name.startswith(".")} == NAMES
    assert json.loads((out / "run.json").read_text())["counts"]["documents"] == len(held)
    assert ids(out) == held
    assert {row["doc_id"] for row in rows(out / "tweets.jsonl")} == set(held)


def test_run_interrupted_leaves_the_directory_whole_and_goes_on(tmp_path, align):
    names = [f"n{number:02}" for number in range(40)]
    folder, out = articles(tmp_path / "in", *names), tmp_path / "out"
    process = start(folder, out)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err.endswith(f"align: interrupted; {out} is whole. Run the same command again to go on.\n")
    held = ids(out)
    assert 3 <= len(held) < 40
    assert_whole(out, names[: len(held)])
    again = json.loads(align("run", folder, "-o", out, "--json")[1])["this_run"]
    assert again == {"given": 40, "aligned": 40 - len(held), "unchanged": len(held), "refused": 0}
    assert_whole(out, names)


def test_run_killed_leaves_every_file_whole_and_loses_no_finished_article(tmp_path, align):
    names = [f"n{number:02}" for number in range(40)]
    folder, out = articles(tmp_path / "in", *names), tmp_path / "out"
    align("run", folder / "n00.txt", "-o", out, "-q")
    process = start(folder, out)
    process.kill()
    process.communicate(timeout=60)
    assert_whole(out, ["n00"])  # as the last finish left it
    done = len((out / ".articles.jsonl").read_bytes().splitlines()) - 1
    assert done >= 3
    again = json.loads(align("run", folder, "-o", out, "--json")[1])["this_run"]
    assert again["unchanged"] in (done - 1, done)  # the last entry may have been cut off
    assert_whole(out, names)


def test_run_writes_the_files_again_while_it_goes_on(tmp_path, align, monkeypatch):
    monkeypatch.setattr("align.run.directory._REFRESH_SECONDS", 0.0)
    monkeypatch.setattr("align.run.directory._REFRESH_SHARE", 0.0)
    seen, out = [], tmp_path / "out"
    monkeypatch.setattr("align.cli.run.typer.echo", lambda message, **_: seen.append(out.exists() and ids(out)))
    align("run", articles(tmp_path / "in", "a", "b", "c"), "-o", out)
    assert seen == [False, [], ["a"], ["a", "b"]]
