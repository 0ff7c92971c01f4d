"""Input kinds: each told by its bytes, read record by record, damaged ones refused with a code and a place."""

import gzip
import io
import json
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
        data = gzip.compress(data)
    elif packing == "zstd":
        data = pa.compress(data, codec="zstd", asbytes=True)
    elif packing == "gzip in two members":
        data = gzip.compress(data[:30]) + gzip.compress(data[30:])
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
        (gzip.compress(TEXT.encode())[:-9], "compressed"),
        (pa.compress(TEXT.encode() * 9, codec="zstd", asbytes=True)[:20], "compressed"),
        (gzip.compress(b" " * 30_000_000), "ratio"),
        (gzip.compress(gzip.compress(gzip.compress(TEXT.encode()))), "binary"),
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
    (tmp_path / "sub" / "news.txt.gz").write_bytes(gzip.compress(TEXT.encode()))
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
    for url, kind, status, body in responses:
        http = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
        records.append(warc_record("response", url, http))
    return b"".join(gzip.compress(record) if packed else record for record in records)


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
