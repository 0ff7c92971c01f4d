"""What stands before every route: limits on rate and size, the host that may be asked, and headers on every answer."""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from align.review.hosts import Hosts

_MOST_BYTES = 64 * 1024  # of a request's body; a decision with two long texts has some 10 KB
_MOST_CLIENTS = 10_000  # remembered for the rate limit
_LENGTH = re.compile(r"[0-9]{1,9}")  # isdigit() also takes signs that are no number, such as a raised 2
_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "cache-control": "no-store",
}


@dataclass(slots=True)
class RateLimit:
    """A bucket of tokens per client: `burst` at once, then `per_second`."""

    per_second: float
    burst: float
    _buckets: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def allows(self, client: str, cost: float = 1.0) -> bool:
        """Whether `client` may ask once more now."""
        now = time.monotonic()
        tokens, then = self._buckets.pop(client, (self.burst, now))
        tokens = min(self.burst, tokens + (now - then) * self.per_second)
        is_allowed = tokens >= cost
        self._buckets[client] = (tokens - cost if is_allowed else tokens, now)
        if len(self._buckets) > _MOST_CLIENTS:
            self._buckets.popitem(last=False)
        return is_allowed


class Guard:
    """ASGI middleware; see the module."""

    def __init__(self, app: ASGIApp, hosts: Hosts, requests: RateLimit, joins: RateLimit) -> None:
        """`hosts`: names by which the server may be asked, against DNS rebinding."""
        self.app = app
        self.hosts = hosts
        self.requests = requests
        self.joins = joins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it here."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = _with_headers(message["headers"], is_static=scope["path"].startswith("/static/"))
            await send(message)

        refused = self._refusal(scope)
        if refused is not None:
            await _answer(send_guarded, *refused)
            return
        body = await _read_body(receive)
        if body is None:
            await _answer(send_guarded, 413, "the request is too large")
            return
        await self.app(scope, _replay(body, receive), send_guarded)

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        hosts, lengths = _values(scope, b"host"), _values(scope, b"content-length")
        if len(hosts) != 1 or not self.hosts.knows(hosts[0]):
            return 421, "this server is not asked by this name; start it with --name NAME if it is to be"
        if not scope.get("query_string", b"").isascii():
            return 400, "expected an address whose letters beyond ASCII are encoded with %"
        if any(not _LENGTH.fullmatch(length) or int(length) > _MOST_BYTES for length in lengths):
            return 413, f"expected a request of at most {_MOST_BYTES} bytes, and its length as a number"
        address = str((scope.get("client") or ("?",))[0])
        if scope["path"].startswith("/join/") and not self.joins.allows(address):
            return 429, "too many attempts; wait a minute"
        if not self.requests.allows(next(iter(_values(scope, b"cookie")), address)):
            return 429, "too many requests; wait a moment"
        return None


def _values(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name]


def _with_headers(given: Any, *, is_static: bool) -> list[tuple[bytes, bytes]]:
    ours = dict(_HEADERS)
    if is_static:
        ours["cache-control"] = "no-cache"  # kept, but asked for again: an upgraded page gets its own script
    names = {name.encode() for name in ours}
    kept = [(name, value) for name, value in given if name.lower() not in names]
    return kept + [(name.encode(), value.encode()) for name, value in ours.items()]


async def _answer(send: Send, status: int, text: str) -> None:
    body = text.encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _read_body(receive: Receive) -> bytes | None:
    """The whole body, or None when it is longer than it may be, whatever its header said."""
    body = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return body
        body += bytes(message.get("body", b""))
        if len(body) > _MOST_BYTES:
            return None
        if not message.get("more_body"):
            return body


def _replay(body: bytes, receive: Receive) -> Receive:
    is_sent = False

    async def replay() -> Message:
        nonlocal is_sent
        if is_sent:
            return await receive()
        is_sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
