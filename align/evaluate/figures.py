"""Figures from counts: for one run, for a thousand resamples at once, for two runs beside each other.

Figures are fractions in [0, 1]; macro F1 is the mean over scenarios, and where nothing should be paired it is the
share of articles left alone. Intervals: percentile bootstrap over articles (Efron 1979), so that sentences of one
article stay together. Two runs: approximate randomisation over articles (Noreen 1989; Yeh 2000).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from align.evaluate.counts import Counts, Run, count_run
from align.evaluate.gold import GoldArticle
from align.protocols import Floats

Nested = dict[str, "float | Nested"]
Figures = Callable[[Sequence[tuple[Any, ...]], Floats], dict[str, Floats]]
DRAWS = 1000
_BATCH = 100  # draws whose sums are held at once
_DICTS = ("error_count", "error_recall", "error_recall_same_code")


class Interval(NamedTuple):
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float


class Difference(NamedTuple):
    """How much a figure of one run is above that of another, with interval and two-sided p."""

    one: float
    other: float
    low: float
    high: float
    p: float


def f1(true: Any, predicted: Any, gold: Any) -> Any:
    """Harmonic mean of precision and recall; 1 where there is nothing to find and nothing was found."""
    both = np.asarray(predicted + gold, float)
    return np.where(both > 0, 2 * np.asarray(true) / np.maximum(both, 1), 1.0)[()]


def score_run(articles: Sequence[GoldArticle], run: Run, *, by_text: bool = False, only_read: bool = False) -> Nested:
    """Every figure of a run, nested as `score_bench.py` prints them; see `count_run` for the flags."""
    return nested(point(count_run(articles, run, by_text=by_text, only_read=only_read)))


def point(counts: Counts, figures: Figures | None = None) -> dict[str, float]:
    """Every figure by its dotted name, on all articles."""
    found = (figures or run_figures)(counts.names, counts.table.sum(0, keepdims=True))
    return {name: float(values[0]) for name, values in found.items()}


def intervals(
    counts: Counts, figures: Figures | None = None, *, draws: int = DRAWS, seed: int = 1
) -> dict[str, Interval]:
    """The same with intervals; `figures` makes them of sums, those of a run unless others are given."""
    made = figures or run_figures
    rng = np.random.default_rng(seed)
    drawn: dict[str, list[Floats]] = defaultdict(list)
    for size in _batches(draws if len(counts) else 0):
        weights = rng.multinomial(len(counts), np.full(len(counts), 1 / len(counts)), size).astype(float)
        for name, values in made(counts.names, weights @ counts.table).items():
            drawn[name].append(values)
    out = {}
    for name, value in point(counts, made).items():
        values = np.concatenate(drawn[name]) if drawn[name] else np.array([value])
        low, high = np.nanpercentile(values, (2.5, 97.5)) if not np.isnan(values).all() else (value, value)
        out[name] = Interval(value, float(low), float(high))
    return out


def compare(one: Counts, other: Counts, *, draws: int = DRAWS, seed: int = 1) -> dict[str, Difference]:
    """Two runs on the same articles in one order: difference, its bootstrap interval, p by exchange of articles."""
    names = tuple(sorted({*one.names, *other.names}, key=repr))
    tables = [_widened(counts, names) for counts in (one, other)]
    rng, n = np.random.default_rng(seed), len(one)
    seen = [run_figures(names, table.sum(0, keepdims=True)) for table in tables]
    observed = {name: float(seen[0][name][0] - seen[1][name][0]) for name in seen[0]}
    reached, drawn = dict.fromkeys(observed, 0), defaultdict(list)
    for size in _batches(draws if n else 0):
        swapped = rng.integers(0, 2, (size, n)).astype(float)
        mixed = [(1 - swapped) @ a + swapped @ b for a, b in (tables, tables[::-1])]
        weights = rng.multinomial(n, np.full(n, 1 / n), size).astype(float)
        by_chance = _differences(names, *mixed)
        for name, values in _differences(names, *(weights @ table for table in tables)).items():
            drawn[name].append(values)
            reached[name] += int((np.abs(by_chance[name]) >= abs(observed[name]) - 1e-12).sum())
    out = {}
    for name in observed:
        values = np.concatenate(drawn[name]) if drawn[name] else np.zeros(1)
        low, high = np.nanpercentile(values, (2.5, 97.5)) if not np.isnan(values).all() else (0.0, 0.0)
        p = (1 + reached[name]) / (1 + draws)
        out[name] = Difference(float(seen[0][name][0]), float(seen[1][name][0]), float(low), float(high), p)
    return out


def _batches(draws: int) -> Iterator[int]:
    for start in range(0, draws, _BATCH):
        yield min(_BATCH, draws - start)


def _widened(counts: Counts, names: Sequence[tuple[Any, ...]]) -> Floats:
    at = {name: place for place, name in enumerate(counts.names)}
    columns = [counts.table[:, at[name]] if name in at else np.zeros(len(counts)) for name in names]
    return np.stack(columns, axis=1) if columns else np.zeros((len(counts), 0))


def _differences(names: Sequence[tuple[Any, ...]], one: Floats, other: Floats) -> dict[str, Floats]:
    left, right = run_figures(names, one), run_figures(names, other)
    return {name: left[name] - right[name] for name in left}


def run_figures(names: Sequence[tuple[Any, ...]], sums: Floats) -> dict[str, Floats]:
    """Every figure by its dotted name, (draws,), from the sums of the counts, (draws, names)."""
    column: dict[tuple[Any, ...], Floats] = dict(zip(names, sums.T, strict=True))
    zero = np.zeros(len(sums))

    def total(*name: Any) -> Floats:
        return column.get(name, zero)

    found, tweets = np.maximum(1, total("tweets_found")), total("tweets_gold")
    scenarios = sorted({name[1] for name in names if name[0] == "scenario"})
    kinds = sorted({name[1] for name in names if name[0] == "error"})
    rows = {name: _scenario(name, total) for name in scenarios}
    whole = {part: sum((total("scenario", s, part) for s in scenarios), zero) for part in _PARTS}
    clean = [(total("alarm", name[1]), total("clean", name[1])) for name in names if name[0] == "clean"]
    recall = {kind: _share(total("flagged", kind), total("error", kind)) for kind in kinds}
    recall_same = {kind: _share(total("flagged_as_such", kind), total("error", kind)) for kind in kinds}
    # Expected calibration error over ten bins of equal width (Naeini et al. 2015).
    gaps = sum((np.abs(total(*name)) for name in names if name[0] == "gap"), zero)
    return {
        "articles": total("articles"),
        "tweet_recall": total("tweets_found") / np.maximum(1, tweets),
        "tweet_precision": total("tweets_found") / np.maximum(1, total("tweets_predicted")),
        **{f"{name}_accuracy": total(name) / found for name in ("handle", "author", "date")},
        "status_accuracy": total("status") / np.maximum(1, tweets),
        "macro_f1": _mean([row["f1"] for row in rows.values()], zero),
        "macro_f1_strict": _mean([row["f1_strict"] for row in rows.values()], zero),
        "micro_f1": f1(whole["true"], whole["predicted"], whole["gold"]),
        "micro_f1_strict": f1(whole["true_strict"], whole["predicted"], whole["gold"]),
        "rendering_accuracy": total("rendering") / np.maximum(1, whole["true"]),
        "calibration_error": gaps / np.maximum(1, total("judged")),
        "false_alarm_rate": sum((a for a, _ in clean), zero) / np.maximum(1, sum((n for _, n in clean), zero)),
        "false_alarm_rate_by_row": _mean([_share(a, n) for a, n in clean], zero),
        **{f"error_count.{kind}": total("error", kind) for kind in kinds},
        **{f"error_recall.{kind}": values for kind, values in recall.items()},
        **{f"error_recall_same_code.{kind}": values for kind, values in recall_same.items()},
        **{f"scenarios.{name}.{part}": values for name, row in rows.items() for part, values in row.items()},
        "macro_error_recall": _mean(list(recall.values()), zero),
        "macro_error_recall_same_code": _mean(list(recall_same.values()), zero),
    }


_PARTS = ("gold", "predicted", "true", "true_strict")


def _scenario(name: str, total: Any) -> dict[str, Floats]:
    """F1 of a scenario; NaN in a draw that holds no article of it."""
    gold, predicted, articles = (total("scenario", name, part) for part in ("gold", "predicted", "articles"))
    there = np.where(articles > 0, 1.0, np.nan)
    alone = total("scenario", name, "left_alone") / np.maximum(1, articles)
    scores = [
        np.where(gold > 0, f1(total("scenario", name, part), predicted, gold), alone) * there
        for part in ("true", "true_strict")
    ]
    return {"f1": scores[0], "f1_strict": scores[1], "articles": articles}


def _share(part: Floats, whole: Floats) -> Floats:
    """NaN where there is nothing to have a share of."""
    return np.asarray(np.where(whole > 0, part / np.maximum(1, whole), np.nan))


def _mean(rows: Sequence[Floats], zero: Floats) -> Floats:
    """The mean of the rows that are there, draw by draw; 0 without any."""
    if not rows:
        return zero
    table = np.array(rows)
    there = ~np.isnan(table)
    return np.asarray(np.where(there, table, 0).sum(0) / np.maximum(1, there.sum(0)))


def nested(flat: Mapping[str, float]) -> Nested:
    """Dotted names as nested dicts, with an empty dict where no name goes into one; counts as whole numbers."""
    out: Nested = {}
    for name, value in flat.items():
        head, _, rest = name.partition(".")
        path = [head, *rest.rpartition(".")[::2]] if head == "scenarios" else [head, *([rest] if rest else [])]
        place, last = out, path.pop()
        for part in path:
            deeper = place.setdefault(part, {})
            assert isinstance(deeper, dict)
            place = deeper
        is_count = last == "articles" or name.startswith("error_count.")
        place[last] = int(value) if is_count and isinstance(value, float) else value
    for name in (*_DICTS, "scenarios"):
        out.setdefault(name, {})
    return out
