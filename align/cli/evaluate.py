"""`align evaluate`: a run directory against a gold file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typer


def evaluate(
    gold: Path = typer.Argument(..., metavar="GOLD", help="JSONL in the benchmark's format; see docs/formats.md."),
    run: Path = typer.Argument(..., metavar="RUN", help="The directory that `align run` wrote."),
    by_text: bool = typer.Option(False, "--by-text", help="Find gold spans by their string: articles read from pages."),
    only_read: bool = typer.Option(False, "--only-read", help="Leave out articles that RUN does not hold."),
    json_output: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Score a run against gold.

    Tweets found, links by scenario, renderings, findings, and how far the probabilities can be believed.
    """
    from align.evaluate import read_run, score_run
    from align.gold import read_gold

    held = read_run(run)
    figures = score_run(read_gold(gold), held, by_text=by_text, only_read=only_read)
    typer.echo(json.dumps(figures, ensure_ascii=False, indent=1) if json_output else "\n".join(_lines(figures)))


def _lines(figures: dict[str, Any]) -> list[str]:
    plain = {name: value for name, value in figures.items() if not isinstance(value, dict)}
    lines = [
        f"{name:28} {value:.3f}" if isinstance(value, float) else f"{name:28} {value}" for name, value in plain.items()
    ]
    for name in figures["error_count"]:
        count, recall, same = (figures[key][name] for key in ("error_count", "error_recall", "error_recall_same_code"))
        lines.append(f"  {'error ' + name:26} {recall:.3f} flagged, {same:.3f} under its own code (n {count})")
    for name, row in figures["scenarios"].items():
        lines.append(f"  {name:26} f1 {row['f1']:.3f}, strict {row['f1_strict']:.3f} (articles {row['articles']})")
    return lines
