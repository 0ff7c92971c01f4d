"""Findings of rows moved between texts: those of a pair count into the article in files, into the pair on a page."""

from __future__ import annotations

from align.records import Finding, Severity, Span
from align.rows.kinds import FindingRow


def moved_row(row: FindingRow, *, en: int, ar: int) -> FindingRow:
    """The finding with the spans of each side moved by so many code points; what is no number becomes null.

    From a pair's own texts into the article: by where the pair's sides start there, and back by as much less.
    """
    moved = row.copy()
    if "en_start" in row:
        moved["en_start"] = _moved(row["en_start"], en)
    if "en_end" in row:
        moved["en_end"] = _moved(row["en_end"], en)
    if "ar_start" in row:
        moved["ar_start"] = _moved(row["ar_start"], ar)
    if "ar_end" in row:
        moved["ar_end"] = _moved(row["ar_end"], ar)
    return moved


def moved_rows(rows: object, *, en: int, ar: int) -> list[FindingRow]:
    """The findings of a file from elsewhere, moved likewise; what is no finding is left out."""
    found = rows if isinstance(rows, list) else []
    return [moved_row(row, en=en, ar=ar) for row in found if isinstance(row, dict)]  # type: ignore[arg-type]


def _moved(place: object, by: int) -> int | None:
    return place + by if isinstance(place, int) else None


def finding_row(finding: Finding) -> FindingRow:
    """A finding as a row, its spans as they are."""
    en, ar = finding.en, finding.ar
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
        "message_ar": finding.message_ar,
        "en_start": en.start if en else None,
        "en_end": en.end if en else None,
        "ar_start": ar.start if ar else None,
        "ar_end": ar.end if ar else None,
        "detail": dict(finding.detail),
    }


def finding_of(row: FindingRow) -> Finding:
    """The finding of a row, its spans as they are. Raises ValueError for a severity that does not exist."""
    return Finding(
        row["code"],
        Severity(row["severity"]),
        row["message"],
        row.get("message_ar", ""),
        _span(row["en_start"], row["en_end"]),
        _span(row["ar_start"], row["ar_end"]),
        row["detail"],
    )


def _span(start: int | None, end: int | None) -> Span | None:
    return None if start is None or end is None else Span(start, end)
