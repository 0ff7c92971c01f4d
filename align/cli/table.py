"""The table at the end of a run: who, status, each sentence with its Arabic text, and what is left untranslated."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from align.runner import RunResult

_MOST_ARTICLES = 30  # beyond it the table is no summary; the files hold all
_STYLES = {"full": "green", "partial": "yellow", "none": "red"}


def print_run(out: Path, result: RunResult) -> None:
    """Print what a run found to standard output."""
    console = Console(highlight=False, soft_wrap=False)
    for entry in result.entries[:_MOST_ARTICLES]:
        console.print(Text(entry["document"]["doc_id"], style="bold"), Text(entry["document"]["title"] or ""))
        if not entry["tweets"]:
            console.print("  no tweet found")
        for tweet in entry["tweets"]:
            _print_tweet(console, tweet, entry)
    hidden = len(result.entries) - _MOST_ARTICLES
    if hidden > 0:
        console.print(f"… and {hidden} more articles")
    counts, this = result.summary["counts"], result.summary["this_run"]
    console.print(
        f"\n{this['aligned']} articles aligned, {this['unchanged']} unchanged, {this['refused']} inputs refused; "
        f"{out} holds {counts['documents']} articles, {counts['tweets']} tweets, {counts['pairs']} pairs"
    )


def _print_tweet(console: Console, tweet: dict[str, Any], entry: dict[str, Any]) -> None:
    who = tweet["author"] or "unknown author"
    handle = f" @{tweet['handle']}" if tweet["handle"] else ""
    date = f", {tweet['created_at'][:10]}" if tweet["created_at"] else ""
    status = Text(tweet["status"], style=_STYLES[tweet["status"]])
    console.print("  ", Text(f"{who}{handle}{date}:"), status)
    if tweet["text"] is None:
        console.print("     a link without text: no text to compare")
        return
    table = Table(show_header=False, box=None, padding=(0, 1), pad_edge=False)
    for width in (48, 10, 5, 48):
        table.add_column(max_width=width, overflow="fold")
    for sentence in tweet["sentences"]:
        _add_sentence(table, sentence, tweet, entry)
    console.print(table)


def _add_sentence(table: Table, sentence: dict[str, Any], tweet: dict[str, Any], entry: dict[str, Any]) -> None:
    english = entry["document"]["text"][sentence["start"] : sentence["end"]]
    pairs = [
        pair
        for pair in entry["pairs"]
        if pair["tweet"] == tweet["tweet"]
        and pair["en_start"] == sentence["start"]
        and pair["en_end"] == sentence["end"]
    ]
    if not pairs:
        table.add_row(Text("   " + english), Text("—", style="red"), "", Text("not translated", style="red"))
    for number, pair in enumerate(pairs):
        arabic = Text(pair["ar"])
        for finding in pair["findings"]:
            arabic.append(f"\n{finding['severity']}: {finding['message']}", style="yellow")
        shown = Text("   " + english) if number == 0 else Text("")
        table.add_row(shown, pair["rendering"], f"{pair['probability']:.2f}", arabic)
