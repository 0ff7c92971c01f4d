"""The parallel sentences that are trained on, from `shared/train/parallel`, less what is scored elsewhere."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from align.errors import GoldError
from align.text.normal import normal_form
from align.train.splits import quad_batches, splits

_TATWEEL = "ـ"
# Longer sentences cost a step much and teach no more: nine in ten of those of the news are shorter.
_MOST_CHARACTERS = 260
_LEAST_CHARACTERS = 8
_MOST_PAIRS = {"un_conflict_mt": 14_000}


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts that render each other."""

    en: str
    ar: str


def read_rows(path: Path) -> Iterator[list[str]]:
    """The rows of a tab-separated file, packed or not.

    Raises GoldError when it cannot be read.
    """
    try:
        opened = gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")
        with opened as stream:
            yield from csv.reader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
    except (OSError, UnicodeDecodeError) as error:
        raise GoldError(f"the training data {path} cannot be read ({error}); name its folder with --shared") from error


def read_pairs(shared: Path, name: str) -> list[Pair]:
    """All pairs of one file of `train/parallel`, tatweel taken out."""
    rows = read_rows(shared / "train" / "parallel" / f"{name}.tsv.gz")
    return [Pair(row[0].strip(), row[1].replace(_TATWEEL, "").strip()) for row in rows if len(row) > 1]


def training_pairs(shared: Path, seed: int = 1) -> dict[str, list[Pair]]:
    """For each corpus its pairs of moderate length of which no text is scored elsewhere; a large one by a sample."""
    blocked = _blocked(shared)
    found = {}
    for name in splits()["parallel"]["trained"]:
        pairs = [p for p in read_pairs(shared, name) if _is_moderate(p.en) and _is_moderate(p.ar)]
        most = _MOST_PAIRS.get(name, len(pairs))
        if len(pairs) > most:
            chosen = np.random.default_rng(seed).permutation(len(pairs))[: int(most * 1.1)]
            pairs = [pairs[k] for k in sorted(chosen)]
        kept = [p for p in pairs if _key(p.en) not in blocked and _key(p.ar) not in blocked]
        found[name] = kept[:most]
    return found


def _is_moderate(text: str) -> bool:
    return _LEAST_CHARACTERS <= len(text) <= _MOST_CHARACTERS


def _key(text: str) -> str:
    return normal_form(text.replace(_TATWEEL, "")).strip()


def _blocked(shared: Path) -> frozenset[str]:
    """Normal forms of all texts that are scored: none of them is trained on."""
    texts: list[str] = []
    rule = splits()["parallel"]
    for name in (*rule["chosen_on"], *rule["scored"]):
        texts += [text for pair in read_pairs(shared, name) for text in (pair.en, pair.ar)]
    for pairs in (scored_pairs(shared, name) for name in ("ntrex_dev", "tico19", "tatoeba")):
        texts += [text for pair in pairs for text in (pair.en, pair.ar)]
    for row in read_rows(shared / "data" / "mt_geneval" / "geneval_counterfactual.dev.tsv"):
        texts += row[1:]
    for use in ("fitted", "scored"):
        texts += _quad_texts(shared, quad_batches(use))
    return frozenset(_key(text) for text in texts)


def _quad_texts(shared: Path, batches: Sequence[str]) -> list[str]:
    """The texts of whole batches, only to be kept out of the training data."""
    texts: list[str] = []
    for batch in batches:
        for line in (shared / "train" / "quads" / f"{batch}.jsonl").read_text(encoding="utf-8").splitlines():
            if line.strip():
                row = json.loads(line)
                texts += [row["en"], row["en2"], *row["ar"], *row["ar2"]]
    return texts


def scored_pairs(shared: Path, name: str) -> list[Pair]:
    """The pairs of a set that retrieval is scored on: ntrex_dev, tico19, tatoeba, or a dev_* file.

    Raises GoldError for another name.
    """
    data = shared / "data"
    if name.startswith("dev_"):
        return read_pairs(shared, name)
    if name == "ntrex_dev":
        rows = list(read_rows(data / name / "ntrex.tsv"))[1:]
        return [Pair(row[2], row[3]) for row in rows if row[4] == "0"]
    if name == "tico19":
        return [Pair(row[2], row[3]) for row in list(read_rows(data / name / "tico19.all.tsv"))[1:]]
    if name == "tatoeba":
        en, ar, label = (
            (data / name / f"tatoeba.{end}").read_text(encoding="utf-8").splitlines()
            for end in ("en", "ar", "ar.labels")
        )
        return [Pair(e, a) for e, a, kind in zip(en, ar, label, strict=True) if kind.strip().endswith("ara")]
    raise GoldError(f"expected ntrex_dev, tico19, tatoeba or a dev_ file, found {name!r}")
