"""Broken inputs by the thousand: pages and samples with bits flipped, cut off, glued together, their tags stirred.

usage: fuzz_inputs.py [--count 20000] [--seed 1] [--seconds 20] [FILE_OR_FOLDER ...]

Each input is read and extracted as `align run` does it. It must be accepted, with every offset exact, or refused with a
code, within the time limit (of processor time; it is printed when one comes near). Prints the codes and how often each
was given; ends with 1 after the first crash, whose input is kept in ./fuzz-crash.bin.
"""

from __future__ import annotations

import argparse
import gzip
import io
import random
import re
import sys
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from time import process_time

from align.errors import ReadError
from align.extract import extract_article
from align.read import read_inputs
from align.records import Article, Document
from align.settings import ReadSettings

TAGS = (
    b"<div>,</div>,<p>,</p>,<blockquote class='twitter-tweet'>,</blockquote>,<table>,<td>,<script>,<!--,-->,<template>,"
    b"<textarea>,<svg>,&#0;,&lt;,<br/,\xc2,\0"
).split(b",")


def flip_bits(data: bytearray, chance: random.Random) -> bytearray:
    for _ in range(chance.randint(1, 40)):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return data


def truncate(data: bytearray, chance: random.Random) -> bytearray:
    return data[: chance.randrange(len(data))]


def stir_tags(data: bytearray, chance: random.Random) -> bytearray:
    pieces = re.split(rb"(<[^<>]{0,300}>)", bytes(data))
    for _ in range(chance.randint(1, 60)):
        a, b = chance.randrange(len(pieces)), chance.randrange(len(pieces))
        pieces[a], pieces[b] = pieces[b], pieces[a]
    return bytearray(b"".join(pieces))


def add_tags(data: bytearray, chance: random.Random) -> bytearray:
    for _ in range(chance.randint(1, 40)):
        at = chance.randrange(len(data) + 1)
        data[at:at] = chance.choice(TAGS) * chance.choice((1, 1, 1, 5, 300))
    return data


def repeat_part(data: bytearray, chance: random.Random) -> bytearray:
    start = chance.randrange(len(data))
    part = data[start : start + chance.randint(1, 2000)]
    return data[:start] + part * chance.randint(2, 60) + data[start:]


def drop_part(data: bytearray, chance: random.Random) -> bytearray:
    start = chance.randrange(len(data))
    del data[start : start + chance.randint(1, 5000)]
    return data


def pack(data: bytearray, chance: random.Random) -> bytearray:
    packed = bytearray(gzip.compress(bytes(data), 1))
    return flip_bits(packed, chance) if chance.random() < 0.5 else truncate(packed, chance)


MUTATIONS: list[Callable[[bytearray, random.Random], bytearray]] = [
    flip_bits, truncate, stir_tags, add_tags, repeat_part, drop_part, pack,
]  # fmt: skip


def mutated(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 3))):
        if changed:
            changed = chance.choice(MUTATIONS)(changed, chance)
    return bytes(changed)


def check_offsets(article: Article) -> None:
    for tweet in article.tweets:
        assert 0 <= tweet.start <= tweet.end <= len(article.text), tweet
        assert tweet.text is None or article.text[tweet.start : tweet.end] == tweet.text, tweet
    for block in article.blocks:
        assert 0 <= block.start <= block.end <= len(article.text), block
    for frame in article.frames:
        for span in (*frame.speech, frame.speaker, frame.verb):
            assert span is None or 0 <= span.start < span.end <= len(article.text), frame


def try_input(data: bytes, settings: ReadSettings) -> list[str]:
    """What became of each article in `data`: "accepted" or a code. Raises whatever a bug raises."""
    outcomes = []
    for item in read_inputs(["-"], settings, stdin=io.BytesIO(data)):
        if not isinstance(item, Document):
            outcomes.append(item.reason)
            continue
        try:
            check_offsets(extract_article(item, settings))
            outcomes.append("accepted")
        except ReadError as error:
            outcomes.append(error.reason)
    return outcomes or ["nothing in it"]


def fuzz(seeds: list[bytes], count: int, seed: int, settings: ReadSettings) -> tuple[Counter[str], float]:
    """How often each outcome came, and the longest time of one input. A bug's exception carries the input."""
    chance, outcomes, slowest = random.Random(seed), Counter(), 0.0
    for number in range(count):
        data = mutated(chance.choice(seeds), chance)
        begin = process_time()
        try:
            outcomes.update(try_input(data, settings))
        except Exception as error:
            error.add_note(f"input {number} of seed {seed}, {len(data)} bytes")
            error.data = data
            raise
        slowest = max(slowest, process_time() - begin)
        if number % 1000 == 999:
            print(f"{number + 1} inputs, slowest {slowest:.1f} s", file=sys.stderr, flush=True)
    return outcomes, slowest


def main() -> int:
    root = Path(__file__).resolve().parents[1]
    pages = root.parent / "shared" / "data" / "html_tweets" / "pages"
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inputs", nargs="*", type=Path, default=[root / "data" / "samples", pages])
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=20.0)
    arguments = parser.parse_args()
    files = [f for p in arguments.inputs for f in (sorted(p.rglob("*.*")) if p.is_dir() else [p]) if f.is_file()]
    seeds = [data for file in files if (data := file.read_bytes())]
    if not seeds:
        print("fuzz_inputs: no file in the inputs", file=sys.stderr)
        return 2
    try:
        outcomes, slowest = fuzz(seeds, arguments.count, arguments.seed, ReadSettings(max_seconds=arguments.seconds))
    except Exception as error:
        traceback.print_exc()
        Path("fuzz-crash.bin").write_bytes(getattr(error, "data", b""))
        return 1
    print(f"{arguments.count} inputs from {len(seeds)} files, slowest {slowest:.1f} s")
    for outcome, number in outcomes.most_common():
        print(f"  {outcome:12} {number}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
