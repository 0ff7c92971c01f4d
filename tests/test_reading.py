"""The one reader of files of pairs: all get the same rows, ids and places, and no bad row vanishes."""

import json

import pytest

from align.errors import ExportError, ReadError, StoreError
from align.pairs.corpus.sources import iter_pairs
from align.pairs.export.formats import ExportFormat, write_pairs
from align.pairs.export.row import PairRow
from align.pairs.reading import read_given
from align.pairs.texts import holds_pairs, read_pairs, read_two_files
from align.records import Rejection
from align.review.sources import open_source
from align.settings import ReadSettings

ROWS = [
    PairRow("p1", "Salma opened the bridge.", "افتتحت سلمى الجسر.", probability=0.9),
    PairRow("p2", "'Nobody' pays.", "لا أحد يدفع."),
]
SETTINGS = ReadSettings()
FORMATS = [form for form in ExportFormat if form not in (ExportFormat.MOSES, ExportFormat.DATASET)]


def texts(path, settings=SETTINGS):
    return list(read_pairs(path, settings))


def written(path, content):
    path.write_text(content, encoding="utf-8")
    return path


@pytest.mark.parametrize("form", FORMATS)
def test_reading_check_review_and_corpora_see_the_same_rows(tmp_path, form):
    path = tmp_path / "given"  # no name tells the kind
    write_pairs(ROWS, path, form)
    wanted = [(row.pair_id, row.en, row.ar) for row in ROWS]
    assert holds_pairs(path)
    assert [(pair.pair_id, pair.en, pair.ar) for pair in texts(path)] == wanted
    assert [(row.pair_id, row.en, row.ar) for row in iter_pairs(path)] == wanted
    stored = [bundle.pairs[0] for bundle in open_source(path).bundles()]
    assert [(row["given"]["pair_id"], row["en"], row["ar"]) for row in stored] == wanted


BAD = {
    "jsonl": (
        '{"en": "One.", "ar": "واحد."}\n\n{broken\n{"en": "Two.", "ar": 2}\n{"en": "Three.", "ar": "ثلاثة."}\n',
        [1, 3, 4, 5],
    ),
    "tsv": ("en\tar\nOne.\tواحد.\n\nalone\nTwo.\tاثنان.\tmore\nThree.\tثلاثة.\n", [2, 4, 5, 6]),
    "csv": ('en,ar\n"One.","واحد."\n\nalone\n"Two.","اثنان.",more\n"Three.","ثلاثة."\n', [2, 4, 5, 6]),
}


@pytest.mark.parametrize("kind", BAD)
def test_reading_a_bad_row_keeps_its_place_and_the_next_are_read(tmp_path, kind):
    content, lines = BAD[kind]
    path = written(tmp_path / "given", content)
    pairs = texts(path)
    assert [(pair.pair_id, pair.line) for pair in pairs] == [(str(n), line) for n, line in enumerate(lines)]
    assert [pair.error is None for pair in pairs] == [True, False, False, True]
    first, one, two, last = iter_pairs(path)
    assert (first.en, last.en) == ("One.", "Three.")
    assert [row.source for row in (one, two)] == [f"{path}:{line}" for line in lines[1:3]]
    with pytest.raises(StoreError, match=rf"given:{lines[1]}: expected .*; mend the row"):
        list(open_source(path).bundles())


def test_reading_what_is_left_of_a_bad_row_is_shown(tmp_path):
    path = written(tmp_path / "given", json.dumps({"pair_id": 7, "en": "Two.", "ar": None}) + "\n")
    (pair,) = texts(path)
    assert (pair.pair_id, pair.en, pair.ar) == ("7", "Two.", "")
    assert pair.error == 'expected text in ar, found {"ar": null}'


@pytest.mark.parametrize("more", ["", "\t", "\t\t\t"])
def test_reading_a_table_row_may_end_early_or_in_empty_cells(tmp_path, more):
    path = written(tmp_path / "given", f"en\tar\tverdict\nOne.\tواحد.{more}\n")
    (pair,), (row,) = texts(path), iter_pairs(path)
    assert (pair.error, pair.ar, row.ar, row.verdict) == (None, "واحد.", "واحد.", None)


def test_reading_a_csv_row_is_placed_where_it_begins(tmp_path):
    path = written(tmp_path / "given", 'en,ar\n"One\nand a half.","واحد."\nTwo.,اثنان.\nalone\n')
    assert [pair.line for pair in texts(path)] == [2, 4, 5]
    assert [row.source for row in iter_pairs(path) if isinstance(row, Rejection)] == [f"{path}:5"]


@pytest.mark.parametrize("form", [ExportFormat.JSONL, ExportFormat.TSV])
def test_reading_a_line_beyond_the_limit_is_one_refused_row(tmp_path, form):
    path = tmp_path / "given"
    write_pairs([PairRow("long", "word " * 400, "كلمة"), ROWS[0]], path, form)
    long, short = texts(path, ReadSettings(max_line_bytes=1500))
    assert "at most 1500 bytes" in long.error
    assert (short.pair_id, short.error) == ("p1", None)
    refused, row = read_given(path, form, limit=1500)
    assert (refused.refused.reason, refused.place, row.refused) == ("too_large", f"{path}:{long.line}", None)


def test_reading_a_line_without_partner_is_an_error_in_its_place(tmp_path):
    english, arabic = written(tmp_path / "a", "\ufeffOne.\nTwo.\n"), written(tmp_path / "b", "واحد.\n")
    first, second = read_two_files(english, arabic, SETTINGS)
    assert (first.en, first.error) == ("One.", None)
    assert (second.en, second.ar, second.line) == ("Two.", "", 2)
    assert second.error == f"expected as many lines in each file, found no line 2 in {arabic}"


def test_reading_opens_the_translation_of_dataset_hubs_for_all(tmp_path):
    path = written(tmp_path / "given", json.dumps({"id": 3, "translation": {"en": "One.", "ar": "واحد."}}) + "\n")
    assert holds_pairs(path)
    (pair,), (row,), (bundle,) = texts(path), iter_pairs(path), open_source(path).bundles()
    assert pair.en == row.en == bundle.pairs[0]["en"] == "One."
    assert row.extra == {"id": 3}


def test_reading_articles_are_no_pairs(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"text": ["نص"], "url": ["https://sahel.example/1"]}), tmp_path / "parquet")
    written(tmp_path / "jsonl", json.dumps({"text": "نص"}) + "\n")
    written(tmp_path / "page", "<html><body><p>en\tar</p></body></html>")
    written(tmp_path / "table", "id,text\n1,نص\n")
    assert not any(holds_pairs(tmp_path / name) for name in ("parquet", "jsonl", "page", "table"))
    assert not holds_pairs(tmp_path)


def test_reading_another_thing_is_one_clear_error_for_each(tmp_path):
    path = written(tmp_path / "given.md", "# One\n")
    with pytest.raises(ReadError, match=r"found '# One'; add the header"):
        texts(path)
    with pytest.raises(ExportError, match=r"expected one of .*JSONL.*; found another thing"):
        iter_pairs(path)
    with pytest.raises(StoreError, match="is a file of another kind"):
        open_source(path)
