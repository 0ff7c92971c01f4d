"""Input kinds: each told by its bytes, read record by record, damaged ones refused with a code and a place."""

import gzip
import io
import json
import random
import zlib

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from align.read import read_inputs
from align.records import Document, Rejection
from align.settings import ReadSettings

TEXT = "قال سامي العابد: «سنعود غداً»."
ROWS = [{"id": "a", "text": TEXT, "published": "2022-03-20"}, {"id": "b", "text": TEXT + " ثم عاد."}]


def read(data, name="-", settings=None):
    settings = settings or ReadSettings()
    if name == "-":
        return list(read_inputs(["-"], settings, stdin=io.BytesIO(data)))
    return list(read_inputs([name], settings))


def parquet_bytes(rows):
    stream = io.BytesIO()
    parquet.write_table(pa.Table.from_pylist(rows), stream)
    return stream.getvalue()


def csv_bytes(delimiter=",", encoding="utf-8"):
    lines = ["id,text,published", f'a,"{TEXT}",2022-03-20', f'b,"{TEXT} ثم عاد.",']
    return "\n".join(lines).replace(",", delimiter).encode(encoding)


KINDS = {
    "jsonl": "\n".join(map(json.dumps, ROWS)).encode(),
    "json array": json.dumps(ROWS).encode(),
    "json array, printed": json.dumps(ROWS, indent=2).encode(),
    "json object with a list": json.dumps({"articles": ROWS, "total": 2}, indent=1).encode(),
    "csv": csv_bytes(),
    "csv of a spreadsheet": csv_bytes(";", "utf-8-sig"),
    "csv in windows-1256": csv_bytes(encoding="cp1256"),
    "tsv": csv_bytes("\t"),
    "parquet": parquet_bytes(ROWS),
}


@pytest.mark.parametrize("packing", ["plain", "gzip", "zstd", "gzip in two members"])
@pytest.mark.parametrize("kind", KINDS)
def test_records_of_every_kind_are_read(kind: str, packing: str) -> None:
    data = KINDS[kind]
    if packing == "gzip":
        data = gzip.compress(data, mtime=0)
    elif packing == "zstd":
        data = pa.compress(data, codec="zstd", asbytes=True)
    elif packing == "gzip in two members":
        data = gzip.compress(data[:30], mtime=0) + gzip.compress(data[30:], mtime=0)
    first, second = read(data)
    assert (first.doc_id, first.content, first.published) == ("a", TEXT, "2022-03-20")
    assert (second.doc_id, second.content) == ("b", TEXT + " ثم عاد.")
    assert (first.source, second.source) == ("-:1", "-:2")


def test_fields_are_named_by_the_settings() -> None:
    settings = ReadSettings(text_field="body", html_field="page", id_field="key", date_field="day")
    rows = [{"key": 7, "body": TEXT, "page": None, "day": "2022-03-20"}, {"key": 8, "page": f"<p>{TEXT}</p>"}]
    for data in (json.dumps(rows).encode(), parquet_bytes(rows)):
        first, second = read(data, settings=settings)
        assert (first.doc_id, first.content, first.published) == ("7", TEXT, "2022-03-20")
        assert (second.doc_id, second.is_html) == ("8", True)


def test_bad_record_is_refused_with_its_place_and_the_rest_is_read() -> None:
    items = read(json.dumps([ROWS[0], 5, {"id": "x"}, ROWS[1]]).encode())
    assert [getattr(item, "doc_id", None) for item in items] == ["a", None, None, "b"]
    assert [(i.source, i.reason) for i in items if isinstance(i, Rejection)] == [("-:2", "json"), ("-:3", "no_text")]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (gzip.compress(TEXT.encode(), mtime=0)[:-9], "compressed"),
        (pa.compress(TEXT.encode() * 9, codec="zstd", asbytes=True)[:20], "compressed"),
        (gzip.compress(b" " * 30_000_000, mtime=0), "ratio"),
        (gzip.compress(gzip.compress(gzip.compress(TEXT.encode(), mtime=0), mtime=0), mtime=0), "binary"),
        (parquet_bytes(ROWS)[:200], "parquet"),
        (parquet_bytes([{"a": 1}]), "no_text"),
        (json.dumps(ROWS).encode()[:-1], "json"),
        (b'window.YTD.tweets.part0 = [ {"tweet" : {"id" : "1"}} ]', "tweets"),
        (b"PK\x03\x04 an archive of another kind", "binary"),
        (b"WARC/1.0\r\nbroken", "warc"),
    ],
)
def test_damage_is_refused_with_a_code(data: bytes, reason: str) -> None:
    assert isinstance(read(data)[-1], Rejection)
    assert read(data)[-1].reason == reason


def test_text_with_commas_and_brackets_is_no_table() -> None:
    for text in ("الأول، الثاني, الثالث\nثم النهاية.", "[1] هامش\nنص المقال.", "{قوسان} ثم نص", "id;name;x\nسطر ثان"):
        (document,) = read(text.encode())
        assert document.content == text


def test_names_of_packed_files_lose_both_extensions(tmp_path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "news.txt.gz").write_bytes(gzip.compress(TEXT.encode(), mtime=0))
    (tmp_path / "page.html.zst").write_bytes(pa.compress(b"<p>" + TEXT.encode(), codec="zstd", asbytes=True))
    assert [(d.doc_id, d.is_html) for d in read(b"", str(tmp_path))] == [("page", False), ("sub/news", False)]


def warc(*, packed=True):
    page = f"<html><body><p>{TEXT} {TEXT}</p></body></html>"
    responses = [
        ("https://news.example/2022/a.html?p=1", "text/html; charset=windows-1256", "200 OK", page.encode("cp1256")),
        ("https://news.example/logo.png", "image/png", "200 OK", b"png"),
        ("https://news.example/gone", "text/html", "404 Not Found", page.encode()),
        ("https://news.example/../../etc/b:c", "text/html", "200 OK", page.encode()),
        ("https://news.example/bad", "text/html", "200 OK", b"\0\1\2\3" * 100),
    ]
    records = [warc_record("request", url, b"GET / HTTP/1.1\r\nHost: news.example\r\n\r\n") for url, *_ in responses]
    records += [response(url, body, kind=kind, status=status) for url, kind, status, body in responses]
    return b"".join(gzip.compress(record, mtime=0) if packed else record for record in records)


def response(url, body, *, kind="text/plain", status="200 OK"):
    http = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
    return warc_record("response", url, http)


def warc_record(kind, url, block):
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2022-03-20T08:00:00Z\r\n"
        f"WARC-Record-ID: <urn:uuid:12345678-1234-5678-1234-{zlib.crc32(block):012d}>\r\n"
        f"Content-Type: application/http; msgtype={kind}\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


@pytest.mark.parametrize("packed", [False, True])
def test_archive_gives_its_pages_and_counts_the_rest(packed: bool) -> None:
    first, second, bad, rest = read(warc(packed=packed))
    assert (first.doc_id, first.url) == ("news.example/2022/a.html_p=1", "https://news.example/2022/a.html?p=1")
    assert TEXT in first.content
    assert second.doc_id == "news.example/etc/b_c"
    assert (bad.reason, bad.source.startswith("-@")) == ("binary", True)
    assert (rest.reason, "image/png 1" in rest.detail, "status 404 1" in rest.detail) == ("not_pages", True, True)


def test_mojibake_is_mended() -> None:
    (document,) = read((TEXT * 3).encode().decode("cp1252", "ignore").encode())
    assert isinstance(document, Document)
    plain = "صحيفة تنشر خبراً عاجلاً من الميناء"
    (document,) = read(plain.encode().decode("latin-1").encode())
    assert document.content == plain


def packed(data: bytes, packing: str) -> bytes:
    return gzip.compress(data, 0, mtime=0) if packing == "gzip" else pa.compress(data, codec="zstd", asbytes=True)


@pytest.mark.parametrize("packing", ["gzip", "zstd"])
@pytest.mark.parametrize("kind", ["jsonl", "json", "csv"])
def test_records_before_the_broken_end_are_used_and_the_end_is_one_refusal(kind: str, packing: str) -> None:
    chance = random.Random(1)
    rows = [{"id": str(n), "text": TEXT + chance.randbytes(500).hex()} for n in range(300)]
    data = {
        "jsonl": "\n".join(map(json.dumps, rows)).encode(),
        "json": json.dumps(rows).encode(),
        "csv": "\n".join(["id,text", *(f'{row["id"]},"{row["text"]}"' for row in rows)]).encode(),
    }[kind]
    *documents, end = read(packed(data, packing)[:-20_000])
    assert [document.doc_id for document in documents] == [str(n) for n in range(len(documents))]
    assert [document.content for document in documents] == [row["text"] for row in rows[: len(documents)]]
    assert 200 < len(documents) < 300
    assert (end.reason, end.source) == ("compressed", f"-:{len(documents) + 1}")
    assert "fetch it again" in end.detail


def test_row_cut_inside_a_cell_is_not_taken_for_a_whole_one() -> None:
    data = gzip.compress(csv_bytes() + b"\n", 0)
    whole = [item.doc_id for item in read(data[:-8]) if isinstance(item, Document)]
    assert whole == ["a", "b"]
    cut = read(data[:-25])
    assert [getattr(item, "doc_id", None) for item in cut] == ["a", None]
    assert cut[-1].source == "-:2"


def test_half_a_packed_article_is_refused() -> None:
    (item,) = read(gzip.compress((TEXT + "\n").encode() * 99_999, 0)[:-5000])
    assert item.reason == "compressed"


def test_rows_before_damage_inside_a_table_are_used() -> None:
    stream = io.BytesIO()
    rows = [{"id": str(n), "text": TEXT + str(n)} for n in range(64 * 4)]
    parquet.write_table(pa.Table.from_pylist(rows), stream, row_group_size=64)
    data = bytearray(stream.getvalue())
    where = len(data) * 3 // 5
    data[where : where + 400] = b"\xff" * 400
    *documents, end = read(bytes(data))
    assert 64 <= len(documents) < 256
    assert (end.reason, end.source) == ("parquet", f"-:{len(documents) + 1}")


@pytest.mark.parametrize("is_packed", [False, True])
def test_archive_that_is_cut_off_gives_the_whole_pages_and_its_end(is_packed: bool) -> None:
    pages = [response(f"https://news.example/{n}", (TEXT * 30).encode()) for n in range(3)]
    pieces = [gzip.compress(page, mtime=0) for page in pages] if is_packed else pages
    first_two = len(pieces[0]) + len(pieces[1])
    # In the version line, the header, the page, and behind the page.
    for size in (first_two + 3, first_two + 40, first_two + len(pieces[2]) * 3 // 4, first_two - 2):
        *documents, end = read(b"".join(pieces)[:size])
        assert [document.url for document in documents] == ["https://news.example/0", "https://news.example/1"]
        assert end.reason == "truncated"
        assert end.source in (f"-@{first_two}", f"-@{size}")
        assert "fetch it again" in end.detail


def test_damage_inside_an_archive_is_refused_with_its_place() -> None:
    page = response("https://news.example/a", (TEXT * 30).encode())
    data = gzip.compress(page, mtime=0) + gzip.compress(page)[:60] + b"\xff" * 90
    document, end = read(data)
    assert isinstance(document, Document)
    assert (end.reason, end.source) == ("warc", f"-@{len(data)}")
