"""Rows of a run's files: written and read in one place, spans moved by one function, one order, one outlet."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.errors import RunError
from align.records import Finding, Severity, Span
from align.rows.outlet import outlet_of
from align.rows.places import finding_of, finding_row, moved_row, moved_rows
from align.rows.reading import read_facts, read_rows, read_run

DOCUMENT = {"doc_id": "a", "text": "One.\nواحد."}
TWEET = {"doc_id": "a", "tweet": 0, "start": 0, "end": 4, "sentences": []}
PAIR = {
    "pair_id": "p", "doc_id": "a", "tweet": 0, "en_start": 0, "en_end": 4, "en": "One.",
    "ar_start": 5, "ar_end": 10, "ar": "واحد.", "probability": 0.9, "findings": [],
}  # fmt: skip
REFUSED = {"source": "z.txt", "stage": "read", "reason": "empty"}
LOST = {"doc_id": "a", "stage": "match", "reason": "below_threshold"}


def write_run(folder, documents, tweets, pairs, rejected):
    names = ("documents", "tweets", "pairs", "rejected")
    for name, rows in zip(names, (documents, tweets, pairs, rejected), strict=True):
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    return folder


def test_rows_an_article_comes_with_all_that_is_its_own(tmp_path):
    other = [row | {"doc_id": "b"} for row in (DOCUMENT, PAIR, LOST)]
    empty = DOCUMENT | {"doc_id": "none"}
    path = write_run(
        tmp_path,
        [DOCUMENT, empty, other[0]],
        [TWEET],
        [PAIR, PAIR | {"pair_id": "q"}, other[1]],
        [REFUSED, LOST, other[2]],
    )
    first, second, third = read_run(path)
    assert first["tweets"] == [TWEET]
    assert [row["pair_id"] for row in first["pairs"]] == ["p", "q"]
    assert first["rejected"] == [LOST]
    assert second == {"document": empty, "tweets": [], "pairs": [], "rejected": []}
    assert (third["tweets"], third["pairs"], third["rejected"]) == ([], [other[1]], [other[2]])


@pytest.mark.parametrize(
    ("name", "line", "said"),
    [
        ("documents", '{"doc_id": "a"}', r"documents.jsonl, line 2: expected `text` \(a text\), found only doc_id"),
        ("tweets", json.dumps(TWEET | {"tweet": "0"}), r"tweets.jsonl, line 2: expected `tweet` \(a whole number\)"),
        ("tweets", "[1]", r"tweets.jsonl, line 2: expected an object, found \[1\]"),
        ("pairs", '{"pair_id": ', r"pairs.jsonl, line 2: expected a row of JSON in UTF-8"),
        ("pairs", json.dumps(PAIR | {"findings": None}), r"pairs.jsonl, line 2: expected `findings` \(a list\)"),
        ("pairs", json.dumps(PAIR | {"doc_id": "b"}), r"pairs.jsonl, line 2: .* in its order, found 'b'"),
        ("rejected", json.dumps(LOST | {"doc_id": "b"}), r"rejected.jsonl, line 2: .* in its order, found 'b'"),
    ],
)  # fmt: skip
def test_rows_a_broken_row_is_named_with_file_line_and_next_step(tmp_path, name, line, said):
    path = write_run(tmp_path, [DOCUMENT], [TWEET], [PAIR], [LOST])
    with (path / f"{name}.jsonl").open("a", encoding="utf-8") as stream:
        stream.write(line + "\n")
    with pytest.raises(RunError, match=said + ".*; make the run again with --redo"):
        list(read_run(path))


def test_rows_refused_candidates_may_have_been_cleaned_away(tmp_path):
    path = write_run(tmp_path, [DOCUMENT], [TWEET], [PAIR], [LOST])
    (path / "rejected.jsonl").unlink()
    assert [article["rejected"] for article in read_run(path)] == [[]]


def test_rows_of_another_program_need_places_alone(tmp_path):
    bare = {name: PAIR[name] for name in ("doc_id", "en_start", "en_end", "ar_start", "ar_end", "probability")}
    path = write_run(tmp_path, [DOCUMENT], [TWEET], [bare, {"doc_id": "a"}], [])
    with pytest.raises(RunError, match="line 1: expected `pair_id`"):
        next(read_rows(path, "pairs"))
    rows = read_rows(path, "pairs", is_foreign=True)
    assert next(rows) == bare
    with pytest.raises(RunError, match="line 2: expected `en_start`"):
        next(rows)


@pytest.mark.parametrize("name", ["documents", "tweets", "pairs"])
def test_rows_a_directory_without_one_of_its_files_is_no_run(tmp_path, name):
    path = write_run(tmp_path, [DOCUMENT], [TWEET], [PAIR], [])
    (path / f"{name}.jsonl").unlink()
    with pytest.raises(RunError, match=rf"no whole run directory .*{name}.jsonl.*make it with align run"):
        list(read_run(path))
    with pytest.raises(RunError, match="make it with align run"):
        list(read_rows(path, name))


def test_rows_run_facts_are_an_object(tmp_path):
    with pytest.raises(RunError, match="make it with align run"):
        read_facts(tmp_path)
    (tmp_path / "run.json").write_text("[1]")
    with pytest.raises(RunError, match=r"run.json: expected an object, found \[1\]"):
        read_facts(tmp_path)
    (tmp_path / "run.json").write_text('{"signature": "s"}')
    assert read_facts(tmp_path)["signature"] == "s"


SPANS = st.one_of(st.none(), st.tuples(st.integers(0, 99), st.integers(0, 99)).map(lambda ends: Span(*sorted(ends))))


@given(SPANS, SPANS, st.integers(-99, 99), st.integers(-99, 99))
def test_rows_a_finding_goes_into_the_article_and_back(en, ar, en_by, ar_by):
    finding = Finding("number.changed", Severity.WARNING, "m", "ر", en, ar, {"was": 3})
    moved = moved_row(finding_row(finding), en=en_by, ar=ar_by)
    assert list(moved) == list(finding_row(finding))  # the order of the fields in files
    there = finding_of(moved)
    assert (there.en, there.ar) == (en and en.moved(en_by), ar and ar.moved(ar_by))
    assert finding_of(moved_row(moved, en=-en_by, ar=-ar_by)) == finding


def test_rows_findings_from_elsewhere_are_moved_as_far_as_they_go():
    given_rows = [{"code": "x", "en_start": 1, "en_end": "2"}, "no finding", {"ar_start": 4, "ar_end": 6}]
    assert moved_rows(given_rows, en=10, ar=20) == [
        {"code": "x", "en_start": 11, "en_end": None},
        {"ar_start": 24, "ar_end": 26},
    ]
    assert moved_rows(None, en=1, ar=1) == []


def test_rows_severities_have_one_order():
    assert sorted(Severity, key=lambda severity: severity.rank) == [Severity.ERROR, Severity.WARNING, Severity.NOTE]
    assert [Severity.rank_of(name) for name in ("error", Severity.WARNING, "note")] == [0, 1, 2]
    assert [Severity.rank_of(name) for name in ("grave", None, 7, ["error"])] == [2, 2, 2, 2]


@pytest.mark.parametrize(
    ("document", "outlet"),
    [
        ({"outlet": "Sample Daily", "url": "https://news.example/1", "doc_id": "b/1"}, "Sample Daily"),
        ({"outlet": None, "url": "https://www.News.example:8080/a/1", "doc_id": "b/1"}, "news.example"),
        ({"url": None, "source": "https://ar.news.example/1", "doc_id": "b/1"}, "ar.news.example"),
        ({"url": "http://[", "source": "news.jsonl:17", "doc_id": "b/2022/1"}, "b"),
        ({"url": "wwww.no-address", "doc_id": "b/1"}, "b"),
        ({"doc_id": "alone"}, None),
        ({"doc_id": "/rooted"}, None),
        ({}, None),
    ],
)
def test_rows_an_outlet_is_named_or_a_host_or_a_folder(document, outlet):
    assert outlet_of(document) == outlet
