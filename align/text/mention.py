"""A mention of a date in running text, as `calendar.read_mentions` returns it."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

import regex

from align.records import Span
from align.text.normal import NormalForm


class Topic(StrEnum):
    """What a mention is about, and what its value is."""

    WEEKDAY = "weekday"  # 0 (Monday) .. 6
    MONTH = "month"  # 1 .. 12
    HIJRI = "hijri"  # month of the Hijri year, 1 .. 12
    FEAST = "feast"  # its English name
    DAYPART = "daypart"  # 0 (dawn) .. 5 (night)
    DAY = "day"  # yesterday, today, tomorrow: an offset in days
    PERIOD = "period"  # "past week", "this month", "next year"
    SEASON = "season"  # its English name
    EDGE = "edge"  # the "begin" or the "end" of a period


class Mention(NamedTuple):
    """One mention of a date or a part of one."""

    topic: Topic
    value: int | str
    span: Span  # into the text as given
    sure: bool = True  # False where the word may mean something else
    days: tuple[int, ...] = ()  # days of the month that stand beside a month's name


def found_by(pattern: regex.Pattern[str], topic: Topic, value: int | str, form: NormalForm) -> list[Mention]:
    """A mention of `value` for every match of `pattern`."""
    return [Mention(topic, value, form.original_span(*m.span())) for m in pattern.finditer(form.text)]
