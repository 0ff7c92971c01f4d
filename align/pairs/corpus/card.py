"""The data card: README.md of a dataset folder, written from what was counted, with plots as SVG beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from align import __version__
from align.pairs.corpus.stats import StatsRow

_TOP = 20  # outlets and codes that the card names; stats.json has all
_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
_LARGEST = "1M<n<10M"
_FILL_IN = "_To be filled in by whoever publishes this corpus._"


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What the card says beyond the statistics."""

    name: str
    licence: str = "unknown"
    sources: tuple[str, ...] = ()
    signatures: tuple[str, ...] = ()  # of the runs that the pairs come from
    review: tuple[str, ...] = ()  # lines on how many people decided and agreed
    command: str = ""
    filters: Mapping[str, object] = field(default_factory=dict)  # the settings that were not left at their default
    rejected: Mapping[str, int] = field(default_factory=dict)
    is_dehydrated: bool = False


def write_card(folder: Path, stats: StatsRow, splits: Mapping[str, int], facts: CardFacts) -> None:
    """Write README.md, stats.json and the plots into `folder`; equal inputs give equal bytes."""
    plots = []
    drawn = (
        ("probability", "Probability", stats["probability"]),
        ("ratio", "Arabic over English length", stats["ratio"]),
    )
    for name, title, histogram in drawn:
        if histogram:
            _plot(folder / f"{name}.svg", histogram, title)
            plots.append(f"![{title}]({name}.svg)")
    (folder / "stats.json").write_text(json.dumps(stats, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (folder / "README.md").write_text(card_text(stats, splits, facts, plots), encoding="utf-8")


def card_text(stats: StatsRow, splits: Mapping[str, int], facts: CardFacts, plots: list[str]) -> str:
    """The card as Markdown under a YAML header."""
    size = next((name for limit, name in _SIZES if stats["pairs"] < limit), _LARGEST)
    names = sorted(splits) or ["train"]
    judged = {"verdict": stats["verdict"], "rendering": stats["rendering"], "finding": stats["finding"]}
    header = {
        "pretty_name": facts.name,
        "language": ["en", "ar"],
        "license": facts.licence,
        "task_categories": ["translation"],
        "multilinguality": ["translation"],
        "size_categories": [size],
        "configs": [
            {
                "config_name": "default",
                "data_files": [{"split": split, "path": f"data/{split}-*.parquet"} for split in names],
            }
        ],
    }
    # JSON is YAML: one value a line needs no YAML writer and quotes whatever a name may hold.
    yaml = "\n".join(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in header.items())
    sections = [
        f"# {_inline(facts.name)}",
        "English tweet sentences paired with the Arabic news text that renders them."
        + (" English texts are left out: see “Texts” below." if facts.is_dehydrated else ""),
        "## Size\n\n" + _sizes(stats, splits),
        "## Outlets\n\n" + _table("outlet", stats["outlet"]),
        "## Dates of the articles\n\n"
        + f"{stats['dates']['first'] or 'unknown'} to {stats['dates']['last'] or 'unknown'}\n\n"
        + _table("year", dict(sorted(stats["year"].items()))),
        "## Scores\n\n" + ("\n\n".join(plots) or "The pairs carry no scores."),
        "## Verdicts, renderings, findings\n\n"
        + "\n\n".join(_table(name, counts) for name, counts in judged.items() if counts),
        *(["## Review\n\n" + "\n".join(f"- {line}" for line in facts.review)] if facts.review else []),
        "## Filters\n\n" + _filters(facts),
        "## Texts\n\n" + _texts(facts),
        f"## Licence and terms\n\nLicence: {_inline(facts.licence)}\n\n"
        f"Terms of the platform and of the outlets: {_FILL_IN}\n\n"
        f"Personal data, and whom to ask for removal: {_FILL_IN}",
        "## How it was made, and how to rebuild it\n\n" + _rebuild(facts),
    ]
    return f"---\n{yaml}\n---\n\n" + "\n\n".join(sections) + "\n"


def _sizes(stats: StatsRow, splits: Mapping[str, int]) -> str:
    rows = {"pairs": stats["pairs"], "articles": stats["articles"], "tweets with an id": stats["tweets"]}
    rows |= {f"pairs in {split}": count for split, count in sorted(splits.items())}
    for side, name in (("en", "English"), ("ar", "Arabic")):
        texts = stats["texts"][side]
        rows |= {f"{name} words": texts["words"], f"{name} characters": texts["characters"]}
    return _table("", rows, most=len(rows))


def _table(name: str, counts: Mapping[str, int], most: int = _TOP) -> str:
    shown = list(counts.items())[:most]
    hidden = len(counts) - len(shown)
    lines = [f"| {name} | count |", "|---|---:|", *(f"| {_inline(key)} | {count:,} |" for key, count in shown)]
    return "\n".join(lines) + (f"\n\nand {hidden} more in stats.json" if hidden else "")


def _filters(facts: CardFacts) -> str:
    if not facts.filters and not facts.rejected:
        return "None."
    settings = "\n".join(
        f"- `{name}`: `{json.dumps(value, ensure_ascii=False)}`" for name, value in facts.filters.items()
    )
    left_out = _table("left out because of", facts.rejected, most=len(facts.rejected)) if facts.rejected else ""
    return "\n\n".join(filter(None, (settings, left_out)))


def _texts(facts: CardFacts) -> str:
    if not facts.is_dehydrated:
        return "Both sides stand in the files."
    return (
        "The `en` column is empty: `tweet_id`, `tweet_en_start`, `tweet_en_end` (code points) and `en_sha256` say "
        "which words of which tweet belong there. With a collection of the tweets: "
        "`align corpus hydrate DATASET --tweets TWEETS.jsonl --out PAIRS.jsonl`."
    )


def _rebuild(facts: CardFacts) -> str:
    lines = [f"- align {__version__}", *(f"- signature: {_code(signature)}" for signature in facts.signatures)]
    lines += [f"- source: {_code(source)}" for source in facts.sources]
    return "\n".join(lines) + (f"\n\n```sh\n{facts.command}\n```" if facts.command else "")


def _inline(text: str) -> str:
    """A name from the data as one cell of a table."""
    return " ".join(str(text).split()).replace("|", "\\|").replace("<", "&lt;")


def _code(text: str) -> str:
    """The same as a code span, in which nothing is escaped."""
    return "`" + " ".join(str(text).split()).replace("`", "'") + "`"


def _plot(path: Path, histogram: Mapping[str, int], title: str) -> None:
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    edges = [float(edge) for edge in histogram]
    width = edges[1] - edges[0]
    with matplotlib.rc_context({"svg.hashsalt": "align", "svg.fonttype": "none"}):  # ids by content, text as text
        figure = Figure(figsize=(6, 2.6), layout="constrained")
        FigureCanvasSVG(figure)
        axes = figure.add_subplot()
        axes.bar(edges, list(histogram.values()), width=width * 0.95, align="edge", color="#2f6f8f")
        axes.set_xlabel(title)
        axes.set_ylabel("pairs")
        figure.savefig(path, format="svg", metadata={"Date": None})
