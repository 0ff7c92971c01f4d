"""What the commands do when they are killed, when the disk is full, and when their input is garbage.

    python scripts/chaos.py                              # everything: docs/reliability.md says how long
    python scripts/chaos.py --small                      # what the tests run, under two minutes
    python scripts/chaos.py --parts kills --seed 7
    python scripts/chaos.py --parts records --input 61   # that one again, its files in ./chaos-input, with a traceback

kills: each command is killed at every call that changes what the disk holds (fsync, replace, unlink ...), and at
random moments. What it left must be readable, each file old or new; the same command again must give what an
undisturbed one gives, byte for byte, and leave nothing behind.
disk: each command writes to a full device, a full or read-only folder, over a file in the way. One line on standard
error, no traceback, and what was there is whole.
damage: files of runs, indexes and stores removed, cut off, garbled; then every command that reads them.
records: mutated files of every format through import and check. pages: mutated pages, records and feeds through
reading, extraction and the rest of a run. texts: degenerate texts through the readers and check. Accepted or refused
with a code, no traceback, none over five seconds.

Prints a line per scenario; ends with 1 and says what broke.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from scripts.chaos_child import preload  # noqa: E402
from scripts.chaos_damage import damage  # noqa: E402
from scripts.chaos_disk import disk  # noqa: E402
from scripts.chaos_guard import Work  # noqa: E402
from scripts.chaos_kills import kills  # noqa: E402
from scripts.chaos_pages import Pages, pages  # noqa: E402
from scripts.chaos_records import Records, records  # noqa: E402
from scripts.chaos_texts import Texts, texts  # noqa: E402

Part = Callable[[bool, random.Random, Path], Iterator[tuple[str, list[str]]]]
PARTS: dict[str, Part] = {
    "kills": kills,
    "disk": disk,
    "damage": damage,
    "records": records,
    "pages": pages,
    "texts": texts,
}


def one_input(part: str, seed: int, *, small: bool) -> Work:
    """What a part does with an input, without guard."""
    makers: dict[str, Callable[[], Work]] = {
        "records": lambda: Records(seed, Path("chaos-input")),
        "pages": lambda: Pages(seed),
        "texts": lambda: Texts(seed, small=small),
    }
    return makers[part]()


def workplace() -> str | None:
    """A folder in memory where there is one with room: a kill asks the system, not the disk, what is there after it."""
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > 1 << 29 else None


def main() -> None:
    """Run the parts that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--parts", default=",".join(PARTS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--input", type=int)
    arguments = parser.parse_args()
    if arguments.input is not None:
        print(
            one_input(arguments.parts, random.Random(arguments.seed).getrandbits(32), small=arguments.small)(
                arguments.input
            )
        )
        return
    preload()
    failed = 0
    for name in arguments.parts.split(","):
        begin = time.perf_counter()
        with tempfile.TemporaryDirectory(prefix="align-chaos-", dir=workplace()) as folder:
            for said, wrong in PARTS[name](arguments.small, random.Random(arguments.seed), Path(folder)):
                print(f"{'FAILED' if wrong else 'ok':6} {name}: {said}", flush=True)
                for what in wrong:
                    print(f"       {what}", flush=True)
                failed += bool(wrong)
        print(f"       {name}: {time.perf_counter() - begin:.0f} s", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
