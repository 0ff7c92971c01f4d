"""The command line: every command parses, calls one function below, prints its summary."""

from __future__ import annotations

import os
import signal

_INTERRUPTED = 130  # as in align.cli.app, which is not loaded yet when this is needed


def main() -> None:
    """Run the command line. Ctrl-C while it is still loading ends it with one line, as it does later."""
    # Not by KeyboardInterrupt: a module that is half loaded would turn it into an error of its own.
    loads_by_hand = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if loads_by_hand:
        signal.signal(signal.SIGINT, _leave)
    from align.cli.app import main as run

    if loads_by_hand:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    run()


def _leave(*_: object) -> None:
    os.write(2, b"align: interrupted\n")
    os._exit(_INTERRUPTED)


__all__ = ["main"]
