"""One mining job: two inputs read, near-duplicates collapsed, pairs mined and written with their scores."""

from __future__ import annotations

import json
import platform
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import NamedTuple, cast

from align import __version__
from align.errors import ReadError, RunError
from align.files import dump_json, sha256_text
from align.match.matcher import Matcher
from align.mine.mining import Direction, Mined, Miner, mine_texts
from align.mine.work import Work
from align.models.sections import MiningModel
from align.models.signature import changed_settings, encoder_part, exact, weights_part
from align.pairs.corpus.duplicates import ExactDuplicates, NearDuplicates, bare
from align.pairs.languages import is_swapped, other_language
from align.ranges import Checked, between, ranged
from align.read.kinds import looks_like_json, looks_like_jsonl
from align.read.posts import read_posts
from align.records import Post, Rejection
from align.rows.article import rejection_row
from align.rows.posts import BelowRow, MinedRow, MineFile, Origin
from align.settings import SHARE, ReadSettings, aside
from align.text.sentences import split_arabic, split_tweet
from align.text.words import count_arabic, count_latin
from align.writing import FileSet, refuse_overwriting

SCHEMA_VERSION = 1
MINE_FILES = ("pairs.jsonl", "rejected.jsonl", "run.json")
_BY_NAME = aside("stands in the signature under a name of its own")
_NAMED = ("cosine", "margin", "distance")  # scores that have fields of their own


@dataclass(frozen=True, slots=True)
class MineSettings(Checked):
    """How to mine."""

    direction: Direction = ranged(Direction.UNION, _BY_NAME)
    k: int = ranged(4, _BY_NAME | between(1, 64))
    threshold: float | None = ranged(None, _BY_NAME | SHARE)  # None: the one stored with the weights
    precision: float | None = ranged(None, _BY_NAME | SHARE)
    # likeness of letters from which two sentences of one side count as one; 1: only equal ones
    near: float = ranged(0.9, _BY_NAME | SHARE)


@dataclass(slots=True)
class Side:
    """The sentences of one input, each once."""

    texts: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)  # 0-based rows of the input
    origin: list[Origin] = field(default_factory=list)  # what is known of the post it stands in
    rejected: list[Rejection] = field(default_factory=list)
    read: int = 0
    foreign: Counter[str] = field(default_factory=Counter)  # sentences left out, by their language


@dataclass(frozen=True, slots=True)
class JobResult:
    """What a job wrote."""

    pairs: int
    summary: MineFile


def run_job(
    english: str, arabic: str, out: Path, matcher: Matcher,
    settings: MineSettings, read: ReadSettings, say: Callable[[str], None], work: Work | None = None,
) -> JobResult:  # fmt: skip
    """Mine two inputs into `out`: pairs.jsonl, rejected.jsonl and run.json, each whole; `work` does the heavy parts.

    Raises ReadError when a side has no sentence, RunError when `out` is another kind of directory, WriteError when it
    cannot be written.
    """
    if (out / "documents.jsonl").exists():
        raise RunError(f"{out} is the directory of an `align run`; choose another with --out")
    for name in MINE_FILES:
        refuse_overwriting(out / name, [Path(english), Path(arabic)])
    begin = perf_counter()
    sides = read_side(english, "en", read, settings.near), read_side(arabic, "ar", read, settings.near)
    for name, side, given in (("English", sides[0], english), ("Arabic", sides[1], arabic)):
        if not side.texts:
            raise ReadError("empty", f"expected {name} sentences in {given}, found none; are EN and AR swapped?")
        say(f"{given}: {len(side.texts)} sentences of {side.read}")
        if side.foreign:
            codes = ", ".join(f"{code} {count}" for code, count in side.foreign.most_common())
            say(f"{given}: {side.foreign.total()} lines in another language than {name} are left out: {codes}")
    if is_swapped({"en": sides[0].foreign, "ar": sides[1].foreign}, max(sides[0].read, sides[1].read)):
        say("are EN and AR swapped?")
    miner = Miner(matcher, settings.direction, settings.k, work)
    plans: list[str] = []

    def note(line: str) -> None:
        plans.append(line)
        say(line)

    mined = mine_texts(sides[0].texts, sides[1].texts, miner, note)
    least = _threshold(settings, matcher.bundle.mining)
    kept = [pair for pair in mined if pair.is_pair(least)]
    summary: MineFile = {
        "schema_version": SCHEMA_VERSION,
        "signature": signature_of(matcher, settings, read, least),
        "version": __version__,
        "versions": {"python": platform.python_version()},
        "model": {"name": matcher.encoder.name, "revision": matcher.encoder.revision, "dim": matcher.encoder.dim},
        "settings": {"direction": settings.direction.value, "k": settings.k, "threshold": least, "near": settings.near},
        "warnings": [{"code": notice.code, "message": notice.message} for notice in matcher.bundle.notices],
        "inputs": [english, arabic],
        "search": plans,
        "counts": {"pairs": len(kept), "below_threshold": len(mined) - len(kept),
                   "en_read": sides[0].read, "ar_read": sides[1].read,
                   "en_sentences": len(sides[0].texts), "ar_sentences": len(sides[1].texts)},
        "seconds": {"total": perf_counter() - begin},
    }  # fmt: skip
    refused = [rejection_row(r) for side in sides for r in side.rejected]
    below = [_below(pair, sides, least) for pair in mined if not pair.is_pair(least)]
    with FileSet() as files:
        files.open(out / "pairs.jsonl").writelines(dump_json(pair_row(pair, sides)) + "\n" for pair in kept)
        files.open(out / "rejected.jsonl").writelines(dump_json(row) + "\n" for row in (*refused, *below))
        files.open(out / "run.json").write(json.dumps(summary, ensure_ascii=False, indent=1) + "\n")
    return JobResult(len(kept), summary)


def _threshold(settings: MineSettings, weights: MiningModel) -> float:
    if settings.threshold is not None:
        return settings.threshold
    return weights.threshold if settings.precision is None else weights.threshold_for(settings.precision)


def signature_of(matcher: Matcher, settings: MineSettings, read: ReadSettings, least: float) -> str:
    """One line that names all that moves a score."""
    parts = [
        "mine",
        encoder_part(matcher.encoder),
        weights_part(matcher.bundle, "means", "mining"),
        f"k:{settings.k}|dir:{settings.direction.value}|thr:{exact(least)}|near:{exact(settings.near)}",
        *changed_settings(settings, MineSettings()),
        *changed_settings(read, ReadSettings(), "read."),
        f"v:{__version__}",
    ]
    return "|".join(parts)


def read_side(given: str, lang: str, settings: ReadSettings, near: float) -> Side:
    """The sentences of a plain file, one a line, or of a collection of posts; what cannot be used is a Rejection."""
    side = Side()
    exact, alike = ExactDuplicates(), NearDuplicates(near, [lang]) if near < 1 else None
    for line, text, origin in _sentences(given, lang, settings, side):
        refused = _refusal(text, lang, exact, alike)
        if refused is not None:
            side.foreign.update([refused.code] if refused.reason == "language" else [])
            side.rejected.append(Rejection("read", refused.reason, refused.detail, source=f"{given}:{line + 1}"))
            continue
        side.texts.append(text)
        side.lines.append(line)
        side.origin.append(origin)
    return side


class _Refused(NamedTuple):
    reason: str
    detail: str
    code: str = ""  # of the language


def _refusal(text: str, lang: str, exact: ExactDuplicates, alike: NearDuplicates | None) -> _Refused | None:
    """Why a sentence is not mined; one that is will be known as seen."""
    key = bare(text)
    if not key:
        return _Refused("empty", "expected words, found none")
    if exact.is_known(key):
        return _Refused("duplicate", "one like it came before")
    code = other_language(text, lang)
    if code is not None:
        return _Refused("language", f"expected {lang}, found {code}", code)
    if alike and alike.find_or_add(text) is not None:
        return _Refused("duplicate", "one like it came before")
    exact.add(key)
    return None


def _sentences(given: str, lang: str, settings: ReadSettings, side: Side) -> Iterator[tuple[int, str, Origin]]:
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


def _of_posts(given: str, lang: str, settings: ReadSettings, side: Side) -> Iterator[tuple[int, str, Origin]]:
    for number, post in enumerate(read_posts([given], settings)):
        if isinstance(post, Rejection):
            side.rejected.append(post)
            continue
        side.read += 1
        for span in split_arabic(post.text) if lang == "ar" else split_tweet(post.text):
            text = span.cut(post.text)
            if count_arabic(text) if lang == "ar" else count_latin(text):
                yield number, text, _origin(post, lang)


def _origin(post: Post, lang: str) -> Origin:
    if lang == "ar":
        return {"ar_source": post.source, "ar_id": post.post_id, "published": post.created_at, "article_url": post.url}
    return {"source": post.source, "tweet_id": post.post_id, "author": post.author, "handle": post.handle,
            "created_at": post.created_at, "tweet_url": post.url}  # fmt: skip


def pair_row(pair: Mined, sides: Sequence[Side]) -> MinedRow:
    """One line of pairs.jsonl."""
    english, arabic = sides
    en, ar = english.texts[pair.english], arabic.texts[pair.arabic]
    en_line, ar_line = english.lines[pair.english], arabic.lines[pair.arabic]
    origin = {k: v for o in (english.origin[pair.english], arabic.origin[pair.arabic]) for k, v in o.items() if v}
    row = {
        "pair_id": sha256_text(repr((en_line, ar_line, en, ar)))[:16],
        "en_line": en_line,
        "ar_line": ar_line,
        "en": en,
        "ar": ar,
        **{name: round(pair.features[name], 4) for name in _NAMED},
        "probability": round(pair.probability, 4),
        **origin,
        "features": {name: round(value, 4) for name, value in pair.features.items() if name not in _NAMED},
    }
    return cast(MinedRow, row)


def _below(pair: Mined, sides: Sequence[Side], least: float) -> BelowRow:
    reason, detail = "below_threshold", f"probability {pair.probability:.3f} is below the threshold {least:.3f}"
    if pair.disagreement is not None:
        reason, detail = pair.disagreement
    return {"stage": "mine", "reason": reason, "detail": detail, **pair_row(pair, sides)}
