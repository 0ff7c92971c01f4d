"""What is written comes back: every format with hostile text, read here and by the tools people use."""

import json
import random
import string
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from align.errors import ExportError
from align.pairs.export.formats import ExportFormat, write_pairs
from align.pairs.export.row import PairRow, row_of
from align.pairs.export.table import BREAK
from align.pairs.export.xml import safe
from align.pairs.reading import read_pairs

SCHEMAS = Path(__file__).parent / "schemas"
LOSSLESS = [f for f in ExportFormat if f not in (ExportFormat.TSV, ExportFormat.MOSES)]
HOSTILE = [
    "She said \"no\", 'twice'.",
    "a\ttab and\na line\r\nand a bare\rreturn",
    "]]> &amp; <b>&#x41;</b> <!-- --> <?xml?>",
    "👩‍👩‍👧 🇪🇬 \u202eright\u202c \u200fmark\u2069",
    "ﻻ ﷺ ﭐ ـــ قالَ",
    "=SUM(A1:A9)",
    "+1 -2 @x",
    "@home now",
    "'quoted' from the start",
    "''",
    "\x00\x01\x08\x1b nul and bells \x7f\x80",
    "\ufffe\uffff\ufdd0 no characters",
    "\x85next\u2028line\u2029paragraph\x0b\x0c",
    "\ufeffmark at the start",
    "  spaces at both ends  ",
    "",
    "\\n is no line end, \\t no tab",
    "ك" * 5000,
    "word " * 1000,
]


def hostile_rows(count, seed=3):
    dice = random.Random(seed)
    alphabet = string.printable + "ابتثجح،؟ـًٍ\u200e\u2067\u202b😀]]>&<\x00\x1f\ufffe"
    for n in range(count):
        noise = "".join(dice.choices(alphabet, k=dice.randrange(80)))
        yield PairRow(
            f"p{n}",
            dice.choice(HOSTILE) + noise,
            dice.choice(HOSTILE) + noise[::-1],
            probability=dice.random(),
            cosine=dice.uniform(-1, 1),
            verdict=dice.choice([None, "faithful", "partial", "divergent"]),
            title=dice.choice(HOSTILE) or None,
            author=dice.choice(HOSTILE[:3]),
            outlet="صحيفة.example",
            ar_start=n,
            tweet_id=str(10**18 + n),
            findings=({"code": "number.scale", "severity": "error", "message": noise, "detail": {"n": 1}},),
            extra={"features": {"length": 0.5}, "note": noise},
        )


def read_back(path, form):
    return list(read_pairs(path, form))


def without_nulls(row):
    return replace(row, findings=tuple({k: v for k, v in f.items() if v is not None} for f in row.findings))


@pytest.mark.parametrize("form", LOSSLESS)
def test_formats_hostile_text_comes_back_equal(tmp_path, form):
    rows = list(hostile_rows(2000))
    assert write_pairs(rows, tmp_path / "out", form) == 2000
    assert [without_nulls(row) for row in read_back(tmp_path / "out", form)] == rows


def test_formats_tsv_holds_all_but_breaks_inside_cells(tmp_path):
    rows = list(hostile_rows(2000))
    write_pairs(rows, tmp_path / "out", ExportFormat.TSV)
    back = read_back(tmp_path / "out", ExportFormat.TSV)
    assert [(r.pair_id, r.probability, r.cosine, r.findings, r.extra) for r in back] == [
        (r.pair_id, r.probability, r.cosine, r.findings, r.extra) for r in rows
    ]
    assert [(r.en, r.ar) for r in back] == [(BREAK.sub(" ", r.en), BREAK.sub(" ", r.ar)) for r in rows]
    assert len((tmp_path / "out").read_text(encoding="utf-8").splitlines()) == 2001


def test_formats_moses_holds_texts_and_ids_in_step(tmp_path):
    rows = list(hostile_rows(2000))
    write_pairs(rows, tmp_path / "out", ExportFormat.MOSES)
    back = read_back(tmp_path / "out", ExportFormat.MOSES)
    assert [(r.pair_id, r.en, r.ar) for r in back] == [
        (r.pair_id, BREAK.sub(" ", r.en), BREAK.sub(" ", r.ar)) for r in rows
    ]
    assert {len((tmp_path / f"out.{s}").read_text(encoding="utf-8").splitlines()) for s in ("en", "ar", "ids")} == {
        2000
    }


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@pytest.mark.parametrize("form", [f for f in LOSSLESS if f is not ExportFormat.DATASET])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.tuples(TEXT.filter(bool), TEXT, TEXT, st.floats(0, 1), TEXT), min_size=1, max_size=5))
def test_formats_any_text_comes_back(tmp_path, form, texts):
    rows = [PairRow(i, en, ar, probability=p, author=author or None) for i, en, ar, p, author in texts]
    write_pairs(rows, tmp_path / "any", form)
    assert read_back(tmp_path / "any", form) == rows


@pytest.mark.parametrize("form", list(ExportFormat))
def test_formats_a_lone_surrogate_becomes_a_replacement_character(tmp_path, form):
    write_pairs([PairRow("p\udc00", "a\ud800b", "\udfffج", title="\ud83d")], tmp_path / "out", form)
    (row,) = read_back(tmp_path / "out", form)
    assert (row.pair_id, row.en, row.ar) == ("p\ufffd", "a\ufffdb", "\ufffdج")


@pytest.mark.parametrize("form", list(ExportFormat))
def test_formats_same_rows_same_bytes(tmp_path, form):
    rows = list(hostile_rows(300))
    for name in ("one", "two"):
        write_pairs(iter(rows), tmp_path / name / "out", form)

    def bytes_of(name):
        files = sorted(p for p in (tmp_path / name).rglob("*") if p.is_file())
        return [(p.relative_to(tmp_path / name), p.read_bytes()) for p in files]

    assert bytes_of("one") == bytes_of("two")
    assert bytes_of("one")


@pytest.mark.parametrize("form", list(ExportFormat))
def test_formats_no_rows_are_a_valid_file(tmp_path, form):
    assert write_pairs([], tmp_path / "out", form) == 0
    assert read_back(tmp_path / "out", form) == []


@pytest.mark.parametrize(
    ("form", "schema"),
    [
        (ExportFormat.TMX, "tmx14.rng"),
        (ExportFormat.XLIFF12, "xliff12.rng"),
        (ExportFormat.XLIFF21, "xliff21.rng"),
    ],
)
def test_formats_xml_is_valid_against_the_schema(tmp_path, form, schema):
    grammar = etree.RelaxNG(etree.parse(SCHEMAS / schema))
    for rows in ([], list(hostile_rows(500))):
        write_pairs(rows, tmp_path / "out", form)
        tree = etree.parse(tmp_path / "out")
        grammar.assertValid(tree)
    unit = next(e for e in tree.iter("{*}tu", "{*}trans-unit", "{*}unit"))
    unit.append(etree.Element("stranger"))
    assert not grammar.validate(tree)


@pytest.mark.filterwarnings("default")  # the toolkit's own deprecations
@pytest.mark.parametrize("form", [ExportFormat.TMX, ExportFormat.XLIFF12, ExportFormat.XLIFF21])
def test_formats_translate_toolkit_reads_the_same_units(tmp_path, form):
    from translate.storage import tmx, xliff, xliff2

    store = {
        ExportFormat.TMX: tmx.tmxfile,
        ExportFormat.XLIFF12: xliff.xlifffile,
        ExportFormat.XLIFF21: xliff2.Xliff2File,
    }[form]
    rows = list(hostile_rows(2000))
    write_pairs(rows, tmp_path / "out", form)
    with (tmp_path / "out").open("rb") as stream:
        units = store(stream).units
    assert [(str(u.source), str(u.target)) for u in units] == [(safe(row.en), safe(row.ar)) for row in rows]


def test_formats_parquet_has_the_declared_types_for_pyarrow_and_duckdb(tmp_path):
    import duckdb
    import pyarrow.parquet as pq

    from align.pairs.export.parquet import schema

    path = tmp_path / "out.parquet"
    write_pairs(hostile_rows(12_000), path, ExportFormat.PARQUET)
    file = pq.ParquetFile(path)
    assert file.schema_arrow.equals(schema())
    assert file.metadata.num_row_groups == 3
    assert file.metadata.row_group(0).column(3).statistics.has_min_max
    types = dict(duckdb.sql(f"select column_name, column_type from (describe from '{path}')").fetchall())
    assert (types["probability"], types["ar_start"], types["en"]) == ("DOUBLE", "BIGINT", "VARCHAR")
    assert types["findings"].startswith("STRUCT(") and types["findings"].endswith("[]")
    assert duckdb.sql(f"select count(*), count(distinct pair_id) from '{path}'").fetchall() == [(12_000, 12_000)]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'{"en": 3, "ar": "x"}\n', "no_pair"),
        (b'{"en": "only"}\n', "no_pair"),
        (b"{broken\n", "json"),
        (b"\xff\xfe\n", "json"),
        (b"[1]\n", "json"),
    ],
)
def test_formats_a_bad_line_is_refused_and_the_next_is_read(tmp_path, content, reason):
    (tmp_path / "in").write_bytes(content + '{"en": "a", "ar": "ب"}\n'.encode())
    refused, row = read_back(tmp_path / "in", ExportFormat.JSONL)
    assert (refused.reason, refused.source) == (reason, f"{tmp_path / 'in'}:1")
    assert row.ar == "ب"


def test_formats_a_value_of_another_type_is_kept_aside():
    row = row_of({"en": "a", "ar": "ب", "probability": "high", "tweet": True, "mood": 3})
    assert (row.probability, row.tweet) == (None, None)
    assert row.extra == {"probability": "high", "tweet": True, "mood": 3}


def test_formats_foreign_tmx_without_namespaces_or_ids(tmp_path):
    (tmp_path / "in").write_text(
        '<!DOCTYPE tmx [<!ENTITY big "boom">]><tmx version="1.4"><header/><body>'
        '<tu><tuv xml:lang="AR-EG"><seg>نص <bpt i="1">&lt;b&gt;</bpt>ثقيل<ept i="1">&lt;/b&gt;</ept></seg></tuv>'
        '<tuv lang="en_US"><seg>A <hi>bold</hi> text</seg></tuv></tu>'
        '<tu tuid="fr"><tuv xml:lang="fr"><seg>non</seg></tuv></tu></body></tmx>',
        encoding="utf-8",
    )
    row, refused = read_back(tmp_path / "in", ExportFormat.TMX)
    assert (row.en, row.ar) == ("A bold text", "نص ثقيل")
    assert (refused.reason, refused.source.endswith(":fr")) == ("language", True)


def test_formats_foreign_xliff_from_arabic_with_several_segments(tmp_path):
    (tmp_path / "in").write_text(
        '<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.0" srcLang="ar" trgLang="en-GB"><file id="f">'
        "<unit id='1'><segment><source>أولا. </source><target>First. </target></segment>"
        "<segment><source>ثانيا.</source><target>Second.</target></segment></unit>"
        "<unit id='2'><segment><source>ثالثا.</source></segment></unit></file></xliff>",
        encoding="utf-8",
    )
    row, refused = read_back(tmp_path / "in", ExportFormat.XLIFF21)
    assert (row.en, row.ar, row.pair_id) == ("First. Second.", "أولا. ثانيا.", "1")
    assert refused.reason == "no_target"


@pytest.mark.parametrize("form", [ExportFormat.TMX, ExportFormat.XLIFF12])
def test_formats_broken_xml_is_one_clear_error(tmp_path, form):
    (tmp_path / "in").write_text("<tmx><body><tu></body>", encoding="utf-8")
    with pytest.raises(ExportError, match="not well-formed"):
        read_back(tmp_path / "in", form)


def test_formats_a_table_without_the_columns_says_which_it_has(tmp_path):
    (tmp_path / "in").write_text("id\tenglish\tarabic\n1\tone\tواحد\n2\tbroken\n", encoding="utf-8")
    with pytest.raises(ExportError, match="--en-column"):
        read_back(tmp_path / "in", ExportFormat.TSV)
    columns = {"en": "english", "ar": "arabic", "pair_id": "id"}
    row, refused = read_pairs(tmp_path / "in", ExportFormat.TSV, columns)
    assert (row.pair_id, row.en, row.ar) == ("1", "one", "واحد")
    assert refused.reason == "cells"


def test_formats_moses_files_of_different_length_are_refused(tmp_path):
    (tmp_path / "c.en").write_text("one\ntwo\n")
    (tmp_path / "c.ar").write_text("واحد\n")
    with pytest.raises(ExportError, match="as many lines"):
        read_back(tmp_path / "c", ExportFormat.MOSES)


def test_formats_jsonl_keeps_every_key_of_a_record(tmp_path):
    record = {"pair_id": "p", "en": "a", "ar": "ب", "features": {"x": 1}, "links": [[0, 1, 0, 1, 0.5]]}
    write_pairs([row_of(record)], tmp_path / "out", ExportFormat.JSONL)
    assert json.loads((tmp_path / "out").read_text())["extra"] == {"features": {"x": 1}, "links": [[0, 1, 0, 1, 0.5]]}


def test_formats_a_parquet_file_of_others_may_call_anything_findings(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"en": ["a"], "ar": ["ب"], "findings": [["one", "two"]]}), tmp_path / "in")
    (row,) = read_back(tmp_path / "in", ExportFormat.PARQUET)
    assert (row.findings, row.extra) == ((), {"findings": ["one", "two"]})
