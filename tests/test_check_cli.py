"""`align check` and `align report` from the command line, with an encoder that knows a dozen words."""

import json
import sys
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256

import numpy as np
import pytest

from align.cli import main
from align.cli.marked import _REASONS
from align.match import MatchResult
from align.match.matcher import Matcher
from align.models.bundle import shipped_bundle
from align.models.linear import LinearModel
from align.models.sections import Means
from align.protocols import WordVectors
from align.records import Pair, Rendering, Span
from align.report.labels import LABELS
from align.text.normal import normal_form
from align.text.words import words
from tests.fakes import HashEncoder, hashed_vector

EN = "The museum reopens on Friday, and entry is free for all children."
WHOLE = "يفتح المتحف أبوابه يوم الجمعة، والدخول مجاني لجميع الأطفال"
PART = "يفتح المتحف أبوابه يوم الجمعة"
LEXICON = {
    "المتحف": "museum",
    "يفتح": "reopens",
    "ابوابه": "the",
    "يوم": "on",
    "الجمعه": "friday",
    "والدخول": "entry",
    "مجاني": "free",
    "لجميع": "all",
    "الاطفال": "children",
}
REPORTED = ["pair_id", "en", "ar", "cosine", "probability", "coverage_en", "coverage_ar", "findings", "verdict"]


class DictionaryEncoder(HashEncoder):
    """A word's vector is its own, and that of its translation."""

    name, dim = "dictionary", 64

    def encode_words(self, texts):
        out = []
        for text in texts:
            spans = words(text)
            forms = [normal_form(span.cut(text)) for span in spans]
            rows = [hashed_vector(LEXICON.get(form, form), self.dim) for form in forms]
            vectors = np.array(rows, np.float32).reshape(-1, self.dim)
            out.append(WordVectors(spans, vectors, vectors))
        return out


def bundle_without_means():
    shipped, model = shipped_bundle(), LinearModel((), np.zeros(0), 0.0)
    matching = replace(shipped.matching, word=model, edge=model, pair=model, context=model, threshold=0.5)
    return replace(shipped, means=Means.none(), matching=matching)


@pytest.fixture
def run(monkeypatch, capsys):
    matcher = Matcher(DictionaryEncoder(), bundle_without_means())
    monkeypatch.setattr("align.match.matcher.open_matcher", lambda settings, weights=None: matcher)

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["align", *map(str, arguments)])
        try:
            main()
            code = 0
        except SystemExit as stop:
            code = stop.code or 0
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


@pytest.fixture
def pairs(tmp_path):
    path = tmp_path / "pairs.jsonl"
    rows = [{"pair_id": "whole", "en": EN, "ar": WHOLE}, {"en": EN, "ar": PART}, {"en": "Nothing here", "ar": " "}]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def test_check_jsonl_gives_one_object_a_pair_in_order(run, pairs):
    code, out, _ = run("check", pairs, "--format", "jsonl")
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [row["pair_id"] for row in rows] == ["whole", "1", "2"]
    assert all(list(row)[: len(REPORTED)] == REPORTED for row in rows)
    assert rows[0]["verdict"] == "faithful"
    assert rows[2]["findings"] == []
    assert "found none in ar" in rows[2]["error"]["message"]


def test_check_spans_cut_the_words_out_of_the_texts(run, pairs):
    _, out, _ = run("check", pairs, "--format", "jsonl", "--only", "omission")
    row = json.loads(out.splitlines()[1])
    (finding,) = row["findings"]
    assert "entry is free" in row["en"][finding["en_start"] : finding["en_end"]]
    assert row["verdict"] == "partial"


def test_check_json_is_one_array(run, pairs):
    _, out, _ = run("check", pairs, "--format", "json")
    assert len(json.loads(out)) == 3


def test_check_tsv_has_a_header_and_a_line_a_pair(run, pairs):
    _, out, _ = run("check", pairs, "--format", "tsv")
    lines = out.splitlines()
    assert lines[0].split("\t")[:3] == ["pair_id", "en", "ar"]
    assert {len(line.split("\t")) for line in lines} == {11}
    assert "error omission.part: left out" in lines[2]


def test_check_github_names_file_line_and_code(run, pairs):
    _, out, _ = run("check", pairs, "--format", "github", "--only", "omission.part")
    assert f"::error file={pairs},line=2,title=omission.part::left out" in out.replace("%3A", ":")


def test_check_text_marks_the_words_and_counts(run, pairs):
    _, out, _ = run("check", pairs)
    lines = out.splitlines()
    marked = next(n for n, line in enumerate(lines) if "~~~" in line)
    start = lines[marked].index("~")
    assert lines[marked - 1][start:].startswith(("entry is free", "and entry is free", "free for all"))
    assert "not judged 1" in lines[-1]


def test_check_html_is_one_page_without_outside_references(run, pairs):
    _, out, _ = run("check", pairs, "--format", "html", "--lang", "ar")
    assert out.startswith("<!doctype html>")
    assert 'dir="rtl"' in out
    assert "http://" not in out
    assert "https://" not in out


def test_check_messages_in_arabic(run):
    _, out, _ = run("check", "--en", EN, "--ar", PART, "--lang", "ar")
    assert "سقط من الترجمة" in out


@pytest.mark.parametrize(
    ("level", "ar", "wanted"), [("error", PART, 3), ("warning", PART, 3), ("error", WHOLE, 0), ("warning", WHOLE, 0)]
)
def test_check_fail_on_sets_the_exit_code(run, level, ar, wanted):
    code, _, _ = run("check", "--en", EN, "--ar", ar, "--fail-on", level)
    assert code == wanted


def test_check_skip_takes_findings_and_their_exit_code_away(run):
    code, out, _ = run("check", "--en", EN, "--ar", PART, "--skip", "omission", "--fail-on", "error", "-f", "jsonl")
    assert code == 0
    assert json.loads(out)["findings"] == []


def test_check_config_file_and_flag_over_it(run, tmp_path):
    (tmp_path / "c.toml").write_text('[check]\nskip = ["omission"]\n', encoding="utf-8")
    _, quiet, _ = run("check", "--en", EN, "--ar", PART, "--config", tmp_path / "c.toml", "-f", "jsonl")
    assert json.loads(quiet)["findings"] == []
    _, loud, _ = run(
        "check", "--en", EN, "--ar", PART, "--config", tmp_path / "c.toml", "--skip", "number", "-f", "jsonl"
    )
    assert json.loads(loud)["findings"] != []


def test_check_without_encoder_uses_rules_alone(run, monkeypatch):
    monkeypatch.setattr("align.match.matcher.open_matcher", lambda *given: pytest.fail("the encoder was opened"))
    code, out, _ = run(
        "check", "--en", "The clinic treated 137 patients.", "--ar", "عالجت العيادة 173 مريضاً.", "--no-encoder",
        "--format", "jsonl", "--fail-on", "error",
    )  # fmt: skip
    row = json.loads(out)
    assert code == 3
    assert row["cosine"] is None
    assert row["findings"][0]["code"].startswith("number")


def test_check_two_files_line_by_line(run, tmp_path):
    (tmp_path / "a.en").write_text(f"{EN}\n{EN}\n{EN}\n", encoding="utf-8")
    (tmp_path / "a.ar").write_text(f"{WHOLE}\n{PART}\n", encoding="utf-8")
    _, out, _ = run("check", tmp_path / "a.en", tmp_path / "a.ar", "-f", "jsonl")
    rows = [json.loads(line) for line in out.splitlines()]
    assert [row["verdict"] for row in rows] == ["faithful", "partial", None]
    assert "error" in rows[2]


def test_check_tsv_input_without_quoting(run, tmp_path):
    path = tmp_path / "p.tsv"
    path.write_text(f'ar\ten\tpair_id\n"{WHOLE}"\t{EN}\tx\nonly one cell\n', encoding="utf-8")
    _, out, _ = run("check", path, "-f", "jsonl")
    rows = [json.loads(line) for line in out.splitlines()]
    assert rows[0]["ar"] == f'"{WHOLE}"'
    assert rows[0]["pair_id"] == "x"
    assert "expected 3 cells, found 1" in rows[1]["error"]["message"]


def test_check_a_broken_line_keeps_its_place(run, tmp_path):
    path = tmp_path / "p.jsonl"
    path.write_text(
        json.dumps({"en": EN, "ar": WHOLE}) + "\n{broken\n" + json.dumps({"en": EN, "ar": 7}) + "\n", encoding="utf-8"
    )
    _, out, _ = run("check", path, "-f", "jsonl")
    rows = [json.loads(line) for line in out.splitlines()]
    assert ["error" in row for row in rows] == [False, True, True]
    assert "found" in rows[2]["error"]["message"]


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        ((), 2, "expected INPUT, or both --en and --ar"),
        (("--en", "only one"), 2, "expected INPUT, or both --en and --ar"),
        (("nowhere.tsv",), 1, "check the path"),
    ],
)
def test_check_errors_are_one_clear_line(run, arguments, code, told):
    found, out, err = run("check", *arguments)
    assert (found, out) == (code, "")
    assert told in err


def test_check_a_folder_that_is_no_run_is_told_so(run, tmp_path):
    code, _, err = run("check", tmp_path)
    assert code == 2
    assert "expected a run directory" in err


def test_check_list_explains_every_code(run):
    code, out, _ = run("check", "--list")
    assert code == 0
    assert "omission.part" in out
    assert "number.changed" in out


ARTICLE = """المتحف يعود
قالت المديرة سلمى نوار في تغريدة: "يفتح المتحف أبوابه يوم الجمعة، والدخول مجاني لجميع الأطفال".
The museum reopens on Friday, and entry is free for all children.
— Salma Nawar (@salma_nawar_x) March 3, 2022
"""


def test_check_an_article_needs_the_encoder(run, tmp_path):
    (tmp_path / "a.txt").write_text(ARTICLE, encoding="utf-8")
    code, _, err = run("check", tmp_path / "a.txt", "--no-encoder")
    assert code == 2
    assert "leave --no-encoder out" in err


def match_the_quote(article, *_):
    """In place of the matching: the tweet's sentence and what stands between the marks."""
    sentence, start = article.tweets[0].sentences[0], article.text.index("يفتح")
    span = Span(start, article.text.index("الأطفال") + len("الأطفال"))
    features = {"cosine": 0.8, "margin": 1.0, "linked_en": 1.0, "linked_ar": 1.0}
    en, ar = sentence.cut(article.text), span.cut(article.text)
    pair = Pair("p", "r", article.doc_id, 0, sentence, en, span, ar, Rendering.QUOTE, 0.9, features)
    return MatchResult((pair,), ())


def test_check_takes_an_article_the_whole_way(run, tmp_path, monkeypatch):
    monkeypatch.setattr("align.run.aligner.match_article", match_the_quote)
    (tmp_path / "a.txt").write_text(ARTICLE, encoding="utf-8")
    (tmp_path / "empty.txt").write_text(" ", encoding="utf-8")
    code, out, _ = run("check", tmp_path / "a.txt", tmp_path / "empty.txt", tmp_path / "a.txt", "-f", "jsonl")
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [row.get("doc_id") for row in rows] == ["a", None, "a~2"]
    assert rows[0]["en"] == EN
    assert "found an empty input" in rows[1]["error"]["message"]


def run_directory(path):
    """Two articles that render the same tweet, one of them with a part left out."""
    path.mkdir()
    documents, tweets, pairs = [], [], []
    for name, ar in (("one/a", WHOLE), ("two/b", PART)):
        text = f"{EN}\n{ar}"
        base = len(EN) + 1
        finding = {
            "code": "omission.part", "severity": "error", "message": "left out", "message_ar": "سقط",
            "en_start": 30, "en_end": 63, "ar_start": None, "ar_end": None, "detail": {},
        }  # fmt: skip
        documents.append({"doc_id": name, "text": text, "title": f"عنوان {name}", "url": None, "blocks": []})
        tweets.append(
            {
                "doc_id": name, "tweet": 0, "start": 0, "end": len(EN), "text": EN, "lang": "en",
                "author": "Salma <Nawar>",
                "handle": "salma_nawar_x", "created_at": "2022-03-03", "tweet_id": "1499000000000000000",
                "status": "full", "findings": [], "sentences": [{"start": 0, "end": len(EN), "covered": True}],
            }
        )  # fmt: skip
        pairs.append(
            {
                "pair_id": name, "rendering_id": name, "doc_id": name, "tweet": 0, "en_start": 0, "en_end": len(EN),
                "en": EN, "ar_start": base, "ar_end": base + len(ar), "ar": ar, "rendering": "quote", "cosine": 0.8,
                "probability": 0.9, "coverage_en": 0.9, "coverage_ar": 1.0, "links": [[4, 10, 5, 11, 0.8]],
                "findings": [finding] if ar == PART else [], "verdict": "partial" if ar == PART else "faithful",
            }
        )  # fmt: skip
    for name, rows in (("documents", documents), ("tweets", tweets), ("pairs", pairs)):
        (path / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    (path / "run.json").write_text('{"signature": "s<1>"}', encoding="utf-8")


def test_check_a_run_directory_gives_its_findings_in_local_offsets(run, tmp_path):
    run_directory(tmp_path / "r")
    code, out, _ = run("check", tmp_path / "r", "-f", "jsonl", "--fail-on", "error")
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 3
    assert rows[1]["en"][rows[1]["findings"][0]["en_start"] : rows[1]["findings"][0]["en_end"]].startswith("and entry")


def test_check_a_run_tells_of_sentences_that_nothing_renders(run, tmp_path):
    run_directory(tmp_path / "r")
    path = tmp_path / "r" / "tweets.jsonl"
    tweets = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    tweets[0] |= {"status": "partial", "text": "Hello all. " + EN}
    tweets[0]["sentences"] = [
        {"start": 0, "end": 10, "covered": False}, {"start": 11, "end": 11 + len(EN), "covered": True},
    ]  # fmt: skip
    tweets[1] |= {"status": "none", "sentences": [{"start": 0, "end": len(EN), "covered": False}]}
    path.write_text("".join(json.dumps(row) + "\n" for row in tweets), encoding="utf-8")
    code, out, _ = run("check", tmp_path / "r", "-f", "jsonl", "--only", "omission.sentence", "--fail-on", "warning")
    rows = [json.loads(line) for line in out.splitlines()][2:]
    assert [row["en"] for row in rows] == ["Hello all.", EN]
    assert [row["findings"][0]["severity"] for row in rows] == ["warning", "note"]
    assert [row["verdict"] for row in rows] == [None, None]
    assert code == 3
    tweets[0]["sentences"][0]["rendered"] = "unsure"
    path.write_text("".join(json.dumps(row) + "\n" for row in tweets), encoding="utf-8")
    code, out, _ = run("check", tmp_path / "r", "-f", "jsonl", "--only", "omission.sentence", "--fail-on", "warning")
    unsure = json.loads(out.splitlines()[2])["findings"][0]
    assert (unsure["severity"], code) == ("note", 0) and "not sure" in unsure["message"]
    assert run("check", tmp_path / "r", "--skip", "omission")[1].count("omission.sentence") == 0
    assert "faithful 1 · partial 1" in run("check", tmp_path / "r")[1].splitlines()[-1]


def test_report_tells_what_is_not_translated_from_what_may_be(run, tmp_path):
    from lxml import html

    run_directory(tmp_path / "r")
    path = tmp_path / "r" / "tweets.jsonl"
    tweets = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    candidate = {"ar_start": len(EN) + 1, "ar_end": len(EN) + 9, "ar": "ربما هذا", "probability": 0.31}
    said = [
        {"rendered": "unsure", "candidate": candidate},
        {"rendered": "unsure", "candidate": None},
        {"rendered": "no"},
    ]
    tweets[0]["sentences"] = [{"start": n, "end": n + 5, "covered": False, **more} for n, more in enumerate(said)]
    path.write_text("".join(json.dumps(row) + "\n" for row in tweets), encoding="utf-8")
    assert run("report", tmp_path / "r", "--out", tmp_path / "r.html")[0] == 0
    page = html.fromstring((tmp_path / "r.html").read_text(encoding="utf-8"))
    shown = page.xpath("//section[@class='rendering']")[:3]
    assert [section.get("data-verdict") for section in shown] == ["unsure", "unsure", "untranslated"]
    told = [" ".join(section.text_content().split()) for section in shown]
    assert "ربما هذا" in told[0] and "perhaps translated" in told[0] and "0.31" in told[0]
    assert "not looked for" in told[1]
    assert "not rendered" in told[2]


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_report_is_self_contained_and_escaped(run, tmp_path, lang):
    from lxml import html

    run_directory(tmp_path / "r")
    code, _, _ = run("report", tmp_path / "r", "--out", tmp_path / "r.html", "--lang", lang)
    text = (tmp_path / "r.html").read_text(encoding="utf-8")
    page = html.fromstring(text)
    assert code == 0
    assert page.get("lang") == lang
    assert page.get("dir") == ("rtl" if lang == "ar" else "ltr")
    assert "<Nawar>" not in text
    assert not page.xpath("//@src | //link | //@*[starts-with(name(), 'on')]")
    assert len(page.xpath("//section[contains(@class, 'rendering')]")) == 2
    assert all(p.get("dir") == "rtl" for p in page.xpath("//p[@lang='ar']"))


def test_report_shows_links_findings_and_the_outlier(run, tmp_path):
    from lxml import html

    run_directory(tmp_path / "r")
    run("report", tmp_path / "r", "--out", tmp_path / "r.html")
    page = html.fromstring((tmp_path / "r.html").read_text(encoding="utf-8"))
    linked = page.xpath("(//section[contains(@class, 'rendering')])[1]//span[@data-l]")
    assert [w.text for w in linked] == ["museum", "المتحف"]
    assert linked[0].get("tabindex") == "0"
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert "unsafe" not in policy
    for name in ("style", "script"):
        (inline,) = page.xpath(f"//{name}/text()")
        assert f"{name}-src 'sha256-{b64encode(sha256(inline.encode()).digest()).decode()}'" in policy
    assert page.xpath("//li/@title") and "omission." not in page.xpath("string(//main)")
    marked = "".join(page.xpath("//p[@class='en']//*[contains(@class, 'error')]/text()"))
    assert "entry" in marked
    outlier = page.xpath("//section[@class='outlier']//a/text()")
    assert outlier == ["two"]


def test_report_of_something_else_is_one_clear_error(run, tmp_path):
    code, _, err = run("report", tmp_path, "--out", tmp_path / "r.html")
    assert code == 2
    assert "no whole run directory" in err


OTHER_NUMBER = ("48 homes burned.", "احترق 84 منزلاً.", "number.changed")


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_check_text_and_page_say_why_a_verdict_was_given(run, lang):
    en, ar, code = OTHER_NUMBER
    _, out, _ = run("check", "--en", en, "--ar", ar, "--no-encoder", "--lang", lang)
    assert f"({code})" in out.splitlines()[0]
    _, page, _ = run("check", "--en", en, "--ar", ar, "--no-encoder", "--lang", lang, "-f", "html")
    assert f'{LABELS[lang]["because"]} <code dir="ltr">{code}</code>' in page


REASONS = {"no_finding": ("Rain.", "مطر."), "no_error": ("Thank you @CityLibrary.", "شكراً.")}


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("reason", REASONS)
def test_check_text_and_page_say_in_words_what_is_no_code(run, lang, reason):
    en, ar = REASONS[reason]
    given = ("check", "--en", en, "--ar", ar, "--no-encoder", "--lang", lang)
    assert json.loads(run(*given, "-f", "jsonl")[1])["verdict_reason"] == reason
    shown, page = run(*given)[1], run(*given, "-f", "html")[1]
    assert reason not in shown and f"({_REASONS[lang][reason]})" in shown
    assert reason not in page and f"{LABELS[lang]['because']} {LABELS[lang]['reason_' + reason]}<" in page
