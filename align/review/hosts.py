"""By which names the server may be asked, against DNS rebinding, and by which it can be."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
_HOST = re.compile(r"(\[[0-9a-f:.]{2,45}\]|[a-z0-9_-](?:[a-z0-9._-]{0,253})?)(?::[0-9]{1,5})?")
# Addresses kept for documents (RFC 5737, RFC 3849): a datagram socket "connected" to one sends nothing, but it is
# told which of the machine's own addresses would be used.
_ELSEWHERE = {socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"}


@dataclass(frozen=True, slots=True)
class Hosts:
    """Names that a request's Host may have."""

    names: frozenset[str] = LOOPBACK
    takes_addresses: bool = False  # any number too: only a name can be made to lead elsewhere

    def knows(self, host: str) -> bool:
        """Whether `host`, a Host header with or without a port, is one of them."""
        name = host_name(host)
        return name is not None and (name in self.names or (self.takes_addresses and is_address(name)))


def hosts_for(host: str, names: Iterable[str] = ()) -> Hosts:
    """What a server on `host` answers to; `names` are further ones, of a TLS proxy in front say."""
    own = {in_address(host).lower(), *(name.lower() for name in names)}
    if is_loopback(host):
        return Hosts(LOOPBACK | own)
    machine = socket.gethostname().lower()
    return Hosts(LOOPBACK | own | {machine, f"{machine}.local"}, takes_addresses=True)


def host_name(host: str) -> str | None:
    """The name in a Host header, in lower case and without its port; None when it is no name."""
    found = _HOST.fullmatch(host.lower())
    return found[1].removesuffix(".") if found else None


def is_address(name: str) -> bool:
    """Whether it is a number, IPv6 in brackets."""
    return _address(name.strip("[]")) is not None


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach `host`."""
    address = _address(host)
    return host == "localhost" or (address is not None and address.is_loopback)


def is_any(host: str) -> bool:
    """Whether `host` stands for all addresses of the machine, and so for none that can be opened."""
    address = _address(host)
    mapped = getattr(address, "ipv4_mapped", None)
    return address is not None and (address.is_unspecified or (mapped is not None and mapped.is_unspecified))


def in_address(host: str) -> str:
    """`host` as it stands in an address of the web."""
    return f"[{host}]" if ":" in host else host


def reachable(bound: str) -> list[str]:
    """Hosts under which a server bound to `bound` can be opened, the one that others can use first."""
    if not is_any(bound):
        return [bound]
    families = (socket.AF_INET, socket.AF_INET6) if ":" in bound else (socket.AF_INET,)  # "::" takes both kinds
    found = [address for family in families if (address := _outward(family)) is not None]
    return [*dict.fromkeys(found), "localhost"]


def _outward(family: socket.AddressFamily) -> str | None:
    """The machine's own address on the way out; None where there is no such way."""
    with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.connect((_ELSEWHERE[family], 9))
        address = str(probe.getsockname()[0])
        return None if is_loopback(address) or is_any(address) else address
    return None


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
