"""Part `texts`: degenerate texts of up to a million letters through the readers and `align check --no-encoder`."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from scripts.chaos_guard import guarded
from scripts.chaos_kills import Finding
from scripts.chaos_records import Refused, check_row, command

COUNT, SMALL = 2_000, 200
LENGTHS = (1, 3, 30, 300, 3_000, 30_000, 300_000, 1_000_000)
SHARES = (2, 2, 4, 6, 8, 6, 2, 1)  # how often each length is drawn
SMALL_SHARES = (2, 2, 4, 6, 6, 0, 0, 0)
# Beside those of tests/test_degenerate.py: what opens and closes, what joins, what is no letter.
MORE = (
    "ـ ", " ـ ", "ّ", "\u0651\u064b", "\u202e", "\u2066", "\ufdfa ", "\ud7ff", "\U0001f469\u200d\U0001f680",
    "لا إله ", "%", "٪ ", "% ",
    "٣٫٥ ", "١٬٠٠٠ ", "a" * 200 + " ", "ب" * 200 + " ", "<p>", "</p>", "<b>a", "<!--", "<a href='", "&amp;", "\\",
    "\\n", "\t",
    "«a»", '"a" ', "‘a’", "[", "]", "(a) ", "* ", "- a\n", "1\n", "ال", "وال", "and ", "أو ", "ألف ", "مليون ",
    "the ",
    "not only ", "hundred ", "first ", "الأول ", "J. ", "د. ", "U.S. ", "3rd ", "@", "@a", "#ا ", "https://",
    "t.co/a ", "ه ", "،", "؟ ", "؛",
)  # fmt: skip


class Texts:
    """Input by number: one or two units repeated up to a length, alone or behind words, read and judged."""

    def __init__(self, seed: int, *, small: bool) -> None:
        from tests.test_degenerate import READERS, UNITS

        self._seed, self._shares = seed, SMALL_SHARES if small else SHARES
        self._units, self._readers = [*UNITS, *MORE], READERS

    def made(self, number: int) -> tuple[str, str]:
        """The two texts of an input."""
        chance = random.Random(f"{self._seed}:{number}")
        length = chance.choices(LENGTHS, self._shares)[0]
        units = "".join(chance.sample(self._units, chance.choice((1, 1, 2, 3))))
        text = (units * (length // len(units) + 1))[:length]
        match chance.randrange(4):
            case 0:
                return "The bridge opens on Monday. " + text, text
            case 1:
                return text, "يفتتح الجسر يوم الاثنين. " + text
            case 2:
                return text, "يفتتح الجسر يوم الاثنين."
            case _:
                return text, text

    def __call__(self, number: int) -> list[str]:
        import json

        en, ar = self.made(number)
        reader = sorted(self._readers)[number % len(self._readers)]
        self._readers[reader](ar)
        try:
            said = command("check", "--no-encoder", "-f", "jsonl", f"--en={en}", f"--ar={ar}")
        except Refused as refused:
            return [reader, f"check {refused}"]
        rows = [json.loads(line) for line in said.splitlines()]
        for row in rows:
            check_row(row)
        return [reader, *(row["verdict"] or "not judged" for row in rows)]


def texts(small: bool, chance: random.Random, work: Path) -> Iterator[Finding]:
    """Degenerate texts."""
    seed, count = chance.getrandbits(32), SMALL if small else COUNT
    results = guarded(count, lambda: Texts(seed, small=small))
    yield f"{count} texts: {results.summary()}", results.told()
