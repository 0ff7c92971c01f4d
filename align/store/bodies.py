"""What a decision says, a plain JSON value, and how a change from outside is checked before it becomes one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from align.errors import StoreError
from align.records import Span
from align.rows.kinds import FindingRow
from align.store.kinds import Body, Piece, StoredPair, Tag
from align.text.words import words

CHOICES = ("accept", "reject", "unsure", "skip")
DECIDED = ("accept", "reject", "unsure", "merged")  # a skipped pair is left for others
TAGS = ("omission", "addition", "mistranslation", "number", "name", "grammar", "style")  # a short list after MQM
TAG_SEVERITIES = ("minor", "major", "critical")
EMPTY: Final[Body] = {"choice": None, "pieces": None, "findings": {}, "tags": [], "note": "", "into": None}
_MOST_PIECES = 8
_LONGEST_NOTE = 4000
LONGEST_TEXT = 20_000


def changed_body(before: Body, changes: Mapping[str, object], row: StoredPair, text: str) -> Body:
    """`before` with `changes`, every value checked against the pair's `row` and the article's `text`.

    Raises StoreError for anything that no page of ours would send.
    """
    body: Body = {**EMPTY, **before}
    unknown = set(changes) - {"choice", "pieces", "findings", "tags", "note"}
    if unknown or not changes:
        raise StoreError(
            f"expected choice, pieces, findings, tags or note to change, found {sorted(unknown) or 'none'}"
        )
    if "choice" in changes:
        body["choice"] = _choice(changes["choice"])
    if "pieces" in changes:
        body["pieces"] = _pieces(changes["pieces"], row, text)
    if "findings" in changes:
        body["findings"] = _findings(changes["findings"], row)
    if "tags" in changes:
        body["tags"] = _tags(changes["tags"])
    if "note" in changes:
        body["note"] = _note(changes["note"])
    if changes.get("choice") is not None:
        body["into"] = None
    return body


def finding_key(finding: FindingRow, row: Piece) -> str:
    """A name for a finding that holds across runs: its code and its place inside the pair."""
    en, ar = finding.get("en_start"), finding.get("ar_start")
    en_place = "" if en is None else en - row["en_start"]
    ar_place = "" if ar is None else ar - row["ar_start"]
    return f"{str(finding.get('code'))[:60]}:{en_place}:{ar_place}"


def proposed_piece(row: Piece) -> Piece:
    """The pair as the tool proposed it."""
    return {
        "en_start": row["en_start"],
        "en_end": row["en_end"],
        "ar_start": row["ar_start"],
        "ar_end": row["ar_end"],
        "en": row["en"],
        "ar": row["ar"],
    }


def english_of(piece: Piece) -> Span:
    """The span of the English side."""
    return Span(piece["en_start"], piece["en_end"])


def arabic_of(piece: Piece) -> Span:
    """The span of the Arabic side."""
    return Span(piece["ar_start"], piece["ar_end"])


def pieces_of(body: Body, row: Piece) -> list[Piece]:
    """What the decision takes the pair to be."""
    return list(body.get("pieces") or [proposed_piece(row)])


def snap_to_words(text: str, start: int, end: int) -> Span:
    """The span with both edges moved outwards to the edges of the words they cut, and inwards off white space."""
    window = max(0, start - 200)
    inside = text[window : end + 200]
    for word in words(inside):
        if word.start + window < start < word.end + window:
            start = word.start + window
        if word.start + window < end < word.end + window:
            end = word.end + window
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def _choice(value: object) -> str | None:
    if value is not None and value not in CHOICES:
        raise StoreError(f"expected a choice of {', '.join(CHOICES)}, found {value!r}")
    return value if value is None else str(value)


def _pieces(value: object, row: Piece, text: str) -> list[Piece] | None:
    if value is None:
        return None
    if not isinstance(value, list) or not 1 <= len(value) <= _MOST_PIECES:
        raise StoreError(f"expected 1 to {_MOST_PIECES} pieces, found {value!r:.80}")
    pieces = [_piece(piece, text) for piece in value]
    return None if pieces == [proposed_piece(row)] else pieces


def _piece(piece: object, text: str) -> Piece:
    if not isinstance(piece, dict):
        raise StoreError(f"expected a piece with spans, found {piece!r:.80}")
    english, en = _side(piece, "en", text)
    arabic, ar = _side(piece, "ar", text)
    return {
        "en_start": english.start,
        "en_end": english.end,
        "en": en,
        "ar_start": arabic.start,
        "ar_end": arabic.end,
        "ar": ar,
    }


def _side(piece: Mapping[str, object], side: str, text: str) -> tuple[Span, str]:
    """The span of one side on whole words, and its text: the corrected one, else what stands there."""
    start, end = piece.get(f"{side}_start"), piece.get(f"{side}_end")
    if type(start) is not int or type(end) is not int or not 0 <= start < end <= len(text):
        raise StoreError(f"expected a span inside the article for {side}, found {start!r:.20} to {end!r:.20}")
    span = snap_to_words(text, start, end)
    if span.start == span.end:
        raise StoreError("expected a span that holds a word; it is empty")
    corrected = piece.get(side)
    if corrected is None:
        return span, span.cut(text)
    if not isinstance(corrected, str) or not 0 < len(corrected.strip()) <= LONGEST_TEXT:
        raise StoreError(f"expected a corrected text of 1 to {LONGEST_TEXT} characters")
    return span, corrected


def _findings(value: object, row: StoredPair) -> dict[str, str]:
    known = {finding_key(finding, row) for finding in row.get("findings") or []}
    if not isinstance(value, dict) or not set(value) <= known:
        raise StoreError("expected verdicts on findings of this pair, found another key")
    if not set(value.values()) <= {"confirmed", "dismissed"}:
        raise StoreError("expected confirmed or dismissed for a finding")
    return dict(value)


def _tags(value: object) -> list[Tag]:
    if not isinstance(value, list) or len(value) > len(TAGS):
        raise StoreError(f"expected a list of error tags, found {value!r:.80}")
    tags: list[Tag] = []
    for tag in value:
        if not isinstance(tag, dict) or tag.get("type") not in TAGS or tag.get("severity") not in TAG_SEVERITIES:
            raise StoreError(f"expected a tag of {', '.join(TAGS)} with a severity, found {tag!r:.80}")
        tags.append({"type": str(tag["type"]), "severity": str(tag["severity"])})
    return tags


def _note(value: object) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST_NOTE:
        raise StoreError(f"expected a note of at most {_LONGEST_NOTE} characters")
    return value
