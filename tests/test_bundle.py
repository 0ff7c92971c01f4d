"""One bundle of weights per encoder: what it holds, where it is found, and what is said of an encoder without one."""

import json
import sys
from dataclasses import replace

import pytest

from align.cli import main
from align.errors import ModelError
from align.models.bundle import SECTIONS, bundle_for, bundle_without_encoder, read_bundle, shipped_bundle, write_bundle
from align.models.signature import content_hash
from tests.fakes import GlossaryEncoder, glossary_sentences

SHIPPED = shipped_bundle()
ARTICLE = (
    "يفتح جسر قديم قريب غدا في المدينة.\nوقالت المدينة: مدرسة جديد كبير شمالا.\n"
    "school new large north\n— Rana Sample (@ranasample) March 21, 2022\n"
)


def hashes(bundle):
    return {name: content_hash(getattr(bundle, name)) for name in SECTIONS}


def written(path, bundle=SHIPPED, **changes):
    path.parent.mkdir(parents=True, exist_ok=True)
    write_bundle(path, replace(bundle, **changes))
    return path


def without(path, section):
    row = json.loads(path.read_text(encoding="utf-8"))
    del row[section]
    path.write_text(json.dumps(row), encoding="utf-8")


def test_bundle_that_is_written_is_read_back_as_it_was(tmp_path):
    again = read_bundle(written(tmp_path / "b.json"))
    assert hashes(again) == hashes(SHIPPED)
    assert again.matching.origin == SHIPPED.matching.origin and again.notices == ()


@pytest.mark.parametrize("section", [name for name in SECTIONS if name != "weighing"])
def test_bundle_without_a_section_is_refused_by_name(tmp_path, section):
    path = written(tmp_path / "b.json")
    without(path, section)
    with pytest.raises(ModelError, match=rf"expected a bundle of weights in .*b\.json.*'{section}'|schema_version"):
        read_bundle(path)


def test_bundle_from_before_findings_were_weighed_weighs_none(tmp_path):
    path = written(tmp_path / "b.json")
    without(path, "weighing")
    assert read_bundle(path).weighing.scales == {}


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"schema_version": 9}', '{"schema_version": 1, "model": 3}'])
def test_bundle_that_is_none_is_refused_with_the_next_step(tmp_path, text):
    (tmp_path / "b.json").write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match=r"name another in \[match\] weights"):
        bundle_for("e5-small", SHIPPED.revision, str(tmp_path / "b.json"))


def test_bundle_is_found_by_name_and_revision_the_users_own_first(tmp_path, monkeypatch):
    monkeypatch.setenv("ALIGN_CONFIG", str(tmp_path))
    written(tmp_path / "models" / "a.json", model="mine", revision="7")
    own = replace(SHIPPED.matching, threshold=0.123)
    written(tmp_path / "models" / "b.json", matching=own)
    assert bundle_for("mine", "7").notices == ()
    assert bundle_for("mine", "7").means.mean_en.size == SHIPPED.means.mean_en.size
    assert [n.code for n in bundle_for("mine", "8").notices] == ["uncalibrated"]
    assert bundle_for(SHIPPED.model, SHIPPED.revision).matching.threshold == 0.123


def test_bundle_of_another_encoder_lends_weights_but_no_means_and_says_so(tmp_path):
    other = written(tmp_path / "b.json", model="other", revision="1")
    for lent in (bundle_for("hash", "1"), bundle_for("hash", "1", str(other))):
        (notice,) = lent.notices
        assert (lent.model, lent.means.mean_ar.size, lent.means.word_mean_en.size) == ("hash", 0, 0)
        assert "hash (1)" in notice.message and "scripts/calibrate.py --model" in notice.message
        assert content_hash(lent.matching) == content_hash(SHIPPED.matching)


def test_bundle_of_a_former_version_is_read_with_the_other_sections_as_they_ship(tmp_path):
    matching, means = SHIPPED.matching.as_row(), SHIPPED.means.as_row()
    former = {**matching, **means, "threshold": 0.6, "signature": "s+review:80", "model": SHIPPED.model}
    del former["origin"]
    path = tmp_path / "w.json"
    path.write_text(json.dumps({**former, "revision": SHIPPED.revision}), encoding="utf-8")
    read = read_bundle(path)
    assert (read.matching.threshold, read.matching.origin, read.notices) == (0.6, "s+review:80", ())
    assert {n: h for n, h in hashes(read).items() if n != "matching"} == {
        n: h for n, h in hashes(SHIPPED).items() if n != "matching"
    }
    path.write_text(json.dumps({**former, "revision": "another"}), encoding="utf-8")
    with pytest.raises(ModelError, match=r"matching weights alone, of e5-small.*calibrate\.py"):
        read_bundle(path)


def test_bundle_without_an_encoder_is_the_file_or_the_one_that_ships(tmp_path):
    assert hashes(bundle_without_encoder()) == hashes(SHIPPED)
    path = written(tmp_path / "b.json", gender=replace(SHIPPED.gender, constant=1.0))
    assert bundle_without_encoder(str(path)).checks.gender.constant == 1.0


@pytest.fixture
def align(monkeypatch, capsys, tmp_path):
    """The command line with an encoder that has no bundle of its own; returns exit code, output and messages."""
    monkeypatch.setattr("align.embed.load_encoder", lambda settings: GlossaryEncoder())
    monkeypatch.setenv("ALIGN_CONFIG", str(tmp_path / "config"))

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["align", *map(str, arguments)])
        with pytest.raises(SystemExit) as stopped:
            main()
        shown = capsys.readouterr()
        return stopped.value.code or 0, shown.out, shown.err

    return call


@pytest.fixture
def files(tmp_path):
    """An article, pairs, two sides and posts to give the commands."""
    pairs = glossary_sentences(12)
    (tmp_path / "article.txt").write_text(ARTICLE, encoding="utf-8")
    (tmp_path / "in.en").write_text("\n".join(en for en, _ in pairs) + "\n", encoding="utf-8")
    (tmp_path / "in.ar").write_text("\n".join(ar for _, ar in pairs) + "\n", encoding="utf-8")
    rows = [{"id": str(n), "text": en, "en": en, "ar": ar} for n, (en, ar) in enumerate(pairs)]
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (tmp_path / "rows.jsonl").write_text(text, encoding="utf-8")
    return tmp_path


def commands(folder):
    return {
        "run": ("run", folder / "article.txt", "--out", folder / "run"),
        "check": ("check", folder / "rows.jsonl"),
        "mine": ("mine", folder / "in.en", folder / "in.ar", "--out", folder / "mined"),
        "index": ("index", "build", folder / "rows.jsonl", "--out", folder / "index"),
        "search": ("search", "جسر قديم قريب غدا", "--index", folder / "index"),
        "evaluate": ("evaluate", folder / "rows.jsonl"),
    }


def test_every_command_warns_once_of_an_encoder_without_weights_of_its_own(align, files):
    for name, arguments in commands(files).items():
        code, _, err = align(*arguments)
        assert (name, code in (0, 1), err.count("align: warning: no weights were fitted for")) == (name, True, 1)
    for folder in ("run", "mined"):
        (warning,) = json.loads((files / folder / "run.json").read_text(encoding="utf-8"))["warnings"]
        assert warning["code"] == "uncalibrated" and "not calibrated" in warning["message"]


def test_the_report_of_a_run_shows_the_warning(align, files):
    align(*commands(files)["run"])
    assert align("report", files / "run", "--out", files / "page.html")[0] == 0
    page = (files / "page.html").read_text(encoding="utf-8")
    assert page.count("no weights were fitted for the encoder hash") == 1


def test_every_command_takes_the_weights_that_the_settings_name(align, files):
    own = written(files / "own.json", model="hash", revision="1", means=bundle_for("hash", "1").means)
    config = files / "settings.toml"
    config.write_text(f'[match]\nweights = "{own}"\n', encoding="utf-8")
    for name, arguments in commands(files).items():
        _, _, err = align(*arguments, "--config", config)
        assert (name, "warning" in err) == (name, False)
    assert json.loads((files / "run" / "run.json").read_text(encoding="utf-8"))["warnings"] == []
    config.write_text('[match]\nweights = "nowhere.json"\n', encoding="utf-8")
    for name, arguments in commands(files).items():
        code, _, err = align(*arguments, "--config", config)
        assert (name, code > 0, "expected a bundle of weights in nowhere.json" in err) == (name, True, True)


def test_the_page_of_a_check_shows_the_warning_of_pairs_and_of_a_run(align, files):
    told = "no weights were fitted for the encoder hash"
    _, page, err = align(*commands(files)["check"], "--format", "html")
    assert (page.count(told), err.count(told)) == (1, 1)
    align(*commands(files)["run"])
    _, page, err = align("check", files / "run", "--format", "html")
    assert (page.count(told), err.count(told)) == (1, 1)
    assert told not in align(*commands(files)["check"], "--format", "html", "--no-encoder")[1]


@pytest.mark.parametrize("warnings", [None, 3, ["text"], [{"code": "x"}], [{"message": 3}]])
def test_a_run_whose_warnings_are_none_is_checked_all_the_same(align, files, warnings):
    align(*commands(files)["run"])
    facts = files / "run" / "run.json"
    facts.write_text(json.dumps(json.loads(facts.read_text(encoding="utf-8")) | {"warnings": warnings}))
    assert align("check", files / "run", "--format", "html")[0] == 0
