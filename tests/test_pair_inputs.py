"""Files of pairs as people have them: names, separators, encodings, packing, no header; nothing unjudged passes."""

import gzip
import io
import json
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from align.cli.app import main
from align.pairs.columns import named_columns
from align.pairs.layout import layout_of
from align.pairs.texts import holds_pairs, read_pairs
from align.settings import CheckSettings, ReadSettings

PAIRS = [
    ("The ferry, she said, is late.", "قالت إن العبّارة متأخرة."),
    ("Four schools opened.", "افتُتحت أربع مدارس."),
    ("The well is dry; nobody pumps.", "البئر جافة، ولا أحد يضخ."),
]
LOST = ("The harbour is not open.", "الميناء مفتوح.")


@pytest.fixture
def run(monkeypatch, capsys):
    def call(*args, stdin=b""):
        monkeypatch.setattr(sys, "argv", ["align", *map(str, args)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        try:
            main()
            code = 0
        except SystemExit as stop:
            code = stop.code or 0
        out, err = capsys.readouterr()
        return code, out, err

    return call


def table(separator=",", header=("en", "ar"), rows=PAIRS, *, turned=False):
    lines = [list(header)] if header else []
    lines += [[ar, en] if turned else [en, ar] for en, ar in rows]
    quote = (lambda cell: cell) if separator == "\t" else (lambda cell: '"' + cell.replace('"', '""') + '"')
    return "".join(separator.join(map(quote, line)) + "\r\n" for line in lines)


def texts_in(path, data):
    path.write_bytes(data)
    assert holds_pairs(path)
    return [(pair.en, pair.ar) for pair in read_pairs(path, ReadSettings()) if pair.error is None]


HEADERS = [
    ("en", "ar"), ("EN", "AR"), ("source", "target"), ("Src", "Tgt"), ("English", "Arabic"), ("الأصل", "الترجمة"),
    ("الإنجليزية", "العربية"), ("النص الإنجليزي", "النص العربي"), ("original", "translation"), ("en-US", "ar-EG"),
    ("eng_Latn", "arb_Arab"), ("sourceText", "targetText"), ("english_text", "arabic_text"), ("English", "Translation"),
]  # fmt: skip


@pytest.mark.parametrize("header", HEADERS, ids="/".join)
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_pair_inputs_common_headers_are_understood(tmp_path, header, separator):
    assert texts_in(tmp_path / "given", table(separator, header).encode()) == PAIRS


@pytest.mark.parametrize("header", HEADERS, ids="/".join)
def test_pair_inputs_keys_of_jsonl_and_parquet_are_understood_as_headers_are(tmp_path, header):
    rows = [dict(zip(header, pair, strict=True)) for pair in PAIRS]
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    assert texts_in(tmp_path / "lines", lines.encode()) == PAIRS
    assert texts_in(tmp_path / "array", json.dumps(rows, ensure_ascii=False, indent=2).encode()) == PAIRS
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "parquet")
    assert texts_in(tmp_path / "parquet", (tmp_path / "parquet").read_bytes()) == PAIRS


@pytest.mark.parametrize("header", [("source", "target"), None], ids=["neutral", "none"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_pair_inputs_neutral_and_missing_headers_are_told_by_script(tmp_path, header, separator):
    for turned in (False, True):
        assert texts_in(tmp_path / "given", table(separator, header, turned=turned).encode()) == PAIRS


def test_pair_inputs_a_column_named_english_stays_so_whatever_it_holds(tmp_path):
    assert texts_in(tmp_path / "given", table(rows=[(ar, en) for en, ar in PAIRS]).encode())[0][0] == PAIRS[0][1]


def test_pair_inputs_two_columns_under_other_words_are_told_by_script(tmp_path):
    assert texts_in(tmp_path / "given", table(";", ("Phrase", "Sinn")).encode()) == PAIRS


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1256"])
@pytest.mark.parametrize("kind", [",", "\t", "jsonl", "array"])
def test_pair_inputs_encodings_are_told(tmp_path, encoding, kind):
    rows = [{"en": en, "ar": ar.replace("ّ", "")} for en, ar in PAIRS]
    wanted = [(row["en"], row["ar"]) for row in rows]
    content = {
        "jsonl": "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows),
        "array": json.dumps(rows, ensure_ascii=False),
    }.get(kind) or table(kind, rows=wanted)
    assert texts_in(tmp_path / "given", content.encode(encoding)) == wanted


def zstd(data):
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(data)
    return sink.getvalue().to_pybytes()


@pytest.mark.parametrize("pack", [gzip.compress, zstd])
def test_pair_inputs_packed_files_are_opened(tmp_path, pack):
    tmx = "".join(
        f'<tu><tuv xml:lang="en"><seg>{en}</seg></tuv><tuv xml:lang="ar"><seg>{ar}</seg></tuv></tu>' for en, ar in PAIRS
    )
    pq.write_table(pa.table({"en": [en for en, _ in PAIRS], "ar": [ar for _, ar in PAIRS]}), tmp_path / "plain")
    for content in (
        table().encode(), table("\t").encode("utf-16"), f"<tmx><body>{tmx}</body></tmx>".encode(),
        (tmp_path / "plain").read_bytes(),
    ):  # fmt: skip
        assert texts_in(tmp_path / "given", pack(content)) == PAIRS


def test_pair_inputs_a_damaged_gzip_gives_what_stands_before_and_says_so(tmp_path):
    rows = [{"en": f"Boat {n} of {hash(str(n))} sails.", "ar": f"يبحر القارب {n}."} for n in range(4000)]
    packed = gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode())
    (tmp_path / "given").write_bytes(packed[: len(packed) // 2])
    *sound, last = read_pairs(tmp_path / "given", ReadSettings())
    assert 500 < len([pair for pair in sound if pair.error is None]) < 4000
    assert last.error.code == "compressed"


@pytest.mark.parametrize(
    "text",
    [
        "عنوان المقال\nفقرة أولى، وفيها كلام.\n\nThe bridge opens, we hope.\n",
        'id,text,source\n1,"نص طويل","Sahel"\n',
        "text,target\nنص,x\n",
        "# One\n",
        "[1, 2]\n",
        "url,title\nhttps://sahel.example,عنوان\n",
    ],
)
def test_pair_inputs_articles_are_not_taken_for_pairs(tmp_path, text):
    (tmp_path / "given").write_text(text, encoding="utf-8")
    assert not holds_pairs(tmp_path / "given")


@pytest.mark.parametrize("own", ["pair_id", "id", "ID", "guid", "المعرّف", "segment-id"])
def test_pair_inputs_a_pair_keeps_its_id_in_every_output(run, tmp_path, own):
    rows = [{own: f"x-{n}", "en": en, "ar": ar} for n, (en, ar) in enumerate(PAIRS)]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    cells = "".join(f"{row[own]}\t{row['en']}\t{row['ar']}\n" for row in rows)
    (tmp_path / "in.tsv").write_text(f"{own}\ten\tar\n{cells}", encoding="utf-8")
    for name in ("in.jsonl", "in.tsv"):
        _, out, _ = run("check", tmp_path / name, "--no-encoder", "-f", "jsonl")
        assert [json.loads(line)["pair_id"] for line in out.splitlines()] == ["x-0", "x-1", "x-2"]
        for form in ("text", "tsv", "json", "html"):
            assert "x-1" in run("check", tmp_path / name, "--no-encoder", "-f", form)[1]
        run("import", tmp_path / name, "-o", tmp_path / "out.jsonl")
        ids = [json.loads(line)["pair_id"] for line in (tmp_path / "out.jsonl").read_text().splitlines()]
        assert ids == ["x-0", "x-1", "x-2"]


def test_pair_inputs_an_own_pair_id_wins_over_other_ids():
    assert named_columns(("id", "pair_id", "source", "target")) == {"source": "en", "target": "ar"}
    assert named_columns(("pair_id", "en", "ar", "en_start", "ar_line", "coverage_en", "en_sha256")) == {}


UNJUDGED = {
    "unknown.csv": ("phrase,mood\nThe harbour is not open.,sad\n", None),
    "half.tsv": ("en\tar\nThe bridge is open.\t\n", "empty"),
    "blank.csv": ('en,ar\n"The bridge is open."," "\n', "empty"),
    "cells.csv": ("en,ar\nalone\n", "cells"),
    "null.jsonl": ('{"en": "The bridge is open.", "ar": null}\n', "no_pair"),
    "list.jsonl": ('{"en": ["The bridge is open."], "ar": "الجسر مفتوح."}\n', "no_pair"),
    "broken.jsonl": ('{"en": "One.", "ar": "واحد."}\n{broken\n', "json"),
    "article.txt": (" ", "empty"),
}


@pytest.mark.parametrize("name", UNJUDGED)
def test_pair_inputs_what_cannot_be_judged_fails_the_gate(run, tmp_path, name):
    content, code = UNJUDGED[name]
    (tmp_path / name).write_text(content, encoding="utf-8")
    asked = ("check", tmp_path / name, "--no-encoder", "-f", "jsonl")
    if name == "unknown.csv":
        exit_code, out, err = run(*asked, "--fail-on", "error")
    else:
        assert run(*asked)[0] == 0
        exit_code, out, err = run(*asked, "--fail-on", "error")
    refused = [row for row in map(json.loads, out.splitlines()) if row["verdict"] is None]
    assert exit_code == 3
    assert len(refused) == 1 and refused[0]["findings"] == []
    assert set(refused[0]["error"]) == {"code", "message"}
    assert code is None or refused[0]["error"]["code"] == code
    assert f"align: 1 of {len(out.splitlines())} could not be judged" in err
    assert run(*asked, "--fail-on", "error", "--allow-unjudged")[0] == 0


@pytest.mark.parametrize("form", ["text", "tsv", "json", "html", "github"])
def test_pair_inputs_every_format_says_why_a_pair_was_not_judged(run, tmp_path, form):
    (tmp_path / "half.tsv").write_text("en\tar\nThe bridge is open.\t\n", encoding="utf-8")
    code, out, _ = run("check", tmp_path / "half.tsv", "--no-encoder", "-f", form, "--fail-on", "error")
    assert code == 3
    assert "found none in ar" in out and "Unjudged(" not in out


@pytest.mark.parametrize("header", [("en", "ar"), ("source", "target"), ("English", "Arabic")])
def test_pair_inputs_a_lost_negation_is_found_under_any_header(run, tmp_path, header):
    (tmp_path / "given.csv").write_bytes(table(";", header, [LOST]).encode("utf-16"))
    code, out, err = run("check", tmp_path / "given.csv", "--no-encoder", "-f", "jsonl", "--fail-on", "error")
    row = json.loads(out)
    assert (code, row["verdict"]) == (3, "divergent")
    assert any(finding["code"].startswith("negation") for finding in row["findings"])
    assert "given.csv: 1 pair, columns " in err and "';' separated, UTF-16" in err


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_pair_inputs_standard_input_is_read_as_a_file_is(run, pack):
    code, out, err = run(
        "check", "-", "--no-encoder", "-f", "jsonl", "--fail-on", "error", stdin=pack(table(rows=[LOST]).encode())
    )
    assert (code, json.loads(out)["en"]) == (3, LOST[0])
    assert "1 pair" in err


def test_pair_inputs_an_article_on_standard_input_is_still_one(run):
    code, out, _ = run("check", "-", "-f", "jsonl", "--fail-on", "error", stdin=b"  ")
    assert (code, json.loads(out)["error"]["code"]) == (3, "empty")


def test_pair_inputs_a_file_of_pairs_without_a_pair_is_said(run, tmp_path):
    (tmp_path / "given.csv").write_text("en,ar\n", encoding="utf-8")
    code, _, err = run("check", tmp_path / "given.csv", "--no-encoder")
    assert code == 1 and "without a row" in err


def test_pair_inputs_what_was_found_is_described():
    layout = layout_of(table(";", ("source", "target"), turned=True).encode())
    assert layout.describe() == "columns source -> ar, target -> en, ';' separated"
    assert layout_of(table("|", None).encode()).describe() == "columns 1 -> en, 2 -> ar (no header), '|' separated"


@pytest.mark.parametrize("kind", [",", "\t", "jsonl"])
@pytest.mark.parametrize("zeros", [b"\0" * 400, b"\0a" * 300, b"a\0" * 300])
def test_pair_inputs_zeros_in_one_record_are_no_other_encoding(tmp_path, kind, zeros):
    rows = [{"en": en, "ar": ar} for en, ar in PAIRS]
    content = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows) if kind == "jsonl" else table(kind)
    damaged = content.encode().replace(b"Four schools", b"Four " + zeros + b" schools")
    assert {PAIRS[0], PAIRS[2]} <= set(texts_in(tmp_path / "given", damaged))


LONGEST = CheckSettings().max_chars


@pytest.mark.parametrize(("en", "ar"), [(LONGEST + 1, 9), (9, LONGEST + 1), (10 * LONGEST, 10 * LONGEST)])
def test_pair_inputs_a_side_that_is_too_long_is_refused_with_a_code_and_the_next_pair_is_judged(run, tmp_path, en, ar):
    sound = {"en": "Four schools opened.", "ar": "افتُتحت أربع مدارس."}
    rows = [{"en": "a" * en, "ar": "ب" * ar}, sound]
    (tmp_path / "given.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    code, out, err = run("check", tmp_path / "given.jsonl", "--no-encoder", "-f", "jsonl", "--fail-on", "error")
    long, good = map(json.loads, out.splitlines())
    assert (code, long["verdict"], long["error"]["code"]) == (3, None, "too_large")
    assert "check.max_chars" in long["error"]["message"] and "1 of 2 could not be judged" in err
    assert good["verdict"] == "faithful" and "error" not in good


def test_pair_inputs_how_long_a_side_may_be_is_a_setting(run, tmp_path):
    (tmp_path / "align.toml").write_text("[check]\nmax_chars = 20\n", encoding="utf-8")
    config = ("--config", tmp_path / "align.toml", "--no-encoder", "-f", "jsonl")
    found = [json.loads(run("check", "--en", en, "--ar", "مرحبا", *config)[1]) for en in ("a" * 20, "a" * 21)]
    assert ["error" in row for row in found] == [False, True]
