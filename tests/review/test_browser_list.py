"""The list beside the pair: jumping, picking several, deciding in bulk."""

import pytest

from align.store.results import iter_events
from tests.review.driving import state_of, wait_events, wait_saved

pytestmark = pytest.mark.browser
SIZES = [{"width": 1366, "height": 650}, {"width": 360, "height": 740}]


@pytest.mark.parametrize(("language", "size"), [("en", SIZES[0]), ("ar", SIZES[1])])
def test_list_jumps_picks_and_decides_in_bulk(live, open_page, sqlite_store, language, size):
    page = open_page(live(sqlite_store, "Mona")["Mona"] + "?order=article", language, viewport=size)
    page.keyboard.press("l")
    page.wait_for_selector(".listed:nth-child(12)")
    assert page.get_attribute("#listed a[aria-current]", "data-go") == str(state_of(page)["id"])
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    page.click(".listed:nth-child(5) a")
    page.wait_for_function("() => JSON.parse(document.querySelector('#pair').dataset.state).id === 5")
    page.click(".listed:nth-child(2) .pick")
    page.click(".listed:nth-child(4) .pick", modifiers=["Shift"])
    page.click("[data-bulk=reject]")
    assert [event["after"]["choice"] for event in wait_events(sqlite_store, 3)] == ["reject"] * 3
    page.wait_for_function("() => document.querySelectorAll('.listed').length === 9")
    assert state_of(page)["id"] == 5  # was not picked
    page.keyboard.press("z")
    page.wait_for_function("() => document.querySelectorAll('.listed').length === 12")
    wait_saved(page, {"en": "Undone: rejected", "ar": "تم التراجع عن: مرفوض"}[language])
    assert len(list(iter_events(sqlite_store))) == 6
