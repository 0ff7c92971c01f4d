"""`align docs`: what it writes, resumes and refuses; what check, export and evaluate make of it."""

import json

import pytest
from typer.testing import CliRunner

from align.cli import opening
from align.cli.app import app
from align.docs.aligner import DocsAligner, DocsOptions
from align.docs.beads import Bead
from align.docs.cluster import align_spread
from align.docs.formats import ladder_lines, read_beads
from align.docs.job import align_here
from align.docs.pairing import bare_name, paired_by_name
from align.docs.plan import Planning
from align.docs.reading import Source, plain_markdown, read_documents, sources_of
from align.docs.weights import weights_with
from align.errors import AlignError, ReadError
from align.evaluate.beads import count_beads
from align.records import Rejection
from align.settings import ReadSettings, Settings
from align.text.sentences import split_arabic_prose, split_english
from tests.fakes import glossary_sentences, open_glossary_matcher

PAIRS = glossary_sentences(80, seed=3)


@pytest.fixture(autouse=True)
def _fake_encoder(monkeypatch):
    monkeypatch.setattr("align.match.matcher.open_matcher", open_glossary_matcher)
    assert opening.matcher_of.__name__ == "matcher_of"


def run(*arguments):
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if isinstance(result.exception, AlignError):
        return result.exception.exit_code, str(result.exception)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def rows(folder, name):
    return [json.loads(line) for line in (folder / f"{name}.jsonl").read_text("utf-8").splitlines()]


def write_pair(folder, start, stop, *, name="walk", drop=()):
    folder.mkdir(parents=True, exist_ok=True)
    english = " ".join(en.capitalize() + "." for en, _ in PAIRS[start:stop])
    arabic = " ".join(ar + "." for n, (_, ar) in enumerate(PAIRS[start:stop]) if n not in drop)
    (folder / f"{name}.en.txt").write_text(english + "\n", "utf-8")
    (folder / f"{name}.ar.txt").write_text(arabic + "\n", "utf-8")
    return folder / f"{name}.en.txt", folder / f"{name}.ar.txt"


def test_docs_writes_pairs_with_spans_and_beads_in_order(tmp_path):
    code, said = run("docs", *write_pair(tmp_path, 0, 12, drop=(4,)), "--out", tmp_path / "o", "--no-check")
    assert code == 0, said
    documents = {row["doc_id"]: row for row in rows(tmp_path / "o", "documents")}
    pairs, beads = rows(tmp_path / "o", "pairs"), rows(tmp_path / "o", "beads")
    assert len(documents) == 2
    for pair in pairs:
        for side in ("en", "ar"):
            text = documents[pair[f"{side}_doc_id"]]["text"]
            assert text[pair[f"{side}_start"] : pair[f"{side}_end"]] == pair[side]
    assert len(pairs) == 11
    assert [bead["en"] for bead in beads if not bead["ar"]] == [[4]]
    assert [n for bead in beads for n in bead["en"]] == list(range(12))
    assert all(0 <= bead["probability"] <= 1 for bead in beads)
    facts = json.loads((tmp_path / "o" / "run.json").read_text())
    assert facts["counts"]["pairs"] == 11
    assert facts["signature"].startswith("docs|model:")


def test_docs_goes_on_where_it_was_and_refuses_other_settings(tmp_path):
    pair = write_pair(tmp_path, 0, 8)
    run("docs", *pair, "--out", tmp_path / "o", "--no-check")
    first = (tmp_path / "o" / "pairs.jsonl").read_bytes()
    code, said = run("docs", *pair, "--out", tmp_path / "o", "--no-check")
    assert (code, "0 pairs of documents aligned, 1 unchanged" in said) == (0, True)
    assert (tmp_path / "o" / "pairs.jsonl").read_bytes() == first
    code, said = run("docs", *pair, "--out", tmp_path / "o", "--no-check", "--threshold", "0.9")
    assert code == 2
    assert "choose another --out, or replace it with --redo" in said
    assert run("docs", *pair, "--out", tmp_path / "o", "--no-check", "--threshold", "0.9", "--redo")[0] == 0


def test_docs_two_folders_find_their_partners_by_name(tmp_path):
    for number in range(3):
        write_pair(tmp_path / "both", number * 10, number * 10 + 8, name=f"day{number}")
    for side in ("en", "ar"):
        (tmp_path / side).mkdir()
        for path in (tmp_path / "both").glob(f"*.{side}.txt"):
            path.rename(tmp_path / side / path.name)
    (tmp_path / "ar" / "alone.ar.txt").write_text("جسر مدرسة نهر قديم.", "utf-8")
    code, said = run("docs", tmp_path / "en", tmp_path / "ar", "--out", tmp_path / "o", "--no-check")
    assert code == 0, said
    ids = {(pair["en_doc_id"], pair["ar_doc_id"]) for pair in rows(tmp_path / "o", "pairs")}
    assert ids == {(f"day{n}.en", f"day{n}.ar") for n in range(3)}
    assert [row["reason"] for row in rows(tmp_path / "o", "rejected")] == ["no_partner"]


def test_docs_two_folders_find_their_partners_by_content(tmp_path):
    for number in range(5):
        for side in ("en", "ar"):
            (tmp_path / side).mkdir(exist_ok=True)
            name = f"{'abcde'[number]}1.txt" if side == "en" else f"{'edcba'[number]}2.txt"
            texts = [pair[side == "ar"] for pair in PAIRS[number * 10 : number * 10 + 8]]
            (tmp_path / side / name).write_text(". ".join(t.capitalize() for t in texts) + ".", "utf-8")
    code, said = run("docs", tmp_path / "en", tmp_path / "ar", "--out", tmp_path / "o", "--no-check")
    assert code == 0, said
    ids = {(pair["en_doc_id"], pair["ar_doc_id"]) for pair in rows(tmp_path / "o", "pairs")}
    assert ids == {(f"{a}1", f"{b}2") for a, b in zip("abcde", "edcba", strict=True)}


class InlineCluster:
    """Does what it is sent at once."""

    def send(self, work, *arguments):
        return work(*arguments)

    def in_order(self, futures):
        return iter(futures)


def test_docs_spread_over_workers_gives_the_same_rows(tmp_path, monkeypatch):
    monkeypatch.setattr("align.docs.cluster.open_matcher", open_glossary_matcher)
    planned = [plan for n in (0, 10) for plan in _plans(tmp_path / str(n), n)]
    options, settings = DocsOptions(check=False), Settings()
    aligner = DocsAligner(open_glossary_matcher(settings.embed), weights_with(None, None), options)
    here = list(align_here(aligner)(iter(planned)))
    spread = list(align_spread(InlineCluster(), settings, options, None)(iter(planned)))
    assert spread == here
    assert len(here) == 2


def _plans(folder, start):
    return Planning(ReadSettings()).of_sides(*map(str, write_pair(folder, start, start + 6)))


def test_docs_a_fault_costs_the_pair_that_brings_it_to_light(tmp_path, monkeypatch):
    def rows_of(self, english, arabic, given=None):
        raise ZeroDivisionError("by chance")

    aligner = DocsAligner(open_glossary_matcher(Settings().embed), weights_with(None, None), DocsOptions(check=False))
    monkeypatch.setattr(DocsAligner, "rows", rows_of)
    [(_, refused)] = align_here(aligner)(iter(_plans(tmp_path, 0)))
    assert (refused.stage, refused.reason) == ("docs", "failed")
    assert "ZeroDivisionError: by chance" in refused.detail


def test_docs_a_table_names_the_pairs_and_what_is_missing_is_refused(tmp_path):
    write_pair(tmp_path, 0, 6)
    (tmp_path / "t.tsv").write_text("en\tar\nwalk.en.txt\twalk.ar.txt\nwalk.en.txt\tgone.txt\n", "utf-8")
    code, said = run("docs", tmp_path / "t.tsv", "--out", tmp_path / "o", "--no-check")
    assert code == 0, said
    assert len(rows(tmp_path / "o", "pairs")) == 6
    assert [row["reason"] for row in rows(tmp_path / "o", "rejected")] == ["missing"]


def test_docs_lines_are_sentences_and_blank_ones_keep_their_numbers(tmp_path):
    (tmp_path / "a.txt").write_text("\n".join([PAIRS[0][0], "", PAIRS[1][0]]), "utf-8")
    (tmp_path / "b.txt").write_text("\n".join([PAIRS[0][1], PAIRS[1][1]]), "utf-8")
    run("docs", tmp_path / "a.txt", tmp_path / "b.txt", "--lines", "--out", tmp_path / "o", "--no-check")
    assert [(b["en"], b["ar"]) for b in rows(tmp_path / "o", "beads")] == [([0], [0]), ([2], [1])]


def test_docs_takes_the_beads_of_another_tool_and_refuses_those_beyond_the_documents(tmp_path):
    pair = write_pair(tmp_path, 0, 4)
    (tmp_path / "v.txt").write_text("[0, 1]:[0]:0.2\n[2]:[1, 2]:0.3\n[3]:[]:0.0\n", "utf-8")
    assert run("docs", *pair, "--beads", tmp_path / "v.txt", "--out", tmp_path / "o", "--no-check")[0] == 0
    found = [(b["en"], b["ar"]) for b in rows(tmp_path / "o", "beads")]
    assert found == [([0, 1], [0]), ([2], [1, 2]), ([3], []), ([], [3])]
    (tmp_path / "v.txt").write_text("[0]:[9]\n", "utf-8")
    code, said = run("docs", *pair, "--beads", tmp_path / "v.txt", "--out", tmp_path / "p", "--no-check")
    assert (code, "expected sentences below 4 on the Arabic side, found 9" in said) == (1, True)


def test_docs_judges_pairs_and_draws_both_columns(tmp_path):
    pair = write_pair(tmp_path, 0, 6, drop=(2,))
    code, said = run("docs", *pair, "--out", tmp_path / "o", "--links", "--html", tmp_path / "o.html")
    assert code == 0, said
    first = rows(tmp_path / "o", "pairs")[0]
    assert first["verdict"] in ("faithful", "partial", "divergent")
    assert first["links"]
    page = (tmp_path / "o.html").read_text("utf-8")
    assert 'dir="rtl"' in page
    assert page.count("<p class=") == 11 + 1  # the sentences, and the key
    assert "src=" not in page


def test_docs_a_page_escapes_what_the_documents_say(tmp_path):
    (tmp_path / "a.txt").write_text("The bridge <b>opens</b> & closes today.", "utf-8")
    (tmp_path / "b.txt").write_text("جسر يفتح اليوم.", "utf-8")
    run("docs", tmp_path / "a.txt", tmp_path / "b.txt", "--out", tmp_path / "o", "--no-check", "--threshold", "0",
        "--html", tmp_path / "o.html")  # fmt: skip
    page = (tmp_path / "o.html").read_text("utf-8")
    assert "<b>" not in page
    assert "&lt;b&gt;opens&lt;/b&gt; &amp; closes" in page


def test_docs_the_wrong_language_and_an_empty_file_are_refused_by_code(tmp_path):
    french = "La réunion du conseil municipal aura lieu dimanche prochain à la mairie. Tout le monde est invité."
    (tmp_path / "a.txt").write_text(french, "utf-8")
    (tmp_path / "b.txt").write_text("  \n", "utf-8")
    code, _ = run("docs", tmp_path / "a.txt", tmp_path / "b.txt", "--out", tmp_path / "o", "--no-check")
    assert code == 1
    assert [row["reason"] for row in rows(tmp_path / "o", "rejected")] == ["language", "empty"]


def test_docs_a_whole_paragraph_left_out_is_one_finding(tmp_path):
    english = [" ".join(en.capitalize() + "." for en, _ in PAIRS[at : at + 3]) for at in (0, 3, 6, 9)]
    arabic = [" ".join(ar + "." for _, ar in PAIRS[at : at + 3]) for at in (0, 6, 9)]
    (tmp_path / "a.txt").write_text("\n\n".join(english), "utf-8")
    (tmp_path / "b.txt").write_text("\n\n".join(arabic), "utf-8")
    run("docs", tmp_path / "a.txt", tmp_path / "b.txt", "--out", tmp_path / "o", "--no-check")
    found = [finding for bead in rows(tmp_path / "o", "beads") for finding in bead["findings"]]
    assert [finding["code"] for finding in found] == ["omission.paragraph"]
    document = rows(tmp_path / "o", "documents")[0]
    assert document["text"][found[0]["en_start"] : found[0]["en_end"]] == english[1]
    code, said = run("check", tmp_path / "o", "--format", "jsonl", "--only", "omission", "--fail-on", "error")
    assert code == 3
    told = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    assert [f["code"] for row in told for f in row["findings"]] == ["omission.paragraph"]
    assert next(row for row in told if row["findings"])["en"] == english[1]


def test_docs_exports_pairs_and_a_ladder(tmp_path):
    run("docs", *write_pair(tmp_path, 0, 6, drop=(2,)), "--out", tmp_path / "o", "--no-check")
    assert run("export", tmp_path / "o", "--format", "tsv", "--out", tmp_path / "p.tsv")[0] == 0
    assert len((tmp_path / "p.tsv").read_text("utf-8").splitlines()) == 6
    assert run("export", tmp_path / "o", "--format", "ladder", "--out", tmp_path / "p.ladder")[0] == 0
    beads = [(tuple(b["en"]), tuple(b["ar"])) for b in rows(tmp_path / "o", "beads")]
    assert [(bead.en, bead.ar) for bead in read_beads(tmp_path / "p.ladder")] == beads


def test_docs_evaluate_scores_beads_against_true_ones(tmp_path):
    (tmp_path / "gold.txt").write_text("[0]:[0]\n[1,2]:[1]\n[3]:[]\n", "utf-8")
    (tmp_path / "found.jsonl").write_text('{"en": [0], "ar": [0]}\n{"en": [1], "ar": [1]}\n{"en": [2], "ar": []}\n')
    code, said = run("evaluate", tmp_path / "gold.txt", tmp_path / "found.jsonl", "--json")
    assert code == 0, said
    figures = json.loads(said)
    assert figures["strict_precision"] == pytest.approx(1 / 3)
    assert figures["strict_recall"] == pytest.approx(1 / 2)
    assert figures["lax_recall"] == 1.0


# --- counting, as Vecalign's score.py counts


def test_count_beads_strict_and_lax_by_hand():
    true = [((0,), (0,)), ((1, 2), (1,)), ((3,), ()), ((4,), (2, 3))]
    found = [((0,), (0,)), ((1,), (1,)), ((2,), ()), ((3,), ()), ((4,), (2,)), ((), (3,))]
    counts = count_beads(true, found)
    assert counts == (6, 2, 4, 3, 1, 3)
    assert counts.figures()["strict_precision"] == pytest.approx(2 / 6)
    assert counts.figures()["lax_recall"] == 1.0
    assert count_beads([], []).figures()["strict_f1"] == 1.0


# --- formats


def test_formats_a_ladder_read_back_gives_its_beads(tmp_path):
    beads = [Bead((0, 1), (0,)), Bead((2,), ()), Bead((), (1,)), Bead((3,), (2, 3)), Bead((4,), ())]
    (tmp_path / "l").write_text("\n".join(ladder_lines(beads, 5, 4)) + "\n")
    assert [(b.en, b.ar) for b in read_beads(tmp_path / "l")] == [(b.en, b.ar) for b in beads]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0\t0\t0.3\n1\t1\t0.5\n3\t2\t0.1\n", [((0,), (0,)), ((1, 2), (1,))]),
        ("[0]:[0, 1]\n[]:[2]\n", [((0,), (0, 1)), ((), (2,))]),
        ("[0]:[0]:0.156300\n", [((0,), (0,))]),
        ("One. ~~~ Two.\tواحد واثنان.\t0.4\nThree.\t\t-0.3\n", [((0, 1), (0,)), ((2,), ())]),
        ('{"en": [4], "ar": [1, 2], "probability": 0.5}\n', [((4,), (1, 2))]),
    ],
)
def test_formats_of_other_tools_are_told_by_content(tmp_path, text, expected):
    (tmp_path / "f").write_text(text, "utf-8")
    assert [(bead.en, bead.ar) for bead in read_beads(tmp_path / "f")] == expected


@pytest.mark.parametrize("text", ["", "hello\n", "[0]:[0]\n[1]\n", '{"en": [0], "ar": ["x"]}\n', "0\t0\t0\nx\ty\tz\n"])
def test_formats_what_is_broken_is_told_with_its_line(tmp_path, text):
    (tmp_path / "f").write_text(text, "utf-8")
    with pytest.raises(ReadError, match=r"expected"):
        read_beads(tmp_path / "f")


# --- reading


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mr. Selm left at 5 p.m. yesterday. He said so.", ["Mr. Selm left at 5 p.m. yesterday.", "He said so."]),
        ('"Go!" she said. "Now?" Nobody moved...', ['"Go!" she said.', '"Now?"', "Nobody moved..."]),
        ("One line\nand another.  ", ["One line", "and another."]),
        ("It cost $2.50. 40 people paid.", ["It cost $2.50.", "40 people paid."]),
    ],
)
def test_sentences_english_prose_is_cut_at_its_stops(text, expected):
    assert [span.cut(text) for span in split_english(text)] == expected


def test_sentences_arabic_prose_has_no_white_space_around_it():
    text = "قال د. سالم ذلك.  وصل القطار؟ نعم!\n"
    assert [span.cut(text) for span in split_arabic_prose(text)] == ["قال د. سالم ذلك.", "وصل القطار؟", "نعم!"]


def test_reading_markdown_keeps_the_prose():
    text = "# The *old* bridge\n\nIt was\n[closed](http://x.example) `today`.\n\n- one\n- two\n"
    text += "\n```\ncode\n```\n| a | b |\n|---|---|\n"
    assert plain_markdown(text) == "The old bridge\nIt was closed today.\none\ntwo\na   b"


def test_reading_a_page_gives_its_paragraphs_in_any_language(tmp_path):
    body = "".join(f"<p>{en.capitalize()} and so it stays for the whole of the year.</p>" for en, _ in PAIRS[:4])
    (tmp_path / "a.html").write_text(f"<html><body><article><h1>Bridges</h1>{body}</article></body></html>", "utf-8")
    document = next(read_documents(Source(str(tmp_path / "a.html"), "a"), "en", ReadSettings()))
    assert not isinstance(document, Rejection)
    assert sum("so it stays" in text for text in document.texts) == 4


def test_reading_word_documents_gives_paragraphs_and_cells(tmp_path):
    docx = pytest.importorskip("docx", reason="python-docx is an extra")
    made = docx.Document()
    made.add_heading("Bridges", 1)
    made.add_paragraph("The bridge opens today. The school closes.")
    table = made.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "River", "Garden"
    made.save(str(tmp_path / "a.docx"))
    document = next(read_documents(Source(str(tmp_path / "a.docx"), "a"), "en", ReadSettings()))
    assert document.texts == ["Bridges", "The bridge opens today.", "The school closes.", "River", "Garden"]
    (tmp_path / "b.docx").write_bytes(b"PK no archive")
    refused = next(read_documents(Source(str(tmp_path / "b.docx"), "b"), "en", ReadSettings()))
    assert (refused.reason, refused.stage) == ("docx", "read")


def test_reading_a_folder_takes_what_can_hold_documents(tmp_path):
    for name in ("b.md", "a.txt", ".hidden.txt", "c.bin", "d.docx", "e.html.gz"):
        (tmp_path / name).write_text("x")
    assert [source.stem for source in sources_of(str(tmp_path))] == ["a", "b", "d", "e"]


def test_pairing_names_are_the_same_but_for_the_language():
    assert [bare_name(name) for name in ("Harbour.EN", "harbour-ar", "en/harbour", "en")] == ["harbour"] * 3 + ["en"]
    english, arabic = ["a.en", "b_en", "c", "c.eng"], ["ar-b", "a", "c.ar", "z"]
    assert [(pair.english, pair.arabic) for pair in paired_by_name(english, arabic)] == [(0, 1), (1, 0)]
