"""The server process: one socket, one application, links printed once it answers."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from contextlib import closing, suppress

import uvicorn

from align.errors import StoreError
from align.review.app import LOOPBACK, create_app
from align.store import Store
from align.store.reviewers import links

_SHORTEST_TOKEN = 16


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


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach `host`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def serve(store: Store, host: str, port: int, token: str | None, started: Callable[[dict[str, str]], None]) -> None:
    """Serve until interrupted; `started` gets every reviewer's link by name.

    Raises StoreError when the port is taken.
    """
    key = token or store.secret()
    hosts = LOOPBACK | {f"[{host}]" if ":" in host else host} if is_loopback(host) else None
    with closing(_listen(host, port)) as listener:
        actual = listener.getsockname()[1]
        shown = f"[{host}]" if ":" in host else host
        config = uvicorn.Config(
            create_app(store, key, hosts=hosts),
            log_level="warning",
            access_log=False,  # it would hold the links
            server_header=False,
            timeout_graceful_shutdown=5,
        )
        started({name: f"http://{shown}:{actual}/join/{one}" for name, one in links(store, key).items()})
        with suppress(KeyboardInterrupt):  # the usual way to end it
            uvicorn.Server(config).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    # asyncio switches Nagle's algorithm off only where the protocol is named; with it every answer waits 40 ms.
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(256)
    except OSError as error:
        listener.close()
        raise StoreError(f"cannot listen on {host}, port {port}: {error.strerror}; choose another --port") from error
    return listener
