"""What a decision says, a plain JSON value, and how a change from outside is checked before it becomes one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final, Literal
from unicodedata import combining

from align.errors import StoreError
from align.records import Span
from align.rows.kinds import FindingRow
from align.store.kinds import Body, Piece, StoredPair, Tag

CHOICES = ("accept", "reject", "unsure", "skip")
DECIDED = ("accept", "reject", "unsure", "merged")  # a skipped pair is left for others
TAGS = ("omission", "addition", "mistranslation", "number", "name", "grammar", "style")  # a short list after MQM
TAG_SEVERITIES = ("minor", "major", "critical")
EMPTY: Final[Body] = {"choice": None, "pieces": None, "findings": {}, "tags": [], "note": "", "into": None}
_MOST_PIECES = 8
_MOST_SPANS = 8  # of one side of a merged piece
JOINT = " … "  # between spans that do not touch, as the checks join the pieces of a rendering
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


def trimmed(text: str, start: int, end: int) -> Span:
    """The span without the white space at its ends, and with no letter cut from its marks."""
    while start < end and (text[start].isspace() or combining(text[start])):
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while start < end < len(text) and combining(text[end]):
        end += 1
    return Span(start, end)


def joined_piece(pieces: Sequence[Piece], text: str) -> Piece:
    """The pieces as one: their spans in the order of the article, without what lies between them but white space."""
    english, en = _joined([span for piece in pieces for span in spans_of(piece, "en")], text)
    arabic, ar = _joined([span for piece in pieces for span in spans_of(piece, "ar")], text)
    joined: Piece = {
        "en_start": english[0].start, "en_end": english[-1].end, "en": en,
        "ar_start": arabic[0].start, "ar_end": arabic[-1].end, "ar": ar,
    }  # fmt: skip
    if len(english) > 1:
        joined["en_spans"] = [list(span) for span in english]
    if len(arabic) > 1:
        joined["ar_spans"] = [list(span) for span in arabic]
    return joined


def spans_of(piece: Piece, side: Literal["en", "ar"]) -> list[Span]:
    """The stretches of one side, in order; one but for merged pairs that do not touch."""
    stretches = piece.get("en_spans") if side == "en" else piece.get("ar_spans")
    if stretches:
        return [Span(start, end) for start, end in stretches]
    return [english_of(piece) if side == "en" else arabic_of(piece)]


def _joined(spans: Sequence[Span], text: str) -> tuple[list[Span], str]:
    merged: list[Span] = []
    for span in sorted(set(spans)):
        if merged and not text[merged[-1].end : span.start].strip():  # touching, overlapping, or a space apart
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged, JOINT.join(span.cut(text) for span in merged)


def _choice(value: object) -> str | None:
    if value is not None and value not in CHOICES:
        raise StoreError(f"expected a choice of {', '.join(CHOICES)}, found {value!r:.80}")
    return value if value is None else str(value)


def _pieces(value: object, row: Piece, text: str) -> list[Piece] | None:
    if value is None:
        return None
    if not isinstance(value, list) or not 1 <= len(value) <= _MOST_PIECES:
        raise StoreError(f"expected 1 to {_MOST_PIECES} pieces, found {value!r:.80}")
    pieces = [checked_piece(piece, text) for piece in value]
    return None if pieces == [proposed_piece(row)] else pieces


def checked_piece(piece: object, text: str) -> Piece:
    """A piece from outside, its spans trimmed. Raises StoreError for anything that is none."""
    if not isinstance(piece, dict):
        raise StoreError(f"expected a piece with spans, found {piece!r:.80}")
    english, en = _side(piece, "en", text)
    arabic, ar = _side(piece, "ar", text)
    checked: Piece = {
        "en_start": english[0].start,
        "en_end": english[-1].end,
        "en": en,
        "ar_start": arabic[0].start,
        "ar_end": arabic[-1].end,
        "ar": ar,
    }
    if len(english) > 1:
        checked["en_spans"] = [list(span) for span in english]
    if len(arabic) > 1:
        checked["ar_spans"] = [list(span) for span in arabic]
    return checked


def _side(piece: Mapping[str, object], side: str, text: str) -> tuple[list[Span], str]:
    """The spans of one side, and its text: the corrected one, else what stands there."""
    given = piece.get(f"{side}_spans") or [[piece.get(f"{side}_start"), piece.get(f"{side}_end")]]
    if not isinstance(given, list) or len(given) > _MOST_SPANS:
        raise StoreError(f"expected 1 to {_MOST_SPANS} spans for {side}, found {given!r:.80}")
    spans = [_span(span, side, text) for span in given]
    if any(later.start < earlier.end for earlier, later in pairwise(spans)):
        raise StoreError(f"expected spans for {side} in the order of the article, found {given!r:.80}")
    corrected = piece.get(side)
    if corrected is None:
        return spans, JOINT.join(span.cut(text) for span in spans)
    if not isinstance(corrected, str) or not 0 < len(corrected.strip()) <= LONGEST_TEXT:
        raise StoreError(f"expected a corrected text of 1 to {LONGEST_TEXT} characters")
    return spans, corrected


def _span(given: object, side: str, text: str) -> Span:
    match given:
        case [int(start), int(end)] if type(start) is type(end) is int and 0 <= start < end <= len(text):
            span = trimmed(text, start, end)
        case _:
            raise StoreError(f"expected a span inside the article for {side}, found {given!r:.60}")
    if not any(char.isalnum() for char in span.cut(text)):
        raise StoreError("expected a span that holds a word; it is empty")
    return span


def _findings(value: object, row: StoredPair) -> dict[str, str]:
    known = {finding_key(finding, row) for finding in row.get("findings") or []}
    if not isinstance(value, dict) or not set(value) <= known:
        raise StoreError("expected verdicts on findings of this pair, found another key")
    if any(said not in ("confirmed", "dismissed") for said in value.values()):
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
