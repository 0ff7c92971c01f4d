"""`align index` and `align search`: a collection of tweets on disk, and which of them a text renders."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from align.cli.flags import settings_of
from align.cli.opening import Config, matcher_of
from align.cli.terminal import printable

if TYPE_CHECKING:
    from align.index.folder import IndexFolder
    from align.match.matcher import Matcher
    from align.settings import ReadSettings
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
    config: Config = None,
    text_field: str | None = _TEXT_FIELD,
    id_field: str | None = _ID_FIELD,
    date_field: str | None = _DATE_FIELD,
    json_output: bool = _JSON,
    quiet: bool = _QUIET,
) -> None:
    """Index the sentences of tweets, English and Arabic each by themselves."""
    from align.index.folder import IndexFolder

    settings = settings_of(config, embed={"model": model})
    matcher = matcher_of(settings)
    say = _teller(is_silent=quiet or json_output)
    folder = IndexFolder.create(out, matcher.encoder, say)
    _fill(folder, inputs, matcher, settings.read, (text_field, id_field, date_field), say, json_output=json_output)


@index.command()
def add(
    path: Path = typer.Argument(..., metavar="DIR", help="An index that `align index build` made."),
    inputs: list[str] = _INPUTS,
    model: str | None = _MODEL,
    config: Config = None,
    text_field: str | None = _TEXT_FIELD,
    id_field: str | None = _ID_FIELD,
    date_field: str | None = _DATE_FIELD,
    json_output: bool = _JSON,
    quiet: bool = _QUIET,
) -> None:
    """Add tweets to an index; what it holds already is passed over."""
    from align.index.folder import IndexFolder

    settings = settings_of(config, embed={"model": model})
    matcher = matcher_of(settings)
    say = _teller(is_silent=quiet or json_output)
    folder = IndexFolder.open_to_add(path, matcher.encoder, say)
    _fill(folder, inputs, matcher, settings.read, (text_field, id_field, date_field), say, json_output=json_output)


@index.command()
def merge(
    path: Path = typer.Argument(..., metavar="DIR", help="The index that takes the others in."),
    others: list[Path] = typer.Argument(..., metavar="OTHER...", help="Indexes of the same model."),
    json_output: bool = _JSON,
) -> None:
    """Take other indexes into one, vectors and all; nothing is encoded again."""
    from align.tweets.index import merge_folders

    _report(path, merge_folders(path, others, _teller(is_silent=json_output)), json_output=json_output)


def search(
    text: str = typer.Argument(..., help="Arabic text to find its tweet, or English to find Arabic."),
    path: Path = typer.Option(..., "--index", metavar="DIR", help="An index that `align index build` made."),
    top: int = typer.Option(5, "--top", "-n", min=1, max=1000, help="How many tweets."),
    exact: bool = typer.Option(False, "--exact", help="Read every vector, however many there are."),
    model: str | None = _MODEL,
    config: Config = None,
    json_output: bool = _JSON,
) -> None:
    """Which tweet is this the rendering of? The likeliest tweets of the other language, with scores and dates."""
    from align.errors import SettingsError
    from align.index.folder import IndexFolder
    from align.tweets.index import search_text

    if not text.strip():
        raise SettingsError("expected a text to search for, found none")
    settings = settings_of(config, embed={"model": model})
    matcher = matcher_of(settings)
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
    known: ReadSettings,
    names: tuple[str | None, str | None, str | None],
    say: Callable[[str], None],
    *,
    json_output: bool,
) -> None:
    from dataclasses import replace

    from align.read.posts import read_posts
    from align.tweets.index import add_posts

    text, own_id, date = names
    settings = replace(
        known,
        text_field=known.text_field if text is None else text,
        id_field=known.id_field if own_id is None else own_id,
        date_field=known.date_field if date is None else date,
    )
    _report(folder.path, add_posts(folder, read_posts(inputs, settings), matcher, say), json_output=json_output)


def _teller(*, is_silent: bool) -> Callable[[str], None]:
    def say(line: str) -> None:
        if not is_silent:
            typer.echo(f"align: {printable(line)}", err=True)

    return say


def _report(path: Path, added: Added, *, json_output: bool) -> None:
    from dataclasses import asdict

    if json_output:
        typer.echo(json.dumps(asdict(added)))
    else:
        typer.echo(
            f"{added.posts} tweets with {added.sentences} sentences added to {path}; {added.known} known already, "
            f"{added.refused} refused, {added.without_text} without a sentence"
        )
