"""The one record of a corpus, `PairRow`: what every source yields and every format writes and reads.

`FIELDS` names the columns with their types, in the order in which every format gives them; what a source holds beyond
them stands in `extra` and is written as one JSON value, so nothing is lost.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import regex

from align.files import dump_json

FieldType = Literal["text", "int", "float", "json"]
FIELDS: dict[str, FieldType] = {
    "pair_id": "text",
    "en": "text",
    "ar": "text",
    "probability": "float",
    "cosine": "float",
    "margin": "float",
    "coverage_en": "float",
    "coverage_ar": "float",
    "verdict": "text",
    "rendering": "text",
    "rendering_id": "text",
    "split": "text",
    "doc_id": "text",
    "source": "text",
    "title": "text",
    "published": "text",
    "article_url": "text",
    "outlet": "text",
    "ar_start": "int",
    "ar_end": "int",
    "en_start": "int",
    "en_end": "int",
    "ar_line": "int",
    "en_line": "int",
    "tweet": "int",
    "tweet_id": "text",
    "tweet_url": "text",
    "author": "text",
    "handle": "text",
    "created_at": "text",
    "tweet_en_start": "int",
    "tweet_en_end": "int",
    "en_sha256": "text",
    "findings": "json",
    "extra": "json",
}
PairRecord = dict[str, Any]  # every column of `FIELDS` by name, with a value of its type or None
_SURROGATE = regex.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class PairRow:
    """One pair with its scores and its origin. Offsets as in pairs.jsonl; `tweet_en_*` count into the tweet's text."""

    pair_id: str
    en: str  # "" in a corpus without tweet texts
    ar: str
    probability: float | None = None
    cosine: float | None = None
    margin: float | None = None
    coverage_en: float | None = None
    coverage_ar: float | None = None
    verdict: str | None = None
    rendering: str | None = None
    rendering_id: str | None = None
    split: str | None = None
    doc_id: str | None = None
    source: str | None = None
    title: str | None = None
    published: str | None = None
    article_url: str | None = None
    outlet: str | None = None
    ar_start: int | None = None
    ar_end: int | None = None
    en_start: int | None = None
    en_end: int | None = None
    ar_line: int | None = None
    en_line: int | None = None
    tweet: int | None = None
    tweet_id: str | None = None
    tweet_url: str | None = None
    author: str | None = None
    handle: str | None = None
    created_at: str | None = None
    tweet_en_start: int | None = None
    tweet_en_end: int | None = None
    en_sha256: str | None = None
    findings: tuple[Mapping[str, object], ...] = ()
    extra: Mapping[str, object] = field(default_factory=dict)


def row_of(record: Mapping[str, object]) -> PairRow:
    """The row in a record of any format; keys that are no column go to `extra`, lone surrogates become U+FFFD.

    A value that is not of its column's type goes to `extra` too. Raises ValueError when `en` or `ar` is no string.
    """
    values: dict[str, Any] = {}
    extra: dict[str, object] = {}
    for key, value in record.items():
        kind = FIELDS.get(key)
        if kind is None or key == "extra":
            continue
        try:
            values[key] = _typed(value, kind, is_text_side=key in ("en", "ar"))
        except ValueError:
            if key in ("en", "ar"):
                raise ValueError(f"expected a string as {key!r}, found {type(value).__name__}") from None
            extra[key] = value
    for side in ("en", "ar"):
        if side not in values:
            found = ", ".join(sorted(map(str, record))[:12]) or "no key at all"
            raise ValueError(f"expected the keys 'en' and 'ar', found {found}")
    given = _parsed(record.get("extra"))
    extra |= {key: value for key, value in record.items() if key not in FIELDS}
    extra |= given if isinstance(given, Mapping) else {"extra": given} if given is not None else {}
    values["findings"] = tuple(values.get("findings") or ())
    values["pair_id"] = values.get("pair_id") or text_id(values["en"], values["ar"])
    return PairRow(**values, extra=clean(extra))


def text_id(en: str, ar: str) -> str:
    """An id for a pair that came without one: the hash of its two texts."""
    return hashlib.sha256(f"{en}\0{ar}".encode("utf-8", "surrogatepass")).hexdigest()[:16]


def record_of(row: PairRow) -> PairRecord:
    """Every column in the order of `FIELDS`, safe to encode as UTF-8; `findings` a list, `extra` a dict."""
    record: PairRecord = {name: getattr(row, name) for name in FIELDS}
    record["findings"] = [dict(finding) for finding in row.findings]
    record["extra"] = dict(row.extra)
    for name, value in record.items():
        if isinstance(value, str) and not value.isprintable():  # printable characters are never surrogates
            record[name] = _SURROGATE.sub("\ufffd", value)
    return record


def flat_of(row: PairRow) -> dict[str, str]:
    """Every column that has a value, as a string that `row_of` reads back to the same value."""
    flat: dict[str, str] = {}
    for name, value in record_of(row).items():
        if FIELDS[name] == "json":
            if value:
                flat[name] = dump_json(value)
        elif value is not None:
            flat[name] = value if isinstance(value, str) else repr(value)
    return flat


def clean(value: Any) -> Any:
    """A JSON value without lone surrogates, which no file in UTF-8 holds."""
    if isinstance(value, str):
        return value if value.isprintable() else _SURROGATE.sub("\ufffd", value)
    if isinstance(value, Mapping):
        return {clean(key): clean(item) for key, item in value.items()}
    return [clean(item) for item in value] if isinstance(value, list | tuple) else value


def _typed(value: Any, kind: FieldType, *, is_text_side: bool) -> Any:
    """`value` as its column's type, read from a string where a text format gives one; ValueError when it is not."""
    if is_text_side:
        if not isinstance(value, str):
            raise ValueError
        return clean(value)
    if value is None or value == "":
        return None
    match kind:
        case "text":
            if isinstance(value, str | int) and not isinstance(value, bool):
                return clean(str(value))
        case "int":
            return _whole(value)
        case "float":
            return _number(value)
        case "json":
            parsed = clean(json.loads(value) if isinstance(value, str) else value)
            if isinstance(parsed, list) and all(isinstance(item, dict) for item in parsed):
                return parsed
    raise ValueError


def _parsed(value: Any) -> Any:
    """`extra` of a format that holds it as JSON; a string that is no JSON object is kept as it is."""
    try:
        parsed = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value or None
    return parsed if isinstance(parsed, Mapping) else value or None


def _whole(value: Any) -> int:
    number = int(value) if isinstance(value, str) else value
    if not isinstance(number, int) or isinstance(number, bool) or abs(number) >= 1 << 63:
        raise ValueError
    return number


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError
    number = float(value)
    if not math.isfinite(number):
        raise ValueError
    return number
