"""One text as the checks read it: its words, what the tables find in it, its names, numbers and dates.

Each is worked out when it is first asked for, once, whatever the order of asking.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import regex

from align.check.evidence.known_names import Name, find_names
from align.check.evidence.lexicon import Mention, find_mentions
from align.check.evidence.polarity import Idea, find_ideas, find_negators
from align.check.evidence.tokens import Token, read_words
from align.records import Span
from align.text.calendar import read_mentions
from align.text.clock import Clock, read_clocks
from align.text.folded import folded
from align.text.mention import Mention as DateMention
from align.text.mention import Topic
from align.text.normal import NormalForm
from align.text.numeral import Numeral
from align.text.numerals import read_numerals
from align.text.quotation import quoted_spans
from align.text.spans import Covered
from align.text.units import units_named

NUMERIC_DATE = regex.compile(r"(?<!\d)\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}(?!\d)|(?<!\d)\d{1,2}/\d{1,2}(?!\d)")
Topics = Mapping[Topic, tuple[DateMention, ...]]


class TextView:
    """One text of a pair or around it. Spans are offsets into `text`; what it gives is shared, so to be read only."""

    def __init__(self, text: str, *, is_arabic: bool) -> None:
        self.text = text
        self.is_arabic = is_arabic
        self._ideas: dict[str, tuple[Idea, ...]] = {}

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """The words, in order."""
        return read_words(self.text, is_arabic=self.is_arabic)

    @cached_property
    def form(self) -> NormalForm:
        """The normal form with the way back to the text."""
        return folded(self.text)

    @cached_property
    def _mentions(self) -> Mapping[str, tuple[Mention, ...]]:
        return find_mentions(self.tokens, is_arabic=self.is_arabic)

    def mentions(self, table: str) -> tuple[Mention, ...]:
        """What one of the tables of ideas finds, in order."""
        return self._mentions.get(table, ())

    @cached_property
    def negators(self) -> tuple[Mention, ...]:
        """What denies, or may stand for a denial."""
        return find_negators(self.mentions("negators.tsv"), self.tokens, is_arabic=self.is_arabic)

    def ideas(self, table: str) -> tuple[Idea, ...]:
        """What one of the tables finds, each with whether it is negated."""
        found = self._ideas.get(table)
        if found is None:
            found = find_ideas(self.mentions(table), self.negators, self.tokens, is_arabic=self.is_arabic)
            self._ideas[table] = found
        return found

    @cached_property
    def names(self) -> tuple[Name, ...]:
        """Names that the tables hold, in order."""
        return find_names(self.text, self.tokens, is_arabic=self.is_arabic)

    @cached_property
    def numerals(self) -> tuple[Numeral, ...]:
        """Every number, in order."""
        return read_numerals(self.text, arabic=self.is_arabic)

    @cached_property
    def units(self) -> set[str]:
        """The units that are named, with or without a number."""
        return units_named(self.text, arabic=self.is_arabic)

    @cached_property
    def clocks(self) -> tuple[Clock, ...]:
        """Times of the day, in order."""
        return read_clocks(self.text, arabic=self.is_arabic)

    @cached_property
    def topics(self) -> Topics:
        """The mentions of dates, sorted by what they are about."""
        topics: dict[Topic, list[DateMention]] = {topic: [] for topic in Topic}
        for mention in read_mentions(self.text, arabic=self.is_arabic):
            topics[mention.topic].append(mention)
        return {topic: tuple(mentions) for topic, mentions in topics.items()}

    @cached_property
    def clock_values(self) -> set[int]:
        """Hours, of 24 and of 12, and minutes of the times of day."""
        return {value for c in self.clocks for value in (c.hour, c.hour % 12, c.minute % 60)}

    @cached_property
    def numeric_dates(self) -> Covered:
        """Where dates are written with figures alone (5/3/2020)."""
        return Covered(match.span() for match in NUMERIC_DATE.finditer(self.text))

    @cached_property
    def days_of_months(self) -> set[int]:
        """The days that stand beside the name of a month."""
        return {day for mention in self.topics[Topic.MONTH] for day in mention.days}

    @cached_property
    def months(self) -> set[int]:
        """The numbers of the months that are named."""
        return {int(m.value) for m in self.topics[Topic.MONTH]}

    @cached_property
    def quoted(self) -> tuple[Span, ...]:
        """What stands between quotation marks, the marks left out."""
        return quoted_spans(self.text)
