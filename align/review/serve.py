"""The server process: one socket, one application, links printed once it answers."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from dataclasses import dataclass

import uvicorn

from align.errors import StoreError
from align.review.app import create_app
from align.review.hosts import hosts_for, in_address, is_loopback, reachable
from align.store import Store
from align.store.reviewers import links

_SHORTEST_TOKEN = 16


@dataclass(frozen=True, slots=True)
class Served:
    """Where a server can be opened."""

    places: tuple[str, ...]  # beginnings of its addresses: first the one for others, last the one for this machine
    tokens: dict[str, str]  # by reviewer's name

    def link(self, name: str, place: str) -> str:
        """A reviewer's own link."""
        return f"{place}/join/{self.tokens[name]}"


def check_address(host: str, token: str | None) -> None:
    """Refuse an address that others can reach unless a secret was given.

    Raises StoreError.
    """
    if not is_loopback(host) and token is None:
        raise StoreError(
            f"expected --token SECRET, because {host} can be reached by others; put TLS in front of it as well: "
            "without TLS, links and sessions travel in the clear"
        )
    if token is not None and len(token) < _SHORTEST_TOKEN:
        raise StoreError(f"expected a --token of {_SHORTEST_TOKEN} characters or more, found {len(token)}")


def serve(
    store: Store,
    host: str,
    port: int,
    token: str | None,
    started: Callable[[Served], None],
    names: Iterable[str] = (),
) -> None:
    """Serve until interrupted; `started` is told where. `names` are further hosts to answer to.

    Raises StoreError when the port is taken.
    """
    key = token or store.secret()
    with closing(_listen(host, port)) as listener:
        bound, actual = listener.getsockname()[:2]
        hosts = reachable(bound)
        places = [f"http://{in_address(one)}:{actual}" for one in (hosts if len(hosts) > 1 else [host])]
        config = uvicorn.Config(
            create_app(store, key, hosts=hosts_for(host, names)),
            log_level="warning",
            access_log=False,  # it would hold the links
            server_header=False,
            timeout_graceful_shutdown=5,
        )
        with suppress(KeyboardInterrupt):  # the usual way to end it
            started(Served(tuple(places), links(store, key)))
            uvicorn.Server(config).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    # asyncio switches Nagle's algorithm off only where the protocol is named; with it every answer waits 40 ms.
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(256)
    except (OSError, UnicodeError) as error:  # a name that is none is either
        listener.close()
        reason = getattr(error, "strerror", None) or error
        raise StoreError(f"cannot listen on {host}, port {port}: {reason}; choose another --port or --host") from error
    return listener
