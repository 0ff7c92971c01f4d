"""Recall and precision of near-duplicate removal on synthetic pairs with planted near-duplicates.

    python scripts/bench_duplicates.py [--pairs 200000] [--share 0.1] [--thresholds 0.6,0.7,0.8]

Sentences are random words from two invented vocabularies of 3,000 (Zipf's law), 6 to 24 words long. A planted pair
copies an earlier one and edits it as reposts and agencies do: punctuation, a link or a tag added, vowel marks, letter
forms, one word exchanged on one side, a word dropped. Recall: planted pairs removed;
precision: removed pairs that were planted.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Iterator
from time import perf_counter

from align.pairs.corpus.filters import Filters, FilterSettings
from align.pairs.export.row import PairRow
from align.run.session import peak_memory

_SYLLABLES = {
    "en": "ba co di fu ga lin mor nes pa ri so ter ul va wes yo chi dra fen gor".split(),
    "ar": "با كو دي فو جا لن مر نس قا ري سو تر عل وا شم يو خي در فن غر".split(),
}
EDITS = ("punctuation", "link", "marks", "letters", "word_en", "word_ar", "dropped")


def vocabulary(side: str, dice: random.Random) -> list[str]:
    return ["".join(dice.choices(_SYLLABLES[side], k=dice.randrange(1, 4))) for _ in range(3000)]


def edited(en: str, ar: str, edit: str, dice: random.Random, names: dict[str, list[str]]) -> tuple[str, str]:
    match edit:
        case "punctuation":
            return en.replace(" ", ", ", 1) + "!", f"«{ar}»."
        case "link":
            return f"{en} #news", ar
        case "marks":
            return en.title(), "".join(char + "\u064e" if char != " " and dice.random() < 0.3 else char for char in ar)
        case "letters":
            return en.upper(), ar.replace("ا", "أ").replace("ي", "ى").replace("لا", "ﻻ")
        case "word_en":
            return changed(en, dice, names["en"]), ar
        case "word_ar":
            return en, changed(ar, dice, names["ar"])
        case _:
            return en.rpartition(" ")[0], ar


def changed(text: str, dice: random.Random, names: list[str]) -> str:
    words = text.split()
    words[dice.randrange(len(words))] = dice.choice(names)
    return " ".join(words)


def corpus(count: int, share: float, seed: int) -> Iterator[PairRow]:
    """Pairs whose id is "planted:EDIT:n" or "new:n"."""
    dice = random.Random(seed)
    names = {side: vocabulary(side, dice) for side in _SYLLABLES}
    ranks = [1 / (n + 10) for n in range(3000)]
    earlier: list[tuple[str, str]] = []
    for n in range(count):
        if earlier and dice.random() < share:
            edit = dice.choice(EDITS)
            en, ar = edited(*dice.choice(earlier), edit, dice, names)
            yield PairRow(f"planted:{edit}:{n}", en, ar)
            continue
        size = dice.randrange(6, 25)
        en, ar = (" ".join(dice.choices(names[side], ranks, k=size)) for side in ("en", "ar"))
        earlier.append((en, ar))
        yield PairRow(f"new:{n}", en, ar)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=200_000)
    parser.add_argument("--share", type=float, default=0.1)
    parser.add_argument("--thresholds", default=str(FilterSettings().near_threshold))
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    for threshold in map(float, asked.thresholds.split(",")):
        removed: list[str] = []
        begin = perf_counter()
        filters = Filters(FilterSettings(duplicates="near", near_threshold=threshold))
        rows = corpus(asked.pairs, asked.share, asked.seed)
        planted = Counter()
        for row in filters.apply(rows, lambda refused, into=removed: into.append(refused["pair"]["pair_id"])):
            if row.pair_id.startswith("planted"):
                planted[row.pair_id.split(":")[1], "missed"] += 1
        for name in removed:
            planted[name.split(":")[1] if name.startswith("planted") else "new", "removed"] += 1
        hits = sum(planted[edit, "removed"] for edit in EDITS)
        misses = sum(planted[edit, "missed"] for edit in EDITS)
        seconds, memory = perf_counter() - begin, peak_memory() / 2**20
        print(f"threshold {threshold}: recall {hits / (hits + misses):.4f}, precision {hits / len(removed):.4f}, "
              f"{asked.pairs / seconds:.0f} rows/s, peak {memory:.0f} MB")  # fmt: skip
        for edit in EDITS:
            total = planted[edit, "removed"] + planted[edit, "missed"]
            print(f"  {edit:<12} {planted[edit, 'removed'] / total:.4f} of {total}")


if __name__ == "__main__":
    main()
