"""No request makes the server fail: every route with garbage in every part of a request that would be in order."""

import json
import random
import re
import uuid
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from align.review.app import create_app
from align.review.opening import open_review
from align.store.reviewers import add_reviewer, links
from align.store.schema import State
from tests.review.raw import Caller, Request

KEY = "k" * 32
TEXTS = [
    "", " ", "\0", "a\0b", "\ud800", "x\udfff", "[x", "http://[x", "http://[x]:y", "9" * 23, "9" * 5000, "-1", "0",
    "1.5", "1e400", "NaN", "١٢", "²", "½", "%", "%00", "%zz", "%ff%fe", "../../etc/passwd", "//", "\r\nX: y",
    "é" * 3000,
    "'\"", "\u202e", "null", "true", "1_0", "+1", "x" * 9000, ";", "=", ",", "{}", "bytes=9-1", "Thu, 99 Foo",
    "\U0001f600",
]  # fmt: skip
VALUES = [
    None, True, -1, 0, 1.5, 10**23, 2**63, "", "x", "\0", "\ud800", [], [[]], {}, {"": {}}, [None], {"a": []},
    "x" * 9000, [{}] * 5, {"type": []}, {"type": "name", "severity": {}}, json.loads("[" * 40 + "]" * 40),
    "accept", "confirmed",
]  # fmt: skip
BODIES = [
    b"", b"\0", b"\xff\xfe{}", b"{", b"[]", b"null", b"1", b'"x"', b"[" * 30_000, b'{"a":' * 10_000, b"1" * 5000,
    b"NaN", b'{"uid": "\\ud800aaaaaaa"}', b'{"uid": NaN, "pair": Infinity}', b'{"\\ud800": 1}', b'{"pair": 1e999}',
    b"a=1&b=%ff%00", b"--x\r\n\r\n", b'{"uid": "\xc3"}', b"\xef\xbb\xbf{}", b"{}" + b" " * 60_000, b"x" * 70_000,
    b'{"uid": "aaaaaaaaa", "pair": 1, "version": 0, "changes": {"note": ' + b"[" * 700 + b"]" * 700 + b"}}",
]  # fmt: skip
TYPES = [
    "application/json", "application/json; charset=utf-16", "application/x-www-form-urlencoded", "multipart/form-data",
    "multipart/form-data; boundary=x", "multipart/form-data; boundary=x; charset=undefined", "text/plain", "/",
    ";;;", "\xff", "multipart/form-data; boundary=" + "x" * 300, "multipart/form-data; boundary=\xe9",
    "application/json\0",
]  # fmt: skip
HEADERS = [
    "host", "origin", "referer", "cookie", "content-length", "x-csrf-token", "sec-fetch-site", "accept-language",
    "range", "if-modified-since", "if-none-match", "hx-request", "hx-history-restore-request",
    "x-forwarded-host", "expect",
]  # fmt: skip
QUERY = ("order", "choice", "outlet", "code", "doc", "q", "sample", "pair", "after", "before", "final")
FORMS = {
    "/settle": {"uid": "u" * 8, "pair": 1, "version": 0, "reviewer": 1},
    "/language": {"name": "ar"},
}
JSON = {
    "/api/decisions": {
        "pair": 1,
        "changes": {
            "choice": "accept", "note": "n", "tags": [{"type": "name", "severity": "minor"}], "findings": {},
            "pieces": [{"en_start": 200, "en_end": 210, "ar_start": 10, "ar_end": 20, "en": "x", "ar": None}],
        },
        "final": False,
    },
    "/api/merge": {"pair": 4},
    "/api/undo": {},
    "/api/redo": {},
    "/api/pairs": {"pair": 1, "en_start": 200, "en_end": 210, "ar_start": 10, "ar_end": 20},
}  # fmt: skip


class Desk:
    """An application over a store, its routes, and a lead reviewer who is signed in."""

    def __init__(self, store):
        self.store = store
        add_reviewer(store, "Mona", is_lead=True)
        app = create_app(store, KEY, per_second=1e9, burst=1e9)
        self.caller = Caller(app)
        self.routes = sorted(set(routes_of(app)))
        self.sign_in()

    def sign_in(self):
        joined = self.caller.ask(Request("GET", f"/join/{links(self.store, KEY)['Mona']}", client=uuid.uuid4().hex))
        self.headers = {"cookie": joined.headers[b"set-cookie"].split(b";")[0]}
        session = json.loads(self.caller.ask(Request("GET", "/api/session", headers=self.headers)).body)
        self.headers |= {"x-csrf-token": session["csrf"], "origin": "http://127.0.0.1:8321"}

    def good(self, method, path):
        """A request to a route that is in order."""
        path_now = re.sub(r"\{[^}]*\}", "1", path)
        if path in JSON:
            pair = JSON[path].get("pair")
            with self.store.reading() as session:
                version = session.scalar(select(func.max(State.version)).where(State.pair_id == pair)) or 0
            body = {"uid": uuid.uuid4().hex, **JSON[path]}
            if path in ("/api/decisions", "/api/merge"):
                body["version"] = version
            return Request(method, path_now, {}, {**self.headers, "content-type": "application/json"}, dump(body))
        form = {"content-type": "application/x-www-form-urlencoded"} if path in FORMS else {}
        return Request(method, path_now, {}, self.headers | form, urlencode(FORMS.get(path, {})).encode())

    def ask(self, request):
        """The answer, which is never that of a server that failed, and says what is wrong where something is."""
        answer = self.caller.ask(request)
        assert answer.status < 500, (answer.status, request)
        if answer.status >= 400 and request.method != "HEAD":
            assert answer.text.strip(), request
            assert "Traceback" not in answer.text
            if b"json" in answer.headers.get(b"content-type", b""):
                assert json.loads(answer.text)["detail"], request
        return answer


def routes_of(app):
    """Every (method, path) of an application, of its routers too; static files by two of their names."""
    for described in app.openapi()["paths"]:
        yield from ((method.upper(), described) for method in app.openapi()["paths"][described])
    for router in (app.router, *(getattr(route, "original_router", None) for route in app.routes)):
        for route in getattr(router, "routes", ()):
            yield from ((method, route.path) for method in getattr(route, "methods", None) or () if method != "HEAD")
    yield from (("GET", f"/static/{name}") for name in ("main.js", "{name}"))


def dump(value):
    return json.dumps(value).encode()


def spots(value, path=()):
    """The place of every value inside a JSON value."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from spots(inner, (*path, key))


def put(value, path, new):
    """The JSON value with another one at that place."""
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = put(value[path[0]], path[1:], new)
    return copy


def spoiled(good, path):
    """Requests that differ from a good one in one part."""
    for text in TEXTS:
        coded = quote(text, safe="", errors="surrogatepass")
        yield from (good.but(path=re.sub(r"\{[^}]*\}", lambda _, c=coded: c, path)) for _ in range("{" in path))
        if good.method == "GET" and "/static" not in path:
            yield from (good.but(query={name: text}) for name in QUERY)
        yield from (good.with_header(name, text) for name in HEADERS)
        if path in FORMS:
            yield from (good.but(body=urlencode({**FORMS[path], name: text}, errors="surrogatepass").encode())
                        for name in FORMS[path])  # fmt: skip
    yield from (good.but(query=query) for query in (b"\xff=\xfe", b"pair=%ff", b"&&&=", b"q=%00&q=%ed%a0%80"))
    if good.method != "GET":
        yield from (good.but(body=body) for body in BODIES)
        yield from (good.with_header("content-type", kind) for kind in TYPES)
        yield from (good.with_header("content-type", kind).but(body=body) for kind in TYPES for body in BODIES[-8:])


def spoiled_values(good, path):
    """Requests that differ from a good one in one value of their JSON."""
    body = json.loads(good.body) if path in JSON else None
    for place in spots(body) if body else ():
        yield from (good.but(body=dump(put(body, place, value))) for value in VALUES)


@pytest.fixture
def desk(sqlite_store):
    desk = Desk(sqlite_store)
    with desk.caller:
        yield desk


def test_requests_every_route_is_among_those_that_are_tried(desk):
    paths = {path for _, path in desk.routes}
    assert {"/", "/review", "/join/{token}", "/article/{pair}", "/settle", "/leave", "/language", "/figures"} <= paths
    assert {"/api/decisions", "/api/merge", "/api/undo", "/api/next", "/api/pairs/{pair}", "/healthz"} <= paths
    for method, path in desk.routes:
        status = desk.ask(desk.good(method, path)).status
        assert status < 400 or path in ("/settle", "/join/{token}", "/static/{name}"), (path, status)
        if path == "/leave":
            desk.sign_in()


def test_requests_garbage_in_one_part_never_makes_the_server_fail(desk):
    asked = sum(_try_all(desk, method, path, one_in=16) for method, path in desk.routes)
    assert asked > 1000
    assert desk.ask(desk.good("POST", "/api/decisions")).status == 200


def test_requests_garbage_in_one_part_never_reaches_postgresql(postgres_address, run_directory):
    store = open_review([run_directory], postgres_address)
    desk = Desk(store)
    with desk.caller:
        for method, path in desk.routes:
            _try_all(desk, method, path, one_in=100)
        assert desk.ask(desk.good("POST", "/api/decisions")).status == 200
    store.close()


def _try_all(desk, method, path, one_in):
    """One in so many of all requests that are spoiled, in a fixed choice, which differs from route to route."""
    chance = random.Random(f"{method} {path}")
    good = desk.good(method, path)
    chosen = [request for request in spoiled(good, path) if chance.randrange(one_in) == 0]
    chosen += [request for request in spoiled_values(good, path) if chance.randrange(max(1, one_in // 8)) == 0]
    for request in chosen:
        desk.ask(request)
    if path == "/leave":
        desk.sign_in()
    return len(chosen)


@pytest.mark.parametrize(
    ("path", "headers", "body", "status"),
    [
        ("/leave", {"origin": "http://[x"}, b"", 403),
        ("/leave", {"origin": "http://[x]"}, b"", 403),
        ("/leave", {"content-length": "²"}, b"", 413),
        ("/leave", {"content-length": "9" * 5000}, b"", 413),
        ("/leave", {"host": "[x"}, b"", 421),
        ("/leave", {"host": None}, b"", 421),
        ("/api/undo", {}, b'{"uid": "\xc3"}', 400),
        ("/api/undo", {}, b'{"uid": NaN}', 422),
        ("/api/undo", {}, b'{"uid": "\\ud800aaaaaaaa"}', 422),
        ("/api/undo", {}, b'{"uid": ' + b"[" * 900 + b"]" * 900 + b"}", 422),
        ("/api/undo", {}, b"[" * 30_000, 400),
        ("/api/undo", {}, b'{"uid": ' + b"1" * 5000 + b"}", 400),
        ("/api/decisions", {}, {"changes": {"note": json.loads("[" * 300 + "]" * 300)}}, 422),
        ("/api/decisions", {}, {"pair": 2, "changes": {"findings": {"omission.clause:0:0": []}}}, 422),
        ("/api/decisions", {}, {"changes": {"choice": {}}}, 422),
        ("/api/decisions", {}, {"pair": 10**23}, 422),
        ("/settle", {}, b"uid=aaaaaaaa&pair=1&version=0&reviewer=1", 422),
        ("/settle", {}, b"uid=aaaaaaaa&pair=" + b"9" * 23 + b"&version=0&reviewer=1", 422),
        ("/settle", {}, b"uid=aaaa%00aaaa&pair=1&version=0&reviewer=1", 422),
        ("/settle", {"content-type": "multipart/form-data; boundary=x; charset=undefined"}, b"--x\r\n", 422),
    ],
)
def test_requests_that_failed_once_are_refused_with_a_message(desk, path, headers, body, status):
    good = desk.good("POST", path)
    sent = dump({**json.loads(good.body), **body}) if isinstance(body, dict) else body
    request = good.but(body=sent, headers={**good.headers, **headers})
    assert desk.ask(request).status == status


@pytest.mark.parametrize("number", ["9" * 23, "9" * 5000, "-1", "0", "²", "1%00", "%ff"])
@pytest.mark.parametrize("path", ["/article/{}", "/api/pairs/{}", "/review?pair={}", "/api/next?after={}"])
def test_requests_with_a_number_that_no_pair_has_are_refused(desk, path, number):
    place, _, query = path.format(number).partition("?")
    answer = desk.ask(desk.good("GET", "/").but(path=place, query=query.encode("latin-1")))
    assert answer.status in (400, 422)


texts = st.one_of(st.sampled_from(TEXTS), st.text(max_size=40))
values = st.recursive(
    st.one_of(st.sampled_from(VALUES), st.integers(), st.floats(), texts),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=6,
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_requests_garbage_in_several_parts_never_makes_the_server_fail(desk, data):
    method, path = data.draw(st.sampled_from(desk.routes))
    request = desk.good(method, path)
    if path == "/leave":
        request = request.with_header("x-csrf-token", "no")
    for _ in range(data.draw(st.integers(1, 3))):
        request = _spoil(data, request, path)
    desk.ask(request)


def _spoil(data, request, path):
    part = data.draw(st.sampled_from(["path", "query", "header", "type", "method", "body", "bytes"]))
    if part == "path":
        return request.but(path="/" + quote(data.draw(texts), safe="/", errors="surrogatepass"))
    if part == "query":
        return request.but(query=data.draw(st.dictionaries(st.sampled_from(QUERY), texts, max_size=3)))
    if part == "header":
        value = data.draw(st.one_of(texts, st.binary(max_size=20)))
        return request.with_header(data.draw(st.sampled_from(HEADERS)), value)
    if part == "type":
        return request.with_header("content-type", data.draw(st.one_of(st.sampled_from(TYPES), texts)))
    if part == "method":
        return request.but(method=data.draw(st.sampled_from(["GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "X"])))
    if part == "bytes":
        return request.but(body=data.draw(st.one_of(st.sampled_from(BODIES), st.binary(max_size=60))))
    body = {"uid": "u" * 8, "version": 0, **JSON.get(path, {})}
    place = data.draw(st.sampled_from(list(spots(body))))
    return request.but(body=dump(put(body, place, data.draw(values))))
