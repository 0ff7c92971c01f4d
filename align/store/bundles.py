"""What an import takes in: one article at a time, with its tweets, pairs and runner-up candidates."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from align.rows.kinds import DocumentRow, RejectionRow
from align.store.kinds import StoredPair, StoredTweet

_MOST_RUNNERS_UP = 5


@dataclass(frozen=True, slots=True)
class Bundle:
    """One article and all that belongs to it."""

    document: DocumentRow
    tweets: list[StoredTweet] = field(default_factory=list)
    pairs: list[StoredPair] = field(default_factory=list)
    rejected: list[RejectionRow] = field(default_factory=list)

    def runners_up(self, pair: StoredPair) -> list[RejectionRow]:
        """The likeliest candidates that lost against `pair`, best first."""
        place = (pair["tweet"], pair["en_start"], pair["en_end"])
        rows = [r for r in self.rejected if (r.get("tweet"), r.get("en_start"), r.get("en_end")) == place]
        return sorted(rows, key=lambda r: -float(r.get("probability") or 0))[:_MOST_RUNNERS_UP]


@dataclass(frozen=True, slots=True)
class Source:
    """Something to import."""

    path: Path
    digest: str  # of the content: the same content is imported once
    signature: str
    bundles: Callable[[], Iterator[Bundle]]  # every article, in order; raises StoreError when a file is broken
