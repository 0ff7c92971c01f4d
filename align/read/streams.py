"""Byte streams: looked into without being used up, and decompressed within bounds."""

from __future__ import annotations

import gzip
import io
import zlib
from typing import BinaryIO, NamedTuple, cast

from align.errors import ReadError

HEAD_BYTES = 65536
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_FREE_BYTES = 10_000_000  # decompressed bytes below which no ratio is too high: a page of spaces is no attack
_STEP_BYTES = 4096  # asked of a decompressor at once: pyarrow's loses those of the step in which it meets the damage


class Peeked(NamedTuple):
    """A stream from its beginning on, and its first bytes; `unpacked` is what makes it where it is decompressed."""

    head: bytes
    stream: BinaryIO
    unpacked: Unpacked | None = None

    @property
    def damage(self) -> ReadError | None:
        """Why the stream ended before its time, as far as it was read."""
        return self.unpacked.damage if self.unpacked else None


class _Joined(io.RawIOBase):
    """A stream whose first bytes were read already."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head = head
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        data = self._head[: len(buffer)] or self._rest.read(len(buffer))
        self._head = self._head[len(data) :]
        buffer[: len(data)] = data
        return len(data)


class _Counted(io.RawIOBase):
    """A stream that knows how many bytes were read from it."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        data = self._source.read(len(buffer))
        buffer[: len(data)] = data
        self.count += len(data)
        return len(data)


class Unpacked(io.RawIOBase):
    """A decompressor's output: it ends where the packed stream is cut off or damaged, and `damage` says so.

    Raises ReadError("ratio") when it swells beyond reason.
    """

    def __init__(self, plain: BinaryIO, packed: _Counted, max_ratio: int) -> None:
        self._plain = plain
        self._packed = packed
        self._max_ratio = max_ratio
        self._count = 0
        self.damage: ReadError | None = None
        self.ends_line = False  # whether the last byte read ends a line

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        """Fill the front of `buffer`; 0 at the end, also at an untimely one."""
        data = self._next(min(len(buffer), _STEP_BYTES))
        buffer[: len(data)] = data
        self._count += len(data)
        self.ends_line = data.endswith(b"\n") if data else self.ends_line
        if self._count > max(_FREE_BYTES, self._max_ratio * max(1, self._packed.count)):
            raise ReadError(
                "ratio",
                f"expected at most {self._max_ratio} bytes out of each compressed byte, found more after "
                f"{self._count} bytes; unpack the file, or raise read.max_ratio",
            )
        return len(data)

    def _next(self, size: int) -> bytes:
        if self.damage is not None:
            return b""
        try:
            return self._plain.read1(size)  # type: ignore[attr-defined,no-any-return]
        except (EOFError, zlib.error, OSError) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise  # the disk's, not the decompressor's
            self.damage = ReadError(
                "compressed",
                f"expected a whole gzip or Zstandard file, found one that is damaged ({error}) after {self._count} "
                "unpacked bytes; what stands before is used: fetch it again for the rest",
            )
            return b""


def peek(stream: BinaryIO) -> Peeked:
    """The first bytes of `stream`, and a stream that begins with them."""
    head = b""
    while len(head) < HEAD_BYTES and (data := stream.read(HEAD_BYTES - len(head))):
        head += data
    return Peeked(head, _buffered(_Joined(head, stream)))


def is_packed(head: bytes) -> bool:
    """Whether the bytes begin like gzip or Zstandard."""
    return head.startswith((_GZIP, _ZSTD))


def first_unpacked(head: bytes) -> bytes:
    """The first decompressed bytes of a stream that begins with `head`; none when it is damaged."""
    try:
        if head.startswith(_GZIP):
            return zlib.decompressobj(31).decompress(head, 64)
        import pyarrow

        return bytes(pyarrow.CompressedInputStream(io.BytesIO(head), "zstd").read(64))
    except (zlib.error, OSError):
        return b""


def unpack(peeked: Peeked, max_ratio: int) -> Peeked:
    """The decompressed stream, up to where it is damaged. Raises ReadError("ratio") when it swells too much."""
    counted = _Counted(peeked.stream)
    packed = _buffered(counted)
    if peeked.head.startswith(_GZIP):
        plain = cast(BinaryIO, gzip.GzipFile(fileobj=packed))
    else:
        import pyarrow

        plain = cast(BinaryIO, pyarrow.CompressedInputStream(packed, "zstd"))
    unpacked = Unpacked(plain, counted, max_ratio)
    return peek(_buffered(unpacked))._replace(unpacked=unpacked)


def _buffered(raw: io.RawIOBase) -> BinaryIO:
    return cast(BinaryIO, io.BufferedReader(raw, buffer_size=1 << 18))
