"""`align corpus`: count, filter, split, merge, compare, and put tweet texts back."""

from __future__ import annotations

import json
from pathlib import Path

import typer

from align.cli.export import CONFIG, FILTERS, FORMAT, JSON, OUT, OVERWRITE, SOURCES, report, target_of
from align.pairs.export.formats import ExportFormat

corpus = typer.Typer(help="Work on corpora of pairs in any format.", no_args_is_help=True, rich_markup_mode=None)


@corpus.command()
def stats(sources: list[Path] = SOURCES) -> None:
    """Print sizes, outlets, dates, verdicts and score histograms as JSON."""
    from align.pairs.corpus.publish import read_all
    from align.pairs.corpus.stats import CorpusStats
    from align.pairs.export.row import PairRow

    counted = CorpusStats()
    for row in read_all(sources):
        if isinstance(row, PairRow):
            counted.add(row)
    typer.echo(json.dumps(counted.as_dict(), ensure_ascii=False, indent=1))


@corpus.command("filter")
def filter_corpus(
    sources: list[Path] = SOURCES,
    out: Path = OUT,
    form: ExportFormat = FORMAT,
    config: Path | None = CONFIG,
    filters: list[str] = FILTERS,
    overwrite: bool = OVERWRITE,
    json_output: bool = JSON,
) -> None:
    """Keep the pairs that pass every filter; the others go to PATH.rejected.jsonl with the reason."""
    from align.pairs.corpus.publish import filter_settings, publish, read_all

    settings = filter_settings(config, filters)
    target = target_of("corpus filter", sources, out, form, settings, overwrite=overwrite)
    report(publish(read_all(sources), target, settings), out, as_json=json_output)


@corpus.command()
def split(
    sources: list[Path] = SOURCES,
    out: Path = OUT,
    form: ExportFormat = FORMAT,
    shares: str = typer.Option("train=0.8,dev=0.1,test=0.1", help="NAME=SHARE, by comma; they sum to 1."),
    seed: int = typer.Option(0, help="Another seed gives another split."),
    exact: bool = typer.Option(False, help="Hold the shares in each outlet and month; see docs/export.md."),
    overwrite: bool = OVERWRITE,
    json_output: bool = JSON,
) -> None:
    """Name the split of each pair; what shares a tweet, an article or a sentence stays together."""
    from align.pairs.corpus.publish import publish, read_all
    from align.pairs.corpus.splits import parse_shares, plan_splits

    plan = plan_splits(lambda: read_all(sources), parse_shares(shares), seed=seed, exact=exact)
    options = ["--shares", shares, "--seed", str(seed), *(["--exact"] if exact else [])]
    target = target_of("corpus split", sources, out, form, options=options, overwrite=overwrite)
    report(publish(plan, target), out, as_json=json_output)


@corpus.command()
def merge(
    sources: list[Path] = SOURCES,
    out: Path = OUT,
    form: ExportFormat = FORMAT,
    overwrite: bool = OVERWRITE,
    json_output: bool = JSON,
) -> None:
    """Join corpora; a pair that came before is left out, another pair under the same id is refused."""
    from align.pairs.corpus.combine import merge as join
    from align.pairs.corpus.publish import publish
    from align.pairs.corpus.sources import iter_pairs

    rows = join(iter_pairs(source) for source in sources)
    report(publish(rows, target_of("corpus merge", sources, out, form, overwrite=overwrite)), out, as_json=json_output)


@corpus.command()
def diff(
    old: Path = typer.Argument(..., help="A corpus in any format."),
    new: Path = typer.Argument(..., help="The corpus to compare with it."),
    quiet: bool = typer.Option(False, "--quiet", "-q", help="Only the counts, on standard error."),
) -> None:
    """Print what was added, removed and changed, one JSON object a line."""
    from align.files import dump_json
    from align.pairs.corpus.combine import diff as compare
    from align.pairs.corpus.publish import read_all
    from align.pairs.export.row import PairRow

    pairs = [(row for row in read_all([path]) if isinstance(row, PairRow)) for path in (old, new)]
    rows, counts = compare(*pairs)
    if not quiet:
        for row in rows:
            typer.echo(dump_json(row))
    typer.echo(", ".join(f"{count} {name}" for name, count in counts.items()), err=True)


@corpus.command()
def hydrate(
    sources: list[Path] = SOURCES,
    tweets: list[str] = typer.Option(
        ...,
        "--tweets",
        metavar="INPUT",
        help="Tweet collections, as docs/formats.md lists them; repeatable.",
    ),
    out: Path = OUT,
    form: ExportFormat = FORMAT,
    overwrite: bool = OVERWRITE,
    json_output: bool = JSON,
) -> None:
    """Put tweet texts back; pairs whose tweet is missing or has changed go to PATH.rejected.jsonl."""
    from itertools import chain

    from align.pairs.corpus.hydrate import hydrate as put_back
    from align.pairs.corpus.hydrate import read_tweets, wanted_ids
    from align.pairs.corpus.publish import publish, read_all

    found = read_tweets(tweets, wanted_ids(read_all(sources)))
    rows = chain(found.refused, put_back(read_all(sources), found.texts))
    target = target_of("corpus hydrate", sources, out, form, options=["--tweets", "TWEETS"], overwrite=overwrite)
    report(publish(rows, target), out, as_json=json_output)
