"""Pages saved as MHTML (RFC 2557): the page of the first part, with the frames that it shows put into it."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from html import escape
from typing import NamedTuple, cast

import regex

from align.errors import ReadError
from align.read.decode import decode

_HEAD = regex.compile(rb"(?:[A-Za-z-]+:[^\n]*\n(?:[ \t][^\n]*\n)*){0,40}", regex.S)
_FRAME = regex.compile(
    r"""<iframe\b[^>]*?\bsrc\s*=\s*["']?(?P<src>cid:[^"'>\s]+|https?://[^"'>\s]+)["']?[^>]*>""", regex.I
)
_MOST_FRAMES = 200
_MOST_DEPTH = 3  # of frames in frames


class SavedPage(NamedTuple):
    """A saved page: its markup, and the address that the file gives it."""

    markup: str
    url: str | None


def looks_like_mhtml(head: bytes) -> bool:
    """Whether bytes begin like a message of several parts that belong together."""
    match = _HEAD.match(head.lstrip())
    headers = match.group().lower() if match else b""
    return b"multipart/related" in headers and b"mime-version:" in headers


def read_mhtml(data: bytes) -> SavedPage:
    """The page of an MHTML file. Raises ReadError: "mhtml" where no part is a page, "encoding", "binary"."""
    message = cast(EmailMessage, message_from_bytes(data, policy=policy.compat32.clone(raise_on_defect=False)))
    pages: dict[str, str] = {}
    first: str | None = None
    for part in message.walk():
        if part.get_content_type() not in ("text/html", "application/xhtml+xml"):
            continue
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes) or not content.strip():
            continue
        markup = decode(content, part.get_content_charset())
        first = markup if first is None else first
        for name in ("Content-Location", "Content-ID"):
            place = str(part.get(name) or "").strip()
            if place:
                pages.setdefault(f"cid:{place.strip('<>')}" if name == "Content-ID" else place, markup)
    if first is None:
        raise ReadError("mhtml", "expected a page in the MHTML file, found none; save the page again")
    url = str(message.get("Snapshot-Content-Location") or "").strip() or None
    return SavedPage(_with_frames(first, pages, _MOST_DEPTH), url)


def _with_frames(markup: str, pages: dict[str, str], depth: int) -> str:
    """The markup with each frame's page as its `srcdoc`."""
    left = _MOST_FRAMES

    def filled(match: regex.Match[str]) -> str:
        nonlocal left
        page = pages.get(match["src"])
        if page is None or not depth or not left:
            return match.group()
        left -= 1
        return f'{match.group()[:-1].rstrip("/")} srcdoc="{escape(_with_frames(page, pages, depth - 1))}">'

    return _FRAME.sub(filled, markup)
