"""Who published an article."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit


def outlet_of(document: Mapping[str, object]) -> str | None:
    """Who is named (`outlet`), else the host of the address (`url`, or a `source` that is one) without "www.", else
    the first folder of the article's name (`doc_id`), which is that of its file or record; None where none of these is.
    """
    if named := document.get("outlet"):
        return str(named)
    for name in ("url", "source"):
        if host := _host(document.get(name)):
            return host
    folder, slash, _ = str(document.get("doc_id") or "").partition("/")
    return folder if slash and folder else None


def _host(address: object) -> str | None:
    try:
        host = urlsplit(address).hostname if isinstance(address, str) and "://" in address else None
    except ValueError:  # "http://[", say: printed addresses are not always ones
        return None
    return host.removeprefix("www.") if host else None
