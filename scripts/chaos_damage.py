"""Part `damage`: files of runs, indexes, stores and corpora removed, cut off or garbled, then read by every command."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from scripts.chaos_child import align
from scripts.chaos_disk import complaints
from scripts.chaos_inputs import fill
from scripts.chaos_kills import Finding
from scripts.chaos_scenarios import BUILD, DECIDE, RUN

MINE = ("mine", "mine.en", "mine.ar", "--out", "mined", "-q")
READERS: dict[str, list[tuple[str, ...]]] = {
    "run": [
        ("report", "run", "--out", "r.html"),
        ("evaluate", "gold.jsonl", "run"),
        ("check", "run"),
        ("check", "run", "-f", "html"),
        ("export", "run", "--out", "e.jsonl"),
        ("export", "run", "--out", "e.tmx", "-f", "tmx"),
        ("corpus", "stats", "run"),
        ("review", "stats", "run", "--store", "new.sqlite"),
        RUN,
        (*RUN, "--redo"),
    ],
    "idx": [
        ("search", "جسر قديم", "--index", "idx"),
        ("index", "add", "idx", "later.jsonl", "-q"),
        ("run", "old.jsonl", "--out", "looked", "-q", "--tweets", "idx"),
    ],
    "mined": [("check", "mined", "--no-encoder"), ("export", "mined", "--out", "e.jsonl"), MINE],
    "store.sqlite": [
        ("review", "stats", "store.sqlite"),
        ("review", "export", "store.sqlite", "--out", "e.jsonl"),
        ("export", "store.sqlite", "--out", "e.jsonl"),
    ],
    "dataset": [
        ("corpus", "stats", "dataset"),
        ("export", "pairs.jsonl", "-f", "dataset", "--out", "dataset", "--overwrite"),
    ],
}


def _remove(path: Path, chance: random.Random) -> None:
    path.unlink()


def _empty(path: Path, chance: random.Random) -> None:
    path.write_bytes(b"")


def _cut(path: Path, chance: random.Random) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: chance.randrange(max(1, len(data)))])


def _garble(path: Path, chance: random.Random) -> None:
    data = bytearray(path.read_bytes() or b"x")
    for _ in range(chance.randint(1, 30)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    path.write_bytes(bytes(data))


def _other_json(path: Path, chance: random.Random) -> None:
    path.write_text(chance.choice(["[]\n", "{}\n", "null\n", '{"doc_id": 1, "tweet": [], "pairs": 3}\n']))


def _double(path: Path, chance: random.Random) -> None:
    path.write_bytes(path.read_bytes() * 2)


def _folder(path: Path, chance: random.Random) -> None:
    path.unlink()
    path.mkdir()


def _swap_lines(path: Path, chance: random.Random) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    chance.shuffle(lines)
    path.write_bytes(b"".join(lines))


DAMAGES: list[Callable[[Path, random.Random], None]] = [
    _remove, _empty, _cut, _garble, _other_json, _double, _folder, _swap_lines,
]  # fmt: skip


def damage(small: bool, chance: random.Random, work: Path) -> Iterator[Finding]:
    """Every file of every folder that commands make, damaged in each way."""
    start = work / "start"
    start.mkdir()
    fill(start, small=True)
    commands = (RUN, BUILD, DECIDE, MINE, ("export", "pairs.jsonl", "-f", "dataset", "--out", "dataset"))
    for command in commands:
        done = align(start, *command)
        if done.code:
            raise SystemExit(f"{' '.join(command)}: exit {done.code} undisturbed: {done.stderr[-400:]}")
    for name, readers in READERS.items():
        files = (
            [start / name]
            if (start / name).is_file()
            else [p for p in sorted((start / name).rglob("*")) if p.is_file()]
        )
        cases = [(file.relative_to(start), way) for file in files for way in DAMAGES]
        wrong, tried = [], 0
        for file, way in chance.sample(cases, min(4, len(cases))) if small else cases:
            for reader in chance.sample(readers, 1) if small else readers:
                tried += 1
                wrong += [
                    f"{file} {way.__name__[1:]}: {reader}: {what}"
                    for what in _read(start, work, file, way, reader, chance)
                ]
        yield f"{name}: {tried} damages read", wrong


def _read(
    start: Path, work: Path, file: Path, way: Callable[[Path, random.Random], None], reader: tuple[str, ...],
    chance: random.Random,
) -> list[str]:  # fmt: skip
    folder = work / "damaged"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(start, folder)
    way(folder / file, chance)
    return complaints(align(folder, *reader), expected=(0, 1, 2, 3))
