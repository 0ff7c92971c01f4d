"""What is folded together, or mined as a pair, agrees in numbers, names and negation; other languages are said."""

import json
from collections import Counter

import numpy as np
import pytest

from align.mine.candidates import Candidates, with_link_rows
from align.mine.disagreement import Disagreements, disagreement
from align.mine.job import read_side
from align.mine.mining import _chosen, one_partner_each
from align.models.bundle import shipped_bundle
from align.pairs.agreement import agree
from align.pairs.corpus.duplicates import NearDuplicates
from align.pairs.corpus.filters import Filters, FilterSettings
from align.pairs.export.row import PairRow
from align.pairs.languages import Languages, is_swapped
from align.settings import ReadSettings

MODELS = shipped_bundle().checks
DIFFERENT = [
    ("The clinics in the valley will not reopen on Sunday.", "The clinics in the valley will reopen on Sunday.", "en"),
    ("The clinics in the valley won't reopen on Sunday.", "The clinics in the valley will reopen on Sunday.", "en"),
    ("All of the wells near the border are safe.", "All of the wells near the border are unsafe.", "en"),
    ("The court says the new rule is legal in part.", "The court says the new rule is illegal in part.", "en"),
    ("Three boats sank off the coast on Monday night.", "Four boats sank off the coast on Monday night.", "en"),
    ("Chapter 1: The beginning of the long road", "Chapter 2: The beginning of the long road", "en"),
    ("The bank lent 2.5 million to the ferries.", "The bank lent 25 million to the ferries.", "en"),
    ("The next round of talks will be held in Oslo.", "The next round of talks will be held in Turin.", "en"),
    ("Minister Salma Haddad signed it on Friday.", "Minister Salma Barakat signed it on Friday.", "en"),
    ("لن تعيد العيادات في الوادي فتح أبوابها الأحد.", "تعيد العيادات في الوادي فتح أبوابها الأحد.", "ar"),
    ("الآبار القريبة من الحدود آمنة كلها", "الآبار القريبة من الحدود غير آمنة كلها", "ar"),
    ("غرقت ثلاثة قوارب قبالة الساحل ليل الاثنين.", "غرقت أربعة قوارب قبالة الساحل ليل الاثنين.", "ar"),
    ("تُعقد الجولة المقبلة من المحادثات المباشرة بين الطرفين في أوسلو.",
     "تُعقد الجولة المقبلة من المحادثات المباشرة بين الطرفين في مدريد.", "ar"),
    ("وصلت القافلة إلى المخيم صباحا", "وصلت القافلة إلى المطار صباحا", "ar"),
]  # fmt: skip
ALIKE = [
    ("The clinics will reopen on Sunday.", "THE CLINICS WILL REOPEN ON SUNDAY!", "en"),
    ("The clinics will reopen on Sunday.", "The Clinics Will Reopen On Sunday #news https://sahel.example/2", "en"),
    ("The clinics will reopen on Sunday.", "The clinics will reopen on Sunday, Sahel News says.", "en"),
    ("Three boats sank off the coast.", "3 boats sank off the coast.", "en"),
    ("They will not reopen the clinics soon.", "They will not re-open the clinics soon.", "en"),
    ("غرقت 3 قوارب قبالة الساحل.", "غرقت ٣ قوارب قبالة الساحل", "ar"),
    ("وصلت القافلة إلى المخيّم صباحاً", "وصلت القافلة الى المخيم صباحا", "ar"),
    ("وصلت القافلة إلى المخيم", "وصلت القوافل إلى المخيمات", "ar"),
]


@pytest.mark.parametrize(("one", "other", "lang"), DIFFERENT)
def test_agreement_texts_that_differ_in_what_counts_are_no_duplicates(one, other, lang):
    assert not agree(one, other, lang) and not agree(other, one, lang)
    known = NearDuplicates(0.3, [lang])
    assert known.find_or_add(one) is None and known.find_or_add(other) is None
    loose = NearDuplicates(0.3, [lang], must_agree=False)
    assert loose.find_or_add(one) is None and loose.find_or_add(other) == 0


@pytest.mark.parametrize(("one", "other", "lang"), ALIKE)
def test_agreement_texts_that_differ_in_dress_alone_agree(one, other, lang):
    assert agree(one, other, lang) and agree(other, one, lang)


def test_agreement_a_near_duplicate_is_folded_into_the_twin_that_agrees():
    known = NearDuplicates(0.5, ["en"])
    for number in ("four", "five", "six"):
        assert known.find_or_add(f"The {number} boats of the fleet sank off the coast on Monday night.") is None
    assert known.find("The five boats of the fleet sank off the coast on a Monday night!") == 1


def test_agreement_the_filter_keeps_a_pair_that_denies_another():
    rows = [
        PairRow("a", "The clinics in the valley will reopen on Sunday.", "تعيد العيادات في الوادي فتح أبوابها الأحد."),
        PairRow(
            "b", "The clinics in the valley won't reopen on Sunday.", "لن تعيد العيادات في الوادي فتح أبوابها الأحد."
        ),
        PairRow("c", "The clinics in the valley will reopen on Sunday!", "تعيد العيادات في الوادي فتح أبوابها الأحد"),
        PairRow(
            "d", "The clinics in the valley will reopen on Sunday #now", "تعيد العيادات في الوادي فتح أبوابها الأحد"
        ),
    ]
    assert [row.pair_id for row in Filters(FilterSettings(duplicates="near")).apply(rows)] == ["a", "b"]


CONTRADICTING = [
    ("Chapter 1: The Harbour", "الفصل 2: الميناء", "number"),
    ("Three boats sank.", "غرقت أربعة قوارب.", "number"),
    ("The clinic will not reopen.", "تعيد العيادة فتح أبوابها.", "negation"),
    ("The clinic will reopen.", "لن تعيد العيادة فتح أبوابها.", "negation"),
    ("The talks will be held in Oslo.", "تُعقد المحادثات في مدريد.", "name"),
]
FITTING = [
    ("Chapter 1: The Harbour", "الفصل الأول: الميناء"),
    ("Three boats sank.", "غرقت 3 قوارب."),
    ("The clinic will not reopen.", "لن تعيد العيادة فتح أبوابها."),
    ("The talks will be held in Oslo.", "تُعقد المحادثات في أوسلو."),
    ("Thanks to everyone who helped!", "شكرا لكل من ساعد!"),
]


@pytest.mark.parametrize(("en", "ar", "family"), CONTRADICTING)
def test_agreement_a_mined_pair_that_contradicts_itself_is_told(en, ar, family):
    assert disagreement(en, ar, MODELS).code.startswith(family + ".")


@pytest.mark.parametrize(("en", "ar"), FITTING)
def test_agreement_a_mined_pair_that_fits_is_left_alone(en, ar):
    assert disagreement(en, ar, MODELS) is None


def test_agreement_a_contradicting_candidate_takes_no_sentence_from_the_right_one():
    texts = ["Three boats sank.", "The talks will be held in Oslo."], [
        "غرقت أربعة قوارب.", "غرقت ثلاثة قوارب.", "تُعقد المحادثات في مدريد.",
    ]  # fmt: skip
    english, arabic = np.array([0, 0, 1]), np.array([0, 1, 2])
    there = np.ones(3, bool)
    candidates = Candidates(english, arabic, there, there, {"cosine": np.array([0.9, 0.8, 0.7])})
    against = Disagreements(texts, MODELS)
    pairs = _chosen(candidates, np.array([0.99, 0.9, 0.95]), (set(), set()), against, 0.2)
    assert [(p.english, p.arabic, p.probability) for p in pairs if p.is_pair(0.0)] == [(0, 1, 0.9)]
    refused = {(p.english, p.arabic): (p.probability, p.disagreement.code) for p in pairs if not p.is_pair(0.0)}
    assert refused == {(0, 0): (0.2, "number.changed"), (1, 2): (0.2, "name.changed")}
    assert one_partner_each(candidates, np.array([0.99, 0.9, 0.95])) == [0, 2]


@pytest.mark.slow
@pytest.mark.parametrize("threshold", ["0", None])
def test_agreement_mine_pairs_each_line_with_its_own_and_not_its_twin(tmp_path, monkeypatch, capsys, threshold):
    import sys

    from align.cli import main

    english = ["The clinics won't reopen on Friday.", "The well is clean.", "Five boats sank in the south."]
    arabic = [
        "ستعيد العيادات فتح أبوابها يوم الجمعة.", "لن تعيد العيادات فتح أبوابها يوم الجمعة.", "البئر نظيفة.",
        "البئر غير نظيفة.", "غرقت ستة قوارب في الجنوب.", "غرقت خمسة قوارب في الجنوب.",
    ]  # fmt: skip
    for name, lines in (("en", english), ("ar", arabic)):
        (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    asked = ["--threshold", threshold] if threshold else []
    monkeypatch.setattr(
        sys,
        "argv",
        ["align", "mine", *(str(tmp_path / n) for n in ("en", "ar")), *asked, "--out", str(tmp_path / "out")],
    )
    with pytest.raises(SystemExit) as stopped:
        main()
    assert not stopped.value.code
    assert "6 sentences of 6" in capsys.readouterr().err
    rows = [json.loads(line) for line in (tmp_path / "out" / "pairs.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {(row["en_line"], row["ar_line"]) for row in rows} == {(0, 1), (1, 2), (2, 5)}


ENGLISH = ["The ferry is late again today.", "Nobody knows when the school will open.", "Rain is expected on Sunday."]
SPANISH = "El transbordador vuelve a llegar tarde esta mañana, dijo el alcalde de la ciudad."
PERSIAN = "کشتی امروز هم دیر کرد و هیچ‌کس نمی‌داند مدرسه چه زمانی باز می‌شود."
ARABIC = ["العبارة متأخرة اليوم أيضا.", "لا أحد يعرف متى تفتح المدرسة.", "يتوقع هطول المطر الأحد."]


def test_agreement_mine_leaves_lines_in_another_language_out_with_that_reason(tmp_path):
    (tmp_path / "en").write_text("\n".join([*ENGLISH, SPANISH, "Oslo, 12:30", ARABIC[0]]), encoding="utf-8")
    (tmp_path / "ar").write_text("\n".join([PERSIAN, *ARABIC, ENGLISH[0]]), encoding="utf-8")
    side = read_side(str(tmp_path / "en"), "en", ReadSettings(), 0.9)
    assert side.texts == [*ENGLISH, "Oslo, 12:30"]
    assert side.foreign == {"es": 1, "ar": 1}
    assert {(r.reason, r.detail) for r in side.rejected} == {
        ("language", "expected en, found es"), ("language", "expected en, found ar"),
    }  # fmt: skip
    assert read_side(str(tmp_path / "ar"), "ar", ReadSettings(), 0.9).foreign == {"fa": 1, "en": 1}


def test_agreement_exchanged_sides_get_a_hint(tmp_path):
    languages = Languages()
    list(languages.counted(PairRow(str(n), ar, en) for n, (en, ar) in enumerate(zip(ENGLISH, ARABIC, strict=True))))
    assert list(languages.said()) == [
        "3 of 3 English texts are in another language: ar 3",
        "3 of 3 Arabic texts are in another language: en 3",
        "are EN and AR swapped?",
    ]
    assert not is_swapped({"en": Counter(ar=1), "ar": Counter(en=3)}, 4)
    right = Languages()
    list(right.counted(PairRow(str(n), en, ar) for n, (en, ar) in enumerate(zip(ENGLISH, ARABIC, strict=True))))
    assert not list(right.said())


def test_agreement_mining_where_no_candidate_is_likely_ends_well():
    empty = np.zeros(0, np.int64)
    none = Candidates(empty, empty, empty.astype(bool), empty.astype(bool), {"cosine": np.zeros(0)})
    assert with_link_rows(none, iter(())).features["words_lead_en"].shape == (0,)
