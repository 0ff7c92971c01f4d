"""The pages: the queue with its pair, disagreements, figures, and the way in and out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy.orm import Session

from align.errors import StoreError
from align.review.access import LANGUAGE_COOKIE, DeskOf, Who
from align.review.api import MOST, PairId, Uid
from align.review.language import LANGUAGES
from align.review.rendering import address, is_part, page
from align.review.view import load_pair
from align.store.carry import lost_pairs
from align.store.decide import Change, apply_change
from align.store.events import Conflict
from align.store.listing import list_pairs
from align.store.queue import Filters, count_open, filter_choices, next_pair, progress
from align.store.results import Decided, advised, disagreements, figures
from align.store.reviewers import SESSION_LIFE, names_of, sign_in, sign_out

router = APIRouter(include_in_schema=False)
_YEAR = 365 * 86400


@router.get("/")
def home() -> Response:
    """To the queue."""
    return RedirectResponse("/review", 303)


@router.get("/join/{token}")
def join(request: Request, desk: DeskOf, token: str) -> Response:
    """A reviewer's own link: opens a session and leads to the queue that the link's query names."""
    cookie = sign_in(desk.store, desk.key, token[:100])
    if cookie is None:
        return page(request, "closed.html", None, 403, reason="link")
    answer = RedirectResponse(address(Filters.parse(dict(request.query_params))), 303)
    answer.set_cookie(
        desk.cookie,
        cookie,
        max_age=int(SESSION_LIFE.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return answer


@router.post("/leave")
def leave(request: Request, desk: DeskOf, who: Who) -> Response:
    """End the session."""
    sign_out(desk.store, request.cookies.get(desk.cookie, ""))
    answer = Response(headers={"HX-Redirect": "/review"})
    answer.delete_cookie(desk.cookie)
    return answer


@router.post("/language")
def choose_language(who: Who, name: Annotated[str, Form(max_length=5)]) -> Response:
    """Switch the page's language; the page then loads itself again where it is."""
    if name not in LANGUAGES:
        raise HTTPException(422, f"expected one of {', '.join(LANGUAGES)}")
    answer = Response(headers={"HX-Refresh": "true"})
    answer.set_cookie(LANGUAGE_COOKIE, name, max_age=_YEAR, httponly=True, samesite="lax")
    return answer


@router.get("/review")
def review(
    request: Request,
    desk: DeskOf,
    who: Who,
    pair: Annotated[int | None, Query(ge=1, le=MOST)] = None,
    after: Annotated[int | None, Query(ge=1, le=MOST)] = None,
    before: Annotated[int | None, Query(ge=1, le=MOST)] = None,
    final: bool = False,
) -> HTMLResponse:
    """The next pair of a queue, the one before, or a named one; the address then names what is shown."""
    filters = Filters.parse(dict(request.query_params))
    shown = pair
    if shown is None and before is not None:
        shown = next_pair(desk.store, who.id, filters, after=before, backwards=True) or before
    elif shown is None:
        shown = next_pair(desk.store, who.id, filters, after=after)
    with desk.store.reading() as session:
        view = load_pair(session, who.id, shown, is_final=final and who.is_lead) if shown is not None else None
        choices = {} if is_part(request) else desk.slow.get("choices", lambda: filter_choices(session))
    template = "pair.html" if is_part(request) else "review.html"
    answer = page(request, template, who, view=view, filters=filters, choices=choices)
    if is_part(request):
        is_final = "true" if view is not None and view.is_final else None
        answer.headers["HX-Push-Url"] = address(filters, pair=shown, final=is_final)
    return answer


@router.get("/list")
def show_list(
    request: Request, desk: DeskOf, who: Who, after: Annotated[int | None, Query(ge=1, le=MOST)] = None
) -> HTMLResponse:
    """The pairs of a queue, a page at a time."""
    filters = Filters.parse(dict(request.query_params))
    with desk.store.reading() as session:
        found = list_pairs(session, who.id, filters, after)
    return page(request, "list.html", who, page=found, filters=filters, is_more=after is not None)


@router.get("/article/{pair}")
def whole_article(request: Request, desk: DeskOf, who: Who, pair: PairId) -> HTMLResponse:
    """The article of a pair, whole (as far as a page can hold it)."""
    with desk.store.reading() as session:
        view = load_pair(session, who.id, pair, is_whole=True)
    return page(request, "article.html", who, view=view)


@router.get("/progress")
def show_progress(request: Request, desk: DeskOf, who: Who) -> HTMLResponse:
    """How far this reviewer is with the queue."""
    filters = Filters.parse(dict(request.query_params))
    with desk.store.reading() as session:
        state = progress(session, who.id, filters, desk.slow.get(filters, lambda: count_open(session, filters)))
    return page(request, "progress.html", who, progress=state, filters=filters)


@router.get("/disagreements")
def show_disagreements(request: Request, desk: DeskOf, who: Who) -> HTMLResponse:
    """Pairs on which reviewers differ, for those who settle them."""
    _require_lead(who.is_lead)
    with desk.store.reading() as session:
        disputed = disagreements(session)
        numbers = figures(session).agreement
        names = names_of(session)
    return page(request, "disagreements.html", who, disputed=disputed, agreement=numbers, names=names)


@router.post("/settle")
def settle(
    request: Request,
    desk: DeskOf,
    who: Who,
    uid: Annotated[Uid, Form()],
    pair: Annotated[int, Form(ge=1, le=MOST)],
    version: Annotated[int, Form(ge=0, le=MOST)],
    reviewer: Annotated[int, Form(ge=1, le=MOST)],
) -> HTMLResponse:
    """Settle a disagreement as one of the reviewers decided."""
    _require_lead(who.is_lead)
    with desk.store.reading() as session:
        theirs = load_pair(session, reviewer, pair)
        names = names_of(session)
        _disputed(session, pair)
    if theirs.body["choice"] is None:
        raise HTTPException(422, "that reviewer has not decided this pair")
    changes = {"choice": theirs.body["choice"], "pieces": theirs.body["pieces"]}
    conflict = None
    try:
        apply_change(desk.store, who.id, Change(uid, pair, version, changes, is_final=True))
    except Conflict as error:
        conflict = error
    with desk.store.reading() as session:
        decided = _disputed(session, pair)
    return page(request, "dispute.html", who, decided=decided, names=names, conflict=conflict)


@router.get("/figures")
def show_figures(request: Request, desk: DeskOf, who: Who) -> HTMLResponse:
    """Precision, thresholds, agreement, and decided pairs that a newer run has lost."""
    filters = Filters.parse(dict(request.query_params))
    with desk.store.reading() as session:
        numbers = figures(session, sample=filters.sample)
        lost = lost_pairs(session)
        names = names_of(session)
    advice = advised(numbers.thresholds, 0.97)
    return page(request, "figures.html", who, figures=numbers, lost=lost, names=names, advice=advice, filters=filters)


def _disputed(session: Session, pair: int) -> Decided:
    found = next((decided for decided in disagreements(session) if decided.pair.id == pair), None)
    if found is None:
        raise StoreError(f"expected a pair on which reviewers differ, found the number {pair}")
    return found


def _require_lead(is_lead: bool) -> None:
    if not is_lead:
        raise StoreError("only a lead reviewer sees others' decisions")
