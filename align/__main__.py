"""python -m align."""

import sys


def main() -> None:
    """Run the command line; Ctrl-C while it is still loading is told in one line, too."""
    try:
        from align.cli import main as run
    except KeyboardInterrupt:
        print("align: interrupted", file=sys.stderr)  # noqa: T201 - the command line is not there yet
        sys.exit(130)
    run()


if __name__ == "__main__":
    main()
