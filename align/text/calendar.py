"""What running text says of days: weekdays, months, feasts, parts of the day, "tomorrow", "last week"."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from align.text.daynames import arabic_names, english_names
from align.text.folded import folded
from align.text.mention import Mention, Topic
from align.text.relative import relative_mentions


@lru_cache(maxsize=4096)
def read_mentions(text: str, *, arabic: bool) -> tuple[Mention, ...]:
    """Every mention of a date in `text`, spans into it, by topic and then by place."""
    form = folded(text)
    names = arabic_names(form, text) if arabic else english_names(form, text)
    return (*names, *relative_mentions(form, arabic=arabic))


def iso_day(text: str | None) -> date | None:
    """The day of an ISO date or time; None where there is none, or one that no tweet can bear."""
    try:
        day = date.fromisoformat((text or "")[:10])
    except ValueError:
        return None
    return day if 1900 <= day.year <= 2200 else None


def month_numbers(text: str, *, arabic: bool) -> set[int]:
    """The numbers of the months that `text` names."""
    return {int(m.value) for m in read_mentions(text, arabic=arabic) if m.topic is Topic.MONTH}
