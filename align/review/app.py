"""The web application over one store."""

from __future__ import annotations

import logging
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.staticfiles import StaticFiles

from align import __version__
from align.errors import StoreError
from align.review import api, pages
from align.review.access import Desk, NotSignedIn
from align.review.guard import Guard, RateLimit
from align.review.hosts import Hosts
from align.review.rendering import environments, page
from align.store import Store
from align.store.events import Conflict
from align.store.faults import StoreFault
from align.store.schema import storable

_LOG = logging.getLogger(__name__)
_LONGEST_WORDS = 300  # of what a request got wrong
_MOST_PROBLEMS = 20
_LATER = "10"  # seconds after which a request that the store could not take may be sent again


def create_app(
    store: Store,
    key: str,
    *,
    hosts: Hosts = Hosts(),  # noqa: B008 - frozen
    per_second: float = 30.0,
    burst: float = 120.0,
) -> FastAPI:
    """The application; reviewers' links are made from `key`, requests are limited per client."""
    app = FastAPI(title="align review", version=__version__, docs_url=None, redoc_url=None)
    app.state.desk = Desk(store, key, environments(), store.id())
    app.include_router(pages.router)
    app.include_router(api.router)
    app.add_api_route("/healthz", _healthz, include_in_schema=True, tags=["server"])
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"))
    app.add_exception_handler(NotSignedIn, _not_signed_in)
    app.add_exception_handler(Conflict, _conflict)
    app.add_exception_handler(StoreFault, _not_now)
    app.add_exception_handler(StoreError, _refused)
    app.add_exception_handler(RequestValidationError, _not_understood)
    limits = RateLimit(per_second, burst), RateLimit(0.5, 20)
    app.add_middleware(Guard, hosts=hosts, requests=limits[0], joins=limits[1])
    return app


def _healthz(request: Request) -> dict[str, str]:
    """Whether the server and its store answer."""
    with request.app.state.desk.store.reading() as session:
        session.connection().exec_driver_sql("SELECT 1")
    return {"status": "ok", "version": __version__}


def _wants_json(request: Request) -> bool:
    return request.url.path.startswith(("/api/", "/healthz"))


def _not_signed_in(request: Request, error: Exception) -> Response:
    if _wants_json(request):
        return JSONResponse({"detail": "not signed in; open your link again"}, 401)
    return page(request, "closed.html", None, 401, reason="session")


def _conflict(request: Request, error: Exception) -> Response:
    assert isinstance(error, Conflict)
    return JSONResponse({"detail": str(error), "version": error.version, "body": error.body}, 409)


def _refused(request: Request, error: Exception) -> Response:
    return _told(request, str(error), 422)


def _not_now(request: Request, error: Exception) -> Response:
    """The page keeps the decision and sends it again; whoever runs the server is told why."""
    assert isinstance(error, StoreFault)
    _LOG.warning("align: %s", error)
    answer = _told(request, f"{error.reason}; nothing was saved, try again later", 503)
    answer.headers["Retry-After"] = _LATER
    return answer


def _not_understood(request: Request, error: Exception) -> Response:
    """What was wrong with a request's parts, without giving them back: they may be what no JSON holds."""
    assert isinstance(error, RequestValidationError)
    problems = [
        {
            "loc": [part if isinstance(part, int) else _short(part) for part in problem["loc"]],
            "msg": _short(problem["msg"]),
            "type": problem["type"],
        }
        for problem in error.errors()[:_MOST_PROBLEMS]
    ]
    if _wants_json(request):
        return JSONResponse({"detail": problems}, 422)
    return _told(request, "; ".join(f"{problem['loc'][-1]}: {problem['msg']}" for problem in problems), 422)


def _told(request: Request, message: str, status: int) -> Response:
    if _wants_json(request):
        return JSONResponse({"detail": message}, status)
    return page(request, "refused.html", None, status, message=message)


def _short(text: object) -> str:
    return storable(str(text))[:_LONGEST_WORDS]
