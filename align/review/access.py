"""Who is asking: the session cookie, the CSRF token, and the things of the application that routes need."""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar, cast
from urllib.parse import urlsplit

from fastapi import Depends, HTTPException, Request
from jinja2 import Environment

from align.review.language import preferred
from align.store import Store
from align.store.reviewers import Person, person_of

_COOKIE = "align_review_"  # and the store's id: cookies of one machine's servers go to all of its ports
LANGUAGE_COOKIE = "align_language"
_T = TypeVar("_T")
_MOST_KEPT = 1000
# A count below it was slow because the machine was busy: were it kept, progress would be behind for seconds.
_FEW = 10_000


@dataclass(slots=True)
class SlowResults:
    """Counts over a large store, kept for some seconds; what is quick to count is counted every time."""

    seconds: float = 20.0
    slow: float = 0.05  # what took longer is kept
    _kept: dict[Hashable, tuple[float, Any]] = field(default_factory=dict)

    def get(self, key: Hashable, compute: Callable[[], _T]) -> _T:
        """The result of `compute`, or the one it had a moment ago."""
        begin = time.monotonic()
        then, kept = self._kept.get(key, (float("-inf"), None))
        if begin - then < self.seconds:
            return cast(_T, kept)
        result = compute()
        is_few = isinstance(result, int) and result < _FEW
        if time.monotonic() - begin > self.slow and not is_few:
            if len(self._kept) > _MOST_KEPT:
                self._kept.clear()
            self._kept[key] = (time.monotonic(), result)
        return result


@dataclass(frozen=True, slots=True)
class Desk:
    """What the application holds."""

    store: Store
    key: str  # from which reviewers' links are made
    templates: dict[str, Environment]  # by language
    store_id: str
    slow: SlowResults = field(default_factory=SlowResults)

    @property
    def cookie(self) -> str:
        """The name of the session's cookie, another for every store."""
        return _COOKIE + self.store_id


class NotSignedIn(Exception):
    """The request has no session that lasts."""


def desk_of(request: Request) -> Desk:
    """The application's things."""
    return cast(Desk, request.app.state.desk)


def person(request: Request) -> Person:
    """Who asks; a request that changes something must carry the session's CSRF token and come from our own page.

    Raises NotSignedIn, or HTTPException 403.
    """
    desk = desk_of(request)
    cookie = request.cookies.get(desk.cookie, "")
    with desk.store.reading() as session:
        found = person_of(session, desk.key, cookie) if cookie else None
    if found is None:
        raise NotSignedIn
    if request.method not in ("GET", "HEAD"):
        _check_origin(request)
        given = request.headers.get("x-csrf-token", "")
        if not hmac.compare_digest(given.encode(), found.csrf.encode()):
            raise HTTPException(403, "the page is out of date; load it again")
    return found


def _check_origin(request: Request) -> None:
    origin = request.headers.get("origin")
    if origin is not None and _place(origin) != request.headers.get("host"):
        raise HTTPException(403, "requests of other sites are refused")
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise HTTPException(403, "requests of other sites are refused")


def _place(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:  # "http://[x"
        return None


def language(request: Request) -> str:
    """The language in which to answer."""
    return preferred(request.cookies.get(LANGUAGE_COOKIE), request.headers.get("accept-language", ""))


DeskOf = Annotated[Desk, Depends(desk_of)]
Who = Annotated[Person, Depends(person)]
Language = Annotated[str, Depends(language)]
