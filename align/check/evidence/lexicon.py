"""Word tables of data/lexicon/: which phrase of either language names which idea, and where a text holds one.

A table is tab-separated: group, key, English phrases, Arabic phrases; phrases are parted by "|", lines that begin with
# are comments. Of phrases that overlap inside one group the longest counts, so a longer phrase under the key "-"
switches a shorter one off ("لا سيما" is no negation). In a phrase "=word" is the word as written (and/so prefixes
apart), "==word" the same with ta marbuta kept, any other word is a base form, and "_" stands for one to five words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from align.check.evidence.tokens import Token, written_form
from align.files import data_path
from align.models.signature import content_hash
from align.records import Span
from align.text.normal import normal_form

TABLES = (
    "negators.tsv",
    "opposites.tsv",
    "anchors.tsv",
    "quantifiers.tsv",
    "modals.tsv",
    "roles.tsv",
    "gendered.tsv",
    "speech.tsv",
    "claims.tsv",
    "stages.tsv",
)
MASK = "-"
_GAP = "_"
_WIDEST_GAP = 5
_MOST_KEPT = 50_000  # words whose phrases are remembered


class Mention(NamedTuple):
    """A phrase of a table found in a text."""

    group: str
    key: str
    first: int  # index of its first word
    last: int  # of its last word, included
    span: Span


class Row(NamedTuple):
    """One line of a table."""

    group: str
    key: str
    en: tuple[str, ...]
    ar: tuple[str, ...]


class PhraseTable:
    """Phrases of one language, found by their first word."""

    def __init__(self, phrases: Iterable[tuple[str, str, str]]) -> None:
        """`phrases`: (group, key, phrase)."""
        self._by_first: dict[str, list[tuple[str, str, tuple[str, ...]]]] = defaultdict(list)
        self._known: dict[str, tuple[tuple[str, str, tuple[str, ...]], ...]] = {}
        for group, key, phrase in phrases:
            parts = tuple(_part(part) for part in phrase.replace(".", " ").split())
            if parts:
                self._by_first[parts[0]].append((group, key, parts))

    def _starting(self, token: Token) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
        """The phrases that may begin with `token`; the same words come again and again, so they are kept."""
        kept = self._known.get(token.written)
        if kept is None:
            if len(self._known) >= _MOST_KEPT:
                self._known.clear()
            kept = tuple(entry for form in token.forms if form in self._by_first for entry in self._by_first[form])
            self._known[token.written] = kept
        return kept

    def find(self, tokens: Sequence[Token]) -> list[Mention]:
        """The mentions in a text, in order; inside a group no two overlap, and masks are left out."""
        found = []
        for first, token in enumerate(tokens):
            for group, key, parts in self._starting(token):
                last = _match(parts, 1, tokens, first, first + 1)
                if last is not None:
                    found.append(Mention(group, key, first, last, Span(token.span.start, tokens[last].span.end)))
        return _longest(found)


def _part(part: str) -> str:
    return "==" + written_form(part[2:]) if part.startswith("==") else normal_form(part)


def _match(parts: tuple[str, ...], at: int, tokens: Sequence[Token], start: int, index: int) -> int | None:
    """Where a phrase ends whose parts from `at` on are looked for from word `index` on."""
    if at == len(parts):
        return index - 1 if index <= len(tokens) else None
    if parts[at] == _GAP:
        for skip in range(1, _WIDEST_GAP + 1):
            last = _match(parts, at + 1, tokens, start, index + skip)
            if last is not None:
                return last
        return None
    if index >= len(tokens) or tokens[index].clause != tokens[start].clause:
        return None  # no phrase runs over a punctuation mark
    if parts[at] in tokens[index].forms:
        return _match(parts, at + 1, tokens, start, index + 1)
    return None


def _longest(found: list[Mention]) -> list[Mention]:
    """Drop what lies inside a longer phrase of its group, and what a mask covers; one phrase may have several keys."""
    taken: dict[str, dict[int, tuple[int, int, bool]]] = defaultdict(dict)  # group, word: the phrase that holds it
    kept = []
    for mention in sorted(set(found), key=lambda m: (m.first - m.last, m.key != MASK, m.first, m.group, m.key)):
        held = taken[mention.group]
        own = (mention.first, mention.last, mention.key == MASK)
        places = range(mention.first, mention.last + 1)
        if any(held.get(place, own) != own for place in places):
            continue
        held.update(dict.fromkeys(places, own))
        if mention.key != MASK:
            kept.append(mention)
    return sorted(kept, key=lambda m: (m.first, m.group, m.key))


def read_table(name: str) -> tuple[Row, ...]:
    """The rows of data/lexicon/`name`."""
    rows = []
    for line in data_path("lexicon", name).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            group, key, en, ar = (line.split("\t") + ["", "", ""])[:4]
            rows.append(Row(group, key, _phrases(en), _phrases(ar)))
    return tuple(rows)


def lexicon_hash() -> str:
    """What stands for all tables of data/lexicon/ in a signature: a hash of their rows, comments left out."""
    names = sorted(path.name for path in data_path("lexicon").glob("*.tsv"))
    return content_hash({name: read_table(name) for name in names})


@lru_cache(maxsize=8)
def read_list(name: str) -> frozenset[str]:
    """The words of one list of data/lexicon/lists.tsv, in normal form."""
    row = next(row for row in read_table("lists.tsv") if row.group == name)
    return frozenset(normal_form(word) for word in row.key.split())


def _phrases(cell: str) -> tuple[str, ...]:
    return tuple(phrase.strip() for phrase in cell.split("|") if phrase.strip())


@lru_cache(maxsize=1)
def _all_tables() -> tuple[PhraseTable, PhraseTable]:
    """The English and the Arabic phrases of all tables of ideas in one, so that a text is walked once."""
    rows = [(name, row) for name in TABLES for row in read_table(name)]
    english = PhraseTable((f"{name}:{row.group}", row.key, phrase) for name, row in rows for phrase in row.en)
    arabic = PhraseTable((f"{name}:{row.group}", row.key, phrase) for name, row in rows for phrase in row.ar)
    return english, arabic


def find_mentions(tokens: Sequence[Token], *, is_arabic: bool) -> Mapping[str, tuple[Mention, ...]]:
    """What each of TABLES finds in a text, in order; a table that finds nothing is left out."""
    found: dict[str, list[Mention]] = defaultdict(list)
    for mention in _all_tables()[is_arabic].find(tokens):
        table, _, group = mention.group.partition(":")
        found[table].append(mention._replace(group=group))
    return {table: tuple(mentions) for table, mentions in found.items()}
