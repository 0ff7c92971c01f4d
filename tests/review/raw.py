"""Requests as bytes, put to the application without a client that would mend them first."""

import asyncio
from dataclasses import dataclass, field, replace
from urllib.parse import unquote, urlencode


@dataclass(frozen=True)
class Request:
    """One request; `query` and `form` are encoded as a browser would, unless they are bytes already."""

    method: str
    path: str
    query: dict | bytes = field(default_factory=dict)
    headers: dict = field(default_factory=dict)  # name to text or bytes; None: not sent
    body: bytes = b""
    client: str = "127.0.0.1"

    def but(self, **changes):
        return replace(self, **changes)

    def with_header(self, name, value):
        return replace(self, headers={**self.headers, name: value})


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict
    body: bytes

    @property
    def text(self):
        return self.body.decode()


class Caller:
    """Puts requests to an application on one event loop; what the application does not catch is raised."""

    def __init__(self, app):
        self.app = app
        self.runner = asyncio.Runner()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.runner.close()

    def ask(self, request):
        return self.runner.run(self._ask(request))

    async def _ask(self, request):
        sent, is_given = [], False

        async def receive():
            nonlocal is_given
            if is_given:
                await asyncio.sleep(3600)
            is_given = True
            return {"type": "http.request", "body": request.body, "more_body": False}

        async def send(message):
            sent.append(message)

        await self.app(scope_of(request), receive, send)
        start = sent[0]
        body = b"".join(message.get("body", b"") for message in sent[1:])
        return Answer(start["status"], dict(start["headers"]), body)


def as_bytes(value):
    return value if isinstance(value, bytes) else str(value).encode("latin-1", "replace")


def scope_of(request):
    query = request.query
    if isinstance(query, dict):
        query = urlencode(query, errors="surrogatepass").encode()
    headers = {"host": "127.0.0.1:8321", "content-length": len(request.body), **request.headers}
    return {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http", "root_path": "",
        "method": request.method, "path": unquote(request.path), "raw_path": request.path.encode("ascii", "replace"),
        "query_string": query, "client": (request.client, 50000), "server": ("127.0.0.1", 8321),
        "headers": [(name.encode(), as_bytes(value)) for name, value in headers.items() if value is not None],
    }  # fmt: skip
