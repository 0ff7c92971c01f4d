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
from align.mine.disagreement import Disagreement, Disagreements
from align.mine.weights import probabilities
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
    """One pair: rows of the two lists, its probability and every feature; with a disagreement, a pair refused."""

    english: int
    arabic: int
    probability: float
    features: dict[str, float]
    disagreement: Disagreement | None = None

    def is_pair(self, threshold: float) -> bool:
        """Whether it is likely enough, and nothing speaks against it."""
        return self.disagreement is None and self.probability >= threshold


@dataclass(frozen=True, slots=True)
class Miner:
    """What mining needs besides the texts."""

    matcher: Matcher
    direction: Direction = Direction.UNION
    k: int = 4  # neighbours of the margin
    work: Work | None = None  # None: all in this process

    def mine(self, texts: tuple[Sequence[str], Sequence[str]], say: Callable[[str], None]) -> list[Mined]:
        """Every mutual best pair with its probability, best first, then the candidates whose texts disagree.

        These take no sentence from another pair, and their probability is below the threshold of the weights.
        """
        work, bundle = self.work or LocalWork(self.matcher), self.matcher.bundle
        english = centred(work.encode(texts[0]), bundle.means.mean_en)
        arabic = centred(work.encode(texts[1]), bundle.means.mean_ar)
        candidates = find_candidates(texts, english, arabic, k=self.k, say=say, search=work.neighbours)
        candidates = candidates.only(np.flatnonzero(_wanted(candidates, self.direction)))
        first = probabilities(candidates, bundle.mining.first)
        likely = candidates.only(worth_words(first))
        likely = with_link_rows(likely, work.linked(link_batches(likely, texts)))
        taken, against = (set[int](), set[int]()), Disagreements(texts, bundle.checks)
        most = bundle.mining.threshold / 2
        pairs = _chosen(likely, probabilities(likely, bundle.mining.second), taken, against, most)
        rest = candidates.only(np.flatnonzero((first < LEAST_FIRST_PROBABILITY) & _is_mutual(candidates)))
        pairs += _chosen(rest, probabilities(rest, bundle.mining.first), taken, against, most)
        return sorted(pairs, key=lambda pair: (pair.disagreement is not None, -pair.probability, pair.english))


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
    candidates: Candidates,
    scores: Floats,
    taken: tuple[set[int], set[int]] | None = None,
    disagree: Callable[[int, int], bool] = lambda english, arabic: False,
) -> list[int]:
    """Candidates best first, each sentence once: a greedy matching, ties broken by row; `taken` grows by them.

    Candidates that `disagree` are passed over; only those whose sentences are both free are asked of.
    """
    taken = (set(), set()) if taken is None else taken
    chosen = []
    for row in np.lexsort((candidates.arabic, candidates.english, -scores)).tolist():
        i, j = int(candidates.english[row]), int(candidates.arabic[row])
        if i not in taken[0] and j not in taken[1] and not disagree(i, j):
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


def _chosen(
    candidates: Candidates, found: Floats, taken: tuple[set[int], set[int]], against: Disagreements, most: float
) -> list[Mined]:
    """The pairs, and the candidates that disagree, whose probability is at most `most`."""
    asked = set(against.found)
    chosen = one_partner_each(candidates, found, taken, against.between)
    refused = against.found.keys() - asked
    rows = zip(candidates.english.tolist(), candidates.arabic.tolist(), strict=True)
    out = [row for row, key in enumerate(rows) if key in refused]
    lowered = np.minimum(found, most)
    pairs = [_mined(candidates, found, row) for row in chosen]
    for row in out:
        pair = _mined(candidates, lowered, row)
        pairs.append(pair._replace(disagreement=against.found[pair.english, pair.arabic]))
    return pairs


def _mined(candidates: Candidates, found: Floats, row: int) -> Mined:
    features = {name: float(values[row]) for name, values in candidates.features.items()}
    return Mined(int(candidates.english[row]), int(candidates.arabic[row]), float(found[row]), features)
