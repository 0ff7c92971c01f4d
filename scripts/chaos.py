"""What the commands do when they are killed, when the disk is full, and when their input is garbage.

    python scripts/chaos.py                      # everything: an hour
    python scripts/chaos.py --small --parts kills,disk,records,texts   # what the tests run
    python scripts/chaos.py --parts kills --seed 7

kills: each command is killed at every call that changes what the disk holds (fsync, replace, unlink ...), and at random
moments. What it left must be readable, each file old or new; the same command again must give what an
undisturbed one gives, byte for byte, and leave nothing behind.
disk: each command writes to a full device, into a folder that may not be written, over a file in the way. One line on
standard error, no traceback, and what was there is whole.
records: mutated files of every format through import and check. pages: mutated pages and articles through run. texts:
degenerate texts through check. Accepted or refused with a code, no traceback, none over five seconds.

Prints a line per scenario; ends with 1 and says what broke.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from scripts.chaos_inputs import fill  # noqa: E402

FORMATS = "jsonl tsv csv moses tmx xliff1.2 xliff2.1 parquet dataset".split()
SLOW = 5.0  # seconds a single input may take
LIMIT = 120.0  # seconds after which a command counts as hung
# What tells of the run rather than of its result.
TIMES = ("seconds", "peak_bytes", "this_run", "items", "inputs")


@dataclass(frozen=True, slots=True)
class Scenario:
    """A command, what comes before it, and what it writes."""

    name: str
    before: tuple[tuple[str, ...], ...]
    command: tuple[str, ...]
    out: str  # file or folder, in the working folder
    reads: tuple[str, ...] = ()  # further files that must stay as they were


def scenarios() -> list[Scenario]:
    """Every command that writes."""
    run = ("run", "old.jsonl", "--out", "run", "-q")
    found = [
        Scenario("run", (), run, "run"),
        Scenario("run again", (run,), ("run", "new.jsonl", "--out", "run", "-q"), "run"),
        Scenario("run --redo", (run,), ("run", "new.jsonl", "--out", "run", "-q", "--redo"), "run"),
        Scenario("report", (run,), ("report", "run", "--out", "report.html"), "report.html", ("run",)),
        Scenario("mine", (), ("mine", "mine.en", "mine.ar", "--out", "mined", "-q"), "mined"),
        Scenario("index build", (), ("index", "build", "tweets.jsonl", "--out", "idx", "-q"), "idx"),
        Scenario(
            "index add",
            (("index", "build", "tweets.jsonl", "--out", "idx", "-q"),),
            ("index", "add", "idx", "later.jsonl", "-q"),
            "idx",
        ),
        Scenario("import", (), ("import", "pairs.jsonl", "--out", "in.jsonl"), "in.jsonl"),
        Scenario("corpus merge", (), ("corpus", "merge", "pairs.jsonl", "more.jsonl", "--out", "m.jsonl"), "m.jsonl"),
        Scenario("corpus split", (), ("corpus", "split", "pairs.jsonl", "--out", "s.jsonl"), "s.jsonl"),
    ]
    for form in FORMATS:
        export = ("export", "pairs.jsonl", "--format", form, "--out", f"export/{form}")
        found.append(Scenario(f"export {form}", (), export, "export", ("pairs.jsonl",)))
        old = ("export", "more.jsonl", *export[2:])
        over = (*export, "--overwrite") if form == "dataset" else export
        found.append(Scenario(f"export {form} over another", (old,), over, "export", ("pairs.jsonl",)))
    return found


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended."""

    code: int
    seconds: float
    stdout: bytes
    stderr: str


def align(folder: Path, *arguments: str, kill_at: int = 0, log: Path | None = None, after: float | None = None) -> Done:
    """One command in `folder`; killed before its n-th call, or after so many seconds."""
    environment = {**os.environ, "CHAOS_KILL_AT": str(kill_at), "COLUMNS": "100"}
    if log:
        environment["CHAOS_LOG"] = str(log)
    begin = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "scripts/chaos_child.py"), *arguments],
        cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        out, err = process.communicate(timeout=after if after is not None else LIMIT)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        out, err = process.communicate()
        if after is None:
            err += b"\nhung: killed"
    return Done(process.returncode, time.perf_counter() - begin, out, err.decode("utf-8", "replace"))


def content(path: Path) -> dict[str, bytes]:
    """The files below a path (or the file itself) with what they hold, times aside."""
    files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file()) if path.exists() else []
    found = {}
    for file in files:
        data = file.read_bytes()
        if file.name == "run.json":
            row = json.loads(data)
            data = json.dumps({key: value for key, value in row.items() if key not in TIMES}, sort_keys=True).encode()
        found[str(file.relative_to(path.parent))] = data
    return found


def visible(files: dict[str, bytes]) -> dict[str, bytes]:
    """What users read: hidden files and the locks beside an index aside."""
    return {name: data for name, data in files.items() if not Path(name).name.startswith(".")}


def broken_lines(files: dict[str, bytes]) -> list[str]:
    """Files of JSON lines with a line that is no JSON."""
    bad = []
    for name, data in files.items():
        if name.endswith((".jsonl", ".json")):
            try:
                for line in data.splitlines() if name.endswith(".jsonl") else [data]:
                    json.loads(line)
            except ValueError:
                bad.append(name)
    return bad


class Kills:
    """Kills one command at chosen moments and looks at what it leaves."""

    def __init__(self, scenario: Scenario, inputs: Path, work: Path) -> None:
        self.scenario, self.inputs, self.work = scenario, inputs, work
        self.start = self._fresh("start")
        self.old = visible(content(self.start / scenario.out))
        whole, log = self._copy("whole"), work / "calls.txt"
        log.unlink(missing_ok=True)
        done = align(whole, *scenario.command, log=log)
        if done.code != 0:
            raise SystemExit(f"{scenario.name}: exit {done.code} undisturbed: {done.stderr[-400:]}")
        self.seconds, self.calls = done.seconds, len(log.read_text().splitlines()) if log.exists() else 0
        self.new = visible(content(whole / scenario.out))

    def _fresh(self, name: str) -> Path:
        folder = self.work / name
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.inputs, folder)
        for command in self.scenario.before:
            done = align(folder, *command)
            if done.code != 0:
                raise SystemExit(f"{' '.join(command)}: exit {done.code}: {done.stderr[-400:]}")
        return folder

    def _copy(self, name: str) -> Path:
        folder = self.work / name
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.start, folder)
        return folder

    def at(self, *, call: int = 0, after: float | None = None) -> list[str]:
        """What is wrong after a kill there; empty where all is well."""
        scenario, folder = self.scenario, self._copy("killed")
        given = {name: content(folder / name) for name in scenario.reads}
        align(folder, *scenario.command, kill_at=call, after=after)
        left = visible(content(folder / scenario.out))
        wrong = [f"half a file: {name}" for name in broken_lines(left)]
        lost = [name for name in self.old if name not in left and not self._may_go(name)]
        if lost and not self._stands_aside(folder):
            wrong.append(f"lost: {lost}")
        mixed = [
            n for n, data in left.items() if n.endswith("s.jsonl") and data not in (self.old.get(n), self.new.get(n))
        ]
        if mixed and not scenario.name.startswith("run"):  # a run that was stopped holds what it had done
            wrong.append(f"neither old nor new: {mixed}")
        wrong += [f"changed an input: {name}" for name, was in given.items() if content(folder / name) != was]
        again = align(folder, *scenario.command)
        if again.code != 0:
            return [*wrong, f"again: exit {again.code}: {again.stderr.strip()[-300:]}"]
        after_all = content(folder / scenario.out)
        if visible(after_all) != self.new:
            differ = {n for n in {*self.new, *visible(after_all)} if self.new.get(n) != after_all.get(n)}
            wrong.append(f"again gives other files: {sorted(differ)}")
        rest = [str(p.relative_to(folder)) for p in folder.rglob("*") if p.name.endswith((".tmp", "old"))]
        return [*wrong, f"left behind: {rest}"] if rest else wrong

    def _may_go(self, name: str) -> bool:
        return name not in self.new

    def _stands_aside(self, folder: Path) -> bool:
        """A folder that was moved aside while its successor took its place; the next command brings it back."""
        return any(p.is_dir() and p.name.endswith("old") for p in folder.rglob(".*"))


def kills(small: bool, chance: random.Random, work: Path) -> Iterator[tuple[str, list[str]]]:
    """Every scenario, killed at its calls and at random moments."""
    inputs = work / "inputs"
    inputs.mkdir()
    fill(inputs, small=small)
    for scenario in scenarios():
        if small and scenario.name not in ("run again", "index add", "export dataset over another", "export moses"):
            continue
        case = Kills(scenario, inputs, work / "kills")
        places = list(range(1, case.calls + 1))
        places = sorted(chance.sample(places, min(3, len(places)))) if small else places
        wrong = [f"at call {n}: {what}" for n in places for what in case.at(call=n)]
        moments = [chance.uniform(0, case.seconds) for _ in range(1 if small else 5)]
        wrong += [f"after {t:.2f} s: {what}" for t in moments for what in case.at(after=t)]
        yield f"{scenario.name}: killed at {len(places)} of {case.calls} calls, {len(moments)} moments", wrong


def out_of(command: tuple[str, ...], place: str) -> tuple[str, ...]:
    """The command with another place for its result."""
    at = command.index("--out")
    return (*command[: at + 1], place, *command[at + 2 :])


def disk(small: bool, chance: random.Random, work: Path) -> Iterator[tuple[str, list[str]]]:
    """Every command whose result has nowhere to go."""
    inputs = work / "disk"
    inputs.mkdir()
    fill(inputs, small=True)
    align(inputs, "run", "old.jsonl", "--out", "run", "-q")
    align(inputs, "index", "build", "tweets.jsonl", "--out", "idx", "-q")
    (inputs / "file").write_text("in the way", encoding="utf-8")
    for scenario in scenarios():
        if "over another" in scenario.name or "again" in scenario.name or "--out" not in scenario.command:
            continue
        places = ["file/out", "/proc/none/out"]
        if (
            "." in scenario.out
            or "export" in scenario.name
            and "dataset" not in scenario.name
            and "moses" not in scenario.name
        ):
            places.append("/dev/full")
        wrong = []
        for place in chance.sample(places, 1) if small else places:
            done = align(inputs, *out_of(scenario.command, place))
            wrong += [f"{place}: {what}" for what in complaints(done, expected=(1, 2))]
        yield f"{scenario.name}: no place for the result", wrong
        if (inputs / "file").read_text(encoding="utf-8") != "in the way":
            yield scenario.name, ["wrote over the file in the way"]


def complaints(done: Done, expected: tuple[int, ...]) -> list[str]:
    """What is wrong with how a command ended."""
    wrong = []
    if "Traceback" in done.stderr or "hung: killed" in done.stderr:
        wrong.append(done.stderr.strip()[-300:])
    elif done.code not in expected:
        wrong.append(f"exit {done.code}: {done.stderr.strip()[-300:]}")
    elif done.code and len([line for line in done.stderr.splitlines() if line.startswith("align:")]) < 1:
        wrong.append(f"says nothing of exit {done.code}: {done.stderr.strip()[-200:]}")
    return wrong


PARTS: dict[str, Callable[[bool, random.Random, Path], Iterator[tuple[str, list[str]]]]] = {
    "kills": kills,
    "disk": disk,
}


def main() -> None:
    """Run the parts that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--parts", default=",".join(PARTS))
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    failed = 0
    for name in arguments.parts.split(","):
        with tempfile.TemporaryDirectory(prefix="align-chaos-") as folder:
            for said, wrong in PARTS[name](arguments.small, random.Random(arguments.seed), Path(folder)):
                print(f"{'FAILED' if wrong else 'ok':6} {name}: {said}", flush=True)
                for what in wrong:
                    print(f"       {what}", flush=True)
                failed += bool(wrong)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
