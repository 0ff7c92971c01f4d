"""Marks of a thread in its posts, "2/5" and "...": no words of the sentence, so no encoder and no anchor sees them."""

from __future__ import annotations

import regex

_MOST_POSTS = 30
_COUNT = r"(?P<post>\d{1,2})\s?/\s?(?P<posts>\d{1,2}|n|x)?"
# At the start, where no noun goes with it as with a fraction (and 9/11 is a day); at the end, apart from the words.
_OPENING = regex.compile(rf"(?!9/11)\s*[(\[]?{_COUNT}[)\]]?[.:)\-–—]*\s+(?!of\b|the\b|an?\b)", regex.IGNORECASE)
_CLOSING = regex.compile(rf"\s+[(\[]?{_COUNT}[)\]]?\s*$")
_DOTS = regex.compile(r"\s*(?:\.{2,}|…)\s*(?=\w)")


def without_thread_marks(text: str) -> str:
    """The sentence with its thread's marks as spaces, so that all offsets stay; itself where that leaves nothing."""
    masked = text
    for pattern in (_OPENING, _CLOSING):
        found = pattern.search(masked) if pattern is _CLOSING else pattern.match(masked)
        if found and _is_count(found["post"], found["posts"]):
            masked = masked[: found.start()] + " " * len(found[0]) + masked[found.end() :]
    if (dots := _DOTS.match(masked)) is not None:
        masked = " " * dots.end() + masked[dots.end() :]
    return masked if masked.strip() else text


def _is_count(post: str, posts: str | None) -> bool:
    """Whether it may be the number of a post, of that many."""
    if posts is None or not posts.isdigit():
        return 0 < int(post) <= _MOST_POSTS
    return 0 < int(post) <= int(posts) <= _MOST_POSTS
