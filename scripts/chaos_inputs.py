"""Small inputs for scripts/chaos.py: articles, tweets, sentences and pairs out of a glossary of invented sentences."""

from __future__ import annotations

import json
from pathlib import Path

from tests.fakes import glossary_sentences

NAMES = ("Lina Sample", "Dana Reed", "Sami Noor")


def write_jsonl(path: Path, rows: list[dict]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def articles(count: int, seed: int = 0) -> list[dict]:
    """Articles of two tweets each, one of them rendered."""
    rows, pairs = [], glossary_sentences(2 * count, seed)
    for n in range(count):
        (en, ar), (other, _) = pairs[2 * n], pairs[2 * n + 1]
        name = NAMES[n % len(NAMES)]
        lines = [f"خبر رقم {n} من المدينة", f"وكتبت الوزيرة في تغريدة: «{ar}».", f"{en.capitalize()}."]
        lines += [f"— {name} (@sample{n}) March 19, 2022", "وقال المدير إن العمل مستمر.", f"{other.capitalize()}."]
        lines += [f"— {name} (@sample{n}) March 20, 2022"]
        rows.append({"id": f"a{n}", "text": "\n".join(lines) + "\n", "published": "2022-03-21"})
    return rows


def fill(folder: Path, *, small: bool) -> None:
    """Everything that a scenario may be given: old and new articles, tweets, two plain files, a file of pairs."""
    count = 4 if small else 12
    old = articles(count)
    changed = [row | {"text": row["text"].replace("خبر", "نبأ")} if n % 3 == 0 else row for n, row in enumerate(old)]
    write_jsonl(folder / "old.jsonl", old)
    write_jsonl(folder / "new.jsonl", [*changed, *(row | {"id": f"b{row['id']}"} for row in articles(2, seed=9))])
    pairs = glossary_sentences(8 * count, seed=3)
    rows = [{"pair_id": f"p{n}", "en": en, "ar": ar, "probability": 0.9} for n, (en, ar) in enumerate(pairs)]
    write_jsonl(folder / "pairs.jsonl", rows)
    write_jsonl(folder / "more.jsonl", [row | {"pair_id": f"q{row['pair_id']}"} for row in rows[: 4 * count]])
    tweets = [{"id": str(10**15 + n), "text": en.capitalize() + ".", "lang": "en"} for n, (en, _) in enumerate(pairs)]
    write_jsonl(folder / "tweets.jsonl", tweets[: 6 * count])
    write_jsonl(folder / "later.jsonl", tweets[6 * count :])
    (folder / "mine.en").write_text("".join(f"{en}\n" for en, _ in pairs), encoding="utf-8")
    (folder / "mine.ar").write_text("".join(f"{ar}\n" for _, ar in reversed(pairs)), encoding="utf-8")
