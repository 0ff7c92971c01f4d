"""CSV by record structure: a mark that nobody closed costs its own record, sound cells may run over lines."""

import io
from time import process_time

import pytest

from align.pairs.texts import read_pairs
from align.read.csvrows import csv_records
from align.read.inputs import read_inputs
from align.records import Document
from align.settings import ReadSettings


def pair(number):
    return f"Boat {number} sails.", f"يبحر القارب {number}."


def row(number, *, quoted):
    return ",".join(f'"{cell}"' if quoted else cell for cell in pair(number)) + "\n"


@pytest.mark.parametrize("quoted", [False, True])
@pytest.mark.parametrize("place", [0, 1000, 1999])
@pytest.mark.parametrize("wrong", ['"Boat X sails.,يبحر القارب.\n', 'Boat X sails.,"يبحر القارب.\n'])
def test_csv_an_unclosed_mark_loses_the_record_it_stands_in_alone(tmp_path, quoted, place, wrong):
    lines = [row(number, quoted=quoted) for number in range(2000)]
    lines[place] = wrong
    (tmp_path / "given.csv").write_text("en,ar\n" + "".join(lines), encoding="utf-8")
    pairs = list(read_pairs(tmp_path / "given.csv", ReadSettings()))
    refused = [(one.line, one.error.code) for one in pairs if one.error]
    assert refused == [(place + 2, "quote")]
    assert [(one.en, one.ar) for one in pairs if not one.error] == [pair(n) for n in range(2000) if n != place]


@pytest.mark.parametrize(
    "cell",
    [
        "Two\nlines.",
        "Two, with\na comma, and\nmore, here",
        'He said "yes"\nand left',
        "Blank\n\n\nlines",
        "مرحبا, نعم\nهنا",
    ],
)
def test_csv_a_sound_cell_may_run_over_lines(tmp_path, cell):
    quoted = '"' + cell.replace('"', '""') + '"'
    (tmp_path / "given.csv").write_text(f"en,ar\n{quoted},كلمة\n{row(1, quoted=False)}", encoding="utf-8")
    pairs = list(read_pairs(tmp_path / "given.csv", ReadSettings()))
    assert [(one.en, one.error) for one in pairs] == [(cell, None), (pair(1)[0], None)]


def test_csv_a_record_beyond_the_limit_is_refused_and_the_next_read(tmp_path):
    long = '"' + "word " * 4_000_000 + '"'
    (tmp_path / "given.csv").write_text(f"en,ar\n{long},كلمة\n{row(1, quoted=True)}", encoding="utf-8")
    first, second = read_pairs(tmp_path / "given.csv", ReadSettings())
    assert first.error.code == "too_large"
    assert (second.error, second.en) == (None, pair(1)[0])


@pytest.mark.parametrize(
    "unit", ['"a\n', '"a,b\n', 'a,"b\n', '""\n', '"""\n', 'x"y,"z\n', '"a""\n', '"x",y\n"', 'a",b,"c\n', '",","\n']
)
def test_csv_degenerate_marks_take_linear_time(unit):
    def seconds(count):
        begin = process_time()
        assert list(csv_records(io.StringIO(unit * count, newline=""), ",", limit=1 << 24, width=2))
        return process_time() - begin

    seconds(100)
    assert seconds(40_000) < 40 * max(seconds(4_000), 0.02)


@pytest.mark.parametrize("wrong", ['2,"فقرة بلا إغلاق\n', '"2,فقرة بلا إغلاق\n'])
@pytest.mark.parametrize("quoted", [False, True])
def test_csv_of_articles_loses_one_row_to_an_unclosed_mark(tmp_path, wrong, quoted):
    mark = '"' if quoted else ""
    lines = [f"{n},{mark}نص المقال رقم {n}.{mark}\n" for n in range(300)]
    lines[2] = wrong
    (tmp_path / "news.csv").write_text("id,text\n" + "".join(lines), encoding="utf-8")
    items = list(read_inputs([str(tmp_path / "news.csv")], ReadSettings()))
    assert [item.doc_id for item in items if isinstance(item, Document)] == [str(n) for n in range(300) if n != 2]
    assert [(item.reason, item.source) for item in items if not isinstance(item, Document)] == [
        ("table", f"{tmp_path}/news.csv:3")
    ]


def test_csv_articles_keep_paragraphs_that_look_like_rows(tmp_path):
    text = "Rain fell, as expected.\nRoads closed, then opened.\n1,000 left.\nHe said no, she says."
    (tmp_path / "news.csv").write_text(f'id,text\n1,"{text}"\n2,نص\n', encoding="utf-8")
    first, second = read_inputs([str(tmp_path / "news.csv")], ReadSettings())
    assert first.content == text
    assert second.doc_id == "2"
