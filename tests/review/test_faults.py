"""What machines and people do to `align review`: one line each, the right exit code, nothing half saved."""

import os
import random
import re
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import uuid
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event
from starlette.testclient import TestClient
from typer.testing import CliRunner

from align.cli.app import app
from align.errors import StoreError, WriteError
from align.review.app import create_app
from align.review.hosts import Hosts, hosts_for, reachable
from align.review.opening import open_review, open_review_early
from align.review.serve import check_address
from align.store import open_store
from align.store.faults import StoreFault
from align.store.results import iter_events
from align.store.reviewers import add_reviewer, links
from tests.review.data import make_run
from tests.review.server import ROOT

KEY = "k" * 32
# Root reads and writes everything; without its privileges it is held to the rights of files as anybody is.
UNPRIVILEGED = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []
needs_setpriv = pytest.mark.skipif(
    bool(UNPRIVILEGED) and shutil.which("setpriv") is None, reason="setpriv is not installed (Debian: util-linux)"
)


def align(*arguments, before="", by=(), **options):
    """`align review` as a process; `before` runs in it first."""
    program = f"import sys; {before}\nfrom align.__main__ import main\nmain()"
    return subprocess.run(
        [*by, sys.executable, "-c", program, "review", *map(str, arguments)],
        capture_output=True, text=True, check=False, cwd=ROOT, timeout=120,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, **options,
    )  # fmt: skip


def is_one_line(done, code, *words):
    assert done.returncode == code, done.stderr
    (line,) = done.stderr.splitlines()
    assert line.startswith("align: ")
    for word in words:
        assert word in line
    return True


@pytest.mark.parametrize(
    ("module", "package"), [("uvicorn", "uvicorn"), ("fastapi", "fastapi"), ("python_multipart", "python-multipart")]
)
def test_faults_a_missing_extra_is_one_line_that_says_what_to_install(run_directory, module, package):
    done = align("serve", run_directory, "--no-browser", before=f"sys.modules[{module!r}] = None")
    assert is_one_line(done, 2, package, "pip install 'quote-align[review]'")
    assert list(run_directory.glob("*.sqlite*")) == []


def test_faults_without_psycopg_a_postgresql_store_is_one_line_and_a_file_is_none_the_worse(run_directory):
    without = "sys.modules['psycopg'] = None"
    done = align("stats", "--store", "postgresql://someone:hidden-word@127.0.0.1:1/db", before=without)
    assert is_one_line(done, 1, "psycopg", "pip install 'quote-align[review]'")
    assert "hidden-word" not in done.stderr
    assert align("stats", run_directory, before=without).returncode == 0


@pytest.mark.parametrize(
    "where",
    ["postgresql://u:secret-word:x@h:port/db", "mysql://u:secret-word@h/db", "sqlite://", "sqlite:///:memory:", "://x"],
)
def test_faults_an_address_of_no_database_is_one_line_without_its_password(where):
    done = align("stats", "--store", where)
    assert is_one_line(done, 1, "expected a SQLite file of a review or a postgresql:// URL")
    assert "secret-word" not in done.stderr


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_faults_a_port_in_use_is_one_line(run_directory, family):
    host = "127.0.0.1" if family == socket.AF_INET else "::1"
    with socket.create_server((host, 0), family=family) as taken:
        port = taken.getsockname()[1]
        done = align("serve", run_directory, "--no-browser", "--host", host, "--port", port)
    assert "Traceback" not in done.stderr
    assert done.returncode == 1
    assert f"cannot listen on {host}, port {port}" in done.stderr.splitlines()[-1]


@pytest.mark.parametrize("host", ["no.such.host.invalid", "a..b", "x" * 70, "256.1.1.1"])
def test_faults_a_host_that_is_none_is_one_line(run_directory, host):
    open_review([run_directory], None).close()
    done = align("serve", run_directory, "--no-browser", "--host", host, "--token", KEY, "--port", "0")
    assert is_one_line(done, 1, f"cannot listen on {host}")


@pytest.mark.parametrize(
    ("command", "option", "value"),
    [
        ("serve", "--overlap", "nan"), ("serve", "--overlap", "1.01"), ("serve", "--overlap", "-0.1"),
        ("serve", "--overlap", "inf"), ("serve", "--sample", "0"), ("serve", "--seed", "-1"),
        ("serve", "--port", "70000"),
        ("stats", "--precision", "nan"), ("stats", "--precision", "5"), ("stats", "--sample", "200"),
        ("stats", "--sample", "0/1"), ("recalibrate", "--sample", "../1"), ("stats", "--sample", "200/1x"),
    ],
)  # fmt: skip
def test_faults_a_setting_out_of_range_ends_with_2_and_says_the_range(run_directory, command, option, value):
    done = CliRunner().invoke(app, ["review", command, str(run_directory), option, value])
    assert done.exit_code == 2
    assert re.search(r"Input should be (less|greater)|NUMBER/SEED", done.output)
    assert list(run_directory.glob("*.sqlite*")) == []


def spoil(path, how):
    whole = path.read_bytes()
    page = 4096
    if how == "truncated":
        path.write_bytes(whole[: len(whole) // 2 // page * page + 100])
    elif how == "header":
        path.write_bytes(b"\0" * 100 + whole[100:])
    elif how == "first page":
        path.write_bytes(whole[:100] + b"\xff" * (page - 100) + whole[page:])
    elif how == "all but the first page":
        path.write_bytes(whole[:page] + b"\xa5" * (len(whole) - page))
    elif how == "pages here and there":
        pages = bytearray(whole)
        for start in range(2 * page, len(whole), 3 * page):
            pages[start : start + page] = random.Random(start).randbytes(len(pages[start : start + page]))
        path.write_bytes(bytes(pages))


@pytest.mark.parametrize("how", ["truncated", "header", "first page", "all but the first page", "pages here and there"])
def test_faults_a_damaged_store_is_one_line_whatever_is_asked_of_it(tmp_path, how):
    path = tmp_path / "review.sqlite"
    open_review([make_run(tmp_path / "run", 20)], str(path)).close()
    spoil(path, how)
    assert is_one_line(align("serve", "--no-browser", path), 1, str(path))
    for arguments in (["stats"], ["export", "--out", tmp_path / "o.jsonl"], ["recalibrate"]):
        done = CliRunner().invoke(app, ["review", *map(str, arguments), str(path)])
        assert isinstance(done.exception, StoreError), arguments
        assert str(path) in str(done.exception)
    assert not (tmp_path / "o.jsonl").exists()


@needs_setpriv
@pytest.mark.parametrize("command", ["stats", "serve"])
def test_faults_a_store_that_may_not_be_read_is_one_line(tmp_path, run_directory, command):
    path = tmp_path / "review.sqlite"
    open_review([run_directory], str(path)).close()
    path.chmod(0)
    assert is_one_line(align(command, path, by=UNPRIVILEGED), 1, str(path), "unable to open")


@needs_setpriv
@pytest.mark.parametrize("name", ["review.sqlite", "new/review.sqlite"])
def test_faults_a_folder_that_may_not_be_written_is_one_line(tmp_path, run_directory, name):
    folder = tmp_path / "locked"
    folder.mkdir()
    folder.chmod(0o555)
    done = align("serve", run_directory, "--store", folder / name, "--no-browser", by=UNPRIVILEGED)
    assert is_one_line(done, 1, "Permission denied", "name another --store")
    assert list(folder.iterdir()) == []


@needs_setpriv
def test_faults_a_store_in_a_folder_that_may_not_be_written_is_one_line(tmp_path, run_directory):
    folder = tmp_path / "locked"
    folder.mkdir()
    open_review([run_directory], str(folder / "review.sqlite")).close()
    folder.chmod(0o555)
    assert is_one_line(align("stats", folder / "review.sqlite", by=UNPRIVILEGED), 1, "review.sqlite")


@needs_setpriv
def test_faults_a_source_that_may_not_be_read_is_one_line(tmp_path, run_directory):
    (run_directory / "pairs.jsonl").chmod(0)
    done = align("stats", run_directory, "--store", tmp_path / "r.sqlite", by=UNPRIVILEGED)
    assert is_one_line(done, 1, "cannot read", "pairs.jsonl", "Permission denied")
    assert not (tmp_path / "r.sqlite").exists()


def limit_files(size):
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


@pytest.mark.parametrize("size", [0, 8192, 100_000])
@pytest.mark.parametrize("command", ["serve", "stats"])
def test_faults_a_disk_full_at_the_start_is_one_line(tmp_path, command, size):
    run, store = make_run(tmp_path / "run", 120), tmp_path / "review.sqlite"
    options = ["--no-browser", "--port", "0"] if command == "serve" else []
    done = align(command, run, "--store", store, *options, preexec_fn=limit_files(size))
    assert is_one_line(done, 1, str(store))
    again = open_review([run], str(store))  # with room on the disk it goes on as if nothing had been
    with again.reading() as session:
        assert session.connection().exec_driver_sql("SELECT count(*) FROM pairs").scalar() == 360
    again.close()


@contextmanager
def full_by_pages(store):
    """No page more: SQLite says that the disk is full."""

    def limit(connection, record):
        connection.execute("PRAGMA max_page_count = 1")  # is raised to what the file has

    store.engine.dispose()
    event.listen(store.engine, "connect", limit)
    yield
    event.remove(store.engine, "connect", limit)
    store.engine.dispose()


@contextmanager
def full_by_bytes(store):
    """No byte more in the file that grows."""
    path = Path(store.engine.url.database + "-wal")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 3000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("full", [full_by_pages, full_by_bytes])
def test_faults_a_full_disk_refuses_a_decision_with_a_message_and_keeps_it_whole(sqlite_store, full, caplog):
    add_reviewer(sqlite_store, "Mona", is_lead=True)
    with TestClient(create_app(sqlite_store, KEY, per_second=1e9, burst=1e9), base_url="http://127.0.0.1") as client:
        client.get(f"/join/{links(sqlite_store, KEY)['Mona']}")
        client.headers["X-CSRF-Token"] = client.get("/api/session").json()["csrf"]

        def decide(number, uid):
            shown = client.get(f"/api/pairs/{number % 12 + 1}").json()
            changes = {"choice": "accept", "note": f"{number} {'x' * 3900}"}
            body = {"uid": uid, "pair": shown["pair"], "version": shown["version"], "changes": changes}
            return body, client.post("/api/decisions", json=body)

        with full(sqlite_store):
            saved = 0
            for number in range(300):
                before = client.get(f"/api/pairs/{number % 12 + 1}").json()
                body, answer = decide(number, uuid.uuid4().hex)
                if answer.status_code != 200:
                    break
                saved += 1
            assert answer.status_code == 503
            assert re.search("disk.*nothing was saved", answer.json()["detail"])
            assert answer.headers["retry-after"]
            assert client.get(f"/api/pairs/{number % 12 + 1}").json() == before
            assert "make room on the disk" in caplog.text
        assert len(list(iter_events(sqlite_store))) == saved
        assert client.post("/api/decisions", json=body).status_code == 200  # the same act, sent again
    assert len(list(iter_events(sqlite_store))) == saved + 1
    with sqlite3.connect(sqlite_store.engine.url.database) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()


def test_faults_a_store_that_fails_is_told_on_pages_as_well(sqlite_store, monkeypatch):
    def fail(*_, **__):
        raise StoreFault("review.sqlite", "disk I/O error")

    add_reviewer(sqlite_store, "Mona")
    with TestClient(create_app(sqlite_store, KEY), base_url="http://127.0.0.1") as client:
        client.get(f"/join/{links(sqlite_store, KEY)['Mona']}")
        monkeypatch.setattr("align.review.pages.next_pair", fail)
        answer = client.get("/review")
    assert answer.status_code == 503
    assert "disk I/O error" in answer.text


def test_faults_a_source_that_breaks_ends_the_start_with_its_error(tmp_path, run_directory, monkeypatch):
    def fail(*_):
        raise OSError(5, "Input/output error", "pairs.jsonl")

    monkeypatch.setattr("align.review.opening.import_source", fail)
    for begin in (lambda: open_review([run_directory], None), lambda: open_early(run_directory)):
        with pytest.raises(StoreError, match=r"cannot read pairs\.jsonl: Input/output error"):
            begin()


def open_early(run):
    return open_review_early([run], None, lambda path, result: None, lambda text: None)


@pytest.mark.parametrize("delay", [0.03, 0.06, 0.1, 0.2, 0.3, 0.5, 0.8, 1.2, 2.0, 4.0])
def test_faults_ctrl_c_at_any_moment_is_one_line(tmp_path, run_directory, delay):
    program = "import os; from align.__main__ import main; os.write(1, b'.'); main()"
    process = subprocess.Popen(
        [sys.executable, "-c", program, "review", "serve", run_directory, "--no-browser", "--port", "0"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert process.stdout.read(1) == "."
    time.sleep(delay)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    lines = [line for line in err.splitlines() if "new pairs" not in line]
    assert len(lines) == (1 if process.returncode else 0), err
    assert "".join(lines).startswith("align: interrupted" if process.returncode else "")
    assert process.returncode in (0, 130)
    assert process.returncode == 130 or "/join/" in out  # the usual end of a server
    store = open_store(run_directory / "review.sqlite")  # whatever there is of it can be used
    store.close()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "0"])
def test_serve_on_all_addresses_prints_links_that_can_be_opened(run_directory, host):
    import http.client

    process = subprocess.Popen(
        [sys.executable, "-m", "align", "review", "serve", run_directory, "--no-browser", "--port", "0",
         "--host", host, "--token", KEY, "--name", "Review.example", "--reviewer", "Mona"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    link = process.stdout.readline().split(": ", 1)[1].strip()
    try:
        place, token = re.fullmatch(r"http://(.*:\d+)(/join/\w+)", link).groups()
        assert not place.startswith(("0.0.0.0", "[::]", "0:"))
        port = int(place.rpartition(":")[2])
        connection = http.client.HTTPConnection(place.rpartition(":")[0].strip("[]"), port, timeout=30)
        connection.request("GET", token)
        assert connection.getresponse().status == 303
        connection.close()
        for name, status in [
            ("evil.example", 421), ("review.example", 200), ("localhost", 200), ("192.0.2.7:80", 200), ("[::1]:1", 200),
            (socket.gethostname(), 200), ("evil.example:8321", 421), ("127.0.0.1.evil.example", 421), ("", 421),
        ]:  # fmt: skip
            connection.request("GET", "/healthz", headers={"Host": name})
            answer = connection.getresponse()
            answer.read()
            assert answer.status == status, name
        connection.close()
    finally:
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert "localhost" in link or "begin with http://" in said


@pytest.mark.parametrize("bound", ["0.0.0.0", "::", "::ffff:0.0.0.0"])
def test_hosts_all_addresses_are_never_among_those_to_be_opened(bound):
    found = reachable(bound)
    assert found[-1] == "localhost"
    assert not {"0.0.0.0", "::", bound} & set(found)


def test_hosts_without_a_way_out_there_is_still_this_machine(monkeypatch):
    monkeypatch.setattr("align.review.hosts._outward", lambda family: None)
    assert reachable("0.0.0.0") == ["localhost"]
    assert reachable("192.0.2.7") == ["192.0.2.7"]


@pytest.mark.parametrize(
    ("host", "asked", "knows"),
    [
        ("127.0.0.1", "127.0.0.1:1", True), ("127.0.0.1", "LOCALHOST", True), ("127.0.0.1", "localhost.:80", True),
        ("127.0.0.1", "192.0.2.7", False), ("127.0.0.1", "evil.example", False), ("127.0.0.5", "127.0.0.5", True),
        ("0.0.0.0", "192.0.2.7", True), ("0.0.0.0", "[2001:db8::1]:80", True), ("0.0.0.0", "evil.example", False),
        ("::", "evil.example", False), ("192.0.2.7", "192.0.2.7:80", True), ("192.0.2.7", "evil.example", False),
        ("desk.example", "desk.example", True), ("0.0.0.0", "[x", False), ("0.0.0.0", "1.2.3.4@evil.example", False),
        ("0.0.0.0", "1.2.3.4/evil.example", False), ("0.0.0.0", "", False), ("0.0.0.0", "1.2.3.4:99999999", False),
    ],
)  # fmt: skip
def test_hosts_a_name_that_can_be_made_to_lead_elsewhere_is_not_answered(host, asked, knows):
    assert hosts_for(host).knows(asked) is knows


def test_hosts_a_name_of_a_proxy_is_answered_where_it_is_given():
    assert Hosts().knows("review.example") is False
    assert hosts_for("127.0.0.1", ["Review.example"]).knows("review.example:443")
    with pytest.raises(StoreError, match="expected --token SECRET"):
        check_address("0.0.0.0", None)


@pytest.mark.parametrize("suffix", ["", "-wal", "-shm"])
def test_faults_nothing_is_written_over_the_store_that_is_read(run_directory, suffix):
    store = open_review([run_directory], None)  # kept open: its files stay beside it
    add_reviewer(store, "Mona")
    file = Path(f"{run_directory / 'review.sqlite'}{suffix}")
    before = file.read_bytes()
    for arguments in (
        ["export", run_directory, "--out", file, "--overwrite"],
        ["export", run_directory, "--out", run_directory.parent / "o.jsonl", "--decisions", file],
        ["recalibrate", run_directory, "--apply", file],
    ):
        done = CliRunner().invoke(app, ["review", *map(str, arguments)])
        assert isinstance(done.exception, WriteError), arguments
        assert "expected --out to be another place" in str(done.exception)
    if suffix != "-shm":  # whoever opens the store writes there
        assert file.read_bytes() == before
    store.close()
