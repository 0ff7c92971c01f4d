"""The run directory keeps what it has, resumes, and refuses another signature."""

import json
from dataclasses import replace

import pytest

from align.errors import RunError
from align.records import (
    AlignedArticle,
    Article,
    Block,
    BlockKind,
    Document,
    Finding,
    Outlook,
    Pair,
    Rejection,
    Rendered,
    Rendering,
    Severity,
    Span,
    Tweet,
)
from align.run.directory import RunDirectory

TEXT = "عنوان\nGood news for all.\nخبر سار للجميع."


def aligned(doc_id="a", text=TEXT):
    en, ar = Span(6, 24), Span(25, 39)
    tweet = Tweet(0, *en, en.cut(text), en, sentences=(en,), handle="nobody")
    number = Finding("number.changed", Severity.ERROR, "m", "ر", en=Span(0, 4), ar=None)
    pair = Pair(
        "p",
        "r",
        doc_id,
        0,
        en,
        en.cut(text),
        ar,
        ar.cut(text),
        Rendering.QUOTE,
        0.9,
        {"cosine": 0.8, "margin": 1.1, "linked_en": 1.0, "linked_ar": 1.0, "length": 0.5},
        findings=(number,),
    )
    article = Article(doc_id, f"{doc_id}.txt", text, (Block(BlockKind.HEADLINE, 0, 5),), (tweet,))
    outlook = Outlook(0, en, Rendered.YES, ar, 0.9)
    return AlignedArticle(article, (pair,), (Rejection("match", "below_threshold", "d", doc_id=doc_id),), (outlook,))


def rows(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_run_directory_offsets_cut_back(tmp_path):
    directory = RunDirectory(tmp_path, "s")
    directory.add("h", aligned())
    counts = directory.finish({})
    directory.close()
    assert counts == {"documents": 1, "tweets": 1, "pairs": 1, "rejected": 1}
    text = rows(tmp_path / "documents.jsonl")[0]["text"]
    pair = rows(tmp_path / "pairs.jsonl")[0]
    assert text[pair["en_start"] : pair["en_end"]] == pair["en"]
    assert text[pair["ar_start"] : pair["ar_end"]] == pair["ar"]
    finding = pair["findings"][0]
    assert text[finding["en_start"] : finding["en_end"]] == "Good"
    assert finding["ar_start"] is None
    tweet = rows(tmp_path / "tweets.jsonl")[0]
    assert tweet["status"] == "full"
    candidate = {"ar_start": pair["ar_start"], "ar_end": pair["ar_end"], "ar": pair["ar"], "probability": 0.9}
    sentence = {"start": 6, "end": 24, "covered": True, "rendered": "yes", "candidate": candidate}
    assert tweet["sentences"] == [sentence]
    assert json.loads((tmp_path / "run.json").read_text())["signature"] == "s"


def test_run_directory_resumes_in_the_order_given(tmp_path):
    first = RunDirectory(tmp_path, "s")
    first.add("h1", aligned("a"))
    first.finish({})
    first.close()
    second = RunDirectory(tmp_path, "s")
    assert second.holds("a", "h1")
    assert not second.holds("a", "h2")
    second.add("h9", aligned("b"))
    second.add("h2", aligned("a"))
    second.finish({})
    second.close()
    assert [row["doc_id"] for row in rows(tmp_path / "documents.jsonl")] == ["a", "b"]


def test_run_directory_drops_an_entry_cut_off_in_the_middle(tmp_path):
    first = RunDirectory(tmp_path, "s")
    first.add("h1", aligned("a"))
    first.close()
    with (tmp_path / ".articles.jsonl").open("a", encoding="utf-8") as stream:
        stream.write('{"hash": "h2", "docum')
    second = RunDirectory(tmp_path, "s")
    second.add("h3", aligned("c"))
    second.finish({})
    second.close()
    assert [row["doc_id"] for row in rows(tmp_path / "documents.jsonl")] == ["a", "c"]


def test_run_directory_refuses_another_signature_unless_redo(tmp_path):
    RunDirectory(tmp_path, "one").close()
    with pytest.raises(RunError, match="--redo"):
        RunDirectory(tmp_path, "two")
    RunDirectory(tmp_path, "two", redo=True).close()


def test_run_directory_keeps_refused_inputs_until_they_are_mended(tmp_path):
    first = RunDirectory(tmp_path, "s")
    first.reject(Rejection("read", "empty", "no text", source="a.txt"))
    first.reject(Rejection("read", "empty", "no text", source="z.txt"))
    first.finish({})
    first.close()
    second = RunDirectory(tmp_path, "s")
    second.add("h", aligned("a"))
    second.finish({})
    second.close()
    refused = [row["source"] for row in rows(tmp_path / "rejected.jsonl") if row["stage"] == "read"]
    assert refused == ["z.txt"]


def test_run_directory_a_cell_is_no_formula(tmp_path):
    text = "عنوان\n=SUM(A1) news here\nخبر سار للجميع."
    directory = RunDirectory(tmp_path, "s")
    directory.add("h", aligned(text=text))
    directory.finish({})
    directory.close()
    assert "\t'=SUM(A1)" in (tmp_path / "pairs.tsv").read_text(encoding="utf-8")


def test_run_directory_in_the_place_of_a_file_is_one_clear_error(tmp_path):
    (tmp_path / "f").write_text("")
    with pytest.raises(RunError, match="choose another with --out"):
        RunDirectory(tmp_path / "f", "s")


def test_run_directory_a_row_is_one_line_for_every_reader(tmp_path):
    text = "عنوان\nGood news\u2028for all.\nخبر سار\x85للجميع."
    directory = RunDirectory(tmp_path, "s")
    directory.add("h", aligned(text=text))
    directory.finish({})
    directory.close()
    for name in ("documents.jsonl", "tweets.jsonl", "pairs.jsonl"):
        assert len((tmp_path / name).read_text(encoding="utf-8").splitlines()) == 1
    assert rows(tmp_path / "documents.jsonl")[0]["text"] == text
    assert len((tmp_path / "pairs.tsv").read_text(encoding="utf-8").splitlines()) == 2


def test_run_directory_a_damaged_journal_is_one_clear_error(tmp_path):
    RunDirectory(tmp_path, "s").close()
    with (tmp_path / ".articles.jsonl").open("a", encoding="utf-8") as stream:
        stream.write("{broken}\n")
    with pytest.raises(RunError, match="damaged at byte .*--redo"):
        RunDirectory(tmp_path, "s")
    RunDirectory(tmp_path, "s", redo=True).close()


def given(doc_id, source, content="نص"):
    return Document(doc_id, source, content)


def planned_ids(plans):
    return [plan.item.doc_id for plan in plans]


def test_rundir_plans_ids_once_though_nothing_is_added_yet(tmp_path):
    ahead = [given("a", "one/a.txt"), given("a", "two/a.txt", "آخر"), given("a~2", "three.jsonl:4", "ثالث")]
    with RunDirectory(tmp_path, "s") as directory:
        plans = list(directory.plan(ahead))
        assert planned_ids(plans) == ["a", "a~2", "a~2~2"]
        assert [plan.to_align for plan in plans] == [plan.item for plan in plans]
        assert planned_ids(directory.plan(ahead)) == ["a", "a~2", "a~2~2"]


@pytest.mark.parametrize("is_ahead", [True, False])
def test_rundir_plans_alike_whether_articles_are_added_before_or_after(tmp_path, is_ahead):
    documents = [
        given("a", "one/a.txt"),
        given("a", "two/a.txt"),  # the same article from another place
        given("a", "two/a.txt", "آخر"),
        given("b", "news.jsonl:1"),
        given("b", "news.jsonl:7", "معدّل"),  # changed, and on another line of its file
        given("b", "news.jsonl:9", "معدّل"),
    ]
    with RunDirectory(tmp_path, "s") as directory:
        plans = directory.plan(documents)
        found = []
        for plan in list(plans) if is_ahead else plans:
            found.append((plan.item.doc_id, directory.holds(plan.item.doc_id, plan.digest)))
            if not found[-1][1]:
                article = aligned(plan.item.doc_id)
                directory.add(plan.digest, replace(article, article=replace(article.article, source=plan.item.source)))
    assert found == [("a", False), ("a", True), ("a~2", False), ("b", False), ("b", False), ("b", True)]


def test_rundir_plans_nothing_for_what_is_done_or_refused(tmp_path):
    refused = Rejection("read", "empty", "no text", source="z.txt")
    with RunDirectory(tmp_path, "s") as directory:
        (first,) = directory.plan([given("a", "a.txt")])
        directory.add(first.digest, aligned("a"))
    with RunDirectory(tmp_path, "s") as directory:
        done, refusal, changed = directory.plan([given("a", "a.txt"), refused, given("a", "a.txt", "معدّل")])
    assert (done.is_done, done.to_align, refusal.to_align) == (True, None, None)
    assert (changed.is_done, changed.to_align) == (False, given("a", "a.txt", "معدّل"))


SOUND = {"document": {"doc_id": "a", "source": "a.txt"}, "hash": "h", "tweets": [], "pairs": [], "rejected": []}
ODD = [
    "null", "[]", "{}", "3", '"document"', '{"doc_id": 1, "tweet": [], "pairs": 3}', '{"signature": 1}',
    '{"refused": []}', '{"mended": null}', json.dumps({**SOUND, "document": {"doc_id": 3, "source": "a"}}),
    json.dumps({**SOUND, "document": ["doc_id", "source"]}), json.dumps({**SOUND, "hash": None}),
    json.dumps({k: v for k, v in SOUND.items() if k != "hash"}), json.dumps({**SOUND, "pairs": 3}), "[" * 100_000,
]  # fmt: skip


@pytest.mark.parametrize("entry", ODD, ids=lambda entry: entry[:40])
def test_run_directory_a_journal_with_entries_of_another_program_is_one_clear_error(tmp_path, entry):
    RunDirectory(tmp_path, "s").close()
    with (tmp_path / ".articles.jsonl").open("a", encoding="utf-8") as stream:
        stream.write(entry + "\n")
    with pytest.raises(RunError, match="damaged at byte .*--redo"):
        RunDirectory(tmp_path, "s")


def test_run_directory_a_journal_with_a_sound_entry_is_read(tmp_path):
    RunDirectory(tmp_path, "s").close()
    with (tmp_path / ".articles.jsonl").open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(SOUND) + "\n")
    with RunDirectory(tmp_path, "s") as directory:
        assert directory.holds("a", "h")
