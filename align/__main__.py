"""python -m align."""

import os
import signal

_INTERRUPTED = 130  # 128 and the signal's number, as shells count


def main() -> None:
    """Run the command line; Ctrl-C while it is still loading is told in one line, too."""
    # Not by KeyboardInterrupt: a module that is half loaded can turn it into an error of its own.
    is_ours = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if is_ours:
        signal.signal(signal.SIGINT, _leave)
    from align.cli import main as run

    if is_ours:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    run()


def _leave(*_: object) -> None:
    os.write(2, b"align: interrupted\n")
    os._exit(_INTERRUPTED)


if __name__ == "__main__":
    main()
