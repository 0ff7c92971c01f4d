"""Bytes to text: what the file declares, then UTF-8, then windows-1256 where that gives Arabic."""

from __future__ import annotations

import regex

from align.errors import ReadError
from align.text.words import count_arabic

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DECLARED = regex.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", regex.IGNORECASE)
_HEAD = 4096


def decode(data: bytes, source: str) -> str:
    """The text of a file's bytes, line ends as newlines.

    Raises ReadError ("binary", "encoding").
    """
    text = _decode(data, source)
    return text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")


def _decode(data: bytes, source: str) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _strictly(data, encoding, source)
    if b"\x00" in data[:_HEAD]:
        raise ReadError("binary", f"{source}: expected text, found a binary file; leave it out or convert it to text")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        place = error.start
    declared = _DECLARED.search(data[:_HEAD])
    if declared and declared[1].lower() not in (b"utf-8", b"utf8"):
        return _strictly(data, declared[1].decode("ascii"), source)
    guess = data.decode("cp1256", "replace")
    letters = sum(char.isalpha() for char in guess)
    if letters and count_arabic(guess) > 0.5 * letters and "\ufffd" not in guess:
        return guess
    raise ReadError(
        "encoding",
        f"{source}: expected UTF-8, found byte {data[place]:#04x} at {place}, and it is no windows-1256 Arabic either; "
        "save the file as UTF-8",
    )


def _strictly(data: bytes, encoding: str, source: str) -> str:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise ReadError(
            "encoding", f"{source}: it declares the encoding {encoding}, but {error}; save the file as UTF-8"
        ) from error
