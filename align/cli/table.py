"""The table at the end of a run: who, status, each sentence with its Arabic text, and what is left untranslated."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from align.cli.terminal import printable
from align.rows.kinds import ArticleEntry, RunSummary, SentenceRow, TweetRow
from align.run.loop import RunResult

_STYLES = {"full": "green", "partial": "yellow", "none": "red"}
_SEVERITY_STYLES = {"error": "red", "warning": "yellow", "note": "dim"}
_WIDEST = 140  # a longer line of Arabic is hard to follow back
_NO_TERMINAL = 120  # columns of a file or a pipe


def print_run(out: Path, result: RunResult) -> None:
    """Print what a run found to standard output."""
    console = Console(highlight=False, markup=False)
    has_width = sys.stdout.isatty() or "COLUMNS" in os.environ
    console.width = min(_WIDEST, console.width if has_width else _NO_TERMINAL)
    for entry in result.entries:
        heading = Text(printable(entry["document"]["doc_id"]), style="bold")
        console.print(heading.append("  " + printable(entry["document"]["title"] or ""), style="not bold"))
        if not entry["tweets"]:
            console.print("  no tweet found")
        for tweet in entry["tweets"]:
            _print_tweet(console, tweet, entry)
        console.print()
    hidden = result.usable - len(result.entries)
    if hidden > 0:
        console.print(f"… and {hidden} more articles\n")
    counts, this = result.summary["counts"], result.summary["this_run"]
    held = f"{counts['documents']} articles, {counts['tweets']} tweets, {counts['pairs']} pairs"
    console.print(
        f"{this['aligned']} articles aligned, {this['unchanged']} unchanged, {this['refused']} inputs refused; "
        f"{printable(str(out))} holds {held}",
        soft_wrap=True,
    )
    if hidden > 0:
        _print_stages(console, result.summary)
    if engine := result.summary["model"]["engine"]:
        console.print(f"encoder on {engine['name']} in {engine['precision']}: {engine['reason']}", soft_wrap=True)
    if this["refused"]:
        console.print(f"the reasons are in {printable(str(out / 'rejected.jsonl'))}", soft_wrap=True)


def _print_stages(console: Console, summary: RunSummary) -> None:
    """Where the time of a longer run went."""
    table = Table(box=None, pad_edge=False)
    for title in ("stage", "seconds", "items", "items a second"):
        table.add_column(title, justify="left" if title == "stage" else "right")
    for stage, seconds in sorted(summary["seconds"].items(), key=lambda item: -item[1]):
        items = summary["items"].get(stage, summary["this_run"]["aligned"])
        table.add_row(stage, f"{seconds:,.1f}", f"{items:,}", f"{items / max(seconds, 1e-9):,.1f}")
    console.print(table)
    console.print(f"peak memory {summary['peak_bytes'] / 1e6:,.0f} MB")


def _print_tweet(console: Console, tweet: TweetRow, entry: ArticleEntry) -> None:
    who = [tweet["author"] or "unknown author", f"@{tweet['handle']}" if tweet["handle"] else ""]
    date = f", {tweet['created_at'][:10]}" if tweet["created_at"] else ""
    line = Text("  " + printable(" ".join(filter(None, who)) + date) + ": ")
    if tweet["text"] is None:
        console.print(line.append("a link without text, so nothing to compare"))
        return
    console.print(line.append(tweet["status"], style=_STYLES[tweet["status"]]))
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(ratio=1, overflow="fold")
    table.add_column(width=len("headline"))
    table.add_column(width=len("0.99"))
    table.add_column(ratio=1, overflow="fold")
    for sentence in tweet["sentences"]:
        _add_sentence(table, sentence, tweet, entry)
    console.print(Padding(table, (0, 0, 0, 4)))


def _unpaired(sentence: SentenceRow) -> tuple[Text, str, Text]:
    """The cells of a sentence without a pair: surely not translated, or perhaps, and where."""
    candidate = sentence.get("candidate")
    if sentence.get("rendered") != "unsure":
        return Text("—", style="red"), "", Text("not translated", style="red")
    if candidate is None:
        return Text("?", style="yellow"), "", Text("not looked for", style="yellow")
    said = Text("perhaps: " + printable(candidate["ar"]), style="yellow")
    return Text("?", style="yellow"), f"{candidate['probability']:.2f}", said


def _add_sentence(table: Table, sentence: SentenceRow, tweet: TweetRow, entry: ArticleEntry) -> None:
    english = Text(printable(entry["document"]["text"][sentence["start"] : sentence["end"]]))
    pairs = [
        pair
        for pair in entry["pairs"]
        if (pair["tweet"], pair["en_start"], pair["en_end"]) == (tweet["tweet"], sentence["start"], sentence["end"])
    ]
    if not pairs:
        table.add_row(english, *_unpaired(sentence))
    for number, pair in enumerate(pairs):
        arabic = Text(printable(pair["ar"]))
        for finding in pair["findings"]:
            arabic.append("\n" + printable(f"{finding['severity']}: {finding['message']}"))
            arabic.stylize(_SEVERITY_STYLES[finding["severity"]], len(arabic) - len(finding["message"]))
        table.add_row(english if number == 0 else "", pair["rendering"], f"{pair['probability']:.2f}", arabic)
