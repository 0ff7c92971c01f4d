"""`align models`: the encoders known by name."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from align.settings import EmbedSettings

if TYPE_CHECKING:
    from align.protocols import Engine


def models(json_output: bool = typer.Option(False, "--json", help="Print JSON.")) -> None:
    """List the encoders known by name.

    Licence, size, languages, prefix and pooling of each, which are on this machine, and which is the default.
    """
    from align.embed.presets import DEFAULT, PRESETS

    rows = [
        {**asdict(preset), "here": preset.is_bundled or _is_cached(preset.hub_name), "default": name == DEFAULT}
        for name, preset in PRESETS.items()
    ]
    if json_output:
        here = _engine()._asdict()
        shown = [{**row, "engine": here if row["is_bundled"] else None} for row in rows]
        typer.echo(json.dumps(shown, indent=1))
        return
    for row in rows:
        place = "bundled" if row["is_bundled"] else "downloaded" if row["here"] else "not on this machine"
        typer.echo(f"{row['name']}{' (default)' if row['default'] else ''}: {place}")
        typer.echo(f"  {row['hub_name']}, {row['licence']}, {row['megabytes']} MB, {row['languages']} languages")
        prefix = repr(row["prefix"]) if row["prefix"] else "none"
        typer.echo(f"  {row['dim']} dimensions, pooling {row['pooling']}, prefix {prefix}")
    engine = _engine()
    typer.echo(f"Engine of the default here: {engine.name} in {engine.precision} ({engine.reason})")
    typer.echo("Any other sentence-transformers model: --model NAME_OR_PATH")


def _engine() -> Engine:
    from align.embed.machine import choose

    return choose(EmbedSettings(), is_bundled=True)


def _is_cached(hub_name: str) -> bool:
    home = Path(os.environ.get("HF_HOME") or Path.home() / ".cache" / "huggingface")
    hub = Path(os.environ.get("HF_HUB_CACHE") or home / "hub")
    return (hub / f"models--{hub_name.replace('/', '--')}" / "snapshots").is_dir()
