"""Rows a second and peak memory of every export format, at two sizes.

    python scripts/bench_export.py [--small 10000] [--large 1000000] [--formats jsonl,tmx]

Each measurement is a process of its own; the pairs are synthetic (random words, all columns filled) and made while they
are written, so what is measured is the writer. Files go to a temporary folder and are deleted.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from align.pairs.export.formats import ExportFormat
from align.pairs.export.row import PairRow
from align.run.session import peak_memory

_ENGLISH = (
    "the council of our city will open new schools before winter and nobody pays for books this year again".split()
)
_ARABIC = "سيفتح مجلس مدينتنا مدارس جديدة قبل الشتاء ولن يدفع أحد ثمن الكتب هذا العام مرة أخرى".split()


def synthetic_pairs(count: int, seed: int = 5) -> Iterator[PairRow]:
    """Pairs of 12 to 24 words with scores, origin, a finding on every fourth, ten pairs an article."""
    dice = random.Random(seed)
    for n in range(count):
        size = dice.randrange(12, 25)
        en, ar = " ".join(dice.choices(_ENGLISH, k=size)), " ".join(dice.choices(_ARABIC, k=size))
        finding = {"code": "number.scale", "severity": "error", "message": "300 against 3", "en_start": 0, "en_end": 3}
        yield PairRow(
            f"{n:016x}",
            f"{en} {n}",
            f"{ar} {n}",
            probability=dice.random(),
            cosine=dice.random(),
            margin=1 + dice.random(),
            coverage_en=dice.random(),
            coverage_ar=dice.random(),
            verdict=dice.choice(("faithful", "partial", "divergent")),
            rendering="quote",
            rendering_id=f"r{n:015x}",
            doc_id=f"paper{n % 7}/{n // 10}",
            source=f"https://paper{n % 7}.example/{n // 10}",
            title="مجلس المدينة يعد بمدارس جديدة",
            published=f"20{20 + n % 5}-0{1 + n % 9}-15",
            outlet=f"paper{n % 7}.example",
            ar_start=100,
            ar_end=200,
            en_start=10,
            en_end=90,
            tweet=0,
            tweet_id=str(1_300_000_000_000_000_000 + n),
            author="Nadia Example",
            handle="nadia_example",
            created_at="2021-05-01T10:00:00Z",
            tweet_en_start=0,
            tweet_en_end=80,
            findings=(finding,) if n % 4 == 0 else (),
            extra={"features": {"length": 0.5}},
        )


def measure(form: ExportFormat, count: int) -> dict[str, float]:
    """Export `count` pairs in this process."""
    from align.pairs.corpus.publish import Target, export_pairs

    with tempfile.TemporaryDirectory() as folder:
        begin = perf_counter()
        written = export_pairs(synthetic_pairs(count), Target(Path(folder) / "out", form)).written
        seconds = perf_counter() - begin
    assert written == count
    return {"rows_a_second": count / seconds, "peak_mb": peak_memory() / 2**20}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", type=int, default=10_000)
    parser.add_argument("--large", type=int, default=1_000_000)
    parser.add_argument("--formats", default=",".join(ExportFormat))
    parser.add_argument("--one", nargs=2, metavar=("FORMAT", "COUNT"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(measure(ExportFormat(asked.one[0]), int(asked.one[1]))))
        return
    sizes = [f"MB at {count}" for count in (asked.small, asked.large)]
    print(f"{'format':<10} {'rows/s':>8} {sizes[0]:>14} {sizes[1]:>14} {'growth':>7}")
    for form in asked.formats.split(","):
        small, large = (
            json.loads(
                subprocess.run(
                    [sys.executable, __file__, "--one", form, str(n)], check=True, capture_output=True
                ).stdout
            )
            for n in (asked.small, asked.large)
        )
        growth = large["peak_mb"] / small["peak_mb"] - 1
        print(
            f"{form:<10} {large['rows_a_second']:>8.0f} {small['peak_mb']:>14.0f} {large['peak_mb']:>14.0f} "
            f"{growth:>+7.1%}",
            flush=True,
        )


if __name__ == "__main__":
    main()
