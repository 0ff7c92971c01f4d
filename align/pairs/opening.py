"""The bytes of a file of pairs, whatever they are packed or encoded in: gzip, Zstandard, UTF-8, UTF-16, windows-1256.

`-` is standard input, which is copied once, so that it can be looked into and then read like a file.
"""

from __future__ import annotations

import atexit
import codecs
import io
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, BinaryIO, NamedTuple, cast

from align.errors import ReadError
from align.read.streams import Peeked, is_packed, peek, unpack
from align.settings import ReadSettings
from align.text.words import count_arabic

STANDARD_INPUT = "-"
_PLAIN = "utf-8"
_OLD_ARABIC = "cp1256"  # what spreadsheets write where Arabic is set and UTF-8 is not
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_NAMES = {"utf-8-sig": "UTF-8 with BOM", "cp1256": "windows-1256", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}
_MOST_LAYERS = 2  # of compression, as for articles
_STEP = 1 << 16


class Look(NamedTuple):
    """What the beginning of a file shows: its first bytes without compression, text as UTF-8 without a mark."""

    head: bytes
    encoding: str  # of the text; what is no text shows as UTF-8
    packing: str = ""  # gzip, zstd, none

    def describe(self) -> str:
        """For people; empty where there is nothing to say.

        >>> Look(b"", "utf-16-le", "gzip").describe()
        'UTF-16, gzip'
        """
        name = "" if self.encoding == _PLAIN else _NAMES.get(self.encoding, self.encoding.upper())
        return ", ".join(filter(None, (name, self.packing)))


def look(path: Path) -> Look:
    """The beginning of a file. Raises ReadError("unreadable")."""
    try:
        with opened(path) as (stream, packing):
            head = peek(stream).head
    except OSError as error:
        found = error.strerror or str(error)
        raise ReadError("unreadable", f"cannot read the pairs in {path}: {found}; check the path") from error
    encoding = _encoding_of(head)
    if encoding != _PLAIN:
        # a head that ends inside a letter says nothing of what follows
        head = codecs.getincrementaldecoder(encoding)("replace").decode(head).encode("utf-8")
    return Look(head, encoding, packing)


@contextmanager
def opened(path: Path) -> Iterator[tuple[BinaryIO, str]]:
    """The bytes of a file without compression, and the name of that.

    Raises OSError; ReadError when it swells beyond reason, and at the end when the compressed file is damaged, which
    lets what stands before be read.
    """
    with ExitStack() as stack:
        plain = peek(standing_input() if str(path) == STANDARD_INPUT else stack.enter_context(path.open("rb")))
        names = []
        for _ in range(_MOST_LAYERS):
            if is_packed(plain.head):
                names.append("gzip" if plain.head.startswith(b"\x1f\x8b") else "zstd")
                plain = unpack(plain, ReadSettings().max_ratio)
        yield plain.stream, ", ".join(names)
        _refuse_damage(plain)


@contextmanager
def opened_text(path: Path) -> Iterator[BinaryIO]:
    """The bytes of a text file as UTF-8; errors as in `opened`."""
    with opened(path) as (stream, _):
        head = peek(stream)
        encoding = _encoding_of(head.head)
        if encoding in (_PLAIN, "utf-8-sig"):
            yield head.stream
        else:
            yield cast(BinaryIO, io.BufferedReader(_AsUtf8(head.stream, encoding), buffer_size=_STEP))


def _refuse_damage(plain: Peeked) -> None:
    if plain.damage is not None:
        raise plain.damage


def _encoding_of(head: bytes) -> str:
    for mark, name in _MARKS:
        if head.startswith(mark) and (name != "utf-16" or _reads_as(head, name)):
            return name
    if head.startswith(b"PAR1"):
        return _PLAIN
    even, odd = head[:_STEP:2].count(0), head[1:_STEP:2].count(0)
    if (even or odd) and max(even, odd) > 4 * min(even, odd) + 4 * (len(head) > 40):
        name = "utf-16-be" if even > odd else "utf-16-le"  # no mark, but the empty halves of Latin letters
        if _reads_as(head, name):  # and not zeros in a record that is damaged
            return name
    try:
        codecs.getincrementaldecoder(_PLAIN)().decode(head)
    except UnicodeDecodeError:
        if not count_arabic(head.decode(_PLAIN, "ignore")) and _reads_as_arabic(head):
            return _OLD_ARABIC
    return _PLAIN


def _reads_as(head: bytes, encoding: str) -> bool:
    """Whether bytes that look like UTF-16 read so, from the first line on: others read so are signs of the far east."""
    texts = [head[:length].decode(encoding, "ignore") for length in (64, 4096)]
    return all(2 * (sum(map(str.isascii, text)) + count_arabic(text)) >= len(text) for text in texts)


def _reads_as_arabic(head: bytes) -> bool:
    text = head.decode(_OLD_ARABIC, "replace")
    return count_arabic(text) >= 0.8 * sum(not char.isascii() for char in text)


class _AsUtf8(io.RawIOBase):
    """A stream of text in another encoding as UTF-8; what is no letter there is U+FFFD."""

    def __init__(self, source: BinaryIO, encoding: str) -> None:
        self._source = source
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._ready = b""
        self._is_done = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        while not self._ready and not self._is_done:
            data = self._source.read(_STEP)
            self._is_done = not data
            self._ready = self._decoder.decode(data, final=not data).encode("utf-8", "replace")
        piece, self._ready = self._ready[: len(buffer)], self._ready[len(buffer) :]
        buffer[: len(piece)] = piece
        return len(piece)


_copied: list[tuple[object, IO[bytes]]] = []  # of the standard input of this process: it can be read once


def standing_input() -> BinaryIO:
    """Standard input from its beginning on, however often it is asked for."""
    if not _copied or _copied[0][0] is not sys.stdin:
        for _, old in _copied:
            old.close()
        spool = cast(IO[bytes], tempfile.SpooledTemporaryFile(max_size=1 << 24))
        atexit.register(spool.close)
        shutil.copyfileobj(sys.stdin.buffer, spool)
        _copied[:] = [(sys.stdin, spool)]
    copy = _copied[0][1]
    copy.seek(0)
    return cast(BinaryIO, copy)
