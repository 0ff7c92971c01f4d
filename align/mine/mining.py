"""Two lists of sentences in, pairs out: neighbours, candidates, probabilities, and a choice of one partner each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from align.index.blocked import Neighbours
from align.index.plan import SearchPlan, both_ways, plan_search
from align.match.links import centred
from align.match.matcher import Matcher
from align.mine.candidates import Candidates, candidates_of, link_batches, with_link_rows
from align.mine.weights import MiningWeights, probabilities
from align.mine.work import LocalWork, Work
from align.protocols import Floats, Ints, Matrix

NEIGHBOURS_TRIED = 4  # that become candidates in each direction; 8 gave F1 .9474 for .9475 (same documents, 5 sets)
LEAST_FIRST_PROBABILITY = 0.01  # by the model without word features; below it none has been a pair


class Direction(StrEnum):
    """Whose nearest neighbours may become pairs."""

    UNION = "union"
    INTERSECTION = "intersection"
    FORWARD = "forward"  # the nearest Arabic sentences of each English one
    BACKWARD = "backward"


class Mined(NamedTuple):
    """One pair: rows of the two lists, its probability and every feature."""

    english: int
    arabic: int
    probability: float
    features: dict[str, float]


@dataclass(frozen=True, slots=True)
class Miner:
    """What mining needs besides the texts."""

    matcher: Matcher
    weights: MiningWeights
    direction: Direction = Direction.UNION
    k: int = 4  # neighbours of the margin
    work: Work | None = None  # None: all in this process

    def mine(self, texts: tuple[Sequence[str], Sequence[str]], say: Callable[[str], None]) -> list[Mined]:
        """Every mutual best pair with its probability, best first."""
        work, calibration = self.work or LocalWork(self.matcher), self.matcher.calibration
        english = centred(work.encode(texts[0]), calibration.mean_en)
        arabic = centred(work.encode(texts[1]), calibration.mean_ar)
        candidates = find_candidates(texts, english, arabic, k=self.k, say=say, search=work.neighbours)
        candidates = candidates.only(np.flatnonzero(_wanted(candidates, self.direction)))
        first = probabilities(candidates, self.weights.first)
        likely = candidates.only(worth_words(first))
        likely = with_link_rows(likely, work.linked(link_batches(likely, texts)))
        taken: tuple[set[int], set[int]] = set(), set()
        pairs = _chosen(likely, probabilities(likely, self.weights.second), taken)
        rest = candidates.only(np.flatnonzero((first < LEAST_FIRST_PROBABILITY) & _is_mutual(candidates)))
        pairs += _chosen(rest, probabilities(rest, self.weights.first), taken)
        return sorted(pairs, key=lambda pair: (-pair.probability, pair.english))


def mine_texts(
    english: Sequence[str], arabic: Sequence[str], miner: Miner, say: Callable[[str], None] = lambda line: None
) -> list[Mined]:
    """The pairs of two lists of sentences, each sentence in one pair at most, best first."""
    return miner.mine((english, arabic), say) if english and arabic else []


def find_candidates(
    texts: tuple[Sequence[str], Sequence[str]],
    english: Matrix,
    arabic: Matrix,
    *,
    k: int,
    say: Callable[[str], None] = lambda line: None,
    search: Callable[[SearchPlan, Matrix, Matrix, int], tuple[Neighbours, Neighbours]] = both_ways,
) -> Candidates:
    """Neighbours both ways, exact or approximate as the size asks, which is said before it starts."""
    plan = plan_search(len(arabic), len(english), english.shape[1])
    say(plan.describe())
    forward, backward = search(plan, english, arabic, max(k, NEIGHBOURS_TRIED))
    return candidates_of(texts, forward, backward, depth=NEIGHBOURS_TRIED, k=k)


def worth_words(first: Floats) -> Ints:
    """Rows of the candidates that the first model leaves in the race, whose words are worth reading."""
    return np.flatnonzero(first >= LEAST_FIRST_PROBABILITY)


def _is_mutual(candidates: Candidates) -> NDArray[np.bool_]:
    return (candidates.features["lead_en"] >= 0) & (candidates.features["lead_ar"] >= 0)


def one_partner_each(
    candidates: Candidates, scores: Floats, taken: tuple[set[int], set[int]] | None = None
) -> list[int]:
    """Candidates best first, each sentence once: a greedy matching, ties broken by row; `taken` grows by them."""
    taken = (set(), set()) if taken is None else taken
    chosen = []
    for row in np.lexsort((candidates.arabic, candidates.english, -scores)).tolist():
        i, j = int(candidates.english[row]), int(candidates.arabic[row])
        if i not in taken[0] and j not in taken[1]:
            taken[0].add(i)
            taken[1].add(j)
            chosen.append(row)
    return chosen


def _wanted(candidates: Candidates, direction: Direction) -> Floats:
    match direction:
        case Direction.UNION:
            wanted = candidates.is_forward | candidates.is_backward
        case Direction.INTERSECTION:
            wanted = candidates.is_forward & candidates.is_backward
        case Direction.FORWARD:
            wanted = candidates.is_forward
        case Direction.BACKWARD:
            wanted = candidates.is_backward
    return np.asarray(wanted)


def _chosen(candidates: Candidates, found: Floats, taken: tuple[set[int], set[int]]) -> list[Mined]:
    return [_mined(candidates, found, row) for row in one_partner_each(candidates, found, taken)]


def _mined(candidates: Candidates, found: Floats, row: int) -> Mined:
    features = {name: float(values[row]) for name, values in candidates.features.items()}
    return Mined(int(candidates.english[row]), int(candidates.arabic[row]), float(found[row]), features)
