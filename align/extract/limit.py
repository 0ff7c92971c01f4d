"""A time limit that interrupts the work inside it: a signal in the main thread, an injected exception in another.

Both reach Python code, the signal also the loops of the regular expression engines: in another thread such a loop runs
to its end, which is why pages are read in the main one where there is a choice (and why a worker of a cluster ends
itself). A call into the HTML parser is not cut short, but its work grows only with the page's size, which has a limit.
"""

from __future__ import annotations

import ctypes
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from align.errors import ReadError

_SECONDS_TO_NEXT_SIGNAL = 0.5  # should a library have swallowed the first


class _TimeUp(BaseException):
    """Not an Exception: libraries that catch those must not swallow it."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Interrupt the block after `seconds` (0: never).

    Raises ReadError("timeout") when that happened.
    """
    if seconds <= 0:
        yield
        return
    is_main = threading.current_thread() is threading.main_thread()
    try:
        with _alarm(seconds) if is_main else _injection(seconds):
            yield
    except _TimeUp:
        raise ReadError(
            "timeout",
            f"expected a document that is read in {seconds:g} seconds, found one that takes longer; "
            "raise read.max_seconds, or leave it out",
        ) from None


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    def ring(number: int, frame: FrameType | None) -> None:
        raise _TimeUp

    before = signal.signal(signal.SIGALRM, ring)
    outer, _ = signal.setitimer(signal.ITIMER_REAL, seconds, _SECONDS_TO_NEXT_SIGNAL)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, outer)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _injection(seconds: float) -> Iterator[None]:
    thread = ctypes.c_ulong(threading.get_ident())
    lock, is_over = threading.Lock(), False

    def ring() -> None:
        with lock:
            if not is_over:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, ctypes.py_object(_TimeUp))

    timer = threading.Timer(seconds, ring)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        with lock:
            is_over = True
        timer.cancel()
