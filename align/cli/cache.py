"""`align cache`: what the vector cache holds, and how to make it smaller."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from align.settings import Settings

if TYPE_CHECKING:
    from align.embed.cache import VectorCache

cache = typer.Typer(help="The vectors that are kept on disk, so that a text is encoded once.", no_args_is_help=True)
_CONFIG = typer.Option(None, metavar="FILE", help="Settings in TOML; [embed] says where the cache is.")


@cache.command()
def info(config: Path | None = _CONFIG, json_output: bool = typer.Option(False, "--json", help="Print JSON.")) -> None:
    """Where the cache is, how large, and which models' vectors it holds."""
    found = _open(config).info()
    if json_output:
        spaces = {name: {"entries": count, "bytes": size} for name, (count, size) in found.by_space.items()}
        facts = {"path": str(found.path), "file_bytes": found.file_bytes, "entries": found.entries, "models": spaces}
        typer.echo(json.dumps(facts, indent=1))
        return
    typer.echo(f"{found.path}: {found.entries} entries, {found.file_bytes / 1e6:.1f} MB on disk")
    for name, (count, size) in found.by_space.items():
        typer.echo(f"  {name}: {count} entries, {size / 1e6:.1f} MB")


@cache.command()
def prune(
    keep_gb: float = typer.Option(
        0.0, min=0, max=1_000_000, metavar="GB", help="How much to keep, the newest in use first."
    ),
    config: Path | None = _CONFIG,
) -> None:
    """Drop the vectors that were not used for longest; without --keep-gb all of them."""
    dropped = _open(config).prune(int(keep_gb * 1e9))
    typer.echo(f"dropped {dropped / 1e6:.1f} MB")


def _open(config: Path | None) -> VectorCache:
    from align.embed.opening import open_cache

    return open_cache((Settings.load(config) if config else Settings()).embed)
