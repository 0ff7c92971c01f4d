"""read_inputs: every kind, every encoding, and every way in which an input can be bad."""

import io
import json
import os

import pytest

from align.read import read_inputs
from align.records import Document, Rejection
from align.settings import ReadSettings

ARABIC = "قال الوزير إن الحكومة تعمل على خطة جديدة في المدينة.\nWe are working on a new plan.\n"


DEFAULTS = ReadSettings()


def read(*inputs, settings=DEFAULTS, stdin=None):
    return list(read_inputs([str(name) for name in inputs], settings, stdin=stdin))


def reasons(items):
    return [item.reason for item in items if isinstance(item, Rejection)]


def test_read_folder_is_recursive_sorted_and_ids_are_relative(tmp_path):
    (tmp_path / "sub").mkdir()
    for name in ("b.txt", "a.txt", "sub/c.html", "sub/.hidden.txt", "notes.md"):
        (tmp_path / name).write_text(ARABIC, encoding="utf-8")
    assert [item.doc_id for item in read(tmp_path)] == ["a", "b", "sub/c"]


def test_read_glob_and_file_take_the_bare_stem_and_collisions_are_numbered(tmp_path):
    (tmp_path / "a.txt").write_text(ARABIC, encoding="utf-8")
    items = read(tmp_path / "*.txt", tmp_path / "a.txt", tmp_path)
    assert [item.doc_id for item in items] == ["a", "a~2", "a~3"]


def test_read_jsonl_refuses_line_by_line(tmp_path):
    path = tmp_path / "news.jsonl"
    rows = [
        json.dumps({"id": 7, "text": ARABIC, "published": "2023-06-15", "title": "عنوان"}),
        "{broken",
        "[1, 2]",
        json.dumps({"id": "x"}),
        "",
        json.dumps({"text": "  "}),
        json.dumps({"html": "<p>نص</p>"}),
        json.dumps({"id": "s", "text": "ab\ud800 نص"}),
        "[" * 100_000,
    ]
    path.write_text("\n".join(rows), encoding="utf-8")
    with path.open("ab") as stream:
        stream.write(b'\n{"text": "\xff"}\n')
    items = read(path)
    assert [item.doc_id for item in items if isinstance(item, Document)] == ["7", "news:7", "s"]
    assert reasons(items) == ["json", "json", "no_text", "empty", "json", "encoding"]
    assert [item.source.rsplit(":", 1)[1] for item in items if isinstance(item, Rejection)] == list("23469") + ["10"]
    first = items[0]
    assert (first.published, first.title, first.is_html, first.source) == ("2023-06-15", "عنوان", False, f"{path}:1")
    assert items[-3].content == "ab\ufffd نص"


@pytest.mark.parametrize(
    ("name", "content", "is_html"),
    [
        ("a.txt", "<!doctype html><p>نص</p>", True),
        ("a.txt", "<p>نص</p>", True),
        ("a.txt", "3 < 4 قال", False),
        ("a.html", "نص بلا وسوم", False),
        ("a.html", "نص <b>و</b><p>وسوم</p>", True),
        ("a.jsonl", "<html><p>نص</p></html>", True),
    ],
)
def test_read_tells_the_kind_by_content(tmp_path, name, content, is_html):
    (tmp_path / name).write_text(content, encoding="utf-8")
    assert [item.is_html for item in read(tmp_path / name)] == [is_html]


def test_read_records_in_a_file_of_another_name(tmp_path):
    (tmp_path / "a.txt").write_text(json.dumps({"id": "r", "text": ARABIC}), encoding="utf-8")
    assert [item.doc_id for item in read(tmp_path / "a.txt")] == ["r"]


@pytest.mark.parametrize(
    "data",
    [
        ARABIC.encode("utf-8-sig"),
        ARABIC.encode("utf-16"),
        ARABIC.encode("cp1256"),
        ARABIC.encode("iso8859_6"),
        ARABIC.replace("\n", "\r\n").encode(),
    ],
)
def test_read_decodes(tmp_path, data):
    (tmp_path / "a.txt").write_bytes(data)
    assert [item.content for item in read(tmp_path / "a.txt")] == [ARABIC]


def test_read_believes_a_declared_charset(tmp_path):
    page = '<html><meta charset="iso-8859-9"><p>çağrı</p></html>'
    (tmp_path / "a.html").write_bytes(page.encode("iso-8859-9"))
    assert [item.content for item in read(tmp_path / "a.html")] == [page]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"\x89PNG\r\n\x1a\n123", "binary"),
        (b"ab\0cd", "binary"),
        (bytes(range(128, 256)) * 4, "encoding"),
        ("déjà vu à l'été".encode("latin-1"), "encoding"),
    ],
)
def test_read_refuses_what_is_no_text(tmp_path, data, reason):
    (tmp_path / "a.txt").write_bytes(data)
    items = read(tmp_path / "a.txt")
    assert reasons(items) == [reason]
    assert len(items) == 1
    assert items[0].detail.count(",") >= 1
    assert items[0].detail.startswith("expected ")


def test_read_missing_barren_and_unreadable_inputs_do_not_stop_the_others(tmp_path):
    (tmp_path / "empty").mkdir()
    os.symlink(tmp_path / "nowhere", tmp_path / "gone.txt")
    (tmp_path / "ok.txt").write_text(ARABIC, encoding="utf-8")
    items = read(tmp_path / "no", tmp_path / "*.none", "", "a\0b", tmp_path / "empty", tmp_path)
    assert reasons(items) == ["missing", "missing", "missing", "missing", "no_articles", "unreadable"]
    assert isinstance(items[-1], Document)


class EndlessLine(io.RawIOBase):
    """A line of `size` bytes that exists only as it is read, and a good record after it."""

    def __init__(self, size):
        self.left = size
        self.tail = b'"}\n' + json.dumps({"id": "good", "text": "نص"}).encode()
        self.started = False

    def readable(self):
        return True

    def readinto(self, buffer):
        if not self.started:
            self.started, data = True, b'{"text": "'
        elif self.left:
            data = b"a" * min(self.left, len(buffer))
            self.left -= len(data)
        else:
            data, self.tail = self.tail[: len(buffer)], self.tail[len(buffer) :]
        buffer[: len(data)] = data
        return len(data)


def test_read_passes_over_a_line_that_is_too_long():
    settings = ReadSettings(max_line_bytes=1_000_000)
    items = read("-", settings=settings, stdin=io.BufferedReader(EndlessLine(20_000_000)))
    assert reasons(items) == ["too_large"]
    assert [item.doc_id for item in items if isinstance(item, Document)] == ["good"]


def test_read_refuses_an_article_that_is_too_large(tmp_path):
    (tmp_path / "a.txt").write_text("a" * 200_000, encoding="utf-8")
    (tmp_path / "b.txt").write_text("a" * 500, encoding="utf-8")
    assert reasons(read(tmp_path, settings=ReadSettings(max_document_bytes=100_000))) == ["too_large"]
    assert reasons(read(tmp_path / "b.txt", settings=ReadSettings(max_document_bytes=100))) == ["too_large"]


def test_read_standard_input_holds_an_article():
    (item,) = read("-", stdin=io.BytesIO(ARABIC.encode()))
    assert (item.doc_id, item.source, item.content) == ("stdin", "-", ARABIC)
