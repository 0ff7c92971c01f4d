"""A copy of an article that a page keeps in a script, laid over the article that it prints: nothing is read twice.

Posts that only the copy holds go behind the paragraph that stands before them there. A copy that holds more than the
page prints takes its place; a copy of which the page prints nothing is another article's.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml.html import HtmlElement

from align.extract.posts import text_of
from align.text.normal import normal_form

CUT = '<hr class="qxcut">'  # between two values of a script
_PARAGRAPHS = ("p", "h2", "h3", "h4", "li")
_POSTS = ("blockquote", "iframe", "amp-twitter")
_LEAST_CHARS = 40  # of a paragraph that tells one article from another
_LEAST_SHARE = 0.5  # of the copy's paragraphs that the page prints, from which it prints the article whole
_LEAST_PARAGRAPHS = 2  # of a page that prints an article of its own


def merge_copy(root: HtmlElement, copy: HtmlElement, *, is_state: bool) -> bool:
    """Take from `copy`, which is not yet part of `root`, what the page lacks; False where it is to be put in whole.

    `is_state`: the script has no place in the article, so that nothing can stay where it stands.
    """
    printed = {_key(element): element for element in root.iter(*_PARAGRAPHS) if len(_key(element)) >= _LEAST_CHARS}
    prose = [element for element in copy.iter(*_PARAGRAPHS) if _is_prose(element)]
    there = [element for element in prose if _key(element) in printed]
    if not prose:
        return is_state
    if len(there) >= _LEAST_SHARE * len(prose):
        _insert_posts(copy, printed)
    elif there and not is_state:
        first = printed[_key(there[0])]
        first.addprevious(copy)
        for element in there:
            _remove(printed[_key(element)])
    elif len(printed) < _LEAST_PARAGRAPHS:
        body = root.find("body")
        if not is_state or body is None:
            return False
        body.append(copy)
    return True


def _insert_posts(copy: HtmlElement, printed: dict[str, HtmlElement]) -> None:
    anchor: HtmlElement | None = None
    waiting: list[HtmlElement] = []
    for element in list(_in_order(copy)):
        if element.tag == "hr":
            anchor, waiting = None, []
        elif element.tag not in _POSTS:
            anchor = printed.get(_key(element), anchor)
            if anchor is not None:
                for post in waiting:
                    anchor.addprevious(post)
                waiting = []
        else:
            element.tail = None
            if anchor is None:
                waiting.append(element)
            else:
                tail, anchor.tail = anchor.tail, None
                anchor.addnext(element)
                element.tail = tail
                anchor = element


def _in_order(copy: HtmlElement) -> Iterator[HtmlElement]:
    """The paragraphs, the posts and the cuts of a copy; nothing inside a post."""
    for element in copy.iter(*_PARAGRAPHS, *_POSTS, "hr"):
        is_inside = any(above.tag in _POSTS for above in element.iterancestors())
        if not is_inside and (element.tag in (*_POSTS, "hr") or _is_prose(element)):
            yield element


def _is_prose(element: HtmlElement) -> bool:
    is_inside = any(above.tag in _POSTS for above in element.iterancestors())
    return not is_inside and len(_key(element)) >= _LEAST_CHARS


def _key(element: HtmlElement) -> str:
    return "".join(normal_form(text_of(element)).split())


def _remove(element: HtmlElement) -> None:
    if element.getparent() is not None:
        element.drop_tree()
