"""Pairs with known omissions and additions: made from ntrex_dev by seed, and read from the benchmarks."""

from __future__ import annotations

import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from align.records import Span
from align.train.folds import fold_of

Row = Mapping[str, str]  # of ntrex: row, doc, en, ar
LEAST_WORDS = 4
_MARK = re.compile(r"[,،;؛:–—-]\s|\s[–—-]\s|[.!?؟]\s")
_EDGE = re.compile(r"[\s,،;؛:–—-]+$")
_START = {
    "en": set(
        "in on at after before since until because which who that with during when where while and but for by from to "
        "as if though although despite without through against about over under".split()
    ),
    "ar": set(
        "في من إلى على عن بعد قبل منذ حتى لأن الذي التي الذين مع خلال عند حيث بسبب وذلك ولكن لكن بينما عندما مما وأن "
        "وقد بأن إذ رغم دون لكي أثناء وهو وهي ضد حول وفق بهدف عبر".split()
    ),
}


@dataclass(frozen=True, slots=True)
class PairExample:
    """A pair, what is wrong with it, and what is known of its words."""

    source: str  # ntrex, dev, natural_dev, contrast
    doc: str
    kind: str  # clean, omission.clause, addition.inserted, number ...
    en: str
    ar: str
    row: str = ""  # of the source sentence, for rates by row
    inserted: Span | None = None  # the foreign words, on the side that has them
    whole: tuple[str, str, Span] | None = None  # both texts before a stretch was cut out, and the stretch

    @property
    def fold(self) -> int:
        """That of its document."""
        return fold_of(self.doc)

    @property
    def is_partial(self) -> bool:
        """Whether a part of the English was left out of it."""
        return self.kind in ("omission.clause", "omission.phrase")


def read_ntrex(shared: Path) -> list[dict[str, str]]:
    """The parallel rows of ntrex_dev whose words are whole."""
    lines = (shared / "data" / "ntrex_dev" / "ntrex.tsv").read_text(encoding="utf-8").split("\n")
    head = lines[0].split("\t")
    rows = [dict(zip(head, line.split("\t"), strict=False)) for line in lines[1:] if line]
    return [row for row in rows if row["glued"] != "1"]


def tokens(text: str) -> list[tuple[int, int]]:
    """Where the words of a text stand, as white space parts them."""
    return [m.span() for m in re.finditer(r"\S+", text)]


def clauses(text: str) -> list[Span]:
    """The text cut behind its marks."""
    cuts = [0, *(m.end() for m in _MARK.finditer(text)), len(text)]
    return [Span(a, b) for a, b in zip(cuts, cuts[1:], strict=False) if text[a:b].strip()]


def clause_to_cut(text: str, rng: random.Random) -> Span | None:
    """A clause of at least four words that leaves at least four, or None."""
    count, found = len(text.split()), clauses(text)
    fit = [s for s in found if LEAST_WORDS <= len(s.cut(text).split()) <= count - 4]
    return rng.choice(fit) if fit and len(found) > 1 else None


def phrase_to_cut(text: str, side: str, rng: random.Random) -> Span | None:
    """A stretch from a particle to the next one, to a comma or to the end; None where there is none."""
    places = tokens(text)
    count = len(places)
    fit: list[tuple[int, int]] = []
    for i in range(3, count - 3):
        if text[slice(*places[i])].strip('"«»“”(').lower() not in _START[side]:
            continue
        ends = [j for j in range(i + LEAST_WORDS, count) if _begins(text, places, j, side)]
        fit += [(i, e) for e in [count, *ends] if LEAST_WORDS <= e - i <= max(LEAST_WORDS, count // 2)]
    if not fit:
        return None
    i, e = rng.choice(fit)
    return Span(places[i][0], places[e][0] if e < count else len(text))


def _begins(text: str, places: Sequence[tuple[int, int]], j: int, side: str) -> bool:
    return text[slice(*places[j])].lower() in _START[side] or text[places[j - 1][1] - 1] in ",،;؛"


def without(text: str, span: Span) -> str:
    """The text with a stretch taken out, and the mark that it leaves at the end."""
    kept = (text[: span.start].rstrip() + " " + text[span.end :].lstrip()).strip()
    return _EDGE.sub("", kept)


def with_inserted(text: str, stretch: str, side: str, rng: random.Random) -> tuple[str, Span]:
    """`text` with a foreign stretch at its end or before a particle, and the stretch's place."""
    stretch = stretch.strip().strip('.،,;؛:"«»“”()!?؟–—- ')
    places = tokens(text)
    count = len(places)
    i = rng.choice([count] * 3 + [i for i in range(3, count) if _begins(text, places, i, side)])
    if i < count:
        at = places[i][0]
        return text[:at] + stretch + " " + text[at:], Span(at, at + len(stretch))
    base = text.rstrip(" .")
    joint = rng.choice(["، " if side == "ar" else ", ", " "])
    at = len(base + joint)
    return base + joint + stretch, Span(at, at + len(stretch))


def stretches(rows: Sequence[Row], side: str) -> list[str]:
    """Clauses of three to nine words, and phrases from particle to particle, to insert elsewhere."""
    found = []
    for row in rows:
        text = row[side]
        found += [s.cut(text) for s in clauses(text) if 3 <= len(s.cut(text).split()) <= 9]
        places = tokens(text)
        for i in range(3, len(places) - 3):
            if text[slice(*places[i])].lower() in _START[side]:
                for e in range(i + 3, min(i + 7, len(places) + 1)):
                    if e == len(places) or text[slice(*places[e])].lower() in _START[side]:
                        found.append(text[places[i][0] : places[e - 1][1]])
    return found


def make_examples(rows: Sequence[Row], seed: int = 11) -> list[PairExample]:
    """Clean pairs and their spoilt versions, the same for the same seed."""
    rng = random.Random(seed)
    foreign = {side: stretches(rows, side) for side in ("ar", "en")}
    out: list[PairExample] = []
    for row in rows:
        en, ar, doc = row["en"], row["ar"], row["doc"]
        out.append(PairExample("ntrex", doc, "clean", en, ar, row["row"]))
        for side, family in (("ar", "omission"), ("en", "addition")):
            for kind in ("clause", "phrase"):
                text = row[side]
                span = clause_to_cut(text, rng) if kind == "clause" else phrase_to_cut(text, side, rng)
                if span:
                    cut = without(text, span)
                    pair = (en, cut) if side == "ar" else (cut, ar)
                    out.append(PairExample("ntrex", doc, f"{family}.{kind}", *pair, row["row"], whole=(en, ar, span)))
        text, span = with_inserted(ar, rng.choice(foreign["ar"]), "ar", rng)
        out.append(PairExample("ntrex", doc, "addition.inserted", en, text, row["row"], span))
        text, span = with_inserted(en, rng.choice(foreign["en"]), "en", rng)
        out.append(PairExample("ntrex", doc, "omission.inserted", text, ar, row["row"], span))
    return out + _topical(rows, seed)


def _topical(rows: Sequence[Row], seed: int) -> list[PairExample]:
    """Stretches of the same document inserted: what a writer adds keeps to the topic."""
    rng = random.Random(seed + 1)
    out: list[PairExample] = []
    own: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        own[row["doc"]].append(row)
    for row in rows:
        others = [r for r in own[row["doc"]] if r is not row]
        for side, family in (("ar", "addition"), ("en", "omission")):
            pool = stretches(others, side)
            if not pool:
                continue
            text, span = with_inserted(row[side], rng.choice(pool), side, rng)
            pair = (row["en"], text) if side == "ar" else (text, row["ar"])
            out.append(PairExample("ntrex", row["doc"], f"{family}.topical", *pair, row["row"], span))
    return out


def read_links(shared: Path, name: str) -> list[PairExample]:
    """Gold links of a benchmark but headlines; of a sentence that is rendered in several pieces, none."""
    rows = []
    for line in (shared / "bench" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        article = json.loads(line)
        for link in article["links"]:
            if link["mode"] != "headline":
                rows.append((article, link))
    count = Counter((a["id"], k["tweet"], k["sent"]) for a, k in rows)
    out = []
    for article, link in rows:
        if name == "natural_dev" and count[article["id"], link["tweet"], link["sent"]] > 1:
            continue
        sentence = article["tweets"][link["tweet"]]["sents"][link["sent"]]
        kind = link["error"]["type"] if link["error"] else "clean"
        row = str(sentence.get("row", (article["id"], link["tweet"], link["sent"])))
        doc = article.get("doc", article["id"])
        out.append(PairExample(name, doc, kind, sentence["en"], link["ar_text"], row))
    return out


def read_contrast(shared: Path) -> list[PairExample]:
    """The contrast pairs of the benchmark."""
    text = (shared / "bench" / "contrast_dev.jsonl").read_text(encoding="utf-8")
    rows = [json.loads(line) for line in text.splitlines()]
    return [
        PairExample("contrast", r["base"], r["type"] or "clean", r["en"], r["ar"], str(n)) for n, r in enumerate(rows)
    ]
