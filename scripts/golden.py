"""Records what the commands write, so that a change of structure can show that it changed nothing else.

    python scripts/golden.py record DIR        # run the commands of this checkout, keep every file they write
    python scripts/golden.py compare OLD NEW   # exit 1 and name the files that differ

Inputs: data/samples, and with ../shared beside the checkout its development articles, contrast pairs, and 600 sentences
a side to mine. Times, host facts and paths in run.json and mine.json are masked; all else is compared byte for byte.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
MASKED = ("seconds", "peak_bytes", "versions", "inputs", "started", "finished", "stages", "rates")
FORMATS = ("jsonl", "tsv", "csv", "moses", "tmx", "xliff1.2", "xliff2.1", "parquet", "dataset")
MINED = 600  # sentences a side


def align(*arguments: str, stdout: Path | None = None, cwd: Path) -> None:
    """Run one command of this checkout; its messages go where ours go."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100"}
    done = subprocess.run(
        [sys.executable, "-m", "align", *arguments],
        stdout=stdout.open("wb") if stdout else subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
        cwd=cwd,
        check=False,
    )
    print(f"exit {done.returncode}: align {' '.join(arguments)}", flush=True)


def mining_sides(folder: Path) -> tuple[str, str]:
    """Some sentences of both languages, the Arabic rows turned by a third."""
    rows = [line.split("\t") for line in (SHARED / "data/tico19/tico19.all.tsv").read_text("utf-8").splitlines()]
    body = rows[1 : MINED + 1]
    arabic = [row[3] for row in body]
    (folder / "mine.en").write_text("".join(row[2] + "\n" for row in body), encoding="utf-8")
    (folder / "mine.ar").write_text("".join(t + "\n" for t in arabic[200:] + arabic[:200]), encoding="utf-8")
    return "mine.en", "mine.ar"


def record(folder: Path) -> None:
    """Run everything into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    inputs = {"samples": ROOT / "data/samples"}
    if SHARED.is_dir():
        inputs |= {name: SHARED / f"bench/{name}.jsonl" for name in ("natural_dev", "dev")}
    for name, source in inputs.items():
        given = folder / "inputs" / source.name  # rows name their source, which must not name the checkout
        given.parent.mkdir(exist_ok=True)
        given.unlink(missing_ok=True)
        given.symlink_to(source)
        align("run", f"inputs/{source.name}", "--out", name, "--redo", "--quiet", cwd=folder)
    source = "natural_dev" if "natural_dev" in inputs else "samples"
    for form in FORMATS:
        align("export", source, "--format", form, "--out", f"export/{form}/pairs", cwd=folder)
    align("check", source, "--format", "jsonl", stdout=folder / "check-run.jsonl", cwd=folder)
    align("report", source, "--out", "report.html", cwd=folder)
    if SHARED.is_dir():
        contrast = (SHARED / "bench/contrast_dev.jsonl").read_text("utf-8").splitlines()
        pairs = [json.loads(line) for line in contrast]
        rows = [{"pair_id": str(n), "en": row["en"], "ar": row["ar"]} for n, row in enumerate(pairs)]
        (folder / "contrast.jsonl").write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), "utf-8")
        for form in ("jsonl", "text", "tsv"):
            align("check", "contrast.jsonl", "--format", form, stdout=folder / f"contrast.{form}.out", cwd=folder)
        align("mine", *mining_sides(folder), "--out", "mined", "--quiet", cwd=folder)
        align(
            "evaluate", str(SHARED / "bench/natural_dev.jsonl"), "natural_dev", stdout=folder / "eval.txt", cwd=folder
        )


def content(path: Path) -> bytes:
    """A file's bytes, with what differs from one run to the next masked."""
    data = path.read_bytes()
    if path.suffix == ".json":
        row = json.loads(data)
        data = json.dumps({k: v for k, v in row.items() if k not in MASKED}).encode()
    if path.suffix in (".html", ".md", ".parquet", ".xlf", ".tmx"):
        data = re.sub(rb"\d{4}-?\d\d-?\d\dT\d\d:?\d\d:?\d\d(\.\d+)?(Z|[+]00:00)?", b"TIME", data)
    return data


def compare(old: Path, new: Path) -> int:
    """Name every file that differs or stands on one side alone; returns how many."""
    names = {p.relative_to(side) for side in (old, new) for p in side.rglob("*") if p.is_file()}
    wrong = 0
    for name in sorted(names):
        if name.name == ".articles.jsonl" or name.parts[0] == "inputs":
            continue
        sides = [side / name for side in (old, new)]
        if not all(p.is_file() for p in sides):
            print(f"on one side alone: {name}")
        elif content(sides[0]) != content(sides[1]):
            print(f"differs: {name}")
        else:
            continue
        wrong += 1
    print(f"{len(names)} files, {wrong} differ")
    return wrong


def main() -> None:
    """Record or compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("record").add_argument("folder", type=Path)
    both = commands.add_parser("compare")
    both.add_argument("old", type=Path)
    both.add_argument("new", type=Path)
    arguments = parser.parse_args()
    if arguments.command == "record":
        record(arguments.folder.resolve())
    else:
        sys.exit(1 if compare(arguments.old, arguments.new) else 0)


if __name__ == "__main__":
    main()
