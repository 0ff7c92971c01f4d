"""Stores, servers and a browser for the review's tests; what is missing here is said in the reason of a skip."""

import os
import shutil
import socket
import subprocess
import tempfile
import threading
import uuid
from glob import glob
from pathlib import Path

import pytest
import uvicorn

from align.review.app import create_app
from align.review.opening import open_review
from align.store import open_store
from align.store.reviewers import add_reviewer, links
from tests.review.data import make_run
from tests.review.server import Server

CHROMIUM = "/usr/bin/chromium"
CHROMIUM_FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@pytest.fixture(scope="session")
def postgres():
    """A PostgreSQL cluster of our own on a loopback port; the address of its server."""
    found = sorted(glob("/usr/lib/postgresql/*/bin/initdb")) or [shutil.which("initdb")]
    if found[-1] is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    binaries, port = Path(found[-1]).parent, free_port()
    as_postgres = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []  # it refuses to run as root
    folder = tempfile.mkdtemp(prefix="align-postgres-")
    if as_postgres:
        shutil.chown(folder, "postgres", "postgres")
    data = f"{folder}/data"
    # Not inherited by the server: a pipe of ours would keep this test waiting for as long as the server runs.
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": "/"}
    subprocess.run([*as_postgres, binaries / "initdb", "-D", data, "-A", "trust", "-U", "align", "-E", "UTF8"], **quiet)
    settings = {"listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": "''", "max_connections": 200}
    options = " ".join(f"-c {name}={value}" for name, value in {**settings, "fsync": "off"}.items())
    start = [*as_postgres, binaries / "pg_ctl", "-D", data, "-w", "-l", f"{folder}/log", "-o", options, "start"]
    subprocess.run(start, **quiet)
    yield f"postgresql://align@127.0.0.1:{port}/postgres"
    subprocess.run([*as_postgres, binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop"], **quiet)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_address(postgres):
    """Where a new, empty store on PostgreSQL is to be: a schema; a database for every test would take a second each."""
    import psycopg

    name = f"t{uuid.uuid4().hex}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
    return f"{postgres}?options=-csearch_path%3D{name}"


@pytest.fixture(params=["sqlite", "postgresql"])
def store_address(request, tmp_path):
    """Both databases, one after the other."""
    if request.param == "sqlite":
        return str(tmp_path / "review.sqlite")
    return request.getfixturevalue("postgres_address")


@pytest.fixture
def run_directory(tmp_path):
    return make_run(tmp_path / "run")


@pytest.fixture
def store(store_address, run_directory):
    """A store of four articles with three pairs each."""
    opened = open_review([run_directory], store_address)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_store(tmp_path, run_directory):
    opened = open_review([run_directory], str(tmp_path / "review.sqlite"))
    yield opened
    opened.close()


@pytest.fixture
def serve(tmp_path):
    """Start servers as processes; all are ended with the test."""
    servers = []

    def start(address, *names):
        opened = open_store(address)
        for number, name in enumerate(names):
            add_reviewer(opened, name, is_lead=number == 0)
        tokens = links(opened, opened.secret())
        opened.close()
        server = Server(address, free_port(), tokens, tmp_path / f"server{len(servers)}.log")
        server.start()
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.kill()


@pytest.fixture(scope="session")
def chromium():
    """One browser for all tests."""
    if not Path(CHROMIUM).exists():
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium fonts-noto-core)")
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (the dev extra)")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def live():
    """Serve a store from a thread; gives the links of its reviewers."""
    running = []

    def start(opened, *names):
        for number, name in enumerate(names):
            add_reviewer(opened, name, is_lead=number == 0)
        listener = socket.create_server(("127.0.0.1", 0))
        app = create_app(opened, opened.secret(), per_second=1000, burst=1000)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        running.append((server, thread, listener))
        port = listener.getsockname()[1]
        return {name: f"http://127.0.0.1:{port}/join/{one}" for name, one in links(opened, opened.secret()).items()}

    yield start
    for server, thread, listener in running:
        server.should_exit = True
        thread.join()
        listener.close()


@pytest.fixture
def open_page(chromium):
    """Open a page in a fresh browser context; errors of the page fail the test at its end."""
    contexts, problems = [], []

    def start(link, language="en", **options):
        context = chromium.new_context(locale=language, **{"viewport": {"width": 1280, "height": 900}, **options})
        context.set_default_timeout(60_000)  # a busy machine is no failure
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("dialog", lambda dialog: (problems.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("console", lambda message: message.type == "error" and problems.append(message.text))
        page.goto(link)
        page.wait_for_selector("#pair, #finished")
        return page

    start.problems = problems
    yield start
    for context in contexts:
        context.close()
    # A dropped server is in the console as a failed load or fetch; nothing else may be.
    dropped = ("Failed to load resource", "Failed to fetch")
    assert [problem for problem in problems if not any(said in problem for said in dropped)] == []
