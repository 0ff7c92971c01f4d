"""The store is its owner's alone; two servers on one machine keep out of each other's way; other databases are left."""

import logging
import os
import re
import sqlite3
import stat

import pytest
from starlette.testclient import TestClient

from align.errors import StoreError
from align.review.app import create_app
from align.review.opening import open_review
from align.store import open_store
from align.store.private import narrow
from align.store.reviewers import add_reviewer, links, sign_in
from tests.review.data import make_run


@pytest.fixture(params=[0o000, 0o022, 0o077])
def umask(request):
    before = os.umask(request.param)
    yield
    os.umask(before)


def rights(path):
    return stat.S_IMODE(path.stat().st_mode)


def files_of(path):
    return sorted(path.parent.glob(path.name + "*"))


def write_something(store):
    add_reviewer(store, "Mona")


def test_private_a_new_store_and_all_files_beside_it_are_its_owners_alone(tmp_path, umask):
    path = tmp_path / "made" / "for it" / "review.sqlite"
    store = open_store(path)
    write_something(store)
    assert [file.name for file in files_of(path)] == ["review.sqlite", "review.sqlite-shm", "review.sqlite-wal"]
    assert {rights(file) for file in files_of(path)} == {0o600}
    assert {rights(folder) for folder in (path.parent, path.parent.parent)} == {0o700}
    store.close()


def test_private_a_folder_that_was_there_keeps_its_rights(tmp_path, run_directory):
    run_directory.chmod(0o755)
    open_review([run_directory], None).close()
    assert rights(run_directory) == 0o755
    assert rights(run_directory / "review.sqlite") == 0o600


@pytest.mark.parametrize("wide", [0o644, 0o660, 0o666, 0o755, 0o604])
def test_private_a_store_of_wider_rights_is_narrowed_when_it_is_opened(tmp_path, wide):
    path = tmp_path / "review.sqlite"
    opened = open_store(path)
    write_something(opened)
    for file in files_of(path):
        file.chmod(wide)
    again = open_store(path, create=False)  # while another process has it open
    write_something(again)
    assert {rights(file) for file in files_of(path)} == {0o600}
    again.close()
    opened.close()


def test_private_a_journal_that_was_left_is_narrowed_as_well(tmp_path):
    path = tmp_path / "review.sqlite"
    for suffix in ("", "-journal", "-wal", "-shm"):
        (tmp_path / f"review.sqlite{suffix}").write_bytes(b"")
        (tmp_path / f"review.sqlite{suffix}").chmod(0o644)
    narrow(path)
    assert {rights(file) for file in files_of(path)} == {0o600}


def test_private_a_store_behind_a_link_is_made_and_narrowed_where_it_is(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    link, target = tmp_path / "review.sqlite", tmp_path / "elsewhere" / "real.sqlite"
    link.symlink_to(target)
    store = open_store(link)
    write_something(store)
    assert {rights(file) for file in files_of(target)} == {0o600}
    assert link.is_symlink()
    store.close()


def test_private_one_line_says_where_the_rights_cannot_be_narrowed(tmp_path, monkeypatch, caplog):
    path = tmp_path / "review.sqlite"
    open_store(path).close()
    path.chmod(0o644)

    def refuse(*_, **__):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("pathlib.Path.chmod", refuse)
    with caplog.at_level(logging.WARNING):
        open_store(path).close()
    (record,) = caplog.records
    assert re.fullmatch(r"align: others can use review\.sqlite in .*: move the store to .*", record.getMessage())


@pytest.mark.parametrize(
    "name", ["a?mode=ro.sqlite", "b#c.sqlite", "d%20e.sqlite", ":memory:", "نص.sqlite", "f&g.sqlite"]
)
def test_private_no_character_of_a_name_is_an_option(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    open_store(name).close()
    assert [path.name for path in tmp_path.iterdir()] == [name]
    open_store(name, create=False).close()


def foreign(path, statement):
    with sqlite3.connect(path) as connection:
        connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE bookmarks (url TEXT)",
        "CREATE TABLE meta (name TEXT, content TEXT)",
        "CREATE TABLE meta (key TEXT, value TEXT)",
        "CREATE TABLE meta (id INTEGER)",
    ],
)
@pytest.mark.parametrize("create", [True, False])
def test_private_a_database_of_another_program_is_refused_and_left_byte_for_byte(tmp_path, statement, create):
    path = tmp_path / "places.sqlite"
    foreign(path, statement)
    path.chmod(0o644)
    before = path.read_bytes()
    with pytest.raises(StoreError, match="found another database; .*name another --store"):
        open_store(path, create=create)
    assert (path.read_bytes(), rights(path)) == (before, 0o644)
    assert files_of(path) == [path]


def test_private_a_store_that_is_not_there_is_not_made_by_reading(tmp_path):
    with pytest.raises(StoreError, match="unable to open"):
        open_store(tmp_path / "none.sqlite", create=False)
    assert list(tmp_path.iterdir()) == []


def session_of(store, key, cookies):
    """A client with a browser's cookies, and its session's name in them."""
    client = TestClient(create_app(store, key), base_url="http://127.0.0.1", cookies=cookies)
    return client


def test_two_servers_on_one_machine_do_not_sign_each_other_out(tmp_path, store):
    other = open_review([make_run(tmp_path / "other")], None)
    copy = tmp_path / "copy.sqlite"
    if store.is_sqlite:  # a copy has the same secret and the same ids
        with sqlite3.connect(store.engine.url.database) as source, sqlite3.connect(copy) as target:
            source.backup(target)
        source.close()
        target.close()
    stores = [store, other, *([open_store(copy)] if store.is_sqlite else [])]
    browser = {}
    for one in stores:
        add_reviewer(one, "Mona")
        with session_of(one, "k" * 32, browser) as client:
            answer = client.get(f"/join/{links(one, 'k' * 32)['Mona']}", follow_redirects=False)
            browser |= dict(answer.cookies)
    assert len(browser) == len(stores)
    for one in stores:
        with session_of(one, "k" * 32, browser) as client:
            assert client.get("/api/session").json()["store"] == one.id()
    for one in stores[1:]:
        one.close()


def test_a_cookie_of_an_earlier_version_does_no_harm(sqlite_store):
    add_reviewer(sqlite_store, "Mona")
    old = {"align_review": sign_in(sqlite_store, "k" * 32, links(sqlite_store, "k" * 32)["Mona"])}
    with session_of(sqlite_store, "k" * 32, old) as client:
        assert client.get("/review").status_code == 401
        assert client.get(f"/join/{links(sqlite_store, 'k' * 32)['Mona']}").status_code == 200


def test_the_name_of_the_cookie_gives_nothing_of_the_secret_away_and_stays(sqlite_store):
    name = sqlite_store.id()
    assert re.fullmatch("[0-9a-f]{12}", name)
    assert name not in sqlite_store.secret()
    again = open_store(sqlite_store.engine.url.database)
    assert again.id() == name
    again.close()
