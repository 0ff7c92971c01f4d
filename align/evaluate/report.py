"""One evaluation from its inputs, and how it is told: as text, as JSON, as a page."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from align import __version__
from align.errors import RunError
from align.evaluate.counts import count_run, read_run
from align.evaluate.curves import Curves, curves_of, refused_candidates
from align.evaluate.draw import as_svg, drawings
from align.evaluate.figures import Difference, Interval, compare, intervals, nested
from align.evaluate.gold import read_gold
from align.evaluate.pairs import count_pairs, pair_figures
from align.match.matcher import Matcher
from align.mine.weights import MiningWeights
from align.pairs.texts import read_pairs
from align.report.evaluation import Table, render_evaluation
from align.rows.reading import read_facts
from align.settings import ReadSettings

_COUNTS = ("articles", "pairs")
_NOTE = "Intervals: 95 %, percentile bootstrap over {unit}, {draws} draws, seed {seed}."
_NOTE_P = " p: two-sided, articles exchanged between the runs at random."


@dataclass(frozen=True, slots=True)
class Resampling:
    """How intervals are drawn."""

    draws: int = 1000
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Every figure with its interval, maybe beside another run, with curves and the signature."""

    title: str
    signature: str
    figures: Mapping[str, Interval]
    curves: Curves | None = None
    against: Mapping[str, Difference] | None = None
    note: str = ""


def evaluate_run(
    gold: Path, run: Path, *, against: Path | None, by_text: bool, only_read: bool, resampling: Resampling
) -> Evaluation:
    """A run against gold, and against another run of the same articles where one is named.

    Raises GoldError when the gold cannot be read or the two runs cannot be compared, RunError for an unreadable run.
    """
    articles, held = read_gold(gold), read_run(run)
    other = read_run(against) if against else None
    if only_read:
        articles = [a for a in articles if a.doc_id in held.documents and (not other or a.doc_id in other.documents)]
    counts = count_run(articles, held, by_text=by_text)
    difference = None
    if other is not None:
        theirs = count_run(articles, other, by_text=by_text)
        difference = compare(counts, theirs, draws=resampling.draws, seed=resampling.seed)
    flags = "".join(f"|{name}" for name, is_set in (("by-text", by_text), ("only-read", only_read)) if is_set)
    beside = f"|against:{_signature_of(against)}" if against else ""
    return Evaluation(
        f"{run} against {gold}",
        f"evaluate|gold:{_hash(gold)}|articles:{len(articles)}{flags}|draws:{resampling.draws}"
        f"|seed:{resampling.seed}|run:{_signature_of(run)}{beside}|v:{__version__}",
        intervals(counts, draws=resampling.draws, seed=resampling.seed),
        None if by_text else curves_of(articles, held, refused_candidates(run)),
        difference,
        _NOTE.format(unit="articles", draws=resampling.draws, seed=resampling.seed) + (_NOTE_P if against else ""),
    )


def evaluate_pairs(path: Path, matcher: Matcher, weights: MiningWeights, resampling: Resampling) -> Evaluation:
    """A file of pairs as a test of retrieval and mining. Raises GoldError without pairs, ReadError as `read_pairs`."""
    counts = count_pairs(list(read_pairs(path, ReadSettings())), matcher, weights)
    encoder = matcher.encoder
    return Evaluation(
        f"{encoder.name} on {path}",
        f"evaluate|pairs:{_hash(path)}|model:{encoder.name}@{encoder.revision[:12]}|weights:{weights.signature}"
        f"|thr:{weights.threshold:.3f}|draws:{resampling.draws}|seed:{resampling.seed}|v:{__version__}",
        intervals(counts, pair_figures, draws=resampling.draws, seed=resampling.seed),
        note=_NOTE.format(unit="pairs", draws=resampling.draws, seed=resampling.seed),
    )


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:8]


def _signature_of(run: Path) -> str:
    try:
        return read_facts(run)["signature"]
    except (RunError, KeyError):
        return "none"  # made by another program


def as_json(evaluation: Evaluation) -> dict[str, object]:
    """The figures as `score_bench.py` nests them, and beside them intervals, comparison, curves and signature."""
    shown = {name: interval.value for name, interval in evaluation.figures.items()}
    out: dict[str, object] = {}
    out |= nested(shown) if "articles" in shown else {**shown, "pairs": int(shown["pairs"])}
    out["intervals"] = {name: [i.low, i.high] for name, i in evaluation.figures.items() if not _is_count(name)}
    if evaluation.against is not None:
        out["against"] = {name: d._asdict() for name, d in evaluation.against.items() if not _is_count(name)}
    if evaluation.curves is not None:
        out["curves"] = {
            "reliability": [bin_._asdict() for bin_ in evaluation.curves.reliability],
            "precision_recall": {
                name: list(getattr(evaluation.curves, name)) for name in ("recall", "precision", "probability")
            },
        }
    return {**out, "signature": evaluation.signature}


def as_text(evaluation: Evaluation) -> str:
    """A table to read in a terminal."""
    lines = [evaluation.title, evaluation.signature, ""]
    for table in _tables(evaluation):
        rows = [table.columns, *table.rows]
        widths = [max(len(row[place]) for row in rows) for place in range(len(table.columns))]
        lines.append(table.heading)
        for row in rows:
            cells = [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
            lines.append("  " + "  ".join((row[0].ljust(widths[0]), *cells)).rstrip())
        lines.append("")
    return "\n".join([*lines, evaluation.note])


def as_page(evaluation: Evaluation) -> str:
    """The same as a page, with the curves."""
    plots = [(n.replace("_", " "), as_svg(draw)) for n, draw in _drawings(evaluation).items()]
    return render_evaluation(evaluation.title, evaluation.signature, _tables(evaluation), plots, evaluation.note)


def _drawings(evaluation: Evaluation) -> dict[str, Callable[[Any], None]]:
    return drawings(evaluation.curves) if evaluation.curves is not None else {}


def _tables(evaluation: Evaluation) -> list[Table]:
    figures = evaluation.figures
    plain = [name for name in figures if "." not in name]
    tables = [_comparison(evaluation.against, plain)] if evaluation.against is not None else []
    tables.append(Table("Figures", ("", "value", "95 %"), [(n, *_cells(n, figures[n])) for n in plain]))
    errors = _rows(figures, "error_count.", "", ("error_recall", "error_recall_same_code"))
    if errors:
        tables.append(Table("Injected errors", ("", "n", "flagged", "95 %", "as such", "95 %"), errors))
    scenarios = _rows(figures, "scenarios.", ".articles", ("f1", "f1_strict"))
    if scenarios:
        tables.append(Table("Scenarios", ("", "n", "F1", "95 %", "strict", "95 %"), scenarios))
    return tables


def _rows(figures: Mapping[str, Interval], head: str, tail: str, parts: Sequence[str]) -> list[tuple[str, ...]]:
    """A row for each name that stands between `head` and `tail`: its count, and the cells of each part."""
    rows = []
    for name, count in figures.items():
        if name.startswith(head) and name.endswith(tail):
            kind = name[len(head) : len(name) - len(tail)]
            full = [f"{head}{kind}.{part}" if tail else f"{part}.{kind}" for part in parts]
            cells = [cell for part in full for cell in _cells(part, figures[part])]
            rows.append((kind, f"{count.value:.0f}", *cells))
    return rows


def _comparison(against: Mapping[str, Difference], names: Sequence[str]) -> Table:
    rows = []
    for name in names:
        if not _is_count(name):
            one, other, low, high, p = against[name]
            gap = f"{one - other:+.3f}", f"[{low:+.3f}, {high:+.3f}]"
            rows.append((name, f"{one:.3f}", f"{other:.3f}", *gap, f"{p:.3f}"))
    return Table("Against the other run", ("", "this", "other", "gap", "95 %", "p"), rows)


def _cells(name: str, interval: Interval) -> tuple[str, str]:
    if _is_count(name):
        return f"{interval.value:.0f}", ""
    return f"{interval.value:.3f}", f"[{interval.low:.3f}, {interval.high:.3f}]"


def _is_count(name: str) -> bool:
    return name in _COUNTS or name.endswith(".articles") or name.startswith("error_count.")
