"""Seeing the whole tweet, and correcting in the text itself: by keyboard alone and by mouse, in both languages."""

import pytest

from align.review.opening import open_review
from align.store.results import iter_accepted, iter_events
from tests.review.data import uneven_rows, write_run
from tests.review.driving import open_texts, place_of, press, state_of, wait_events, wait_saved

pytestmark = pytest.mark.browser
SIZES = [{"width": 1366, "height": 650}, {"width": 360, "height": 740}]
SAVED = {"en": "Saved", "ar": "حُفظ"}


@pytest.fixture
def uneven_store(tmp_path):
    opened = open_review([write_run(tmp_path / "uneven", [uneven_rows()])], str(tmp_path / "uneven.sqlite"))
    yield opened
    opened.close()


@pytest.fixture
def page_of(live, open_page):
    def start(store, language="en", size=SIZES[0], query="?order=article"):
        return open_page(live(store, "Mona")["Mona"] + query, language, viewport=size)

    return start


@pytest.mark.parametrize("language", ["en", "ar"])
def test_seeing_every_sentence_says_where_it_is_rendered(page_of, uneven_store, language):
    page = page_of(uneven_store, language)
    assert page.locator("#sentences .sentence").evaluate_all("all => all.map(one => one.classList[1])") == [
        "here", "elsewhere", "none",
    ]  # fmt: skip
    words = page.locator("#sentences .chip").all_text_contents()
    assert words == {"en": ["rendered here", "rendered elsewhere", "not rendered"],
                     "ar": ["مترجمة هنا", "مترجمة في موضع آخر", "لم تُترجم"]}[language]  # fmt: skip
    assert page.locator("#article mark.span").count() == 2  # both pieces of the rendering
    assert page.locator("#tweet-text .region.missing").count() == 1
    assert page.locator("#article .region.elsewhere").count() == 1
    other = page.locator("#article .region.elsewhere").get_attribute("data-pair")
    page.locator("#article .region.elsewhere .word").first.click()
    page.wait_for_function("id => JSON.parse(document.querySelector('#pair').dataset.state).id == id", arg=int(other))
    assert page.locator(".sentence.here").count() == 1


def test_seeing_the_sentences_lead_to_their_renderings_by_keyboard(page_of, uneven_store):
    page = page_of(uneven_store)
    before = state_of(page)["id"]
    for _ in range(2):
        page.keyboard.press("t")  # a button of the first sentence, then the link of the second
    page.keyboard.press("Enter")
    page.wait_for_function("id => JSON.parse(document.querySelector('#pair').dataset.state).id !== id", arg=before)


def test_deciding_takes_all_pieces_of_a_rendering_in_one_act(page_of, uneven_store):
    page = page_of(uneven_store)
    assert page.text_content("#together") == "2 pieces, decided together"
    press(page, "a")
    wait_saved(page)
    assert len(list(iter_accepted(uneven_store))) == 2
    press(page, "z")
    wait_saved(page, "Undone: accepted")
    assert list(iter_accepted(uneven_store)) == []
    page.keyboard.press("Shift+Z")
    wait_saved(page, "Done again: accepted")
    assert len(list(iter_accepted(uneven_store))) == 2


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("size", SIZES, ids=["desk", "phone"])
def test_adding_a_missed_rendering_by_mouse(page_of, uneven_store, language, size):
    page = page_of(uneven_store, language, size)
    page.locator(".sentence.none [data-add]").click()
    words = "مسؤولون محليون"
    select(page, "ar", words)
    page.click("[data-do=use-selection]")
    assert open_texts(page, "ar") == words
    page.click("[data-do=save-accept]")
    wait_saved(page, SAVED[language])
    page.wait_for_selector(".sentence.none", state="detached")
    ((row, *_),) = iter_accepted(uneven_store)
    assert (row["ar"], row["added"]) == (words, True)
    assert row["en"] == uneven_rows()[2][2]["en"] or row["en"] in uneven_rows()[1][0]["text"]


def test_adding_a_missed_rendering_by_keyboard(page_of, uneven_store):
    page = page_of(uneven_store)
    page.locator(".sentence.none [data-add]").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")  # from the first edge of the Arabic to its last
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    added = open_texts(page, "ar")
    assert len(added.split()) == 4
    page.keyboard.press("Control+Enter")
    wait_saved(page)
    ((row, *_),) = iter_accepted(uneven_store)
    assert row["ar"] == added


def select(page, side, words):
    """Drag the mouse over `words`, from before the first letter to behind the last."""
    first, last = place_of(page, side, words)
    begin, end = (first[0], last[1]) if side == "en" else (first[1], last[0])
    inward = 1 if side == "en" else -1
    page.mouse.move(begin + inward, first[2])
    page.mouse.down()
    page.mouse.move(end - inward, last[2], steps=8)
    page.mouse.up()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_correcting_one_edge_by_keyboard_leaves_the_others(page_of, sqlite_store, language):
    page = page_of(sqlite_store, language)
    before = state_of(page)["proposed"]
    top = page.evaluate("scrollY")
    page.keyboard.press("e")
    assert page.evaluate("scrollY") == top  # the page does not jump
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowLeft")  # a letter more
    page.keyboard.press("Control+Enter")
    wait_saved(page, SAVED[language])
    ((row, *_),) = iter_accepted(sqlite_store)
    first = before["ar"].split()[0]
    assert row["ar"] == before["ar"][len(first) + 2 :]
    assert (row["ar_end"], row["en_start"], row["en_end"]) == (before["ar_end"], before["en_start"], before["en_end"])
    assert row["en"] == before["en"]  # its full stop too


def test_correcting_takes_quotation_marks_in_letter_by_letter(page_of, sqlite_store):
    page = page_of(sqlite_store)
    before = state_of(page)["proposed"]["ar"]
    page.keyboard.press("e")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+ArrowLeft")
    assert open_texts(page, "ar") == f"«{before}»"


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("size", SIZES, ids=["desk", "phone"])
@pytest.mark.parametrize("side", ["en", "ar"])
def test_correcting_an_edge_by_dragging_its_handle(page_of, sqlite_store, language, size, side):
    page = page_of(sqlite_store, language, size)
    before = state_of(page)["proposed"][side]
    page.click("[data-do=edit]")
    handle = page.locator(f"[data-edge={side}-end]")
    target = " ".join(before.split()[:-2])
    _, last = place_of(page, side, target)
    box = handle.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] + 5)
    page.mouse.down()
    page.mouse.move((last[0] + last[1]) / 2, last[2], steps=6)
    page.mouse.up()
    assert open_texts(page, side) == target
    page.click("[data-do=save]")
    wait_saved(page, SAVED[language])
    (event,) = wait_events(sqlite_store, 1)
    assert (event["after"]["pieces"][0][side], event["after"]["choice"]) == (target, None)


def test_correcting_selects_with_the_mouse_from_the_first_letter(page_of, sqlite_store):
    page = page_of(sqlite_store)
    words = state_of(page)["proposed"]["en"].split()
    page.keyboard.press("e")
    select(page, "en", " ".join(words[:4]))
    page.click("[data-do=use-selection]")
    assert open_texts(page, "en") == " ".join(words[:4])


@pytest.mark.parametrize("language", ["en", "ar"])
def test_drafts_survive_escape_leaving_and_a_new_page(page_of, sqlite_store, language):
    page = page_of(sqlite_store, language)
    pair, before = state_of(page)["id"], state_of(page)["proposed"]["ar"]
    page.keyboard.press("e")
    page.keyboard.press("ArrowLeft")
    draft = open_texts(page, "ar")
    for _ in range(2):
        page.keyboard.press("Escape")
    assert not page.is_visible("#editor")
    assert page.text_content("#saved") == {"en": "Your unfinished correction is kept.",
                                           "ar": "تصحيحك غير المكتمل محفوظ."}[language]  # fmt: skip
    page.keyboard.press("e")
    assert open_texts(page, "ar") == draft != before
    press(page, "j")
    press(page, "k")
    assert state_of(page)["id"] == pair
    assert page.is_visible("#editor") and open_texts(page, "ar") == draft
    page.reload()
    page.wait_for_selector("#editor:not([hidden])")
    assert open_texts(page, "ar") == draft
    page.click("[data-do=discard]")
    page.keyboard.press("e")
    assert open_texts(page, "ar") == before
    assert list(iter_events(sqlite_store)) == []


def test_drafts_of_a_comment_survive_a_conflict_which_shows_both(page_of, sqlite_store):
    page = page_of(sqlite_store)
    tab = page.context.new_page()
    tab.goto(page.url)
    tab.wait_for_selector("#pair")
    page.fill("#note", "the first tab")
    page.keyboard.press("Control+Enter")
    wait_saved(page)
    tab.fill("#note", "the second tab")
    tab.keyboard.press("Control+Enter")
    tab.wait_for_selector("#conflict:not([hidden])")
    shown = tab.text_content("#conflict")
    assert "the first tab" in shown and "the second tab" in shown
    tab.wait_for_function("() => JSON.parse(document.querySelector('#pair').dataset.state).version === 1")
    assert tab.input_value("#note") == "the second tab"
    tab.focus("#note")
    tab.keyboard.press("Control+Enter")
    wait_saved(tab)
    assert [event["after"]["note"] for event in iter_events(sqlite_store)] == ["the first tab", "the second tab"]


def test_merging_asks_before_it_takes_in_another_sentence_and_split_pieces_are_deleted(page_of, sqlite_store):
    page = page_of(sqlite_store)
    page.keyboard.press("m")
    page.wait_for_selector("#merge-question:not([hidden])")
    page.keyboard.press("Escape")
    assert not page.is_visible("#merge-question")
    page.keyboard.press("p")
    page.wait_for_selector("#piece-choice label:nth-child(2)")
    page.click("[data-do=drop-piece]")
    kept = open_texts(page, "ar")
    assert kept != state_of(page)["proposed"]["ar"] and state_of(page)["proposed"]["ar"].endswith(kept)
    page.click("[data-do=save]")
    (event,) = wait_events(sqlite_store, 1)
    assert [piece["ar"] for piece in event["after"]["pieces"]] == [kept]


def test_keys_go_on_after_a_next_pair_that_could_not_be_loaded(page_of, sqlite_store):
    page = page_of(sqlite_store)
    page.route("**/review?**", lambda route: route.abort())
    page.keyboard.press("a")
    page.wait_for_function("() => document.querySelector('#saved').textContent.includes('could not be loaded')")
    assert len(list(iter_accepted(sqlite_store))) == 1
    page.unroute("**/review?**")
    press(page, "j")
