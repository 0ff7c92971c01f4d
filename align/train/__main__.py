"""`python -m align.train`: the commands that make weights."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Annotated

import typer

from align.errors import AlignError

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)


@app.callback()
def _commands() -> None:
    """Train and fit what ships."""


@app.command()
def encoder(
    out: Annotated[Path, typer.Option(help="Folder of the run: checkpoint, log; taken up where it stands.")],
    shared: Annotated[Path, typer.Option(help="Folder of the training data.")] = Path("../shared"),
    cache: Annotated[
        Path | None, typer.Option(help="Folder of the teacher's vectors; beside the run's without.")
    ] = None,
    steps: Annotated[int, typer.Option(help="Steps in all; over the last of them the rate falls to nothing.")] = 3000,
    seed: Annotated[int, typer.Option(help="What everything random is drawn from.")] = 1,
    device: Annotated[str, typer.Option(help="cpu or cuda.")] = "cpu",
    threads: Annotated[int, typer.Option(help="Threads of the processor; 0 for torch's own choice.")] = 0,
    bf16: Annotated[bool, typer.Option(help="Compute in bf16 where torch can.")] = True,
) -> None:
    """Train the encoder and its judge of words, from the bundled weights or from the run's last checkpoint."""
    import torch

    from align.train.encoder import Place, Recipe, train
    from align.train.reader import Reader
    from align.train.sampling import load_material

    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    if threads:
        torch.set_num_threads(threads)
    material = load_material(shared, cache or out.parent)
    train(Recipe(seed=seed, steps=steps), material, Place(out, device, bf16), Reader())


@app.command()
def ship(
    run: Annotated[Path, typer.Argument(help="Folder of a run of `encoder`.")],
    to: Annotated[Path | None, typer.Option(help="The file to write; without it, the one that ships.")] = None,
) -> None:
    """Write the layers and the judge of a run's last checkpoint at 8 bits."""
    from align.embed.trained import trained_file
    from align.train.encoder import Place, checkpoint
    from align.train.shipping import ship as write

    target = to or trained_file()
    size = write(checkpoint(Place(run)), target)
    typer.echo(f"{target}: {size:,} bytes")


def main() -> None:
    """Run a command; what a user can mend is said in a line."""
    try:
        app()
    except AlignError as error:
        typer.echo(str(error), err=True)
        raise SystemExit(error.exit_code) from error


if __name__ == "__main__":
    main()
