"""What several commands open alike: an encoder with its weights, and what is said of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from align.cli.terminal import printable
from align.settings import Settings

if TYPE_CHECKING:
    from align.match.matcher import Matcher
    from align.models.bundle import Notice

AlarmRate = Annotated[
    float | None,
    typer.Option(min=0, max=1, metavar="SHARE", help="Share of right pairs that may carry an error; 0.03 by default."),
]
RulesOnly = Annotated[bool | None, typer.Option("--rules-only", help="Leave the judge of words out.")]
Config = Annotated[Path | None, typer.Option(metavar="FILE", help="Settings in TOML; flags win over it.")]


def matcher_of(settings: Settings) -> Matcher:
    """The encoder that the settings name with its bundle of weights; what a user should know of it is said.

    Raises ModelError when the model or the weights cannot be had.
    """
    from align.match.matcher import open_matcher

    matcher = open_matcher(settings.embed, settings.match.weights)
    tell(matcher.bundle.notices)
    return matcher


def tell(notices: Sequence[Notice]) -> None:
    """One line on standard error for each."""
    for notice in notices:
        typer.echo(f"align: warning: {printable(notice.message)}", err=True)
