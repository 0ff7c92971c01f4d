"""The command line with an encoder that needs no model, in a process that kills itself at a chosen call.

    CHAOS_KILL_AT=7 CHAOS_LOG=calls.txt python scripts/chaos_child.py run articles.jsonl --out out

Counted are the calls after which a disk holds something else: fsync, replace, rename, unlink, truncate and their like.
Before the one whose number is CHAOS_KILL_AT the process is killed, as a power cut would do it; CHAOS_LOG gets the
names of those that were made.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

CALLS = "fsync replace rename unlink remove truncate ftruncate rmdir mkdir link chmod".split()


def watch_calls() -> None:
    """Count the calls, and die before the chosen one."""
    kill_at, count = int(os.environ.get("CHAOS_KILL_AT", "0")), 0
    log = os.environ.get("CHAOS_LOG")

    def watched(name, call):
        def counted(*given, **named):
            nonlocal count
            count += 1
            if count == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
            if log:
                with open(log, "a", encoding="ascii") as stream:
                    stream.write(f"{name}\n")
            return call(*given, **named)

        return counted

    for name in CALLS:
        setattr(os, name, watched(name, getattr(os, name)))


def main() -> None:
    """Run the command line as `align` does."""
    from align.cli import main as align
    from align.match import matcher
    from align.run import session
    from tests.fakes import open_glossary_aligner, open_glossary_matcher

    session.open_aligner = open_glossary_aligner
    matcher.open_matcher = lambda settings, weights=None: open_glossary_matcher(settings)
    watch_calls()
    align()


if __name__ == "__main__":
    main()
