"""The glossary of docs/formats.md names every feature that the program writes, and the range that it keeps to."""

import re
from pathlib import Path

import pytest

from align.mine.mining import Miner, mine_texts
from align.run.directory import RunDirectory
from align.run.loop import run_articles
from align.run.session import LocalSession
from align.settings import MatchSettings, Settings
from tests.fakes import glossary_sentences, open_glossary_aligner, open_glossary_matcher

PAGE = Path(__file__).parents[1] / "docs" / "formats.md"
ROUNDING = 1e-4
OWN_FIELDS = {"cosine", "margin"}


def glossary(heading):
    """Range by name, of the table whose first column has this heading: (least, most), None for no bound."""
    table = PAGE.read_text(encoding="utf-8").split(f"| {heading} |")[1].split("\n\n")[0]
    found = {}
    for line in table.splitlines()[2:]:
        names, _, told = (cell.strip() for cell in line.strip("|").split("|"))
        for name in re.findall(r"`(\w+)`", names):
            assert name not in found, f"{name} is explained twice"
            found[name] = bounds(told)
    return found


def bounds(told):
    if told == "any":
        return None, None
    number = r"(-?[\d.]+)"
    if match := re.fullmatch(rf"{number} (?:to|or) {number}", told):
        return float(match[1]), float(match[2])
    match = re.fullmatch(rf"{number} or (more|less)", told)
    assert match, f"expected a range, found {told!r}"
    return (float(match[1]), None) if match[2] == "more" else (None, float(match[1]))


def outside(features, ranges):
    return [
        (name, value)
        for name, value in features.items()
        if (ranges[name][0] is not None and value < ranges[name][0] - ROUNDING)
        or (ranges[name][1] is not None and value > ranges[name][1] + ROUNDING)
    ]


@pytest.fixture(scope="module")
def aligned(tmp_path_factory):
    """Rows of pairs and of refused candidates, from articles with quotations, marks, numbers and two tweets each."""
    folder = tmp_path_factory.mktemp("features")
    pairs = glossary_sentences(24)
    for number in range(0, 24, 4):
        (one_en, one), (two_en, two), (_, other), (three_en, three) = pairs[number : number + 4]
        (folder / f"a{number}.txt").write_text(
            f"عنوان: {one}\nقالت رنا سامر إن «{one}»، وأضافت: {two} في 2022. وكان {other} (قبل ذلك)!\n"
            f"{one_en}. {two_en} 12!\n— Rana Sample (@rana_sample) March 21, 2022\n"
            f"قال آخر إن {three}؟ و«{other}.\n{three_en}.\n— Omar Sample (@omar_sample) March 22, 2022\n",
            encoding="utf-8",
        )
    session = LocalSession(open_glossary_aligner(Settings(match=MatchSettings(threshold=0.3))))
    with RunDirectory(folder / "out", session.signature) as directory:
        run_articles([str(folder)], session, directory)
        entries = list(directory.entries())
    return [row for e in entries for row in e["pairs"]], [row for e in entries for row in e["rejected"]]


def test_features_of_a_run_are_those_of_the_glossary(aligned):
    pairs, rejected = aligned
    names = set(glossary("feature"))
    assert min(len(pairs), len(rejected)) > 5
    assert {name for row in rejected for name in row["features"]} == names
    assert {name for row in pairs for name in row["features"]} == names - OWN_FIELDS


def test_features_of_a_run_keep_to_the_ranges_of_the_glossary(aligned):
    ranges = glossary("feature")
    assert [wrong for rows in aligned for row in rows for wrong in outside(row["features"], ranges)] == []


def test_features_of_a_mined_pair_are_those_of_the_glossary_and_keep_to_its_ranges():
    pairs, ranges = glossary_sentences(40), glossary("mining feature")
    miner = Miner(open_glossary_matcher(None))
    found = mine_texts([f"{en} 7" for en, _ in pairs], [f"{ar} 7" for _, ar in pairs[::2]], miner)
    assert {name for pair in found for name in pair.features} == set(ranges)
    assert [wrong for pair in found for wrong in outside(pair.features, ranges)] == []


@pytest.mark.parametrize("told", ["0 bis 1", "some", ""])
def test_features_a_range_that_says_nothing_is_found_out(told):
    with pytest.raises(AssertionError, match="expected a range"):
        bounds(told)
