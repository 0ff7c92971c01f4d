"""Many inputs through one piece of work, each under a limit of time and memory, in a process whose death is a finding.

The worker is a fork. It says when it begins an input and what became of it; when it falls silent, dies, or is killed
for memory, that input is a finding and a new worker goes on behind it. The limit is of processor time and by signal, so
that a busy machine finds no fault where there is none; a call that no signal reaches is ended from outside.
"""

from __future__ import annotations

import faulthandler
import json
import os
import resource
import select
import signal
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from types import FrameType
from typing import Any, NoReturn, Protocol

PACKAGE = f"{Path(__file__).resolve().parents[1] / 'align'}/"
SECONDS = 5.0  # of processor time that one input may take
SILENCE = 60.0  # seconds without a word after which a worker is ended from outside
BYTES = 4 << 30  # of memory that a worker may ask for
_SHOWN = 25  # kinds of faults that are told


class TooSlow(BaseException):
    """Not an Exception: nothing that works on an input may swallow it."""


class Work(Protocol):
    """What is done with input `number`; the codes of what became of it, any exception a fault."""

    def __call__(self, number: int) -> list[str]: ...


@dataclass(slots=True)
class Results:
    """What became of all inputs."""

    outcomes: Counter[str] = field(default_factory=Counter)
    faults: dict[str, list[int]] = field(default_factory=dict)  # what broke: the numbers of the inputs that broke it
    slowest: tuple[float, int] = (0.0, 0)  # seconds of processor time, and the input

    def told(self) -> list[str]:
        """A line a kind of fault: how often, the first inputs, what."""
        kinds = sorted(self.faults.items(), key=lambda item: -len(item[1]))[:_SHOWN]
        return [f"{len(numbers)} x (inputs {', '.join(map(str, numbers[:4]))}): {what}" for what, numbers in kinds]

    def summary(self) -> str:
        """The outcomes, the most frequent first."""
        found = ", ".join(f"{name} {count}" for name, count in self.outcomes.most_common(12))
        return f"slowest {self.slowest[0]:.1f} s (input {self.slowest[1]}); {found}"


def guarded(count: int, work: Callable[[], Work]) -> Results:
    """Inputs 0 to `count` through what `work` makes in each worker."""
    results, start = Results(), 0
    while start < count:
        start = _one_worker(start, count, work, results)
    return results


def _one_worker(start: int, count: int, work: Callable[[], Work], results: Results) -> int:
    """The number of the input that comes next."""
    reader, writer = os.pipe()
    with TemporaryFile() as stacks:
        child = os.fork()
        if child == 0:
            os.close(reader)
            _work_on(start, count, work, writer, stacks.fileno())
        os.close(writer)
        with os.fdopen(reader, "rb") as stream:
            number = start - 1
            for line in _lines(stream, child):
                if line is None:
                    os.kill(child, signal.SIGKILL)
                    break
                number = _book(line, number, results)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if status != 0:
            stacks.seek(0)
            said = stacks.read().decode("utf-8", "replace")
            if number < start:
                raise SystemExit(f"the worker did not start: {said}")
            stack = " < ".join(line.strip() for line in said.split("\n")[1:6])
            ended = (
                f"nothing heard for {SILENCE:.0f} s" if status == -signal.SIGKILL else f"the process died of {-status}"
            )
            results.faults.setdefault(f"{ended}: {stack}", []).append(number)
    return number + 1


def _book(line: dict[str, Any], number: int, results: Results) -> int:
    if "begin" in line:
        return int(line["begin"])
    results.outcomes.update(line["codes"])
    results.slowest = max(results.slowest, (line["seconds"], number))
    for what in line["faults"]:
        results.faults.setdefault(what, []).append(number)
    return number


def _lines(stream: Any, child: int) -> Iterator[dict[str, Any] | None]:
    """What the worker says; None when it has said nothing for too long."""
    os.set_blocking(stream.fileno(), False)
    held = b""
    while True:
        if not select.select([stream], [], [], SILENCE)[0]:
            os.kill(child, signal.SIGUSR1)  # where it stands
            time.sleep(1.0)
            yield None
            return
        data = stream.read(65536)
        if not data:
            return
        *whole, held = (held + data).split(b"\n")
        yield from map(json.loads, whole)


def _work_on(start: int, count: int, work: Callable[[], Work], writer: int, stacks: int) -> NoReturn:
    code = 70
    try:
        faulthandler.enable(stacks)
        faulthandler.register(signal.SIGUSR1, stacks)
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        resource.setrlimit(resource.RLIMIT_DATA, (BYTES, BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.fsync = lambda fd: None  # that writing is durable is asked elsewhere
        signal.signal(signal.SIGPROF, _ring)
        done = work()
        for number in range(start, count):
            _say(writer, {"begin": number})
            _say(writer, _outcome(done, number))
        code = 0
    except BaseException:
        os.write(stacks, b"\n" + traceback.format_exc().encode("utf-8", "replace"))
    finally:
        os._exit(code)


def _say(writer: int, row: dict[str, Any]) -> None:
    os.write(writer, json.dumps(row).encode() + b"\n")


def _ring(number: int, frame: FrameType | None) -> None:
    raise TooSlow


def _outcome(work: Work, number: int) -> dict[str, Any]:
    codes: list[str] = []
    faults: list[str] = []
    begin = time.process_time()
    try:
        try:
            signal.setitimer(signal.ITIMER_PROF, SECONDS)
            codes = work(number)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    except (Exception, TooSlow) as error:  # around both: the clock may ring while it is stopped
        faults = [place_of(error)]
    seconds = time.process_time() - begin
    if seconds > SECONDS + 1 and not faults:
        faults = [f"took {seconds:.0f} s in a call that no signal reaches"]
    return {"codes": codes, "faults": faults, "seconds": seconds}


def place_of(error: BaseException) -> str:
    """The kind of an exception and the last line of ours that it went through: equal for equal faults."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.startswith(PACKAGE)]
    last, where, said = frames[-1] if frames else None, "no line of align", str(error).split("\n")[0][:100]
    if last is not None and isinstance(error, TooSlow):  # in which line the clock rang is chance
        where = f"{last.filename.removeprefix(PACKAGE)} {last.name}"
    elif last is not None:
        where = f"{last.filename.removeprefix(PACKAGE)}:{last.lineno} {last.name}"
    return f"{type(error).__name__} {said} at {where}" if said else f"{type(error).__name__} at {where}"
