"""The web application over one store."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from starlette.staticfiles import StaticFiles

from align import __version__
from align.errors import StoreError
from align.review import api, pages
from align.review.access import Desk, NotSignedIn
from align.review.guard import Guard, RateLimit
from align.review.rendering import environments, page
from align.store import Store
from align.store.decide import Conflict

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})


def create_app(
    store: Store,
    key: str,
    *,
    hosts: frozenset[str] | None = LOOPBACK,
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
    app.add_exception_handler(StoreError, _refused)
    limits = RateLimit(per_second, burst), RateLimit(0.5, 20)
    app.add_middleware(Guard, hosts=hosts, requests=limits[0], joins=limits[1])
    return app


def _healthz(request: Request) -> dict[str, str]:
    """Whether the server and its store answer."""
    with request.app.state.desk.store.reading() as session:
        session.connection().exec_driver_sql("SELECT 1")
    return {"status": "ok", "version": __version__}


def _wants_json(request: Request) -> bool:
    return request.url.path.startswith("/api/")


def _not_signed_in(request: Request, error: Exception) -> Response:
    if _wants_json(request):
        return JSONResponse({"detail": "not signed in; open your link again"}, 401)
    return page(request, "closed.html", None, 401, reason="session")


def _conflict(request: Request, error: Exception) -> Response:
    assert isinstance(error, Conflict)
    return JSONResponse({"detail": str(error), "version": error.version, "body": error.body}, 409)


def _refused(request: Request, error: Exception) -> Response:
    if _wants_json(request):
        return JSONResponse({"detail": str(error)}, 422)
    return page(request, "refused.html", None, 422, message=str(error))
