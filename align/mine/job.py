"""One mining job: two inputs read, near-duplicates collapsed, pairs mined and written with their scores."""

from __future__ import annotations

import json
import platform
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

from align import __version__
from align.errors import ReadError, RunError, WriteError
from align.files import sha256_text, write_atomic, write_jsonl
from align.match.matcher import Matcher
from align.mine.mining import Direction, Mined, Miner, mine_texts
from align.mine.weights import MiningWeights
from align.mine.work import Work
from align.pairs.corpus.duplicates import ExactDuplicates, NearDuplicates, bare
from align.read.kinds import looks_like_json, looks_like_jsonl
from align.read.posts import read_posts
from align.records import Post, Rejection
from align.rows.article import rejection_row
from align.settings import ReadSettings
from align.text.sentences import split_arabic, split_tweet
from align.text.words import count_arabic, count_latin

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class MineSettings:
    """How to mine."""

    direction: Direction = Direction.UNION
    k: int = 4
    threshold: float | None = None  # None: the one stored with the weights
    precision: float | None = None
    near: float = 0.9  # likeness of letters from which two sentences of one side count as one; 1: only equal ones


@dataclass(slots=True)
class Side:
    """The sentences of one input, each once."""

    texts: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)  # 0-based rows of the input
    origin: list[dict[str, Any]] = field(default_factory=list)  # what is known of the post it stands in
    rejected: list[Rejection] = field(default_factory=list)
    read: int = 0


@dataclass(frozen=True, slots=True)
class JobResult:
    """What a job wrote."""

    pairs: int
    summary: dict[str, Any]


def run_job(
    english: str, arabic: str, out: Path, matcher: Matcher, weights: MiningWeights,
    settings: MineSettings, read: ReadSettings, say: Callable[[str], None], work: Work | None = None,
) -> JobResult:  # fmt: skip
    """Mine two inputs into `out`: pairs.jsonl, rejected.jsonl and run.json, each whole; `work` does the heavy parts.

    Raises ReadError when a side has no sentence, RunError when `out` is another kind of directory, WriteError when it
    cannot be written.
    """
    if (out / "documents.jsonl").exists():
        raise RunError(f"{out} is the directory of an `align run`; choose another with --out")
    begin = perf_counter()
    sides = read_side(english, "en", read, settings.near), read_side(arabic, "ar", read, settings.near)
    for name, side, given in (("English", sides[0], english), ("Arabic", sides[1], arabic)):
        if not side.texts:
            raise ReadError("empty", f"expected {name} sentences in {given}, found none; are the two the right way on?")
        say(f"{given}: {len(side.texts)} sentences of {side.read}")
    miner = Miner(matcher, weights, settings.direction, settings.k, work)
    plans: list[str] = []

    def note(line: str) -> None:
        plans.append(line)
        say(line)

    mined = mine_texts(sides[0].texts, sides[1].texts, miner, note)
    least = _threshold(settings, weights)
    kept = [pair for pair in mined if pair.probability >= least]
    summary = {
        "schema_version": SCHEMA_VERSION,
        "signature": signature_of(matcher, weights, settings, least),
        "version": __version__,
        "versions": {"python": platform.python_version()},
        "model": {"name": matcher.encoder.name, "revision": matcher.encoder.revision, "dim": matcher.encoder.dim},
        "settings": {"direction": settings.direction.value, "k": settings.k, "threshold": least, "near": settings.near},
        "inputs": [english, arabic],
        "search": plans,
        "counts": {"pairs": len(kept), "below_threshold": len(mined) - len(kept),
                   "en_read": sides[0].read, "ar_read": sides[1].read,
                   "en_sentences": len(sides[0].texts), "ar_sentences": len(sides[1].texts)},
        "seconds": {"total": perf_counter() - begin},
    }  # fmt: skip
    try:
        write_jsonl(out / "pairs.jsonl", (pair_row(pair, sides) for pair in kept))
        refused = [rejection_row(r) for side in sides for r in side.rejected]
        write_jsonl(out / "rejected.jsonl", refused + [_below(p, sides, least) for p in mined if p.probability < least])
        write_atomic(out / "run.json", json.dumps(summary, ensure_ascii=False, indent=1) + "\n")
    except OSError as error:
        raise WriteError(f"cannot write into {out}: {error}; choose another with --out, or make room") from error
    return JobResult(len(kept), summary)


def _threshold(settings: MineSettings, weights: MiningWeights) -> float:
    if settings.threshold is not None:
        return settings.threshold
    return weights.threshold if settings.precision is None else weights.threshold_for(settings.precision)


def signature_of(matcher: Matcher, weights: MiningWeights, settings: MineSettings, least: float) -> str:
    """One line that names all that moves a score."""
    encoder = matcher.encoder
    return (
        f"mine|model:{encoder.name}@{encoder.revision[:12]}|weights:{weights.signature}|k:{settings.k}"
        f"|dir:{settings.direction.value}|thr:{least:.3f}|near:{settings.near:g}|v:{__version__}"
    )


def read_side(given: str, lang: str, settings: ReadSettings, near: float) -> Side:
    """The sentences of a plain file, one a line, or of a collection of posts; what cannot be used is a Rejection."""
    side = Side()
    exact, alike = ExactDuplicates(), NearDuplicates(near) if near < 1 else None
    for line, text, origin in _sentences(given, lang, settings, side):
        key = bare(text)
        if not key or exact.is_known(key) or (alike and alike.find_or_add(key) is not None):
            reason = ("duplicate", "one like it came before") if key else ("empty", "expected words, found none")
            side.rejected.append(Rejection("read", *reason, source=f"{given}:{line + 1}"))
            continue
        exact.add(key)
        side.texts.append(text)
        side.lines.append(line)
        side.origin.append(origin)
    return side


def _sentences(given: str, lang: str, settings: ReadSettings, side: Side) -> Iterator[tuple[int, str, dict[str, Any]]]:
    path = Path(given)
    if not path.is_file() or _holds_records(path):
        yield from _of_posts(given, lang, settings, side)
        return
    with path.open("rb") as stream:
        for number, raw in enumerate(stream):
            side.read += 1
            if len(raw) > settings.max_line_bytes:
                side.rejected.append(Rejection("read", "too_large", "the line is too long", source=f"{given}:{number}"))
                continue
            text = raw.decode("utf-8-sig", "replace").strip()
            if text:
                yield number, text, {}


def _holds_records(path: Path) -> bool:
    """Whether a file is a collection of posts rather than one sentence a line."""
    with path.open("rb") as stream:
        head = stream.read(4096)
    packed = head.startswith((b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PAR1"))
    return packed or path.suffix in (".csv", ".tsv") or looks_like_jsonl(head) or looks_like_json(head)


def _of_posts(given: str, lang: str, settings: ReadSettings, side: Side) -> Iterator[tuple[int, str, dict[str, Any]]]:
    for number, post in enumerate(read_posts([given], settings)):
        if isinstance(post, Rejection):
            side.rejected.append(post)
            continue
        side.read += 1
        for span in split_arabic(post.text) if lang == "ar" else split_tweet(post.text):
            text = span.cut(post.text)
            if count_arabic(text) if lang == "ar" else count_latin(text):
                yield number, text, _origin(post, lang)


def _origin(post: Post, lang: str) -> dict[str, Any]:
    if lang == "ar":
        return {"ar_source": post.source, "ar_id": post.post_id, "published": post.created_at, "article_url": post.url}
    return {"source": post.source, "tweet_id": post.post_id, "author": post.author, "handle": post.handle,
            "created_at": post.created_at, "tweet_url": post.url}  # fmt: skip


def pair_row(pair: Mined, sides: Sequence[Side]) -> dict[str, Any]:
    """One line of pairs.jsonl."""
    english, arabic = sides
    en, ar = english.texts[pair.english], arabic.texts[pair.arabic]
    en_line, ar_line = english.lines[pair.english], arabic.lines[pair.arabic]
    named = ("cosine", "margin", "distance")
    return {
        "pair_id": sha256_text(repr((en_line, ar_line, en, ar)))[:16],
        "en_line": en_line,
        "ar_line": ar_line,
        "en": en,
        "ar": ar,
        **{name: round(pair.features[name], 4) for name in named},
        "probability": round(pair.probability, 4),
        **{k: v for o in (english.origin[pair.english], arabic.origin[pair.arabic]) for k, v in o.items() if v},
        "features": {name: round(value, 4) for name, value in pair.features.items() if name not in named},
    }


def _below(pair: Mined, sides: Sequence[Side], least: float) -> dict[str, Any]:
    detail = f"probability {pair.probability:.3f} is below the threshold {least:.3f}"
    return {"stage": "mine", "reason": "below_threshold", "detail": detail, **pair_row(pair, sides)}
