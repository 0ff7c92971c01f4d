"""Train, dev and test without a leak: what shares a tweet, an article or a sentence stays together.

Two passes. The first joins rows that share a tweet id, an article, or one side's normal form into groups (union-find
over 64-bit keys); the second gives each group a place by the smallest hash among its members. So an old group keeps its
split when the corpus grows, unless a new row joins it to another.

With `exact` the groups of one outlet and month are ranked by that hash and cut at the shares, which holds the shares in
every stratum; a group near a cut may then move when the corpus grows.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import accumulate

from align.errors import SettingsError
from align.pairs.corpus.duplicates import bare, key_of
from align.pairs.export.row import PairRow
from align.records import Rejection


class SplitPlan:
    """Which group each row belongs to, and which split each group got."""

    def __init__(self, shares: Mapping[str, float], *, seed: int = 0, exact: bool = False) -> None:
        """Raises SettingsError when the shares are not positive or do not sum to 1."""
        if not shares or min(shares.values()) <= 0 or abs(sum(shares.values()) - 1) > 1e-6:
            raise SettingsError(f"the shares of the splits must be positive and sum to 1, found {dict(shares)}")
        self._names = list(shares)
        self._edges = list(accumulate(shares.values()))[:-1]
        self._seed = seed
        self._exact = exact
        self._parent: dict[int, int] = {}
        self._strata: dict[int, str] = {}  # of the atom that a row is found by
        self._placed: dict[int, str] | None = None

    def learn(self, rows: Iterable[PairRow]) -> SplitPlan:
        """First pass: join what belongs together."""
        for row in rows:
            first, *others = _atoms(row)
            for other in others:
                self._join(first, other)
            self._parent.setdefault(first, first)
            if self._exact:
                stratum = f"{row.outlet}|{(row.published or '')[:7]}"
                self._strata[first] = min(stratum, self._strata.get(first, stratum))  # in whatever order rows come
        self._placed = None
        return self

    def split_of(self, row: PairRow) -> str:
        """The split of a row that was learnt."""
        if self._placed is None:
            self._placed = self._place_ranked() if self._exact else {}
        root = self._root(next(_atoms(row)))
        if root not in self._placed:
            self._placed[root] = self._name_at(self._position(root))
        return self._placed[root]

    def _position(self, root: int) -> float:
        digest = hashlib.blake2b(f"{self._seed}:{root}".encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") / (1 << 64)

    def _name_at(self, position: float) -> str:
        return self._names[bisect_right(self._edges, position)]

    def _place_ranked(self) -> dict[int, str]:
        groups: dict[int, str] = {}
        for atom, stratum in self._strata.items():
            root = self._root(atom)
            groups[root] = min(stratum, groups.get(root, stratum))
        by_stratum: defaultdict[str, list[int]] = defaultdict(list)
        for root, stratum in groups.items():
            by_stratum[stratum].append(root)
        placed = {}
        for stratum in sorted(by_stratum):
            ranked = sorted(by_stratum[stratum], key=self._position)
            # Half a step, moved by the stratum's own hash: else many strata of one group each would all go to train.
            shift = self._position(key_of(stratum))
            for rank, root in enumerate(ranked):
                placed[root] = self._name_at((rank + shift) / len(ranked))
        return placed

    def _root(self, atom: int) -> int:
        root = atom
        while self._parent.setdefault(root, root) != root:
            root = self._parent[root]
        while self._parent[atom] != root:
            self._parent[atom], atom = root, self._parent[atom]
        return root

    def _join(self, one: int, other: int) -> None:
        low, high = sorted((self._root(one), self._root(other)))
        self._parent[high] = low  # the smallest key is the root: which it is does not depend on the order of the rows


def _atoms(row: PairRow) -> Iterator[int]:
    """Keys of all that must not stand in two splits; the first is the Arabic sentence, which every row has."""
    yield key_of("ar", bare(row.ar))
    if row.en:
        yield key_of("en", bare(row.en))
    elif row.en_sha256:
        yield key_of("en_sha256", row.en_sha256)
    if row.tweet_id:
        yield key_of("tweet", row.tweet_id)
    if row.doc_id:
        yield key_of("doc", row.doc_id)


def parse_shares(text: str) -> dict[str, float]:
    """The shares in "train=0.8,dev=0.1,test=0.1". Raises SettingsError."""
    try:
        return {name.strip(): float(share) for name, share in (part.split("=") for part in text.split(","))}
    except ValueError:
        raise SettingsError(f"--shares must look like train=0.8,dev=0.1,test=0.1, found {text!r}") from None


def plan_splits(
    read: Callable[[], Iterable[PairRow | Rejection]],
    shares: Mapping[str, float],
    *,
    seed: int = 0,
    exact: bool = False,
) -> Iterator[PairRow | Rejection]:
    """The rows of a corpus that can be read twice, each with its split."""
    plan = SplitPlan(shares, seed=seed, exact=exact).learn(row for row in read() if isinstance(row, PairRow))
    for row in read():
        yield row if isinstance(row, Rejection) else replace(row, split=plan.split_of(row))
