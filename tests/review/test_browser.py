"""The page in a real Chromium: a review by keyboard alone, and what happens when things go wrong."""

from pathlib import Path

import pytest

from align.review.opening import open_review
from align.store import open_store
from align.store.faults import StoreFault
from align.store.load import set_overlap
from align.store.results import iter_accepted, iter_events
from tests.review.data import article_rows, make_run, write_run
from tests.review.driving import press, state_of, wait_events, wait_next, wait_saved
from tests.review.hostile import HOSTILE

pytestmark = pytest.mark.browser
AXE = Path(__file__).with_name("axe.min.js")


def test_browser_a_whole_review_by_keyboard_alone(live, open_page, sqlite_store):
    page = open_page(live(sqlite_store, "Mona")["Mona"])
    chosen = {}
    for number in range(12):
        key = "arus"[number % 4]
        chosen[press(page, key)] = {"a": "accept", "r": "reject", "u": "unsure", "s": "skip"}[key]
    page.wait_for_selector("#finished")
    events = list(iter_events(sqlite_store))
    assert [event["after"]["choice"] for event in events] == list(chosen.values())
    assert len({event["pair_id"] for event in events}) == 12
    page.wait_for_selector("text=12 of 12 pairs decided")


def test_browser_notes_tags_findings_and_help_need_no_mouse(live, open_page, sqlite_store):
    page = open_page(live(sqlite_store, "Mona")["Mona"] + "?order=severity")
    page.keyboard.press("f")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-finding=confirmed][aria-pressed=true]")
    page.keyboard.press("g")
    page.keyboard.press("m")  # the select's own way of choosing: minor
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.keyboard.type("a rare spelling")
    page.keyboard.press("Escape")
    wait_events(sqlite_store, 3)
    page.keyboard.press("?")
    assert page.is_visible("#help")
    page.keyboard.press("Escape")
    assert not page.is_visible("#help")
    press(page, "a")
    body = list(iter_events(sqlite_store))[-1]["after"]
    assert list(body["findings"].values()) == ["confirmed"]
    assert body["tags"] == [{"type": "omission", "severity": "minor"}]
    assert (body["note"], body["choice"]) == ("a rare spelling", "accept")


def test_browser_a_span_is_corrected_by_keyboard_and_undone(live, open_page, sqlite_store):
    page = open_page(live(sqlite_store, "Mona")["Mona"])
    proposed = state_of(page)["proposed"]["ar"].split()
    page.keyboard.press("e")
    page.keyboard.press("ArrowLeft")  # the focus is on the first Arabic word: leftwards is onwards
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")  # the last word: rightwards is back
    assert page.input_value("#ar-text") == " ".join(proposed[1:-1])
    decided = press(page, "Enter")
    ((row, *_),) = iter_accepted(sqlite_store)
    assert row["ar"] == " ".join(proposed[1:-1])
    press(page, "z")
    wait_saved(page, "Undone: accepted · correction")
    state = state_of(page)
    assert list(iter_accepted(sqlite_store)) == []
    assert (state["id"], state["pieces"]) == (decided, [state["proposed"]])


def test_browser_a_span_is_taken_from_selected_text(live, open_page, sqlite_store):
    page = open_page(live(sqlite_store, "Mona")["Mona"])
    page.keyboard.press("e")
    page.evaluate(
        """() => {
            const tokens = [...document.querySelectorAll('#article mark .word')];
            const range = document.createRange();
            range.setStart(tokens[1].firstChild, 1);
            range.setEnd(tokens[2].firstChild, 1);
            getSelection().removeAllRanges();
            getSelection().addRange(range);
        }"""
    )
    page.click("[data-do=use-selection]")
    words = state_of(page)["proposed"]["ar"].split()
    assert page.input_value("#ar-text") == " ".join(words[1:3])
    page.fill("#en-text", "Corrected words")
    page.click("[data-do=save-accept]")
    wait_saved(page)
    ((row, *_),) = iter_accepted(sqlite_store)
    assert (row["ar"], row["en"]) == (" ".join(words[1:3]), "Corrected words")


def test_browser_split_merge_and_another_candidate(live, open_page, sqlite_store):
    page = open_page(live(sqlite_store, "Mona")["Mona"] + "?order=article")
    page.keyboard.press("p")
    page.wait_for_selector("#piece-choice label:nth-child(2)")
    split = press(page, "Enter")
    page.keyboard.press("m")
    page.wait_for_selector("#merge-question:not([hidden])")  # the next one renders another sentence
    page.keyboard.press("Enter")
    page.wait_for_function("() => JSON.parse(document.querySelector('#pair').dataset.state).version === 1")
    merged = press(page, "a")
    page.keyboard.press("c")
    page.keyboard.press("Enter")
    assert page.input_value("#ar-text") == state_of(page)["proposed"]["ar"].split()[0]
    page.focus("[data-edge=ar-start]")
    press(page, "Enter")
    rows = [one.pair for one in iter_accepted(sqlite_store)]
    assert [row["pair_id"][-2:] for row in rows[:2]] == [".0", ".1"]
    assert split != merged
    assert len(rows) == 4


def test_browser_word_links_light_up_and_are_spoken(live, open_page, sqlite_store):
    page = open_page(live(sqlite_store, "Mona")["Mona"])
    page.keyboard.press("w")
    first = page.evaluate("document.activeElement.textContent")
    assert page.locator("#article .lit").count() == 1
    assert page.text_content("#link-voice").startswith(f"{first} ↔ ")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.closest('#article') !== null")
    there = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.textContent") != there


def test_browser_keys_work_by_place_on_an_arabic_layout_and_can_be_switched_off(live, open_page, sqlite_store):
    page = open_page(live(sqlite_store, "Mona")["Mona"])
    before = state_of(page)["id"]
    page.evaluate("document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'ش', code: 'KeyA', bubbles: true}))")
    wait_next(page, before)  # a decision is under way until then, and the page takes no second one
    assert wait_events(sqlite_store, 1)[0]["after"]["choice"] == "accept"
    page.keyboard.press("?")
    page.uncheck("#keys-on")
    page.keyboard.press("Escape")
    page.keyboard.press("r")  # does nothing now: what comes next is the second event
    page.click("[data-do=unsure]")
    assert [event["after"]["choice"] for event in wait_events(sqlite_store, 2)] == ["accept", "unsure"]


def test_browser_two_reviewers_at_once_get_different_pairs_and_two_tabs_do_not_overwrite(live, open_page, sqlite_store):
    set_overlap(sqlite_store, 1.0)
    addresses = live(sqlite_store, "Mona", "Sami")
    mona, sami = open_page(addresses["Mona"]), open_page(addresses["Sami"])
    assert state_of(mona)["id"] != state_of(sami)["id"]
    tab = mona.context.new_page()
    tab.goto(mona.url)
    tab.wait_for_selector("#pair")
    assert state_of(tab)["id"] == state_of(mona)["id"]
    press(mona, "a")
    tab.keyboard.press("r")
    tab.wait_for_selector("#conflict:not([hidden])")
    assert "accepted" in tab.text_content("#conflict")
    press(sami, "u")
    assert [(e["by"], e["after"]["choice"]) for e in iter_events(sqlite_store)] == [
        ("Mona", "accept"),
        ("Sami", "unsure"),
    ]


def test_browser_a_server_dropped_in_mid_decision_loses_nothing(serve, open_page, tmp_path):
    address = str(tmp_path / "review.sqlite")
    open_review([make_run(tmp_path / "run")], address).close()
    server = serve(address, "Mona")
    page = open_page(server.link("Mona"))
    first = press(page, "a")
    server.kill()
    second = press(page, "r", until_saved=False)
    page.wait_for_selector("#saved.waiting")
    assert "kept in this page" in page.text_content("#saved")
    assert state_of(page)["id"] == second
    server.start()
    page.wait_for_function("id => JSON.parse(document.querySelector('#pair').dataset.state).id !== id", arg=second)
    store = open_store(address)
    events = list(iter_events(store))
    store.close()
    assert [event["after"]["choice"] for event in events] == ["accept", "reject"]
    assert first != second


def test_browser_a_decision_kept_in_a_closed_page_is_sent_by_the_next_one(serve, open_page, tmp_path):
    address = str(tmp_path / "review.sqlite")
    open_review([make_run(tmp_path / "run")], address).close()
    server = serve(address, "Mona")
    page = open_page(server.link("Mona"))
    server.kill()
    press(page, "u", until_saved=False)
    page.wait_for_selector("#saved.waiting")
    page.close(run_before_unload=False)
    server.start()
    page = page.context.new_page()
    page.goto(f"{server.url}/review")
    wait_saved(page)
    store = open_store(address)
    assert [event["after"]["choice"] for event in iter_events(store)] == ["unsure"]
    store.close()


def test_browser_a_new_session_goes_on_and_another_persons_session_gets_nothing(live, open_page, sqlite_store):
    addresses = live(sqlite_store, "Mona", "Sami")
    page = open_page(addresses["Mona"])
    tab = page.context.new_page()
    tab.goto(addresses["Sami"])  # the browser now belongs to Sami; Mona's page is still open
    press(page, "a", until_saved=False)
    page.wait_for_selector("#saved.waiting")
    assert "session has ended" in page.text_content("#saved")
    assert list(iter_events(sqlite_store)) == []
    tab.goto(addresses["Mona"])
    (event,) = wait_events(sqlite_store, 1)
    assert (event["by"], event["after"]["choice"]) == ("Mona", "accept")


def test_browser_what_waits_for_another_review_at_the_same_address_is_not_sent_to_this_one(serve, open_page, tmp_path):
    one, other = str(tmp_path / "one.sqlite"), str(tmp_path / "other.sqlite")
    for address in (one, other):
        open_review([make_run(tmp_path / "run")], address).close()
    server = serve(one, "Mona")
    page = open_page(server.link("Mona"))
    server.kill()
    press(page, "a", until_saved=False)
    page.wait_for_selector("#saved.waiting")
    second = serve(other, "Mona")
    second.kill()
    second.port = server.port
    second.start()
    tab = page.context.new_page()
    tab.goto(second.link("Mona"))  # the first page is still open, and tries again with this session
    tab.wait_for_selector("#pair")
    page.wait_for_function("() => document.querySelector('#saved').textContent.includes('session has ended')")
    press(tab, "r")
    second.kill()
    server.start()
    wait_saved(page)
    for address, choice in ((one, "accept"), (other, "reject")):
        store = open_store(address)
        assert [event["after"]["choice"] for event in iter_events(store)] == [choice]
        store.close()


def test_browser_a_decision_that_the_disk_does_not_take_is_said_and_kept(live, open_page, sqlite_store, monkeypatch):
    page = open_page(live(sqlite_store, "Mona")["Mona"])
    with monkeypatch.context() as patched:
        patched.setattr("align.review.api.apply_change", refuse)
        press(page, "a", until_saved=False)
        page.wait_for_function("() => document.querySelector('#saved').textContent.includes('disk is full')")
    wait_saved(page)
    assert [event["after"]["choice"] for event in iter_events(sqlite_store)] == ["accept"]


def refuse(*_):
    raise StoreFault("review.sqlite", "database or disk is full")


def test_browser_the_language_is_switched_and_the_page_mirrored(live, open_page, sqlite_store):
    page = open_page(live(sqlite_store, "Mona")["Mona"])
    shown = state_of(page)["id"]
    assert page.get_attribute("html", "dir") == "ltr"
    english = page.locator(".english").bounding_box()["x"] < page.locator(".arabic").bounding_box()["x"]
    page.click("#language")
    page.wait_for_selector("html[dir=rtl][lang=ar]")
    page.wait_for_selector("#pair")
    arabic = page.locator(".english").bounding_box()["x"] > page.locator(".arabic").bounding_box()["x"]
    assert english and arabic
    assert state_of(page)["id"] == shown
    assert "قبول" in page.text_content("[data-do=accept]")
    press(page, "a")
    wait_saved(page, "حُفظ")


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("width", [360, 640])  # a phone, and 1280 at 200 % zoom
def test_browser_narrow_pages_need_no_sideways_scrolling(live, open_page, sqlite_store, language, width):
    options = {"viewport": {"width": width, "height": 700}, "has_touch": True}
    page = open_page(live(sqlite_store, "Mona")["Mona"], language, **options)
    page.keyboard.press("e")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.keyboard.press("Escape")
    page.tap("[data-do=accept]")
    wait_events(sqlite_store, 1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_browser_axe_finds_nothing_serious(live, open_page, sqlite_store, language, scheme):
    set_overlap(sqlite_store, 1.0)
    addresses = live(sqlite_store, "Mona", "Sami")
    page = open_page(addresses["Mona"] + "?order=severity", language, color_scheme=scheme)
    sami = open_page(addresses["Sami"] + "?order=severity")
    press(page, "a")
    for _ in range(2):
        press(sami, "r")
    base = page.url.split("/review")[0]
    found = [*serious(page, "pair")]
    page.keyboard.press("e")
    found += serious(page, "editor")
    page.keyboard.press("Escape")
    page.click(".filters summary")
    page.keyboard.press("Escape")
    page.evaluate("document.querySelector('#help').showModal()")
    found += serious(page, "help")
    for path in ("/disagreements", "/figures", "/review?doc=none"):
        page.goto(base + path)
        page.wait_for_selector("main")
        found += serious(page, path)
    assert found == []


def serious(page, where):
    page.evaluate(AXE.read_text() + "\n;0")
    result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        (where, violation["id"], [node["html"][:200] for node in violation["nodes"][:2]])
        for violation in result["violations"]
        if violation["impact"] in ("serious", "critical")
    ]


def test_browser_hostile_texts_run_nothing_and_break_nothing(live, open_page, tmp_path):
    rows = (article_rows(number, hostile=text) for number, text in enumerate(HOSTILE))
    store = open_review([write_run(tmp_path / "run", rows)], str(tmp_path / "s.sqlite"))
    page = open_page(live(store, "<script>window.hit=1</script>{{7*7}}").popitem()[1])
    outside = []
    base = page.url.split("/review")[0]
    page.on("request", lambda request: request.url.startswith(base) or outside.append(request.url))
    executed, broken = [], []
    for number in range(len(HOSTILE)):
        page.goto(f"{base}/review?choice=any&pair={3 * number + 1}")
        page.wait_for_selector("#pair")
        page.keyboard.press("e")
        for kind in ("pointerover", "mouseover"):
            page.dispatch_event("#tweet-text mark .word", kind)
        if page.evaluate("window.hit !== undefined"):
            executed.append(number)
        is_whole = page.evaluate(
            "document.querySelectorAll('.actions > *').length === 9 && !document.querySelector('#editor').hidden"
            " && document.title.endsWith('align') && document.querySelector('#pair').offsetHeight > 200"
        )
        if not is_whole:
            broken.append(number)
        page.keyboard.press("Escape")
    assert (executed, broken, outside) == ([], [], [])
    store.close()
