"""Templates by language, and pages made from them."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from align import __version__
from align.review.access import desk_of, language
from align.review.language import LANGUAGES, direction, translations
from align.rows.telling import kind_of
from align.store.bodies import TAG_SEVERITIES, TAGS
from align.store.queue import CHOICE_FILTERS, ORDERS, Filters
from align.store.reviewers import Person

_LONGEST = 300  # of names, dates, messages: whatever a file says, a line stays a line
_HERE = Path(__file__).parent


def environments() -> dict[str, Environment]:
    """One Jinja environment a language; everything printed is escaped."""
    return {name: _environment(name) for name in LANGUAGES}


def _environment(name: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    catalogue = translations(name)
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        catalogue.gettext, catalogue.ngettext, newstyle=True
    )
    environment.filters["short"] = lambda text: str(text) if len(str(text)) <= _LONGEST else f"{str(text)[:_LONGEST]}…"
    environment.globals.update(
        language=name,
        direction=direction(name),
        languages=LANGUAGES,
        version=__version__,
        orders=ORDERS,
        choice_filters=CHOICE_FILTERS,
        tag_names=TAGS,
        tag_severities=TAG_SEVERITIES,
        address=address,
        kind_of=lambda code: kind_of(code, name),
    )
    return environment


def address(filters: Filters, path: str = "/review", **more: Any) -> str:
    """An address of this queue; values that are None are left out."""
    query = {**filters.query(), **{key: str(value) for key, value in more.items() if value is not None}}
    return f"{path}?{urlencode(query)}" if query else path


def page(request: Request, template: str, who: Person | None, status: int = 200, **values: Any) -> HTMLResponse:
    """A page or a part of one, in the language of the request."""
    desk = desk_of(request)
    environment = desk.templates[language(request)]
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    text = environment.get_template(template).render(person=who, here=here, store=desk.store_id, **values)
    return HTMLResponse(text.encode("utf-8", "replace"), status)


def is_part(request: Request) -> bool:
    """Whether htmx asks for a part of the page, not for a page to show again after a step back."""
    headers = request.headers
    return headers.get("hx-request") == "true" and headers.get("hx-history-restore-request") != "true"
