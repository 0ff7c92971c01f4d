"""The report in a real Chromium: its own style and script run under its policy, and the search folds spellings."""

import pytest

from align.report import render_run
from tests.review.data import make_run

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_report_runs_under_its_policy_and_its_search_folds_spellings(chromium, tmp_path, lang):
    (tmp_path / "r.html").write_text(render_run(make_run(tmp_path / "run"), lang, 10), encoding="utf-8")
    page = chromium.new_page()
    problems = []
    page.on("console", lambda message: problems.append(message.text))
    page.goto((tmp_path / "r.html").as_uri())
    everything = int(page.text_content("#count"))
    for words, count in (("أسره مياة", 2), ("nowhere", 0), ("الجِسر آمن", 3)):
        page.fill("input[name=words]", words)
        assert int(page.text_content("#count")) == count, words
    assert everything == 12
    assert page.locator(".rendering:not([hidden])").first.evaluate("one => getComputedStyle(one).display") == "grid"
    assert problems == []
    page.close()
