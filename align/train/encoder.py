"""The recipe that trains the encoder: seeded, taken up from its checkpoint, the same on a processor and on a GPU."""

from __future__ import annotations

import json
import logging
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch

from align.errors import SettingsError
from align.train.memory import Memory
from align.train.objective import WEIGHTS, step_losses
from align.train.reader import Texts
from align.train.sampling import Material, QuadBatch, Sizes, draw
from align.train.student import Shape, Student, from_bundled
from align.writing import atomic_path

_log = logging.getLogger(__name__)
_WARM = 60  # steps
_DECAY = 0.01
_CLIP = 1.0
_SAID_EVERY = 20


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that decides what comes out."""

    seed: int = 1
    steps: int = 3000
    cooling: float = 0.4  # share of the steps, at the end, over which the rate falls to nothing
    body_rate: float = 7e-5
    judge_rate: float = 4e-4
    shape: Shape = field(default_factory=Shape)
    sizes: Sizes = field(default_factory=Sizes)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run works; nothing here changes what comes out."""

    out: Path
    device: str = "cpu"
    bf16: bool = True
    minutes_between: float = 4.0  # checkpoints
    stop_after: int | None = None  # steps of this sitting


def train(recipe: Recipe, material: Material, place: Place, reader: Texts, student: Student | None = None) -> Student:
    """Train to the recipe's last step, from the checkpoint in `place.out` where there is one.

    `student` is what a fresh run starts from; without one the bundled weights. Raises SettingsError when the checkpoint
    is of another recipe (more or fewer steps, and so another rate, may be asked for).
    """
    student = (student or from_bundled(recipe.shape, recipe.seed)).to(place.device)
    memory = Memory(recipe.shape.hidden, material.quad_vectors.shape[-1]).to(place.device)
    optimiser = _optimiser(student, recipe)
    step = _resume(recipe, place, student, memory, optimiser)
    last = min(recipe.steps, step + place.stop_after) if place.stop_after else recipe.steps
    student.train()
    saved = begun = time.monotonic()
    sums: dict[str, float] = {}
    while step < last:
        torch.manual_seed(recipe.seed * 1_000_003 + step)  # dropout, whatever came before
        for name, value in _take(student, memory, reader, optimiser, material, recipe, place, step).items():
            sums[name] = sums.get(name, 0.0) + value
        step += 1
        if step % _SAID_EVERY == 0:
            _say(place, step, sums, time.monotonic() - begun)
            sums, begun = {}, time.monotonic()
        if time.monotonic() - saved > 60 * place.minutes_between:
            _save(recipe, place, student, memory, optimiser, step)
            saved = time.monotonic()
    _save(recipe, place, student, memory, optimiser, step)
    return student.eval()


def _optimiser(student: Student, recipe: Recipe) -> torch.optim.AdamW:
    body = [p for name, p in student.named_parameters() if p.requires_grad and not name.startswith("judge.")]
    groups = [
        {"params": body, "rate": recipe.body_rate},
        {"params": list(student.judge.parameters()), "rate": recipe.judge_rate},
    ]
    return torch.optim.AdamW(groups, lr=recipe.body_rate, weight_decay=_DECAY, betas=(0.9, 0.98))


def rate_share(recipe: Recipe, step: int) -> float:
    """What share of the full rate a step has: rising over the first steps, level, falling to nothing at the end."""
    left = (recipe.steps - step) / max(1.0, recipe.cooling * recipe.steps)
    return min(1.0, (step + 1) / _WARM, left)


def _take(
    student: Student,
    memory: Memory,
    reader: Texts,
    optimiser: torch.optim.AdamW,
    material: Material,
    recipe: Recipe,
    place: Place,
    step: int,
) -> dict[str, float]:
    for group in optimiser.param_groups:
        group["lr"] = group["rate"] * rate_share(recipe, step)
    batch = draw(material, recipe.sizes, recipe.seed, step)
    with torch.autocast(torch.device(place.device).type, torch.bfloat16, enabled=place.bf16):
        found = step_losses(student, reader, memory, batch)
    total = torch.stack([WEIGHTS[name] * value.float() for name, value in found.items()]).sum()
    optimiser.zero_grad(set_to_none=True)
    total.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_([p for p in student.parameters() if p.grad is not None], _CLIP)
    optimiser.step()
    kind = "quads" if isinstance(batch, QuadBatch) else "parallel"
    return {f"{kind}.{name}": float(value.detach()) for name, value in found.items()} | {f"{kind}.steps": 1.0}


def _say(place: Place, step: int, sums: dict[str, float], seconds: float) -> None:
    row: dict[str, Any] = {"step": step, "seconds": round(seconds, 1)}
    for name, value in sums.items():
        kind = name.split(".")[0]
        if not name.endswith(".steps"):
            row[name] = round(value / sums[f"{kind}.steps"], 4)
    line = json.dumps(row)
    _log.info(line)
    with (place.out / "log.jsonl").open("a", encoding="utf-8") as stream:
        stream.write(line + "\n")


def checkpoint(place: Place) -> Path:
    """Where a run keeps its last state."""
    return place.out / "checkpoint.pt"


def _save(
    recipe: Recipe, place: Place, student: Student, memory: Memory, optimiser: torch.optim.AdamW, step: int
) -> None:
    place.out.mkdir(parents=True, exist_ok=True)
    state = {
        "recipe": asdict(recipe),
        "shape": asdict(recipe.shape),
        "step": step,
        "student": student.state_dict(),
        "memory": memory.state_dict(),
        "optimiser": optimiser.state_dict(),
    }
    with atomic_path(checkpoint(place)) as temporary:
        torch.save(state, temporary)


def _resume(recipe: Recipe, place: Place, student: Student, memory: Memory, optimiser: torch.optim.AdamW) -> int:
    place.out.mkdir(parents=True, exist_ok=True)
    if not checkpoint(place).is_file():
        return 0
    saved = torch.load(checkpoint(place), map_location=place.device, weights_only=False)
    asked, had = (
        {**asdict(r), "steps": 0} if isinstance(r, Recipe) else {**r, "steps": 0} for r in (recipe, saved["recipe"])
    )
    if asked != had:
        other = sorted(name for name in asked if asked[name] != had.get(name))
        raise SettingsError(
            f"the checkpoint in {place.out} is of another recipe ({', '.join(other)} differ); "
            "name another folder with --out"
        )
    student.load_state_dict(saved["student"])
    memory.load_state_dict(saved["memory"])
    optimiser.load_state_dict(saved["optimiser"])
    return int(saved["step"])
