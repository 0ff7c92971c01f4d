"""How far reviewers agree: raw, Cohen's kappa (1960), Krippendorff's alpha for nominal data (2011)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

Labels = Mapping[int, Mapping[int, str]]  # unit -> rater -> label; a unit need not have every rater


@dataclass(frozen=True, slots=True)
class Agreement:
    """Figures over the units that two or more people labelled; None where they are not defined."""

    units: int
    raw: float | None  # share of the pairs of labels that are equal
    alpha: float | None
    kappas: Mapping[tuple[int, int], tuple[float | None, int]]  # raters -> kappa and the units both labelled


def agreement(labels: Labels) -> Agreement:
    """All figures at once."""
    shared = {unit: raters for unit, raters in labels.items() if len(raters) > 1}
    by_raters: dict[tuple[int, int], list[tuple[str, str]]] = defaultdict(list)
    for raters in shared.values():
        for one, other in combinations(sorted(raters), 2):
            by_raters[one, other].append((raters[one], raters[other]))
    couples = [couple for rows in by_raters.values() for couple in rows]
    raw = sum(a == b for a, b in couples) / len(couples) if couples else None
    kappas = {who: (cohen_kappa(rows), len(rows)) for who, rows in by_raters.items()}
    return Agreement(
        len(shared), raw, krippendorff_alpha([list(raters.values()) for raters in shared.values()]), kappas
    )


def cohen_kappa(couples: Sequence[tuple[str, str]]) -> float | None:
    """Two raters' agreement beyond chance; None where chance alone makes them agree."""
    count = len(couples)
    if not count:
        return None
    observed = sum(a == b for a, b in couples) / count
    first, second = Counter(a for a, _ in couples), Counter(b for _, b in couples)
    expected = sum(first[label] * second[label] for label in first) / count**2
    return None if expected == 1 else (observed - expected) / (1 - expected)


def krippendorff_alpha(units: Sequence[Sequence[str]]) -> float | None:
    """Any number of raters, missing labels allowed; None where only one label was ever used."""
    weights: dict[tuple[str, str], float] = defaultdict(float)
    for unit in units:
        if len(unit) < 2:
            continue
        coincidences = Counter((a, b) for i, a in enumerate(unit) for j, b in enumerate(unit) if i != j)
        for cell, times in coincidences.items():
            weights[cell] += times / (len(unit) - 1)
    totals: dict[str, float] = defaultdict(float)
    for (label, _), weight in weights.items():
        totals[label] += weight
    count = sum(totals.values())
    expected = count**2 - sum(total**2 for total in totals.values())
    if not count or not expected:
        return None
    differing = sum(weight for (a, b), weight in weights.items() if a != b)
    return 1 - (count - 1) * differing / expected
