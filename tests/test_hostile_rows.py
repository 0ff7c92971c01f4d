"""A row that cannot be used is refused with a code and its place, and the rest of the file goes on."""

import json
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from align.cli.app import app
from align.errors import AlignError
from align.files import dump_json
from align.pairs.corpus.sources import iter_pairs
from align.pairs.export.row import PairRow, record_of
from align.pairs.texts import read_pairs
from align.read.inputs import read_inputs
from align.records import Document, Rejection
from align.settings import ReadSettings

EN, AR = "Salma opened the bridge.", "افتتحت سلمى الجسر."
FAR = 2**62  # microseconds: some 146,000 years


def rows_of(path):
    return list(iter_pairs(path))


def parquet(path, **columns):
    count = len(next(iter(columns.values())))
    pq.write_table(pa.table({"en": [EN] * count, "ar": [AR] * count, **columns}), path)
    return path


PLAIN = {
    "timestamp": (pa.array([datetime(2024, 3, 5, 6, 7)], pa.timestamp("us")), "2024-03-05T06:07:00"),
    "nanoseconds": (pa.array([1_700_000_000_000_000_000], pa.timestamp("ns")), "2023-11-14T22:13:20"),
    "date": (pa.array([date(2024, 3, 5)]), "2024-03-05"),
    "time": (pa.array([time(6, 7, 8)]), "06:07:08"),
    "duration": (pa.array([timedelta(hours=1)]), "1:00:00"),
    "decimal": (pa.array([Decimal("1.50")]), "1.50"),
    "bytes": (pa.array(["كلام".encode()], pa.binary()), "كلام"),
    "nan": (pa.array([float("nan")]), None),
    "list": (pa.array([[date(2024, 3, 5), None]]), ["2024-03-05", None]),
    "struct": (pa.array([{"at": date(2024, 3, 5), "rate": Decimal("2")}]), {"at": "2024-03-05", "rate": "2"}),
}


@pytest.mark.parametrize("name", PLAIN)
def test_hostile_rows_values_of_parquet_become_values_of_json(tmp_path, name):
    values, wanted = PLAIN[name]
    (row,) = rows_of(parquet(tmp_path / "given", theirs=values))
    assert row.extra == ({"theirs": wanted})
    assert json.loads(dump_json(record_of(row)), parse_constant=pytest.fail)["extra"] == {"theirs": wanted}


BAD_VALUES = {
    "timestamp": pa.array([0, FAR, 0], pa.timestamp("us")),
    "date": pa.array([0, 2**31 - 1, 0], pa.date32()),
    "bytes": pa.array([b"a", b"\xff\xfe\xfa", b"b"], pa.binary()),
    "inside": pa.array([[0], [FAR], [0]], pa.list_(pa.timestamp("us"))),
}


@pytest.mark.parametrize("name", BAD_VALUES)
def test_hostile_rows_a_value_that_cannot_be_written_refuses_its_row_alone(tmp_path, name):
    first, refused, last = rows_of(parquet(tmp_path / "given", theirs=BAD_VALUES[name]))
    assert (first.en, last.ar) == (EN, AR)
    assert (refused.reason, refused.source) == ("value", f"{tmp_path}/given:1")
    judged = list(read_pairs(tmp_path / "given", ReadSettings()))
    assert [pair.error and pair.error.code for pair in judged] == [None, "value", None]


def test_hostile_rows_a_date_out_of_range_refuses_one_article_of_a_table(tmp_path):
    table = {"text": ["نص أول", "نص ثان", "نص ثالث"], "published": pa.array([0, FAR, 0], pa.timestamp("us"))}
    pq.write_table(pa.table(table), tmp_path / "news.parquet")
    first, refused, last = read_inputs([str(tmp_path / "news.parquet")], ReadSettings())
    assert isinstance(first, Document) and isinstance(last, Document)
    assert (refused.reason, refused.source) == ("value", f"{tmp_path}/news.parquet:2")
    assert first.published == "1970-01-01T00:00:00"


def test_hostile_rows_a_parquet_file_damaged_in_the_middle_loses_one_row_group(tmp_path):
    path = tmp_path / "given"
    noise = np.random.default_rng(7).integers(0, 2**60, 4000)
    pq.write_table(pa.table({"en": [f"{EN} {n}" for n in noise], "ar": [AR] * 4000}), path, row_group_size=1000)
    data = bytearray(path.read_bytes())
    begin = int(len(data) * 0.6)
    data[begin : begin + 2000] = b"\xff" * 2000
    path.write_bytes(data)
    found = rows_of(path)
    assert [row.reason for row in found if isinstance(row, Rejection)] == ["parquet"]
    sound = [int(row.en.rpartition(" ")[2]) for row in found if isinstance(row, PairRow)]
    assert sound == [*noise[:2000], *noise[3000:]]


def tmx(*units):
    return "<tmx version='1.4'><header/><body>" + "".join(units) + "</body></tmx>"


def unit(props="", en=EN, ar=AR):
    return f'<tu>{props}<tuv xml:lang="en"><seg>{en}</seg></tuv><tuv xml:lang="ar"><seg>{ar}</seg></tuv></tu>'


DEEP = "[" * 5000
PROPERTIES = ["plain words", "", DEEP, "[1, 2]", '"text"', '{"a": 1}', "NaN"]


@pytest.mark.parametrize("name", ["meta:json", "x-align-note:json", "x-align-en:json", "findings:json", ":json"])
@pytest.mark.parametrize("value", PROPERTIES, ids=lambda value: value[:8])
def test_hostile_rows_properties_of_other_tools_are_kept_in_tmx_and_xliff(tmp_path, name, value):
    escaped = value.replace('"', "&quot;")
    (tmp_path / "a").write_text(tmx(unit(f'<prop type="{name}">{escaped}</prop>'), unit()), encoding="utf-8")
    meta = f'<mda:meta type="{name}">{escaped}</mda:meta>'
    meta = f'<mda:metadata><mda:metaGroup category="align">{meta}</mda:metaGroup></mda:metadata>'
    (tmp_path / "b").write_text(
        '<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" xmlns:mda="urn:oasis:names:tc:xliff:metadata:2.0" '
        f'version="2.1" srcLang="en" trgLang="ar"><file id="f"><unit id="1">{meta}<segment><source>{EN}</source>'
        f"<target>{AR}</target></segment></unit></file></xliff>",
        encoding="utf-8",
    )
    for path in (tmp_path / "a", tmp_path / "b"):
        row = rows_of(path)[0]
        assert isinstance(row, PairRow) and row.ar == AR
        json.loads(dump_json(record_of(row)))
    assert len(rows_of(tmp_path / "a")) == 2


@pytest.mark.parametrize("column", ["findings", "extra", "probability", "tweet", "verdict", "rendering_id"])
@pytest.mark.parametrize(
    "value", [DEEP, '{"a": ' * 3000, "ab", "[1]", "{}", "[[]]", "1e999", "9" * 400, "NaN", "\u0301" * 300]
)
def test_hostile_rows_a_cell_that_is_not_what_its_column_holds_is_kept_or_refused(tmp_path, column, value):
    quoted = '"' + value.replace('"', '""') + '"'
    (tmp_path / "csv").write_text(f"en,ar,{column}\n{EN},{AR},{quoted}\n{EN},{AR},\n", encoding="utf-8")
    first, second = rows_of(tmp_path / "csv")
    assert isinstance(second, PairRow)
    assert (
        isinstance(first, Rejection) or json.loads(dump_json(record_of(first)), parse_constant=pytest.fail)["en"] == EN
    )


@pytest.mark.parametrize("side", ["en", "ar"])
@pytest.mark.parametrize("value", [["a"], {"a": 1}, 7, None, True])
def test_hostile_rows_what_is_no_string_refuses_its_row(tmp_path, side, value):
    lines = [{"en": EN, "ar": AR}, {"en": EN, "ar": AR, side: value}, {"en": EN, "ar": AR}]
    (tmp_path / "lines").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    first, refused, last = rows_of(tmp_path / "lines")
    assert first.en == last.en == EN
    assert (refused.reason, refused.source) == ("no_pair", f"{tmp_path}/lines:2")


def test_hostile_rows_json_nested_beyond_reason_refuses_its_row(tmp_path):
    deep = '{"en": "One.", "ar": "واحد.", "more": ' + "[" * 300 + "]" * 300 + "}"
    deeper = '{"en": "One.", "ar": "واحد.", "more": ' + "[" * 90_000 + "]" * 90_000 + "}"
    sound = json.dumps({"en": EN, "ar": AR})
    (tmp_path / "lines").write_text("\n".join([deep, deeper, sound]), encoding="utf-8")
    first, second, third = rows_of(tmp_path / "lines")
    assert [first.reason, second.reason, third.en] == ["no_pair", "json", EN]


def truncated_parquet(path):
    parquet(path, theirs=pa.array([1]))
    path.write_bytes(path.read_bytes()[:-40])


UNREADABLE = {
    "parquet": (truncated_parquet, "source"),
    "tmx": (lambda path: path.write_text("<tmx version='1.4'><header><body>", encoding="utf-8"), "source"),
    "xlf": (lambda path: path.write_text("<xliff version='2.0'><file", encoding="utf-8"), "source"),
    "signs": (
        lambda path: path.write_text("<tmx version='1.4'>\x01\x85\u2028<body>", encoding="utf-8"), "source"
    ),
    "bin": (lambda path: path.write_bytes(bytes(range(256))), "source"),
    "csv": (lambda path: path.write_text("name;age\nLina;40\n", encoding="utf-8"), "source"),
    "missing": (lambda path: None, "source"),
}  # fmt: skip


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("kind", UNREADABLE)
def test_hostile_rows_a_source_that_cannot_be_read_is_refused_and_the_others_are_imported(tmp_path, kind, place):
    make, code = UNREADABLE[kind]
    sound = [tmp_path / "one.tmx", tmp_path / "two.tmx"]
    for number, path in enumerate(sound):
        path.write_text(tmx(unit(en=f"{EN} {number}")), encoding="utf-8")
    broken, out = tmp_path / f"broken.{kind}", tmp_path / "out.jsonl"
    make(broken)
    given = [*sound[:place], broken, *sound[place:]]
    result = CliRunner().invoke(app, ["import", *map(str, given), "--out", str(out)])
    assert (result.exit_code, result.exception) == (0, None)
    assert "2 of 3 pairs written" in result.output and f"1 {code}" in result.output
    assert [json.loads(line)["en"] for line in out.read_text(encoding="utf-8").splitlines()] == [f"{EN} 0", f"{EN} 1"]
    (refused,) = map(json.loads, Path(f"{out}.rejected.jsonl").read_text(encoding="utf-8").splitlines())
    assert (refused["source"], refused["reason"]) == (str(broken), code)
    assert str(broken) in refused["detail"] and len(refused["detail"].splitlines()) == 1


@pytest.mark.parametrize("kind", UNREADABLE)
def test_hostile_rows_the_only_source_that_cannot_be_read_is_one_error(tmp_path, kind):
    broken = tmp_path / f"broken.{kind}"
    UNREADABLE[kind][0](broken)
    result = CliRunner().invoke(app, ["import", str(broken), "--out", str(tmp_path / "out.jsonl")])
    assert isinstance(result.exception, AlignError) and len(str(result.exception).splitlines()) == 1
    assert list(tmp_path.glob("out*")) == []


def test_hostile_rows_sources_of_which_none_can_be_read_end_the_import_with_1(tmp_path):
    given = [tmp_path / f"broken{number}.tmx" for number in range(2)]
    for path in given:
        UNREADABLE["tmx"][0](path)
    result = CliRunner().invoke(app, ["import", *map(str, given), "--out", str(tmp_path / "out.jsonl")])
    assert (result.exit_code, "no pair was written" in result.output) == (1, True)
