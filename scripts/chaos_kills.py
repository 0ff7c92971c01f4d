"""Part `kills`: each command killed at every call that changes the disk, and at random moments."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from scripts.chaos_child import align
from scripts.chaos_inputs import fill
from scripts.chaos_scenarios import RUN, Scenario, scenarios

# What tells of the run rather than of its result.
TIMES = ("seconds", "peak_bytes", "this_run", "items", "inputs")
SEEN = ".seen.json"  # which files of an index were found whole: a note that readers leave, of inodes and times
SMALL = ("run again", "index add", "mine", "corpus filter", "export dataset over another", "export moses")
Finding = tuple[str, list[str]]


def content(path: Path) -> dict[str, bytes]:
    """The files below a path (or the file itself) with what they hold, times aside."""
    files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file()) if path.exists() else []
    found = {}
    for file in files:
        if SEEN in file.name:  # or its temporary file, which the next reader sweeps
            continue
        data = file.read_bytes()
        if file.name == "run.json":
            row = json.loads(data)
            data = json.dumps({key: value for key, value in row.items() if key not in TIMES}, sort_keys=True).encode()
        found[str(file.relative_to(path.parent))] = data
    return found


def visible(files: dict[str, bytes]) -> dict[str, bytes]:
    """What users read: hidden files, and what stands in hidden folders, aside."""
    return {name: data for name, data in files.items() if not any(p.startswith(".") for p in Path(name).parts)}


def broken_lines(files: dict[str, bytes]) -> list[str]:
    """Files of JSON or JSON lines of which a line is no JSON."""
    bad = []
    for name, data in files.items():
        if name.endswith((".jsonl", ".json")):
            try:
                for line in data.splitlines() if name.endswith(".jsonl") else [data]:
                    json.loads(line)
            except ValueError:
                bad.append(name)
    return bad


def leftovers(folder: Path) -> list[str]:
    """Temporary files and folders that nobody has cleared away."""
    return [str(p.relative_to(folder)) for p in folder.rglob("*") if p.name.endswith((".tmp", "old"))]


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
        wrong = self._left(visible(content(folder / scenario.out)), folder)
        wrong += [f"changed an input: {name}" for name, was in given.items() if content(folder / name) != was]
        again = align(folder, *scenario.command)
        if again.code == 1 and scenario.instead:
            again = align(folder, *scenario.instead)
        if again.code != 0:
            return [*wrong, f"again: exit {again.code}: {again.stderr.strip()[-300:]}"]
        after_all = visible(content(folder / scenario.out))
        if after_all != self.new:
            differ = {name for name in {*self.new, *after_all} if self.new.get(name) != after_all.get(name)}
            wrong.append(f"again gives other files: {sorted(differ)}")
        rest = leftovers(folder)
        return [*wrong, f"left behind: {rest}"] if rest else wrong

    def _left(self, left: dict[str, bytes], folder: Path) -> list[str]:
        """What is wrong with the files that a killed command left."""
        wrong = [f"half a file: {name}" for name in broken_lines(left)]
        lost = [name for name in self.old if name not in left and name in self.new]
        if lost and not any(
            p.is_dir() and p.name.endswith("old") for p in folder.rglob(".*")
        ):  # moved aside: comes back
            wrong.append(f"lost: {lost}")
        mixed = [name for name, data in left.items() if data not in (self.old.get(name), self.new.get(name))]
        if mixed and not self.scenario.name.startswith("run"):  # a run that was stopped holds what it had done
            wrong.append(f"neither old nor new: {mixed}")
        return wrong


def kills(small: bool, chance: random.Random, work: Path) -> Iterator[Finding]:
    """Every scenario, killed at its calls and at random moments."""
    inputs = work / "inputs"
    inputs.mkdir()
    fill(inputs, small=small)
    for scenario in scenarios():
        if small and scenario.name not in SMALL:
            continue
        case = Kills(scenario, inputs, work / "kills")
        places = list(range(1, case.calls + 1))
        places = sorted(chance.sample(places, min(6, len(places)))) if small else places
        wrong = [f"at call {n}: {what}" for n in places for what in case.at(call=n)]
        moments = [chance.uniform(0, case.seconds) for _ in range(2 if small else 10)]
        wrong += [f"after {t:.2f} s: {what}" for t in moments for what in case.at(after=t)]
        yield f"{scenario.name}: killed at {len(places)} of {case.calls} calls, {len(moments)} moments", wrong
    yield serve_killed(inputs, work / "serve", [chance.uniform(0, 1.5) for _ in range(2 if small else 20)])


def serve_killed(inputs: Path, work: Path, moments: list[float]) -> Finding:
    """A review server killed while it takes a run in: the store is sound, and the next command takes in the rest."""
    shutil.copytree(inputs, work)
    align(work, *RUN)
    stats = ("review", "stats", "run", "--json")
    wanted, wrong = align(work, *stats, "--store", "whole.sqlite").stdout, []
    for number, moment in enumerate(moments):
        store = f"{number}.sqlite"
        align(work, "review", "serve", "run", "--store", store, "--no-browser", "--port", "0", after=moment)
        again = align(work, *stats, "--store", store)
        if again.code or again.stdout != wanted:
            wrong.append(f"after {moment:.2f} s: other figures: exit {again.code}: {again.stderr.strip()[-300:]}")
            continue
        if _pairs_in(work / store) != _pairs_in(work / "whole.sqlite"):
            wrong.append(f"after {moment:.2f} s: other pairs in the store")
    return f"review serve: killed at {len(moments)} moments", wrong


def _pairs_in(store: Path) -> list[tuple[object, ...]]:
    with sqlite3.connect(store) as database:
        assert database.execute("pragma integrity_check").fetchone() == ("ok",)
        return database.execute("select id, row from pairs order by id").fetchall()
