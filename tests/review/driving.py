"""What tests do with the review page in a browser, and what they wait for."""

import time

from align.store.results import iter_events


def state_of(page):
    return page.evaluate("JSON.parse(document.querySelector('#pair').dataset.state)")


def press(page, key, *, until_saved=True):
    """Press a key that decides, and wait until another pair, or the end, is on the screen."""
    before = state_of(page)["id"]
    page.keyboard.press(key)
    if until_saved:
        wait_next(page, before)
    return before


def wait_next(page, before):
    """Wait until another pair than `before`, or the end, is on the screen."""
    page.wait_for_function(
        "id => { const pair = document.querySelector('#pair');"
        " return !pair || JSON.parse(pair.dataset.state).id !== id }",
        arg=before,
    )


def wait_saved(page, word="Saved"):
    page.wait_for_function("word => document.querySelector('#saved').textContent === word", arg=word)


def wait_events(store, count, patience=60):
    end = time.monotonic() + patience
    while len(events := list(iter_events(store))) < count:
        assert time.monotonic() < end, f"expected {count} events, found {len(events)}"
        time.sleep(0.05)
    return events


def open_texts(page, side):
    """The text that an edge of a side would give now, as the editor shows it."""
    return page.input_value(f"#{side}-text")


def place_of(page, side, words):
    """The middle of the first and of the last letter of `words` on the screen, as the eye finds them."""
    return page.evaluate(
        """([root, words]) => {
            const walker = document.createTreeWalker(document.querySelector(root), NodeFilter.SHOW_TEXT);
            const points = [];
            for (let node = walker.nextNode(); node; node = walker.nextNode())
                for (let i = 0; i < node.length; i++) points.push([node, i]);
            const at = points.map(([node, i]) => node.data[i]).join("").indexOf(words);
            points[at][0].parentElement.scrollIntoView({block: "center"});
            const middle = ([node, i]) => {
                const range = document.createRange();
                range.setStart(node, i);
                range.setEnd(node, i + 1);
                const box = range.getClientRects()[0];
                return [box.left, box.right, box.top + box.height / 2];
            };
            return [middle(points[at]), middle(points[at + words.length - 1])];
        }""",
        [{"en": "#tweet-text", "ar": "#article"}[side], words],
    )
