"""`align index` and `align search`: a collection of tweets on disk, and which of them a text renders."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from align.cli.terminal import printable

if TYPE_CHECKING:
    from align.index.folder import IndexFolder
    from align.match.matcher import Matcher
    from align.tweets.index import Added, Hit

index = typer.Typer(
    help="Collections of tweets, for search and run --tweets.", no_args_is_help=True, rich_markup_mode=None
)
_INPUTS = typer.Argument(
    ..., metavar="TWEETS...", help="Collections as docs/formats.md lists them; - for standard input."
)
_MODEL = typer.Option(None, metavar="NAME_OR_PATH", help="Encoder; see `align models`.")
_JSON = typer.Option(False, "--json", help="Print JSON.")
_TEXT_FIELD = typer.Option(None, metavar="NAME", help="Field or column that holds a tweet's text.")
_ID_FIELD = typer.Option(None, metavar="NAME", help="Field or column that holds its id.")
_DATE_FIELD = typer.Option(None, metavar="NAME", help="Field or column that holds its date.")
_QUIET = typer.Option(False, "--quiet", "-q", help="No progress.")


@index.command()
def build(
    inputs: list[str] = _INPUTS,
    out: Path = typer.Option(..., "--out", "-o", metavar="DIR", help="Where the index goes; made when missing."),
    model: str | None = _MODEL,
    text_field: str | None = _TEXT_FIELD,
    id_field: str | None = _ID_FIELD,
    date_field: str | None = _DATE_FIELD,
    json_output: bool = _JSON,
    quiet: bool = _QUIET,
) -> None:
    """Index the sentences of tweets, English and Arabic each by themselves."""
    from align.index.folder import IndexFolder

    matcher = _matcher(model)
    folder = IndexFolder.create(out, matcher.encoder)
    _fill(folder, inputs, matcher, (text_field, id_field, date_field), json_output=json_output, quiet=quiet)


@index.command()
def add(
    path: Path = typer.Argument(..., metavar="DIR", help="An index that `align index build` made."),
    inputs: list[str] = _INPUTS,
    model: str | None = _MODEL,
    text_field: str | None = _TEXT_FIELD,
    id_field: str | None = _ID_FIELD,
    date_field: str | None = _DATE_FIELD,
    json_output: bool = _JSON,
    quiet: bool = _QUIET,
) -> None:
    """Add tweets to an index; what it holds already is passed over."""
    from align.index.folder import IndexFolder

    matcher = _matcher(model)
    folder = IndexFolder.open(path, matcher.encoder)
    _fill(folder, inputs, matcher, (text_field, id_field, date_field), json_output=json_output, quiet=quiet)


@index.command()
def merge(
    path: Path = typer.Argument(..., metavar="DIR", help="The index that takes the others in."),
    others: list[Path] = typer.Argument(..., metavar="OTHER...", help="Indexes of the same model."),
    json_output: bool = _JSON,
) -> None:
    """Take other indexes into one, vectors and all; nothing is encoded again."""
    from align.tweets.index import merge_folders

    _report(path, merge_folders(path, others), json_output=json_output)


def search(
    text: str = typer.Argument(..., help="Arabic text to find its tweet, or English to find Arabic."),
    path: Path = typer.Option(..., "--index", metavar="DIR", help="An index that `align index build` made."),
    top: int = typer.Option(5, "--top", "-n", min=1, help="How many tweets."),
    exact: bool = typer.Option(False, "--exact", help="Read every vector, however many there are."),
    model: str | None = _MODEL,
    json_output: bool = _JSON,
) -> None:
    """Which tweet is this the rendering of? The likeliest tweets of the other language, with scores and dates."""
    from align.errors import SettingsError
    from align.index.folder import IndexFolder
    from align.tweets.index import search_text

    if not text.strip():
        raise SettingsError("expected a text to search for, found none")
    matcher = _matcher(model)
    folder = IndexFolder.open(path, matcher.encoder)
    hits = search_text(folder, text, matcher, top=top, exact=exact)
    if json_output:
        typer.echo(json.dumps([hit.as_row() for hit in hits], ensure_ascii=False, indent=1))
    else:
        for hit in hits:
            _print(hit)


def _print(hit: Hit) -> None:
    row = hit.row
    who = f"@{row['handle']}" if row["handle"] else row["author"] or "unknown"
    when = row["created_at"] or "no date"
    typer.echo(
        f"{hit.probability:.3f}  cosine {hit.cosine:.3f}  {printable(who)}  {when}  {printable(row['url'] or '')}"
    )
    typer.echo(f"       {printable(row['sentence'])}")


def _fill(
    folder: IndexFolder,
    inputs: list[str],
    matcher: Matcher,
    names: tuple[str | None, str | None, str | None],
    *,
    json_output: bool,
    quiet: bool,
) -> None:
    from dataclasses import replace

    from align.read.posts import read_posts
    from align.settings import ReadSettings
    from align.tweets.index import add_posts

    known = ReadSettings()
    text, own_id, date = names
    settings = replace(
        known,
        text_field=text or known.text_field,
        id_field=own_id or known.id_field,
        date_field=date or known.date_field,
    )

    def say(line: str) -> None:
        if not quiet and not json_output:
            typer.echo(f"align: {printable(line)}", err=True)

    _report(folder.path, add_posts(folder, read_posts(inputs, settings), matcher, say), json_output=json_output)


def _report(path: Path, added: Added, *, json_output: bool) -> None:
    from dataclasses import asdict

    if json_output:
        typer.echo(json.dumps(asdict(added)))
    else:
        typer.echo(
            f"{added.posts} tweets with {added.sentences} sentences added to {path}; {added.known} known already, "
            f"{added.refused} refused, {added.without_text} without a sentence"
        )


def _matcher(model: str | None) -> Matcher:
    from align.match.matcher import open_matcher
    from align.settings import EmbedSettings

    return open_matcher(EmbedSettings(model=model) if model else EmbedSettings())
