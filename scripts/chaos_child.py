"""One command line with an encoder that needs no model, in a forked process that can be killed at a chosen call.

    python scripts/chaos_child.py --kill-at 7 run articles.jsonl --out out      # the same from a shell

Counted are the calls after which a disk holds something else: fsync, replace, rename, unlink, truncate and their like.
Before the chosen one the process is killed, as a power cut would do it. A fork of a process that has imported
everything costs a twentieth of a second where a new interpreter costs one, so hundreds of kills fit into a test.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

CALLS = "fsync replace rename unlink remove truncate ftruncate rmdir mkdir link chmod".split()
# What commands import on the way.
HEAVY = (
    "datasketch faiss matplotlib.backends.backend_agg matplotlib.backends.backend_svg matplotlib.figure numpy.random "
    "pandas pyarrow.parquet scipy.optimize scipy.sparse sqlalchemy.dialects.sqlite trafilatura uvicorn"
).split()
LIMIT = 120.0  # seconds after which a command counts as hung


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended."""

    code: int  # negative: the signal that ended it
    seconds: float
    stdout: bytes
    stderr: str


def preload() -> None:
    """Import what commands import, so that each fork has it; nothing is run, so no thread is started."""
    import importlib

    for path in sorted((ROOT / "align").rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        if not name.endswith("__main__") and "torch" not in name:
            with contextlib.suppress(ImportError):  # of an extra that is not installed
                importlib.import_module(name)
    for name in HEAVY:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    gc.freeze()  # what is here is not gone through, and so not copied, in each fork


def align(
    folder: Path,
    *arguments: str,
    kill_at: int = 0,
    log: Path | None = None,
    after: float | None = None,
    stdout: str | None = None,
) -> Done:
    """One command in `folder`; killed before its n-th call, or after so many seconds."""
    begin = time.perf_counter()
    with TemporaryFile() as out, TemporaryFile() as err:
        child = os.fork()
        if child == 0:
            _become(folder, arguments, (out.fileno(), err.fileno()), stdout, lambda: watch_calls(kill_at, log))
        status, hung = _wait(child, after if after is not None else LIMIT)
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read())
    said = texts[1].decode("utf-8", "replace") + ("\nhung: killed" if hung and after is None else "")
    return Done(os.waitstatus_to_exitcode(status), time.perf_counter() - begin, texts[0], said)


def _wait(child: int, seconds: float) -> tuple[int, bool]:
    """The child's status, and whether it had to be killed."""
    end, pause = time.perf_counter() + seconds, 0.0005
    while time.perf_counter() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return status, False
        time.sleep(pause)
        pause = min(0.01, 1.5 * pause)
    os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1], True


def _become(
    folder: Path, arguments: tuple[str, ...], streams: tuple[int, int], stdout: str | None, watch: Callable[[], None]
) -> NoReturn:
    code = 70
    try:
        os.chdir(folder)
        os.environ["COLUMNS"] = "100"
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(os.open(stdout, os.O_WRONLY | os.O_CREAT) if stdout else streams[0], 1)
        os.dup2(streams[1], 2)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        sys.argv = ["align", *arguments]
        watch()
        code = run_command()
    except BaseException:
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except OSError as error:
                os.write(2, f"Exception ignored at exit: {error}\n".encode())  # as the interpreter says it
                code = 120
        os._exit(code)


def run_command() -> int:
    """The command line in sys.argv, with the doubles; its exit code."""
    from align import cli

    use_doubles()
    if sys.argv[1] == "decide":
        accept_all(Path(sys.argv[2]), sys.argv[3])
        return 0
    try:
        cli.main()
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


def accept_all(source: Path, store: str) -> None:
    """A review store of the source in which one reviewer has accepted every pair."""
    from sqlalchemy import select

    from align.review.opening import open_review
    from align.store.decide import Change, apply_change
    from align.store.reviewers import add_reviewer
    from align.store.schema import Pair

    opened = open_review([source], store)
    reviewer = add_reviewer(opened, "Mona", is_lead=True)
    with opened.reading() as session:
        pairs = session.scalars(select(Pair.id).order_by(Pair.id)).all()
    for pair in pairs:
        apply_change(opened, reviewer, Change(f"accept-{pair}", pair, 0, {"choice": "accept"}))


def use_doubles() -> None:
    """Put an encoder that needs no model in the place of the real one."""
    from align.match import matcher
    from align.run import session
    from tests.fakes import open_glossary_aligner, open_glossary_matcher

    session.open_aligner = open_glossary_aligner
    matcher.open_matcher = lambda settings, weights=None: open_glossary_matcher(settings)


def watch_calls(kill_at: int, log: Path | None) -> None:
    """Count the calls, and die before the chosen one; `log` gets the names of those that were made."""
    count = 0

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


if __name__ == "__main__":
    kill_at = 0
    if sys.argv[1:2] == ["--kill-at"]:
        kill_at = int(sys.argv[2])
        del sys.argv[1:3]
    watch_calls(kill_at, None)
    sys.exit(run_command())
