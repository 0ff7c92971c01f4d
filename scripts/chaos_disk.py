"""Part `disk`: each command with nowhere to write its result, or with too little room for it."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from scripts.chaos_child import ROOT, Done, align
from scripts.chaos_inputs import fill
from scripts.chaos_kills import Finding, content, leftovers
from scripts.chaos_scenarios import BUILD, DECIDE, RUN, Scenario, out_of, scenarios

ROOMS = (0, 8_192, 24_576, 57_344)  # bytes left on the disk
# Commands whose result is their standard output, given a device that is full.
PRINTING = (
    *(("check", "pairs.jsonl", "--no-encoder", "-f", form) for form in "text json jsonl tsv html github".split()),
    ("check", "--list"),
    ("corpus", "diff", "pairs.jsonl", "more.jsonl"),
    ("corpus", "stats", "pairs.jsonl"),
    ("export", "pairs.jsonl", "--out", "-"),
    ("evaluate", "pairs.jsonl"),
    ("search", "جسر قديم", "--index", "idx"),
    ("review", "stats", "store.sqlite"),
    ("report", "run", "--out", "-"),
    ("run", "old.jsonl", "--out", "again", "--json"),
    ("--help",),
)


def disk(small: bool, chance: random.Random, work: Path) -> Iterator[Finding]:
    """Every command whose result has nowhere to go."""
    inputs = work / "disk"
    inputs.mkdir()
    fill(inputs, small=True)
    for command in (RUN, BUILD, DECIDE):
        align(inputs, *command)
    (inputs / "file").write_text("in the way", encoding="utf-8")
    with ExitStack() as stack:
        places, full_place, rooms = ["file/out", "/proc/none/out"], False, ROOMS[:2] if small else ROOMS
        for kind in (locked, full):
            place, reason = stack.enter_context(kind(inputs))
            if place is None:
                yield f"{kind.__name__} folder: skipped, {reason}", []
            elif kind is full:
                full_place = True
            else:
                places.append(f"{place}/out")
        for scenario in scenarios():
            if "over another" in scenario.name or "--out" not in scenario.command or "again" in scenario.name:
                continue
            here = [*places, *([] if scenario.is_folder else ["/dev/full"])]
            chosen = chance.sample(here, 2) if small else here
            wrong = [f"{place}: {what}" for place in chosen for what in written_to(inputs, scenario, place)]
            if full_place:
                wrong += [f"{room} bytes: {what}" for room in rooms for what in with_room(inputs, scenario, room)]
            yield f"{scenario.name}: no place for the result ({len(chosen)} places, {len(rooms)} full disks)", wrong
    for command in chance.sample(PRINTING, 4) if small else PRINTING:
        done = align(inputs, *command, stdout="/dev/full")
        said = align(inputs, *command).stdout
        yield f"{' '.join(command)} > /dev/full", complaints(done, expected=(1, 2) if said else (0,))
    yield "| head -1 ends with 0", closed_pipe(inputs)


def written_to(inputs: Path, scenario: Scenario, place: str) -> list[str]:
    """What is wrong with how a command took it that it cannot write there."""
    for command in scenario.before if "decide" not in str(scenario.before) else ():
        align(inputs, *command)
    folder = inputs / Path(place).parent
    before = content(folder) if folder.is_dir() and not place.startswith("/") else {}
    done = align(inputs, *out_of(scenario.command, place))
    wrong = complaints(done, expected=(1, 2))
    if before and content(folder) != before:
        wrong.append(f"changed what was there: {sorted({n for n, _ in content(folder).items() ^ before.items()})}")
    if (inputs / "file").read_text(encoding="utf-8") != "in the way":
        wrong.append("wrote over the file in the way")
    return wrong + [f"left behind: {name}" for name in leftovers(inputs)]


def with_room(inputs: Path, scenario: Scenario, room: int) -> list[str]:
    """What is wrong when the disk has `room` bytes left: the old result stays whole, or the new one is there."""
    folder, place = inputs / "full", "full/folder" if scenario.is_folder else "full/out"
    shutil.rmtree(folder / "folder", ignore_errors=True)
    for path in folder.iterdir():
        path.unlink()
    (folder / "out").write_text("an old result\n", encoding="utf-8")
    fill_up(folder / "filling")
    os.truncate(folder / "filling", max(0, (folder / "filling").stat().st_size - room))
    done = align(inputs, *out_of(scenario.command, place))
    wrong = complaints(done, expected=(0, 1, 2))
    if done.code and (folder / "out").read_text(encoding="utf-8") != "an old result\n":
        wrong.append("the old result is gone")
    return wrong + [f"left behind: {name}" for name in leftovers(folder)]


def complaints(done: Done, expected: tuple[int, ...]) -> list[str]:
    """What is wrong with how a command ended."""
    said = done.stderr.strip()
    if any(sign in said for sign in ("Traceback", "hung: killed", "Exception ignored")) or done.code < 0:
        return [f"exit {done.code}: {said[-400:]}"]
    if done.code not in expected:
        return [f"exit {done.code}: {said[-300:]}"]
    lines = [line for line in said.splitlines() if line.startswith(("align:", "Error:", "Usage:"))]
    if done.code and not lines:
        return [f"says nothing of exit {done.code}: {said[-200:]}"]
    return []


@contextmanager
def locked(inputs: Path) -> Iterator[tuple[str | None, str]]:
    """A folder in which nothing can be written, by root neither: a read-only mount."""
    folder = inputs / "locked"
    folder.mkdir()
    with mounted(folder, "size=64k,ro") as reason:
        yield ("locked" if reason is None else None), reason or ""


@contextmanager
def full(inputs: Path) -> Iterator[tuple[str | None, str]]:
    """A folder of 128 KiB, which `with_room` fills."""
    folder = inputs / "full"
    folder.mkdir()
    with mounted(folder, "size=128k") as reason:
        yield ("full" if reason is None else None), reason or ""


def fill_up(path: Path) -> None:
    """Write until the disk is full."""
    with contextlib.suppress(OSError), path.open("wb", buffering=0) as stream:
        while True:
            stream.write(b"x" * 4096)


@contextmanager
def mounted(folder: Path, options: str) -> Iterator[str | None]:
    """A file system in memory at `folder`; the reason where that is not allowed here."""
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        yield str(error)
        return
    if done.returncode:
        yield done.stderr.strip() or f"mount ends with {done.returncode}"
        return
    try:
        yield None
    finally:
        subprocess.run(["umount", str(folder)], capture_output=True, check=False)


def closed_pipe(inputs: Path) -> list[str]:
    """What is wrong when the reader of our output goes."""
    command = [sys.executable, "-m", "align", "check", "many.jsonl", "--no-encoder", "-f", "jsonl"]
    (inputs / "many.jsonl").write_text((inputs / "pairs.jsonl").read_text(encoding="utf-8") * 20, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, cwd=inputs, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        said = process.stderr.read().decode("utf-8", "replace")
        code = process.wait(timeout=60)
    return [] if code == 0 and not said.strip() else [f"exit {code}: {said[-300:]}"]
